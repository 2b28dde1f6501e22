import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, parseDocument } from "yaml";
import { RehearsalError } from "../../../local/failure";
import { root } from "../../../local/paths";
import { stackFile, stackRegion } from "../../../local/stack";

describe("region of a stack", () => {
  it("is the one that its file names", () => {
    for (const stack of ["dev", "nova"]) {
      const { config } = parse(readFileSync(join(root, stackFile(stack)), "utf8")) as {
        config: Record<string, string>;
      };
      assert.equal(stackRegion(stack), config["aws:region"]);
    }
  });

  it("of a stack without a file is an error that names the file", () => {
    assert.throws(
      () => stackRegion("absent"),
      (error: Error) => {
        assert.ok(error instanceof RehearsalError);
        assert.equal(error.message, 'There is no stack "absent": Pulumi.absent.yaml does not exist.');
        assert.match(error.next, /--stack dev/u);
        return true;
      },
    );
  });
});

describe("project folder of a rehearsal", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Prepares stack dev in a folder of its own, with a command in the engine's place that notes how it was called. */
  function prepare(): { calls: string; project: string } {
    const engine = join(folder, "pulumi");
    const calls = join(folder, "calls");
    writeFileSync(engine, `#!/bin/sh\necho "$PULUMI_BACKEND_URL $AWS_REGION $*" > '${calls}'\n`, { mode: 0o755 });
    const script = `
      const { RehearsedStack } = require(${JSON.stringify(join(root, "local", "stack"))});
      const service = { port: 1, pid: 1, instance: "x" };
      const engine = { pulumi: ${JSON.stringify(engine)}, version: "3.259.0", source: "path" };
      new RehearsedStack("dev", engine, { emulator: service, simulator: service }).prepare();
    `;
    execFileSync(process.execPath, ["--require", "ts-node/register/transpile-only", "--eval", script], {
      cwd: root,
      env: { ...process.env, REHEARSAL_FOLDER: folder },
    });
    return { calls: readFileSync(calls, "utf8"), project: join(folder, "project") };
  }

  it("leads the engine to this program, and to a state of its own", () => {
    const { calls, project } = prepare();
    const { main, name } = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as Record<string, string>;
    assert.equal(resolve(project, main ?? ""), root);
    assert.equal(name, "secure-model-customization");
    const [backend, region, ...args] = calls.trim().split(" ");
    assert.deepEqual([backend, region], [`file://${join(folder, "state")}`, stackRegion("dev")]);
    assert.deepEqual(args, ["--cwd", project, "stack", "select", "--create", "--stack", "dev", "--non-interactive"]);
  });

  it("follows the user's stack file, keeps the engine's salt, and leaves the user's file alone", () => {
    const mine = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
    const copy = join(folder, "project", "Pulumi.dev.yaml");
    mkdirSync(join(folder, "project"), { recursive: true });
    writeFileSync(copy, "encryptionsalt: v1:abc=:def\nconfig:\n  secure-model-customization:owner: outdated\n");
    prepare();
    const { encryptionsalt, ...rest } = parse(readFileSync(copy, "utf8")) as Record<string, unknown>;
    assert.equal(encryptionsalt, "v1:abc=:def");
    assert.deepEqual(rest, parse(mine));
    assert.equal(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"), mine);
    assert.equal(parseDocument(mine).get("encryptionsalt"), undefined);
  });
});
