import { AnswerSources } from "./evaluation-output";
import {
  type FileState,
  isObject,
  type JsonObject,
  kindOf,
  type RecordChecker,
  type RecordSize,
  type ReportFinding,
  reportUnknownKeys,
  requiredText,
} from "./format";

type Path = readonly (string | number)[];

/** Turns that one conversation of a retrieve-and-generate evaluation has at most. */
const MAX_TURNS = 5;

const turnKeys = ["prompt", "referenceResponses", "referenceContexts", "output"];

/**
 * A prompt dataset of an evaluation job, in either shape: `{"prompt", "referenceResponse", "category", "modelResponses"}` for
 * models, `{"conversationTurns": [{"prompt", "referenceResponses", "referenceContexts", "output"}]}` for retrieval.
 * Source: Bedrock User Guide, "model-evaluation-prompt-datasets-custom", "…-judge" and "knowledge-base-evaluation-prompt".
 */
export class EvaluationChecker implements RecordChecker {
  private readonly sources = new AnswerSources();

  state(): FileState {
    return this.sources.state();
  }

  resume(state: FileState): void {
    this.sources.resume(state);
  }

  check(record: JsonObject, report: ReportFinding): RecordSize {
    const check = Object.hasOwn(record, "conversationTurns") ? checkTurns : checkPrompt;
    return check(record, this.sources, report);
  }
}

function checkPrompt(record: JsonObject, sources: AnswerSources, report: ReportFinding): RecordSize {
  reportUnknownKeys(record, ["prompt", "referenceResponse", "category", "modelResponses"], [], report);
  const hint = Object.hasOwn(record, "completion") ? ' (it has "completion": is it a training record?)' : "";
  const input = requiredText(record, "prompt", [], report, hint).length;
  let output = 0;
  if (Object.hasOwn(record, "referenceResponse")) {
    output = requiredText(record, "referenceResponse", [], report).length;
  } else {
    report("no-reference-response", 'the record has no "referenceResponse"', { path: [] });
  }
  if (Object.hasOwn(record, "category")) requiredText(record, "category", [], report);
  if (Object.hasOwn(record, "modelResponses")) checkResponses(record.modelResponses, sources, report);
  return { input, output };
}

function checkResponses(responses: unknown, sources: AnswerSources, report: ReportFinding): void {
  const path: Path = ["modelResponses"];
  if (!Array.isArray(responses)) {
    report("wrong-type", `"modelResponses" must be a list, not ${kindOf(responses)}`, { path });
    return;
  }
  if (responses.length !== 1) {
    const message = `"modelResponses" has ${responses.length} responses; an evaluation job takes exactly one per prompt`;
    report("model-responses", message, { path });
  }
  responses.forEach((response: unknown, index) => {
    const place = [...path, index];
    if (!isObject(response)) {
      report("wrong-type", `a response must be an object, not ${kindOf(response)}`, { path: place });
      return;
    }
    reportUnknownKeys(response, ["response", "modelIdentifier"], place, report);
    requiredText(response, "response", place, report);
    sources.check(response, "modelIdentifier", "model", place, report);
  });
}

function checkTurns(record: JsonObject, sources: AnswerSources, report: ReportFinding): RecordSize {
  reportUnknownKeys(record, ["conversationTurns"], [], report);
  const turns = record.conversationTurns;
  const path: Path = ["conversationTurns"];
  if (!Array.isArray(turns)) {
    report("wrong-type", `"conversationTurns" must be a list, not ${kindOf(turns)}`, { path });
    return { input: 0, output: 0 };
  }
  if (turns.length === 0 || turns.length > MAX_TURNS) {
    const message = `"conversationTurns" has ${turns.length} turns; 1 to ${MAX_TURNS} are taken`;
    report("turn-count", message, { path: turns.length === 0 ? path : [...path, MAX_TURNS] });
  }
  const size = { input: 0, output: 0 };
  turns.forEach((turn: unknown, index) => {
    const place = [...path, index];
    if (!isObject(turn)) {
      report("wrong-type", `a turn must be an object, not ${kindOf(turn)}`, { path: place });
      return;
    }
    reportUnknownKeys(turn, turnKeys, place, report);
    if (Object.hasOwn(turn, "prompt")) size.input += checkContent(turn.prompt, [...place, "prompt"], report);
    else report("missing-field", 'the turn has no "prompt"', { path: place });
    for (const key of ["referenceResponses", "referenceContexts"]) {
      if (Object.hasOwn(turn, key)) size.output += checkReferences(turn[key], key, [...place, key], report);
    }
    if (!Object.hasOwn(turn, "referenceResponses") && !Object.hasOwn(turn, "referenceContexts")) {
      report("no-reference-response", 'the turn has neither "referenceResponses" nor "referenceContexts"', {
        path: place,
      });
    }
    if (Object.hasOwn(turn, "output")) sources.checkOutput(turn.output, [...place, "output"], report);
  });
  return size;
}

function checkReferences(references: unknown, key: string, path: Path, report: ReportFinding): number {
  if (!Array.isArray(references)) {
    report("wrong-type", `"${key}" must be a list, not ${kindOf(references)}`, { path });
    return 0;
  }
  return references.reduce<number>((sum, one, index) => sum + checkContent(one, [...path, index], report), 0);
}

/** `{"content": [{"text": "..."}]}`; reports what is wrong with it and returns its characters. */
function checkContent(value: unknown, path: Path, report: ReportFinding): number {
  const content = isObject(value) ? value.content : undefined;
  if (!Array.isArray(content) || content.length === 0) {
    report("content-shape", 'expected {"content": [{"text": "..."}]}', { path });
    return 0;
  }
  return content.reduce<number>((sum, item, index) => {
    const place = [...path, "content", index];
    if (isObject(item)) return sum + requiredText(item, "text", place, report).length;
    report("content-shape", `an element of "content" must be an object, not ${kindOf(item)}`, { path: place });
    return sum;
  }, 0);
}
