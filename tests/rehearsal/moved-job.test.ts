import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

const JOB = "pulumi-nodejs:dynamic/bedrock:CustomizationJob";
const HEAD = `
import * as pulumi from "@pulumi/pulumi";
import { CustomizationJob } from ${JSON.stringify(join(root, "bedrock", "customization-job"))};
const args = JSON.parse(process.env.JOB_ARGS ?? "{}");
const team = (type: string) => new pulumi.ComponentResource("team:index:" + type, "team");
`;
const AT_TOP = 'new CustomizationJob("clauses", args);';
const RENAMED = 'new CustomizationJob("contracts", args, { aliases: [{ name: "clauses" }] });';
const MOVED = `
const aliases = [{ parent: pulumi.rootStackResource }];
new CustomizationJob("contracts", args, { parent: team("Contracts"), aliases });
`;
const TWO = `
for (const type of ["Contracts", "Letters"]) new CustomizationJob("contracts", args, { parent: team(type) });
`;
const ONE = 'new CustomizationJob("contracts", args, { parent: team("Contracts") });';

describe("a job that moves in its stack", function () {
  this.timeout(240_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let project: SmallProject;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "moved");
    bench = await startBench(moto.url, { speed: 5000 });
    project = await SmallProject.make(
      { emulator: Number(new URL(moto.url).port), simulator: bench.simulator.port },
      {
        program: HEAD + AT_TOP,
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
  async function up(program: string, ...more: string[]): Promise<string> {
    project.change(HEAD + program);
    const result = await project.pulumi("up", "--yes", "--skip-preview", ...more);
    assert.equal(result.code, 0, printed(result));
    return printed(result);
  }

  it("is the same under another name and another parent when its aliases say so", async () => {
    await up(AT_TOP);
    await up(RENAMED);
    await up(MOVED);
    await up(MOVED, "--expect-no-changes");
    assert.deepEqual(counts(), { jobs: 1, models: 1 });
  });

  it("is not the one of the same name under another parent", async () => {
    await up(TWO);
    await up(TWO, "--expect-no-changes");
    assert.deepEqual(counts(), { jobs: 2, models: 2 });
  });

  it("is the same under a name that the state was told, and is found again when its record was deleted", async () => {
    const urn = `urn:pulumi:dev::one-job::team:index:Letters$${JOB}::contracts`;
    await project.succeeds("state", "rename", urn, "letters", "--yes");
    const renamed = TWO.replace('"contracts", args', 'type === "Letters" ? "letters" : "contracts", args');
    await up(renamed, "--expect-no-changes");
    const told = `urn:pulumi:dev::one-job::team:index:Contracts$${JOB}::contracts`;
    await project.succeeds("state", "delete", told, "--yes");
    // What the record of the moved job knew as its identity went with it: this is a new job, and from now on that of its place.
    await up(renamed);
    await project.succeeds("state", "delete", told, "--yes");
    assert.match(await up(renamed), /was started before and is ours; adopted/);
    assert.deepEqual(counts(), { jobs: 3, models: 3 });
  });

  it("has nothing to change when its record is from before parents were told apart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "moved-"));
    try {
      const file = join(folder, "state.json");
      await project.succeeds("stack", "export", "--file", file, "--stack", "dev");
      const text = readFileSync(file, "utf8");
      const earlier = text.replaceAll("one-job/dev/team:index:Contracts/contracts", "one-job/dev/contracts");
      assert.notEqual(earlier, text);
      writeFileSync(file, earlier);
      await project.succeeds("stack", "import", "--file", file, "--stack", "dev");
    } finally {
      rmSync(folder, { recursive: true });
    }
    await up(ONE, "--target", `urn:pulumi:dev::one-job::team:index:Contracts$${JOB}::contracts`, "--expect-no-changes");
    await up(ONE, "--refresh");
    assert.deepEqual(counts(), { jobs: 3, models: 2 });
  });

  it("is kept by the protection of the engine, and comes back as what it was when the engine let go of it", async () => {
    const guarded = (options: string): string =>
      `new CustomizationJob("contracts", args, { parent: team("Contracts"), ${options} });`;
    await up(guarded("protect: true"));
    const refused = await project.pulumi("destroy", "--yes", "--skip-preview");
    assert.notEqual(refused.code, 0, printed(refused));
    await up(guarded("retainOnDelete: true"));
    await up("");
    assert.deepEqual(counts(), { jobs: 3, models: 2 });
    await up(ONE);
    assert.deepEqual(counts(), { jobs: 3, models: 2 });
  });

  it("is not trained again for inputs that the engine ignores, nor for tags that it is told to replace on", async () => {
    const before = counts();
    const options = 'parent: team("Contracts"), ignoreChanges: ["hyperParameters"], replaceOnChanges: ["tags"]';
    const changed = `{ ...args, hyperParameters: { epochCount: 3 }, tags: { team: "legal" } }`;
    await up(`new CustomizationJob("contracts", ${changed}, { ${options} });`);
    assert.deepEqual(counts(), before);
  });
});
