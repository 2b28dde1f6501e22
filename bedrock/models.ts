import { baseOfCustomModel, modelIdOf } from "./arns";
import type { CustomizationType } from "./customization-types";

/** How a custom model made from a base model can be invoked. */
export type Serving = "onDemand" | "provisioned" | "both" | "none";

/** The allowed range of one hyperparameter; the API takes its value as a string. */
export interface HyperParameter {
  type: "integer" | "number";
  min: number;
  max: number;
  /** A word that is allowed in place of a number; its case matters. */
  word?: string;
  /** The service has no default. */
  required?: boolean;
  /** What the service takes when nothing is said. */
  default?: number;
}

/** What is known of a base model. */
export interface BaseModel {
  /** The id without version and context variant. */
  id: string;
  /** Regions where it can be customized. */
  regions: string[];
  /** How it can be customized by a customization job. */
  customizations: readonly CustomizationType[];
  serving: Serving;
  /** Of fine-tuning. Absent when the documentation lists none: then values are left to the service. */
  hyperParameters?: Record<string, HyperParameter>;
  /** The day on which the model reached its end of life, `YYYY-MM-DD`. */
  endOfLife?: string;
}

const NOVA_TEXT: Record<string, HyperParameter> = {
  epochCount: { type: "integer", min: 1, max: 5, default: 2 },
  learningRate: { type: "number", min: 1e-6, max: 1e-4 },
  learningRateWarmupSteps: { type: "integer", min: 0, max: 100 },
};

const NOVA_CANVAS: Record<string, HyperParameter> = {
  batchSize: { type: "integer", min: 8, max: 192 },
  stepCount: { type: "integer", min: 10, max: 20_000 },
  learningRate: { type: "number", min: 1e-7, max: 1e-4 },
};

const LLAMA: Record<string, HyperParameter> = {
  epochCount: { type: "integer", min: 1, max: 10, default: 5 },
  batchSize: { type: "integer", min: 1, max: 1 },
  learningRate: { type: "number", min: 5e-6, max: 0.1 },
};

const TITAN_IMAGE: Record<string, HyperParameter> = {
  batchSize: { type: "integer", min: 8, max: 192 },
  stepCount: { type: "integer", min: 10, max: 40_000, word: "auto", required: true },
  learningRate: { type: "number", min: 1e-7, max: 1 },
};

const TITAN_EMBEDDINGS: Record<string, HyperParameter> = {
  epochCount: { type: "integer", min: 1, max: 100, word: "Auto", required: true },
  batchSize: { type: "integer", min: 256, max: 9_216 },
  learningRate: { type: "number", min: 5e-8, max: 1 },
};

const CLAUDE_3_HAIKU: Record<string, HyperParameter> = {
  epochCount: { type: "integer", min: 1, max: 10, default: 2 },
  batchSize: { type: "integer", min: 4, max: 256 },
  learningRateMultiplier: { type: "number", min: 0.1, max: 2 },
  earlyStoppingThreshold: { type: "number", min: 0, max: 0.1 },
  earlyStoppingPatience: { type: "integer", min: 1, max: 10 },
};

const TUNED: readonly CustomizationType[] = ["FINE_TUNING"];
const TUNED_OR_TAUGHT: readonly CustomizationType[] = ["FINE_TUNING", "DISTILLATION"];
const NOVA_REGIONS = ["us-east-1"];
const LLAMA_REGIONS = ["us-west-2"];
const TITAN_REGIONS = ["us-east-1", "us-west-2"];

/** The month of the AWS documentation that {@link BASE_MODELS} follows. */
export const MODELS_AS_OF = "2026-10";

/**
 * Base models that can be customized, from the Bedrock user guide (pages custom-model-fine-tuning, custom-models-hp,
 * reinforcement-fine-tuning, prequisites-model-distillation, prov-thru-supported, deploy-custom-model-on-demand, model-lifecycle-legacy) as of {@link MODELS_AS_OF}. Where the pages
 * contradict each other on a retired model, the lifecycle page governs.
 */
export const BASE_MODELS: readonly BaseModel[] = [
  {
    id: "amazon.nova-2-lite-v1",
    regions: NOVA_REGIONS,
    customizations: ["FINE_TUNING", "REINFORCEMENT_FINE_TUNING"],
    serving: "both",
  },
  ...["lite", "micro", "pro"].map((size) => nova(`amazon.nova-${size}-v1`)),
  {
    id: "amazon.nova-canvas-v1",
    regions: NOVA_REGIONS,
    customizations: TUNED,
    serving: "provisioned",
    hyperParameters: NOVA_CANVAS,
    endOfLife: "2026-09-30",
  },
  {
    id: "amazon.titan-image-generator-v2",
    regions: TITAN_REGIONS,
    customizations: TUNED,
    serving: "provisioned",
    hyperParameters: TITAN_IMAGE,
  },
  {
    id: "amazon.titan-embed-image-v1",
    regions: TITAN_REGIONS,
    customizations: TUNED,
    serving: "provisioned",
    hyperParameters: TITAN_EMBEDDINGS,
  },
  {
    id: "anthropic.claude-3-haiku-20240307-v1",
    regions: LLAMA_REGIONS,
    customizations: TUNED,
    serving: "provisioned",
    hyperParameters: CLAUDE_3_HAIKU,
    endOfLife: "2026-09-10",
  },
  ...["8b", "70b"].map((size) => llama(`meta.llama3-1-${size}-instruct-v1`)),
  ...["1b", "3b"].map((size) => llama(`meta.llama3-2-${size}-instruct-v1`)),
  ...["11b", "90b"].map((size) => llama(`meta.llama3-2-${size}-instruct-v1`, TUNED)),
  {
    id: "meta.llama3-3-70b-instruct-v1",
    regions: LLAMA_REGIONS,
    customizations: TUNED_OR_TAUGHT,
    serving: "onDemand",
  },
];

function nova(id: string): BaseModel {
  return {
    id,
    regions: NOVA_REGIONS,
    customizations: TUNED_OR_TAUGHT,
    serving: "both",
    hyperParameters: NOVA_TEXT,
  };
}

function llama(id: string, customizations = TUNED_OR_TAUGHT): BaseModel {
  return { id, regions: LLAMA_REGIONS, customizations, serving: "provisioned", hyperParameters: LLAMA };
}

/**
 * Finds a base model by id or ARN, with or without version and context variant, or by the ARN of a custom model made
 * from it. Undefined for a model that the table does not know.
 */
export function baseModel(model: string): BaseModel | undefined {
  const id = (baseOfCustomModel(model) ?? modelIdOf(model)).split(":")[0];
  return BASE_MODELS.find((candidate) => candidate.id === id);
}

/** The base model whose id is the given one but for one of its parts between dots and hyphens; undefined where there is none, or the id is known. */
export function nearlyNamed(model: string): string | undefined {
  const partsOf = (id: string): string[] => id.toLowerCase().split(":")[0]!.split(/[.-]/);
  if (baseModel(model) !== undefined) return undefined;
  const parts = partsOf(modelIdOf(model));
  return BASE_MODELS.find(({ id }) => {
    const known = partsOf(id);
    return known.length === parts.length && known.filter((part, index) => part !== parts[index]).length === 1;
  })?.id;
}

/**
 * How a model customized from a base model can be served; undefined when the table does not know the model. A model
 * past its end of life can be served in no way.
 */
export function servingFor(model: string, today: string = new Date().toISOString().slice(0, 10)): Serving | undefined {
  const known = baseModel(model);
  if (known === undefined) return undefined;
  return isRetired(known, today) ? "none" : known.serving;
}

/** Whether a model has reached its end of life by a day given as `YYYY-MM-DD`. */
export function isRetired(model: BaseModel, today: string): boolean {
  return model.endOfLife !== undefined && model.endOfLife <= today;
}
