import type { Document } from "../../iam/types";
import type { AwsContext } from "../context";
import { bucketArn } from "../naming";
import { accountRoot } from "./principals";
import { viaService } from "./role";

/** Who uses the key, and for which data. */
export interface KeyUsers {
  /** ARN of the service role of customization jobs. */
  customizationRoleArn: string;
  /** `aws:PrincipalArn` patterns of whoever deploys: they upload the data sets and order model and throughput. */
  deployers: string[];
  /** Buckets whose objects the key encrypts. */
  buckets: string[];
}

/**
 * Actions for administering a key without using it. `kms:CreateGrant` is left out: a grant would be a way to use it.
 * Deleting is possible, after the waiting period. `kms:DescribeKey` is here for everyone in the account, so the statements
 * for job and deployers need not repeat it.
 */
const administration = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:DisableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListResourceTags",
  "kms:ListRetirableGrants",
  "kms:ListKeyRotations",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/**
 * Key policy of the environment's key.
 *
 * Each statement names the account and says with `aws:PrincipalArn` which role it means: the decision is handed on to
 * that role's IAM policies, so both sides must allow. Naming the role as principal instead would make the key policy
 * alone sufficient, would fail while the role does not exist yet, and would silently point to nothing once the role has
 * been made anew (KMS stores the role's unique id).
 *
 * The account may administer the key, or nobody could recover it; it may not use it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-custom-job.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function keyPolicy(context: AwsContext, users: KeyUsers): Document<string> {
  const root = { AWS: accountRoot(context) };
  const customizer = { "aws:PrincipalArn": users.customizationRoleArn };
  const deployers = { "aws:PrincipalArn": users.deployers };
  const viaBedrock = { "kms:ViaService": viaService(context, "bedrock") };
  const viaS3 = { "kms:ViaService": viaService(context, "s3") };
  // With a bucket key S3 names the bucket in the encryption context, otherwise the object.
  const ourObjects = {
    "kms:EncryptionContext:aws:s3:arn": users.buckets.flatMap((name) => [
      bucketArn(context, name),
      bucketArn(context, name, "*"),
    ]),
  };
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "AccountAdministersKey", Effect: "Allow", Principal: root, Action: administration, Resource: "*" },
      {
        Sid: "CustomizationRoleEncryptsModel",
        Effect: "Allow",
        Principal: root,
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringEquals: viaBedrock, ArnEquals: customizer },
      },
      {
        Sid: "CustomizationRoleGrantsModelKey",
        Effect: "Allow",
        Principal: root,
        Action: "kms:CreateGrant",
        Resource: "*",
        Condition: { StringEquals: viaBedrock, ArnEquals: customizer, Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
      {
        Sid: "CustomizationRoleUsesData",
        Effect: "Allow",
        Principal: root,
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringEquals: viaS3, StringLike: ourObjects, ArnEquals: customizer },
      },
      {
        Sid: "DeployersUploadData",
        Effect: "Allow",
        Principal: root,
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringEquals: viaS3, StringLike: ourObjects, ArnLike: deployers },
      },
      {
        // Ordering a job or throughput for a model under this key makes Bedrock use the key in the caller's name.
        Sid: "DeployersOrderModel",
        Effect: "Allow",
        Principal: root,
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringEquals: viaBedrock, ArnLike: deployers },
      },
      {
        Sid: "DeployersGrantModelKey",
        Effect: "Allow",
        Principal: root,
        Action: "kms:CreateGrant",
        Resource: "*",
        Condition: { StringEquals: viaBedrock, ArnLike: deployers, Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
    ],
  };
}
