import type { CustomizationType } from "./limits";
import type { DatasetRole } from "./report";
import type { RuleId } from "./rules";

/** A line that breaks a rule, and one that does not; a test runs both. */
export interface RuleExample {
  readonly bad: string;
  readonly good: string;
  /** Default Llama 3.1, which takes `prompt` and `completion`. */
  readonly baseModel?: string;
  readonly customizationType?: CustomizationType;
  readonly role?: DatasetRole;
}

const NOVA = "amazon.nova-lite-v1:0";
const NOVA_MICRO = "amazon.nova-micro-v1:0";
const NOVA_2 = "amazon.nova-2-lite-v1:0";
const LLAMA = "meta.llama3-1-8b-instruct-v1:0";

const user = (content: string): string => `{"role":"user","content":${content}}`;
const assistant = (content: string): string => `{"role":"assistant","content":${content}}`;
const text = (value: string): string => `[{"text":"${value}"}]`;
const chat = (messages: string, rest = ""): string =>
  `{"schemaVersion":"bedrock-conversation-2024",${rest}"messages":[${messages}]}`;
const good = chat(`${user(text("Why?"))},${assistant(text("So."))}`);
const nova = (bad: string, fine = good, baseModel = NOVA): RuleExample => ({ bad, good: fine, baseModel });
const pair = `{"prompt":"Why?","completion":"So."}`;
const image = (format: string, uri: string): string =>
  `[{"text":"What?"},{"image":{"format":"${format}","source":{"s3Location":{"uri":"${uri}"}}}}]`;
const shown = (content: string): string => chat(`${user(content)},${assistant(text("A cat."))}`);
const picture = shown(image("png", "s3://data/cat.png"));
const evaluation = { role: "evaluation", good: `{"prompt":"Why?","referenceResponse":"So."}` } as const;

/** Examples of the rules about single records. Rules about files, and those of the scanners, are shown by their tests. */
export const ruleExamples: Readonly<Partial<Record<RuleId, RuleExample>>> = {
  "lone-surrogate": {
    bad: `{"prompt":"\\ud83d","completion":"So."}`,
    good: `{"prompt":"\\ud83d\\ude00","completion":"So."}`,
  },
  "invalid-json": { bad: `{"prompt":"Why?","completion":"So.",}`, good: pair },
  "not-an-object": { bad: `["Why?","So."]`, good: pair },
  "duplicate-key": { bad: `{"prompt":"Why?","prompt":"How?","completion":"So."}`, good: pair },
  "missing-field": { bad: `{"prompt":"Why?"}`, good: pair },
  "wrong-type": { bad: `{"prompt":"Why?","completion":4}`, good: `{"prompt":"Why?","completion":"4"}` },
  "empty-text": { bad: `{"prompt":"Why?","completion":" "}`, good: pair },
  "unknown-key": { bad: `{"prompt":"Why?","completion":"So.","id":1}`, good: pair },
  "null-field": nova(chat(`${user(`[{"text":"Why?","image":null}]`)},${assistant(text("So."))}`)),
  "schema-version": nova(`{"messages":[${user(text("Why?"))},${assistant(text("So."))}]}`),
  "system-shape": nova(
    chat(`${user(text("Why?"))},${assistant(text("So."))}`, `"system":"Be brief.",`),
    chat(`${user(text("Why?"))},${assistant(text("So."))}`, `"system":[{"text":"Be brief."}],`),
  ),
  "too-few-messages": nova(chat(user(text("Why?")))),
  "unknown-role": nova(chat(`{"role":"human","content":${text("Why?")}},${assistant(text("So."))}`)),
  "role-order": nova(chat(`${assistant(text("So."))},${user(text("Why?"))},${assistant(text("So."))}`)),
  "last-role": nova(chat(`${user(text("Why?"))},${assistant(text("So."))},${user(text("And?"))}`)),
  "content-shape": nova(chat(`${user(`"Why?"`)},${assistant(text("So."))}`)),
  "content-unsupported": nova(chat(`${user(`[{"document":{}}]`)},${assistant(text("So."))}`)),
  "assistant-media": nova(chat(`${user(text("Draw."))},${assistant(image("png", "s3://data/cat.png"))}`), picture),
  "media-unsupported": nova(picture, good, NOVA_MICRO),
  "media-format": nova(shown(image("bmp", "s3://data/cat.png")), picture),
  "media-source": nova(shown(`[{"text":"What?"},{"image":{"format":"png","source":{"bytes":"iVBOR"}}}]`), picture),
  "media-uri": nova(shown(image("png", "s3://data/my cat.png")), picture),
  "reserved-word": nova(chat(`${user(text("User: why?"))},${assistant(text("So."))}`)),
  "reserved-word-validator": nova(chat(`${user(text("Thought: why?"))},${assistant(text("So."))}`)),
  "reasoning-shape": nova(
    chat(`${user(text("Why?"))},${assistant(`[{"reasoningContent":{"text":"Hm."}},{"text":"So."}]`)}`),
    chat(
      `${user(text("Why?"))},${assistant(`[{"reasoningContent":{"reasoningText":{"text":"Hm."}}},{"text":"So."}]`)}`,
    ),
    NOVA_2,
  ),
  "thinking-tag": nova(chat(`${user(text("Why?"))},${assistant(text("<thinking>Hm.</thinking>So."))}`), good, NOVA_2),
  "single-turn": {
    ...nova(
      chat(`${user(text("Why?"))},${assistant(text("So."))},${user(text("And?"))},${assistant(text("So."))}`),
      good,
      LLAMA,
    ),
    customizationType: "DISTILLATION",
  },
  "no-reference-answer": {
    bad: `{"messages":[{"role":"user","content":"2 + 2?"}]}`,
    good: `{"messages":[{"role":"user","content":"2 + 2?"}],"reference_answer":{"sum":4}}`,
    baseModel: NOVA_2,
    customizationType: "REINFORCEMENT_FINE_TUNING",
  },
  "no-reference-response": { ...evaluation, bad: `{"prompt":"Why?"}` },
  "model-responses": { ...evaluation, bad: `{"prompt":"Why?","referenceResponse":"So.","modelResponses":[]}` },
  "turn-count": { ...evaluation, bad: `{"conversationTurns":[]}` },
  "caption-length": {
    bad: `{"image-ref":"s3://data/cat.png","caption":"A"}`,
    good: `{"image-ref":"s3://data/cat.png","caption":"A cat"}`,
    baseModel: "amazon.titan-image-generator-v2:0",
  },
};
