/**
 * Where the resources of the AWS providers keep policy documents. A resource that is not here is read, too: whatever looks like
 * a document is one, and what it says tells its kind.
 */
import type { PolicyKind } from "../iam";

/** How the documents of a type of resource are read. */
export interface DocumentType {
  kind: PolicyKind;
  /** Properties that hold documents. Default: every property that looks like one. */
  properties?: readonly string[];
  /** Property that names the holder or the protected resource. Default: the first of {@link TARGETS} that is there. */
  at?: string;
}

const identity = (at: string): DocumentType => ({ kind: "identity", at });
const protects = (at: string, kind: PolicyKind = "resource"): DocumentType => ({ kind, at });

/** By the end of the type token, in lower case: `module:Type` without the provider and the file name. */
export const documentTypes: Readonly<Record<string, DocumentType>> = {
  "iam:role": { kind: "trust", properties: ["assumeRolePolicy", "assumeRolePolicyDocument"] },
  "iam:rolepolicy": identity("role"),
  "iam:userpolicy": identity("user"),
  "iam:grouppolicy": identity("group"),
  "kms:key": { kind: "key", properties: ["policy", "keyPolicy"] },
  "kms:replicakey": { kind: "key", properties: ["policy", "keyPolicy"] },
  "kms:externalkey": { kind: "key", properties: ["policy"] },
  "kms:keypolicy": protects("keyId", "key"),
  "ec2:vpcendpoint": { kind: "endpoint", properties: ["policy", "policyDocument"] },
  "ec2:vpcendpointpolicy": protects("vpcEndpointId", "endpoint"),
  "s3:bucketpolicy": protects("bucket"),
  "sns:topicpolicy": protects("arn"),
  "sqs:queuepolicy": protects("queueUrl"),
  "secretsmanager:secretpolicy": protects("secretArn"),
  "ecr:repositorypolicy": protects("repository"),
  "efs:filesystempolicy": protects("fileSystemId"),
  "backup:vaultpolicy": protects("backupVaultName"),
  "dynamodb:resourcepolicy": protects("resourceArn"),
  "kinesis:resourcepolicy": protects("resourceArn"),
  "cloudwatch:eventbuspolicy": protects("eventBusName"),
  "cloudwatch:logresourcepolicy": protects("policyName"),
  "opensearch:domainpolicy": protects("domainName"),
  "elasticsearch:domainpolicy": protects("domainName"),
};

/** Properties that name what a document is about, the most telling first. */
export const TARGETS = [
  "arn",
  "resourceArn",
  "bucket",
  "queueUrl",
  "keyId",
  "repository",
  "repositoryName",
  "domainName",
  "backupVaultName",
  "fileSystemId",
  "restApiId",
  "name",
] as const;

/** Kinds of organization policies that hold statements; the others have a language of their own. */
export const ORGANIZATION_KINDS: Readonly<Record<string, PolicyKind>> = {
  SERVICE_CONTROL_POLICY: "scp",
  RESOURCE_CONTROL_POLICY: "rcp",
};

/** `module:Type` of a type token, in lower case; undefined for what no AWS provider makes. */
export function shortType(token: string): string | undefined {
  const [provider, module = "", type = ""] = token.split(":");
  if (provider !== "aws" && provider !== "aws-native") return undefined;
  // Version suffixes of the provider, such as BucketV2, name the same thing.
  return `${module.split("/")[0] ?? ""}:${type.replace(/V\d+$/u, "")}`.toLowerCase();
}

/** What a document says by itself about its kind. */
export function kindOf(statements: readonly Record<string, unknown>[]): PolicyKind {
  const named = statements.some((one) => one["Principal"] !== undefined || one["NotPrincipal"] !== undefined);
  if (!named) return "identity";
  return statements.every((one) => one["Resource"] === undefined && one["NotResource"] === undefined)
    ? "trust"
    : "resource";
}
