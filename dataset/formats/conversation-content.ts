import type { JsonPath } from "../json-inspect";
import { MediaChecker, type MediaKind } from "./conversation-media";
import type { ConversationRules } from "./conversation-rules";
import { reportForbiddenWords } from "./forbidden-words";
import {
  isObject,
  type JsonObject,
  kindOf,
  quotedKeys,
  type ReportFinding,
  reportNull,
  reportUnknownKeys,
} from "./format";

type Role = "user" | "assistant" | undefined;

const mediaKinds: readonly MediaKind[] = ["image", "video"];

/** Checks the `content` of messages: text, media, reasoning. */
export class ContentChecker {
  /** Counts media, and holds those of the whole file to the first. */
  readonly media: MediaChecker;
  private readonly itemKeys: readonly string[];

  constructor(private readonly rules: ConversationRules) {
    this.media = new MediaChecker(rules);
    this.itemKeys = ["text", "image", "video", ...(rules.reasoning ? ["reasoningContent"] : [])];
  }

  /** Must be called before the first message of every record: media are counted per record. */
  startRecord(): void {
    this.media.startRecord();
  }

  /** Reports what is wrong with a message's content. Returns the characters of its texts. */
  check(message: JsonObject, role: Role, path: JsonPath, report: ReportFinding): number {
    const { content } = message;
    const contentPath = [...path, "content"];
    if (!Object.hasOwn(message, "content")) {
      report("missing-field", 'the message has no "content"', { path });
      return 0;
    }
    if (!Array.isArray(content)) {
      const hint = typeof content === "string" ? ': write [{"text": "..."}]' : "";
      report("content-shape", `"content" must be a list, not ${kindOf(content)}${hint}`, { path: contentPath });
      return 0;
    }
    if (content.length === 0) report("content-shape", '"content" is empty', { path: contentPath });
    let characters = 0;
    let saysSomething = false;
    content.forEach((item: unknown, index) => {
      const itemPath = [...contentPath, index];
      if (!isObject(item)) {
        report("content-shape", `an element of "content" must be an object, not ${kindOf(item)}`, { path: itemPath });
        saysSomething = true;
        return;
      }
      const text = this.checkItem(item, role, itemPath, report);
      characters += text.length;
      const isBlankText =
        text.trim() === "" && typeof item.text === "string" && !mediaKinds.some((kind) => this.has(item, kind));
      if (!isBlankText && !this.has(item, "reasoningContent")) saysSomething = true;
    });
    if (content.length > 0 && !saysSomething) report("empty-text", "the message says nothing", { path: contentPath });
    return characters;
  }

  /** Whether an item has a key; null may be none. */
  private has(item: JsonObject, key: string): boolean {
    return Object.hasOwn(item, key) && !(this.rules.nullIsAbsent && item[key] === null);
  }

  private checkItem(item: JsonObject, role: Role, path: JsonPath, report: ReportFinding): string {
    if (!this.itemKeys.some((key) => this.has(item, key))) {
      const allowed = this.itemKeys.map((key) => `"${key}"`).join(", ");
      const found = Object.values(item).every((value) => value === null) ? "nothing" : quotedKeys(item);
      report("content-unsupported", `the content holds ${found}; one of ${allowed} is needed`, { path });
      return "";
    }
    reportUnknownKeys(item, this.itemKeys, path, report);
    for (const key of this.itemKeys) if (!this.has(item, key)) reportNull(item, key, path, report);
    for (const kind of mediaKinds) {
      if (!this.has(item, kind)) continue;
      if (role === "assistant")
        report("assistant-media", `the assistant cannot send a ${kind}`, { path: [...path, kind] });
      else this.media.check(kind, item[kind], [...path, kind], report);
    }
    if (this.rules.reasoning && this.has(item, "reasoningContent")) {
      return this.checkReasoning(item.reasoningContent, role, [...path, "reasoningContent"], report);
    }
    return this.has(item, "text") ? this.checkText(item.text, role, [...path, "text"], report) : "";
  }

  private checkText(text: unknown, role: Role, path: JsonPath, report: ReportFinding): string {
    if (typeof text !== "string") {
      report("wrong-type", `"text" must be a string, not ${kindOf(text)}`, { path });
      return "";
    }
    if (role) reportForbiddenWords(text, role, this.rules.forbidden, path, report);
    return text;
  }

  private checkReasoning(reasoning: unknown, role: Role, path: JsonPath, report: ReportFinding): string {
    const inner = isObject(reasoning) ? reasoning.reasoningText : undefined;
    const text = isObject(inner) ? inner.text : undefined;
    if (role === "user") report("reasoning-shape", "only the assistant reasons", { path });
    else if (path.at(-2) !== 0) report("reasoning-shape", "reasoning must come first in the content", { path });
    if (typeof text !== "string") {
      report("reasoning-shape", 'expected {"reasoningText": {"text": "..."}}', { path });
      return "";
    }
    reportUnknownKeys(reasoning as JsonObject, ["reasoningText"], path, report);
    reportUnknownKeys(inner as JsonObject, ["text"], [...path, "reasoningText"], report);
    return this.checkText(text, role, [...path, "reasoningText", "text"], report);
  }
}
