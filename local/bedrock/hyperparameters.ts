/**
 * Hyperparameters of fine-tuning by model family. Source: Bedrock User Guide "custom-models-hp".
 * For Nova 2 Lite and Llama 3.3 no table is published: Nova 2 takes that of Nova, Llama 3.3 that of Llama 3.2.
 */
import { type FoundationModel } from "./foundation-models";
import { invalid } from "./errors";

/** Limits of one hyperparameter; values travel as strings. */
export interface Hyperparameter {
  type: "integer" | "float";
  min: number;
  max: number;
  /** Absent: the caller must give it. */
  default?: number;
  /** A word that is allowed in place of a number, in exactly this case. */
  word?: string;
}

type Table = Record<string, Hyperparameter>;

const integer = (min: number, max: number, byDefault?: number, word?: string): Hyperparameter => ({
  type: "integer",
  min,
  max,
  default: byDefault,
  word,
});
const float = (min: number, max: number, byDefault: number): Hyperparameter => ({
  type: "float",
  min,
  max,
  default: byDefault,
});

const NOVA: Table = {
  epochCount: integer(1, 5, 2),
  learningRate: float(1e-6, 1e-4, 1e-5),
  learningRateWarmupSteps: integer(0, 100, 10),
};
const LLAMA: Table = {
  epochCount: integer(1, 10, 5),
  batchSize: integer(1, 1, 1),
  learningRate: float(5e-6, 0.1, 1e-4),
};

const BY_FAMILY: Record<FoundationModel["family"], Table | undefined> = {
  nova: NOVA,
  nova2: NOVA,
  llama31: LLAMA,
  llama32: LLAMA,
  llama33: LLAMA,
  "titan-image": {
    batchSize: integer(8, 192, 8),
    stepCount: integer(10, 40_000, undefined, "auto"),
    learningRate: float(1e-7, 1, 1e-5),
  },
  "titan-embed-image": {
    epochCount: integer(1, 100, undefined, "Auto"),
    batchSize: integer(256, 9216, 576),
    learningRate: float(5e-8, 1, 5e-5),
  },
  other: undefined,
};

/** The numbers that training uses. */
export interface TrainingParameters {
  epochs: number;
  batchSize: number;
  /** Learning rate relative to the default of the model: 1 is the default. */
  relativeLearningRate: number;
  warmupSteps: number;
}

/** A plain decimal or scientific number. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Checks names, types and ranges.
 *
 * @throws ServiceError ValidationException that names the hyperparameter, the value and what is allowed
 */
export function checkHyperparameters(model: FoundationModel, given: Record<string, string>): void {
  const table = BY_FAMILY[model.family] ?? {};
  for (const [name, text] of Object.entries(given)) {
    const limits = table[name];
    if (!limits) {
      throw invalid(
        `The hyperparameter ${name} is not supported by ${model.id}. Supported hyperparameters: ${Object.keys(table).join(", ")}.`,
      );
    }
    if (limits.word !== undefined && text === limits.word) continue;
    const value = NUMBER.test(text) ? Number(text) : NaN;
    if (Number.isNaN(value) || (limits.type === "integer" && !Number.isInteger(value))) {
      throw invalid(
        `The value '${text}' of hyperparameter ${name} is not a valid ${limits.type}${limits.word === undefined ? "" : ` or '${limits.word}'`}.`,
      );
    }
    if (value < limits.min || value > limits.max) {
      throw invalid(
        `The value '${text}' of hyperparameter ${name} is out of range: it must be between ${limits.min} and ${limits.max}.`,
      );
    }
  }
  for (const [name, limits] of Object.entries(table)) {
    if (limits.default === undefined && given[name] === undefined)
      throw invalid(`The hyperparameter ${name} is required for ${model.id}.`);
  }
}

/** The numbers that training uses, with the defaults of the model for what is not given. */
export function trainingParameters(model: FoundationModel, given: Record<string, string>): TrainingParameters {
  const table = BY_FAMILY[model.family] ?? NOVA;
  const value = (name: string, otherwise: number): number => {
    const text = given[name];
    return text !== undefined && NUMBER.test(text) ? Number(text) : (table[name]?.default ?? otherwise);
  };
  const rate = table.learningRate?.default ?? 1e-5;
  return {
    epochs: value("epochCount", 2),
    batchSize: value("batchSize", 8),
    relativeLearningRate: value("learningRate", rate) / rate,
    warmupSteps: value("learningRateWarmupSteps", 0),
  };
}
