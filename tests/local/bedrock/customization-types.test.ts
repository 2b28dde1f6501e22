import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { CreateModelCustomizationJobCommand, GetCustomModelCommand } from "@aws-sdk/client-bedrock";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { FOUNDATION_MODELS } from "../../../local/bedrock/foundation-models";
import {
  ACCOUNT,
  type Bench,
  buildEnvironment,
  type Environment,
  jobInput,
  jsonl,
  licenceRecords,
  type Moto,
  runJob,
  startBench,
  startMoto,
  type TestStatement,
} from "./support";

const FOLDER = "fine-tuning-datasets";
const TEACHER = "meta.llama3-3-70b-instruct-v1:0";
const PROFILE = `arn:aws:bedrock:us-west-2:${ACCOUNT}:inference-profile/us.${TEACHER}`;
const GRADER = `arn:aws:lambda:us-west-2:${ACCOUNT}:function:grader`;

const allow = (Action: string, Resource: string | string[]): TestStatement => ({
  Sid: Action.replace(":", ""),
  Effect: "Allow",
  Action: [Action],
  Resource,
});

const TEACHING = allow("bedrock:InvokeModel", [
  PROFILE,
  ...["us-east-1", "us-east-2", "us-west-2"].map((region) => `arn:aws:bedrock:${region}::foundation-model/${TEACHER}`),
]);

/** Nova 2 Lite in the Region of the tests, and a model of the past that was pre-trained further. */
const MODELS = [
  ...FOUNDATION_MODELS.map((model) => ({ ...model, regions: ["us-west-2"] })),
  {
    ...FOUNDATION_MODELS.find(({ family }) => family === "llama31")!,
    id: "vendor.base-v1:0",
    customizations: ["CONTINUED_PRE_TRAINING"] as const,
  },
];

describe("customization types of the simulator", function () {
  this.timeout(60_000);
  let moto: Moto;
  let bench: Bench;
  let environment: Environment;
  let texts: { prompt: string; completion: string }[];
  let legalLogs: Buffer;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "types");
    texts = await licenceRecords(120);
    const turn = (role: string, text: string): object => ({ role, content: [{ text }] });
    const prompts = texts.map(({ prompt, completion }, index) => ({
      schemaVersion: "bedrock-conversation-2024",
      messages: [turn("user", prompt), ...(index < 10 ? [turn("assistant", completion)] : [])],
    }));
    await put("prompts.jsonl", jsonl(prompts));
    await put("few.jsonl", jsonl(prompts.slice(0, 99)));
    await put(
      "turns.jsonl",
      jsonl(prompts.map((one) => ({ ...one, messages: [...one.messages, ...one.messages, turn("user", "And?")] }))),
    );
    await put(
      "graded.jsonl",
      jsonl(
        texts.map(({ prompt, completion }, id) => ({
          id: `${id}`,
          messages: [{ role: "user", content: prompt }],
          reference_answer: { solution: completion },
        })),
      ),
    );
    await put("texts.jsonl", jsonl(texts.map(({ completion }) => ({ input: completion }))));
    const log = ({ prompt, completion }: { prompt: string; completion: string }, index: number): object => ({
      schemaType: "ModelInvocationLog",
      schemaVersion: "1.0",
      operation: index % 2 === 0 ? "InvokeModel" : "Converse",
      modelId: index < 110 ? PROFILE : "another.model-v1:0",
      requestMetadata: { team: index < 105 ? "legal" : "risk" },
      input: index % 2 === 0 ? { inputBodyJson: { prompt } } : { inputBodyJson: { messages: [turn("user", prompt)] } },
      output:
        index % 2 === 0
          ? { outputBodyJson: { generation: completion } }
          : { outputBodyJson: { output: { message: turn("assistant", completion) } } },
    });
    const logs = texts.map(log);
    legalLogs = gzipSync(jsonl(logs.slice(0, 105)));
    await put("logs/2026/a.json.gz", gzipSync(jsonl(logs.slice(0, 60))));
    await put("logs/2026/b.json.gz", gzipSync(jsonl(logs.slice(60))));
  });
  after(() => moto.stop());
  beforeEach(async () => {
    bench = await startBench(moto.url, { foundationModels: MODELS });
    await environment.attach({
      role: [...environment.documents.role, TEACHING, allow("lambda:InvokeFunction", GRADER)],
    });
  });
  afterEach(() => bench.close());

  async function put(name: string, Body: string | Buffer): Promise<void> {
    const object = { Bucket: environment.bucket, Key: `${FOLDER}/${name}`, Body };
    await environment.clients.s3.send(new PutObjectCommand(object));
  }

  const uri = (name: string): string => `s3://${environment.bucket}/${FOLDER}/${name}`;
  const distillation = (more: object = {}) => {
    return {
      ...jobInput(environment),
      hyperParameters: undefined,
      validationDataConfig: undefined,
      customizationType: "DISTILLATION" as const,
      trainingDataConfig: { s3Uri: uri("prompts.jsonl") },
      customizationConfig: {
        distillationConfig: { teacherModelConfig: { teacherModelIdentifier: `us.${TEACHER}` } },
      },
      ...more,
    } as unknown as ReturnType<typeof jobInput> & Record<string, unknown>;
  };
  const reinforcement = (more: object = {}) =>
    distillation({
      customizationType: "REINFORCEMENT_FINE_TUNING",
      baseModelIdentifier: "amazon.nova-2-lite-v1:0:256k",
      trainingDataConfig: { s3Uri: uri("graded.jsonl") },
      customizationConfig: {
        rftConfig: {
          graderConfig: { lambdaGrader: { lambdaArn: GRADER } },
          hyperParameters: { epochCount: 2, batchSize: 16 },
        },
      },
      ...more,
    });
  const logs = (more: object = {}): object => ({
    trainingDataConfig: { invocationLogsConfig: { invocationLogSource: { s3Uri: uri("logs") }, ...more } },
  });
  const actions = (jobArn: string | undefined): string[] =>
    bench.simulator.control.calls(jobArn ?? "").map(({ action, resource }) => `${action} ${resource}`);
  const refused = (input: object, message: RegExp): Promise<void> =>
    assert.rejects(
      bench.bedrock.send(new CreateModelCustomizationJobCommand(input as never)),
      (error: Error) => error.name === "ValidationException" && message.test(error.message),
    );

  it("distils from prompts, asking the teacher through its profile in every Region", async () => {
    const job = await runJob(bench, distillation());
    assert.equal(job.status, "Completed", job.failureMessage);
    assert.equal(job.customizationType, "DISTILLATION");
    assert.equal(actions(job.jobArn).filter((call) => call.startsWith("bedrock:InvokeModel")).length, 4);
    const model = await bench.bedrock.send(new GetCustomModelCommand({ modelIdentifier: job.outputModelArn }));
    assert.equal(
      model.customizationConfig?.distillationConfig?.teacherModelConfig?.teacherModelIdentifier,
      `us.${TEACHER}`,
    );
  });

  it("fails a distillation whose role may not invoke the teacher in one Region", async () => {
    const Resource = (TEACHING.Resource as string[]).filter((arn) => !arn.includes("us-east-2"));
    await environment.attach({ role: [...environment.documents.role, { ...TEACHING, Resource }] });
    const job = await runJob(bench, distillation());
    assert.equal(job.status, "Failed");
    assert.match(
      job.failureMessage ?? "",
      /not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-2/,
    );
    assert.equal(job.statusDetails?.dataProcessingDetails?.status, "Failed");
  });

  it("distils from the logged answers of the teacher without asking it, and from those that pass the filters", async () => {
    const all = await runJob(bench, distillation(logs({ usePromptResponse: true })));
    assert.equal(all.status, "Completed", all.failureMessage);
    assert.equal(actions(all.jobArn).filter((call) => call.startsWith("bedrock:")).length, 0);
    assert.ok(actions(all.jobArn).some((call) => call.endsWith("logs/2026/b.json.gz")));
    const prompts = await runJob(bench, distillation(logs()));
    assert.equal(prompts.status, "Completed", prompts.failureMessage);
    const filters = { andAll: [{ equals: { team: "legal" } }, { notEquals: { stage: "test" } }] };
    const legal = await runJob(bench, distillation(logs({ requestMetadataFilters: filters })));
    assert.equal(legal.status, "Completed", legal.failureMessage);
    const risk = await runJob(bench, distillation(logs({ requestMetadataFilters: { equals: { team: "risk" } } })));
    assert.match(risk.failureMessage ?? "", /has 15 records; the minimum for DISTILLATION is 100/);
  });

  it("fails a distillation whose role may read the logs but not decrypt with their key, and lets it with the key", async () => {
    const { KeyMetadata } = await environment.clients.kms.send(new CreateKeyCommand({ Description: "of the logs" }));
    const SSEKMSKeyId = KeyMetadata!.Arn!;
    const object = { Bucket: environment.bucket, Key: `${FOLDER}/sealed/a.json.gz`, Body: legalLogs };
    await environment.clients.s3.send(
      new PutObjectCommand({ ...object, ServerSideEncryption: "aws:kms", SSEKMSKeyId }),
    );
    const sealed = distillation({
      trainingDataConfig: {
        invocationLogsConfig: { invocationLogSource: { s3Uri: uri("sealed") }, usePromptResponse: true },
      },
    });
    const failed = await runJob(bench, sealed);
    assert.equal(failed.status, "Failed");
    assert.match(failed.failureMessage ?? "", /Could not validate GetObject permissions .*\/sealed\/a\.json\.gz$/);
    assert.equal(failed.statusDetails?.validationDetails?.status, "Failed");
    const role = [...environment.documents.role, TEACHING, allow("kms:Decrypt", SSEKMSKeyId)];
    await environment.attach({ role });
    const names = { jobName: `${failed.jobName}-again`, customModelName: `${failed.outputModelName}-again` };
    const opened = await runJob(bench, { ...sealed, ...names });
    assert.equal(opened.status, "Completed", opened.failureMessage);
  });

  it("refuses data that a distillation cannot use", async () => {
    const few = await runJob(bench, distillation({ trainingDataConfig: { s3Uri: uri("few.jsonl") } }));
    assert.match(few.failureMessage ?? "", /has 99 records; the minimum for DISTILLATION is 100/);
    const turns = await runJob(bench, distillation({ trainingDataConfig: { s3Uri: uri("turns.jsonl") } }));
    assert.match(turns.failureMessage ?? "", /distilled from one question and at most one answer/);
  });

  it("reinforces a model, invoking the grader, and reports rewards in place of losses", async () => {
    const job = await runJob(bench, reinforcement());
    assert.equal(job.status, "Completed", job.failureMessage);
    assert.equal(job.trainingMetrics, undefined);
    assert.ok(actions(job.jobArn).includes(`lambda:InvokeFunction ${GRADER}`));
    const id = (job.jobArn ?? "").slice(-12);
    const Key = `outputs/model-customization-job-${id}/training_artifacts/step_wise_training_metrics.csv`;
    const file = await environment.clients.s3.send(new GetObjectCommand({ Bucket: environment.bucket, Key }));
    const lines = ((await file.Body?.transformToString()) ?? "").trim().split("\n");
    assert.equal(lines[0], "step_number,epoch_number,critic/rewards/mean");
    const reward = (line = ""): number => Number(line.split(",")[2]);
    assert.ok(reward(lines.at(-1)) > reward(lines[1]) && reward(lines.at(-1)) <= 1);
  });

  it("fails a reinforcement whose role may not invoke the grader", async () => {
    await environment.attach();
    const job = await runJob(bench, reinforcement());
    assert.match(job.failureMessage ?? "", /not authorized to perform: lambda:InvokeFunction/);
    assert.equal(job.statusDetails?.trainingDetails?.status, "Failed");
  });

  it("pre-trains a model that allows it", async () => {
    const job = await runJob(bench, {
      ...jobInput(environment),
      customizationType: "CONTINUED_PRE_TRAINING",
      baseModelIdentifier: "vendor.base-v1:0:128k",
      trainingDataConfig: { s3Uri: uri("texts.jsonl") },
      validationDataConfig: { validators: [{ s3Uri: uri("texts.jsonl") }] },
    });
    assert.equal(job.status, "Completed", job.failureMessage);
    assert.ok((job.trainingMetrics?.trainingLoss ?? 0) > 0);
  });

  it("customizes a custom model further and names where it comes from", async () => {
    const first = await runJob(bench, jobInput(environment));
    const second = await runJob(bench, { ...jobInput(environment), baseModelIdentifier: first.outputModelArn ?? "" });
    assert.equal(second.status, "Completed", second.failureMessage);
    assert.match(second.baseModelArn ?? "", /foundation-model\/meta\.llama3-1-8b/);
  });

  it("refuses settings that do not belong to the type", async () => {
    const teacher = (teacherModelIdentifier: string): object => ({
      customizationConfig: { distillationConfig: { teacherModelConfig: { teacherModelIdentifier } } },
    });
    await refused(distillation(teacher(TEACHER)), /supported through an inference profile only/);
    await refused(distillation(teacher("us.meta.llama3-1-405b-instruct-v1:0")), /with on-demand throughput only/);
    await refused(distillation(teacher("amazon.nova-pro-v1:0")), /not supported as a teacher/);
    await refused(distillation({ customizationConfig: undefined }), /distillationConfig is required/);
    await refused(distillation({ hyperParameters: { epochCount: "1" } }), /hyperParameters are not allowed/);
    await refused(distillation({ trainingDataConfig: {} }), /Exactly one of trainingDataConfig\.s3Uri/);
    await refused(
      reinforcement({ baseModelIdentifier: jobInput(environment).baseModelIdentifier }),
      /does not support customization type REINFORCEMENT/,
    );
    await refused({ ...jobInput(environment), ...logs() }, /invocationLogsConfig is not allowed/);
  });
});
