/**
 * What import, copy and evaluation jobs have in common: they wait their time, then do their work as the service role, and are
 * completed or failed.
 */
import { type DocumentReader } from "./documents";
import { invalid, traceOf } from "./errors";
import { JobFailed } from "./job-data";
import { type DataFile, type JobFacts, type ServiceCall } from "./planned-calls";
import { ASSUME_ROLE } from "./service-calls";
import { assumeRole, CallDenied, ServiceRole } from "./service-role";
import { type RegionContext, save, wireTime } from "./service";
import { type ModelJob } from "./state-model-jobs";

const UNEXPECTED = "Encountered an unexpected error when processing the request, please try again";

/** Puts a job on the clock; its work makes it completed, or failed with the message of what it throws. */
export function planModelJob(context: RegionContext, job: ModelJob, work: () => Promise<void>): void {
  if (job.dueAt === undefined) return;
  context.clock.schedule(job.arn, job.dueAt, async () => {
    try {
      const forced = context.faults.takeModelJob(job.arn);
      if (forced !== undefined) throw new JobFailed(forced);
      await work();
      if (job.status === "InProgress") endModelJob(context, job, "Completed");
    } catch (error) {
      if (job.status !== "InProgress") return;
      const known = error instanceof CallDenied || error instanceof JobFailed;
      job.failureMessage = known ? error.message : UNEXPECTED;
      context.log(`job ${job.name} failed: ${job.failureMessage} (${known ? "" : traceOf(error)})`);
      endModelJob(context, job, "Failed");
    }
  });
}

/** Sets the last status of a job. */
export function endModelJob(context: RegionContext, job: ModelJob, status: "Completed" | "Failed" | "Stopped"): void {
  const now = context.clock.now();
  Object.assign(job, { status, endTime: now, lastModifiedTime: now, dueAt: undefined });
  save(context);
}

/** Facts of a job whose role is to make calls. */
export type RoleFacts = Pick<JobFacts, "inputs" | "output" | "network">;

/** A role that is assumed for a job; it makes calls, each of which the policies decide. */
export interface AssumedRole {
  /** @throws CallDenied at the first call that is denied */
  make(calls: readonly ServiceCall[], facts: RoleFacts): Promise<void>;
}

interface RoleJob extends ModelJob {
  roleArn: string;
  modelKmsKeyArn?: string;
}

/**
 * Assumes the role of a job.
 *
 * @throws CallDenied when its trust policy does not let Bedrock, for this job
 */
export async function assume(context: RegionContext, reader: DocumentReader, job: RoleJob): Promise<AssumedRole> {
  const documents = await reader.role(job.roleArn);
  const now = (): number => context.clock.now();
  const assumed = assumeRole(documents, job, context.account, wireTime(now()));
  job.calls.push(assumed);
  if (!documents || assumed.outcome !== "allowed") throw new CallDenied(ASSUME_ROLE.failure, assumed);
  return {
    async make(calls, own) {
      const { region, account, partition } = context;
      const dnsSuffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
      const facts = { ...own, job, region, account, partition, dnsSuffix, interfaces: [], metricsKeys: [] };
      const role = new ServiceRole(reader, documents, facts, now, (call) => job.calls.push(call));
      for (const call of calls) await role.make(call);
    },
  };
}

/** As {@link assume}, when a job is created: the refusal is one of the request. */
export async function assumeAtCreate(context: RegionContext, reader: DocumentReader, job: RoleJob): Promise<void> {
  try {
    await assume(context, reader, job);
  } catch (error) {
    if (!(error instanceof CallDenied)) throw error;
    context.log(`job ${job.name} was refused: ${error.record.reason}`);
    throw invalid(error.message);
  }
}

/** ARN of a key that a request names. */
export async function resolveKey(reader: DocumentReader, keyId: string | undefined): Promise<string | undefined> {
  if (keyId === undefined) return undefined;
  const key = await reader.key(keyId);
  if (!key) throw invalid(`The provided KMS key does not exist: ${keyId}`);
  return key.arn;
}

/** Objects below an S3 prefix, with their sizes in bytes, as the emulator has them. */
export async function objectsBelow(
  context: RegionContext,
  bucket: string,
  prefix: string,
): Promise<{ key: string; size: number }[]> {
  const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
  const s3 = await context.emulator.s3(context.region);
  const objects: { key: string; size: number }[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }));
    objects.push(...(page.Contents ?? []).map((one) => ({ key: one.Key ?? "", size: one.Size ?? 0 })));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return objects;
}

/** What is known of objects that a role is to read. */
export function readFiles(
  reader: DocumentReader,
  bucket: string,
  objects: readonly { key: string }[],
): Promise<DataFile[]> {
  return Promise.all(
    objects.map(async ({ key }) => {
      const facts = await reader.object(bucket, key);
      return { bucket, key, kmsKeyArn: facts?.kmsKeyArn, bucketKey: facts?.bucketKey ?? false };
    }),
  );
}

/** Folder of an S3 URI as a prefix of keys: empty, or with a slash at its end. */
export const folderPrefix = (key: string): string => (key === "" || key.endsWith("/") ? key : `${key}/`);
