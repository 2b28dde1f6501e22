import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CustomizationJob } from "../../bedrock/customization-job";
import { ModelDeployment } from "../../bedrock/model-deployment";
import { ProvisionedThroughput } from "../../bedrock/provisioned-throughput";
import { jobInputs } from "./support/inputs";

describe("resources as a program registers them", () => {
  const registered: pulumi.runtime.MockResourceArgs[] = [];

  before(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          registered.push(args);
          const answer = { modelArn: "arn:model", attempt: 2, arn: "arn:serving" };
          return { id: `${args.name}-id`, state: { ...args.inputs, ...answer } };
        },
        call: () => ({}),
      },
      "legal",
      "dev",
    );
  });

  it("have types of their own, an identity that is the same in every run, and typed outputs", async () => {
    const { region, roleArn, baseModel, trainingDataUri, outputDataUri, modelKmsKeyArn, vpcConfig } = jobInputs();
    const args = { region, roleArn, baseModel, trainingDataUri, outputDataUri, modelKmsKeyArn, vpcConfig };
    const job = new CustomizationJob("clauses", args);
    const throughput = new ProvisionedThroughput("serving", { region, modelArn: job.modelArn, modelUnits: 1 });
    const deployment = new ModelDeployment("deployment", { region, modelArn: job.modelArn });
    const values = await new Promise((resolve) =>
      pulumi.all([job.modelArn, job.attempt, throughput.arn, deployment.arn]).apply(resolve),
    );
    assert.deepEqual(values, ["arn:model", 2, "arn:serving", "arn:serving"]);
    assert.deepEqual(registered.map(({ type, inputs }) => [type, (inputs as { identity: string }).identity]).sort(), [
      ["pulumi-nodejs:dynamic/bedrock:CustomizationJob", "legal/dev/clauses"],
      ["pulumi-nodejs:dynamic/bedrock:ModelDeployment", "legal/dev/deployment"],
      ["pulumi-nodejs:dynamic/bedrock:ProvisionedThroughput", "legal/dev/serving"],
    ]);
    const texts = registered.map(({ inputs }) => (inputs as { __provider: string }).__provider);
    assert.equal(new Set(texts).size, 3);
    for (const text of texts) assert.ok(text.length < 2048);
  });
});
