import {
  type JsonObject,
  kindOf,
  type RecordChecker,
  type RecordSize,
  type ReportFinding,
  reportUnknownKeys,
} from "./format";

const keys = ["prompt", "completion"] as const;

/** `{"prompt": "...", "completion": "..."}`, both strings that say something. */
export class PromptCompletionChecker implements RecordChecker {
  check(record: JsonObject, report: ReportFinding): RecordSize {
    reportUnknownKeys(record, keys, [], report);
    return { input: text(record, "prompt", report), output: text(record, "completion", report) };
  }
}

function text(record: JsonObject, key: (typeof keys)[number], report: ReportFinding): number {
  const value = record[key];
  if (!Object.hasOwn(record, key)) report("missing-field", missing(record, key), { path: [] });
  else if (typeof value !== "string") {
    report("wrong-type", `"${key}" must be a string, not ${kindOf(value)}`, { path: [key] });
  } else if (value.trim() === "") report("empty-text", `"${key}" is empty`, { path: [key] });
  return typeof value === "string" ? value.length : 0;
}

const otherFormats = ["messages", "input", "output"];

function missing(record: JsonObject, key: string): string {
  const other = otherFormats.filter((name) => Object.hasOwn(record, name));
  const hint = other.length > 0 ? ` (it has "${other.join('", "')}": is it in another model's format?)` : "";
  return `the record has no "${key}"${hint}`;
}
