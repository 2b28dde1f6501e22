import type { JsonPath } from "../json-inspect";
import {
  type FileState,
  isObject,
  type JsonObject,
  kindOf,
  type ReportFinding,
  reportUnknownKeys,
  requiredText,
} from "./format";

const outputKeys = [
  ...["text", "modelIdentifier", "knowledgeBaseIdentifier"],
  ...["retrievedResults", "retrievedPassages", "citations"],
];

/** What a name stands for in a data set of answers of one's own. */
export type AnswerSource = "model" | "retrieval";

const sourceNames: Readonly<Record<AnswerSource, string>> = {
  model: "one model",
  retrieval: "one retrieval source",
};

/** Checks answers of one's own in evaluation sets: the names of their sources, of which a job judges one, and those of retrieval. */
export class AnswerSources {
  private names: Partial<Record<AnswerSource, string>> = {};

  /** The names that the file's first answers bear. */
  state(): FileState {
    return { ...this.names };
  }

  /** Goes on as after answers of these sources. */
  resume({ model, retrieval }: FileState): void {
    this.names = { model, retrieval };
  }

  /** Checks the name of a source, which must be there and the same in the whole file. */
  check(object: JsonObject, key: string, source: AnswerSource, path: JsonPath, report: ReportFinding): void {
    const name = requiredText(object, key, path, report);
    if (name.trim() === "") return;
    const first = (this.names[source] ??= name);
    if (name === first) return;
    const message = `"${key}" differs from the first one of the file; a job judges the answers of ${sourceNames[source]}`;
    report("answer-source", message, { path: [...path, key] });
  }

  /** Checks the `output` of a turn: what a retrieval source of one's own has found and, with `text`, answered. */
  checkOutput(output: unknown, path: JsonPath, report: ReportFinding): void {
    if (!isObject(output)) {
      report("wrong-type", `"output" must be an object, not ${kindOf(output)}`, { path });
      return;
    }
    reportUnknownKeys(output, outputKeys, path, report);
    this.check(output, "knowledgeBaseIdentifier", "retrieval", path, report);
    if (Object.hasOwn(output, "modelIdentifier")) this.check(output, "modelIdentifier", "model", path, report);
    if (Object.hasOwn(output, "text")) requiredText(output, "text", path, report);
    const keys = ["retrievedResults", "retrievedPassages"].filter((key) => Object.hasOwn(output, key));
    if (keys.length === 0) {
      const needed = Object.hasOwn(output, "text") ? "retrievedPassages" : "retrievedResults";
      report("missing-field", `"output" has no "${needed}"`, { path });
    }
    for (const key of keys) checkResults(output[key], [...path, key], report);
  }
}

/** `{"retrievalResults": [{"content": {"text": "..."}}]}`; name and metadata are optional. */
function checkResults(results: unknown, path: JsonPath, report: ReportFinding): void {
  const list = isObject(results) ? results.retrievalResults : undefined;
  if (!Array.isArray(list)) {
    report("content-shape", 'expected {"retrievalResults": [{"content": {"text": "..."}}]}', { path });
    return;
  }
  list.forEach((result: unknown, index) => {
    const place = [...path, "retrievalResults", index];
    const content = isObject(result) ? result.content : undefined;
    if (!isObject(result) || !isObject(content) || typeof content.text !== "string") {
      report("content-shape", 'expected {"content": {"text": "..."}}', { path: place });
      return;
    }
    reportUnknownKeys(result, ["name", "content", "metadata"], place, report);
  });
}
