import type { ModelLimits } from "./limits";

const userGuide = "https://docs.aws.amazon.com/bedrock/latest/userguide/";
const prepare = `${userGuide}model-customization-prepare.html`;
const checked = "2026-10";
const GIGABYTE = 1024 ** 3;
const MEGABYTE = 1024 ** 2;
const gone = "it is no longer offered for customization; choose a Nova or Llama model";
const titanFiles = { train: GIGABYTE, validation: 100 * MEGABYTE } as const;
const titanText = ["amazon.titan-text-express-v1:0", "amazon.titan-text-lite-v1:0"] as const;

/**
 * Families that can no longer be customized. Their formats stay known, so that an old data set can be read and converted,
 * and so that the message says what happened to the model instead of calling it unknown.
 */
export const retiredLimits: readonly ModelLimits[] = [
  {
    family: "Claude 3 Haiku",
    baseModels: ["anthropic.claude-3-haiku-20240307-v1:0"],
    customizationType: "FINE_TUNING",
    format: { id: "system-messages" },
    records: { min: 32, max: 10_000, maxValidation: 1_000 },
    tokens: { total: 32_000 },
    maxFileBytes: { train: 10 * GIGABYTE, validation: GIGABYTE },
    retired: gone,
    source: prepare,
    checked,
  },
  {
    family: "Titan Text Premier",
    baseModels: ["amazon.titan-text-premier-v1:0"],
    customizationType: "FINE_TUNING",
    format: { id: "prompt-completion" },
    records: { min: 1, max: 20_000 },
    tokens: { total: 4_096 },
    maxFileBytes: titanFiles,
    retired: gone,
    source: prepare,
    checked,
  },
  {
    family: "Titan Text Express and Lite",
    baseModels: titanText,
    customizationType: "FINE_TUNING",
    format: { id: "prompt-completion" },
    records: { min: 1, max: 10_000 },
    tokens: { total: 4_096 },
    maxFileBytes: titanFiles,
    retired: gone,
    source: prepare,
    checked,
  },
  {
    family: "Titan Text Express and Lite (continued pre-training)",
    baseModels: titanText,
    customizationType: "CONTINUED_PRE_TRAINING",
    format: { id: "continued-pre-training" },
    records: { min: 1, max: 100_000 },
    tokens: { total: 4_096 },
    maxFileBytes: titanFiles,
    retired: gone,
    source: prepare,
    checked,
  },
  {
    family: "Cohere Command and Command Light",
    // Bedrock lists them with version 7; their ids are also written without a version.
    baseModels: [0, 7].flatMap((version) =>
      ["text", "light-text"].map((kind) => `cohere.command-${kind}-v14:${version}`),
    ),
    customizationType: "FINE_TUNING",
    format: { id: "prompt-completion" },
    records: { min: 1, max: 10_000, maxValidation: 1_000 },
    tokens: { input: 4_096, output: 2_048, total: 6_144 },
    retired: gone,
    source: prepare,
    checked,
  },
  {
    family: "Titan Image Generator G1 v1",
    baseModels: ["amazon.titan-image-generator-v1:0"],
    customizationType: "FINE_TUNING",
    format: { id: "image-caption", caption: { min: 3, max: 1_024 } },
    records: { min: 5, max: 10_000 },
    validationDataset: false,
    retired: "it is no longer offered for customization; choose amazon.titan-image-generator-v2:0",
    source: prepare,
    checked,
  },
  {
    family: "Nova Canvas",
    baseModels: ["amazon.nova-canvas-v1:0"],
    customizationType: "FINE_TUNING",
    format: { id: "image-caption", caption: { min: 3, max: 1_024 } },
    records: { min: 5, max: 10_000 },
    validationDataset: false,
    retired: gone,
    source: "https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-creative-content.html",
    checked,
  },
];
