/** Compares two stacks, whatever they hold: what their documents say, and where there is a job what attempts decide. */
import type { OpaquePolicy, StackAccess, Unread } from "./access";
import { diffAttempts, diffSayings, linesOf, type AccessDiff } from "./diff";
import { PolicySyntaxError, RequestError } from "../iam";
import { ProofError, type AccessModel } from "./model";
import { renamesBetween, withOldNames, type Rename } from "./renames";
import { widenings, type Widening } from "./risks";

/** One side of a comparison. */
export interface Side {
  access: StackAccess;
  /** Reads the model for attempts; throws a ProofError when there is none. */
  model(): AccessModel;
}

/** A comparison; plain data. */
export interface Comparison extends AccessDiff {
  /** What got wider, gravest first. */
  gravest: Widening[];
  /** What was taken for the same thing under another name. */
  renamed: Rename[];
  /** What could not be read, and so was not compared: on both sides, or only on one. */
  unread: (Unread & { side: "both" | "before" | "after" })[];
  /** Why no attempts were compared; absent when they were. */
  attemptsNotMade?: string;
}

/** Compares two stacks. */
export function compare(before: Side, after: Side): Comparison {
  const renamed = renamesBetween(before.access, after.access);
  const now = withOldNames(after.access, renamed);
  const sayings = diffSayings(before.access, now);
  const lines = linesOf(sayings);
  const opaqueAdded = missingIn(before.access.opaque, now.opaque);
  const { gained, lost, attemptsNotMade } = attempts(before, after);
  const attacks = gained.flatMap(({ name, threat, reason, open }): Widening[] =>
    threat === undefined || open?.accepted === true ? [] : [{ what: `${name}: ${threat}`, why: reason }],
  );
  const attached = opaqueAdded
    .filter(({ kind }) => kind !== "boundary")
    .map((one): Widening => ({ what: opaqueLine(one), why: "The stack does not hold its document; look it up." }));
  return {
    before: before.access.stack,
    after: after.access.stack,
    gravest: [...attacks, ...attached, ...widenings(sayings, before.access, now)],
    gained,
    lost,
    ...lines,
    grantsAdded: [...opaqueAdded.map(opaqueLine), ...lines.grantsAdded],
    grantsRemoved: [...missingIn(now.opaque, before.access.opaque).map(opaqueLine), ...lines.grantsRemoved],
    renamed,
    unread: unreadOf(before.access.unread, now.unread),
    ...(attemptsNotMade === undefined ? {} : { attemptsNotMade }),
  };
}

function attempts(before: Side, after: Side): Pick<Comparison, "gained" | "lost" | "attemptsNotMade"> {
  try {
    return diffAttempts(before.model(), after.model());
  } catch (error) {
    // What cannot be judged is said; what the statements say is compared all the same.
    const known = error instanceof ProofError || error instanceof PolicySyntaxError || error instanceof RequestError;
    if (!known) throw error;
    return { gained: [], lost: [], attemptsNotMade: error.message };
  }
}

const opaqueLine = ({ at, kind, policy }: OpaquePolicy): string =>
  kind === "boundary" ? `${at} is bound by ${policy}` : `everything that ${policy} grants, to ${at}`;

function missingIn(some: readonly OpaquePolicy[], all: readonly OpaquePolicy[]): OpaquePolicy[] {
  const known = new Set(some.map(opaqueLine));
  return all.filter((one) => !known.has(opaqueLine(one)));
}

function unreadOf(before: readonly Unread[], after: readonly Unread[]): Comparison["unread"] {
  const id = ({ what, why }: Unread): string => `${what} ${why}`;
  const [old, now] = [new Set(before.map(id)), new Set(after.map(id))];
  const all = new Map([...before, ...after].map((one) => [id(one), one]));
  return [...all].map(([key, one]) => ({
    ...one,
    side: old.has(key) && now.has(key) ? "both" : old.has(key) ? "before" : "after",
  }));
}
