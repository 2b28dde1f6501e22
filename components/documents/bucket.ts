import type { Input } from "@pulumi/pulumi";
import type { ConditionOf, Document, StatementOf } from "../../iam/types";
import type { AwsContext } from "../context";
import { bucketArn } from "../naming";

/** True for a request that sends the header with another value. A negated operator alone is true without the header. */
function whenSentAndNot(key: string, value: Input<string>): ConditionOf<Input<string>> {
  return { Null: { [key]: "false" }, StringNotEquals: { [key]: value } };
}

/** Who reaches the data of a bucket, and from where. */
export interface BucketPerimeter {
  /**
   * `aws:PrincipalArn` patterns of the principals that reach the data from anywhere: whoever deploys, the steward.
   * Everybody else, administrators of the account included, is turned away outside the endpoint.
   */
  principals: string[];
  /**
   * `aws:PrincipalArn` patterns of the principals that may change the settings of the bucket and replace or delete the policy
   * itself. Default: whoever has the permission by IAM in the account. Whoever is left out can no longer undo it.
   */
  policyKeepers?: string[];
  /** The S3 endpoint through which the data are reached by whom its policy lets through. Default: no endpoint. */
  endpointId?: Input<string>;
}

/** Actions on the data of a bucket: on objects, and those that list them. The bucket's settings are not among them. */
const dataActions = [
  "s3:AbortMultipartUpload",
  "s3:BypassGovernanceRetention",
  "s3:DeleteObject*",
  "s3:GetObject*",
  "s3:ListBucket",
  "s3:ListBucketMultipartUploads",
  "s3:ListBucketVersions",
  "s3:ListMultipartUploadParts",
  "s3:PutObject*",
  // A replication from another bucket writes objects too, and needs no permission of the key where its source uses none.
  "s3:Replicate*",
  "s3:RestoreObject",
];

/**
 * Keeps everybody from the data who is neither named nor comes through the endpoint. An AWS service that acts in its own
 * name has no principal of ours: CloudTrail writes logs so. What such a service may do, an Allow must say.
 *
 * Bedrock itself needs no exception: a job reaches S3 as its service role, from the interfaces in the VPC.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-s3.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
 */
function denyOutsiders(everything: string[], perimeter: BucketPerimeter): StatementOf<Input<string>> {
  return {
    Sid: "DenyOutsiders",
    Effect: "Deny",
    Principal: "*",
    Action: dataActions,
    Resource: everything,
    Condition: {
      ArnNotLike: { "aws:PrincipalArn": perimeter.principals },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      ...(perimeter.endpointId === undefined ? {} : { StringNotEquals: { "aws:SourceVpce": perimeter.endpointId } }),
    },
  };
}

/**
 * Keeps everybody from replacing or deleting the policy but those who are named: otherwise an administrator could take away
 * what keeps them from the data. Nobody can lose the bucket by it: whatever a policy denies, S3 lets the root user of the
 * account read, put and delete it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
 */
function denyPolicyChanges(bucket: string, keepers: string[]): StatementOf<Input<string>> {
  return {
    Sid: "DenyPolicyChanges",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"],
    Resource: bucket,
    Condition: { ArnNotLike: { "aws:PrincipalArn": keepers } },
  };
}

/**
 * Settings of a bucket that protect what lies in it, or through which names and copies of objects leave it. IAM has one
 * action for setting and for removing most of them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export const settingActions = [
  "s3:DeleteBucket",
  "s3:PutAnalyticsConfiguration",
  "s3:PutBucketAcl",
  "s3:PutBucketLogging",
  "s3:PutBucketNotification",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutInventoryConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
];

/**
 * Keeps everybody from the settings of the bucket but those who are named: with versioning off a data set is replaced without
 * a trace, a lifecycle rule deletes logs, an inventory carries names to another bucket.
 */
function denySettingChanges(bucket: string, keepers: string[]): StatementOf<Input<string>> {
  return {
    Sid: "DenySettingChanges",
    Effect: "Deny",
    Principal: "*",
    Action: settingActions,
    Resource: bucket,
    Condition: { ArnNotLike: { "aws:PrincipalArn": keepers } },
  };
}

/**
 * Bucket policy: it grants nothing, it only denies. Requests without TLS 1.2 or better, and uploads under any other key
 * than the environment's, are refused for everyone. An upload that names no key gets the bucket's default, which is the
 * environment's key, so the key conditions apply only when the header is there.
 *
 * @param keyArn the environment's key
 * @param perimeter who reaches the data; default: whoever has the permission by IAM in the account
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export function bucketPolicy(
  context: AwsContext,
  bucket: string,
  keyArn: Input<string>,
  perimeter?: BucketPerimeter,
): Document<Input<string>> & { Statement: StatementOf<Input<string>>[] } {
  const everything = [bucketArn(context, bucket), bucketArn(context, bucket, "*")];
  const objects = bucketArn(context, bucket, "*");
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyWithoutTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: everything,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "DenyOldTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: everything,
        Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
      },
      {
        Sid: "DenyOtherEncryption",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: objects,
        Condition: whenSentAndNot("s3:x-amz-server-side-encryption", "aws:kms"),
      },
      {
        Sid: "DenyOtherKey",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: objects,
        Condition: whenSentAndNot("s3:x-amz-server-side-encryption-aws-kms-key-id", keyArn),
      },
      ...(perimeter === undefined ? [] : [denyOutsiders(everything, perimeter)]),
      ...(perimeter?.policyKeepers === undefined
        ? []
        : [denyPolicyChanges, denySettingChanges].map((deny) =>
            deny(bucketArn(context, bucket), perimeter.policyKeepers ?? []),
          )),
    ],
  };
}
