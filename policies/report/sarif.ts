/**
 * Findings as SARIF 2.1.0, for code scanning.
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
import { createHash } from "node:crypto";
import type { PolicyRule, Severity } from "../model";
import { nameOf } from "../summary";
import { ruleOf, type Finding, type PolicyReport } from "./finding";

/** Score by which GitHub's code scanning sorts security findings, 0 to 10. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.0",
  low: "2.0",
};

/**
 * A SARIF log with one run.
 *
 * @param report What the engine said.
 * @param source File to which every finding points, relative to the repository: the engine does not tell where in the
 *   program a resource was declared, and code scanning needs a file.
 */
export function toSarif(report: PolicyReport, source: string) {
  const rules = [...new Map(report.findings.map((finding) => [ruleIdOf(finding), descriptorOf(finding)])).values()];
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const version = report.findings.find(({ version }) => version !== "")?.version;
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0" as const,
    runs: [
      {
        tool: { driver: { name: "secure-model-customization", ...(version !== undefined && { version }), rules } },
        invocations: [
          {
            executionSuccessful: report.errors.length === 0,
            toolExecutionNotifications: report.errors.map((text) => ({ level: "error" as const, message: { text } })),
          },
        ],
        results: report.findings.map((finding) => ({
          ruleId: ruleIdOf(finding),
          ruleIndex: indexes.get(ruleIdOf(finding)),
          level: levelOf(finding),
          message: { text: `${whereIs(finding)}: ${finding.message}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: referenceTo(source) },
                region: { startLine: 1 },
              },
              ...(finding.urn !== undefined && {
                logicalLocations: [
                  {
                    name: finding.urn.split("::").slice(3).join("::"),
                    fullyQualifiedName: finding.urn,
                    kind: "resource",
                  },
                ],
              }),
            },
          ],
          // Code scanning knows one name of a fingerprint only, and makes it from the line where there is none: all findings
          // of a policy point to one line, and would become one.
          partialFingerprints: {
            primaryLocationLineHash: `${fingerprintOf(finding)}:1`,
            "policyAndResource/v1": fingerprintOf(finding),
          },
        })),
      },
    ],
  };
}

/** A finding of another pack keeps the name of its pack, since two packs may have policies of one name. */
function ruleIdOf(finding: Finding): string {
  return ruleOf(finding) === undefined ? `${finding.pack}/${finding.policy}` : finding.policy;
}

function descriptorOf(finding: Finding) {
  const rule = ruleOf(finding);
  return rule === undefined ? describeUnknown(finding) : describe(rule);
}

/** A rule that the catalogue does not have: of another pack, or one about this pack itself. */
function describeUnknown(finding: Finding) {
  const title = `Policy ${finding.policy} of pack ${finding.pack}`;
  return {
    id: ruleIdOf(finding),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: `${title} has a finding; the finding says what is wrong.` },
    help: { text: `The documentation of pack ${finding.pack} says what policy ${finding.policy} asks for.` },
    defaultConfiguration: { level: levelOf(finding) },
    properties: { tags: [finding.pack] },
  };
}

/** A path relative to the repository as a reference that URIs allow. */
function referenceTo(source: string): string {
  return encodeURI(
    source
      .split("\\")
      .join("/")
      .replace(/^(?:\.\/)+/, ""),
  ).replace(/[?#]/g, encodeURIComponent);
}

function describe(rule: PolicyRule) {
  const controls = Object.entries(rule.frameworks).flatMap(([framework, ids]) => ids.map((id) => `${framework} ${id}`));
  return {
    id: rule.id,
    shortDescription: { text: `${rule.title}.` },
    fullDescription: { text: rule.threat },
    help: {
      text: `${rule.remediation.text}\n\n${rule.remediation.code}`,
      markdown: `${rule.threat}\n\n${rule.remediation.text}\n\n\`\`\`typescript\n${rule.remediation.code}\n\`\`\``,
    },
    defaultConfiguration: { level: rule.level === "mandatory" ? ("error" as const) : ("warning" as const) },
    properties: {
      tags: ["security", rule.family, ...controls],
      "security-severity": SECURITY_SEVERITY[rule.severity],
    },
  };
}

function levelOf({ level }: Finding): "error" | "warning" | "note" {
  if (level === "mandatory") return "error";
  return level === "remediate" ? "note" : "warning";
}

function whereIs({ urn }: Finding): string {
  return urn === undefined ? "the stack" : nameOf(urn);
}

/** The same for one finding from run to run, also where its text counts something. */
function fingerprintOf(finding: Finding): string {
  const text = finding.message.replace(/\d+/g, "#");
  return createHash("sha256")
    .update([finding.pack, finding.policy, finding.urn ?? "", text].join("\0"))
    .digest("hex")
    .slice(0, 32);
}
