import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { buildEnvironment } from "./environment";
import { type Bench, jobInput, type Moto, startBench, startMoto } from "./support";

const PYTHON = path.resolve(__dirname, "../../../.local/emulator/venv/bin/python");

describe("an independent client", function () {
  this.timeout(60_000);
  let moto: Moto;
  let bench: Bench;

  before(async () => {
    moto = await startMoto();
    bench = await startBench(moto.url, { quotas: { noCommitmentModelUnits: 1 } });
  });
  after(async () => {
    await bench.close();
    await moto.stop();
  });

  it("boto3 drives every operation and finds every answer as its own service model says", async () => {
    const environment = await buildEnvironment(moto.url, "conformance");
    const input = { ...jobInput(environment), jobTags: [{ key: "team", value: "ml" }] };
    const { stdout } = await promisify(execFile)(PYTHON, [
      path.join(__dirname, "conformance.py"),
      bench.simulator.url,
      JSON.stringify(input),
    ]).catch((error: { stdout: string; stderr: string }) => assert.fail(error.stdout + error.stderr));
    assert.match(stdout, /^21 operations$/m);
  });
});
