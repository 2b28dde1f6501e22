import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../../local/paths";
import {
  type Bench,
  buildEnvironment,
  type Environment,
  type Moto,
  startBench,
  startMoto,
} from "../local/bedrock/support";
import { printed } from "./rehearsal";
import { jobIn, SmallProject } from "./small-project";

const URN = "urn:pulumi:dev::one-job::pulumi-nodejs:dynamic/bedrock:CustomizationJob::clauses";
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { CustomizationJob } from ${JSON.stringify(join(root, "bedrock", "customization-job"))};
const args = JSON.parse(process.env.JOB_ARGS ?? "{}");
const job = new CustomizationJob("clauses", { ...args, modelKmsKeyArn: pulumi.secret(args.modelKmsKeyArn) });
export const modelArn = job.modelArn;
`;

describe("a job in the hands of the engine", function () {
  this.timeout(240_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let project: SmallProject;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "hands");
    bench = await startBench(moto.url, { speed: 5000 });
    project = await SmallProject.make(
      { emulator: Number(new URL(moto.url).port), simulator: bench.simulator.port },
      {
        program: PROGRAM,
        job: jobIn(environment),
      },
    );
  });
  after(async () => {
    project.remove();
    await bench.close();
    await moto.stop();
  });

  const counts = () => {
    const { jobs = 0, models = 0 } = bench.simulator.control.status().regions["us-west-2"] ?? {};
    return { jobs, models };
  };
  async function succeeds(...command: string[]): Promise<string> {
    const result = await project.pulumi(...command);
    assert.equal(result.code, 0, printed(result));
    return printed(result);
  }

  it("keeps a key that is a secret out of the state, and has nothing to change then", async () => {
    await succeeds("up", "--yes", "--skip-preview");
    assert.ok(!(await succeeds("stack", "export")).includes(environment.keyArn));
    await succeeds("up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(counts(), { jobs: 1, models: 1 });
  });

  it("is not trained again, and its model not deleted, by a replacement that is forced", async () => {
    const told = await succeeds("up", "--yes", "--skip-preview", "--replace", URN);
    assert.match(told, /adopted: nothing is deleted/);
    assert.deepEqual(counts(), { jobs: 1, models: 1 });
    await succeeds("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await succeeds("up", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("stays in the state when a refresh is denied, and when a destroy cannot reach the service", async () => {
    const faults = [
      ["accessDenied", "refresh"],
      ["drop", "destroy"],
    ] as const;
    for (const [kind, command] of faults) {
      bench.simulator.control.addFault({ operation: "GetModelCustomizationJob", kind, times: 100 });
      const result = await project.pulumi(command, "--yes", "--skip-preview");
      bench.simulator.control.clearFaults();
      assert.notEqual(result.code, 0, printed(result));
      assert.match(await succeeds("stack", "export"), /CustomizationJob::clauses/);
    }
    assert.deepEqual(counts(), { jobs: 1, models: 1 });
  });

  it("is gone after a destroy that runs the program", async () => {
    await succeeds("destroy", "--yes", "--skip-preview", "--run-program");
    assert.deepEqual(counts(), { jobs: 1, models: 0 });
  });
});
