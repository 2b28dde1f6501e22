import { readFileSync } from "node:fs";

/** What the policy packs said during a run. */
export interface PolicyResult {
  packs: string[];
  mandatory: number;
  advisory: number;
  messages: string[];
}

interface EngineEvent {
  policyEvent?: { policyName: string; enforcementLevel: string; message: string; resourceUrn?: string };
  policyLoadEvent?: Record<string, never>;
  summaryEvent?: { resourceChanges?: Record<string, number>; policyPacks?: Record<string, string> };
}

/**
 * Reads the engine's account of a run: how many resources it changes, and what the policies found.
 *
 * @param path file of JSON lines that `--event-log` has written
 */
export function readEventLog(path: string): { policies: PolicyResult; changes: number } {
  const policies: PolicyResult = { packs: [], mandatory: 0, advisory: 0, messages: [] };
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
    if (event.summaryEvent) {
      policies.packs = Object.entries(event.summaryEvent.policyPacks ?? {}).map(
        ([name, version]) => `${name} ${version}`,
      );
      changes = Object.entries(event.summaryEvent.resourceChanges ?? {})
        .filter(([operation]) => operation !== "same")
        .reduce((sum, [, count]) => sum + count, 0);
    }
  }
  return { policies, changes };
}
