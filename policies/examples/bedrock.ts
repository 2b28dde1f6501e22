/** Examples of the Bedrock policies. */
import { ACCOUNT, environment, statements } from "./environment";
import { changed, detached, json, pick, type ExampleResource, type Examples } from "./example";
import { KEY_ARN, REGION } from "./names";

const job = pick(environment, "job");
const throughput = pick(environment, "throughput");
const withBuckets = pick(environment, "job", "training", "output").map((resource) =>
  resource.name === "job" ? { ...resource, dependencies: {} } : resource,
);
const copiedTo = (region: string): ExampleResource[] => [
  ...pick(environment, "job"),
  {
    type: "aws:kms/replicaKey:ReplicaKey",
    name: "replica",
    properties: {
      region,
      primaryKeyArn: KEY_ARN,
      arn: KEY_ARN.replace(REGION, region),
      policy: json(statements.root, statements.useKey),
      tags: { Owner: "ml-platform" },
    },
  },
  {
    type: "pulumi-nodejs:dynamic/bedrock:ModelCopyJob",
    name: "copy",
    properties: {
      region,
      sourceModelArn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:custom-model/x`,
      modelKmsKeyArn: KEY_ARN.replace(REGION, region),
      tags: { Owner: "ml-platform" },
    },
    dependencies: { sourceModelArn: ["job"], modelKmsKeyArn: ["replica"] },
  },
];
const copied = copiedTo("us-east-1");
const foreign = "s3://somebody-else/data/train.jsonl";

/** Examples by policy. */
export const bedrockExamples: Readonly<Record<string, Examples>> = {
  "base-model-is-approved": {
    good: job,
    bad: [changed(job, "job", "baseModel", "unknown.model-v1:0"), changed(job, "job", "baseModel", undefined)],
  },
  "job-output-is-apart-from-its-input": {
    good: job,
    bad: [
      changed(job, "job", "outputDataUri", "s3://acme-training/fine-tuning-datasets/"),
      changed(job, "job", "outputDataUri", "s3://acme-training/"),
      changed(job, "job", "outputDataUri", "s3://acme-training/fine-tuning-datasets/outputs"),
    ],
  },
  "provisioned-throughput-is-bounded": {
    good: throughput,
    bad: [
      changed(throughput, "throughput", "modelUnits", 4),
      changed(throughput, "throughput", "commitmentDuration", "SixMonths"),
    ],
  },
  "job-uses-buckets-of-its-stack": {
    good: withBuckets,
    bad: [
      changed(withBuckets, "job", "trainingDataUri", foreign),
      changed(withBuckets, "job", "validationDataUris", [foreign]),
      changed(withBuckets, "job", "outputDataUri", "s3://somebody-else/outputs/"),
    ],
  },
  "model-copy-stays-where-it-may-be": {
    good: copied,
    bad: [copiedTo("eu-west-1"), detached(copied, "copy", "modelKmsKeyArn", KEY_ARN)],
  },
};
