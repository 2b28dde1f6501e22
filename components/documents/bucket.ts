import type { Input } from "@pulumi/pulumi";
import type { ConditionOf, Document } from "../../iam/types";
import type { AwsContext } from "../context";
import { bucketArn } from "../naming";

/** True for a request that sends the header with another value. A negated operator alone is true without the header. */
function whenSentAndNot(key: string, value: Input<string>): ConditionOf<Input<string>> {
  return { Null: { [key]: "false" }, StringNotEquals: { [key]: value } };
}

/**
 * Bucket policy: it grants nothing, it only denies. Requests without TLS 1.2 or better, and uploads under any other key
 * than the environment's, are refused for everyone. An upload that names no key gets the bucket's default, which is the
 * environment's key, so the key conditions apply only when the header is there.
 *
 * @param keyArn the environment's key
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export function bucketPolicy(context: AwsContext, bucket: string, keyArn: Input<string>): Document<Input<string>> {
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
    ],
  };
}
