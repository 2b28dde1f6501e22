import {
  type JsonObject,
  type RecordChecker,
  type RecordSize,
  type ReportFinding,
  reportUnknownKeys,
  requiredText,
} from "./format";

const keys = ["prompt", "completion"] as const;
const otherFormats = ["messages", "input", "output"];

/** `{"prompt": "...", "completion": "..."}`, both strings that say something. */
export class PromptCompletionChecker implements RecordChecker {
  check(record: JsonObject, report: ReportFinding): RecordSize {
    reportUnknownKeys(record, keys, [], report);
    const complete = keys.every((key) => Object.hasOwn(record, key));
    const hint = complete ? "" : otherFormatHint(record);
    const [input, output] = keys.map((key) => requiredText(record, key, [], report, hint).length);
    return { input: input ?? 0, output: output ?? 0 };
  }
}

function otherFormatHint(record: JsonObject): string {
  const other = otherFormats.filter((name) => Object.hasOwn(record, name));
  return other.length > 0 ? ` (it has "${other.join('", "')}": is it in another model's format?)` : "";
}
