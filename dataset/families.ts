import {
  llama32Text,
  llama32Vision,
  llama33,
  llamaDistillation,
  nova2Lite,
  novaDistillation,
  novaMicro,
  novaUnderstanding,
} from "./formats/conversation-rules";
import type { ModelLimits } from "./limits";
import { retiredLimits } from "./retired-families";

const userGuide = "https://docs.aws.amazon.com/bedrock/latest/userguide/";
const llamaSource = `${userGuide}model-customization-prepare.html`;
const novaSource = "https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html";
const GIGABYTE = 1024 ** 3;
const llamaRecords = { min: 100, max: 10_000, validation: 1_000 } as const;
const checked = "2026-10";
const distillationRecords = { min: 100, max: 15_000 } as const;
const distillationFiles = {
  maxLineBytes: 16 * 1024,
  maxFileBytes: { train: 2 * GIGABYTE },
  validationDataset: false,
  source: `${userGuide}distillation-prepare-datasets.html`,
  checked,
} as const;
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
    plainFileNames: true,
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
    plainFileNames: true,
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
  {
    family: "Nova students of distillation",
    baseModels: ["amazon.nova-micro-v1:0", "amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"],
    customizationType: "DISTILLATION",
    format: { id: "bedrock-conversation-2024", conversation: novaDistillation },
    records: distillationRecords,
    tokens: { total: 32_000 },
    ...distillationFiles,
  },
  {
    family: "Llama 3.1 70B, 3.2 and 3.3 students of distillation",
    baseModels: [
      "meta.llama3-1-70b-instruct-v1:0",
      "meta.llama3-2-1b-instruct-v1:0",
      "meta.llama3-2-3b-instruct-v1:0",
      "meta.llama3-3-70b-instruct-v1:0",
    ],
    customizationType: "DISTILLATION",
    format: { id: "bedrock-conversation-2024", conversation: llamaDistillation },
    records: distillationRecords,
    tokens: { total: 16_000 },
    ...distillationFiles,
  },
  {
    family: "Llama 3.1 8B student of distillation",
    baseModels: ["meta.llama3-1-8b-instruct-v1:0"],
    customizationType: "DISTILLATION",
    format: { id: "bedrock-conversation-2024", conversation: llamaDistillation },
    records: distillationRecords,
    tokens: { total: 32_000 },
    ...distillationFiles,
  },
  {
    family: "Nova 2 Lite (reinforcement fine-tuning)",
    baseModels: ["amazon.nova-2-lite-v1:0"],
    customizationType: "REINFORCEMENT_FINE_TUNING",
    format: { id: "openai-chat" },
    records: { min: 100, max: Infinity },
    source: `${userGuide}rft-prepare-data.html`,
    checked,
  },
  {
    family: "Titan Image Generator G1 v2",
    baseModels: ["amazon.titan-image-generator-v2:0"],
    customizationType: fineTuning,
    format: { id: "image-caption", caption: { min: 3, max: 1_024 } },
    records: { min: 5, max: 10_000 },
    validationDataset: false,
    source: llamaSource,
    checked,
  },
  {
    family: "Titan Multimodal Embeddings G1",
    baseModels: ["amazon.titan-embed-image-v1:0"],
    customizationType: fineTuning,
    format: { id: "image-caption", caption: { min: 0, max: 2_560 } },
    // The user guide's page says 500,000 and the service's quota 50,000: the quota is what the service enforces.
    records: { min: 1_000, max: 50_000 },
    validationDataset: false,
    source: llamaSource,
    checked,
  },
  ...retiredLimits,
];
