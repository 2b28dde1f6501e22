import assert from "node:assert/strict";
import { PartialFailure, type Properties } from "../../../bedrock/dynamic";
import type { JobInputs } from "../../../bedrock/job-spec";

/** Text that stands for the serialized provider; it must come back untouched. */
export const PROVIDER = "exports.handler = () => provider;";

/** Inputs of a job that the service would take. */
export function jobInputs(more: Partial<JobInputs> = {}): JobInputs {
  return {
    __provider: PROVIDER,
    region: "us-west-2",
    identity: "legal/dev/clauses",
    roleArn: "arn:aws:iam::123456789012:role/customization",
    baseModel: "meta.llama3-1-8b-instruct-v1:0:128k",
    hyperParameters: { epochCount: 3, learningRate: "0.0001", batchSize: 1 },
    trainingDataUri: "s3://training/fine-tuning-datasets/train.jsonl",
    validationDataUris: ["s3://training/fine-tuning-datasets/validation.jsonl"],
    outputDataUri: "s3://results/outputs/",
    modelKmsKeyArn: "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    vpcConfig: { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
    tags: { team: "legal" },
    ...more,
  };
}

/** The partial failure that an operation ends with. */
export async function failureOf(operation: Promise<unknown>): Promise<PartialFailure> {
  try {
    await operation;
  } catch (error) {
    assert.ok(error instanceof PartialFailure, `expected a partial failure, received ${String(error)}`);
    assert.equal(error.properties["__provider"], PROVIDER);
    return error;
  }
  assert.fail("the operation succeeded");
}

/** What the engine stores: plain JSON with the provider in it. */
export function stored(outs: Properties): Properties {
  return JSON.parse(JSON.stringify({ ...outs, __provider: PROVIDER })) as Properties;
}
