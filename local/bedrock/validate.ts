/**
 * Checks a request against the constraints of the service model and words the refusal as AWS services do:
 * `1 validation error detected: Value '…' at 'jobName' failed to satisfy constraint: Member must …`.
 */
import { invalid, ServiceError } from "./errors";

/** A pattern: `documented` is the text that AWS prints, `matches` an equivalent that runs in linear time. */
export interface Pattern {
  documented: string;
  matches: RegExp;
}

/** Constraints of one shape of the service model. */
export type Shape =
  | { kind: "string"; min?: number; max?: number; pattern?: Pattern; values?: readonly string[] }
  | { kind: "integer" | "float"; min?: number; max?: number }
  | { kind: "boolean" | "timestamp" }
  | { kind: "list"; of: Shape; min?: number; max?: number }
  | { kind: "map"; key: Shape; value: Shape; min?: number; max?: number }
  | { kind: "structure"; required?: readonly string[]; members: Record<string, Shape>; union?: boolean };

const shown = (value: unknown): string =>
  value === null || value === undefined ? "null" : `'${typeof value === "string" ? value : JSON.stringify(value)}'`;

/** All violations of `shape` by `value`, in the wording of AWS; empty when the value is fine. */
export function violations(value: unknown, shape: Shape, path: string): string[] {
  const found: string[] = [];
  const fail = (constraint: string): void => {
    found.push(`Value ${shown(value)} at '${path}' failed to satisfy constraint: ${constraint}`);
  };
  const length = (size: number, limits: { min?: number; max?: number }): void => {
    if (limits.min !== undefined && size < limits.min) {
      fail(`Member must have length greater than or equal to ${limits.min}`);
    }
    if (limits.max !== undefined && size > limits.max) {
      fail(`Member must have length less than or equal to ${limits.max}`);
    }
  };
  switch (shape.kind) {
    case "string": {
      const text = expectType(value, "string", path);
      length([...text].length, shape);
      // A text that is too long is not matched: the pattern then only repeats what the length already says.
      if (shape.pattern && found.length === 0 && !shape.pattern.matches.test(text)) {
        fail(`Member must satisfy regular expression pattern: ${shape.pattern.documented}`);
      }
      if (shape.values && !shape.values.includes(text)) {
        fail(`Member must satisfy enum value set: [${shape.values.join(", ")}]`);
      }
      return found;
    }
    case "integer":
    case "float": {
      const number = expectType(value, "number", path);
      if (shape.kind === "integer" && !Number.isInteger(number)) throw unserializable(path, "an integer");
      if (shape.min !== undefined && number < shape.min) {
        fail(`Member must have value greater than or equal to ${shape.min}`);
      }
      if (shape.max !== undefined && number > shape.max) {
        fail(`Member must have value less than or equal to ${shape.max}`);
      }
      return found;
    }
    case "boolean":
      expectType(value, "boolean", path);
      return found;
    case "timestamp":
      if (Number.isNaN(Date.parse(expectType(value, "string", path)))) throw unserializable(path, "a date-time");
      return found;
    case "list": {
      if (!Array.isArray(value)) throw unserializable(path, "a list");
      length(value.length, shape);
      value.forEach((item, index) => found.push(...violations(item, shape.of, `${path}.${index + 1}.member`)));
      return found;
    }
    case "map": {
      const entries = Object.entries(expectObject(value, path));
      length(entries.length, shape);
      for (const [key, item] of entries) {
        found.push(
          ...violations(key, shape.key, `${path}.key`),
          ...violations(item, shape.value, `${path}.${key}.member`),
        );
      }
      return found;
    }
    case "structure": {
      const object = expectObject(value, path);
      const present = Object.keys(shape.members).filter((name) => object[name] !== undefined && object[name] !== null);
      if (shape.union && present.length !== 1) {
        throw unserializable(path, `exactly one of ${Object.keys(shape.members).join(", ")}`);
      }
      const inner = (name: string): string => (path === "" ? name : `${path}.${name}`);
      for (const name of shape.required ?? []) {
        if (!present.includes(name)) {
          found.push(`Value null at '${inner(name)}' failed to satisfy constraint: Member must not be null`);
        }
      }
      for (const name of present) found.push(...violations(object[name], shape.members[name]!, inner(name)));
      return found;
    }
  }
}

/**
 * Refuses a request that breaks the service model.
 *
 * @throws ServiceError ValidationException that lists every violation, or SerializationException for a wrong JSON type
 */
export function checkShape(value: unknown, shape: Shape): void {
  const found = violations(value, shape, "");
  if (found.length > 0) {
    throw invalid(`${found.length} validation error${found.length > 1 ? "s" : ""} detected: ${found.join("; ")}`);
  }
}

const unserializable = (path: string, wanted: string): ServiceError =>
  new ServiceError("SerializationException", `Value at '${path}' cannot be read: expected ${wanted}.`);

function expectObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unserializable(path, "a structure");
  return value as Record<string, unknown>;
}

interface Primitives {
  string: string;
  number: number;
  boolean: boolean;
}

function expectType<T extends keyof Primitives>(value: unknown, type: T, path: string): Primitives[T] {
  if (typeof value !== type) throw unserializable(path, `a ${type}`);
  return value as Primitives[T];
}
