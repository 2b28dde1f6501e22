/** Reads the engine's machine-readable account of a run: JSON lines of `pulumi policy analyze --json` and of event logs. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../subject";
import { reportOf, type Finding, type PolicyReport } from "./finding";

/** Events that are no account of a run. */
export class EventError extends Error {
  /** @param message What was read, and what is expected. */
  constructor(message: string) {
    super(message);
    this.name = "EventError";
  }
}

/**
 * The findings in the events of one run. The engine tells a finding of the stack again in each phase; it is listed once.
 *
 * @param text One JSON object per line. Lines of text that the engine's command prints between them are kept as errors
 *   when they say so.
 * @throws EventError when no line is an event
 */
export function readEvents(text: string): PolicyReport {
  const findings = new Map<string, Finding>();
  const errors: string[] = [];
  let events = 0;
  for (const line of text.split("\n")) {
    const event = eventIn(line);
    if (event === undefined) {
      if (line.startsWith("error: ")) errors.push(line.slice("error: ".length));
      continue;
    }
    events += 1;
    const diagnostic = event["diagnosticEvent"];
    if (isRecord(diagnostic) && diagnostic["severity"] === "error") errors.push(plain(textOf(diagnostic, "message")));
    const [policy, remediation] = [event["policyEvent"], event["policyRemediationEvent"]];
    const finding = isRecord(policy) ? findingIn(policy) : isRecord(remediation) ? mendedIn(remediation) : undefined;
    if (finding === undefined) continue;
    findings.set(JSON.stringify(finding), finding);
  }
  if (events === 0) {
    throw new EventError(
      errors.length > 0
        ? `Nothing was judged: ${errors.join("; ")}.`
        : "No event of the engine was found. Expected are the JSON lines of `pulumi policy analyze --json` or of `--event-log`.",
    );
  }
  const report = reportOf([...findings.values()]);
  return { ...report, errors: errors.filter((error) => !(report.mandatory > 0 && FOLLOWS.test(error))) };
}

/** What the engine adds to findings that stop it. Without such a finding it is an error like any other. */
const FOLLOWS = /^(?:one or more mandatory policy violations were found|(?:preview|update) failed)$/;

function eventIn(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && typeof value["sequence"] === "number" ? value : undefined;
  } catch {
    // A program may print anything that begins with a brace; only the engine's lines count.
    return undefined;
  }
}

function findingIn(event: Record<string, unknown>): Finding {
  const urn = textOf(event, "resourceUrn");
  return {
    pack: textOf(event, "policyPackName"),
    version: textOf(event, "policyPackVersion"),
    policy: textOf(event, "policyName"),
    level: textOf(event, "enforcementLevel"),
    ...(urn !== "" && { urn }),
    // The engine puts the description of the policy before what the policy said.
    message: plain(textOf(event, "message")).split("\n").slice(1).join("\n") || plain(textOf(event, "message")),
  };
}

/** What a policy has mended: the names of the properties, since a value may be a secret. */
function mendedIn(event: Record<string, unknown>): Finding {
  const [before, after] = [event["before"], event["after"]].map((value) => (isRecord(value) ? value : {}));
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = names.filter((name) => !isDeepStrictEqual(before?.[name], after?.[name]));
  return {
    ...findingIn({ ...event, enforcementLevel: "remediate", message: "" }),
    // The engine shows a secret alike before and after.
    message: `The policy has changed ${changed.length > 0 ? changed.join(", ") : "what is in a secret"}.`,
  };
}

function textOf(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  return typeof value === "string" ? value : "";
}

/** Without the engine's marks for colours, `<{%reset%}>`, and without the line feeds around. */
function plain(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "").trim();
}
