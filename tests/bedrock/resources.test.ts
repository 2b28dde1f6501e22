import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CustomizationJob } from "../../bedrock/customization-job";
import { compareEvaluations, EvaluationJob } from "../../bedrock/evaluation-job";
import { ModelCopyJob } from "../../bedrock/model-copy-job";
import { ModelDeployment } from "../../bedrock/model-deployment";
import { ModelImportJob } from "../../bedrock/model-import-job";
import { prefixFrom } from "../../bedrock/naming";
import { identityOf } from "../../bedrock/provider";
import { ProvisionedThroughput } from "../../bedrock/provisioned-throughput";
import { jobInputs } from "./support/inputs";

describe("resources as a program registers them", () => {
  const registered: pulumi.runtime.MockResourceArgs[] = [];

  before(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          registered.push(args);
          const scores = [{ dataset: "d", taskType: "t", metric: "Accuracy", mean: 0.5, prompts: 1 }];
          const answer = { modelArn: "arn:model", attempt: 2, arn: "arn:serving", scores };
          return { id: `${args.name}-id`, state: { ...args.inputs, ...answer } };
        },
        call: () => ({}),
      },
      "legal",
      "dev",
    );
  });

  it("have the types of their parents in their identity, unless they stand at the top of their stack", () => {
    const top = "urn:pulumi:dev::legal::pulumi:pulumi:Stack::legal-dev";
    assert.equal(identityOf("legal", "dev", "clauses"), "legal/dev/clauses");
    assert.equal(identityOf("legal", "dev", "clauses", top), "legal/dev/clauses");
    const parents = ["team:index:Contracts", "team:index:All$team:index:Contracts", "team:models/index:Contracts"];
    const identities = parents.map((type) =>
      identityOf("legal", "dev", "clauses", `urn:pulumi:dev::legal::${type}::parent`),
    );
    assert.equal(new Set(identities).size, parents.length);
    for (const identity of identities) assert.equal(prefixFrom(identity), "clauses");
  });

  it("are another thing under another parent, and take no dependency from it", async () => {
    const { region, roleArn, baseModel, trainingDataUri, outputDataUri, modelKmsKeyArn, vpcConfig } = jobInputs();
    const args = { region, roleArn, baseModel, trainingDataUri, outputDataUri, modelKmsKeyArn, vpcConfig };
    const before = registered.length;
    const jobs = ["team:index:Contracts", "team:index:Letters"].map(
      (type) => new CustomizationJob("clauses", args, { parent: new pulumi.ComponentResource(type, "all") }),
    );
    await new Promise((resolve) => pulumi.all(jobs.map(({ modelArn }) => modelArn)).apply(resolve));
    const made = registered.splice(before).filter(({ type }) => type.endsWith(":CustomizationJob"));
    assert.deepEqual(made.map(({ inputs }) => (inputs as { identity: string }).identity).sort(), [
      "legal/dev/team:index:Contracts/clauses",
      "legal/dev/team:index:Letters/clauses",
    ]);
  });

  it("have types of their own, an identity that is the same in every run, and typed outputs", async () => {
    const { region, roleArn, baseModel, trainingDataUri, outputDataUri, modelKmsKeyArn, vpcConfig } = jobInputs();
    const args = { region, roleArn, baseModel, trainingDataUri, outputDataUri, modelKmsKeyArn, vpcConfig };
    const job = new CustomizationJob("clauses", args);
    const throughput = new ProvisionedThroughput("serving", { region, modelArn: job.modelArn, modelUnits: 1 });
    const deployment = new ModelDeployment("deployment", { region, modelArn: job.modelArn });
    const imported = new ModelImportJob("imported", { region, roleArn, modelDataUri: "s3://b/m", modelKmsKeyArn });
    const copied = new ModelCopyJob("copied", { region, sourceModelArn: job.modelArn, modelKmsKeyArn });
    const evaluate = (name: string, model: pulumi.Input<string>) =>
      new EvaluationJob(name, { region, roleArn, model, datasets: [], outputDataUri, kmsKeyArn: modelKmsKeyArn });
    const changes = compareEvaluations(evaluate("base", "a.b"), evaluate("tuned", throughput.arn));
    const values = await new Promise((resolve) =>
      pulumi
        .all([job.modelArn, job.attempt, throughput.arn, deployment.arn, imported.modelArn, copied.modelArn, changes])
        .apply(resolve),
    );
    const change = { dataset: "d", taskType: "t", metric: "Accuracy", base: 0.5, custom: 0.5, change: 0 };
    assert.deepEqual(values, ["arn:model", 2, "arn:serving", "arn:serving", "arn:model", "arn:model", [change]]);
    assert.deepEqual(registered.map(({ type, inputs }) => [type, (inputs as { identity: string }).identity]).sort(), [
      ["pulumi-nodejs:dynamic/bedrock:CustomizationJob", "legal/dev/clauses"],
      ["pulumi-nodejs:dynamic/bedrock:EvaluationJob", "legal/dev/base"],
      ["pulumi-nodejs:dynamic/bedrock:EvaluationJob", "legal/dev/tuned"],
      ["pulumi-nodejs:dynamic/bedrock:ModelCopyJob", "legal/dev/copied"],
      ["pulumi-nodejs:dynamic/bedrock:ModelDeployment", "legal/dev/deployment"],
      ["pulumi-nodejs:dynamic/bedrock:ModelImportJob", "legal/dev/imported"],
      ["pulumi-nodejs:dynamic/bedrock:ProvisionedThroughput", "legal/dev/serving"],
    ]);
    const texts = registered.map(({ inputs }) => (inputs as { __provider: string }).__provider);
    assert.equal(new Set(texts).size, 6);
    for (const text of texts) assert.ok(text.length < 2048);
  });
});
