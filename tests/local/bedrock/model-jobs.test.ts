import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Bedrock, BedrockServiceException } from "@aws-sdk/client-bedrock";
import { ConverseCommand, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { perturbed, wordF1 } from "../../../local/bedrock/evaluation-metrics";
import { attachForModelJobs, keyIn, MODEL_FILES, putFiles, putPrompts } from "./model-job-environment";
import {
  type Bench,
  buildEnvironment,
  type Environment,
  jobInput,
  type Moto,
  runJob,
  sdkSettings,
  startBench,
  startMoto,
} from "./support";

const TARGET = "us-east-1";
const HALF_AN_HOUR = 1800;

const isError = (name: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof BedrockServiceException);
  assert.equal(error.name, name);
  assert.match(error.message, message);
  return true;
};

describe("import, copy and evaluation jobs of the simulator", function () {
  this.timeout(60_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let client: Bedrock;
  let prompts: string;
  let serial = 0;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "model-jobs");
    await putFiles(environment, "models/good", MODEL_FILES);
    prompts = await putPrompts(environment);
  });
  after(() => moto.stop());
  beforeEach(async () => {
    await attachForModelJobs(environment);
    bench = await startBench(moto.url);
    client = new Bedrock(sdkSettings(bench.simulator.url));
  });
  afterEach(async () => {
    client.destroy();
    await bench.close();
  });

  const importInput = (more: object = {}) => ({
    jobName: `import-${++serial}`,
    importedModelName: `imported-${serial}`,
    roleArn: environment.roleArn,
    modelDataSource: { s3DataSource: { s3Uri: `s3://${environment.bucket}/models/good` } },
    importedModelKmsKeyId: environment.keyArn,
    ...more,
  });
  const evaluationInput = (more: object = {}) => ({
    jobName: `evaluation-${++serial}`,
    roleArn: environment.roleArn,
    evaluationConfig: {
      automated: {
        datasetMetricConfigs: [
          {
            taskType: "QuestionAndAnswer" as const,
            dataset: { name: "clauses", datasetLocation: { s3Uri: prompts } },
            metricNames: ["Builtin.Accuracy", "Builtin.Toxicity"],
          },
        ],
      },
    },
    inferenceConfig: { models: [{ bedrockModel: { modelIdentifier: "us.meta.llama3-1-8b-instruct-v1:0" } }] },
    outputDataConfig: { s3Uri: `s3://${environment.bucket}/evaluations` },
    ...more,
  });
  const advance = (seconds = HALF_AN_HOUR): Promise<void> => bench.simulator.control.advance(seconds);

  it("imports under the customer's key, with every read decided by the role's policies", async () => {
    const { jobArn } = await client.createModelImportJob(importInput());
    assert.equal((await client.getModelImportJob({ jobIdentifier: jobArn })).status, "InProgress");
    await advance();
    const job = await client.getModelImportJob({ jobIdentifier: jobArn });
    assert.equal(job.status, "Completed", job.failureMessage);
    const actions = bench.simulator.control.calls(jobArn ?? "").map(({ action }) => action);
    for (const action of ["sts:AssumeRole", "s3:ListBucket", "s3:GetObject", "kms:Decrypt", "kms:CreateGrant"]) {
      assert.ok(actions.includes(action), action);
    }
  });

  it("lets an imported model answer under its ARN, in the form of its architecture, with and without a chat template", async () => {
    const bare = { ...MODEL_FILES, "tokenizer_config.json": "{}" };
    await putFiles(environment, "models/bare", bare);
    await putFiles(environment, "models/other", {
      ...MODEL_FILES,
      "config.json": '{"architectures":["Qwen3ForCausalLM"]}',
    });
    const arns: string[] = [];
    for (const name of ["good", "bare", "other"]) {
      const s3Uri = `s3://${environment.bucket}/models/${name}`;
      const { jobArn } = await client.createModelImportJob(
        importInput({ modelDataSource: { s3DataSource: { s3Uri } } }),
      );
      await advance();
      arns.push((await client.getModelImportJob({ jobIdentifier: jobArn })).importedModelArn!);
    }
    const [good, plain, other] = arns;
    const invoke = async (modelId = "") => {
      const body = JSON.stringify({ prompt: "The licence allows copying." });
      const answer = await bench.runtime.send(new InvokeModelCommand({ modelId, body }));
      return (JSON.parse(answer.body.transformToString()) as { generation: string }).generation;
    };
    const converse = async (modelId?: string) => {
      const messages = [{ role: "user" as const, content: [{ text: "The licence allows copying." }] }];
      const answer = await bench.runtime.send(new ConverseCommand({ modelId, messages }));
      return answer.output?.message?.content?.[0]?.text;
    };
    for (const answer of [invoke(good), converse(good), invoke(plain)]) {
      assert.equal(await answer, "The licence allows copying.");
    }
    await assert.rejects(converse(plain), { name: "ValidationException", message: /no chat template/ });
    await assert.rejects(invoke(other), { name: "ValidationException", message: /no request format/ });
    await client.deleteImportedModel({ modelIdentifier: good });
    await assert.rejects(invoke(good), { name: "ResourceNotFoundException" });
  });

  it("refuses a role that does not trust Bedrock for this kind of job", async () => {
    await environment.attach();
    await assert.rejects(
      client.createModelImportJob(importInput()),
      isError("ValidationException", /Could not assume provided IAM role/),
    );
  });

  it("fails an import whose role may not read the files, and one without what a model needs", async () => {
    const fail = async (more: object): Promise<string> => {
      const { jobArn } = await client.createModelImportJob(importInput(more));
      await advance();
      return (await client.getModelImportJob({ jobIdentifier: jobArn })).failureMessage ?? "";
    };
    const source = (name: string): object => ({
      modelDataSource: { s3DataSource: { s3Uri: `s3://${environment.bucket}/${name}` } },
    });
    assert.match(await fail(source("secrets")), /safetensors/);
    const rest = Object.entries(MODEL_FILES).filter(([name]) => name !== "config.json");
    await putFiles(environment, "models/without", Object.fromEntries(rest));
    assert.match(await fail(source("models/without")), /config\.json was not found/);
    await putFiles(environment, "elsewhere", MODEL_FILES);
    assert.match(await fail(source("elsewhere")), /Could not validate GetObject permissions/);
  });

  it("gives the same import for the same token, and a name and the only place to one import", async () => {
    const input = importInput({ clientRequestToken: "once" });
    const [first, second] = await Promise.all([client.createModelImportJob(input), client.createModelImportJob(input)]);
    assert.equal(first.jobArn, second.jobArn);
    const again = importInput({ jobName: input.jobName });
    await assert.rejects(
      client.createModelImportJob(again),
      isError("ValidationException", /job name is currently in use/),
    );
    await assert.rejects(
      client.createModelImportJob(importInput()),
      isError("ServiceQuotaExceededException", /1 concurrent model import jobs/),
    );
    await advance();
    const taken = importInput({ importedModelName: input.importedModelName });
    await assert.rejects(
      client.createModelImportJob(taken),
      isError("ValidationException", /model name is currently in use/),
    );
  });

  it("lists by status and name, and pages", async () => {
    for (let count = 0; count < 3; count++) {
      await client.createModelImportJob(importInput());
      await advance();
    }
    const page = await client.listImportedModels({ maxResults: 2 });
    assert.equal(page.modelSummaries?.length, 2);
    const next = await client.listImportedModels({ maxResults: 2, nextToken: page.nextToken });
    assert.equal(next.modelSummaries?.length, 1);
    const failed = await client.listModelImportJobs({ statusEquals: "Failed" });
    assert.deepEqual(failed.modelImportJobSummaries, []);
    const named = await client.listModelImportJobs({ nameContains: `import-${serial}` });
    assert.equal(named.modelImportJobSummaries?.length, 1);
  });

  it("copies into another Region and keeps the copy when the source is deleted", async () => {
    const job = await runJob(bench, jobInput(environment));
    const there = new Bedrock(sdkSettings(bench.simulator.url, TARGET));
    try {
      const input = { sourceModelArn: job.outputModelArn, targetModelName: "copied" };
      await assert.rejects(
        there.createModelCopyJob({ ...input, modelKmsKeyId: environment.keyArn }),
        isError("ValidationException", /does not exist|not in us-east-1/),
      );
      const modelKmsKeyId = await keyIn(moto.url, TARGET);
      const { jobArn } = await there.createModelCopyJob({ ...input, modelKmsKeyId });
      await assert.rejects(
        there.createModelCopyJob(input),
        isError("ValidationException", /model name is currently in use/),
      );
      await advance();
      const copy = await there.getModelCopyJob({ jobArn });
      assert.equal(copy.status, "Completed", copy.failureMessage);
      await client.deleteCustomModel({ modelIdentifier: job.outputModelArn });
      const model = await there.getCustomModel({ modelIdentifier: copy.targetModelArn });
      assert.equal(model.modelKmsKeyArn, modelKmsKeyId);
      const missing = { sourceModelArn: job.outputModelArn, targetModelName: "another" };
      await assert.rejects(there.createModelCopyJob(missing), isError("ResourceNotFoundException", /source model/));
    } finally {
      there.destroy();
    }
  });

  it("evaluates every prompt and writes the results where the service does", async () => {
    const { jobArn } = await client.createEvaluationJob(evaluationInput());
    await advance();
    const job = await client.getEvaluationJob({ jobIdentifier: jobArn });
    assert.equal(job.status, "Completed", job.failureMessages?.join());
    const { s3 } = environment.clients;
    const Prefix = `evaluations/${job.jobName}/`;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: environment.bucket, Prefix }));
    const [file] = Contents;
    assert.match(
      file?.Key ?? "",
      /\/models\/us\.meta\.[^/]+\/taskTypes\/QuestionAndAnswer\/datasets\/clauses\/[^/]+_output\.jsonl$/,
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: environment.bucket, Key: file?.Key }));
    const lines = ((await Body?.transformToString()) ?? "").trim().split("\n");
    assert.equal(lines.length, 20);
    const first = JSON.parse(lines[0] ?? "") as {
      automatedEvaluationResult: { scores: { metricName: string; result: number }[] };
      modelResponses: { response: string }[];
      inputRecord: { referenceResponse: string };
    };
    const [accuracy] = first.automatedEvaluationResult.scores;
    const { response } = first.modelResponses[0]!;
    assert.deepEqual(accuracy, {
      metricName: "Accuracy",
      result: wordF1(response, first.inputRecord.referenceResponse),
    });
  });

  it("stops an evaluation that runs, deletes those that are over, and says why it does not delete the others", async () => {
    const { jobArn = "" } = await client.createEvaluationJob(evaluationInput());
    const running = await client.batchDeleteEvaluationJob({ jobIdentifiers: [jobArn] });
    assert.equal(running.errors?.[0]?.code, "409");
    await client.stopEvaluationJob({ jobIdentifier: jobArn });
    await assert.rejects(client.stopEvaluationJob({ jobIdentifier: jobArn }), isError("ConflictException", /Stopping/));
    await advance();
    assert.equal((await client.getEvaluationJob({ jobIdentifier: jobArn })).status, "Stopped");
    assert.equal((await client.batchDeleteEvaluationJob({ jobIdentifiers: [jobArn] })).evaluationJobs?.length, 1);
    assert.equal((await client.batchDeleteEvaluationJob({ jobIdentifiers: [jobArn] })).errors?.[0]?.code, "404");
    await assert.rejects(
      client.getEvaluationJob({ jobIdentifier: jobArn }),
      isError("ResourceNotFoundException", /not found/),
    );
  });

  it("lists at most five evaluations on a page, and gives no list where there are none", async () => {
    assert.equal((await client.listEvaluationJobs({})).jobSummaries, undefined);
    const arns = [];
    for (let count = 0; count < 7; count++) arns.push((await client.createEvaluationJob(evaluationInput())).jobArn);
    const first = await client.listEvaluationJobs({ maxResults: 1000 });
    const { jobSummaries: rest, nextToken } = await client.listEvaluationJobs({ nextToken: first.nextToken });
    const listed = [...(first.jobSummaries ?? []), ...(rest ?? [])].map(({ jobArn }) => jobArn);
    assert.deepEqual([first.jobSummaries?.length, nextToken], [5, undefined]);
    assert.deepEqual(listed.sort(), arns.sort());
  });

  it("refuses evaluations that the service refuses", async () => {
    const two = {
      models: [1, 2].map(() => ({ bedrockModel: { modelIdentifier: "us.meta.llama3-1-8b-instruct-v1:0" } })),
    };
    const refuse = (more: object, message: RegExp): Promise<void> =>
      assert.rejects(client.createEvaluationJob(evaluationInput(more)), isError("ValidationException", message));
    await refuse({ inferenceConfig: two }, /exactly one model/);
    await refuse({ jobName: "Capital" }, /jobName.*regular expression pattern/);
    const [config] = evaluationInput().evaluationConfig.automated.datasetMetricConfigs;
    const automated = (changes: object): object => ({
      evaluationConfig: { automated: { datasetMetricConfigs: [{ ...config, ...changes }] } },
    });
    await refuse(automated({ metricNames: ["Builtin.Helpfulness"] }), /metric Builtin\.Helpfulness is not supported/);
    await refuse(automated({ dataset: { name: "Builtin.BoolQ" } }), /no built-in data set/);
    await refuse(automated({ taskType: "Chat" }), /enum value set/);
  });

  it("goes on after a restart, with what was unfinished", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "model-jobs-"));
    try {
      const stateFile = path.join(folder, "state.json");
      await bench.close();
      bench = await startBench(moto.url, { stateFile });
      client = new Bedrock(sdkSettings(bench.simulator.url));
      const { jobArn: imported } = await client.createModelImportJob(importInput());
      const { jobArn: evaluated } = await client.createEvaluationJob(evaluationInput());
      client.destroy();
      await bench.close();
      bench = await startBench(moto.url, { stateFile });
      client = new Bedrock(sdkSettings(bench.simulator.url));
      await advance();
      assert.equal((await client.getModelImportJob({ jobIdentifier: imported })).status, "Completed");
      assert.equal((await client.getEvaluationJob({ jobIdentifier: evaluated })).status, "Completed");
    } finally {
      client.destroy();
      await bench.close();
      rmSync(folder, { recursive: true });
      bench = await startBench(moto.url);
    }
  });
});

describe("the metrics of an evaluation", () => {
  it("measure what texts have in common, from nothing to all", () => {
    assert.equal(wordF1("the cat sat", "The cat sat."), 1);
    assert.equal(wordF1("dog", "cat"), 0);
    assert.equal(wordF1("", "cat"), 0);
    assert.equal(wordF1("a a a", "a"), 0.5);
  });

  it("take a prompt for one that was typed in a hurry", () => {
    assert.equal(perturbed("Explain the liability, please!"), "epxlain the laibility please");
  });
});
