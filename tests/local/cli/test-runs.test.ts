import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "../../../local/paths";
import { REHEARSAL, UNIT } from "../../../local/commands/test";
import { runBeside } from "../../../local/test-runs";
import { writtenFiles } from "../../repository/files";

/** How mocha finds the files of a run. */
const { lookupFiles } = createRequire(__filename)("mocha/lib/cli/lookup-files") as {
  lookupFiles(path: string, extensions: readonly string[]): string[];
};

describe("runs of tests beside one another", function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "runs-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function run(...specs: string[]): Promise<{ code: number; output: string }> {
    let output = "";
    const runs = specs.map((text, index) => {
      const spec = join(folder, `${index}.cjs`);
      writeFileSync(spec, text);
      const reporter = ["--reporter", join(root, "tests", "support", "reporter.cjs")];
      return [join(root, "node_modules", "mocha", "bin", "mocha.js"), "--no-config", ...reporter, spec];
    });
    const code = await runBeside(runs, folder, (text) => (output += text));
    return { code, output };
  }

  it("have each file of tests in one of them", () => {
    const found = [...UNIT, ...REHEARSAL].flatMap((specs) =>
      specs.flatMap((spec) => lookupFiles(join(root, spec), ["ts"])).map((file) => relative(root, file)),
    );
    assert.deepEqual(found.sort(), writtenFiles.filter((file) => file.endsWith(".test.ts")).sort());
  });

  const lastLine = (output: string) => output.trimEnd().split("\n").at(-1);

  it("count everything in the last line, and end well when all have passed", async () => {
    const { code, output } = await run(`it("a", () => {}); it("b", () => {});`, `it("c", () => {}); it("later");`);
    assert.equal(lastLine(output), "3 passed, 0 failed, 1 skipped");
    assert.equal(code, 0);
  });

  it("end badly when one of them has failed, and show why", async () => {
    const { code, output } = await run(
      `it("a", () => {});`,
      `it("b", () => { throw new Error("on purpose"); }); it("c", () => { throw new Error("again"); });`,
    );
    assert.equal(lastLine(output), "1 passed, 2 failed");
    assert.match(output, /on purpose/u);
    assert.equal(code, 2);
  });

  it("end badly when one of them is gone before its last test", async () => {
    const { code, output } = await run(`it("a", () => {});`, `it("b", () => process.exit(0));`);
    assert.equal(lastLine(output), "1 passed, 0 failed");
    assert.match(output, /1 of 2 runs of tests ended before their last test/u);
    assert.equal(code, 1);
  });

  it("run at the same time, and are shown one after another", async () => {
    const [flag, other] = [join(folder, "flag"), join(folder, "other")];
    // Each waits for the other, so that runs in turn would never end.
    const meet = (mine: string, theirs: string) => `
      const { existsSync, writeFileSync } = require("node:fs");
      it("meets the other", function (done) {
        this.timeout(50_000);
        writeFileSync(${JSON.stringify(mine)}, "");
        const look = setInterval(() => {
          if (!existsSync(${JSON.stringify(theirs)})) return;
          clearInterval(look);
          console.log("from ${mine === flag ? "first" : "second"}");
          done();
        }, 20);
      });`;
    const { code, output } = await run(meet(flag, other), meet(other, flag));
    assert.equal(code, 0);
    const [, afterFirst = ""] = output.split(/1 passed, 0 failed/u);
    assert.match(afterFirst, /from second/u);
    assert.doesNotMatch(afterFirst, /from first/u);
    assert.equal(lastLine(output), "2 passed, 0 failed");
  });
});
