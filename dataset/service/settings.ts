import { DatasetError } from "../errors";

/** Finds sensitive data with Amazon Comprehend, besides the rules of this project. An explicit choice: it sends the texts of a file to a service, and costs. */
export interface ComprehendSettings {
  /** Language of the texts; Comprehend finds personal data in these two. */
  readonly language: "en" | "es";
  /** Least score of a find, from 0 to 1. Default 0.8. */
  readonly minScore?: number;
  /** Types of Comprehend that are no finding. Default: {@link IGNORED}, which say nothing about a person by themselves. */
  readonly ignore?: readonly string[];
  /** Price of one unit of 100 characters. This project knows none. */
  readonly pricePerUnit: number;
  /** ISO 4217 code. Default `USD`. */
  readonly currency?: string;
  /** Day on which the price was looked up, as YYYY-MM-DD. */
  readonly asOf: string;
  /** Most that one file may cost. Over it the check does not run, and nothing is sent. */
  readonly maxCost: number;
  /** Requests at the same time, from 1 to 50. Default 4: the quota of an account is low until it is raised. */
  readonly concurrency?: number;
  /** Region of Comprehend. Default: that of the AWS SDK's chain. The texts go there. */
  readonly region?: string;
  /**
   * Folder in which answers are kept for seven days, so that another check of the same bytes, such as the update after a preview or
   * `redact` after `check`, neither sends nor pays anything. It holds types, scores and offsets of what was found, no text. Whoever may write to
   * it can make a check miss something: keep it where only the user may write. Default: nothing is kept, each check pays.
   */
  readonly answersFolder?: string;
}

/** Types that are no finding unless the settings say otherwise. */
export const IGNORED: readonly string[] = ["AGE", "DATE_TIME", "URL"];

const keys = [
  ...["language", "minScore", "ignore", "pricePerUnit", "currency", "asOf", "maxCost", "concurrency", "region"],
  "answersFolder",
];

/**
 * Reads settings from data of unknown origin.
 *
 * @param where - what the data are, for messages
 * @throws DatasetError `bad-option` that names the entry, its value and what is allowed
 */
export function parseComprehend(value: unknown, where: string): ComprehendSettings {
  const fail = (what: string): never => {
    throw new DatasetError("bad-option", `${where}: ${what}`);
  };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fail("expected an object.");
  const given = value as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    if (!keys.includes(key)) fail(`unknown key "${key}"; known are ${keys.join(", ")}.`);
  }
  const need = (key: string, isRight: (one: unknown) => boolean, allowed: string, optional = false): void => {
    if (optional && given[key] === undefined) return;
    const is = given[key] === undefined ? "missing" : JSON.stringify(given[key]);
    if (!isRight(given[key])) fail(`"${key}" is ${is}; it must be ${allowed}.`);
  };
  const isNumber = (one: unknown, least: number, most: number): boolean =>
    typeof one === "number" && one >= least && one <= most;
  const matches = (one: unknown, pattern: RegExp): boolean => typeof one === "string" && pattern.test(one);
  const isDay = (one: unknown): boolean =>
    matches(one, /^\d{4}-\d{2}-\d{2}$/) && !Number.isNaN(Date.parse(String(one)));
  const isType = (one: unknown): boolean => matches(one, /^[A-Z][A-Z_]*$/);
  need("language", (one) => one === "en" || one === "es", '"en" or "es"');
  need(
    "pricePerUnit",
    (one) => isNumber(one, 0, Number.MAX_VALUE),
    "the price of 100 characters, a number of at least 0",
  );
  need(
    "maxCost",
    (one) => isNumber(one, 0, Number.MAX_VALUE),
    "the most that one file may cost, a number of at least 0",
  );
  need("asOf", isDay, "the day of the price, as YYYY-MM-DD");
  need("minScore", (one) => isNumber(one, 0, 1), "a number from 0 to 1", true);
  need("concurrency", (one) => Number.isInteger(one) && isNumber(one, 1, 50), "a whole number from 1 to 50", true);
  need("currency", (one) => matches(one, /^[A-Z]{3}$/), "a code such as USD", true);
  need("region", (one) => matches(one, /^[a-z]{2}(?:-[a-z]+)+-\d$/), "a Region such as eu-west-1", true);
  need("answersFolder", (one) => typeof one === "string" && one !== "", "a path", true);
  need("ignore", (one) => Array.isArray(one) && one.every(isType), "a list of types such as DATE_TIME", true);
  return value as ComprehendSettings;
}
