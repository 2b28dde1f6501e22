import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Bedrock } from "@aws-sdk/client-bedrock";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { modelCopyJobHandler } from "../../bedrock/copy-handler";
import { type LifecycleHandler, type Properties, UNKNOWN } from "../../bedrock/dynamic";
import { evaluationJobHandler } from "../../bedrock/evaluation-handler";
import type { MetricScore } from "../../bedrock/evaluation-results";
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
import { EngineModel } from "./support/engine";
import { failureOf, PROVIDER, stored } from "./support/inputs";
import { inputsIn, pointTo, SimulatedSurroundings } from "./support/simulated";

const TARGET = "us-east-1";

/** S3 dates objects by the second; two runs of the service are never as near to each other as two of the simulator. */
async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === now) await pause(20);
}

describe("import, copy and evaluation against the Bedrock simulator", function () {
  this.timeout(120_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let around: SimulatedSurroundings;
  let unpoint: () => void;
  let targetKey: string;
  let prompts: string;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "model-jobs");
    await attachForModelJobs(environment);
    await putFiles(environment, "models/good", MODEL_FILES);
    targetKey = await keyIn(moto.url, TARGET);
    prompts = await putPrompts(environment);
  });
  after(() => moto.stop());
  beforeEach(async () => {
    bench = await startBench(moto.url, { quotas: { noCommitmentModelUnits: 2 } });
    around = new SimulatedSurroundings(bench);
    unpoint = pointTo(bench.simulator.url, moto.url);
  });
  afterEach(async () => {
    unpoint();
    await bench.close();
  });

  const importInputs = (more: Properties = {}): Properties => ({
    __provider: PROVIDER,
    region: "us-west-2",
    identity: "legal/dev/imported",
    roleArn: environment.roleArn,
    modelDataUri: `s3://${environment.bucket}/models/good/`,
    modelKmsKeyArn: environment.keyArn,
    tags: { team: "legal" },
    ...more,
  });
  const copyInputs = (sourceModelArn: unknown, more: Properties = {}): Properties => ({
    __provider: PROVIDER,
    region: TARGET,
    identity: "legal/dev/copied",
    sourceModelArn,
    modelKmsKeyArn: targetKey,
    tags: { team: "legal" },
    ...more,
  });
  const evaluationInputs = (model: unknown, more: Properties = {}): Properties => ({
    __provider: PROVIDER,
    region: "us-west-2",
    identity: "legal/dev/Evaluated_clauses",
    roleArn: environment.roleArn,
    model,
    datasets: [
      {
        name: "clauses",
        uri: prompts,
        taskType: "QuestionAndAnswer",
        metrics: ["Builtin.Accuracy", "Builtin.Robustness"],
      },
    ],
    outputDataUri: `s3://${environment.bucket}/evaluations/`,
    kmsKeyArn: environment.keyArn,
    tags: { team: "legal" },
    ...more,
  });

  async function ask<T>(use: (bedrock: Bedrock) => Promise<T>, region = "us-west-2"): Promise<T> {
    const client = new Bedrock(sdkSettings(bench.simulator.url, region));
    try {
      return await use(client);
    } finally {
      client.destroy();
    }
  }
  const imports = async (): Promise<number> =>
    ((await ask((bedrock) => bedrock.listModelImportJobs({}))).modelImportJobSummaries ?? []).length;
  const copies = async (): Promise<number> =>
    ((await ask((bedrock) => bedrock.listModelCopyJobs({}), TARGET)).modelCopyJobSummaries ?? []).length;
  const evaluations = async (): Promise<number> =>
    ((await ask((bedrock) => bedrock.listEvaluationJobs({}))).jobSummaries ?? []).length;

  /** Create, no change, refresh without drift, new tags in place. */
  async function holds(handler: LifecycleHandler, inputs: Properties): Promise<{ id: string; outs: Properties }> {
    assert.deepEqual((await handler.check({}, inputs)).failures, []);
    const { id, outs } = await handler.create(inputs);
    assert.equal(outs["status"], "Completed", bench.log.join("\n"));
    assert.deepEqual(await handler.diff(id, stored(outs), inputs), {
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });
    const read = await handler.read(id, stored(outs));
    assert.deepEqual(stored(read.props), stored(outs));
    assert.equal((await handler.diff(id, stored(read.props), inputs)).changes, false);
    const retagged = { ...inputs, tags: { team: "risk" } };
    assert.deepEqual((await handler.diff(id, stored(outs), retagged)).replaces, []);
    const updated = await handler.update(id, stored(outs), retagged);
    assert.deepEqual((await handler.read(id, stored(updated.outs))).props["tags"], { team: "risk" });
    return { id, outs: stored(updated.outs) };
  }

  async function trained(): Promise<{ id: string; outs: Properties }> {
    return customizationJobHandler(around).create(inputsIn(environment));
  }

  describe("import", () => {
    const handler = (): LifecycleHandler => modelImportJobHandler(around);

    it("imports a model once, without drift, and deletes it", async () => {
      const { id, outs } = await holds(handler(), importInputs());
      assert.equal(outs["modelArchitecture"], "LlamaForCausalLM");
      assert.equal(outs["instructSupported"], true);
      assert.equal(outs["modelUnitsPerCopy"], 1);
      assert.match(String(outs["modelArn"]), /:imported-model\/[a-z0-9]{12}$/);
      const model = await ask((bedrock) => bedrock.getImportedModel({ modelIdentifier: String(outs["modelArn"]) }));
      assert.equal(model.modelKmsKeyArn, environment.keyArn);
      const spelled = importInputs({ tags: { team: "risk" }, modelDataUri: `s3://${environment.bucket}/models/good` });
      assert.equal((await handler().diff(id, outs, spelled)).changes, false);
      await handler().delete(id, outs);
      assert.deepEqual((await ask((bedrock) => bedrock.listImportedModels({}))).modelSummaries, []);
      assert.equal((await handler().read(id, outs)).id, "");
      assert.equal(await imports(), 1);
    });

    const BAD: [string, Record<string, string | undefined>, RegExp][] = [
      [
        "a pickle in a folder below",
        { "original/consolidated.00.pth": "x" },
        /consolidated\.00\.pth: such a file can hold a Python pickle/,
      ],
      [
        "optimizer state of a checkpoint",
        { "optimizer.PT": "x" },
        /optimizer\.PT: such a file can hold a Python pickle/,
      ],
      ["an archive", { "extra.zip": "x" }, /extra\.zip: an archive hides/],
      [
        "a missing shard",
        { "model-00002-of-00002.safetensors": undefined },
        /missing: model-00002-of-00002\.safetensors/,
      ],
      ["no configuration", { "config.json": undefined }, /config\.json is missing/],
      ["no tokenizer", { "tokenizer.json": undefined }, /the tokenizer is missing/],
      [
        "no weights",
        { "model-00001-of-00002.safetensors": undefined, "model-00002-of-00002.safetensors": undefined },
        /there are no weights/,
      ],
    ];
    for (const [index, [what, changes, message]] of BAD.entries()) {
      it(`refuses ${what} at preview and before the start; nothing is started`, async () => {
        const files = Object.entries({ ...MODEL_FILES, ...changes }).filter(([, body]) => body !== undefined);
        await putFiles(environment, `models/bad-${index}`, Object.fromEntries(files) as Record<string, string>);
        const inputs = importInputs({ modelDataUri: `s3://${environment.bucket}/models/bad-${index}` });
        const { failures } = await handler().check({}, inputs);
        assert.deepEqual(
          failures.map(({ property }) => property),
          failures.map(() => "modelDataUri"),
        );
        assert.match(failures.map(({ reason }) => reason).join("; "), message);
        await assert.rejects(handler().create(inputs), message);
        assert.equal(await imports(), 0);
      });
    }

    it("refuses an empty prefix, and passes over one that is unknown", async () => {
      const nothing = importInputs({ modelDataUri: `s3://${environment.bucket}/models/none` });
      assert.match((await handler().check({}, nothing)).failures[0]?.reason ?? "", /nothing lies below/);
      assert.deepEqual((await handler().check({}, importInputs({ modelDataUri: UNKNOWN }))).failures, []);
    });

    it("does not look again at what was imported already", async () => {
      await putFiles(environment, "models/temporary", MODEL_FILES);
      const inputs = importInputs({ modelDataUri: `s3://${environment.bucket}/models/temporary` });
      const { id, outs } = await handler().create(inputs);
      for (const name of Object.keys(MODEL_FILES)) {
        const object = { Bucket: environment.bucket, Key: `models/temporary/${name}` };
        await environment.clients.s3.send(new DeleteObjectCommand(object));
      }
      assert.deepEqual((await handler().check(inputs, inputs)).failures, []);
      assert.equal((await handler().diff(id, stored(outs), inputs)).changes, false);
    });

    it("goes on at preview when the files may not be listed, and says so", async () => {
      unpoint();
      unpoint = pointTo(bench.simulator.url, "http://127.0.0.1:9");
      assert.deepEqual((await handler().check({}, importInputs())).failures, []);
      assert.match(around.lines.join("\n"), /cannot be listed at preview .*looked at again before the import starts/);
    }).timeout(60_000);

    it("keeps a failed import as failed with the service's words, and retries it only by choice", async () => {
      bench.simulator.control.addFault({
        modelJob: { kind: "import", message: "Could not validate GetObject permissions" },
      });
      const engine = new EngineModel(handler());
      const text = await engine.up(importInputs());
      assert.match(
        text ?? "",
        /failed: Could not validate GetObject permissions; likely fix: .*; next step: .*attempt to 2/,
      );
      assert.match((await engine.up(importInputs())) ?? "", /failed: Could not validate/);
      assert.equal(await imports(), 1);
      assert.equal(await engine.up(importInputs({ attempt: 2 })), undefined);
      assert.equal(engine.state?.props["status"], "Completed");
      assert.equal(await engine.finish(), undefined);
      assert.equal(await engine.destroy(), undefined);
      assert.equal(await imports(), 2);
    });

    it("waits for a running import at destroy, and deletes the model that it made", async () => {
      around.onSleep = () => around.interrupt.abort("SIGTERM");
      const failure = await failureOf(handler().create(importInputs()));
      assert.match(failure.reasons.join(), /interrupted \(SIGTERM\); it goes on at Bedrock/);
      around = new SimulatedSurroundings(bench);
      await handler().delete(failure.id, stored(failure.properties));
      assert.match(around.lines.join("\n"), /an import cannot be stopped/);
      assert.deepEqual((await ask((bedrock) => bedrock.listImportedModels({}))).modelSummaries, []);
    });

    it("adopts a job that is what the inputs say, and no other", async () => {
      const made = await handler().create(importInputs());
      const adopt = importInputs({ identity: "a/b/c", adoptJobArn: made.id });
      assert.equal((await handler().create(adopt)).id, made.id);
      const other = { ...adopt, modelDataUri: `s3://${environment.bucket}/models/other` };
      await assert.rejects(
        handler().create(other),
        /modelDataUri is ".*good", asked for is ".*other"; make the inputs/,
      );
      assert.equal(await imports(), 1);
    });
  });

  describe("copy", () => {
    const handler = (): LifecycleHandler => modelCopyJobHandler(around);

    it("copies a model with the key of the target Region, without drift, and deletes the copy only", async () => {
      const job = await trained();
      const { id, outs } = await holds(handler(), copyInputs(job.outs["modelArn"]));
      assert.match(String(outs["modelArn"]), new RegExp(`:bedrock:${TARGET}:`));
      const modelIdentifier = String(outs["modelArn"]);
      const copy = await ask((bedrock) => bedrock.getCustomModel({ modelIdentifier }), TARGET);
      assert.equal(copy.modelKmsKeyArn, targetKey);
      await handler().delete(id, outs);
      assert.deepEqual((await ask((bedrock) => bedrock.listCustomModels({}), TARGET)).modelSummaries, []);
      assert.equal((await ask((bedrock) => bedrock.listCustomModels({}))).modelSummaries?.length, 1);
      assert.equal(await copies(), 1);
    });

    it("is refused at preview into its own Region, or with a key of another", async () => {
      const source = `arn:aws:bedrock:${TARGET}:123456789012:custom-model/amazon.nova-lite-v1:0:300k/abcdefghij12`;
      const { failures } = await handler().check({}, copyInputs(source, { modelKmsKeyArn: environment.keyArn }));
      assert.deepEqual(
        failures.map(({ property }) => property),
        ["region", "modelKmsKeyArn"],
      );
    });

    it("is started once when the answer is lost, and known by its tag", async () => {
      const job = await trained();
      bench.simulator.control.addFault({ operation: "CreateModelCopyJob", kind: "dropAfter", times: 4 });
      const { outs } = await handler().create(copyInputs(job.outs["modelArn"]));
      assert.equal(outs["status"], "Completed");
      assert.equal(await copies(), 1);
    });
  });

  describe("evaluation", () => {
    const handler = (): LifecycleHandler => evaluationJobHandler(around);
    const mean = (outs: Properties, metric: string): number =>
      (outs["scores"] as MetricScore[]).find((score) => score.metric === metric)?.mean ?? NaN;

    it("finds that a custom model answers better than its base, reads the results back, and deletes its record", async () => {
      const job = await trained();
      const throughputs = provisionedThroughputHandler(around);
      const serving = { __provider: PROVIDER, region: "us-west-2", identity: "a/b/serving", modelUnits: 1 };
      const served = await throughputs.create({ ...serving, modelArn: job.outs["modelArn"] });
      const custom = await holds(handler(), evaluationInputs(served.id));
      const base = await handler().create(
        evaluationInputs("us.meta.llama3-1-8b-instruct-v1:0", { identity: "legal/dev/base" }),
      );
      assert.ok(mean(custom.outs, "Accuracy") > mean(base.outs, "Accuracy") + 0.2);
      assert.equal((custom.outs["scores"] as MetricScore[])[0]?.prompts, 20);
      assert.match(String((custom.outs["resultUris"] as string[])[0]), /\/datasets\/clauses\/.*_output\.jsonl$/);
      assert.match(String(custom.outs["jobName"]), /^evaluated-clauses-[0-9a-f]{8}$/);
      await handler().delete(custom.id, custom.outs);
      assert.equal((await handler().read(custom.id, custom.outs)).id, "");
      assert.equal(await evaluations(), 1);
    });

    it("runs again after a destroy, and gives the results of the new run only", async () => {
      const base = "us.meta.llama3-1-8b-instruct-v1:0";
      const first = await handler().create(evaluationInputs(base));
      await handler().delete(first.id, stored(first.outs));
      await nextSecond();
      const { id, outs } = await handler().create(evaluationInputs(base));
      assert.notEqual(id, first.id);
      assert.deepEqual([outs["status"], outs["jobName"]], ["Completed", first.outs["jobName"]]);
      const [before, after] = [first.outs, outs].map((one) => one["resultUris"] as string[]);
      assert.equal(after?.length, before?.length);
      assert.ok(after?.every((uri) => !before?.includes(uri)));
    });

    it("stops a running evaluation at destroy", async () => {
      around.onSleep = () => around.interrupt.abort("SIGTERM");
      const failure = await failureOf(handler().create(evaluationInputs("us.meta.llama3-1-8b-instruct-v1:0")));
      around = new SimulatedSurroundings(bench);
      await handler().delete(failure.id, stored(failure.properties));
      assert.equal(await evaluations(), 0);
    });

    it("is a failure with the service's words when the role may not invoke the model", async () => {
      await attachForModelJobs(environment, ["arn:aws:bedrock:us-west-2::foundation-model/another"]);
      try {
        const failure = await failureOf(handler().create(evaluationInputs("us.meta.llama3-1-8b-instruct-v1:0")));
        assert.match(failure.reasons.join("; "), /not authorized to perform: bedrock:InvokeModel/);
      } finally {
        await attachForModelJobs(environment);
      }
    });

    const REFUSED: [Properties, string, RegExp][] = [
      [
        { model: "arn:aws:bedrock:us-west-2:123456789012:custom-model/a.b/abcdefghij12" },
        "model",
        /answers nobody by itself; .*provisioned throughput/,
      ],
      [
        { model: "arn:aws:bedrock:us-west-2:123456789012:custom-model-deployment/abcdefghij12" },
        "model",
        /deployment on demand cannot be evaluated/,
      ],
      [{ datasets: [] }, "datasets", /list of 1 to 5/],
      [
        { datasets: [{ name: "mine", taskType: "Generation", metrics: ["Builtin.Accuracy"] }] },
        "datasets[0].uri",
        /S3 URI of the data set is required/,
      ],
      [
        { datasets: [{ name: "Builtin.Mine", taskType: "Generation", metrics: ["Builtin.Accuracy"] }] },
        "datasets[0].name",
        /one of Builtin\.Bold/,
      ],
      [
        { datasets: [{ name: "Builtin.BoolQ", taskType: "Chat", metrics: ["Builtin.Accuracy"] }] },
        "datasets[0].taskType",
        /allowed: Summarization/,
      ],
      [
        { datasets: [{ name: "Builtin.BoolQ", taskType: "Generation", metrics: ["Builtin.Helpfulness"] }] },
        "datasets[0].metrics[0]",
        /needs judgeModel/,
      ],
      [{ kmsKeyArn: undefined }, "kmsKeyArn", /a value is required/],
      [{ adoptJobArn: "evaluated" }, "adoptJobArn", /the ARN of a job is allowed, arn:…:evaluation-job/],
      [{ namePrefix: "x".repeat(55) }, "namePrefix", /a prefix has at most 54/],
    ];
    for (const [more, property, message] of REFUSED) {
      it(`is refused at preview with ${JSON.stringify(more).slice(0, 70)}`, async () => {
        const { failures } = await handler().check({}, evaluationInputs("amazon.nova-lite-v1:0", more));
        const said = failures.find((failure) => failure.property === property);
        assert.match(said?.reason ?? JSON.stringify(failures), message);
      });
    }
  });
});
