/** Finds what only changed its name between two stacks, so that a comparison is about access and not about names. */
import type { Identity, StackAccess } from "./access";
import { sayingsOf } from "./sayings";

/** Something with another name. */
export interface Rename {
  type: string;
  before: string;
  after: string;
}

/**
 * Resources of one type that only one of the stacks has, whose documents say the same but for names. What is taken for a new
 * name is listed by the caller; a pair that does not fit shows as a difference, never as none.
 */
export function renamesBetween(before: StackAccess, after: StackAccess): Rename[] {
  const [old, now] = [new Set(before.identities.map(nameOf)), new Set(after.identities.map(nameOf))];
  const gone = before.identities.filter((one) => !now.has(nameOf(one)));
  const come = after.identities.filter((one) => !old.has(nameOf(one)));
  if (gone.length === 0 || come.length === 0) return [];
  const [was, is] = [signatures(before, gone), signatures(after, come)];
  const taken = new Set<Identity>();
  return gone.flatMap((one): Rename[] => {
    const signature = was.get(one.name) ?? "";
    const fits = come.filter(
      (other) => !taken.has(other) && other.type === one.type && is.get(other.name) === signature,
    );
    // What has no document is told apart by nothing, and matters to nobody but by its name in others.
    const [found] = fits.length === 1 || signature !== "" ? fits : [];
    if (found === undefined) return [];
    taken.add(found);
    return [{ type: one.type, before: one.name, after: found.name }];
  });
}

const nameOf = ({ type, name }: Identity): string => `${type} ${name}`;

/** What the documents at each resource say, with the names of all that came or went left open. */
function signatures(access: StackAccess, loose: readonly Identity[]): ReadonlyMap<string, string> {
  const open = (text: string): string =>
    replaceNames(
      text,
      loose.map(({ type, name }) => [name, `<${type}>`]),
    );
  const byPlace = new Map<string, string[]>();
  for (const { at, effect, place, said } of sayingsOf(access)) {
    const found = byPlace.get(at);
    const line = `${effect} ${place} ${open(said)}`;
    if (found === undefined) byPlace.set(at, [line]);
    else found.push(line);
  }
  for (const { at, kind, policy } of access.opaque) byPlace.set(at, [...(byPlace.get(at) ?? []), `${kind} ${policy}`]);
  return new Map([...byPlace].map(([at, lines]) => [at, lines.toSorted().join("\n")]));
}

/** A text with names replaced, where they stand by themselves. The longest name goes first. */
export function replaceNames(text: string, names: readonly (readonly [from: string, to: string])[]): string {
  const ordered = names.toSorted(([one], [other]) => other.length - one.length);
  let changed = text;
  for (const [from, to] of ordered) {
    // A short name could stand for anything.
    if (from.length < 4 || !changed.includes(from)) continue;
    const pattern = new RegExp(`(?<![\\w-])${from.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&")}(?![\\w-])`, "gu");
    changed = changed.replace(pattern, () => to);
  }
  return changed;
}

/** The stack with the old names of what was renamed. */
export function withOldNames(access: StackAccess, renames: readonly Rename[]): StackAccess {
  if (renames.length === 0) return access;
  const names = renames.map(({ before, after }) => [after, before] as const);
  return JSON.parse(replaceNames(JSON.stringify(access), names)) as StackAccess;
}
