import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { modelDeploymentHandler } from "../../bedrock/deployment-handler";
import { customizationJobHandler } from "../../bedrock/job-handler";
import type { JobInputs } from "../../bedrock/job-spec";
import { provisionedThroughputHandler } from "../../bedrock/throughput-handler";
import {
  type Bench,
  buildEnvironment,
  type Environment,
  type Moto,
  startBench,
  startMoto,
} from "../local/bedrock/support";
import { failureOf, PROVIDER, stored } from "./support/inputs";
import { inputsIn, pointTo, SimulatedSurroundings } from "./support/simulated";

describe("lifecycles against the Bedrock simulator", function () {
  this.timeout(120_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let around: SimulatedSurroundings;
  let unpoint: () => void;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "lifecycles");
  });
  after(() => moto.stop());
  beforeEach(async () => {
    bench = await startBench(moto.url, { quotas: { noCommitmentModelUnits: 4, committedModelUnits: 4 } });
    around = new SimulatedSurroundings(bench);
    unpoint = pointTo(bench.simulator.url, moto.url);
  });
  afterEach(async () => {
    unpoint();
    await bench.close();
  });

  const inputs = (more: Partial<JobInputs> = {}): JobInputs => inputsIn(environment, more);
  const jobs = (): ReturnType<typeof customizationJobHandler> => customizationJobHandler(around);
  const counts = (): unknown => bench.simulator.control.status().regions["us-west-2"];

  it("trains, serves by throughput, refreshes without drift and is deleted in the safe order", async () => {
    const job = await jobs().create(inputs());
    assert.equal(job.outs["status"], "Completed", bench.log.join("\n"));
    assert.equal(job.outs["metricsProblem"], undefined);
    const { training } = job.outs["metrics"] as { training: Record<string, number>[] };
    assert.ok(
      training.length > 1 && Number(training.at(-1)?.["training_loss"]) < Number(training[0]?.["training_loss"]),
    );
    assert.ok((job.outs["phases"] as { endedAt?: string }[]).every((phase) => phase.endedAt !== undefined));
    assert.equal((await jobs().diff(job.id, stored(job.outs), inputs())).changes, false);
    assert.deepEqual(stored((await jobs().read(job.id, stored(job.outs))).props), stored(job.outs));

    const throughputs = provisionedThroughputHandler(around);
    const identity = "legal/dev/serving";
    const modelArn = String(job.outs["modelArn"]);
    const wanted = {
      __provider: PROVIDER,
      region: "us-west-2",
      identity,
      modelArn,
      modelUnits: 1,
      tags: { team: "legal" },
    };
    const serving = await throughputs.create(wanted);
    assert.equal(serving.outs["status"], "InService");
    assert.equal((await throughputs.diff(serving.id, stored(serving.outs), wanted)).changes, false);
    assert.deepEqual(stored((await throughputs.read(serving.id, stored(serving.outs))).props), stored(serving.outs));

    await assert.rejects(jobs().delete(job.id, stored(job.outs)), new RegExp(`still served by ${serving.id}`));
    await throughputs.delete(serving.id, stored(serving.outs));
    await jobs().delete(job.id, stored(job.outs));
    assert.deepEqual(counts(), { jobs: 1, models: 0, throughputs: 0, deployments: 0 });
  });

  it("moves a deployment to the next model in place, then lets the old model go", async () => {
    const baseModel = "meta.llama3-3-70b-instruct-v1:0:128k";
    const conversations = Array.from({ length: 120 }, (_, index) => ({
      schemaVersion: "bedrock-conversation-2024",
      messages: [
        { role: "user", content: [{ text: `Which number follows ${index}?` }] },
        { role: "assistant", content: [{ text: `The number ${index + 1} follows ${index}.` }] },
      ],
    }));
    const Key = "fine-tuning-datasets/conversations.jsonl";
    const Body = conversations.map((record) => `${JSON.stringify(record)}\n`).join("");
    await environment.clients.s3.send(new PutObjectCommand({ Bucket: environment.bucket, Key, Body }));
    const trainingDataUri = `s3://${environment.bucket}/${Key}`;
    const chat = { baseModel, hyperParameters: {}, trainingDataUri, validationDataUris: [] };
    const first = await jobs().create(inputs(chat));
    const second = await jobs().create(inputs({ ...chat, clientTokenSeed: "again" }));
    const deployments = modelDeploymentHandler(around);
    const wanted = (modelArn: unknown): Record<string, unknown> => {
      return {
        __provider: PROVIDER,
        region: "us-west-2",
        identity: "legal/dev/deployment",
        modelArn,
        description: "clauses",
      };
    };
    const made = await deployments.create(wanted(first.outs["modelArn"]));
    assert.equal(made.outs["status"], "Active");
    const news = wanted(second.outs["modelArn"]);
    assert.deepEqual((await deployments.diff(made.id, stored(made.outs), news)).replaces, []);
    const { outs } = await deployments.update(made.id, stored(made.outs), news);
    assert.equal(outs["modelArn"], second.outs["modelArn"]);
    await jobs().delete(first.id, stored(first.outs));
    await deployments.delete(made.id, stored(outs));
    assert.deepEqual(counts(), { jobs: 2, models: 1, throughputs: 0, deployments: 0 });
  });

  it("moves a throughput to the next model in place", async () => {
    const [first, second] = [await jobs().create(inputs()), await jobs().create(inputs({ clientTokenSeed: "again" }))];
    const throughputs = provisionedThroughputHandler(around);
    const wanted = (modelArn: unknown, name: string): Record<string, unknown> => {
      return { __provider: PROVIDER, region: "us-west-2", identity: "a/b/c", modelArn, modelUnits: 1, name };
    };
    const made = await throughputs.create(wanted(first.outs["modelArn"], "clauses"));
    const news = wanted(second.outs["modelArn"], "clauses-2");
    const { outs } = await throughputs.update(made.id, stored(made.outs), news);
    assert.deepEqual([outs["modelArn"], outs["actualName"]], [second.outs["modelArn"], "clauses-2"]);
    await jobs().delete(first.id, stored(first.outs));
    assert.equal((counts() as { models: number }).models, 1);
  });

  it("surfaces what the service says when the role may not read the data", async () => {
    const without = environment.documents.role.filter((statement) => statement.Sid !== "ReadData");
    await environment.attach({ role: without });
    try {
      const failure = await failureOf(jobs().create(inputs()));
      assert.match(failure.reasons.join("\n"), /in phase Validation: Could not validate GetObject permissions/);
      assert.match(failure.reasons.join("\n"), /likely fix: let the service role s3:GetObject/);
    } finally {
      await environment.attach();
    }
  });

  for (const failIn of ["Validation", "DataProcessing", "Training"] as const) {
    it(`keeps a job that failed in ${failIn} as failed, and retries it only by choice`, async () => {
      bench.simulator.control.addFault({
        job: { failIn, message: "Encountered an unexpected error when processing the request, please try again" },
      });
      const failure = await failureOf(jobs().create(inputs()));
      assert.match(failure.reasons[0] ?? "", new RegExp(`failed in phase ${failIn}: Encountered`));
      await failureOf(jobs().update(failure.id, stored(failure.properties), inputs()));
      assert.deepEqual(counts(), { jobs: 1, models: 0, throughputs: 0, deployments: 0 });
      const { outs } = await jobs().create(inputs({ retryFailed: true }));
      assert.deepEqual([outs["status"], outs["attempt"]], ["Completed", 2]);
    });
  }

  it("starts one job although the answer of the service is lost", async () => {
    bench.simulator.control.addFault({ operation: "CreateModelCustomizationJob", kind: "drop", times: 1 });
    const { outs } = await jobs().create(inputs());
    assert.equal(outs["status"], "Completed");
    assert.equal((counts() as { jobs: number }).jobs, 1);
  });

  it("rides out throttling, server errors and an expired token in the wait", async () => {
    const kinds = ["throttle", "500", "expiredToken"] as const;
    around.onSleep = () => {
      around.onSleep = () => undefined;
      for (const kind of kinds) {
        bench.simulator.control.addFault({ operation: "GetModelCustomizationJob", kind, times: 4 });
      }
    };
    const { outs } = await jobs().create(inputs());
    assert.equal(outs["status"], "Completed");
    assert.equal((counts() as { jobs: number }).jobs, 1);
  });

  it("says which model name is in use, and starts nothing", async () => {
    await jobs().create(inputs({ customModelName: "clauses" }));
    const other = inputs({ customModelName: "clauses", identity: "legal/prod/clauses" });
    await assert.rejects(
      jobs().create(other),
      /model name is currently in use.*give another customModelName.*no job was started/,
    );
    assert.equal((counts() as { jobs: number }).jobs, 1);
  });

  it("stops a running job on delete, and starts anew when it is wanted again", async () => {
    around.onSleep = () => around.interrupt.abort("SIGTERM");
    const failure = await failureOf(jobs().create(inputs()));
    around = new SimulatedSurroundings(bench);
    await jobs().delete(failure.id, stored(failure.properties));
    assert.deepEqual(counts(), { jobs: 1, models: 0, throughputs: 0, deployments: 0 });
    const { outs } = await jobs().create(inputs());
    assert.deepEqual([outs["status"], outs["attempt"]], ["Completed", 2]);
  });

  it("does not delete a committed throughput before its term", async () => {
    const job = await jobs().create(inputs());
    const throughputs = provisionedThroughputHandler(around);
    const wanted = {
      __provider: PROVIDER,
      region: "us-west-2",
      identity: "a/b/c",
      modelArn: job.outs["modelArn"],
      modelUnits: 1,
    };
    const made = await throughputs.create({ ...wanted, commitmentDuration: "OneMonth" });
    const until = String(made.outs["commitmentExpirationTime"]);
    await assert.rejects(throughputs.delete(made.id, stored(made.outs)), new RegExp(`lasts until ${until}`));
  });
});
