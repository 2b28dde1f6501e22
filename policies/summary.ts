/** The one finding that lists what could not be judged: policy, resource, why, and when it will be judged. */
import type { PolicyRule } from "./model";

/** A judgement that is still open when all policies have run. */
export interface OpenJudgement {
  readonly policy: string;
  readonly urn: string;
  readonly reason: string;
}

const NAMED_PER_REASON = 5;

/**
 * The text of the summary, or `undefined` when nothing is open. Judgements with the same policy and reason share a line.
 *
 * @param phases Phase of each policy: it decides when the judgement is made.
 * @param unread Lines about resources that no policy can read.
 */
export function summarize(
  open: readonly OpenJudgement[],
  phases: ReadonlyMap<string, PolicyRule["phase"]>,
  unread: readonly string[] = [],
): string | undefined {
  if (open.length === 0 && unread.length === 0) return undefined;
  const groups = new Map<string, OpenJudgement[]>();
  for (const judgement of open) {
    const key = `${judgement.policy}\0${judgement.reason}`;
    const group = groups.get(key);
    if (group) group.push(judgement);
    else groups.set(key, [judgement]);
  }
  const lines = [...groups.values()].map((group) => lineOf(group, phases));
  const count = open.length === 1 ? "1 judgement is" : `${open.length} judgements are`;
  const what = open.length === 0 ? "What is written for another provider is not judged" : `${count} open`;
  return [`${what}:`, ...lines, ...unread].join("\n");
}

function lineOf(group: readonly OpenJudgement[], phases: ReadonlyMap<string, PolicyRule["phase"]>): string {
  const [first] = group;
  if (first === undefined) return "";
  const names = group.slice(0, NAMED_PER_REASON).map((judgement) => nameOf(judgement.urn));
  const more = group.length > names.length ? ` and ${group.length - names.length} more` : "";
  const when =
    phases.get(first.policy) === "resource"
      ? "judged in the update, before the resource is created or changed"
      : "judged at the end of the update";
  return `- ${first.policy} on ${names.join(", ")}${more}: ${first.reason} (${when})`;
}

/** `name (type)` of a URN. */
export function nameOf(urn: string): string {
  const [, , types = "", ...rest] = urn.split("::");
  const name = rest.length > 0 ? rest.join("::") : urn;
  return `${name} (${types.split("$").at(-1) ?? types})`;
}
