/**
 * CreateEvaluationJob, GetEvaluationJob, ListEvaluationJobs, StopEvaluationJob, BatchDeleteEvaluationJob: automatic evaluations of one
 * model with built-in metrics and a data set of one's own.
 * Source: Bedrock User Guide "model-evaluation-report-s3" (where and how results are written), "model-evaluation-prompt-datasets-custom".
 */
import { randomUUID } from "node:crypto";
import { DocumentReader } from "../documents";
import { conflict, invalid, messageOf, notFound, ServiceError } from "../errors";
import { DataRefused } from "../dataset-reader";
import { type EvaluationPrompt, METRICS } from "../evaluation-metrics";
import { promptsIn } from "../evaluation-prompts";
import { JobFailed, writeObject } from "../job-data";
import { parseS3Uri } from "../job-facts";
import { listPage } from "../lists";
import { invoke, READ_CALLS, WRITE_CALLS } from "../model-job-calls";
import { assume, assumeAtCreate, endModelJob, planModelJob, resolveKey } from "../model-jobs";
import { type ListRequest, type Tag } from "../requests";
import {
  arnOf,
  foundationModelArn,
  newId,
  type RegionContext,
  rememberToken,
  save,
  setTags,
  usedToken,
  wireTime,
} from "../service";
import { type EvaluationJob } from "../state-model-jobs";
import { resolveTarget } from "./inference-target";
import { ok, type Operation } from "./operation";

const DURATION = 20 * 60_000;
const STOPPING = 60_000;

/** Input of CreateEvaluationJob. */
export interface CreateEvaluationRequest {
  jobName: string;
  jobDescription?: string;
  clientRequestToken?: string;
  roleArn: string;
  customerEncryptionKeyId?: string;
  jobTags?: Tag[];
  applicationType?: string;
  evaluationConfig: EvaluationJob["evaluationConfig"] & { human?: unknown };
  inferenceConfig: EvaluationJob["inferenceConfig"];
  outputDataConfig: { s3Uri: string };
}

/** Starts an evaluation. */
export const createEvaluationJob: Operation<CreateEvaluationRequest> = async (context, request) => {
  const again = usedToken(context, "CreateEvaluationJob", request);
  if (again !== undefined) return { status: 202, body: { jobArn: again } };
  checkRequest(request);
  const reader = new DocumentReader(context.emulator, context.region);
  const now = context.clock.now();
  const { roleArn, evaluationConfig, inferenceConfig, outputDataConfig } = request;
  const key = await resolveKey(reader, request.customerEncryptionKeyId);
  const job: EvaluationJob = {
    arn: arnOf(context, `evaluation-job/${newId()}`),
    name: request.jobName,
    jobDescription: request.jobDescription,
    roleArn,
    applicationType: request.applicationType ?? "ModelEvaluation",
    evaluationConfig,
    inferenceConfig,
    outputDataConfig,
    customerEncryptionKeyId: key,
    modelKmsKeyArn: key,
    status: "InProgress",
    creationTime: now,
    lastModifiedTime: now,
    dueAt: now + DURATION,
    calls: [],
  };
  await assumeAtCreate(context, reader, job);
  const meanwhile = usedToken(context, "CreateEvaluationJob", request);
  if (meanwhile !== undefined) return { status: 202, body: { jobArn: meanwhile } };
  if (Object.values(context.state.evaluationJobs).some(({ name }) => name === job.name)) {
    throw conflict("The provided job name is currently in use.");
  }
  setTags(context, job.arn, request.jobTags);
  context.state.evaluationJobs[job.arn] = job;
  rememberToken(context, "CreateEvaluationJob", request, job.arn);
  resumeEvaluation(context, job);
  save(context);
  return { status: 202, body: { jobArn: job.arn } };
};

function checkRequest({ evaluationConfig, inferenceConfig, applicationType }: CreateEvaluationRequest): void {
  if (evaluationConfig.human !== undefined || applicationType === "RagEvaluation") {
    throw invalid("The local simulator runs automatic evaluations of models only.");
  }
  if (inferenceConfig.models?.length !== 1 || inferenceConfig.models[0]?.bedrockModel === undefined) {
    throw invalid("An automated evaluation job evaluates exactly one model of Amazon Bedrock.");
  }
  for (const { dataset, metricNames } of evaluationConfig.automated.datasetMetricConfigs) {
    if (dataset.datasetLocation === undefined) {
      throw invalid(`The local simulator has no built-in data set ${dataset.name}. Give datasetLocation.s3Uri.`);
    }
    const unknown = metricNames.find((name) => !(name in METRICS));
    if (unknown !== undefined) {
      throw invalid(`The metric ${unknown} is not supported. Supported metrics: ${Object.keys(METRICS).join(", ")}.`);
    }
  }
}

/** Puts an unfinished evaluation on the clock. */
export function resumeEvaluation(context: RegionContext, job: EvaluationJob): void {
  if (job.status === "Stopping" && job.dueAt !== undefined) {
    context.clock.schedule(job.arn, job.dueAt, async () => endModelJob(context, job, "Stopped"));
  } else planModelJob(context, job, () => evaluate(context, job));
}

async function evaluate(context: RegionContext, job: EvaluationJob): Promise<void> {
  const reader = new DocumentReader(context.emulator, context.region);
  const role = await assume(context, reader, job);
  const model = job.inferenceConfig.models[0]!.bedrockModel.modelIdentifier;
  const target = parseS3Uri(job.outputDataConfig.s3Uri);
  const bucket = await reader.bucket(target.bucket);
  const prefix = target.key.replace(/\/$/, "");
  const output = { bucket: target.bucket, prefix, kmsKeyArn: bucket?.kmsKeyArn, bucketKey: bucket?.bucketKey ?? false };
  const run = randomUUID();
  for (const config of job.evaluationConfig.automated.datasetMetricConfigs) {
    const place = parseS3Uri(config.dataset.datasetLocation!.s3Uri);
    const object = await reader.object(place.bucket, place.key);
    const inputs = [{ ...place, kmsKeyArn: object?.kmsKeyArn, bucketKey: object?.bucketKey ?? false }];
    await role.make(READ_CALLS, { inputs, output });
    const arn = model.startsWith("arn:") ? model : foundationModelArn(context, model);
    await role.make([invoke(arn)], { inputs, output });
    const lines = await results(context, job, config, await readPrompts(context, place));
    await role.make(WRITE_CALLS, { inputs, output });
    const folder = [job.name, run, "models", model.slice(model.lastIndexOf("/") + 1), "taskTypes", config.taskType];
    const key = [...(prefix === "" ? [] : [prefix]), ...folder, "datasets", config.dataset.name];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    await writeObject(context, output.bucket, [...key, `${randomUUID()}_output.jsonl`].join("/"), text);
  }
}

async function readPrompts(
  context: RegionContext,
  { bucket, key }: { bucket: string; key: string },
): Promise<EvaluationPrompt[]> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  const s3 = await context.emulator.s3(context.region);
  const uri = `s3://${bucket}/${key}`;
  let bytes: Uint8Array;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    throw new JobFailed(`The prompt dataset ${uri} cannot be read: ${messageOf(error)}`);
  }
  return promptsIn(Buffer.from(bytes), uri).catch((error: unknown) => {
    throw error instanceof DataRefused ? new JobFailed(error.message) : error;
  });
}

async function results(
  context: RegionContext,
  job: EvaluationJob,
  config: EvaluationJob["evaluationConfig"]["automated"]["datasetMetricConfigs"][number],
  prompts: EvaluationPrompt[],
): Promise<object[]> {
  const model = job.inferenceConfig.models[0]!.bedrockModel.modelIdentifier;
  // The role has been asked already; what it may not do never comes here.
  const service = { account: context.account, arn: job.roleArn };
  const { answer } = await resolveTarget(context, model, service).catch((error: unknown) => {
    throw error instanceof ServiceError ? new JobFailed(error.message) : error;
  });
  const accuracy = config.metricNames.includes("Builtin.Accuracy");
  if (accuracy && prompts.some((item) => item.referenceResponse === undefined)) {
    throw new JobFailed("The metric Builtin.Accuracy needs a referenceResponse for every prompt.");
  }
  return prompts.map((inputRecord) => ({
    automatedEvaluationResult: {
      scores: config.metricNames.map((metricName) => ({
        metricName: metricName.replace("Builtin.", ""),
        result: METRICS[metricName]!(config.taskType, inputRecord, answer),
      })),
    },
    inputRecord,
    modelResponses: [{ response: answer(inputRecord.prompt), modelIdentifier: model }],
  }));
}

function findJob(context: RegionContext, arn: string): EvaluationJob {
  const job = context.state.evaluationJobs[arn];
  if (!job) throw notFound(`The specified resource ARN is not found: ${arn}`);
  return job;
}

/** One evaluation, by ARN. */
export const getEvaluationJob: Operation<{ jobIdentifier: string }> = (context, { jobIdentifier }) => {
  const job = findJob(context, jobIdentifier);
  const { roleArn, jobDescription, applicationType, evaluationConfig, inferenceConfig, outputDataConfig } = job;
  return ok({
    jobName: job.name,
    status: job.status,
    jobArn: job.arn,
    jobDescription,
    roleArn,
    customerEncryptionKeyId: job.customerEncryptionKeyId,
    jobType: "Automated",
    applicationType,
    evaluationConfig,
    inferenceConfig,
    outputDataConfig,
    creationTime: wireTime(job.creationTime),
    lastModifiedTime: wireTime(job.lastModifiedTime),
    failureMessages: job.failureMessage === undefined ? undefined : [job.failureMessage],
  });
};

/** The service model gives a page of this list 1 to 5 summaries, so that an empty one has no list at all. */
const LARGEST_PAGE = 5;

/** Evaluations, newest first unless told. */
export const listEvaluationJobs: Operation<ListRequest & { applicationTypeEquals?: string }> = (context, request) => {
  const wanted = Object.values(context.state.evaluationJobs)
    .filter((job) => request.statusEquals === undefined || job.status === request.statusEquals)
    .filter((job) => (request.applicationTypeEquals ?? job.applicationType) === job.applicationType);
  const maxResults = Math.min(request.maxResults ?? LARGEST_PAGE, LARGEST_PAGE);
  const { items, nextToken } = listPage(wanted, { ...request, maxResults });
  const jobSummaries = items.map((job) => ({
    jobArn: job.arn,
    jobName: job.name,
    status: job.status,
    creationTime: wireTime(job.creationTime),
    jobType: "Automated",
    applicationType: job.applicationType,
    evaluationTaskTypes: job.evaluationConfig.automated.datasetMetricConfigs.map(({ taskType }) => taskType),
    modelIdentifiers: job.inferenceConfig.models.map(({ bedrockModel }) => bedrockModel.modelIdentifier),
  }));
  return ok(jobSummaries.length > 0 ? { nextToken, jobSummaries } : {});
};

/** Stops an evaluation that is in progress. */
export const stopEvaluationJob: Operation<{ jobIdentifier: string }> = (context, { jobIdentifier }) => {
  const job = findJob(context, jobIdentifier);
  if (job.status !== "InProgress") throw conflict(`The job ${job.arn} cannot be stopped: its status is ${job.status}.`);
  const now = context.clock.now();
  Object.assign(job, { status: "Stopping", lastModifiedTime: now, dueAt: now + STOPPING });
  resumeEvaluation(context, job);
  save(context);
  return ok();
};

/** Deletes evaluations that are over. */
export const batchDeleteEvaluationJob: Operation<{ jobIdentifiers: string[] }> = (context, { jobIdentifiers }) => {
  const errors: object[] = [];
  const evaluationJobs: object[] = [];
  for (const jobIdentifier of jobIdentifiers) {
    const job = context.state.evaluationJobs[jobIdentifier];
    if (!job) errors.push({ jobIdentifier, code: "404", message: "The evaluation job was not found." });
    else if (job.status === "InProgress" || job.status === "Stopping") {
      errors.push({ jobIdentifier, code: "409", message: `The evaluation job is ${job.status}.` });
    } else {
      delete context.state.evaluationJobs[jobIdentifier];
      delete context.state.tags[jobIdentifier];
      evaluationJobs.push({ jobIdentifier, jobStatus: "Deleting" });
    }
  }
  save(context);
  return { status: 202, body: { errors, evaluationJobs } };
};
