import assert from "node:assert/strict";
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

const SPEED = 2000;
const UP = ["up", "--yes", "--skip-preview"];

// What no handler can see: the engine itself is killed. Whatever it knew is lost; what was paid for must not be.
describe("an engine that is killed", function () {
  this.timeout(120_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let project: SmallProject;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "killed");
  });
  after(() => moto.stop());
  beforeEach(async () => {
    bench = await startBench(moto.url);
    project = await SmallProject.make(
      { emulator: Number(new URL(moto.url).port), simulator: bench.simulator.port },
      {
        job: jobIn(environment),
      },
    );
  });
  afterEach(async () => {
    project.remove();
    await bench.close();
  });

  const counts = () => bench.simulator.control.status().regions["us-west-2"];
  const broken = (operation: string) => bench.simulator.control.addFault({ operation, kind: "500", times: 1_000_000 });

  /** Repairs the service, lets time pass and runs the command that was killed again. */
  async function again(...command: string[]): Promise<string> {
    bench.simulator.control.clearFaults();
    bench.simulator.control.setSpeed(SPEED);
    await project.recover();
    const result = await project.pulumi(...command);
    assert.equal(result.code, 0, printed(result));
    return printed(result);
  }

  async function completed(): Promise<void> {
    const { stdout } = await project.pulumi("stack", "output", "--json");
    assert.equal((JSON.parse(stdout) as { status: string }).status, "Completed");
    assert.deepEqual([counts()?.jobs, counts()?.models], [1, 1]);
  }

  it("before the job is started: the next update starts it", async () => {
    broken("CreateModelCustomizationJob");
    await project.killAt(/trying again \(InternalServerException/u, ...UP);
    assert.equal(counts()?.jobs ?? 0, 0);
    await again(...UP);
    await completed();
  });

  it("after the job is started, before its answer: the next update adopts it", async () => {
    bench.simulator.control.addFault({ operation: "CreateModelCustomizationJob", kind: "dropAfter", times: 4 });
    bench.simulator.control.addFault({ operation: "GetModelCustomizationJob", kind: "notFound" });
    broken("GetModelCustomizationJob");
    await project.killAt(/trying again/u, ...UP);
    assert.equal(counts()?.jobs, 1);
    assert.match(await again(...UP), /was started before and is ours; adopted, nothing is started/u);
    await completed();
  });

  it("in the wait: the next update goes on waiting; in the delete: the next destroy ends it", async () => {
    await project.killAt(/Validation InProgress/u, ...UP);
    assert.equal(counts()?.jobs, 1);
    await again(...UP);
    await completed();

    bench.simulator.control.addFault({ operation: "DeleteCustomModel", kind: "conflict", times: 1_000_000 });
    await project.killAt(/custom model .*trying again \(ConflictException/u, "destroy", "--yes", "--skip-preview");
    await again("destroy", "--yes", "--skip-preview");
    assert.deepEqual([counts()?.jobs, counts()?.models], [1, 0]);
  });
});
