/**
 * The training records of each customization type, line by line, and of invocation logs.
 *
 * Sources: Bedrock User Guide "distillation-data-prep-option-1", "distillation-data-prep-option-2", "rft-prepare-data",
 * "model-invocation-logging"; the validator of AWS for distillation data sets (aws-samples/amazon-bedrock-samples).
 */
import { gunzipSync } from "node:zlib";
import { type CustomizationType } from "../../dataset";
import { type TextRole, textsOf } from "../../dataset/texts";
import { checkFile, type ReadRecords, type RecordReader, tooLong, type TrainingRecord } from "./dataset-reader";
import { type FoundationModel } from "./foundation-models";

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** Texts of a list of content blocks, joined; undefined when there are none. */
function textOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((block) => asObject(block).text).filter((text) => typeof text === "string");
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** A prompt for distillation: system and user turns of `bedrock-conversation-2024`, with or without the assistant's answer. */
const distillationPrompt: RecordReader = ({ system, messages }) => {
  const texts = (messages as unknown[]).map((message) => textOf(asObject(message).content) ?? "");
  const answered = texts.length % 2 === 0;
  const asked = answered ? texts.slice(0, -1) : texts;
  const prompt = [textOf(system) ?? "", ...asked].filter((text) => text !== "").join("\n");
  return { prompt, completion: answered ? texts.at(-1)! : "" };
};

/** A prompt for reinforcement: OpenAI chat messages, and what the grader compares the answer with. */
const reinforcementPrompt: RecordReader = ({ messages, reference_answer: reference }) => ({
  prompt: (messages as unknown[]).map((message) => textOf(asObject(message).content) ?? "").join("\n"),
  completion: typeof reference === "string" ? reference : allTexts(reference),
});

function allTexts(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object"
    ? Object.values(value).map(allTexts).join(" ")
    : JSON.stringify(value).replace(/^"|"$/g, "");
}

/** A record of continued pre-training: a text to go on from. The first half asks for the second. */
const pretrainingText: RecordReader = (record) => {
  const input = String(record.input);
  const middle = input.indexOf(" ", input.length / 2);
  const cut = middle === -1 ? 0 : middle;
  return { prompt: input.slice(0, cut), completion: input.slice(cut) };
};

/** Readers of the formats that are not fine-tuning's own. */
export const readers: Partial<Record<CustomizationType, RecordReader>> = {
  DISTILLATION: distillationPrompt,
  REINFORCEMENT_FINE_TUNING: reinforcementPrompt,
  CONTINUED_PRE_TRAINING: pretrainingText,
};

/** Conditions on the metadata of a request, as the API spells them. */
export interface MetadataFilters {
  equals?: Record<string, string>;
  notEquals?: Record<string, string>;
  andAll?: MetadataFilters[];
  orAll?: MetadataFilters[];
}

/** Whether the metadata of a request pass the filters. */
export function passes(metadata: Record<string, unknown>, filters: MetadataFilters | undefined): boolean {
  if (filters === undefined) return true;
  const entry = (pair: Record<string, string>): boolean =>
    Object.entries(pair).every(([key, value]) => metadata[key] === value);
  if (filters.equals) return entry(filters.equals);
  if (filters.notEquals) return !entry(filters.notEquals);
  if (filters.andAll) return filters.andAll.every((one) => passes(metadata, one));
  return (filters.orAll ?? []).some((one) => passes(metadata, one));
}

/** Which entries of the logs are used, and whether with their answers. */
export interface LogSelection {
  filters?: MetadataFilters;
  /** Use the answers that these models gave: the teacher's. Absent: prompts only. */
  answersOf?: string;
}

/**
 * The records of one file of invocation logs, gzipped or not. Entries that are not asked for are passed over; of the others
 * the preflight says whether they can be used.
 *
 * @throws DataRefused when the file is not one of log entries, or when an entry that is asked for cannot be used
 */
export async function logRecords(
  body: Buffer,
  uri: string,
  job: { model: FoundationModel; type: CustomizationType },
  selection: LogSelection,
): Promise<ReadRecords> {
  const bytes = body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body;
  const passedOver = new Set<number>();
  const selected: Record<string, unknown>[] = [];
  bytes
    .toString("utf8")
    .split("\n")
    .forEach((line, index) => {
      const entry = entryOf(line);
      if (entry === undefined) return;
      if (isSelected(entry, selection)) selected.push(entry);
      else passedOver.add(index + 1);
    });
  // The preflight knows logs by the ending of their names.
  const file = { uri: uri.endsWith(".gz") ? uri : `${uri}.gz` };
  const { limits, isTooLong } = await checkFile(bytes, file, job.model, job.type, passedOver);
  return {
    records: selected.map((entry) => recordOf(entry, selection)),
    tooLong: isTooLong ? tooLong(selected, limits) : undefined,
  };
}

/** The entry in a line; undefined where there is none: what is wrong with the line the preflight says. */
function entryOf(line: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isSelected(entry: Record<string, unknown>, { filters, answersOf }: LogSelection): boolean {
  if (entry.schemaType !== "ModelInvocationLog" || !passes(asObject(entry.requestMetadata), filters)) return false;
  const modelId = typeof entry.modelId === "string" ? entry.modelId : "";
  return answersOf === undefined || modelId.includes(answersOf);
}

function recordOf(entry: Record<string, unknown>, { answersOf }: LogSelection): TrainingRecord {
  const texts = textsOf(entry);
  const said = (by: (role: TextRole) => boolean): string[] =>
    texts.filter(({ role }) => by(role)).map(({ text }) => text);
  const prompt = said((role) => role !== "assistant").join("\n");
  return { prompt, completion: answersOf === undefined ? "" : (said((role) => role === "assistant").at(-1) ?? "") };
}
