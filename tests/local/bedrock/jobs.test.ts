import assert from "node:assert/strict";
import {
  CreateModelCustomizationJobCommand,
  DeleteCustomModelCommand,
  GetFoundationModelCommand,
  GetModelCustomizationJobCommand,
  ListCustomModelsCommand,
  ListFoundationModelsCommand,
  ListPromptRoutersCommand,
  ListModelCustomizationJobsCommand,
  ListTagsForResourceCommand,
  StopModelCustomizationJobCommand,
  TagResourceCommand,
  UntagResourceCommand,
  BedrockClient,
  BedrockServiceException,
} from "@aws-sdk/client-bedrock";
import { buildEnvironment, type Environment } from "./environment";
import { type Bench, jobInput, LLAMA, type Moto, runJob, sdkSettings, startBench, startMoto } from "./support";

const isError = (name: string, status: number) => (error: unknown) => {
  assert.ok(error instanceof BedrockServiceException);
  assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status]);
  return true;
};

describe("the operations on jobs, models and tags", function () {
  this.timeout(60_000);
  let moto: Moto;
  let bench: Bench;
  let environment: Environment;
  const send = (changes: Record<string, unknown>) =>
    bench.bedrock.send(new CreateModelCustomizationJobCommand({ ...jobInput(environment), ...changes } as never));

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "jobs");
    bench = await startBench(moto.url);
  });
  beforeEach(() => bench.simulator.control.reset());
  afterEach(() => bench.simulator.control.setQuotas({ scheduledCustomizationJobs: 10, concurrentTrainings: 2 }));
  after(async () => {
    await bench.close();
    await moto.stop();
  });

  it("gives the same job for the same token and parameters, also at the same moment", async () => {
    const input = { ...jobInput(environment), clientRequestToken: "once" };
    const answers = await Promise.all(
      [1, 2, 3].map(() => bench.bedrock.send(new CreateModelCustomizationJobCommand(input))),
    );
    assert.equal(new Set(answers.map((answer) => answer.jobArn)).size, 1);
    assert.equal(bench.simulator.control.status().regions["us-west-2"]?.jobs, 1);
  });

  it("refuses the same token with other parameters", async () => {
    await send({ clientRequestToken: "once" });
    await assert.rejects(send({ clientRequestToken: "once" }), isError("ConflictException", 400));
  });

  it("keeps a job name in use for ever, also after the job has failed", async () => {
    bench.simulator.control.addFault({ job: { failIn: "Validation" } });
    const job = await runJob(bench, { ...jobInput(environment), jobName: "taken" });
    assert.equal(job.status, "Failed");
    assert.equal(job.failureMessage, "Encountered an unexpected error when processing the request, please try again");
    await assert.rejects(send({ jobName: "taken" }), {
      name: "ValidationException",
      message: "The provided job name is currently in use.",
    });
  });

  it("keeps a model name in use while the model or its job exists", async () => {
    const input = jobInput(environment);
    const job = await runJob(bench, input);
    await assert.rejects(send({ customModelName: input.customModelName }), {
      message: "The provided model name is currently in use.",
    });
    await bench.bedrock.send(new DeleteCustomModelCommand({ modelIdentifier: job.outputModelArn }));
    await send({ customModelName: input.customModelName });
    await assert.rejects(send({ customModelName: input.customModelName }), {
      message: "The provided model name is currently in use.",
    });
  });

  it("has a quota of scheduled jobs", async () => {
    bench.simulator.control.setQuotas({ scheduledCustomizationJobs: 1 });
    await send({});
    await assert.rejects(send({}), { name: "ServiceQuotaExceededException" });
  });

  it("lets a third job wait until one of two trainings is over", async () => {
    const names = ["first", "second", "third"];
    for (const jobName of names) await send({ jobName });
    await bench.simulator.control.advance(310);
    const training = async () =>
      Promise.all(
        names.map(
          async (jobIdentifier) =>
            (await bench.bedrock.send(new GetModelCustomizationJobCommand({ jobIdentifier }))).statusDetails
              ?.trainingDetails?.status,
        ),
      );
    assert.deepEqual((await training()).sort(), ["InProgress", "InProgress", "NotStarted"]);
    await bench.simulator.control.advance(3600);
    assert.deepEqual(await training(), ["Completed", "Completed", "Completed"]);
  });

  it("stops a running job, once, and takes its interfaces away", async () => {
    const { jobArn } = await send({});
    await bench.simulator.control.advance(240);
    await bench.bedrock.send(new StopModelCustomizationJobCommand({ jobIdentifier: jobArn }));
    const look = () => bench.bedrock.send(new GetModelCustomizationJobCommand({ jobIdentifier: jobArn }));
    assert.equal((await look()).status, "Stopping");
    await assert.rejects(bench.bedrock.send(new StopModelCustomizationJobCommand({ jobIdentifier: jobArn })), {
      name: "ConflictException",
    });
    await bench.simulator.control.advance(7200);
    const job = await look();
    assert.equal(job.status, "Stopped");
    assert.equal(job.statusDetails?.dataProcessingDetails?.status, "Stopped");
    assert.equal(job.statusDetails?.trainingDetails?.status, "NotStarted");
    assert.equal(job.outputModelArn, undefined);
    assert.equal(bench.simulator.control.calls(jobArn!).at(-1)?.action, "ec2:DeleteNetworkInterface");
  });

  for (const [failIn, phase] of [
    ["Validation", "validation"],
    ["DataProcessing", "dataProcessing"],
    ["Training", "training"],
  ] as const) {
    it(`fails in ${failIn} when told to, with the message it was told`, async () => {
      bench.simulator.control.addFault({ job: { failIn, message: "flagged" } });
      const job = await runJob(bench, jobInput(environment));
      assert.equal(job.failureMessage, "flagged");
      assert.equal(job.statusDetails?.[`${phase}Details`]?.status, "Failed");
    });
  }

  it("lists jobs newest first, in pages that neither repeat nor lose one", async () => {
    const names = ["a-1", "a-2", "a-3", "b-1"];
    for (const jobName of names) {
      await send({ jobName });
      await bench.simulator.control.advance(1);
    }
    const found: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await bench.bedrock.send(
        new ListModelCustomizationJobsCommand({ maxResults: 2, nameContains: "a-", nextToken }),
      );
      found.push(...page.modelCustomizationJobSummaries!.map((one) => one.jobName!));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    assert.deepEqual(found, ["a-3", "a-2", "a-1"]);
    const ascending = await bench.bedrock.send(
      new ListModelCustomizationJobsCommand({
        sortBy: "CreationTime",
        sortOrder: "Ascending",
        statusEquals: "InProgress",
      }),
    );
    assert.deepEqual(
      ascending.modelCustomizationJobSummaries?.map((one) => one.jobName),
      names,
    );
    const second = ascending.modelCustomizationJobSummaries![1]!.creationTime!;
    const later = await bench.bedrock.send(new ListModelCustomizationJobsCommand({ creationTimeAfter: second }));
    assert.deepEqual(
      later.modelCustomizationJobSummaries?.map((one) => one.jobName),
      ["b-1", "a-3"],
    );
    await assert.rejects(bench.bedrock.send(new ListModelCustomizationJobsCommand({ nextToken: "forged" })), {
      name: "ValidationException",
    });
    await assert.rejects(bench.bedrock.send(new ListModelCustomizationJobsCommand({ maxResults: 1001 })), {
      name: "ValidationException",
    });
  });

  it("lists the models of one base", async () => {
    const job = await runJob(bench, jobInput(environment));
    const list = async (baseModelArnEquals?: string) =>
      (await bench.bedrock.send(new ListCustomModelsCommand({ baseModelArnEquals }))).modelSummaries?.map(
        (one) => one.modelArn,
      );
    assert.deepEqual(await list(job.baseModelArn), [job.outputModelArn]);
    assert.deepEqual(await list(`${job.baseModelArn}x`), []);
  });

  it("keeps tags of job and model apart, replaces and removes them", async () => {
    const { jobArn } = await send({ jobTags: [{ key: "stage", value: "dev" }] });
    await bench.bedrock.send(
      new TagResourceCommand({
        resourceARN: jobArn,
        tags: [
          { key: "stage", value: "prod" },
          { key: "x", value: "" },
        ],
      }),
    );
    await bench.bedrock.send(new UntagResourceCommand({ resourceARN: jobArn, tagKeys: ["x", "y"] }));
    assert.deepEqual((await bench.bedrock.send(new ListTagsForResourceCommand({ resourceARN: jobArn }))).tags, [
      { key: "stage", value: "prod" },
    ]);
    await assert.rejects(
      bench.bedrock.send(new ListTagsForResourceCommand({ resourceARN: `${jobArn!.slice(0, -12)}aaaaaaaaaaaa` })),
      { name: "ResourceNotFoundException" },
    );
  });

  it("takes 50 tags on one thing and no more, and none whose key is AWS's own or comes twice", async () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ key: `key-${from + index}`, value: "" }));
    const { jobArn } = await send({ jobTags: many(0, 49) });
    const tag = (tags: { key: string; value: string }[]) =>
      bench.bedrock.send(new TagResourceCommand({ resourceARN: jobArn, tags }));
    await tag(many(49, 1));
    await tag(many(0, 50));
    await assert.rejects(tag(many(50, 1)), isError("TooManyTagsException", 400));
    const { tags = [] } = await bench.bedrock.send(new ListTagsForResourceCommand({ resourceARN: jobArn }));
    assert.equal(tags.length, 50);
    const reserved = [{ key: "aws:team", value: "x" }];
    const twice = [...many(0, 2), ...many(1, 1)];
    await assert.rejects(tag(reserved), isError("ValidationException", 400));
    await assert.rejects(tag(twice), isError("ValidationException", 400));
    for (const member of ["jobTags", "customModelTags"]) {
      await assert.rejects(send({ [member]: reserved }), isError("ValidationException", 400));
      await assert.rejects(send({ [member]: twice }), isError("ValidationException", 400));
      await assert.rejects(send({ [member]: many(0, 51) }), isError("TooManyTagsException", 400));
    }
  });

  it("lists by time, status and part of the name together, each border left out", async () => {
    for (const jobName of ["one", "two", "three"]) {
      await send({ jobName });
      await bench.simulator.control.advance(1);
    }
    const list = async (filter: object) => {
      const answer = await bench.bedrock.send(new ListModelCustomizationJobsCommand(filter));
      return answer.modelCustomizationJobSummaries!.map((one) => one.jobName);
    };
    const { modelCustomizationJobSummaries: all = [] } = await bench.bedrock.send(
      new ListModelCustomizationJobsCommand({}),
    );
    const [three, two, one] = all.map(({ creationTime }) => creationTime!);
    assert.deepEqual(await list({ creationTimeAfter: one, creationTimeBefore: three }), ["two"]);
    assert.deepEqual(await list({ creationTimeBefore: one }), []);
    assert.deepEqual(await list({ creationTimeBefore: three, nameContains: "o", statusEquals: "InProgress" }), [
      "two",
      "one",
    ]);
    assert.deepEqual(await list({ creationTimeAfter: two, statusEquals: "Failed" }), []);
  });

  it("keeps what belongs to one Region out of the others", async () => {
    const { jobArn } = await send({});
    const east = new BedrockClient({ ...sdkSettings(bench.simulator.url), region: "us-east-1" });
    await assert.rejects(
      east.send(new GetModelCustomizationJobCommand({ jobIdentifier: jobArn })),
      isError("ResourceNotFoundException", 404),
    );
    east.destroy();
  });

  it("knows the models of its Region, without the retired ones", async () => {
    const { modelSummaries = [] } = await bench.bedrock.send(
      new ListFoundationModelsCommand({ byCustomizationType: "FINE_TUNING" }),
    );
    const ids = modelSummaries.map((one) => one.modelId!);
    assert.ok(
      ids.includes(LLAMA) && !ids.some((id) => id.includes("claude-3-haiku") || id.includes("nova")),
      ids.join(" "),
    );
    await assert.rejects(
      bench.bedrock.send(new GetFoundationModelCommand({ modelIdentifier: "anthropic.claude-3-haiku-20240307-v1:0" })),
      { name: "ResourceNotFoundException" },
    );
  });

  it("names an operation that it does not know", async () => {
    await assert.rejects(bench.bedrock.send(new ListPromptRoutersCommand({})), {
      name: "UnknownOperationException",
      message: /GET \/prompt-routers/,
    });
  });

  it("answers with an exception of the protocol what no client of the service would send", async () => {
    const scope = "test/20261121/us-west-2/bedrock/aws4_request";
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00` };
    const sent: [method: string, path: string, body: string | undefined, status: number, code: string][] = [
      ["GET", "/custom-models/%zz", undefined, 400, "SerializationException"],
      ["GET", "/custom-models/constructor", undefined, 404, "ResourceNotFoundException"],
      ["GET", "/model-customization-jobs/toString", undefined, 404, "ResourceNotFoundException"],
      ["GET", "/provisioned-model-throughput/valueOf", undefined, 404, "ResourceNotFoundException"],
      ["DELETE", "/imported-models/hasOwnProperty", undefined, 404, "ResourceNotFoundException"],
      ["POST", "/model-customization-jobs", "[1]", 400, "SerializationException"],
      ["POST", "/model-customization-jobs", '"text"', 400, "SerializationException"],
      ["POST", "/model-customization-jobs", "{", 400, "SerializationException"],
      ["PUT", "/model-customization-jobs", "{}", 404, "UnknownOperationException"],
      ["GET", "/custom-models/", undefined, 404, "UnknownOperationException"],
    ];
    const logged = bench.log.length;
    for (const [method, path, body, status, code] of sent) {
      const response = await fetch(`${bench.simulator.url}${path}`, { method, body, headers });
      const told = [response.status, response.headers.get("x-amzn-errortype")];
      assert.deepEqual(told, [status, code], `${method} ${path} ${body}`);
    }
    assert.deepEqual(bench.log.slice(logged), []);
  });

  it("refuses a request that is not signed", async () => {
    const response = await fetch(`${bench.simulator.url}/custom-models`);
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
  });
});
