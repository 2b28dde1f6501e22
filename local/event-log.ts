import { readFileSync } from "node:fs";

/** What the policy packs said during a run. */
export interface PolicyResult {
  /** Name and version of each pack that judged. */
  packs: string[];
  /** Names of the policies that had something to judge. */
  policies: string[];
  /** How many judgements (policy × resource) were passed. */
  passed: number;
  mandatory: number;
  advisory: number;
  messages: string[];
}

interface AnalyzeSummary {
  policyPackName: string;
  policyPackVersion: string;
  passed?: string[];
  failed?: string[];
}

interface EngineEvent {
  policyAnalyzeSummaryEvent?: AnalyzeSummary;
  policyAnalyzeStackSummaryEvent?: AnalyzeSummary;

  policyEvent?: { policyName: string; enforcementLevel: string; message: string; resourceUrn?: string };
  summaryEvent?: { resourceChanges?: Record<string, number> };
}

/**
 * Reads the engine's account of a run: how many resources it changes, and what the policies found.
 *
 * @param path file of JSON lines that `--event-log` has written
 */
export function readEventLog(path: string): { policies: PolicyResult; changes: number } {
  const policies: PolicyResult = { packs: [], policies: [], passed: 0, mandatory: 0, advisory: 0, messages: [] };
  const packs = new Set<string>();
  const names = new Set<string>();
  let changes = 0;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line === "") {
      continue;
    }
    const event = JSON.parse(line) as EngineEvent;
    if (event.policyEvent) {
      const { policyName, enforcementLevel, message } = event.policyEvent;
      policies[enforcementLevel === "mandatory" ? "mandatory" : "advisory"] += 1;
      policies.messages.push(`${policyName}: ${message.split("\n", 1)[0] ?? ""}`);
    }
    const judged = event.policyAnalyzeSummaryEvent ?? event.policyAnalyzeStackSummaryEvent;
    if (judged) {
      packs.add(`${judged.policyPackName} ${judged.policyPackVersion}`);
      policies.passed += judged.passed?.length ?? 0;
      for (const name of [...(judged.passed ?? []), ...(judged.failed ?? [])]) {
        names.add(name);
      }
    }
    if (event.summaryEvent) {
      changes = Object.entries(event.summaryEvent.resourceChanges ?? {})
        .filter(([operation]) => operation !== "same")
        .reduce((sum, [, count]) => sum + count, 0);
    }
  }
  return { policies: { ...policies, packs: [...packs], policies: [...names].sort() }, changes };
}
