/**
 * What every operation of the simulator works on: one Region's state, the clock, the emulator, and the small things that all
 * operations share (ARNs, tags, tokens).
 */
import { createHash, randomInt } from "node:crypto";
import { partitionOf } from "../../iam";
import { type CallerDocuments } from "./caller-documents";
import { type SimulatedClock } from "./clock";
import { type Emulator } from "./emulator";
import { conflict, invalid, ServiceError } from "./errors";
import { type Faults } from "./faults";
import { type FoundationModel } from "./foundation-models";
import { type Quotas } from "./quotas";
import { type Tag } from "./requests";
import { type RegionState, type StateStore } from "./state";
import { type TrainedAnswers } from "./answers";
import { type TrainingRecord } from "./dataset-reader";

/** The parts that live as long as the simulator. */
export interface Simulator {
  store: StateStore;
  clock: SimulatedClock;
  emulator: Emulator;
  callers: CallerDocuments;
  faults: Faults;
  quotas: Quotas;
  foundationModels: readonly FoundationModel[];
  /** Models that have answered, unpacked, by ARN. */
  answers: Map<string, TrainedAnswers>;
  /** Records that data processing has read, by job ARN, until they are trained on. */
  records: Map<string, { training: TrainingRecord[]; validation: TrainingRecord[] }>;
  /** Writes a line for the reader of the simulator's log. */
  log: (line: string) => void;
}

/** One Region of the simulated service. */
export interface RegionContext extends Simulator {
  region: string;
  account: string;
  partition: string;
  state: RegionState;
}

/** Opens a Region. */
export async function openRegion(simulator: Simulator, region: string): Promise<RegionContext> {
  const account = await simulator.emulator.account(region);
  return Object.assign(Object.create(simulator) as Simulator, {
    region,
    account,
    partition: partitionOf(region),
    state: simulator.store.region(region),
  });
}

/** Keeps the state; called after each change. */
export function save(simulator: Simulator): void {
  simulator.store.save(simulator.clock.snapshot());
}

const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A new resource id: twelve lower-case letters and digits. */
export const newId = (): string => Array.from({ length: 12 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join("");

/** ARN of a Bedrock resource of this account and Region. */
export const arnOf = (context: RegionContext, resource: string): string =>
  `arn:${context.partition}:bedrock:${context.region}:${context.account}:${resource}`;

/** ARN of a foundation model. */
export const foundationModelArn = (context: RegionContext, id: string): string =>
  `arn:${context.partition}:bedrock:${context.region}::foundation-model/${id}`;

/** One of a kind by its ARN, or by what it is called; `constructor` is a name like any other. */
export function identified<T>(
  all: Record<string, T>,
  identifier: string,
  isCalled: (one: T) => boolean,
): T | undefined {
  return Object.hasOwn(all, identifier) ? all[identifier] : Object.values(all).find(isCalled);
}

/** Time in the wire format of the service. */
export const wireTime = (time: number): string => new Date(time).toISOString();

/** Time in the wire format, or nothing. */
export const optionalTime = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : wireTime(time);

/**
 * What a client token was used for before.
 *
 * @returns the ARN that the first request made, or `undefined` for a new token
 * @throws ServiceError when the token was used with other parameters: ConflictException, or ValidationException for the
 *   operations that do not declare a conflict
 */
export function usedToken(
  context: RegionContext,
  operation: string,
  request: { clientRequestToken?: string },
): string | undefined {
  if (request.clientRequestToken === undefined) return undefined;
  const used = context.state.tokens[`${operation}:${request.clientRequestToken}`];
  if (!used) return undefined;
  if (used.request !== digest(request)) {
    const message = `The client request token ${request.clientRequestToken} was already used with different parameters.`;
    throw WITHOUT_CONFLICT.has(operation) ? invalid(message) : conflict(message);
  }
  return used.arn;
}

/** Operations that take a token and whose model has no ConflictException (botocore 1.44.5). */
const WITHOUT_CONFLICT = new Set([
  "CreateCustomModelDeployment",
  "CreateModelCopyJob",
  "CreateProvisionedModelThroughput",
]);

/** Remembers what a client token was used for. */
export function rememberToken(
  context: RegionContext,
  operation: string,
  request: { clientRequestToken?: string },
  arn: string,
): void {
  if (request.clientRequestToken === undefined) return;
  context.state.tokens[`${operation}:${request.clientRequestToken}`] = { request: digest(request), arn };
}

/** Digest of a request that does not depend on the order of its members. */
const digest = (request: object): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(request)))
    .digest("hex");

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/**
 * Sets tags on a resource: a tag of the same key is replaced.
 *
 * @throws ServiceError TooManyTagsException
 */
export function setTags(context: RegionContext, arn: string, tags: readonly Tag[] | undefined): void {
  const merged = new Map((context.state.tags[arn] ?? []).map((tag) => [tag.key, tag]));
  for (const { key, value } of tags ?? []) merged.set(key, { key, value });
  if (merged.size > context.quotas.tagsPerResource) throw tooManyTags(context, `The resource ${arn}`, merged.size);
  context.state.tags[arn] = [...merged.values()];
}

function tooManyTags({ quotas }: Simulator, what: string, count: number): ServiceError {
  const text = `${what} would have ${count} tags; the maximum is ${quotas.tagsPerResource}.`;
  return new ServiceError("TooManyTagsException", text);
}

/**
 * Checks every list of tags of a request before anything is made: keys that are AWS's own, keys that come twice, and more
 * tags than a new resource can have, of which CreateEvaluationJob declares no exception but that of validation.
 *
 * @throws ServiceError ValidationException, TooManyTagsException
 */
export function checkTags(simulator: Simulator, operation: string, request: object): void {
  for (const [member, value] of Object.entries(request)) {
    if (!/tags$/i.test(member) || !Array.isArray(value)) continue;
    const keys = (value as Tag[]).map(({ key }) => key);
    const reserved = keys.find((key) => /^aws:/i.test(key));
    if (reserved !== undefined) throw invalid(`The tag key ${reserved} is reserved: keys must not start with aws:.`);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined) throw invalid(`The tag key ${twice} is given more than once in ${member}.`);
    if (keys.length > simulator.quotas.tagsPerResource) {
      const error = tooManyTags(simulator, `With its ${member} the resource`, keys.length);
      throw operation === "CreateEvaluationJob" ? invalid(error.message) : error;
    }
  }
}
