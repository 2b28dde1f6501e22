import { ContentChecker } from "./conversation-content";
import type { ConversationRules, Speaker } from "./conversation-rules";
import {
  type FileState,
  isObject,
  type JsonObject,
  kindOf,
  type RecordChecker,
  type RecordSize,
  type ReportFinding,
  reportNull,
  reportUnknownKeys,
} from "./format";
import { reportForbiddenWords } from "./forbidden-words";

/** Value of `schemaVersion` in every AWS example. */
export const SCHEMA_VERSION = "bedrock-conversation-2024";

/** `{"schemaVersion", "system": [{"text"}], "messages": [{"role", "content": [...]}]}` under one model's rules. */
export class ConversationChecker implements RecordChecker {
  /** Media decide for later records, so a record with them is always looked at. */
  readonly freeTexts: RecordChecker["freeTexts"];
  private readonly content: ContentChecker;

  constructor(private readonly rules: ConversationRules) {
    this.content = new ContentChecker(rules);
    this.freeTexts = { forbidden: rules.forbidden.flatMap(({ words }) => words), without: ["image", "video"] };
  }

  state(): FileState {
    return this.content.media.state();
  }

  resume(state: FileState): void {
    this.content.media.resume(state);
  }

  check(record: JsonObject, report: ReportFinding): RecordSize {
    reportUnknownKeys(record, ["schemaVersion", "system", "messages"], [], report);
    const isAbsent = (key: string): boolean => this.rules.nullIsAbsent === true && record[key] === null;
    for (const key of ["schemaVersion", "system"]) if (isAbsent(key)) reportNull(record, key, [], report);
    if (!isAbsent("schemaVersion")) checkSchemaVersion(record, report);
    const system = isAbsent("system") ? 0 : this.checkSystem(record.system, report);
    const size = this.checkMessages(record, report);
    return { input: system + size.input, output: size.output };
  }

  private checkSystem(system: unknown, report: ReportFinding): number {
    if (system === undefined) return 0;
    if (!Array.isArray(system)) {
      report("system-shape", `"system" must be a list of {"text": "..."} objects, not ${kindOf(system)}`, {
        path: ["system"],
      });
      return 0;
    }
    const { maxSystem } = this.rules;
    if (maxSystem !== undefined && system.length > maxSystem) {
      const message = `"system" has ${system.length} elements; this model takes at most ${maxSystem}`;
      report("system-shape", message, { path: ["system", maxSystem] });
    }
    let characters = 0;
    system.forEach((item: unknown, index) => {
      const path = ["system", index];
      const text = isObject(item) ? item.text : undefined;
      if (!isObject(item) || typeof text !== "string") {
        report("system-shape", 'every element of "system" must be an object with a string "text"', { path });
        return;
      }
      reportUnknownKeys(item, ["text"], path, report);
      const textPath = [...path, "text"];
      if (text.trim() === "") report("empty-text", 'the text of "system" is empty', { path: textPath });
      reportForbiddenWords(text, "system", this.rules.forbidden, textPath, report);
      characters += text.length;
    });
    return characters;
  }

  private checkMessages(record: JsonObject, report: ReportFinding): RecordSize {
    const { messages } = record;
    if (!Object.hasOwn(record, "messages")) {
      const hint = Object.hasOwn(record, "prompt") ? ' (it has "prompt": is it in another model\'s format?)' : "";
      report("missing-field", `the record has no "messages"${hint}`, { path: [] });
      return { input: 0, output: 0 };
    }
    if (!Array.isArray(messages)) {
      report("wrong-type", `"messages" must be a list, not ${kindOf(messages)}`, { path: ["messages"] });
      return { input: 0, output: 0 };
    }
    const { answerOptional = false, singleTurn = false } = this.rules;
    const fewest = answerOptional ? 1 : 2;
    if (messages.length < fewest) {
      const message = `"messages" has ${messages.length}; at least ${fewest} ${fewest === 1 ? "is" : "are"} needed`;
      report("too-few-messages", message, { path: ["messages"] });
    }
    if (singleTurn && messages.length > 2) {
      const message = `"messages" has ${messages.length}; this model is distilled from one question and at most one answer`;
      report("single-turn", message, { path: ["messages", 2] });
    }
    this.content.startRecord();
    const size = { input: 0, output: 0 };
    let previous: Speaker | undefined;
    messages.forEach((message: unknown, index) => {
      const path = ["messages", index];
      if (!isObject(message)) {
        report("wrong-type", `a message must be an object, not ${kindOf(message)}`, { path });
        previous = undefined;
        return;
      }
      reportUnknownKeys(message, ["role", "content"], path, report);
      const role = checkRole(message, index, previous, report);
      if (!answerOptional && index === messages.length - 1 && index > 0 && role === "user") {
        report("last-role", "the last message must be the assistant's, not the user's", { path: [...path, "role"] });
      }
      const characters = this.content.check(message, role, path, report);
      if (role === "assistant") size.output += characters;
      else size.input += characters;
      previous = role;
    });
    return size;
  }
}

function checkSchemaVersion(record: JsonObject, report: ReportFinding): void {
  const { schemaVersion } = record;
  if (!Object.hasOwn(record, "schemaVersion")) {
    report("schema-version", `the record has no "schemaVersion"; write "${SCHEMA_VERSION}"`, { path: [] });
  } else if (typeof schemaVersion !== "string") {
    report("wrong-type", `"schemaVersion" must be a string, not ${kindOf(schemaVersion)}`, { path: ["schemaVersion"] });
  } else if (schemaVersion !== SCHEMA_VERSION) {
    report("schema-version", `"schemaVersion" should be "${SCHEMA_VERSION}"`, { path: ["schemaVersion"] });
  }
}

/** Reports a bad role. After a message whose role cannot be told, the order is not judged: one mistake, one finding. */
function checkRole(
  message: JsonObject,
  index: number,
  previous: Speaker | undefined,
  report: ReportFinding,
): "user" | "assistant" | undefined {
  const { role } = message;
  const path = ["messages", index];
  if (!Object.hasOwn(message, "role")) {
    report("missing-field", 'the message has no "role"', { path });
    return undefined;
  }
  if (role !== "user" && role !== "assistant") {
    const hint = role === "system" ? '; system text stands in the record\'s "system"' : "";
    report("unknown-role", `"role" must be "user" or "assistant"${hint}`, { path: [...path, "role"] });
    return undefined;
  }
  const expected = index === 0 || previous === "assistant" ? "user" : previous === "user" ? "assistant" : role;
  if (role !== expected) {
    const message = `expected a message of the ${expected}, found one of the ${role}`;
    report("role-order", message, { path: [...path, "role"] });
  }
  return role;
}
