import { createHash } from "node:crypto";
import { isAbsolute, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Finding } from "../findings";
import { isS3Uri } from "../s3-uri";
import type { FindingSet } from "../report";
import { type RuleId, rules } from "../rules";

/** Score by which GitHub's code scanning sorts security findings, 0 to 10, for rules about sensitive data and poisoning. */
const securitySeverity: readonly (readonly [RegExp, string])[] = [
  [/^secret-/, "8.0"],
  [/^pii-/, "5.0"],
  [/^(?:hidden-text|trigger-phrase|injection-phrase|markup-payload|encoded-payload)$/, "6.0"],
];

/**
 * Results that code scanning takes in a run; it refuses a file with more.
 * Source: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
 */
const MOST_RESULTS = 25_000;

/**
 * The findings of reports as a SARIF 2.1.0 log with one run, for code scanning. Messages and excerpts are masked already.
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 *
 * @param sets - reports of files, and findings of files together
 * @param version - version of this project
 */
export function toSarif(sets: readonly FindingSet[], version: string) {
  const all = sets.flatMap((set) => set.findings);
  const findings = all.length <= MOST_RESULTS ? all : errorsFirst(all).slice(0, MOST_RESULTS);
  const ids = [...new Set(sets.flatMap(({ totalFindings }) => Object.keys(totalFindings) as RuleId[]))].sort();
  const seen = new Map<string, number>();
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0" as const,
    runs: [
      {
        tool: { driver: { name: "secure-model-customization-dataset", version, rules: ids.map(descriptorOf) } },
        columnKind: "unicodeCodePoints" as const,
        invocations: [{ executionSuccessful: true }],
        results: findings.map((finding) => resultOf(finding, ids, seen)),
        properties: { totalFindings: sets.map(({ totalFindings }) => totalFindings) },
      },
    ],
  };
}

function descriptorOf(id: RuleId) {
  const { severity, explanation } = rules[id];
  const score = securitySeverity.find(([pattern]) => pattern.test(id))?.[1];
  return {
    id,
    name: id
      .split("-")
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(""),
    shortDescription: { text: explanation },
    help: { text: explanation },
    defaultConfiguration: { level: severity },
    properties: {
      tags: [score === undefined ? "data-quality" : "security"],
      ...(score === undefined ? {} : { "security-severity": score }),
    },
  };
}

function resultOf(finding: Finding, ids: readonly RuleId[], seen: Map<string, number>) {
  const { rule, severity, file, line, column, message, excerpt } = finding;
  // Code scanning shows no result without a line, so what is wrong with a whole file stands at its first.
  const region = { startLine: line ?? 1, startColumn: column ?? 1 };
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: severity,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { ...region, ...(excerpt && excerpt.text !== "" ? { snippet: { text: excerpt.text } } : {}) },
        },
      },
    ],
    partialFingerprints: { "ruleAndText/v1": fingerprintOf(finding, seen) },
  };
}

function errorsFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => Number(a.severity !== "error") - Number(b.severity !== "error"));
}

/**
 * A path in the folder that the check runs in, however it was written, as a relative reference: code scanning knows the
 * files of a repository by these. Any other path and S3 object as a URI.
 */
function uriOf(file: string): string {
  // A key may hold any character, also those that would begin a query or a fragment.
  if (isS3Uri(file)) return encodeURI(file).replaceAll("?", "%3F").replaceAll("#", "%23");
  const inside = relative("", file);
  const isInside = inside !== "" && !isAbsolute(inside) && inside.split(sep)[0] !== "..";
  if (!isInside && /^(?:[a-z]:)?[\\/]/i.test(file)) return pathToFileURL(file).href;
  return (isInside ? inside : file)
    .replaceAll("\\", "/")
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
}

/** The same for one finding from run to run, also when lines above it come and go; the n-th of equal ones is told apart. */
function fingerprintOf({ rule, file, message, excerpt }: Finding, seen: Map<string, number>): string {
  const text = [rule, uriOf(file), message.replace(/\d+/g, "#"), excerpt?.text ?? ""].join("\0");
  const times = seen.get(text) ?? 0;
  seen.set(text, times + 1);
  return createHash("sha256").update(`${text}\0${times}`).digest("hex").slice(0, 32);
}
