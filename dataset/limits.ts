import { DatasetError } from "./errors";
import { modelLimits } from "./families";
import { baseModelId, whyUnknown } from "./model-names";
import type { ConversationRules } from "./formats/conversation-rules";
import type { DatasetRole } from "./report";

/** `customizationType` of CreateModelCustomizationJob. */
export type CustomizationType = "FINE_TUNING" | "CONTINUED_PRE_TRAINING" | "DISTILLATION" | "REINFORCEMENT_FINE_TUNING";

/** A record format, with the rules that differ between models. */
export type FormatSpec =
  | { readonly id: "prompt-completion" }
  | { readonly id: "bedrock-conversation-2024"; readonly conversation: ConversationRules }
  /** `{"input": "..."}`: text to go on learning from. */
  | { readonly id: "continued-pre-training" }
  /** `{"system": "...", "messages": [...]}` with contents that are strings, as Claude takes it. */
  | { readonly id: "system-messages" }
  /** Messages of OpenAI's chat completions with `reference_answer`, as reinforcement fine-tuning takes it. */
  | { readonly id: "openai-chat" }
  /** `{"image-ref": "s3://...", "caption": "..."}`; caption lengths in characters. */
  | { readonly id: "image-caption"; readonly caption: { readonly min: number; readonly max: number } }
  /** Records of model invocation logging, gzipped: what a teacher was asked and answered. */
  | { readonly id: "invocation-log" }
  /** Prompts of an evaluation job, with or without reference answers. */
  | { readonly id: "evaluation" };

/** What one family of base models accepts for one customization type. */
export interface ModelLimits {
  readonly family: string;
  /** Base model ids without a context suffix: `meta.llama3-1-8b-instruct-v1:0`, not `...:0:128k`. */
  readonly baseModels: readonly string[];
  readonly customizationType: CustomizationType;
  readonly format: FormatSpec;
  readonly records: {
    /** Fewest training records. */
    readonly min: number;
    /** Most training and validation records together: the default quota, which AWS can raise; Infinity where none is published. */
    readonly max: number;
    /** Most validation records that AWS's sample validator takes; documentation limits only the sum. */
    readonly validation?: number;
    /** Most validation records that the documentation allows; absent where it limits only the sum. */
    readonly maxValidation?: number;
  };
  /** Most tokens per record; absent where AWS publishes none. */
  readonly tokens?: { readonly input?: number; readonly output?: number; readonly total: number };
  /** Longest line in bytes; absent where AWS publishes none. */
  readonly maxLineBytes?: number;
  /** Largest file in bytes, by role; absent where AWS publishes none. */
  readonly maxFileBytes?: Readonly<Partial<Record<DatasetRole, number>>>;
  /** True where AWS takes files named with letters, digits, _ - / and . only. Default: no rule is published. */
  readonly plainFileNames?: boolean;
  /** What became of the model, for one that can no longer be customized. Absent: it can. */
  readonly retired?: string;
  /** False where fine-tuning does not use a validation dataset. Default true. */
  readonly validationDataset?: boolean;
  /** Where the figures stand. */
  readonly source: string;
  /** Month of the documentation that was read, as YYYY-MM. */
  readonly checked: string;
}

export { modelLimits };

export { baseModelId } from "./model-names";

/**
 * The limits for a base model and a customization type.
 *
 * @throws DatasetError `unknown-model` or `unsupported-customization`, naming what is known
 */
export function limitsFor(baseModel: string, customizationType: CustomizationType = "FINE_TUNING"): ModelLimits {
  const id = baseModelId(baseModel);
  const family = modelLimits.filter((entry) => id !== undefined && entry.baseModels.includes(id));
  if (family.length === 0) {
    const current = modelLimits.filter(({ retired }) => retired === undefined);
    const known = [...new Set(current.flatMap((entry) => entry.baseModels))].sort();
    throw new DatasetError(
      "unknown-model",
      `The base model "${baseModel}" ${whyUnknown(baseModel, known)} Known: ${known.join(", ")} ` +
        "(with a context suffix such as :128k, or as ARN, too).",
    );
  }
  const limits = family.find((entry) => entry.customizationType === customizationType);
  if (limits) return limits;
  const types = family.map((entry) => entry.customizationType).join(", ");
  throw new DatasetError(
    "unsupported-customization",
    `The dataset format of customization type "${customizationType}" is not known for ${id}. Known: ${types}.`,
  );
}
