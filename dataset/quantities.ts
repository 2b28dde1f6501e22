import type { RecordSize } from "./formats/format";
import type { ModelLimits } from "./limits";
import type { DatasetRole } from "./report";
import type { RuleId } from "./rules";

/** AWS's own estimate (model-customization-prepare): 6 characters per token. More than English usually has. */
export const CHARACTERS_PER_TOKEN = 6;

/** Usual for English prose; a record over the limit at this rate deserves a look. */
const USUAL_CHARACTERS_PER_TOKEN = 4;

type ReportFileFinding = (rule: RuleId, message: string) => void;

/** A count with thousands separated by commas. */
export function grouped(count: number): string {
  // Not toLocaleString: its first call loads the tables of all languages, which takes longer than a small check.
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/**
 * Compares a record with the model's tokens per record. Only the model's tokenizer counts tokens, so the record is an
 * error only when it is over the limit at 6 characters per token, and a warning when it is at 4.
 * At most one finding per record: the sum first, then input, then output.
 */
export function checkTokens(size: RecordSize, { tokens, family }: ModelLimits, report: ReportFileFinding): void {
  if (!tokens) return;
  const smallest = Math.min(tokens.total, tokens.input ?? Infinity, tokens.output ?? Infinity);
  if (size.input + size.output <= smallest * USUAL_CHARACTERS_PER_TOKEN) return;
  const parts = [
    { name: "input and output", characters: size.input + size.output, limit: tokens.total },
    { name: "input", characters: size.input, limit: tokens.input },
    { name: "output", characters: size.output, limit: tokens.output },
  ];
  for (const [rule, rate] of [
    ["tokens-over-limit", CHARACTERS_PER_TOKEN],
    ["tokens-near-limit", USUAL_CHARACTERS_PER_TOKEN],
  ] as const) {
    for (const { name, characters, limit } of parts) {
      if (limit === undefined || characters <= limit * rate) continue;
      const estimate = `${grouped(characters)} characters, about ${grouped(Math.ceil(characters / rate))} tokens`;
      report(rule, `${name}: ${estimate} at ${rate} characters each; ${family} takes ${grouped(limit)}`);
      return;
    }
  }
}

/** Compares the number of records of one file with the family's limits. */
export function checkRecordCount(
  records: number,
  role: DatasetRole,
  { records: limits, family, validationDataset }: ModelLimits,
  maxRecords: number | undefined,
  report: ReportFileFinding,
): void {
  const max = maxRecords ?? limits.max;
  const min = role === "train" ? limits.min : 1;
  const has = `the file has ${grouped(records)} record${records === 1 ? "" : "s"}`;
  if (records < min) report("too-few-records", `${has}; ${family} needs at least ${grouped(min)} for ${role}`);
  const together = role === "evaluation" ? "" : " for train and validation together";
  if (records > max) report("too-many-records", `${has}; the quota of ${family} is ${grouped(max)}${together}`);
  if (role !== "validation") return;
  if (limits.maxValidation !== undefined && records > limits.maxValidation) {
    report("too-many-records", `${has}; ${family} takes at most ${grouped(limits.maxValidation)} for validation`);
  }
  if (validationDataset === false)
    report("validation-unsupported", `${family} does not use a validation dataset in fine-tuning`);
  if (limits.validation !== undefined && records > limits.validation) {
    report(
      "validation-records",
      `${has}; AWS's sample validator takes at most ${grouped(limits.validation)} for validation`,
    );
  }
}
