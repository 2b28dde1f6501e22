/**
 * Exemptions: findings that the platform team has accepted, for a reason, for a time. They are data of the pack's
 * configuration, never of the program that is judged. What is wrong with one is a finding itself, and none is silent.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ConfigurationError } from "./configuration-error";
import { matchesAny } from "./evaluator";
import { isRecord } from "./subject";

/** One accepted finding. In `resource` and `finding`, `*` and `?` are wildcards. */
export interface Exemption {
  /** URN, `type::name`, or name of the resource. */
  readonly resource: string;
  /** Id of one policy. */
  readonly policy: string;
  /** Text of the finding, without the remediation that follows it. */
  readonly finding: string;
  /** Why the finding is accepted. */
  readonly reason: string;
  /** Who accepted it. */
  readonly approver: string;
  /** Last day (UTC) on which it holds, `YYYY-MM-DD`. */
  readonly expires: string;
}

/** A finding that was accepted. */
export interface ExemptedFinding {
  readonly exemption: Exemption;
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
}

/** Configuration of the exemptions, complete. */
export interface ExemptionSettings {
  readonly exemptions: readonly unknown[];
  /** Further exemptions in a JSON file: a list. Relative to the pack's folder. Empty: none. */
  readonly file: string;
  /** Longest time, in days from today, for which an exemption may hold. */
  readonly maximumDays: number;
  /** Most resources that one exemption may cover in a stack. */
  readonly maximumResources: number;
}

/** What holds where the configuration says nothing. */
export const DEFAULT_EXEMPTION_SETTINGS: ExemptionSettings = {
  exemptions: [],
  file: "",
  maximumDays: 365,
  maximumResources: 1,
};

const FIELDS = ["resource", "policy", "finding", "reason", "approver", "expires"] as const;
const DAY = 24 * 60 * 60 * 1000;

/** The exemptions of one configuration, and what they were used for in one operation of the engine. */
export class Exemptions {
  /** What is wrong with single exemptions, one text each; these do not hold. */
  readonly problems: readonly string[];
  private readonly valid: readonly Exemption[];
  private readonly found: ExemptedFinding[] = [];

  /**
   * @param settings The configuration.
   * @param policies Ids of the policies of the pack.
   * @param now Time by which an expiry is judged.
   * @throws Error naming the file when it cannot be read or is no JSON list.
   */
  constructor(
    private readonly settings: ExemptionSettings,
    policies: ReadonlySet<string>,
    now: Date,
  ) {
    const problems: string[] = [];
    const valid: Exemption[] = [];
    for (const [index, entry] of [...settings.exemptions, ...entriesIn(settings.file)].entries()) {
      const wrong = problemsWith(entry, { policies, now, maximumDays: settings.maximumDays });
      if (wrong.length === 0) valid.push(entry as Exemption);
      else problems.push(`Exemption ${index + 1}${nameOf(entry)} does not hold: ${wrong.join("; ")}.`);
    }
    this.problems = problems;
    this.valid = valid;
  }

  /** The exemption that accepts a finding, or `undefined`. Its use is remembered. */
  accept(policy: string, urn: string, message: string): Exemption | undefined {
    const exemption = this.valid.find(
      (candidate) =>
        candidate.policy === policy &&
        namesOf(urn).some((name) => matchesAny([candidate.resource], name)) &&
        matchesAny([candidate.finding], message),
    );
    const known = this.found.some((use) => use.policy === policy && use.urn === urn && use.message === message);
    if (exemption !== undefined && !known) this.found.push({ exemption, policy, urn, message });
    return exemption;
  }

  /** The findings that were accepted so far. */
  get accepted(): readonly ExemptedFinding[] {
    return this.found;
  }

  /**
   * Exemptions that accept nothing, or more than they should, one text each.
   *
   * @param open Judgements that are still open: an exemption for one of them may yet be needed.
   */
  misfits(open: readonly { readonly policy: string; readonly urn: string }[]): string[] {
    return this.valid.flatMap((exemption) => {
      const about = `The exemption from ${exemption.policy} for ${exemption.resource}`;
      const covered = new Set(this.found.filter((use) => use.exemption === exemption).map(({ urn }) => urn));
      if (covered.size > this.settings.maximumResources) {
        return [`${about} covers ${covered.size} resources; at most ${this.settings.maximumResources} are allowed.`];
      }
      const pending = open.some(
        ({ policy, urn }) =>
          policy === exemption.policy && namesOf(urn).some((name) => matchesAny([exemption.resource], name)),
      );
      return covered.size === 0 && !pending ? [`${about} accepts no finding; remove it.`] : [];
    });
  }
}

/**
 * The configuration with defaults for what the user did not set.
 *
 * @throws Error naming the setting and the value when one has the wrong type, or does not exist.
 */
export function exemptionSettings(configured: Readonly<Record<string, unknown>>): ExemptionSettings {
  const refuse = (name: string, expected: string): never => {
    throw new ConfigurationError(
      `Policy exemptions-are-approved: parameter ${name} is ${JSON.stringify(configured[name])}; it must be ${expected}. ` +
        "Correct it in the policy pack's configuration.",
    );
  };
  const { exemptions, file, maximumDays, maximumResources } = { ...DEFAULT_EXEMPTION_SETTINGS, ...configured };
  for (const name of Object.keys(configured)) {
    if (!(name in DEFAULT_EXEMPTION_SETTINGS)) {
      refuse(name, `one of ${Object.keys(DEFAULT_EXEMPTION_SETTINGS).join(", ")}`);
    }
  }
  if (!Array.isArray(exemptions)) refuse("exemptions", "a list of exemptions");
  if (typeof file !== "string") refuse("file", "the path of a JSON file");
  for (const [name, value] of Object.entries({ maximumDays, maximumResources })) {
    if (!Number.isInteger(value) || value < 1) refuse(name, "a whole number, at least 1");
  }
  return { exemptions, file, maximumDays, maximumResources };
}

function entriesIn(file: string): unknown[] {
  if (file === "") return [];
  const where = path.resolve(__dirname, file);
  const fail = (why: string, cause?: unknown): Error =>
    new ConfigurationError(
      `The file of exemptions ${where} ${why}. It must be a JSON list of ` +
        `{ ${FIELDS.join(", ")} }; correct it, or the parameter file of exemptions-are-approved.`,
      { cause },
    );
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(where, "utf8"));
  } catch (error) {
    throw fail(`cannot be read (${String(error)})`, error);
  }
  if (!Array.isArray(content)) throw fail("holds no list");
  return content;
}

function problemsWith(
  entry: unknown,
  rules: { policies: ReadonlySet<string>; now: Date; maximumDays: number },
): string[] {
  if (!isRecord(entry)) return ["it is no object"];
  const missing = FIELDS.filter((field) => typeof entry[field] !== "string" || entry[field].trim() === "");
  if (missing.length > 0) return [`it has no ${missing.join(", ")}`];
  const { resource, policy, finding, expires } = entry as unknown as Exemption;
  const problems = Object.keys(entry)
    .filter((name) => !FIELDS.some((field) => field === name))
    .map((name) => `${name} is not one of ${FIELDS.join(", ")}`);
  if (!rules.policies.has(policy)) problems.push(`policy ${policy} does not exist; it must be the id of one policy`);
  if (namesNoResource(resource)) problems.push(`resource ${resource} is every resource; name one`);
  if (/^[*?\s]*$/.test(finding)) problems.push(`finding ${finding} is every finding; quote a part of one`);
  return [...problems, ...expiryProblems(expires, rules)];
}

/** Whether a pattern says nothing of a resource: `*`, `*::*`, or the beginning that all URNs of a stack have. */
function namesNoResource(pattern: string): boolean {
  const isBeginningOfUrn = pattern.startsWith("urn:") && /^[*?\s]*$/.test(pattern.split("::").slice(2).join(""));
  return isBeginningOfUrn || /^[*?:\s]*$/.test(pattern);
}

function expiryProblems(expires: string, { now, maximumDays }: { now: Date; maximumDays: number }): string[] {
  const day = Date.parse(`${expires}T00:00:00Z`);
  // A day that a month does not have would be read as one of the next month.
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(expires);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires) || !isDay) return [`expires is ${expires}; write YYYY-MM-DD`];
  if (day + DAY <= now.getTime()) return [`it expired on ${expires}`];
  if (day > now.getTime() + maximumDays * DAY) {
    return [`it expires on ${expires}, in more than ${maximumDays} days`];
  }
  return [];
}

function nameOf(entry: unknown): string {
  if (!isRecord(entry) || typeof entry["policy"] !== "string") return "";
  return ` (from ${entry["policy"]}${typeof entry["resource"] === "string" ? ` for ${entry["resource"]}` : ""})`;
}

/** The names under which an exemption may speak of a resource. */
function namesOf(urn: string): string[] {
  const [, , types = "", ...rest] = urn.split("::");
  const name = rest.join("::");
  return [urn, `${types.split("$").at(-1) ?? types}::${name}`, name];
}
