import assert from "node:assert/strict";
import { Bedrock } from "@aws-sdk/client-bedrock";
import { modelCopyJobHandler } from "../../bedrock/copy-handler";
import { modelDeploymentHandler } from "../../bedrock/deployment-handler";
import type { LifecycleHandler, Properties } from "../../bedrock/dynamic";
import { evaluationJobHandler } from "../../bedrock/evaluation-handler";
import { modelImportJobHandler } from "../../bedrock/import-handler";
import { customizationJobHandler } from "../../bedrock/job-handler";
import { provisionedThroughputHandler } from "../../bedrock/throughput-handler";
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
import { uploadConversations } from "./reliability/story";
import { CUT_OFF, cutOff } from "./support/cut-off";
import { EngineModel } from "./support/engine";
import { PROVIDER } from "./support/inputs";
import { inputsIn, pointTo, SimulatedSurroundings } from "./support/simulated";

const TARGET = "us-east-1";
// Lost connections are tried again by the SDK with real pauses; these two tell the same and at once.
const WAYS = CUT_OFF.slice(1);

/** A lifecycle beside that of the customization job, whose turn is in the fault matrix. */
interface Kind {
  make(around: SimulatedSurroundings): LifecycleHandler;
  inputs(modelArn: string): Properties;
  region: string;
  /** Calls that delete or stop, each of which may find that something else is going on. */
  deletes: readonly string[];
  /** The call that fails while IAM has not told everybody of the role. */
  passesRole?: string;
  /** How many there are at the service. */
  count(bedrock: Bedrock): Promise<number>;
}

describe("a service that cannot be reached, and one that is busy", function () {
  this.timeout(120_000);
  let moto: Moto;
  let environment: Environment;
  let targetKey: string;
  let prompts: string;
  let bench: Bench;
  let unpoint: () => void;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "unreachable");
    await attachForModelJobs(environment);
    await putFiles(environment, "models/good", MODEL_FILES);
    await uploadConversations(environment);
    targetKey = await keyIn(moto.url, TARGET);
    prompts = await putPrompts(environment);
  });
  after(() => moto.stop());
  beforeEach(async () => {
    bench = await startBench(moto.url, { quotas: { noCommitmentModelUnits: 2 } });
    unpoint = pointTo(bench.simulator.url, moto.url);
  });
  afterEach(async () => {
    unpoint();
    await bench.close();
  });

  const here = (name: string) => ({ __provider: PROVIDER, region: "us-west-2", identity: `legal/dev/${name}` });
  const kinds: Record<string, Kind> = {
    import: {
      make: modelImportJobHandler,
      inputs: () => ({
        ...here("imported"),
        roleArn: environment.roleArn,
        modelDataUri: `s3://${environment.bucket}/models/good`,
        modelKmsKeyArn: environment.keyArn,
      }),
      region: "us-west-2",
      deletes: ["DeleteImportedModel"],
      passesRole: "CreateModelImportJob",
      count: async (bedrock) => (await bedrock.listModelImportJobs({})).modelImportJobSummaries?.length ?? 0,
    },
    copy: {
      make: modelCopyJobHandler,
      inputs: (sourceModelArn) => ({
        ...here("copied"),
        region: TARGET,
        sourceModelArn,
        modelKmsKeyArn: targetKey,
      }),
      region: TARGET,
      deletes: ["DeleteCustomModel"],
      count: async (bedrock) => (await bedrock.listModelCopyJobs({})).modelCopyJobSummaries?.length ?? 0,
    },
    evaluation: {
      make: evaluationJobHandler,
      inputs: () => ({
        ...here("evaluated"),
        roleArn: environment.roleArn,
        model: "us.meta.llama3-1-8b-instruct-v1:0",
        datasets: [{ name: "clauses", uri: prompts, taskType: "Generation", metrics: ["Builtin.Toxicity"] }],
        outputDataUri: `s3://${environment.bucket}/evaluations`,
        kmsKeyArn: environment.keyArn,
      }),
      region: "us-west-2",
      deletes: ["BatchDeleteEvaluationJob"],
      passesRole: "CreateEvaluationJob",
      count: async (bedrock) => (await bedrock.listEvaluationJobs({})).jobSummaries?.length ?? 0,
    },
    throughput: {
      make: provisionedThroughputHandler,
      inputs: (modelArn) => ({ ...here("serving"), modelArn, modelUnits: 1 }),
      region: "us-west-2",
      deletes: ["DeleteProvisionedModelThroughput"],
      count: async (bedrock) =>
        (await bedrock.listProvisionedModelThroughputs({})).provisionedModelSummaries?.length ?? 0,
    },
    deployment: {
      make: modelDeploymentHandler,
      inputs: (modelArn) => ({ ...here("deployed"), modelArn }),
      region: "us-west-2",
      deletes: ["DeleteCustomModelDeployment"],
      count: async (bedrock) => (await bedrock.listCustomModelDeployments({})).modelDeploymentSummaries?.length ?? 0,
    },
  };

  async function begin({ make, inputs, region, count }: Kind, name: string) {
    const around = new SimulatedSurroundings(bench);
    const onDemand = {
      baseModel: "meta.llama3-3-70b-instruct-v1:0:128k",
      hyperParameters: {},
      trainingDataUri: `s3://${environment.bucket}/fine-tuning-datasets/conversations.jsonl`,
      validationDataUris: [],
    };
    const needsModel = ["copy", "throughput", "deployment"].includes(name);
    const trained = needsModel
      ? await customizationJobHandler(around).create(inputsIn(environment, name === "deployment" ? onDemand : {}))
      : undefined;
    const engine = new EngineModel(make(around));
    const made = inputs(String(trained?.outs["modelArn"]));
    const there = async (): Promise<number> => {
      const client = new Bedrock(sdkSettings(bench.simulator.url, region));
      try {
        return await count(client);
      } finally {
        client.destroy();
      }
    };
    return { around, engine, there, up: () => engine.up(made), destroy: () => engine.destroy() };
  }

  for (const [name, kind] of Object.entries(kinds)) {
    it(`says at the start what keeps it, goes on in the wait and loses nothing at the destroy: ${name}`, async () => {
      for (const way of WAYS) {
        const { around, engine, there, up, destroy } = await begin(kind, name);
        const before = await there();
        let connect = cutOff(way, bench.simulator.url);
        const refused = await up();
        connect();
        assert.match(refused ?? "(it succeeded)", way.reads);
        assert.equal(await there(), before);
        around.onSleep = () => {
          connect = cutOff(way, bench.simulator.url);
          around.onSleep = () => {
            around.onSleep = () => undefined;
            connect();
          };
        };
        assert.equal(await up(), undefined);
        assert.equal(await there(), before + 1);
        connect = cutOff(way, bench.simulator.url);
        const kept = await destroy();
        connect();
        assert.match(kept ?? "(it succeeded)", way.reads);
        assert.match(kept ?? "", /it stays in the state, run destroy again/);
        assert.notEqual(engine.state, undefined);
        assert.equal(await destroy(), undefined);
      }
    });

    it(`waits a while for what is busy when it deletes, and keeps what stays busy: ${name}`, async () => {
      const { engine, up, destroy } = await begin(kind, name);
      const { control } = bench.simulator;
      assert.equal(await up(), undefined);
      for (const operation of kind.deletes) control.addFault({ operation, kind: "conflict", times: 500 });
      assert.match((await destroy()) ?? "(it succeeded)", /ConflictException/);
      assert.notEqual(engine.state, undefined);
      control.clearFaults();
      for (const operation of kind.deletes) control.addFault({ operation, kind: "conflict", times: 3 });
      assert.equal(await destroy(), undefined);
    });

    const { passesRole: operation } = kind;
    if (operation === undefined) continue;
    it(`tries again while IAM spreads the role, and says after a while that the trust is wrong: ${name}`, async () => {
      const { there, up } = await begin(kind, name);
      const { control } = bench.simulator;
      control.addFault({ operation, kind: "assumeRole", times: 500 });
      assert.match(
        (await up()) ?? "(it succeeded)",
        /Could not assume provided IAM role.*likely fix: .*no job was started/,
      );
      control.clearFaults();
      assert.equal(await there(), 0);
      control.addFault({ operation, kind: "assumeRole", times: 4 });
      assert.equal(await up(), undefined);
      assert.equal(await there(), 1);
    });
  }
});
