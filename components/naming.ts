import { createHash } from "node:crypto";
import { RunError } from "@pulumi/pulumi";
import type { AwsContext } from "./context";

/** What distinguishes one environment from the others in an account. */
export interface EnvironmentIdentity {
  /** Prefix of every physical name; see {@link namePrefixes}. */
  namePrefix: string;
  /** Name of the environment, usually the stack's: `dev`, `staging`, `prod`. */
  environment: string;
}

/**
 * What may stand before every physical name. S3 refuses buckets that begin with `xn--`, `sthree-` or `amzn-s3-demo-`
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html), EC2 groups that begin with `sg-`, CloudTrail
 * two hyphens beside each other, and `aws` reads as if AWS owned it.
 */
export const namePrefixes = {
  pattern: /^(?=.{2,12}$)(?!sg(?:-|$)|sthree(?:-|$)|amzn-s3-demo$|aws)[a-z](?:-?[a-z0-9])+$/u,
  meaning:
    "2 to 12 lower-case letters, digits and single hyphens between them, starting with a letter, are allowed, such as smc, and " +
    "nothing that AWS reserves (aws…, sg, sthree, amzn-s3-demo)",
};

/** Physical names of an environment, all of them known before anything exists (no random part). */
export interface EnvironmentNames {
  /** KMS alias, `alias/…`. */
  keyAlias: string;
  /** Alias of a key with one purpose, where the keys are separate. */
  purposeAlias(purpose: string): string;
  trainingBucket: string;
  outputBucket: string;
  logBucket: string;
  customizationRole: string;
  /** Role of a purpose or of people: `import`, `operator`. */
  role(purpose: string): string;
  /** Log group of a part: `/<prefix>-<environment>/<part>`. */
  logGroup(part: string): string;
  /** Guardrail for inference. */
  guardrail: string;
  /** Trail of the environment. */
  trail: string;
  /** Name of an alarm or of an EventBridge rule. The underscore keeps `dev` apart from an environment `dev-2`. */
  alert(part: string): string;
  /** Monthly budget of the environment. */
  budget: string;
  /** SQS queue of a part. */
  queue(part: string): string;
  /** What marks everything that belongs to the environment, as value of the tag {@link environmentTag}. */
  marker: string;
  /** Name of what serves a model: provisioned throughput or deployment. */
  servingName(model: string): string;
  /** `Name` tag of VPC, subnets and security groups: `<prefix>-<environment>-<part>`. */
  tagName(part: string): string;
}

/**
 * Tag that every resource of an environment carries. Roles for people are bound by it to the models of their own
 * environment, since the id of a model is known only once there is one.
 */
export const environmentTag = "CustomizationEnvironment";

/**
 * Longest names AWS takes: S3 bucket 63, IAM role 64, Bedrock throughput and deployment 63, guardrail 50, trail 128, SQS
 * queue 80, budget 100, EventBridge rule 64, of which the longest part takes 14 and the underscore 1.
 */
const limits = {
  bucket: 63,
  role: 64,
  serving: 63,
  guardrail: 50,
  trail: 128,
  queue: 80,
  budget: 100,
  rule: 49,
} as const;

/**
 * Shortens a name to a limit without losing uniqueness: what is cut off is replaced by eight hex digits of a hash of
 * the whole name.
 */
export function fit(name: string, limit: number): string {
  if (name.length <= limit) {
    return name;
  }
  const hash = shortHash(name);
  return `${name.slice(0, limit - hash.length - 1).replace(/[-_]+$/u, "")}-${hash}`;
}

/**
 * The part of an environment's name that may stand in every physical name: lower case, digits and hyphens. A name that has
 * to be changed for it gets eight hex digits of its hash, or `Dev_2` and `dev-2` would be one environment.
 *
 * @throws {pulumi.RunError} for a name without a letter or digit
 */
export function slug(text: string): string {
  const result = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-|-$/gu, "");
  if (result === "") {
    throw new RunError(`The environment name "${text}" holds no letter or digit. Use for example "dev".`);
  }
  return result === text ? result : `${result}-${shortHash(text)}`;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
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
    purposeAlias: (purpose) => `alias/${base}-${purpose}`,
    trainingBucket: bucket("training"),
    outputBucket: bucket("output"),
    logBucket: bucket("logs"),
    customizationRole: fit(`${base}-customization-${context.region}`, limits.role),
    role: (purpose) => fit(`${base}-${purpose}-${context.region}`, limits.role),
    logGroup: (part) => `/${base}/${part}`,
    guardrail: fit(base, limits.guardrail),
    trail: fit(base, limits.trail),
    alert: (part) => `${fit(base, limits.rule)}_${part}`,
    marker: base,
    budget: fit(base, limits.budget),
    queue: (part) => fit(`${base}-${part}`, limits.queue),
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
