import type { JsonPlace } from "../json-inspect";
import type { RuleId } from "../rules";
import { maskSensitive } from "../scan/mask";

/** A parsed JSON object whose members are still to be judged. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Takes what a format finds in the record it is checking. */
export type ReportFinding = (rule: RuleId, message: string, place: JsonPlace) => void;

/** Characters (UTF-16 units) of a record that become tokens. */
export interface RecordSize {
  readonly input: number;
  readonly output: number;
}

/** What the first record that shows it decides for all later records of a file, by name. */
export type FileState = Readonly<Partial<Record<string, string>>>;

/** Checks records of one file, in order. May hold later records to what the first ones decided, see {@link FileState}. */
export interface RecordChecker {
  /**
   * There where a record with nothing wrong stays so, whatever its texts (see `textsOf`) are replaced by: they only have to be
   * neither blank nor hold a word of `forbidden`, in which case counts. Holds for records without a key of `without`. A test changes texts
   * of records to see that it is true.
   */
  readonly freeTexts?: { readonly forbidden: readonly string[]; readonly without: readonly string[] };
  /** Reports everything wrong with the record, and measures it. Never throws on any JSON object. */
  check(record: JsonObject, report: ReportFinding): RecordSize;
  /** What the records so far have decided; absent for a checker that judges every record by itself. */
  state?(): FileState;
  /** Goes on as if the records before had decided this. Must be there where `state` is. */
  resume?(state: FileState): void;
}

/** Whether a value is a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, in a message: `a list`, `a number (12)`. Texts are not repeated, the excerpt shows them. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a string";
    case "number":
      return Number.isFinite(value) ? `a number (${value})` : "a number (too large for any reader)";
    case "boolean":
      return `a boolean (${value})`;
    default:
      return "an object";
  }
}

/** Most characters of a key, and most keys, that a message repeats. */
const SHOWN = { characters: 60, keys: 5 } as const;

/** A key in quotes, cut where it is very long: after masking, since half of a secret is not known for one. */
export function quotedKey(key: string): string {
  if (key.length <= SHOWN.characters) return JSON.stringify(key);
  return JSON.stringify(`${maskSensitive(key).slice(0, SHOWN.characters)}…`);
}

/** The first keys of an object in quotes; `nothing` where it has none. */
export function quotedKeys(object: JsonObject): string {
  const keys = Object.keys(object);
  const more = keys.length > SHOWN.keys ? ` and ${keys.length - SHOWN.keys} more` : "";
  return keys.length === 0 ? "nothing" : keys.slice(0, SHOWN.keys).map(quotedKey).join(", ") + more;
}

/** Reports every key of `object` that is not in `known`. */
export function reportUnknownKeys(
  object: JsonObject,
  known: readonly string[],
  path: JsonPlace["path"],
  report: ReportFinding,
): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const expected = known.map((one) => `"${one}"`).join(", ");
    report("unknown-key", `unknown key ${quotedKey(key)}; known here: ${expected}`, {
      path: [...path, key],
      key: true,
    });
  }
}

/** Reports that a key holds null, where it does: for formats that take that for an absent value. */
export function reportNull(object: JsonObject, key: string, path: JsonPlace["path"], report: ReportFinding): void {
  if (object[key] !== null || !Object.hasOwn(object, key)) return;
  report("null-field", `"${key}" is null; leave the key out`, { path: [...path, key] });
}

/**
 * A string that a key must hold and that must say something; reports what is wrong with it.
 *
 * @param object - the record, or an object in it at `path`
 * @returns the text, or the empty text where there is none
 */
export function requiredText(
  object: JsonObject,
  key: string,
  path: JsonPlace["path"],
  report: ReportFinding,
  hint = "",
): string {
  const value = object[key];
  const where = path.length === 0 ? "record" : "object";
  if (!Object.hasOwn(object, key)) report("missing-field", `the ${where} has no "${key}"${hint}`, { path });
  else if (typeof value !== "string") {
    report("wrong-type", `"${key}" must be a string, not ${kindOf(value)}`, { path: [...path, key] });
  } else if (value.trim() === "") report("empty-text", `"${key}" is empty`, { path: [...path, key] });
  return typeof value === "string" ? value : "";
}
