import assert from "node:assert/strict";
import { join } from "node:path";
import { Bedrock } from "@aws-sdk/client-bedrock";
import { root } from "../../local/paths";
import { attachForModelJobs, keyIn, MODEL_FILES, putFiles, putPrompts } from "../local/bedrock/model-job-environment";
import {
  type Bench,
  buildEnvironment,
  type Environment,
  type Moto,
  sdkSettings,
  startBench,
  startMoto,
} from "../local/bedrock/support";
import { printed } from "./rehearsal";
import { SmallProject } from "./small-project";

const SPEED = 2000;
const TARGET = "us-east-1";

const bedrock = (file: string): string => JSON.stringify(join(root, "bedrock", file));

const PROGRAM = `
import { CustomizationJob } from ${bedrock("customization-job")};
import { compareEvaluations, EvaluationJob } from ${bedrock("evaluation-job")};
import { ModelCopyJob } from ${bedrock("model-copy-job")};
import { ModelImportJob } from ${bedrock("model-import-job")};
import { ProvisionedThroughput } from ${bedrock("provisioned-throughput")};
const args = JSON.parse(process.env.JOB_ARGS ?? "{}");
const imported = new ModelImportJob("imported", args.import);
const job = new CustomizationJob("clauses", args.job);
const copied = new ModelCopyJob("copied", { ...args.copy, sourceModelArn: job.modelArn });
const served = new ProvisionedThroughput("served", { region: args.job.region, modelArn: job.modelArn, modelUnits: 1 });
const base = new EvaluationJob("base", args.evaluation);
const tuned = new EvaluationJob("tuned", { ...args.evaluation, model: served.arn });
export const importedArn = imported.modelArn;
export const copiedArn = copied.modelArn;
export const changes = compareEvaluations(base, tuned);
`;

describe("import, copy and evaluation on the real engine", function () {
  this.timeout(180_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let project: SmallProject;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "model-jobs");
    await attachForModelJobs(environment);
    await putFiles(environment, "models/good", MODEL_FILES);
    bench = await startBench(moto.url, { quotas: { noCommitmentModelUnits: 1 } });
    const data = `s3://${environment.bucket}`;
    const { roleArn, keyArn } = environment;
    const region = "us-west-2";
    const dataset = {
      name: "clauses",
      uri: await putPrompts(environment),
      taskType: "QuestionAndAnswer",
      metrics: ["Builtin.Accuracy"],
    };
    project = await SmallProject.make(
      { emulator: Number(new URL(moto.url).port), simulator: bench.simulator.port },
      {
        job: {
          import: { region, roleArn, modelDataUri: `${data}/models/good`, modelKmsKeyArn: keyArn },
          job: {
            region,
            roleArn,
            baseModel: "meta.llama3-1-8b-instruct-v1:0:128k",
            hyperParameters: { epochCount: 2 },
            trainingDataUri: `${data}/fine-tuning-datasets/train.jsonl`,
            outputDataUri: `${data}/outputs/`,
            modelKmsKeyArn: keyArn,
            vpcConfig: { subnetIds: environment.subnetIds, securityGroupIds: [environment.jobGroupId] },
          },
          copy: { region: TARGET, modelKmsKeyArn: await keyIn(moto.url, TARGET) },
          evaluation: {
            region,
            roleArn,
            model: "us.meta.llama3-1-8b-instruct-v1:0",
            datasets: [dataset],
            outputDataUri: `${data}/evaluations`,
            kmsKeyArn: keyArn,
          },
        },
        program: PROGRAM,
      },
    );
  });
  after(async () => {
    project.remove();
    await bench.close();
    await moto.stop();
  });

  async function run(...command: string[]): Promise<string> {
    const result = await project.pulumi(...command);
    assert.equal(result.code, 0, printed(result));
    return printed(result);
  }

  async function ask<T>(use: (client: Bedrock) => Promise<T>, region = "us-west-2"): Promise<T> {
    const client = new Bedrock(sdkSettings(bench.simulator.url, region));
    try {
      return await use(client);
    } finally {
      client.destroy();
    }
  }
  const imports = async (): Promise<number> =>
    ((await ask((client) => client.listModelImportJobs({}))).modelImportJobSummaries ?? []).length;

  it("starts each job once, also when the engine is killed in the wait; the custom model answers better than its base", async () => {
    await project.killAt(/model import job .*InProgress/u, "up", "--yes", "--skip-preview");
    assert.equal(await imports(), 1);
    bench.simulator.control.setSpeed(SPEED);
    await project.recover();
    assert.match(
      await run("up", "--yes", "--skip-preview"),
      /model import job: .* was started before and is ours; adopted/u,
    );
    assert.equal(await imports(), 1);
    const outputs = JSON.parse(await run("stack", "output", "--json")) as Record<string, unknown>;
    assert.match(String(outputs["copiedArn"]), new RegExp(`:${TARGET}:`, "u"));
    const [accuracy] = outputs["changes"] as { metric: string; change: number }[];
    assert.equal(accuracy?.metric, "Accuracy");
    assert.ok((accuracy?.change ?? 0) > 0.1, JSON.stringify(accuracy));
  });

  it("changes nothing at a second update, finds no drift, and leaves nothing behind", async () => {
    assert.match(await run("up", "--yes", "--skip-preview"), /7 unchanged/u);
    assert.doesNotMatch(await run("refresh", "--yes", "--skip-preview"), /updated|deleted/u);
    await run("destroy", "--yes", "--skip-preview");
    const [imported, here, there, evaluations] = await Promise.all([
      ask((client) => client.listImportedModels({})).then(({ modelSummaries }) => modelSummaries),
      ask((client) => client.listCustomModels({})).then(({ modelSummaries }) => modelSummaries),
      ask((client) => client.listCustomModels({}), TARGET).then(({ modelSummaries }) => modelSummaries),
      ask((client) => client.listEvaluationJobs({})).then(({ jobSummaries = [] }) => jobSummaries),
    ]);
    assert.deepEqual([imported, here, there, evaluations], [[], [], [], []]);
  });
});
