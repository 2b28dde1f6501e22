/** Who can do what now that could not before: the question of whoever reviews a change. */
import { accessOf, type StackAccess } from "./access";
import { covers } from "./covers";
import type { AccessModel } from "./model";
import { prove, type Result } from "./prove";
import { sayingsOf, type Saying } from "./sayings";

/** What statements say now that they did not; each line names document, statement, action, resource, whom and condition. */
export interface StatementDiff {
  /** Statements that allow more. */
  grantsAdded: string[];
  grantsRemoved: string[];
  deniesAdded: string[];
  /** Denials and limits that are gone, while what they were about is still there: each may let something through. */
  deniesRemoved: string[];
}

/** What changed between two models; plain data. */
export interface AccessDiff extends StatementDiff {
  before: string;
  after: string;
  /** Attempts that succeed now and did not before. */
  gained: Result[];
  /** Attempts that succeeded before and do not now. */
  lost: Result[];
}

/** The sayings behind a {@link StatementDiff}, for whoever weighs them. */
export interface SayingDiff {
  granted: Saying[];
  notGranted: Saying[];
  denied: Saying[];
  notDenied: Saying[];
  /** Lines about limits that are gone, e.g. permissions boundaries. */
  unbound: string[];
}

/** Compares two models by what they decide and by what their statements say. */
export function diffAccess(before: AccessModel, after: AccessModel): AccessDiff {
  return {
    before: before.name,
    after: after.name,
    ...diffAttempts(before, after),
    ...diffStatements(before, after),
  };
}

/** Compares what two models decide. */
export function diffAttempts(before: AccessModel, after: AccessModel): Pick<AccessDiff, "gained" | "lost"> {
  const results = (model: AccessModel): Result[] => {
    const { mustAllow, mustDeny } = prove(model);
    return [...mustAllow, ...mustDeny];
  };
  const old = new Map(results(before).map((one) => [one.name, one.allowed]));
  const now = results(after);
  return {
    gained: now.filter(({ name, allowed }) => allowed && old.get(name) !== true),
    lost: now.filter(({ name, allowed }) => !allowed && old.get(name) === true),
  };
}

/** Compares what the statements of two models say. */
export function diffStatements(before: AccessModel, after: AccessModel): StatementDiff {
  return linesOf(diffSayings(accessOf(before), accessOf(after)));
}

/**
 * Compares what the statements of two stacks say. What another statement of the same holder or resource already said is no
 * difference: a grant in other words, one that was taken apart, one that became narrower, one that moved to another document.
 */
export function diffSayings(before: StackAccess, after: StackAccess): SayingDiff {
  const [old, now] = [sayingsOf(before), sayingsOf(after)];
  const of = (all: readonly Saying[], effect: Saying["effect"]): Saying[] => all.filter((one) => one.effect === effect);
  const still = new Set(after.identities.map(({ name }) => name));
  const bound = new Set(after.limits.map(({ at, by }) => `${at} ${by}`));
  return {
    granted: uncovered(of(now, "Allow"), of(old, "Allow")),
    notGranted: uncovered(of(old, "Allow"), of(now, "Allow")),
    denied: uncovered(of(now, "Deny"), of(old, "Deny")),
    notDenied: uncovered(of(old, "Deny"), of(now, "Deny")).filter(({ at }) => still.has(at)),
    unbound: before.limits
      .filter(({ at, by }) => still.has(at) && !bound.has(`${at} ${by}`))
      .map(({ at, by }) => `${at} is no longer bound by ${by}`),
  };
}

/** The lines of sayings, each once. */
export function linesOf({ granted, notGranted, denied, notDenied, unbound }: SayingDiff): StatementDiff {
  const lines = (all: readonly Saying[]): string[] => [...new Set(all.map(({ line }) => line))];
  return {
    grantsAdded: lines(granted),
    grantsRemoved: lines(notGranted),
    deniesAdded: lines(denied),
    deniesRemoved: [...lines(notDenied), ...unbound],
  };
}

/** Whether the statements let somebody do more, as far as they tell by themselves. */
export function isWider({ grantsAdded, deniesRemoved }: StatementDiff): boolean {
  return grantsAdded.length > 0 || deniesRemoved.length > 0;
}

const placeOf = ({ place, at }: Saying): string => `${place} ${at}`;

/** The sayings that no single one of the others includes. */
function uncovered(all: readonly Saying[], others: readonly Saying[]): Saying[] {
  const known = new Set(others.map((one) => `${placeOf(one)} ${one.said}`));
  const byPlace = new Map<string, Saying[]>();
  for (const one of others) {
    const known = byPlace.get(placeOf(one));
    if (known === undefined) byPlace.set(placeOf(one), [one]);
    else known.push(one);
  }
  return all.filter(
    (one) =>
      !known.has(`${placeOf(one)} ${one.said}`) &&
      !(byPlace.get(placeOf(one)) ?? []).some((other) => covers(other, one)),
  );
}
