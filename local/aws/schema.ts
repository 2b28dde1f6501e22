import { Asset, UNKNOWN, Unknown, containsUnknown, type Properties } from "./wire";
import type { Failure, PropertySpec } from "./definition";
import { nearest } from "./names";
import { samePolicyDocument } from "./policy-document";

/**
 * Brings a value into the kind that its spec says, as the real provider does (`"30"` → 30, `"true"` → true, an object for a
 * JSON document → text), and adds a {@link Failure} for everything that is not allowed. Unknown values pass.
 */
export function coerce(spec: PropertySpec, value: unknown, path: string, owner: Owner, failures: Failure[]): unknown {
  if (value instanceof Unknown) return UNKNOWN;
  const refuse = (allowed: string): undefined => {
    const shown = owner.secrets?.has(path.split(/[.[]/u)[0] ?? "") ? "[secret]" : show(value);
    failures.push({ property: path, reason: `${path} is ${shown}; it must be ${allowed}` });
  };
  switch (spec.kind) {
    case "unsupported":
      failures.push({
        property: path,
        reason: `${owner.token} has the property "${path}", but the rehearsal does not serve it: ${spec.reason ?? ""}. Leave it out, or serve it in ${owner.file}`,
      });
      return undefined;
    case "string": {
      if (typeof value === "number" || typeof value === "boolean")
        return coerce(spec, String(value), path, owner, failures);
      if (typeof value !== "string") return refuse("text");
      if (spec.oneOf && !spec.oneOf.includes(value)) return refuse(`one of ${spec.oneOf.join(", ")}`);
      if (spec.pattern && !spec.pattern.test.test(value)) return refuse(spec.pattern.says);
      return value;
    }
    case "number": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isFinite(number)) return refuse("a number");
      if (spec.oneOf && !spec.oneOf.includes(number)) return refuse(`one of ${spec.oneOf.join(", ")}`);
      if (spec.range && (number < spec.range[0] || number > spec.range[1])) {
        return refuse(`a number from ${spec.range[0]} to ${spec.range[1]}`);
      }
      return number;
    }
    case "boolean": {
      if (value === "true" || value === "false") return value === "true";
      return typeof value === "boolean" ? value : refuse("true or false");
    }
    case "json": {
      if (typeof value === "string") {
        return isJson(value) ? value : refuse("a JSON document");
      }
      if (typeof value !== "object" || value === null) return refuse("a JSON document");
      return containsUnknown(value) ? UNKNOWN : JSON.stringify(value);
    }
    case "map": {
      if (!isRecord(value)) return refuse("a map of text");
      const text: PropertySpec = { kind: "string" };
      return mapValues(value, (item, key) => coerce(text, item, `${path}.${key}`, owner, failures));
    }
    case "list":
    case "set": {
      if (!Array.isArray(value)) return refuse("a list");
      const element = spec.element ?? { kind: "string" };
      return value.map((item, index) => coerce(element, item, `${path}[${index}]`, owner, failures));
    }
    case "object": {
      if (!isRecord(value)) return refuse("an object");
      return coerceFields(spec.fields ?? {}, value, path, owner, failures);
    }
    case "asset":
      return value instanceof Asset ? value : refuse("an asset, for example new pulumi.asset.FileAsset(path)");
  }
}

/** Who a property belongs to, for messages. */
export interface Owner {
  /** Type token. */
  token: string;
  /** File that serves it. */
  file: string;
  /** Top-level properties whose values no message may show. */
  secrets?: ReadonlySet<string>;
}

/**
 * {@link coerce} for every member of an object: members without a spec and missing required ones become failures, and
 * defaults are filled in.
 */
export function coerceFields(
  fields: Readonly<Record<string, PropertySpec>>,
  values: Properties,
  path: string,
  owner: Owner,
  failures: Failure[],
  defaulted: string[] = [],
): Properties {
  const result: Properties = {};
  for (const [name, value] of Object.entries(values)) {
    if (name === "__defaults" || value === undefined) continue;
    const spec = fields[name];
    const where = path === "" ? name : `${path}.${name}`;
    if (spec === undefined) failures.push({ property: where, reason: unknownProperty(where, name, fields, owner) });
    else result[name] = coerce(spec, value, where, owner, failures);
  }
  for (const [name, spec] of Object.entries(fields)) {
    if (values[name] !== undefined) continue;
    const where = path === "" ? name : `${path}.${name}`;
    if (spec.default !== undefined) {
      result[name] = spec.default;
      defaulted.push(name);
    } else if (spec.required) {
      failures.push({ property: where, reason: `${owner.token} needs the property "${where}"` });
    }
  }
  return result;
}

function unknownProperty(
  where: string,
  name: string,
  fields: Readonly<Record<string, PropertySpec>>,
  owner: Owner,
): string {
  const guess = nearest(name, Object.keys(fields));
  return (
    `${owner.token} has no property "${where}"` +
    (guess === undefined ? "" : `; the nearest is "${guess}"`) +
    `. If the real provider has it, add it in ${owner.file}`
  );
}

/**
 * Whether what the program wants is what AWS has. Absent, empty text, `false`, `{}` and `[]` are the same; a computed
 * member that the program does not give is equal to anything; an unknown value is equal to nothing.
 */
export function same(spec: PropertySpec, wanted: unknown, actual: unknown): boolean {
  if (containsUnknown(wanted) || containsUnknown(actual)) return false;
  if (spec.computed && (wanted === undefined || wanted === "")) return true;
  const left = settled(spec, wanted);
  const right = settled(spec, actual);
  if (left === undefined && right === undefined) return true;
  if (spec.same?.(wanted, actual)) return true;
  if ((left === undefined || right === undefined) && spec.kind !== "object") return false;
  switch (spec.kind) {
    case "json":
      return samePolicyDocument(String(left), String(right));
    case "map":
      return sameMap(left, right);
    case "list":
      return sameList(spec.element ?? { kind: "string" }, left, right);
    case "set":
      return sameSet(spec.element ?? { kind: "string" }, left, right);
    case "object": {
      const wantedMembers = isRecord(left) ? left : {};
      const actualMembers = isRecord(right) ? right : {};
      return Object.entries(spec.fields ?? {}).every(([name, field]) =>
        same(field, wantedMembers[name], actualMembers[name]),
      );
    }
    case "asset":
      return sameAsset(left, right);
    case "string":
    case "number":
    case "boolean":
    case "unsupported":
      return String(left) === String(right);
  }
}

/** Absent and empty are one to the real provider, except for a number, where 0 is a value. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (value instanceof Asset || value instanceof Unknown || typeof value !== "object") return false;
  return Object.values(value).every((item) => item === undefined);
}

function settled(spec: PropertySpec, value: unknown): unknown {
  const settledValue = value === undefined ? spec.default : value;
  return isEmpty(settledValue) ? undefined : settledValue;
}

function sameMap(left: unknown, right: unknown): boolean {
  if (!isRecord(left) || !isRecord(right)) return false;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => left[name] === right[name]);
}

function sameList(element: PropertySpec, left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  return left.every((item, index) => same(element, item, right[index]));
}

function sameSet(element: PropertySpec, left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  const rest: unknown[] = [...(right as unknown[])];
  return left.every((item) => {
    const index = rest.findIndex((candidate) => same(element, item, candidate));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

function sameAsset(left: unknown, right: unknown): boolean {
  if (!(left instanceof Asset) || !(right instanceof Asset)) return false;
  if (left.hash !== "" && right.hash !== "") return left.hash === right.hash;
  return JSON.stringify(left.source) === JSON.stringify(right.source);
}

/** Whether the value is an object with members: no list, no asset, not unknown. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Asset) &&
    !(value instanceof Unknown)
  );
}

function mapValues(source: Record<string, unknown>, change: (value: unknown, key: string) => unknown): Properties {
  return Object.fromEntries(
    Object.entries(source)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, change(value, key)]),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** A copy without the named members. */
export function omit(values: Properties, ...names: string[]): Properties {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}
