/**
 * Reads a JSONL data set as the service does: refused with the service's own words. What is right and wrong is not decided
 * here: formats, limits and the words for a broken record are those of the preflight.
 */
import { type Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  bytesSource,
  checkDataset,
  type CustomizationType,
  type Finding,
  limitsFor,
  modelLimits,
  scanRules,
} from "../../dataset";
import { createChecker } from "../../dataset/formats";
import { isObject, type JsonObject } from "../../dataset/formats/format";
import { type ModelLimits } from "../../dataset/limits";
import { CHARACTERS_PER_TOKEN, checkTokens as reportTokens } from "../../dataset/quantities";
import { limitsForFile } from "../../dataset/variants";
import { FOUNDATION_MODELS, type FoundationModel } from "./foundation-models";

/** One example: what the model is given and what it shall answer. */
export interface TrainingRecord {
  prompt: string;
  completion: string;
  /** The earlier turns of a conversation, each with all that stands before it. */
  earlier?: TrainingRecord[];
}

/** The records of a file, and why they cannot be trained on, which the service finds out only when it processes them. */
export interface ReadRecords {
  records: TrainingRecord[];
  /** The failure of the first record with too many tokens. */
  tooLong?: string;
}

/** The data are refused; the message is what the job's failure says. */
export class DataRefused extends Error {}

/** Tokens of a text, by the service's rule of thumb of six characters per token. */
export const tokensOf = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/** Tokens of all records. */
export const tokensOfAll = (records: readonly TrainingRecord[]): number =>
  records.reduce((sum, record) => sum + tokensOf(record.prompt) + tokensOf(record.completion), 0);

/** Whether the preflight's limits are those of a model, or of another of its family. */
const isOf = (limits: ModelLimits, { id, family }: FoundationModel): boolean =>
  limits.baseModels.some(
    (one) => one === id || FOUNDATION_MODELS.some((known) => known.id === one && known.family === family),
  );

/** True if the simulator can train on data for this model: text, in a format that the preflight knows. */
export const isTrainable = (model: FoundationModel): boolean =>
  modelLimits.some(
    (limits) => isOf(limits, model) && limits.format.id !== "image-caption" && limits.retired === undefined,
  );

/**
 * The preflight's limits for a model: its own, else those of its family, else those of any model that is customized in
 * this way, since the format of pre-training, for one, is the same for all.
 */
function limitsOf(model: FoundationModel, type: CustomizationType): ModelLimits {
  const sameType = modelLimits.filter(({ customizationType }) => customizationType === type);
  const own = sameType.find(({ baseModels }) => baseModels.includes(model.id));
  return own ?? sameType.find((limits) => isOf(limits, model)) ?? sameType[0] ?? limitsFor(model.id, type);
}

/** Makes the record to train on out of a line that is in its format. */
export type RecordReader = (record: JsonObject) => TrainingRecord;

/** Findings that are about the file as JSONL, before any record of it is judged. */
const notJsonl: ReadonlySet<string> = new Set([
  ...["invalid-json", "not-an-object", "invalid-utf8", "bom", "empty-line", "trailing-blank-line", "line-too-long"],
  "lone-surrogate",
]);

/** Judged over all files of the job, when the data are processed, or when the job is created. */
const judgedLater: ReadonlySet<string> = new Set([
  ...["too-few-records", "too-many-records", "tokens-over-limit", "model-retired"],
]);

/** Whether the data may be learned from is not the service's question. */
const scannersOff = { rules: Object.fromEntries(scanRules.map((rule) => [rule, "allow" as const])) };

/** A file of a job, as the preflight is told of it. */
export interface DataFile {
  /** `s3://bucket/key`: media may have to stand in the same bucket. */
  readonly uri: string;
  /** Default `train`. */
  readonly role?: "train" | "validation";
}

/** Name of an object without its folder. */
const nameOf = (uri: string): string => uri.slice(uri.lastIndexOf("/") + 1);

/**
 * Lets the preflight check the bytes of a file, and refuses them as the service does.
 *
 * @param passesOver - lines, 1-based, that the job does not use, so that nothing about them matters
 * @throws DataRefused for whatever the preflight calls an error of a record or of the file's lines
 */
export async function checkFile(
  bytes: Buffer,
  { uri, role = "train" }: DataFile,
  model: FoundationModel,
  type: CustomizationType,
  passesOver: ReadonlySet<number> = new Set(),
): Promise<{ limits: ModelLimits; isTooLong: boolean }> {
  const baseModel = limitsOf(model, type).baseModels[0] ?? model.id;
  const limits = limitsForFile(uri, baseModel, type, role);
  const report = await checkDataset(bytesSource(uri, [bytes]), {
    ...{ baseModel, customizationType: type, role, policy: scannersOff },
    // One finding is enough to refuse a file, but it must not be about a line that is passed over.
    ...{ quality: false, threads: 1, maxRecords: Number.MAX_SAFE_INTEGER, maxFindings: 50 + passesOver.size },
  });
  const wrong = report.findings.find(
    ({ rule, severity, line = 0 }) => severity === "error" && !judgedLater.has(rule) && !passesOver.has(line),
  );
  if (wrong || report.records === 0) throw new DataRefused(refusal(wrong, nameOf(uri)));
  return { limits, isTooLong: report.totalFindings["tokens-over-limit"] !== undefined };
}

/**
 * Lets the preflight check a prompt dataset, whose form is the same for every model.
 *
 * @param uri - `s3://bucket/key`
 * @throws DataRefused for whatever the preflight calls an error, the number of prompts included
 */
export async function checkPrompts(bytes: Buffer, uri: string): Promise<void> {
  const { findings } = await checkDataset(bytesSource(uri, [bytes]), {
    ...{ baseModel: FOUNDATION_MODELS[0]!.id, role: "evaluation", policy: scannersOff, quality: false, threads: 1 },
  });
  const wrong = findings.find(({ severity }) => severity === "error");
  if (wrong) throw new DataRefused(refusal(wrong, nameOf(uri)));
}

/**
 * Reads all records of a file.
 *
 * @param type - the customization type, which with the model decides the format
 * @param readLine - makes records of another shape than the format's own prompt and completion
 * @throws DataRefused as {@link checkFile}
 */
export async function readRecords(
  body: Readable,
  file: DataFile,
  model: FoundationModel,
  type: CustomizationType = "FINE_TUNING",
  readLine?: RecordReader,
): Promise<ReadRecords> {
  const bytes = await buffer(body);
  const { limits, isTooLong } = await checkFile(bytes, file, model, type);
  const parsed = bytes
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);
  const read = readLine ?? (limits.format.id === "prompt-completion" ? promptCompletion : conversation);
  return { records: parsed.map(read), tooLong: isTooLong ? tooLong(parsed, limits) : undefined };
}

function refusal(wrong: Finding | undefined, fileName: string): string {
  if (wrong === undefined || notJsonl.has(wrong.rule)) {
    return `Unable to parse Amazon S3 file: ${fileName}. Data files must conform to JSONL format.`;
  }
  const where = wrong.line === undefined ? `file ${fileName}` : `record ${wrong.line} in file ${fileName}`;
  return `Invalid ${where}: ${wrong.message}`;
}

/** The service's words for the first record that is over a limit; undefined where none is. */
export function tooLong(records: readonly JsonObject[], limits: ModelLimits): string | undefined {
  const checker = createChecker(limits.format);
  for (const record of records) {
    const size = checker.check(record, () => undefined);
    let over = false;
    reportTokens(size, limits, (rule) => (over ||= rule === "tokens-over-limit"));
    if (over) return tokenRefusal(size, limits);
  }
  return undefined;
}

function tokenRefusal(size: { input: number; output: number }, { tokens }: ModelLimits): string {
  const count = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);
  const [input, output] = [count(size.input), count(size.output)];
  const over = (tokensOfPart: number, limit: number | undefined): boolean =>
    limit !== undefined && tokensOfPart > limit;
  if (over(input, tokens?.input)) return `Maximum input token count ${input} exceeds limit of ${tokens?.input}`;
  if (over(output, tokens?.output)) return `Maximum output token count ${output} exceeds limit of ${tokens?.output}`;
  const sum = count(size.input + size.output);
  return `Max sum of input and output token length ${sum} exceeds total limit of ${tokens?.total}`;
}

/**
 * Checks the number of records over all files.
 *
 * @throws DataRefused when there are too few or too many
 */
export function checkCounts(
  training: number,
  validation: number,
  model: FoundationModel,
  type: CustomizationType = "FINE_TUNING",
): void {
  const { min, max } = limitsOf(model, type).records;
  const of = type === "FINE_TUNING" ? model.id : type;
  if (training < min) {
    throw new DataRefused(`The training data has ${training} records; the minimum for ${of} is ${min}.`);
  }
  if (training + validation > max) {
    throw new DataRefused(
      `The training and validation data have ${training + validation} records; the maximum for ${of} is ${max}.`,
    );
  }
}

const promptCompletion: RecordReader = ({ prompt, completion }) => ({
  prompt: String(prompt),
  completion: String(completion),
});

/** `bedrock-conversation-2024`: the last turn of the assistant is the completion, all before it the prompt. */
const conversation: RecordReader = ({ system, messages }) => {
  const turns = (messages as JsonObject[]).map(({ content }) => textOf(content));
  const untilTurn = (index: number): TrainingRecord => ({
    prompt: [textOf(system), ...turns.slice(0, index)].filter((text) => text !== "").join("\n"),
    completion: turns[index]!,
  });
  const answers = turns.flatMap((_, index) => (index % 2 === 1 ? [untilTurn(index)] : []));
  return { ...answers.at(-1)!, earlier: answers.slice(0, -1) };
};

/** The texts of a list of content blocks; empty where there are only media. */
function textOf(content: unknown): string {
  if (!Array.isArray(content)) return "";
  return content
    .map((block: unknown) => (isObject(block) ? block.text : undefined))
    .filter((text): text is string => typeof text === "string")
    .join("\n");
}
