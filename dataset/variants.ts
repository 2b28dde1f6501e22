import { DatasetError } from "./errors";
import { baseModelId, type CustomizationType, limitsFor, type ModelLimits } from "./limits";
import { isBedrockName } from "./model-names";
import type { DatasetRole } from "./report";

const userGuide = "https://docs.aws.amazon.com/bedrock/latest/userguide/";

/** Customization types that also take the log files of model invocation logging. */
const takesLogs: readonly CustomizationType[] = ["DISTILLATION", "REINFORCEMENT_FINE_TUNING"];

/** Whether a name is that of a gzipped file. */
export function isCompressed(name: string): boolean {
  return /\.gz$/i.test(name);
}

/**
 * The limits for one file: those of the model and customization type, or of evaluation jobs, which take any model, or of
 * invocation logs where the file is a `.gz` that the customization type can take.
 *
 * @param name - path or URI of the file
 * @throws DatasetError as {@link limitsFor}; for an evaluation set only if the text is no model id at all
 */
export function limitsForFile(
  name: string,
  baseModel: string,
  customizationType: CustomizationType = "FINE_TUNING",
  role: DatasetRole = "train",
): ModelLimits {
  if (role === "evaluation") return evaluationLimits(baseModel, customizationType);
  const limits = limitsFor(baseModel, customizationType);
  if (!isCompressed(name) || !takesLogs.includes(customizationType)) return limits;
  // The limit of 16 KiB per line is one of prompts: a record of a log holds more than its prompt.
  const source = `${userGuide}distillation-prepare-datasets.html`;
  return { ...limits, maxLineBytes: undefined, format: { id: "invocation-log" }, source };
}

/**
 * Prompt datasets of evaluation jobs: up to 1,000 prompts, for every model. They also evaluate what customization does not
 * take: inference profiles, throughput, imported models.
 */
function evaluationLimits(baseModel: string, customizationType: CustomizationType): ModelLimits {
  const id = baseModelId(baseModel) ?? (isBedrockName(baseModel) ? baseModel : undefined);
  if (id === undefined) {
    throw new DatasetError(
      "unknown-model",
      `"${baseModel}" is no model id. Give one such as amazon.nova-lite-v1:0, an inference profile, or the ARN of a model.`,
    );
  }
  return {
    family: "evaluation job",
    baseModels: [id],
    customizationType,
    format: { id: "evaluation" },
    records: { min: 1, max: 1_000 },
    source: `${userGuide}model-evaluation-prompt-datasets-custom.html`,
    checked: "2026-10",
  };
}
