/**
 * CreateModelImportJob, GetModelImportJob, ListModelImportJobs; GetImportedModel, ListImportedModels, DeleteImportedModel.
 * Source: Bedrock User Guide "model-customization-import-model": Regions, file formats, architectures.
 */
import { DocumentReader } from "../documents";
import { invalid, notFound, quotaExceeded } from "../errors";
import { JobFailed } from "../job-data";
import { parseS3Uri } from "../job-facts";
import { listPage } from "../lists";
import { IMPORT_CALLS, listBelow } from "../model-job-calls";
import { assume, assumeAtCreate, folderPrefix, objectsBelow, planModelJob, readFiles, resolveKey } from "../model-jobs";
import { readNetwork } from "../network";
import { type ListRequest, type Tag, type VpcConfig } from "../requests";
import {
  arnOf,
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
import { type ImportedModel, type ImportJob } from "../state-model-jobs";
import { ok, type Operation } from "./operation";

const REGIONS = ["eu-central-1", "us-east-1", "us-east-2", "us-west-2"];
const DURATION = 15 * 60_000;
/** The files that the tokenizer of a model may consist of; one of the groups must be whole. */
const TOKENIZERS = [["tokenizer.json"], ["tokenizer.model"], ["vocab.json", "merges.txt"]];
/** Weights of one copy of a model that one unit holds; AWS publishes no rule. */
const BYTES_PER_UNIT = 16e9;

/** Input of CreateModelImportJob. */
export interface CreateImportJobRequest {
  jobName: string;
  importedModelName: string;
  roleArn: string;
  modelDataSource: ImportJob["modelDataSource"];
  jobTags?: Tag[];
  importedModelTags?: Tag[];
  clientRequestToken?: string;
  vpcConfig?: VpcConfig;
  importedModelKmsKeyId?: string;
}

/** Starts an import. */
export const createModelImportJob: Operation<CreateImportJobRequest> = async (context, request) => {
  const again = usedToken(context, "CreateModelImportJob", request);
  if (again !== undefined) return { status: 201, body: { jobArn: again } };
  if (!REGIONS.includes(context.region)) {
    throw invalid(`Model import is not supported in ${context.region}. Supported Regions: ${REGIONS.join(", ")}.`);
  }
  const reader = new DocumentReader(context.emulator, context.region);
  const now = context.clock.now();
  const job: ImportJob = {
    arn: arnOf(context, `model-import-job/${newId()}`),
    name: request.jobName,
    importedModelName: request.importedModelName,
    roleArn: request.roleArn,
    modelDataSource: request.modelDataSource,
    importedModelTags: request.importedModelTags ?? [],
    vpcConfig: request.vpcConfig,
    modelKmsKeyArn: await resolveKey(reader, request.importedModelKmsKeyId),
    status: "InProgress",
    creationTime: now,
    lastModifiedTime: now,
    dueAt: now + DURATION,
    calls: [],
  };
  await assumeAtCreate(context, reader, job);
  // Nothing waits from here to the save, so that a token or a name is used once.
  const meanwhile = usedToken(context, "CreateModelImportJob", request);
  if (meanwhile !== undefined) return { status: 201, body: { jobArn: meanwhile } };
  checkNames(context, request);
  setTags(context, job.arn, request.jobTags);
  context.state.importJobs[job.arn] = job;
  rememberToken(context, "CreateModelImportJob", request, job.arn);
  resumeImport(context, job);
  save(context);
  return { status: 201, body: { jobArn: job.arn } };
};

function checkNames(context: RegionContext, request: CreateImportJobRequest): void {
  const jobs = Object.values(context.state.importJobs);
  const running = jobs.filter((job) => job.status === "InProgress");
  if (jobs.some((job) => job.name === request.jobName)) throw invalid("The provided job name is currently in use.");
  const names = [
    ...Object.values(context.state.importedModels),
    ...running.map((job) => ({ name: job.importedModelName })),
  ];
  if (names.some(({ name }) => name === request.importedModelName)) {
    throw invalid("The provided model name is currently in use.");
  }
  if (running.length >= context.quotas.concurrentImportJobs) {
    throw quotaExceeded(
      `You have reached the maximum of ${context.quotas.concurrentImportJobs} concurrent model import jobs.`,
    );
  }
}

/** Puts an unfinished import on the clock. */
export function resumeImport(context: RegionContext, job: ImportJob): void {
  planModelJob(context, job, () => importModel(context, job));
}

async function importModel(context: RegionContext, job: ImportJob): Promise<void> {
  const reader = new DocumentReader(context.emulator, context.region);
  const role = await assume(context, reader, job);
  const place = { region: context.region, account: context.account, partition: context.partition };
  const network = job.vpcConfig && (await readNetwork(context.emulator, place, job.vpcConfig));
  if (typeof network === "string") throw new JobFailed(`Could not validate the VPC configuration: ${network}`);
  const { bucket, key } = parseS3Uri(job.modelDataSource.s3DataSource.s3Uri);
  const prefix = folderPrefix(key);
  const output = { bucket, prefix, bucketKey: false };
  await role.make([listBelow(bucket, prefix)], { inputs: [], output, network });
  const objects = (await reader.bucket(bucket)) ? await objectsBelow(context, bucket, prefix) : [];
  await role.make(IMPORT_CALLS, { inputs: await readFiles(reader, bucket, objects), output, network });
  const names = objects.map((object) => object.key.slice(prefix.length));
  const config = await readConfig(context, bucket, prefix, names);
  const bytes = objects.reduce((sum, one) => sum + (one.key.endsWith(".safetensors") ? one.size : 0), 0);
  const model: ImportedModel = {
    arn: arnOf(context, `imported-model/${newId()}`),
    name: job.importedModelName,
    jobArn: job.arn,
    jobName: job.name,
    creationTime: context.clock.now(),
    modelDataSource: job.modelDataSource,
    modelArchitecture: config.architecture,
    instructSupported: config.instructSupported,
    customModelUnits: {
      customModelUnitsPerModelCopy: Math.max(1, Math.ceil(bytes / BYTES_PER_UNIT)),
      customModelUnitsVersion: "v1.0",
    },
    modelKmsKeyArn: job.modelKmsKeyArn,
  };
  context.state.importedModels[model.arn] = model;
  setTags(context, model.arn, job.importedModelTags);
  job.importedModelArn = model.arn;
}

async function readConfig(
  context: RegionContext,
  bucket: string,
  prefix: string,
  names: string[],
): Promise<{ architecture: string; instructSupported: boolean }> {
  const has = (name: string): boolean => names.includes(name);
  if (!names.some((name) => name.endsWith(".safetensors"))) {
    throw new JobFailed("No model weights in the safetensors format were found in the model data source.");
  }
  if (!has("config.json")) throw new JobFailed("The file config.json was not found in the model data source.");
  if (!has("tokenizer_config.json") || !TOKENIZERS.some((group) => group.every(has))) {
    throw new JobFailed("The tokenizer files were not found in the model data source.");
  }
  const config = await readJson(context, bucket, `${prefix}config.json`);
  const [architecture] = Array.isArray(config.architectures) ? (config.architectures as unknown[]) : [];
  if (typeof architecture !== "string") throw new JobFailed("The file config.json names no model architecture.");
  const tokenizer = await readJson(context, bucket, `${prefix}tokenizer_config.json`);
  return { architecture, instructSupported: tokenizer.chat_template !== undefined };
}

async function readJson(context: RegionContext, Bucket: string, Key: string): Promise<Record<string, unknown>> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  const s3 = await context.emulator.s3(context.region);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  try {
    return JSON.parse((await Body?.transformToString()) ?? "") as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) throw new JobFailed(`The file ${Key} is not valid JSON.`);
    throw error;
  }
}

/** One import, by ARN or name. */
export const getModelImportJob: Operation<{ jobIdentifier: string }> = (context, { jobIdentifier }) => {
  const jobs = context.state.importJobs;
  const job = identified(jobs, jobIdentifier, ({ name }) => name === jobIdentifier);
  if (!job) throw notFound(`The specified resource ARN or name is not found: ${jobIdentifier}`);
  return ok({
    ...summary(job),
    roleArn: job.roleArn,
    modelDataSource: job.modelDataSource,
    failureMessage: job.failureMessage,
    vpcConfig: job.vpcConfig,
    importedModelKmsKeyArn: job.modelKmsKeyArn,
  });
};

const summary = (job: ImportJob): object => ({
  jobArn: job.arn,
  jobName: job.name,
  status: job.status,
  importedModelArn: job.importedModelArn,
  importedModelName: job.importedModelName,
  creationTime: wireTime(job.creationTime),
  lastModifiedTime: wireTime(job.lastModifiedTime),
  endTime: optionalTime(job.endTime),
});

/** Imports, newest first unless told. */
export const listModelImportJobs: Operation<ListRequest> = (context, request) => {
  const jobs = Object.values(context.state.importJobs);
  const wanted = jobs.filter(({ status }) => request.statusEquals === undefined || status === request.statusEquals);
  const { items, nextToken } = listPage(wanted, request);
  return ok({ nextToken, modelImportJobSummaries: items.map(summary) });
};

/** One imported model, by ARN or name. */
export const getImportedModel: Operation<{ modelIdentifier: string }> = (context, { modelIdentifier }) => {
  const model = findImportedModel(context, modelIdentifier);
  const { modelDataSource, modelArchitecture, instructSupported, customModelUnits, modelKmsKeyArn } = model;
  const more = { modelDataSource, modelArchitecture, instructSupported, customModelUnits, modelKmsKeyArn };
  const { jobArn, jobName } = model;
  return ok({
    modelArn: model.arn,
    modelName: model.name,
    jobArn,
    jobName,
    creationTime: wireTime(model.creationTime),
    ...more,
  });
};

/** Imported models, newest first unless told. */
export const listImportedModels: Operation<ListRequest> = (context, request) => {
  const { items, nextToken } = listPage(Object.values(context.state.importedModels), request);
  const modelSummaries = items.map(({ arn, name, creationTime, instructSupported, modelArchitecture }) => {
    return {
      modelArn: arn,
      modelName: name,
      creationTime: wireTime(creationTime),
      instructSupported,
      modelArchitecture,
    };
  });
  return ok({ nextToken, modelSummaries });
};

/** Deletes an imported model. */
export const deleteImportedModel: Operation<{ modelIdentifier: string }> = (context, { modelIdentifier }) => {
  const { arn } = findImportedModel(context, modelIdentifier);
  delete context.state.importedModels[arn];
  delete context.state.tags[arn];
  save(context);
  return ok();
};

function findImportedModel(context: RegionContext, identifier: string): ImportedModel {
  const models = context.state.importedModels;
  const model = identified(models, identifier, ({ name }) => name === identifier);
  if (!model) throw notFound(`The specified imported model is not found: ${identifier}`);
  return model;
}
