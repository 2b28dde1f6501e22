import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import {
  BedrockClient,
  CreateModelCustomizationJobCommand,
  GetCustomModelCommand,
  GetModelCustomizationJobCommand,
  ListModelCustomizationJobsCommand,
} from "@aws-sdk/client-bedrock";
import { buildEnvironment, type Environment } from "./environment";
import { type Bench, jobInput, type Moto, sdkSettings, startBench, startMoto } from "./support";

const ROOT = path.resolve(__dirname, "../../..");

describe("the simulator as a server", function () {
  this.timeout(60_000);
  let moto: Moto;
  let environment: Environment;
  let folder: string;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "restart");
    folder = await mkdtemp(path.join(os.tmpdir(), "bedrock-simulator-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
    await moto.stop();
  });

  it("goes on with a job after it was killed, with time that never goes back", async () => {
    const stateFile = path.join(folder, "killed.json");
    const first = await startBench(moto.url, { stateFile });
    const { jobArn } = await first.bedrock.send(
      new CreateModelCustomizationJobCommand({ ...jobInput(environment), clientRequestToken: "kept" }),
    );
    await first.simulator.control.advance(240);
    const before = first.simulator.control.status();
    // What a kill leaves behind is the file as it is at this moment, without the farewell of close().
    const left = await readFile(stateFile);
    await first.close();
    await writeFile(stateFile, left);

    const second = await startBench(moto.url, { stateFile });
    try {
      assert.equal(second.simulator.instanceId, before.instance);
      assert.ok(second.simulator.control.status().time >= before.time);
      await second.simulator.control.advance(7200);
      const job = await second.bedrock.send(new GetModelCustomizationJobCommand({ jobIdentifier: jobArn }));
      assert.equal(job.status, "Completed", job.failureMessage);
      const model = await second.bedrock.send(new GetCustomModelCommand({ modelIdentifier: job.outputModelArn }));
      assert.equal(model.jobArn, jobArn);
    } finally {
      await second.close();
    }
  });

  it("refuses a state file that it cannot read", async () => {
    const stateFile = path.join(folder, "broken.json");
    await writeFile(stateFile, "{");
    await assert.rejects(startBench(moto.url, { stateFile }), /broken\.json cannot be read as JSON\. Remove it/);
    await writeFile(stateFile, JSON.stringify({ version: 7 }));
    await assert.rejects(startBench(moto.url, { stateFile }), /has version 7; this simulator reads version 1/);
  });

  describe("with faults", () => {
    let bench: Bench;
    before(async () => {
      bench = await startBench(moto.url);
    });
    after(() => bench.close());
    const list = () => bench.bedrock.send(new ListModelCustomizationJobsCommand({}));

    for (const [kind, name] of [
      ["throttle", "ThrottlingException"],
      ["500", "InternalServerException"],
      ["accessDenied", "AccessDeniedException"],
      ["expiredToken", "ExpiredTokenException"],
      ["notFound", "ResourceNotFoundException"],
      ["conflict", "ConflictException"],
      ["malformed", "SyntaxError"],
    ] as const) {
      it(`answers ${name} as often as it was told`, async () => {
        bench.simulator.control.addFault({ operation: "ListModelCustomizationJobs", kind, times: 2 });
        await assert.rejects(list(), { name });
        await assert.rejects(list(), { name });
        await list();
      });
    }

    it("replaces members of an answer and takes others away", async () => {
      const members = { nextToken: "more", modelCustomizationJobSummaries: null };
      bench.simulator.control.addFault({ operation: "ListModelCustomizationJobs", kind: "answer", members });
      const changed = await list();
      assert.deepEqual([changed.nextToken, changed.modelCustomizationJobSummaries], ["more", undefined]);
      assert.equal((await list()).nextToken, undefined);
    });

    it("drops the connection before it has done anything", async () => {
      bench.simulator.control.addFault({ operation: "CreateModelCustomizationJob", kind: "drop" });
      await assert.rejects(
        bench.bedrock.send(new CreateModelCustomizationJobCommand(jobInput(environment))),
        /socket hang up|ECONNRESET/,
      );
      assert.deepEqual((await list()).modelCustomizationJobSummaries, []);
    });

    it("drops the connection after it has accepted a job, and a retry with the same token starts no second one", async () => {
      bench.simulator.control.addFault({ operation: "CreateModelCustomizationJob", kind: "dropAfter" });
      const patient = new BedrockClient({ ...sdkSettings(bench.simulator.url), maxAttempts: 3 });
      const { jobArn } = await patient.send(new CreateModelCustomizationJobCommand(jobInput(environment)));
      patient.destroy();
      assert.deepEqual(
        (await list()).modelCustomizationJobSummaries?.map((one) => one.jobArn),
        [jobArn],
      );
    });

    it("refuses faults and quotas that do not exist", async () => {
      const post = (what: string, body: object) =>
        fetch(`${bench.simulator.url}/_simulator/${what}`, { method: "POST", body: JSON.stringify(body) });
      for (const answer of [
        await post("faults", { operation: "x", kind: "y" }),
        await post("quotas", { wishes: 3 }),
        await post("clock", { speed: -1 }),
      ])
        assert.equal(answer.status, 400);
      assert.equal((await post("nothing", {})).status, 404);
      const status = (await (await post("clock", { advanceSeconds: 10 })).json()) as { instance: string };
      assert.equal(status.instance, bench.simulator.instanceId);
      const reset = (await (await post("reset", {})).json()) as { instance: string; regions: object };
      assert.notEqual(reset.instance, status.instance);
      assert.deepEqual(reset.regions, {});
    });
  });

  it("runs as a process: one line when it is ready, real timers, an end by SIGTERM", async () => {
    const args = [
      "-r",
      "ts-node/register/transpile-only",
      "local/bedrock/main.ts",
      "--aws-endpoint",
      moto.url,
      "--speed",
      "20000",
      "--state",
      path.join(folder, "process.json"),
    ];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const ready = JSON.parse(line) as { port: number; pid: number; instance: string };
    assert.equal(ready.pid, child.pid);
    assert.match(ready.instance, /^[0-9a-f]{16}$/);
    const client = new BedrockClient(sdkSettings(`http://127.0.0.1:${ready.port}`));
    const { jobArn } = await client.send(new CreateModelCustomizationJobCommand(jobInput(environment)));
    let status: string | undefined;
    do {
      const job = await client.send(new GetModelCustomizationJobCommand({ jobIdentifier: jobArn }));
      status = job.status;
      assert.notEqual(status, "Failed", job.failureMessage);
    } while (status === "InProgress");
    assert.equal(status, "Completed");
    client.destroy();
    child.kill("SIGTERM");
    assert.deepEqual(await exited, [0, null]);
  });

  it("says what is missing when it is started without an emulator", async () => {
    const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "local/bedrock/main.ts"], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 1);
    assert.match(said, /--aws-endpoint is missing/);
  });

  it("answers 503 and names the emulator while the emulator is down", async () => {
    const bench = await startBench("http://127.0.0.1:9");
    try {
      await assert.rejects(bench.bedrock.send(new ListModelCustomizationJobsCommand({})), {
        name: "ServiceUnavailableException",
        message: /emulator at http:\/\/127\.0\.0\.1:9 /,
      });
    } finally {
      await bench.close();
    }
  });
});
