/** Examples of the encryption policies. */
import { ACCOUNT, environment, FOREIGN_ACCOUNT, statements } from "./environment";
import { changed, json, pick, without, type ExampleResource, type Examples } from "./example";

const { root, useKey, logs } = statements;
const key = pick(environment, "key");
const keyAndJob = pick(environment, "key", "job");
const job = pick(environment, "job");
const bucket = pick(environment, "training", "training-encryption", "key", "job");
const encryption = (rule: object) => changed(bucket, "training-encryption", "rules", [rule]);
const kms = { sseAlgorithm: "aws:kms", kmsMasterKeyId: "alias/models" };

const granted = (account: string): ExampleResource[] => [
  ...pick(environment, "key"),
  {
    type: "aws:kms/grant:Grant",
    name: "grant",
    properties: {
      keyId: "1234abcd",
      granteePrincipal: `arn:aws:iam::${account}:role/customization`,
      operations: ["Decrypt"],
    },
    dependencies: { keyId: ["key"] },
  },
];

/** Examples by policy. */
export const encryptionExamples: Readonly<Record<string, Examples>> = {
  "kms-grants-stay-in-the-account": { good: granted(ACCOUNT), bad: [granted(FOREIGN_ACCOUNT)] },
  "kms-key-rotates": {
    good: key,
    bad: [
      changed(key, "key", "enableKeyRotation", false),
      changed(key, "key", "enableKeyRotation", undefined),
      changed(key, "key", "rotationPeriodInDays", 2000),
    ],
  },
  "kms-key-deletion-waits": { good: key, bad: [changed(key, "key", "deletionWindowInDays", 7)] },
  "kms-key-says-who-may-use-it": { good: keyAndJob, bad: [changed(keyAndJob, "key", "policy", undefined)] },
  "kms-key-is-enabled-in-one-region": {
    good: keyAndJob,
    bad: [changed(keyAndJob, "key", "isEnabled", false), changed(keyAndJob, "key", "multiRegion", true)],
  },
  "kms-key-policy-keeps-strangers-out": {
    good: key,
    bad: [
      changed(key, "key", "policy", json(root, { ...useKey, Principal: "*" })),
      changed(key, "key", "policy", json(root, { ...useKey, Principal: { AWS: "*" }, Condition: undefined })),
      changed(
        key,
        "key",
        "policy",
        json(root, { ...useKey, Principal: { AWS: `arn:aws:iam::${FOREIGN_ACCOUNT}:root` } }),
      ),
      changed(key, "key", "policy", json(root, useKey, { ...logs, Condition: undefined })),
      changed(key, "key", "bypassPolicyLockoutSafetyCheck", true),
    ],
  },
  "bucket-is-encrypted-with-a-customer-key": {
    good: bucket,
    bad: [
      without(bucket, "training-encryption"),
      encryption({ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }),
      encryption({ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true }),
      encryption({
        applyServerSideEncryptionByDefault: { ...kms, kmsMasterKeyId: "alias/aws/s3" },
        bucketKeyEnabled: true,
      }),
    ],
  },
  "bucket-uses-a-bucket-key": {
    good: bucket,
    bad: [
      encryption({ applyServerSideEncryptionByDefault: kms }),
      encryption({ applyServerSideEncryptionByDefault: kms, bucketKeyEnabled: false }),
    ],
  },
  "customization-job-uses-a-customer-key": {
    good: job,
    bad: [
      changed(job, "job", "modelKmsKeyArn", undefined),
      changed(job, "job", "modelKmsKeyArn", "arn:aws:kms:us-west-2:111122223333:alias/aws/bedrock"),
    ],
  },
};
