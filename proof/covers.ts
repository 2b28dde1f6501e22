/** Whether what one statement says includes what another says, as far as their texts tell. Never yes where it does not. */
import { canonicalKey } from "../iam/condition-keys";
import { ANY_ONE, ANY_RUN, toUnits } from "../iam/match";

/** A list of patterns, or everything but the patterns. */
export interface Reach {
  readonly allBut: boolean;
  readonly patterns: readonly string[];
}

/** One operator on one key, in a form in which equal meanings are equal texts. */
export interface Demand {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  /** As it is written, for the reader. */
  readonly text: string;
}

/** What a statement says of one action, one resource and one principal. */
export interface Scope {
  readonly actions: Reach;
  readonly resources: Reach;
  /** The principal as JSON; absent where the document is attached to whom it is about. */
  readonly who?: string;
  readonly demands: readonly Demand[];
}

/** The principal that is everybody. */
export const EVERYBODY = '{"AWS":["*"]}';

/** Whether every text that the second pattern matches is matched by the first. */
export function patternCovers(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === "*") return true;
  // What a variable or an escape stands for is not a text of the pattern.
  if (wide.includes("${")) return false;
  const [one, other] = [wide.split(":"), narrow.split(":")];
  if (one[0] !== "arn" || one.length < 6 || other.length < 6) return unitsCover(toUnits(wide, true), narrow);
  const segments = (all: string[]): string[] => [...all.slice(0, 5), all.slice(5).join(":")];
  const theirs = segments(other);
  return segments(one).every((segment, index) => unitsCover(toUnits(segment, true), theirs[index] ?? ""));
}

/** A wildcard of the narrow text must meet one of the wide pattern that takes at least as much. */
function unitsCover(wide: readonly number[], text: string): boolean {
  const narrow = toUnits(text, true);
  let places = new Set([0]);
  const enter = (all: Set<number>, place: number): void => {
    for (let next = place; ; next++) {
      all.add(next);
      if (wide[next] !== ANY_RUN) return;
    }
  };
  enter(places, 0);
  for (const unit of narrow) {
    const following = new Set<number>();
    for (const place of places) {
      const here = wide[place];
      if (here === ANY_RUN) enter(following, place);
      else if (here === unit || (here === ANY_ONE && unit !== ANY_RUN)) enter(following, place + 1);
    }
    places = following;
  }
  return places.has(wide.length);
}

function reachCovers(wide: Reach, narrow: Reach): boolean {
  const inSome = (pattern: string, all: readonly string[]): boolean => all.some((one) => patternCovers(one, pattern));
  if (!wide.allBut) return !narrow.allBut && narrow.patterns.every((one) => inSome(one, wide.patterns));
  // What is excepted by the wide one must be excepted by the narrow one, too.
  return narrow.allBut && wide.patterns.every((one) => inSome(one, narrow.patterns));
}

/** Whether a request that fulfils the strict demand always fulfils the other. */
function implies(strict: Demand, { operator, key, values }: Demand): boolean {
  if (strict.key !== key || strict.operator !== operator) return false;
  const wildcards = /Like|Arn/u.test(operator);
  const within = (one: string, all: readonly string[]): boolean =>
    all.some((other) => other === one || (wildcards && patternCovers(other, one)));
  return operator.includes("Not")
    ? values.every((one) => within(one, strict.values))
    : strict.values.every((one) => within(one, values));
}

/** Whether the wide one holds whenever the narrow one does. */
export function covers(wide: Scope, narrow: Scope): boolean {
  return (
    (wide.who === narrow.who || wide.who === EVERYBODY) &&
    reachCovers(wide.actions, narrow.actions) &&
    reachCovers(wide.resources, narrow.resources) &&
    wide.demands.every((demand) => narrow.demands.some((strict) => implies(strict, demand)))
  );
}

const TWINS: Readonly<Record<string, string>> = { ArnEquals: "ArnLike", ArnNotEquals: "ArnNotLike" };

/** A demand in the form in which equal meanings are equal texts (IAM User Guide, "Condition operators"). */
export function demandOf(operator: string, key: string, given: readonly (string | number | boolean)[]): Demand {
  const values = [...new Set(given.map(String))];
  const [, prefix = "", base = "", suffix = ""] = /^(For\w+:)?(\w+?)(IfExists)?$/u.exec(operator) ?? [];
  const plain = /^String(?:Not)?Like$/u.test(base) && !values.some((value) => /[*?$]/u.test(value));
  const same = plain ? base.replace("Like", "Equals") : (TWINS[base] ?? base);
  const truth = base === "Bool" || base === "Null";
  return {
    operator: `${prefix}${same}${suffix}`,
    key: canonicalKey(key),
    values: values.map((value) => (truth ? value.toLowerCase() : value)).toSorted(),
    text: `${operator} ${key} ${values.map((value) => JSON.stringify(value)).join(" or ")}`,
  };
}
