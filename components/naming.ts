import { createHash } from "node:crypto";
import type { AwsContext } from "./context";

/** What distinguishes one environment from the others in an account. */
export interface EnvironmentIdentity {
  /** Prefix of every physical name; 2 to 12 characters `[a-z0-9-]`, starting with a letter. */
  namePrefix: string;
  /** Name of the environment, usually the stack's: `dev`, `staging`, `prod`. */
  environment: string;
}

/** Physical names of an environment, all of them known before anything exists (no random part). */
export interface EnvironmentNames {
  /** KMS alias, `alias/…`. */
  keyAlias: string;
  trainingBucket: string;
  outputBucket: string;
  customizationRole: string;
  /** Name of what serves a model: provisioned throughput or deployment. */
  servingName(model: string): string;
  /** `Name` tag of VPC, subnets and security groups: `<prefix>-<environment>-<part>`. */
  tagName(part: string): string;
}

/** Longest names AWS takes: S3 bucket 63, IAM role 64, Bedrock throughput and deployment 63. */
const limits = { bucket: 63, role: 64, serving: 63 } as const;

/**
 * Shortens a name to a limit without losing uniqueness: what is cut off is replaced by eight hex digits of a hash of
 * the whole name.
 */
export function fit(name: string, limit: number): string {
  if (name.length <= limit) {
    return name;
  }
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, limit - hash.length - 1).replace(/[-_]+$/u, "")}-${hash}`;
}

/** The part of an environment's name that may stand in every physical name: lower case, digits and hyphens. */
export function slug(text: string): string {
  const result = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-|-$/gu, "");
  if (result === "") {
    throw new Error(`The environment name "${text}" holds no letter or digit. Use for example "dev".`);
  }
  return result;
}

/**
 * Computes the names of an environment from project, stack, account and region. Bucket names are unique in the world and
 * role names in the account, so the former hold account and region and the latter the region.
 */
export function environmentNames(
  identity: EnvironmentIdentity,
  context: Pick<AwsContext, "accountId" | "region">,
): EnvironmentNames {
  const base = `${identity.namePrefix}-${slug(identity.environment)}`;
  const bucket = (part: string) => fit(`${base}-${part}-${context.accountId}-${context.region}`, limits.bucket);
  return {
    keyAlias: `alias/${base}-customization`,
    trainingBucket: bucket("training"),
    outputBucket: bucket("output"),
    customizationRole: fit(`${base}-customization-${context.region}`, limits.role),
    // Bedrock takes single separators only.
    servingName: (model) => fit(`${base}-${model}`.replace(/-{2,}/gu, "-"), limits.serving),
    tagName: (part) => `${base}-${part}`,
  };
}

/** ARN of a role of the account. */
export function roleArn(context: Pick<AwsContext, "partition" | "accountId">, roleName: string): string {
  return `arn:${context.partition}:iam::${context.accountId}:role/${roleName}`;
}

/** ARN of a bucket, or of the objects that a pattern names in it. */
export function bucketArn(context: Pick<AwsContext, "partition">, bucket: string, objects?: string): string {
  return `arn:${context.partition}:s3:::${bucket}${objects === undefined ? "" : `/${objects}`}`;
}
