import type { PropertySpec } from "./definition";
import { isRecord, same } from "./schema";
import type { Properties } from "./wire";

/** What kind of change a property path shows. */
export type ChangeKind = "add" | "delete" | "update";

/** The difference between what is wanted and what is. */
export interface Difference {
  /** Top-level properties that differ. */
  properties: string[];
  /** Those among them whose change replaces the resource. */
  replaces: string[];
  /** The changes by property path (`tags.owner`, `rules[0].days`). */
  details: Map<string, Detail>;
}

/** One change in the detailed diff. */
export interface Detail {
  kind: ChangeKind;
  /** The resource is replaced because of it. */
  replace: boolean;
  /** The inputs differ; false when only AWS differs (drift). */
  input: boolean;
}

/**
 * Compares wanted inputs with the state, property by property.
 * @param oldInputs the inputs of the last update, to tell a change in the program from drift
 * @param ignore property paths of `ignoreChanges`; `tags` covers `tags.owner`
 */
export function difference(
  specs: Readonly<Record<string, PropertySpec>>,
  state: Properties,
  oldInputs: Properties,
  news: Properties,
  ignore: readonly string[] = [],
): Difference {
  const result: Difference = { properties: [], replaces: [], details: new Map() };
  for (const [name, spec] of Object.entries(specs)) {
    if (same(spec, news[name], state[name])) continue;
    const input = !same({ ...spec, computed: false }, news[name], oldInputs[name]);
    const details = walk(spec, news[name], state[name], name).filter(([path]) => !covered(path, ignore));
    if (details.length === 0) continue;
    result.properties.push(name);
    if (spec.replace) result.replaces.push(name);
    for (const [path, kind] of details) result.details.set(path, { kind, replace: spec.replace === true, input });
  }
  return result;
}

function covered(path: string, ignore: readonly string[]): boolean {
  return ignore.some((prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`));
}

function walk(spec: PropertySpec, wanted: unknown, actual: unknown, path: string): [string, ChangeKind][] {
  if (wanted === undefined) return [[path, "delete"]];
  if (actual === undefined) return [[path, "add"]];
  if (isRecord(wanted) && isRecord(actual) && (spec.kind === "map" || spec.kind === "object")) {
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(actual)])];
    return names.flatMap((name) => {
      const field = spec.fields?.[name] ?? { kind: "string" as const };
      const at = /^[a-z_]\w*$/iu.test(name) ? `${path}.${name}` : `${path}["${name}"]`;
      return same(field, wanted[name], actual[name]) ? [] : walk(field, wanted[name], actual[name], at);
    });
  }
  if (Array.isArray(wanted) && Array.isArray(actual) && spec.kind === "list") {
    const element = spec.element ?? { kind: "string" as const };
    const length = Math.max(wanted.length, actual.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      same(element, wanted[index], actual[index])
        ? []
        : walk(element, wanted[index], actual[index], `${path}[${index}]`),
    );
  }
  return [[path, "update"]];
}
