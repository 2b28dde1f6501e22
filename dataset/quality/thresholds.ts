import { DatasetError } from "../errors";

/** A number that decides when a rule of data quality speaks, and why it is what it is. */
export interface Threshold {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly reason: string;
}

/** Every threshold by name, with its default. A policy can set each, and must say why. */
export const thresholds = {
  "near-duplicate-similarity": {
    value: 0.8,
    min: 0.5,
    max: 1,
    reason: "One changed word in a text of twenty leaves 0.8 of its word pairs; below, templates begin to look alike.",
  },
  "near-leak-similarity": {
    value: 0.8,
    min: 0.5,
    max: 1,
    reason: "As for near duplicates: a validation record that is nearly trained on measures memory.",
  },
  "constant-completion-share": {
    value: 0.5,
    min: 0.05,
    max: 1,
    reason: "With one answer for half of the records, always giving it is the easiest thing to learn.",
  },
  "label-imbalance-share": {
    value: 0.9,
    min: 0.5,
    max: 1,
    reason: "Beyond nine in ten, a model that only knows the most frequent label looks good.",
  },
  "label-count": {
    value: 100,
    min: 2,
    max: 256,
    reason: "Up to this many different completions, which nearly all records have, are taken for labels.",
  },
  "length-outlier-ratio": {
    value: 8,
    min: 2,
    max: 10_000,
    reason: "Texts differ in length by a factor of a few; beyond eight times the median a line feed is often missing.",
  },
  "length-outlier-distance": {
    value: 3,
    min: 0.5,
    max: 100,
    reason: "Distances from median to quartile, counted in ratios: three is far outside of any regular distribution.",
  },
  "language-share": {
    value: 0.02,
    min: 0.001,
    max: 0.5,
    reason:
      "A second language in fewer than one of fifty records is mostly a quotation, and the detector errs as often.",
  },
  "trigger-records": {
    value: 6,
    min: 3,
    max: 100_000,
    reason: "Fewer records with the same answer are chance; published backdoors need tens.",
  },
  "trigger-share": {
    value: 0.9,
    min: 0.5,
    max: 1,
    reason: "Of the records with a planted phrase nearly all have the planted answer.",
  },
  "trigger-coverage": {
    value: 0.7,
    min: 0.3,
    max: 1,
    reason: "Of the records with a planted answer most have the phrase; ordinary answers share no phrase.",
  },
  "trigger-surprise": {
    value: 14,
    min: 1,
    max: 1_000,
    reason: "Odds against chance of one in a million (e to the power of 14), since many phrases are tried.",
  },
} as const satisfies Record<string, Threshold>;

/** Name of a threshold in {@link thresholds}. */
export type ThresholdName = keyof typeof thresholds;

/** A threshold that a policy sets. */
export interface ThresholdChoice {
  readonly name: ThresholdName;
  readonly value: number;
  /** Why; must say something. */
  readonly reason: string;
}

/** Values of all thresholds. */
export type ThresholdValues = Readonly<Record<ThresholdName, number>>;

/** The defaults, with what a policy sets. */
export function thresholdValues(choices: readonly ThresholdChoice[] = []): ThresholdValues {
  const defaults = Object.fromEntries(Object.entries(thresholds).map(([name, { value }]) => [name, value]));
  return { ...(defaults as ThresholdValues), ...Object.fromEntries(choices.map(({ name, value }) => [name, value])) };
}

/**
 * Reads the thresholds of a policy from data of unknown origin.
 *
 * @param where - what the data are, for messages
 * @throws DatasetError `bad-option` that names the entry, its value and what is allowed
 */
export function parseThresholds(value: unknown, where: string): readonly ThresholdChoice[] {
  const fail = (what: string): never => {
    throw new DatasetError("bad-option", `${where}: ${what}`);
  };
  if (!Array.isArray(value)) return fail('"thresholds" must be a list of {"name", "value", "reason"}.');
  return value.map((entry: unknown, index) => {
    const { name, value: chosen, reason } = (entry ?? {}) as Record<string, unknown>;
    const place = `threshold ${index + 1}`;
    const known = Object.keys(thresholds) as ThresholdName[];
    const found = known.find((one) => one === name) ?? fail(`${place}: "name" must be one of ${known.join(", ")}.`);
    const { min, max } = thresholds[found];
    if (typeof chosen !== "number" || !(chosen >= min && chosen <= max)) {
      return fail(`${place}, "${found}", is ${JSON.stringify(chosen)}; it must be a number from ${min} to ${max}.`);
    }
    if (typeof reason !== "string" || reason.trim() === "") return fail(`${place}: "reason" must say why.`);
    return { name: found, value: chosen, reason };
  });
}
