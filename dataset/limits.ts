import { DatasetError } from "./errors";
import type { ConversationRules } from "./formats/conversation-rules";
import {
  llama32Text,
  llama32Vision,
  llama33,
  nova2Lite,
  novaMicro,
  novaUnderstanding,
} from "./formats/conversation-rules";

/** `customizationType` of CreateModelCustomizationJob. */
export type CustomizationType = "FINE_TUNING" | "CONTINUED_PRE_TRAINING" | "DISTILLATION" | "REINFORCEMENT_FINE_TUNING";

/** A record format, with the rules that differ between models. */
export type FormatSpec =
  | { readonly id: "prompt-completion" }
  | { readonly id: "bedrock-conversation-2024"; readonly conversation: ConversationRules };

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
    /** Most training and validation records together: the default quota, which AWS can raise. */
    readonly max: number;
    /** Most validation records that AWS's sample validator takes; documentation limits only the sum. */
    readonly validation?: number;
  };
  /** Most tokens per record; absent where AWS publishes none. */
  readonly tokens?: { readonly input?: number; readonly output?: number; readonly total: number };
  /** False where fine-tuning does not use a validation dataset. Default true. */
  readonly validationDataset?: boolean;
  /** Where the figures stand. */
  readonly source: string;
  /** Month of the documentation that was read, as YYYY-MM. */
  readonly checked: string;
}

const userGuide = "https://docs.aws.amazon.com/bedrock/latest/userguide/";
const llamaSource = `${userGuide}model-customization-prepare.html`;
const novaSource = "https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html";
const llamaRecords = { min: 100, max: 10_000, validation: 1_000 } as const;
const checked = "2026-10";
const fineTuning = "FINE_TUNING";

/** Every family the preflight knows. A new one is a new entry. */
export const modelLimits: readonly ModelLimits[] = [
  {
    family: "Llama 3.1",
    baseModels: ["meta.llama3-1-8b-instruct-v1:0", "meta.llama3-1-70b-instruct-v1:0"],
    customizationType: fineTuning,
    format: { id: "prompt-completion" },
    records: llamaRecords,
    tokens: { input: 16_000, output: 16_000, total: 16_000 },
    source: llamaSource,
    checked,
  },
  {
    family: "Llama 3.2 (text)",
    baseModels: ["meta.llama3-2-1b-instruct-v1:0", "meta.llama3-2-3b-instruct-v1:0"],
    customizationType: fineTuning,
    format: { id: "bedrock-conversation-2024", conversation: llama32Text },
    records: llamaRecords,
    tokens: { total: 16_000 },
    source: llamaSource,
    checked,
  },
  {
    family: "Llama 3.2 11B Vision",
    baseModels: ["meta.llama3-2-11b-instruct-v1:0"],
    customizationType: fineTuning,
    format: { id: "bedrock-conversation-2024", conversation: llama32Vision },
    records: llamaRecords,
    tokens: { total: 16_000 },
    source: llamaSource,
    checked,
  },
  {
    family: "Llama 3.2 90B Vision",
    baseModels: ["meta.llama3-2-90b-instruct-v1:0"],
    customizationType: fineTuning,
    format: { id: "bedrock-conversation-2024", conversation: llama32Vision },
    records: llamaRecords,
    tokens: { total: 10_000 },
    source: llamaSource,
    checked,
  },
  {
    family: "Llama 3.3",
    baseModels: ["meta.llama3-3-70b-instruct-v1:0"],
    customizationType: fineTuning,
    format: { id: "bedrock-conversation-2024", conversation: llama33 },
    records: llamaRecords,
    tokens: { total: 16_000 },
    source: llamaSource,
    checked,
  },
  {
    family: "Nova Micro",
    baseModels: ["amazon.nova-micro-v1:0"],
    customizationType: fineTuning,
    format: { id: "bedrock-conversation-2024", conversation: novaMicro },
    records: { min: 8, max: 20_000 },
    tokens: { total: 32_000 },
    source: novaSource,
    checked,
  },
  {
    family: "Nova Lite and Pro",
    baseModels: ["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"],
    customizationType: fineTuning,
    format: { id: "bedrock-conversation-2024", conversation: novaUnderstanding },
    records: { min: 8, max: 20_000 },
    tokens: { total: 32_000 },
    source: novaSource,
    checked,
  },
  {
    family: "Nova 2 Lite",
    baseModels: ["amazon.nova-2-lite-v1:0"],
    customizationType: fineTuning,
    format: { id: "bedrock-conversation-2024", conversation: nova2Lite },
    records: { min: 200, max: 20_000 },
    validationDataset: false,
    source: `${userGuide}nova-2-sft-data-prep.html`,
    checked,
  },
];

const arnPattern = /^arn:[\w-]+:bedrock:[\w-]*:\d*:(?:foundation-model|custom-model)\/([^/]+)(?:\/[^/]+)?$/;
const idPattern = /^([a-z0-9-]+\.[a-z0-9-]+)(?::(\d+))?(?::\d+k)?$/;

/**
 * The base model id without context suffix that an identifier stands for.
 *
 * @param identifier - a base model id with or without version and context suffix (`meta.llama3-1-8b-instruct-v1:0:128k`),
 *   a foundation model ARN, or the ARN of a custom model that is to be trained further
 * @returns for example `meta.llama3-1-8b-instruct-v1:0`; undefined if it is none of these
 */
export function baseModelId(identifier: string): string | undefined {
  const match = idPattern.exec(arnPattern.exec(identifier)?.[1] ?? identifier);
  return match ? `${match[1]}:${match[2] ?? "0"}` : undefined;
}

/**
 * The limits for a base model and a customization type.
 *
 * @throws DatasetError `unknown-model` or `unsupported-customization`, naming what is known
 */
export function limitsFor(baseModel: string, customizationType: CustomizationType = "FINE_TUNING"): ModelLimits {
  const id = baseModelId(baseModel);
  const family = modelLimits.filter((entry) => id !== undefined && entry.baseModels.includes(id));
  if (family.length === 0) {
    const known = modelLimits.flatMap((entry) => entry.baseModels).sort();
    throw new DatasetError(
      "unknown-model",
      `The base model "${baseModel}" is not one whose dataset format is known. Known: ${known.join(", ")} ` +
        "(a context suffix such as :128k, or the model's ARN, is fine too). Correct the model, or add it to dataset/limits.ts.",
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
