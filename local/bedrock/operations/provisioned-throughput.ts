/**
 * CreateProvisionedModelThroughput, Get…, List…, Update…, Delete…. Rules: Bedrock User Guide "prov-thru-edit", "prov-thru-delete",
 * "prov-thru-supported".
 */
import { openKey } from "../authorize";
import { conflict, invalid, notFound, quotaExceeded } from "../errors";
import { findFoundationModel, lifecycleAt } from "../foundation-models";
import { listPage } from "../lists";
import { type CreateThroughputRequest, type ListRequest } from "../requests";
import {
  arnOf,
  foundationModelArn,
  identified,
  newId,
  optionalTime,
  type RegionContext,
  rememberToken,
  save,
  setTags,
  usedToken,
  wireTime,
} from "../service";
import { type CustomModel, type ProvisionedThroughput } from "../state";
import { mustBeActive } from "./custom-models";
import { ok, type Operation } from "./operation";

const CREATING = 600_000;
const UPDATING = 300_000;
const MONTHS = { OneMonth: 1, SixMonths: 6 } as const;
const OPERATION = "CreateProvisionedModelThroughput";

/** Buys throughput. */
export const createProvisionedModelThroughput: Operation<CreateThroughputRequest> = async (
  context,
  request,
  caller,
) => {
  const served = resolveServed(context, request.modelId);
  await openKey(context, caller, served.custom?.modelKmsKeyArn, "custom model");
  const again = usedToken(context, OPERATION, request);
  if (again !== undefined) return { status: 201, body: { provisionedModelArn: again } };
  checkServable(context, served, request.commitmentDuration);
  const all = Object.values(context.state.throughputs);
  if (all.some((one) => one.name === request.provisionedModelName)) {
    throw invalid("The provided provisioned model name is currently in use.");
  }
  checkUnits(context, all, request, served.baseModelId);
  const now = context.clock.now();
  const throughput: ProvisionedThroughput = {
    arn: arnOf(context, `provisioned-model/${newId()}`),
    name: request.provisionedModelName,
    modelUnits: request.modelUnits,
    modelArn: served.arn,
    desiredModelArn: served.arn,
    foundationModelArn: foundationModelArn(context, served.baseModelId),
    status: "Creating",
    creationTime: now,
    lastModifiedTime: now,
    commitmentDuration: request.commitmentDuration,
    commitmentExpirationTime: request.commitmentDuration && monthsAfter(now, MONTHS[request.commitmentDuration]),
    readyAt: now + CREATING,
  };
  setTags(context, throughput.arn, request.tags);
  context.state.throughputs[throughput.arn] = throughput;
  rememberToken(context, OPERATION, request, throughput.arn);
  resumeThroughput(context, throughput);
  save(context);
  return { status: 201, body: { provisionedModelArn: throughput.arn } };
};

/** Puts the next change of a throughput on the clock; used for every unfinished one at start. */
export function resumeThroughput(context: RegionContext, throughput: ProvisionedThroughput): void {
  if (throughput.readyAt === undefined) return;
  context.clock.schedule(throughput.arn, throughput.readyAt, () => {
    const fault = context.faults.takeServing();
    if (fault?.kind === "stuck") return Promise.resolve();
    throughput.status = fault === undefined ? "InService" : "Failed";
    throughput.failureMessage = fault?.message;
    if (fault === undefined) throughput.modelArn = throughput.desiredModelArn;
    throughput.lastModifiedTime = context.clock.now();
    throughput.readyAt = undefined;
    save(context);
    return Promise.resolve();
  });
}

/** One throughput, by ARN or name. */
export const getProvisionedModelThroughput: Operation<{ provisionedModelId: string }> = (context, request) => {
  const throughput = find(context, request.provisionedModelId);
  return ok({ ...answer(throughput, context.clock.now()), failureMessage: throughput.failureMessage });
};

/** Throughputs, newest first unless told. */
export const listProvisionedModelThroughputs: Operation<ListRequest & { modelArnEquals?: string }> = (
  context,
  request,
) => {
  const wanted = Object.values(context.state.throughputs)
    .filter((one) => request.statusEquals === undefined || one.status === request.statusEquals)
    .filter((one) => request.modelArnEquals === undefined || one.modelArn === request.modelArnEquals);
  const { items, nextToken } = listPage(wanted, request);
  return ok({ nextToken, provisionedModelSummaries: items.map((one) => answer(one, context.clock.now())) });
};

/** Input of UpdateProvisionedModelThroughput. */
export interface UpdateThroughputRequest {
  provisionedModelId: string;
  desiredProvisionedModelName?: string;
  desiredModelId?: string;
}

/** Changes the name, or moves the throughput to another model of the same base. */
export const updateProvisionedModelThroughput: Operation<UpdateThroughputRequest> = async (
  context,
  request,
  caller,
) => {
  const throughput = find(context, request.provisionedModelId);
  const target = request.desiredModelId === undefined ? undefined : resolveServed(context, request.desiredModelId);
  await openKey(context, caller, target?.custom?.modelKmsKeyArn, "custom model");
  if (throughput.status !== "InService") {
    throw invalid(
      `The provisioned model ${throughput.arn} cannot be updated while its status is ${throughput.status}.`,
    );
  }
  const name = request.desiredProvisionedModelName;
  if (
    name !== undefined &&
    Object.values(context.state.throughputs).some((one) => one !== throughput && one.name === name)
  ) {
    throw invalid("The provided provisioned model name is currently in use.");
  }
  const now = context.clock.now();
  if (target && target.arn !== throughput.modelArn) {
    if (!throughput.modelArn.includes(":custom-model/")) {
      throw invalid("The model of a provisioned model can be changed only if it is associated with a custom model.");
    }
    if (foundationModelArn(context, target.baseModelId) !== throughput.foundationModelArn) {
      throw invalid(
        `The desired model ${target.arn} does not have the same base model as the provisioned model (${throughput.foundationModelArn}).`,
      );
    }
    throughput.desiredModelArn = target.arn;
    throughput.status = "Updating";
    throughput.readyAt = now + UPDATING;
    resumeThroughput(context, throughput);
  }
  if (name !== undefined) throughput.name = name;
  throughput.lastModifiedTime = now;
  save(context);
  return ok();
};

/** Gives throughput back, unless it is committed or busy. */
export const deleteProvisionedModelThroughput: Operation<{ provisionedModelId: string }> = (context, request) => {
  const throughput = find(context, request.provisionedModelId);
  if (throughput.status === "Updating" || throughput.status === "Creating") {
    throw conflict(
      `The provisioned model ${throughput.arn} cannot be deleted while its status is ${throughput.status}.`,
    );
  }
  const until = currentTermEnd(throughput, context.clock.now());
  if (until !== undefined && context.clock.now() < until) {
    throw conflict(
      `The provisioned model ${throughput.arn} cannot be deleted before its commitment term ends at ${wireTime(until)}.`,
    );
  }
  context.clock.cancel(throughput.arn);
  delete context.state.throughputs[throughput.arn];
  delete context.state.tags[throughput.arn];
  save(context);
  return ok();
};

/**
 * The end of the commitment term. Terms renew themselves; the throughput can be deleted on the day on which a term ends, which is
 * the day after the expiration time of the last full term.
 */
function currentTermEnd(throughput: ProvisionedThroughput, now: number): number | undefined {
  const { commitmentDuration, commitmentExpirationTime } = throughput;
  if (commitmentDuration === undefined || commitmentExpirationTime === undefined) return undefined;
  let end = commitmentExpirationTime;
  while (now > end + RENEWAL_WINDOW) end = monthsAfter(end, MONTHS[commitmentDuration]);
  return end;
}

const RENEWAL_WINDOW = 24 * 3600 * 1000;

function monthsAfter(time: number, months: number): number {
  const date = new Date(time);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.getTime();
}

interface Served {
  arn: string;
  baseModelId: string;
  custom?: CustomModel;
}

function resolveServed(context: RegionContext, identifier: string): Served {
  const custom = identified(context.state.models, identifier, ({ name }) => name === identifier);
  if (custom) mustBeActive(custom);
  if (custom) return { arn: custom.arn, baseModelId: custom.baseModelId, custom };
  const found = findFoundationModel(context.foundationModels, identifier);
  if (!found || identifier.includes(":custom-model/"))
    throw notFound(`The specified model is not found: ${identifier}`);
  return { arn: foundationModelArn(context, found.id), baseModelId: found.id };
}

function checkServable(context: RegionContext, served: Served, commitment: string | undefined): void {
  const found = findFoundationModel(context.foundationModels, served.baseModelId);
  const life = found && lifecycleAt(found.model, context.clock.now());
  if (life !== "ACTIVE")
    throw invalid(
      `Provisioned Throughput cannot be purchased for ${served.baseModelId}: the model is ${life === "LEGACY" ? "in Legacy state" : "retired"}.`,
    );
  if (!found?.model.provisioned || !found.model.regions.includes(context.region)) {
    throw invalid(`Provisioned Throughput is not supported for ${served.baseModelId} in ${context.region}.`);
  }
  if (!served.custom && served.baseModelId === found.model.id && found.model.customizationVariant !== undefined) {
    throw invalid(
      `Provisioned Throughput is not supported for the model ID ${served.baseModelId}. Use an ID with a context length.`,
    );
  }
  if (!served.custom && commitment === undefined && found.model.family === "titan-image") {
    throw invalid(`The base model ${served.baseModelId} needs a commitment duration.`);
  }
}

function checkUnits(
  context: RegionContext,
  all: ProvisionedThroughput[],
  request: CreateThroughputRequest,
  baseModelId: string,
): void {
  const committed = request.commitmentDuration !== undefined;
  const quota = committed ? context.quotas.committedModelUnits : context.quotas.noCommitmentModelUnits;
  const used = all
    .filter((one) => (one.commitmentDuration !== undefined) === committed)
    .reduce((sum, one) => sum + one.modelUnits, 0);
  if (quota === 0) {
    throw quotaExceeded(
      `Your account does not currently have any ${committed ? "" : "no "}commitment model units reserved for ${baseModelId}.`,
    );
  }
  if (used + request.modelUnits > quota) {
    throw quotaExceeded(
      `The request needs ${request.modelUnits} model units for ${baseModelId}; ${used} of the ${quota} of your account are in use.`,
    );
  }
}

/**
 * A throughput by ARN or name.
 *
 * @throws ServiceError ResourceNotFoundException
 */
function find(context: RegionContext, identifier: string): ProvisionedThroughput {
  const isCalled = ({ name, arn }: ProvisionedThroughput): boolean =>
    name === identifier || arn.endsWith(`/${identifier}`);
  const throughput = identified(context.state.throughputs, identifier, isCalled);
  if (!throughput) throw notFound(`The specified provisioned model is not found: ${identifier}`);
  return throughput;
}

const answer = (one: ProvisionedThroughput, now: number): object => ({
  modelUnits: one.modelUnits,
  desiredModelUnits: one.modelUnits,
  provisionedModelName: one.name,
  provisionedModelArn: one.arn,
  modelArn: one.modelArn,
  desiredModelArn: one.desiredModelArn,
  foundationModelArn: one.foundationModelArn,
  status: one.status,
  creationTime: wireTime(one.creationTime),
  lastModifiedTime: wireTime(one.lastModifiedTime),
  commitmentDuration: one.commitmentDuration,
  commitmentExpirationTime: optionalTime(currentTermEnd(one, now)),
});
