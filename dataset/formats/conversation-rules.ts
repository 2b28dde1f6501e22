import type { RuleId } from "../rules";

/** Who says a text. */
export type Speaker = "system" | "user" | "assistant";

/** Words that must not stand in a text: a case-sensitive substring test. */
export interface ForbiddenWords {
  readonly rule: RuleId;
  readonly words: readonly string[];
  /** Whose texts are tested. */
  readonly speakers: readonly Speaker[];
}

/** How a model takes one kind of media. */
export interface MediaRules {
  /** Values of `format`, lower case; AWS's validator takes them in any case. */
  readonly formats: readonly string[];
  /** Most per record; absent where none is published. */
  readonly maxPerRecord?: number;
}

/** What differs between the models that take `bedrock-conversation-2024`. */
export interface ConversationRules {
  /** Most elements of `system`; absent: no limit published. */
  readonly maxSystem?: number;
  /** Absent: the model does not take this kind. */
  readonly image?: MediaRules;
  readonly video?: MediaRules;
  /** Whether assistant content may begin with `reasoningContent`. */
  readonly reasoning: boolean;
  /**
   * True where media stand in the bucket of the dataset, under keys of letters, digits, _ - / and . only, as the documentation
   * of Nova says. Default false: any key in any bucket that the role may read.
   */
  readonly mediaBesideData?: boolean;
  /** True where AWS's validator takes null in an optional field for an absent one. Default false: null is a wrong value. */
  readonly nullIsAbsent?: boolean;
  readonly forbidden: readonly ForbiddenWords[];
  /** True where the teacher model writes the answer, so that a record may end with the user. Default false. */
  readonly answerOptional?: boolean;
  /** True where a record has one user message and at most one answer. Default false. */
  readonly singleTurn?: boolean;
}

/** Listed in the Nova documentation: in a user or system text they make the job fail. */
const novaReserved = ["User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]"];

/** Refused in any text by AWS's sample validator for Nova (aws-samples/amazon-bedrock-samples) and not documented. */
const novaValidator = ["SYSTEM:", "USER:", "BOT:", "ASSISTANT:", "Thought:"];

const novaForbidden: readonly ForbiddenWords[] = [
  { rule: "reserved-word", words: novaReserved, speakers: ["system", "user"] },
  { rule: "reserved-word-validator", words: novaReserved, speakers: ["assistant"] },
  { rule: "reserved-word-validator", words: novaValidator, speakers: ["system", "user", "assistant"] },
];

/** Nova Micro: text only. */
export const novaMicro: ConversationRules = { reasoning: false, nullIsAbsent: true, forbidden: novaForbidden };

/** Nova Lite and Pro, first version. */
export const novaUnderstanding: ConversationRules = {
  ...novaMicro,
  mediaBesideData: true,
  image: { formats: ["png", "jpeg", "gif", "webp"], maxPerRecord: 10 },
  video: { formats: ["mov", "mkv", "mp4", "webm"], maxPerRecord: 1 },
};

/** Nova 2 Lite: fewer media formats, no published count of media, and reasoning. The reserved words are those of the first version. */
export const nova2Lite: ConversationRules = {
  ...novaMicro,
  mediaBesideData: true,
  image: { formats: ["png", "jpeg", "gif"] },
  video: { formats: ["mov", "mkv", "mp4"] },
  reasoning: true,
  forbidden: [
    ...novaForbidden,
    { rule: "thinking-tag", words: ["<thinking>", "</thinking>"], speakers: ["system", "user", "assistant"] },
  ],
};

/** Llama 3.2 1B and 3B: text only. */
export const llama32Text: ConversationRules = { maxSystem: 1, reasoning: false, forbidden: [] };

/** Llama 3.2 11B and 90B Vision. */
export const llama32Vision: ConversationRules = {
  ...llama32Text,
  image: { formats: ["gif", "jpeg", "png", "webp"] },
};

/** Llama 3.3 70B: text only. */
export const llama33: ConversationRules = llama32Text;

/** Students of distillation among the Nova models: text only, several turns, with or without the last answer. */
export const novaDistillation: ConversationRules = { ...novaMicro, answerOptional: true };

/** Students of distillation among the Llama models: text only, one turn, with or without the answer. */
export const llamaDistillation: ConversationRules = { ...llama32Text, answerOptional: true, singleTurn: true };
