import {
  isObject,
  type JsonObject,
  kindOf,
  type RecordChecker,
  type RecordSize,
  type ReportFinding,
  requiredText,
} from "./format";
import { countCharacters } from "../utf8";

type Path = readonly (string | number)[];

const MAX_METADATA = 16;
const MAX_METADATA_LENGTH = 256;

/**
 * A record of model invocation logging, as distillation and reinforcement fine-tuning take it: one question and one answer,
 * text only. Keys that logging adds are not judged, since nobody writes these records by hand.
 * Source: Bedrock User Guide, "model-invocation-logging" and "distillation-prepare-datasets"; AWS's validator for distillation.
 */
export class InvocationLogChecker implements RecordChecker {
  check(record: JsonObject, report: ReportFinding): RecordSize {
    if (record.schemaType !== "ModelInvocationLog") {
      const has = Object.hasOwn(record, "schemaType");
      const message = 'the record is no invocation log: "schemaType" must be "ModelInvocationLog"';
      report(has ? "log-shape" : "missing-field", message, { path: has ? ["schemaType"] : [] });
    }
    requiredText(record, "modelId", [], report);
    checkMetadata(record.requestMetadata, report);
    return { input: checkInput(record, report), output: checkOutput(record, report) };
  }
}

function checkMetadata(metadata: unknown, report: ReportFinding): void {
  if (metadata === undefined) return;
  const path: Path = ["requestMetadata"];
  if (!isObject(metadata)) {
    report("log-shape", `"requestMetadata" must be an object, not ${kindOf(metadata)}`, { path });
    return;
  }
  const entries = Object.entries(metadata);
  if (entries.length > MAX_METADATA) {
    report("log-shape", `"requestMetadata" has ${entries.length} entries; at most ${MAX_METADATA} are taken`, { path });
  }
  for (const [key, value] of entries) {
    if (typeof value === "string" && isShort(value) && isShort(key)) continue;
    const message = `an entry of "requestMetadata" is a string of at most ${MAX_METADATA_LENGTH} characters`;
    report("log-shape", message, { path: [...path, key] });
  }
}

function isShort(text: string): boolean {
  return countCharacters(text, text.length) <= MAX_METADATA_LENGTH;
}

/** The body of one side of the record; reports why there is none. */
function bodyOf(record: JsonObject, side: "input" | "output", report: ReportFinding): unknown {
  const part = record[side];
  if (!Object.hasOwn(record, side)) {
    const failed = typeof record.errorCode === "string" ? `; the call failed with ${record.errorCode}` : "";
    report("missing-field", `the record has no "${side}"${failed}`, { path: [] });
    return undefined;
  }
  if (!isObject(part)) {
    report("wrong-type", `"${side}" must be an object, not ${kindOf(part)}`, { path: [side] });
    return undefined;
  }
  const key = `${side}BodyJson`;
  if (Object.hasOwn(part, key)) return part[key];
  const elsewhere = Object.hasOwn(part, `${side}BodyS3Path`);
  const where = elsewhere ? `: the body was too large and stands in S3, at "${side}BodyS3Path"` : "";
  report("missing-field", `"${side}" has no "${key}"${where}`, { path: [side] });
  return undefined;
}

function checkInput(record: JsonObject, report: ReportFinding): number {
  const body = bodyOf(record, "input", report);
  if (body === undefined) return 0;
  const path: Path = ["input", "inputBodyJson"];
  if (!isObject(body)) {
    report("log-shape", `"inputBodyJson" must be an object, not ${kindOf(body)}`, { path });
    return 0;
  }
  const { messages } = body;
  if (messages === undefined) {
    const text = promptOf(body);
    if (text.trim() === "") report("log-shape", '"inputBodyJson" has neither "messages" nor a prompt', { path });
    return text.length;
  }
  if (!Array.isArray(messages)) {
    report("wrong-type", `"messages" must be a list, not ${kindOf(messages)}`, { path: [...path, "messages"] });
    return 0;
  }
  let characters = textOf(body.system).length;
  let questions = 0;
  messages.forEach((message: unknown, index) => {
    const place = [...path, "messages", index];
    if (!isObject(message)) {
      report("wrong-type", `a message must be an object, not ${kindOf(message)}`, { path: place });
      return;
    }
    const text = textOf(message.content);
    characters += text.length;
    if (message.role !== "user") return;
    questions++;
    if (questions === 2) {
      report("single-turn", "the log has several user messages; one is taken", { path: place });
    }
    const parts: unknown[] = Array.isArray(message.content) ? message.content : [];
    const hasOther = parts.some((part) => isObject(part) && typeof part.text !== "string");
    const contentPath = [...place, "content"];
    if (hasOther || parts.length > 1) {
      report("content-unsupported", "a log's user message is one text: no second part, no image", {
        path: contentPath,
      });
    } else if (text.trim() === "") report("empty-text", "the message says nothing", { path: contentPath });
  });
  if (questions === 0) report("too-few-messages", '"messages" has no message of the user', { path });
  return characters;
}

function checkOutput(record: JsonObject, report: ReportFinding): number {
  const body = bodyOf(record, "output", report);
  if (body === undefined) return 0;
  const text = answerOf(body);
  if (text.trim() === "") {
    report("empty-text", "the answer holds no text", { path: ["output", "outputBodyJson"] });
  }
  return text.length;
}

/** The prompt of an InvokeModel body: Llama's `prompt`, Titan's `inputText`. */
function promptOf(body: JsonObject): string {
  const prompt = body.prompt ?? body.inputText;
  return typeof prompt === "string" ? prompt : "";
}

/** Text of a string, of `{"text"}`, or of a list of these; a list in a list has none, so that depth costs no stack. */
function textOf(content: unknown): string {
  return Array.isArray(content) ? content.map(pieceOf).join("") : pieceOf(content);
}

function pieceOf(content: unknown): string {
  if (typeof content === "string") return content;
  return isObject(content) && typeof content.text === "string" ? content.text : "";
}

/**
 * Text of an answer: of Converse (`output.message.content`), of InvokeModel as Llama, Claude and Titan write it
 * (`generation`, `content`, `results`, `completion`), or of a stream of any of these, which is logged as a list of its events.
 */
export function answerOf(body: unknown): string {
  return Array.isArray(body) ? body.map(answerIn).join("") : answerIn(body);
}

function answerIn(body: unknown): string {
  if (!isObject(body)) return "";
  const { output, generation, completion, results, contentBlockDelta, delta } = body;
  if (isObject(output) && isObject(output.message)) return textOf(output.message.content);
  if (typeof generation === "string") return generation;
  if (typeof completion === "string") return completion;
  if (Array.isArray(results)) {
    return results.map((one: unknown) => (isObject(one) ? textOf(one.outputText) : "")).join("");
  }
  if (isObject(contentBlockDelta)) return textOf(contentBlockDelta.delta);
  if (isObject(delta)) return textOf(delta);
  return textOf(body.content);
}
