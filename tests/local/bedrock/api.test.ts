import assert from "node:assert/strict";
import { CreateModelCustomizationJobCommand, GetFoundationModelCommand } from "@aws-sdk/client-bedrock";
import { buildEnvironment, type Environment } from "./environment";
import { type Bench, jobInput, LLAMA, type Moto, startBench, startMoto } from "./support";

const NAME = "a".repeat(63);

describe("the API of customization jobs", function () {
  this.timeout(60_000);
  let moto: Moto;
  let bench: Bench;
  let environment: Environment;
  const send = (changes: Record<string, unknown>) =>
    bench.bedrock.send(new CreateModelCustomizationJobCommand({ ...jobInput(environment), ...changes } as never));

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "api");
    bench = await startBench(moto.url);
  });
  beforeEach(() => bench.simulator.control.reset());
  afterEach(() => bench.simulator.control.setQuotas({ scheduledCustomizationJobs: 10, concurrentTrainings: 2 }));
  after(async () => {
    await bench.close();
    await moto.stop();
  });

  const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: "" }));
  const s3 = (rest: string) => ({ outputDataConfig: { s3Uri: `s3://${rest}` } });
  const allowed: [string, Record<string, unknown>][] = [
    ["a job name of 63 characters", { jobName: NAME }],
    ["a job name with every special character", { jobName: "a+b.c--d-" }],
    ["a model name that ends with a hyphen", { customModelName: "a_b-c-" }],
    ["a token of one character", { clientRequestToken: "a" }],
    ["a token of 256 characters", { clientRequestToken: "a".repeat(256) }],
    ["50 tags", { jobTags: tags(50) }],
    ["a tag value of 256 characters", { jobTags: [{ key: "k".repeat(128), value: "v".repeat(256) }] }],
  ];
  for (const [what, changes] of allowed) {
    it(`accepts ${what}`, async () => {
      assert.match(
        (await send(changes)).jobArn ?? "",
        /^arn:aws:bedrock:us-west-2:123456789012:model-customization-job\/meta\.llama3-1-8b-instruct-v1:0:128k\/[a-z0-9]{12}$/,
      );
    });
  }

  const refused: [string, Record<string, unknown>, RegExp][] = [
    [
      "a job name of 64 characters",
      { jobName: `${NAME}a` },
      /^1 validation error detected: Value 'a{64}' at 'jobName' failed to satisfy constraint: Member must have length less than or equal to 63$/,
    ],
    [
      "an empty job name",
      { jobName: "" },
      /at 'jobName' failed to satisfy constraint: Member must have length greater than or equal to 1/,
    ],
    [
      "a job name that begins with a hyphen",
      { jobName: "-a" },
      /Value '-a' at 'jobName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[a-zA-Z0-9\]/,
    ],
    ["a model name with a dot", { customModelName: "a.b" }, /at 'customModelName' .* regular expression pattern/],
    ["a model name with two hyphens in a row", { customModelName: "a--b" }, /at 'customModelName'/],
    ["a token with an underscore", { clientRequestToken: "a_b" }, /at 'clientRequestToken'/],
    ["a token that ends with a hyphen", { clientRequestToken: "a-" }, /at 'clientRequestToken'/],
    ["a token of 257 characters", { clientRequestToken: "a".repeat(257) }, /at 'clientRequestToken' .*256/],
    ["a role of another service", { roleArn: "arn:aws:s3:::role/x" }, /at 'roleArn'/],
    [
      "an unknown customization type",
      { customizationType: "TUNE" },
      /Member must satisfy enum value set: \[FINE_TUNING, /,
    ],
    ["201 tags", { jobTags: tags(201) }, /at 'jobTags' .*less than or equal to 200/],
    ["a tag key with a forbidden character", { jobTags: [{ key: "a#", value: "" }] }, /at 'jobTags\.1\.member\.key'/],
    ["an S3 URI with an underscore in the bucket", s3("my_bucket/x"), /at 'outputDataConfig\.s3Uri'/],
    ["an S3 URI with two slashes in a row", s3("bucket//x"), /at 'outputDataConfig\.s3Uri'/],
    ["an S3 URI with a space", s3("bucket/a b"), /at 'outputDataConfig\.s3Uri'/],
    [
      "no subnet",
      { vpcConfig: { subnetIds: [], securityGroupIds: ["sg-1"] } },
      /at 'vpcConfig\.subnetIds' .*greater than or equal to 1/,
    ],
    [
      "six security groups",
      { vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["1", "2", "3", "4", "5", "6"] } },
      /at 'vpcConfig\.securityGroupIds' .*less than or equal to 5/,
    ],
    [
      "two broken members at once",
      { jobName: "-", customModelName: "-" },
      /^2 validation errors detected: .*'jobName'.*; .*'customModelName'/,
    ],
    [
      "a missing required member",
      { outputDataConfig: undefined },
      /Value null at 'outputDataConfig' failed to satisfy constraint: Member must not be null/,
    ],
    ["an unknown model", { baseModelIdentifier: "meta.llama9-v1:0" }, /The provided model identifier is invalid/],
    [
      "a model without its context length",
      { baseModelIdentifier: "meta.llama3-1-8b-instruct-v1:0" },
      /Use meta\.llama3-1-8b-instruct-v1:0:128k/,
    ],
    [
      "a retired model",
      { baseModelIdentifier: "anthropic.claude-3-haiku-20240307-v1:0:200k" },
      /end of its life \(2026-09-10/,
    ],
    [
      "a model of another Region",
      { baseModelIdentifier: "amazon.nova-lite-v1:0:300k" },
      /cannot be customized in us-west-2\. Supported Regions: us-east-1/,
    ],
    [
      "a customization type that the model does not have",
      { customizationType: "CONTINUED_PRE_TRAINING" },
      /does not support customization type CONTINUED_PRE_TRAINING/,
    ],
    [
      "an unknown hyperparameter",
      { hyperParameters: { epochs: "1" } },
      /hyperparameter epochs is not supported .*epochCount, batchSize, learningRate/,
    ],
    [
      "too many epochs",
      { hyperParameters: { epochCount: "11" } },
      /'11' of hyperparameter epochCount is out of range: it must be between 1 and 10/,
    ],
    [
      "half an epoch",
      { hyperParameters: { epochCount: "1.5" } },
      /'1\.5' of hyperparameter epochCount is not a valid integer/,
    ],
    [
      "a learning rate below the range",
      { hyperParameters: { learningRate: "4.9e-6" } },
      /learningRate is out of range/,
    ],
    [
      "a key that does not exist",
      { customModelKmsKeyId: "11111111-2222-3333-4444-555555555555" },
      /The provided KMS key does not exist/,
    ],
    [
      "a role that does not exist",
      { roleArn: "arn:aws:iam::123456789012:role/nobody" },
      /Could not assume provided IAM role/,
    ],
  ];
  for (const [what, changes, message] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(send(changes), { name: "ValidationException", message });
    });
  }

  it("takes the hyperparameters at both ends of their ranges", async () => {
    await send({ hyperParameters: { epochCount: "1", learningRate: "5e-6", batchSize: "1" } });
    await send({ hyperParameters: { epochCount: "10", learningRate: "0.1" } });
  });

  it("answers a hostile job name in linear time", async () => {
    await assert.rejects(send({ jobName: `a${"-".repeat(61)}!` }), { name: "ValidationException" });
  });

  it("refuses new jobs of a Legacy model and throughput for it, and still lists it", async () => {
    const legacy = {
      ...(await import("../../../local/bedrock/foundation-models")).FOUNDATION_MODELS.find((one) =>
        LLAMA.startsWith(one.id),
      )!,
      legacyTime: "2025-01-01T00:00:00Z",
    };
    const other = await startBench(moto.url, { foundationModels: [legacy] });
    try {
      await assert.rejects(other.bedrock.send(new CreateModelCustomizationJobCommand(jobInput(environment))), {
        name: "ValidationException",
        message: /Legacy/,
      });
      const { modelDetails } = await other.bedrock.send(new GetFoundationModelCommand({ modelIdentifier: LLAMA }));
      assert.equal(modelDetails?.modelLifecycle?.status, "LEGACY");
    } finally {
      await other.close();
    }
  });
});
