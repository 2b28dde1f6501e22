import type { Input } from "@pulumi/pulumi";
import type { Document } from "../../iam/types";
import type { AwsContext } from "../context";
import { bucketArn } from "../naming";
import type { DataLocations } from "./role";

// An endpoint policy is a filter on everything that passes the endpoint. Both bounds are needed: without the one on the
// resource, data leaves to a foreign bucket; without the one on the principal, stolen keys of a foreign account work.
// The principal is bounded by a condition, because a gateway endpoint takes no other Principal than "*".

/**
 * Policy of the S3 gateway endpoint: the job's role, on this environment's buckets, for what the job does there.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-s3.html
 */
export function s3EndpointPolicy(context: AwsContext, roleArn: string, data: DataLocations): Document<string> {
  const bounds = {
    ArnEquals: { "aws:PrincipalArn": roleArn },
    StringEquals: { "aws:ResourceAccount": context.accountId },
  };
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "JobListsFolders",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:ListBucket",
        Resource: [bucketArn(context, data.trainingBucket), bucketArn(context, data.outputBucket)],
        Condition: bounds,
      },
      {
        Sid: "JobReadsDatasets",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: bucketArn(context, data.trainingBucket, `${data.trainingPrefix}*`),
        Condition: bounds,
      },
      {
        Sid: "JobWritesResults",
        Effect: "Allow",
        Principal: "*",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: bucketArn(context, data.outputBucket, `${data.outputPrefix}*`),
        Condition: bounds,
      },
    ],
  };
}

/**
 * Policy of the KMS interface endpoint: the job's role, on this environment's key, to encrypt and decrypt.
 *
 * @param keyArn the environment's key
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/vpce-endpoint.html
 */
export function kmsEndpointPolicy(
  context: AwsContext,
  roleArn: string,
  keyArn: Input<string>,
): Document<Input<string>> {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "JobUsesKey",
        Effect: "Allow",
        Principal: "*",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: keyArn,
        Condition: {
          ArnEquals: { "aws:PrincipalArn": roleArn },
          StringEquals: { "aws:ResourceAccount": context.accountId },
        },
      },
    ],
  };
}
