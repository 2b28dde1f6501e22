import assert from "node:assert/strict";
import {
  BedrockClient,
  CreateCustomModelDeploymentCommand,
  CreateModelCustomizationJobCommand,
  DeleteCustomModelCommand,
  DeleteCustomModelDeploymentCommand,
  GetCustomModelDeploymentCommand,
  GetModelCustomizationJobCommand,
  ListCustomModelDeploymentsCommand,
  UpdateCustomModelDeploymentCommand,
} from "@aws-sdk/client-bedrock";
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";

import { PutObjectCommand } from "@aws-sdk/client-s3";

import { buildEnvironment, type Environment, jsonl, licenceRecords } from "./environment";
import { type Bench, jobInput, type Moto, sdkSettings, startBench, startMoto } from "./support";

describe("deploying a custom model on demand", function () {
  this.timeout(60_000);
  const region = "us-east-1";
  let moto: Moto;
  let bench: Bench;
  let bedrock: BedrockClient;
  let runtime: BedrockRuntimeClient;
  let environment: Environment;
  const models: string[] = [];
  let question: string;
  let expected: string;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "deploying", region);
    bench = await startBench(moto.url);
    bedrock = new BedrockClient({ ...sdkSettings(bench.simulator.url), region });
    runtime = new BedrockRuntimeClient({ ...sdkSettings(bench.simulator.url), region });
    const records = await licenceRecords(30);
    question = records[3]!.prompt;
    expected = records[3]!.completion;
    const lines = records.map(({ prompt, completion }) => ({
      schemaVersion: "bedrock-conversation-2024",
      system: [{ text: "You know licences." }],
      messages: [
        { role: "user", content: [{ text: prompt }] },
        { role: "assistant", content: [{ text: completion }] },
      ],
    }));
    await environment.clients.s3.send(
      new PutObjectCommand({ Bucket: environment.bucket, Key: "fine-tuning-datasets/train.jsonl", Body: jsonl(lines) }),
    );
    for (let index = 0; index < 2; index++) {
      const input: Partial<ReturnType<typeof jobInput>> = jobInput(environment);
      delete input.validationDataConfig;
      const { jobArn } = await bedrock.send(
        new CreateModelCustomizationJobCommand({
          ...input,
          baseModelIdentifier: "amazon.nova-lite-v1:0:300k",
        } as never),
      );
      await bench.simulator.control.advance(4 * 3600);
      const job = await bedrock.send(new GetModelCustomizationJobCommand({ jobIdentifier: jobArn }));
      assert.equal(job.status, "Completed", job.failureMessage);
      assert.equal(job.validationMetrics, undefined);
      models.push(job.outputModelArn!);
    }
  });
  after(async () => {
    bedrock.destroy();
    runtime.destroy();
    await bench.close();
    await moto.stop();
  });

  it("is Creating, then Active, answers in the format of Nova, and goes away", async () => {
    const { customModelDeploymentArn: arn } = await bedrock.send(
      new CreateCustomModelDeploymentCommand({
        modelDeploymentName: "d",
        modelArn: models[0],
        description: "demo",
        clientRequestToken: "t",
      }),
    );
    const again = await bedrock.send(
      new CreateCustomModelDeploymentCommand({
        modelDeploymentName: "d",
        modelArn: models[0],
        description: "demo",
        clientRequestToken: "t",
      }),
    );
    assert.equal(again.customModelDeploymentArn, arn);
    const look = () => bedrock.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn }));
    assert.deepEqual([(await look()).status, (await look()).description], ["Creating", "demo"]);
    await bench.simulator.control.advance(181);
    assert.equal((await look()).status, "Active");
    await assert.rejects(
      bedrock.send(new CreateCustomModelDeploymentCommand({ modelDeploymentName: "d", modelArn: models[0] })),
      { name: "ValidationException", message: /name is currently in use/ },
    );

    const body = JSON.stringify({
      system: [{ text: "You know licences." }],
      messages: [{ role: "user", content: [{ text: question }] }],
    });
    const answer = JSON.parse(
      (await runtime.send(new InvokeModelCommand({ modelId: arn, body }))).body.transformToString(),
    ) as { output: { message: { content: { text: string }[] } }; stopReason: string };
    assert.deepEqual([answer.output.message.content[0]!.text, answer.stopReason], [expected, "end_turn"]);

    await bedrock.send(
      new UpdateCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn, modelArn: models[1] }),
    );
    const moving = await look();
    assert.deepEqual(
      [moving.status, moving.modelArn, moving.updateDetails],
      ["Active", models[0], { modelArn: models[1], updateStatus: "Updating" }],
    );
    await assert.rejects(bedrock.send(new DeleteCustomModelCommand({ modelIdentifier: models[1] })), {
      name: "ConflictException",
    });
    await bench.simulator.control.advance(181);
    const moved = await look();
    assert.deepEqual([moved.modelArn, moved.updateDetails?.updateStatus], [models[1], "UpdateCompleted"]);
    const { modelDeploymentSummaries } = await bedrock.send(
      new ListCustomModelDeploymentsCommand({ statusEquals: "Active" }),
    );
    assert.deepEqual(
      modelDeploymentSummaries?.map((one) => one.customModelDeploymentArn),
      [arn],
    );
    await bedrock.send(new DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn }));
    await assert.rejects(look(), { name: "ResourceNotFoundException" });
  });

  it("is refused for more than two at a time that are being created", async () => {
    const deploy = (modelDeploymentName: string) =>
      bedrock.send(new CreateCustomModelDeploymentCommand({ modelDeploymentName, modelArn: models[0] }));
    await deploy("one");
    await deploy("two");
    await assert.rejects(deploy("three"), { name: "ServiceQuotaExceededException" });
    await bench.simulator.control.advance(181);
    await deploy("three");
  });
});
