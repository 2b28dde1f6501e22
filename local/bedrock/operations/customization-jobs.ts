/**
 * CreateModelCustomizationJob, GetModelCustomizationJob, ListModelCustomizationJobs, StopModelCustomizationJob.
 */
import { DocumentReader } from "../documents";
import { conflict, invalid, notFound, quotaExceeded } from "../errors";
import { customizationId, findFoundationModel, type FoundationModel, lifecycleAt } from "../foundation-models";
import { checkHyperparameters } from "../hyperparameters";
import { checkSource } from "../job-source";
import { DURATIONS, enter, planStep } from "../job-runner";
import { listPage } from "../lists";
import { resolveKey } from "../model-jobs";
import { type CreateJobRequest, type ListRequest } from "../requests";
import { ASSUME_ROLE } from "../service-calls";
import { assumeRole } from "../service-role";
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
import { type CustomizationFacts, type CustomizationJob, PHASES, type PhaseRecord } from "../state";
import { mustBeActive } from "./custom-models";
import { ok, type Operation } from "./operation";

/** Starts a job. */
export const createModelCustomizationJob: Operation<CreateJobRequest> = async (context, request) => {
  const again = usedToken(context, "CreateModelCustomizationJob", request);
  if (again !== undefined) return { status: 201, body: { jobArn: again } };
  const base = resolveBase(context, request.baseModelIdentifier);
  const customizationType = request.customizationType ?? "FINE_TUNING";
  checkCustomization(context, base.model, base.id, customizationType, request);
  if (!request.customizationConfig) checkHyperparameters(base.model, request.hyperParameters ?? {});
  const reader = new DocumentReader(context.emulator, context.region);
  const modelKmsKeyArn = await resolveKey(reader, request.customModelKmsKeyId);
  const now = context.clock.now();
  const job: CustomizationJob = {
    arn: arnOf(context, `model-customization-job/${base.id}/${newId()}`),
    name: request.jobName,
    outputModelName: request.customModelName,
    roleArn: request.roleArn,
    clientRequestToken: request.clientRequestToken,
    status: "InProgress",
    phases: { validation: notStarted(now), dataProcessing: notStarted(now), training: notStarted(now) },
    creationTime: now,
    lastModifiedTime: now,
    baseModelId: base.id,
    sourceModelArn: base.sourceModelArn,
    customizationType,
    hyperParameters: request.hyperParameters ?? {},
    trainingDataConfig: request.trainingDataConfig,
    validationDataConfig: request.validationDataConfig ?? { validators: [] },
    outputDataConfig: request.outputDataConfig,
    customizationConfig: request.customizationConfig,
    modelKmsKeyArn,
    vpcConfig: request.vpcConfig,
    customModelTags: request.customModelTags ?? [],
    networkInterfaces: [],
    calls: [],
  };
  const assumed = assumeRole(await reader.role(job.roleArn), job, context.account, wireTime(now));
  if (assumed.outcome !== "allowed") {
    context.log(`job ${job.name} was refused: ${assumed.reason}`);
    throw invalid(ASSUME_ROLE.failure);
  }
  job.calls.push(assumed);
  // Everything that waits is done: from here to the save nothing can come between, so that a token or a name is used once.
  const meanwhile = usedToken(context, "CreateModelCustomizationJob", request);
  if (meanwhile !== undefined) return { status: 201, body: { jobArn: meanwhile } };
  checkNames(context, request);
  setTags(context, job.arn, request.jobTags);
  context.state.jobs[job.arn] = job;
  rememberToken(context, "CreateModelCustomizationJob", request, job.arn);
  enter(job, "validation", "InProgress", now);
  planStep(context, job, "validate", now + DURATIONS.validation);
  save(context);
  return { status: 201, body: { jobArn: job.arn } };
};

/** One job, by ARN or name. */
export const getModelCustomizationJob: Operation<{ jobIdentifier: string }> = (context, request) => {
  const job = findJob(context, request.jobIdentifier);
  return ok({
    ...customizationAnswer(context, job),
    jobArn: job.arn,
    jobName: job.name,
    outputModelName: job.outputModelName,
    outputModelArn: job.outputModelArn,
    clientRequestToken: job.clientRequestToken,
    roleArn: job.roleArn,
    status: job.status,
    statusDetails: statusDetails(job),
    failureMessage: job.failureMessage,
    creationTime: wireTime(job.creationTime),
    lastModifiedTime: wireTime(job.lastModifiedTime),
    endTime: optionalTime(job.endTime),
    outputModelKmsKeyArn: job.modelKmsKeyArn,
    vpcConfig: job.vpcConfig,
  });
};

/** Jobs, newest first unless told. */
export const listModelCustomizationJobs: Operation<ListRequest> = (context, request) => {
  const wanted = Object.values(context.state.jobs).filter(
    (job) => request.statusEquals === undefined || job.status === request.statusEquals,
  );
  const { items, nextToken } = listPage(wanted, request);
  return ok({
    nextToken,
    modelCustomizationJobSummaries: items.map((job) => ({
      jobArn: job.arn,
      baseModelArn: job.sourceModelArn ?? foundationModelArn(context, job.baseModelId),
      jobName: job.name,
      status: job.status,
      statusDetails: statusDetails(job),
      lastModifiedTime: wireTime(job.lastModifiedTime),
      creationTime: wireTime(job.creationTime),
      endTime: optionalTime(job.endTime),
      customModelArn: job.outputModelArn,
      customModelName: job.outputModelName,
      customizationType: job.customizationType,
    })),
  });
};

/** Stops a job that is in progress. */
export const stopModelCustomizationJob: Operation<{ jobIdentifier: string }> = (context, request) => {
  const job = findJob(context, request.jobIdentifier);
  if (job.status !== "InProgress") {
    throw conflict(`The job ${job.arn} cannot be stopped because its status is ${job.status}.`);
  }
  const now = context.clock.now();
  job.status = "Stopping";
  for (const phase of PHASES) {
    if (job.phases[phase].status === "InProgress") enter(job, phase, "Stopping", now);
  }
  job.lastModifiedTime = now;
  planStep(context, job, "stop", now + DURATIONS.stopping);
  save(context);
  return ok();
};

type Facts = Pick<CustomizationFacts, "baseModelId" | "customizationType"> & Partial<CustomizationFacts>;

/** Members that a job and its model share in answers. */
export function customizationAnswer(context: RegionContext, facts: Facts): object {
  return {
    baseModelArn: foundationModelArn(context, facts.baseModelId),
    hyperParameters: facts.hyperParameters,
    trainingDataConfig: facts.trainingDataConfig,
    validationDataConfig: facts.validationDataConfig,
    outputDataConfig: facts.outputDataConfig,
    customizationType: facts.customizationType,
    customizationConfig: facts.customizationConfig,
    trainingMetrics: facts.trainingLoss === undefined ? undefined : { trainingLoss: facts.trainingLoss },
    validationMetrics: facts.validationLosses?.map((validationLoss) => ({ validationLoss })),
  };
}

const notStarted = (now: number): PhaseRecord => ({ status: "NotStarted", creationTime: now, lastModifiedTime: now });

function statusDetails(job: CustomizationJob): object {
  return Object.fromEntries(
    PHASES.map((phase) => {
      const record = job.phases[phase];
      return [
        `${phase}Details`,
        {
          status: record.status,
          creationTime: wireTime(record.creationTime),
          lastModifiedTime: wireTime(record.lastModifiedTime),
        },
      ];
    }),
  );
}

function findJob(context: RegionContext, identifier: string): CustomizationJob {
  const job = identified(context.state.jobs, identifier, ({ name }) => name === identifier);
  if (!job) throw notFound(`The specified resource ARN or name is not found: ${identifier}`);
  return job;
}

/** The base model: a foundation model, or the custom model that is customized further. */
function resolveBase(
  context: RegionContext,
  identifier: string,
): { model: FoundationModel; id: string; sourceModelArn?: string } {
  const custom = identified(context.state.models, identifier, ({ name }) => name === identifier);
  if (custom) mustBeActive(custom);
  const found = findFoundationModel(context.foundationModels, custom?.baseModelId ?? identifier);
  if (!found) throw invalid(`The provided model identifier is invalid: ${identifier}`);
  return { ...found, sourceModelArn: custom?.arn };
}

function checkCustomization(
  context: RegionContext,
  model: FoundationModel,
  id: string,
  type: string,
  request: CreateJobRequest,
): void {
  const life = lifecycleAt(model, context.clock.now());
  if (life === "RETIRED") throw invalid(`The model ${id} has reached the end of its life (${model.endOfLifeTime}).`);
  if (life === "LEGACY")
    throw invalid(
      `The model ${id} is in Legacy state (since ${model.legacyTime}); no new customization jobs can be created with it.`,
    );
  if (!model.regions.includes(context.region)) {
    throw invalid(
      `The model ${id} cannot be customized in ${context.region}. Supported Regions: ${model.regions.join(", ")}.`,
    );
  }
  if (!model.customizations.some((supported) => supported === type)) {
    throw invalid(
      `The model ${id} does not support customization type ${type}. Supported types: ${model.customizations.join(", ")}.`,
    );
  }
  if (id !== customizationId(model)) {
    throw invalid(`The model identifier ${id} does not support customization. Use ${customizationId(model)}.`);
  }
  checkSource(model, type, request);
}

function checkNames(context: RegionContext, request: CreateJobRequest): void {
  const jobs = Object.values(context.state.jobs);
  const models = Object.values(context.state.models);
  if (jobs.some((job) => job.name === request.jobName)) throw invalid("The provided job name is currently in use.");
  const active = jobs.filter((job) => job.status === "InProgress" || job.status === "Stopping");
  const names = [...models.map((model) => model.name), ...active.map((job) => job.outputModelName)];
  if (names.includes(request.customModelName)) throw invalid("The provided model name is currently in use.");
  if (active.length >= context.quotas.scheduledCustomizationJobs) {
    throw quotaExceeded(
      `You have reached the maximum of ${context.quotas.scheduledCustomizationJobs} scheduled customization jobs.`,
    );
  }
  if (models.length + active.length >= context.quotas.customModels) {
    throw quotaExceeded(`You have reached the maximum of ${context.quotas.customModels} custom models per account.`);
  }
}
