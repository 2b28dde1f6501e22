/**
 * CreateModelCopyJob, GetModelCopyJob, ListModelCopyJobs. Called in the Region into which a model is copied.
 * Source: Bedrock User Guide "copy-model", "encryption-custom-job" (the caller's access to both keys).
 */
import { openKey } from "../authorize";
import { DocumentReader } from "../documents";
import { invalid, notFound } from "../errors";
import { JobFailed } from "../job-data";
import { listPage } from "../lists";
import { planModelJob, resolveKey } from "../model-jobs";
import { type ListRequest, type Tag } from "../requests";
import {
  arnOf,
  newId,
  openRegion,
  type RegionContext,
  rememberToken,
  save,
  setTags,
  usedToken,
  wireTime,
} from "../service";
import { type CustomModel } from "../state";
import { type CopyJob } from "../state-model-jobs";
import { mustBeActive } from "./custom-models";
import { ok, type Operation } from "./operation";

const DURATION = 10 * 60_000;

/** Input of CreateModelCopyJob. */
export interface CreateCopyJobRequest {
  sourceModelArn: string;
  targetModelName: string;
  modelKmsKeyId?: string;
  targetModelTags?: Tag[];
  clientRequestToken?: string;
}

/** Starts a copy. */
export const createModelCopyJob: Operation<CreateCopyJobRequest> = async (context, request, caller) => {
  const again = usedToken(context, "CreateModelCopyJob", request);
  if (again !== undefined) return { status: 201, body: { jobArn: again } };
  const source = await sourceModel(context, request.sourceModelArn);
  if (!source) throw notFound(`The specified source model is not found: ${request.sourceModelArn}`);
  mustBeActive(source);
  const sourceContext = await openRegion(context, regionOf(source.arn));
  await openKey(sourceContext, caller, source.modelKmsKeyArn, "custom model");
  const reader = new DocumentReader(context.emulator, context.region);
  const targetModelKmsKeyArn = await resolveKey(reader, request.modelKmsKeyId);
  if (targetModelKmsKeyArn !== undefined && !targetModelKmsKeyArn.includes(`:${context.region}:`)) {
    throw invalid(`The KMS key ${targetModelKmsKeyArn} is not in ${context.region}.`);
  }
  const meanwhile = usedToken(context, "CreateModelCopyJob", request);
  if (meanwhile !== undefined) return { status: 201, body: { jobArn: meanwhile } };
  const running = Object.values(context.state.copyJobs).filter(({ status }) => status === "InProgress");
  if ([...Object.values(context.state.models), ...running].some(({ name }) => name === request.targetModelName)) {
    throw invalid("The provided model name is currently in use.");
  }
  const now = context.clock.now();
  const job: CopyJob = {
    arn: arnOf(context, `model-copy-job/${newId()}`),
    name: request.targetModelName,
    sourceModelArn: source.arn,
    sourceModelName: source.name,
    sourceAccountId: context.account,
    targetModelArn: arnOf(context, `custom-model/${source.baseModelId}/${newId()}`),
    targetModelKmsKeyArn,
    targetModelTags: request.targetModelTags ?? [],
    status: "InProgress",
    creationTime: now,
    lastModifiedTime: now,
    dueAt: now + DURATION,
    calls: [],
  };
  context.state.copyJobs[job.arn] = job;
  rememberToken(context, "CreateModelCopyJob", request, job.arn);
  resumeCopy(context, job);
  save(context);
  return { status: 201, body: { jobArn: job.arn } };
};

const regionOf = (arn: string): string => arn.split(":")[3] ?? "";

async function sourceModel(context: RegionContext, arn: string): Promise<CustomModel | undefined> {
  if (!Object.hasOwn(context.store.state.regions, regionOf(arn))) return undefined;
  return (await openRegion(context, regionOf(arn))).state.models[arn];
}

/** Puts an unfinished copy on the clock. */
export function resumeCopy(context: RegionContext, job: CopyJob): void {
  planModelJob(context, job, async () => {
    const source = await sourceModel(context, job.sourceModelArn);
    if (!source) throw new JobFailed(`The source model ${job.sourceModelArn} was deleted while it was copied.`);
    context.state.models[job.targetModelArn] = {
      ...source,
      arn: job.targetModelArn,
      name: job.name,
      creationTime: context.clock.now(),
      modelKmsKeyArn: job.targetModelKmsKeyArn,
      creation: undefined,
    };
    setTags(context, job.targetModelArn, job.targetModelTags);
  });
}

const describe = (job: CopyJob): object => ({
  jobArn: job.arn,
  status: job.status,
  creationTime: wireTime(job.creationTime),
  targetModelArn: job.targetModelArn,
  targetModelName: job.name,
  sourceAccountId: job.sourceAccountId,
  sourceModelArn: job.sourceModelArn,
  sourceModelName: job.sourceModelName,
  targetModelKmsKeyArn: job.targetModelKmsKeyArn,
  targetModelTags: job.targetModelTags,
  failureMessage: job.failureMessage,
});

/** One copy, by ARN. */
export const getModelCopyJob: Operation<{ jobArn: string }> = (context, { jobArn }) => {
  const job = context.state.copyJobs[jobArn];
  if (!job) throw notFound(`The specified resource ARN is not found: ${jobArn}`);
  return ok(describe(job));
};

/** Filters of ListModelCopyJobs beside those of every list. */
export interface ListCopyJobsRequest extends ListRequest {
  sourceAccountEquals?: string;
  sourceModelArnEquals?: string;
  targetModelNameContains?: string;
}

/** Copies, newest first unless told. */
export const listModelCopyJobs: Operation<ListCopyJobsRequest> = (context, request) => {
  const fits = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;
  const wanted = Object.values(context.state.copyJobs)
    .filter((job) => fits(request.statusEquals, job.status) && fits(request.sourceModelArnEquals, job.sourceModelArn))
    .filter((job) => fits(request.sourceAccountEquals, job.sourceAccountId));
  const { items, nextToken } = listPage(wanted, { ...request, nameContains: request.targetModelNameContains });
  return ok({ nextToken, modelCopyJobSummaries: items.map(describe) });
};
