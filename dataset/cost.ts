import { DatasetError } from "./errors";
import { grouped } from "./quantities";
import type { DatasetReport, ServiceUse } from "./report";

/** Prices as the user knows them: this project knows none, since they differ by model, Region and contract. */
export interface Prices {
  /** Price of training on 1,000 tokens. */
  readonly trainingPer1000Tokens: number;
  /** Price of storing one custom model for a month. */
  readonly modelStoragePerMonth?: number;
  /** Price of storing a gigabyte (1024³ bytes) in S3 for a month. */
  readonly dataStoragePerGbMonth?: number;
  /** Tokens that a job trains on in an hour, from an earlier job: without it no time is estimated. */
  readonly tokensPerHour?: number;
  /** ISO 4217 code. Default `USD`. */
  readonly currency?: string;
  /** Day on which the prices were looked up, as YYYY-MM-DD. */
  readonly asOf: string;
}

/** An amount that is not known exactly. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What a job on a file costs, as far as prices and an estimate of tokens tell. */
export interface CostEstimate {
  readonly epochs: number;
  /** Tokens of the file, at 6 and at 4 characters each. */
  readonly tokens: Range;
  /** Tokens that are billed: those of the file, times epochs. */
  readonly trainedTokens: Range;
  readonly training: Range;
  readonly hours?: Range;
  readonly modelStoragePerMonth?: number;
  readonly dataStoragePerMonth?: number;
  readonly currency: string;
  /** Day of the prices. */
  readonly asOf: string;
}

/** Characters per token, AWS's estimate and what English usually has: the second gives more tokens. */
const RATES = { aws: 6, usual: 4 } as const;
const GIGABYTE = 1024 ** 3;

/**
 * Estimates the cost of training on a file.
 *
 * @param epochs - `epochCount` of the job
 */
export function estimateCost(
  { estimatedTokens, bytes }: Pick<DatasetReport, "estimatedTokens" | "bytes">,
  prices: Prices,
  epochs: number,
): CostEstimate {
  const tokens = { low: estimatedTokens, high: Math.ceil((estimatedTokens * RATES.aws) / RATES.usual) };
  const each = ({ low, high }: Range, of: (count: number) => number): Range => ({ low: of(low), high: of(high) });
  const trainedTokens = each(tokens, (count) => count * epochs);
  const { tokensPerHour, modelStoragePerMonth, dataStoragePerGbMonth } = prices;
  return {
    epochs,
    tokens,
    trainedTokens,
    training: each(trainedTokens, (count) => (count / 1_000) * prices.trainingPer1000Tokens),
    ...(tokensPerHour === undefined ? {} : { hours: each(trainedTokens, (count) => count / tokensPerHour) }),
    ...(modelStoragePerMonth === undefined ? {} : { modelStoragePerMonth }),
    ...(dataStoragePerGbMonth === undefined ? {} : { dataStoragePerMonth: (bytes / GIGABYTE) * dataStoragePerGbMonth }),
    currency: prices.currency ?? "USD",
    asOf: prices.asOf,
  };
}

/** The estimate in one line. */
export function formatCost(cost: CostEstimate): string {
  const { currency, epochs, tokens, training, hours, modelStoragePerMonth, dataStoragePerMonth } = cost;
  const money = (amount: number): string =>
    amount > 0 && amount < 0.01 ? `under ${currency} 0.01` : `${currency} ${amount.toFixed(2)}`;
  const parts = [
    `training ${money(training.low)} to ${money(training.high)} (${grouped(tokens.low)} to ${grouped(tokens.high)} tokens × ${epochs} ${epochs === 1 ? "epoch" : "epochs"})`,
    ...(hours ? [`${hours.low.toFixed(1)} to ${hours.high.toFixed(1)} hours`] : []),
    ...(modelStoragePerMonth === undefined ? [] : [`model storage ${money(modelStoragePerMonth)} per month`]),
    ...(dataStoragePerMonth === undefined ? [] : [`data storage ${money(dataStoragePerMonth)} per month`]),
  ];
  return `Estimate at your prices of ${cost.asOf}: ${parts.join("; ")}`;
}

/** What a service is asked, and what that costs, in one line. */
export function formatServiceUse({ requests, units, cost, currency, asOf, answeredAt }: ServiceUse): string {
  if (answeredAt !== undefined) return `nothing is sent: Amazon Comprehend answered about these bytes at ${answeredAt}`;
  const asked = `${grouped(requests)} requests to Amazon Comprehend, ${grouped(units)} units of 100 characters`;
  return `${asked}, about ${currency} ${cost.toFixed(2)} at your price of ${asOf}`;
}

/**
 * Reads prices from data of unknown origin.
 *
 * @param where - what the data are, for messages
 * @throws DatasetError `bad-option` that names the entry, its value and what is allowed
 */
export function parsePrices(value: unknown, where: string): Prices {
  const fail = (what: string): never => {
    throw new DatasetError("bad-option", `${where}: ${what}`);
  };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fail("expected an object of prices.");
  const amounts = ["trainingPer1000Tokens", "modelStoragePerMonth", "dataStoragePerGbMonth", "tokensPerHour"];
  const given = value as Record<string, unknown>;
  for (const [key, amount] of Object.entries(given)) {
    if (key === "currency" || key === "asOf") continue;
    if (!amounts.includes(key)) fail(`unknown key "${key}"; known are ${[...amounts, "currency", "asOf"].join(", ")}.`);
    const least = key === "tokensPerHour" ? Number.MIN_VALUE : 0;
    if (typeof amount !== "number" || !Number.isFinite(amount) || amount < least) {
      fail(`"${key}" is ${JSON.stringify(amount)}; it must be a number ${least === 0 ? "of at least 0" : "over 0"}.`);
    }
  }
  const { trainingPer1000Tokens, currency, asOf } = given;
  if (trainingPer1000Tokens === undefined) fail('"trainingPer1000Tokens" is missing.');
  if (typeof asOf !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(asOf) || Number.isNaN(Date.parse(asOf))) {
    fail(`"asOf" is ${JSON.stringify(asOf)}; it must be the day of the prices, as YYYY-MM-DD.`);
  }
  if (currency !== undefined && (typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency))) {
    fail(`"currency" is ${JSON.stringify(currency)}; it must be a code such as USD.`);
  }
  return value as Prices;
}
