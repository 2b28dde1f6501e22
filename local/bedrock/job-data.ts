/**
 * The data of a job: its records, read from the emulator, and the files that it writes there.
 */
import { constants } from "node:buffer";
import { type Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type CustomizationType } from "../../dataset";
import { readRecords, type ReadRecords, type TrainingRecord } from "./dataset-reader";
import { findFoundationModel, type FoundationModel } from "./foundation-models";
import { dataUris, logFiles, parseS3Uri } from "./job-facts";
import { teacherOf } from "./job-source";
import { type RegionContext } from "./service";
import { logRecords, type MetadataFilters, readers } from "./source-records";
import { type CustomizationJob } from "./state";

/** A failure of the job that is not a denied call. */
export class JobFailed extends Error {}

/** The records of a job, and why they are too long to be trained on, where they are. */
export interface JobData {
  model: FoundationModel;
  training: TrainingRecord[];
  validation: TrainingRecord[];
  tooLong?: string;
}

/** The records of a job, read from the emulator; a file that is not there is a failure of the job. */
export async function readData(context: RegionContext, job: CustomizationJob): Promise<JobData> {
  const model = modelOf(context, job);
  const type = job.customizationType as CustomizationType;
  const read = async (uri: string, role: "train" | "validation"): Promise<ReadRecords> => {
    const { bucket, key } = parseS3Uri(uri);
    return readRecords(await readObject(context, bucket, key), { uri, role }, model, type, readers[type]);
  };
  const uris = dataUris(job);
  const { training: uri } = uris;
  const training = uri === undefined ? await readLogs(context, job, model) : await read(uri, "train");
  const validation = await Promise.all(uris.validation.map((one) => read(one, "validation")));
  const files: ReadRecords[] = [training, ...validation];
  return {
    model,
    training: training.records,
    validation: validation.flatMap(({ records }) => records),
    tooLong: files.find(({ tooLong }) => tooLong !== undefined)?.tooLong,
  };
}

async function readLogs(context: RegionContext, job: CustomizationJob, model: FoundationModel): Promise<ReadRecords> {
  const logs = job.trainingDataConfig.invocationLogsConfig;
  const teacher = job.customizationConfig?.distillationConfig?.teacherModelConfig.teacherModelIdentifier;
  const withAnswers = logs?.usePromptResponse === true && teacher !== undefined;
  const selection = {
    filters: logs?.requestMetadataFilters as MetadataFilters | undefined,
    answersOf: withAnswers ? teacherOf(teacher).modelId : undefined,
  };
  const files: ReadRecords[] = [];
  for (const { bucket, key } of await logFiles(context, job)) {
    const body = await buffer(await readObject(context, bucket, key));
    const used = { model, type: job.customizationType as CustomizationType };
    files.push(await logRecords(body, `s3://${bucket}/${key}`, used, selection));
  }
  return {
    records: files.flatMap(({ records }) => records),
    tooLong: files.find(({ tooLong }) => tooLong !== undefined)?.tooLong,
  };
}

/**
 * An object of the job's data.
 *
 * @throws JobFailed when it is not there, or when the simulator cannot hold it, which is no limit of the service
 */
async function readObject(context: RegionContext, bucket: string, key: string): Promise<Readable> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  const s3 = await context.emulator.s3(context.region);
  try {
    const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const body = Body as Readable;
    if (ContentLength <= constants.MAX_STRING_LENGTH) return body;
    body.destroy();
    throw new JobFailed(
      `The simulator trains on files of at most ${constants.MAX_STRING_LENGTH} bytes, and s3://${bucket}/${key} has ` +
        `${ContentLength}. Amazon Bedrock has no such limit: rehearse the job with a part of the file.`,
    );
  } catch (error) {
    if (error instanceof Error && (error.name === "NoSuchKey" || error.name === "NoSuchBucket")) {
      throw new JobFailed(
        `Could not validate GetObject permissions to access Amazon S3 bucket: ${bucket} at key ${key}`,
      );
    }
    throw error;
  }
}

/** Writes an object as the service does: without naming a key, so that the bucket's own encryption applies. */
export async function writeObject(context: RegionContext, bucket: string, key: string, body: string): Promise<void> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const s3 = await context.emulator.s3(context.region);
  const ContentType = key.endsWith(".csv") ? "text/csv" : "application/octet-stream";
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body), ContentType }));
}

/**
 * The base model of a job.
 *
 * @throws JobFailed when the table does not have it any more
 */
export function modelOf(context: RegionContext, job: CustomizationJob): FoundationModel {
  const found = findFoundationModel(context.foundationModels, job.baseModelId);
  if (!found) throw new JobFailed(`The base model ${job.baseModelId} does not exist.`);
  return found.model;
}
