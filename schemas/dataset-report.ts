import { z } from "zod";
import { modelLimits, type ReportDocument, type RuleId, rules } from "../dataset";

const count = z.int().min(0);
const amount = z.number().min(0);
const range = z.strictObject({ low: amount, high: amount });
const rule = z.enum(Object.keys(rules) as [RuleId, ...RuleId[]]).describe("Listed in docs/dataset.md.");

const findingSet = {
  errors: count,
  warnings: count,
  findings: z
    .array(
      z.strictObject({
        rule,
        severity: z.enum(["error", "warning"]),
        file: z.string(),
        line: count.optional().describe("From 1; absent for what is wrong with the whole file."),
        column: count.optional().describe("From 1, in Unicode code points of the line."),
        message: z.string(),
        excerpt: z
          .strictObject({ text: z.string(), caret: count.describe("Blanks before the caret.") })
          .optional()
          .describe("Part of the line; sensitive data is masked."),
      }),
    )
    .describe("As many as asked for, in file order; every rule that fired is there before any is repeated."),
  totalFindings: z.partialRecord(rule, count).describe("How often each rule fired, shown or not."),
};

const lengths = z.strictObject({
  records: count,
  low: amount,
  quarter: amount,
  median: amount,
  threeQuarters: amount,
  high: amount,
  longest: amount,
  histogram: z.array(z.strictObject({ from: amount, to: amount, records: count })),
});

const profile = z.strictObject({
  prompts: lengths.describe("Lengths in characters."),
  completions: lengths.describe("Lengths in characters."),
  languages: z.array(z.strictObject({ language: z.string(), records: count })),
  duplicates: count,
  nearDuplicates: count,
  comparedShare: amount.max(1),
  labels: z.array(z.strictObject({ label: z.string(), records: count })).optional(),
  triggers: z.array(z.strictObject({ phrase: z.string(), completion: z.string(), records: count })),
});

const serviceUse = z.strictObject({
  service: z.literal("comprehend"),
  requests: count,
  units: count.describe("Units of 100 characters."),
  cost: amount,
  currency: z.string(),
  asOf: z.string(),
  answeredAt: z.string().optional().describe("ISO 8601, where kept answers were used and nothing was sent."),
});

const cost = z.strictObject({
  epochs: amount,
  tokens: range,
  trainedTokens: range,
  training: range,
  hours: range.optional(),
  modelStoragePerMonth: amount.optional(),
  dataStoragePerMonth: amount.optional(),
  currency: z.string(),
  asOf: z.string(),
});

const report = z.strictObject({
  file: z.string().describe("As it was named."),
  role: z.enum(["train", "validation", "evaluation"]),
  ok: z.boolean().describe("True without errors; warnings do not count."),
  baseModel: z.string(),
  family: z.string(),
  customizationType: z.enum(modelLimits.map(({ customizationType }) => customizationType)),
  format: z.string(),
  records: count.describe("Lines that are not blank."),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  estimatedTokens: count.describe("At 6 characters per token."),
  longestRecord: z.strictObject({ line: count, characters: count, estimatedTokens: count }).optional(),
  ...findingSet,
  serviceUse: serviceUse.optional().describe("What Amazon Comprehend was asked; absent where it was not chosen."),
  profile: profile.optional().describe("Absent with --no-quality."),
  cost: cost.optional().describe("Absent without prices; of training files."),
});

/** What `npm run dataset -- check --format json` writes, and `dataset.json` of a preview. */
export const datasetReport: z.ZodType<ReportDocument> = z.strictObject({
  ok: z.boolean().describe("Whether no file has an error, nor the files together."),
  reports: z.array(report),
  together: z
    .strictObject(findingSet)
    .optional()
    .describe("What only shows when a training file and its validation file are seen together."),
});
