import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../local/paths";

const { totals } = createRequire(__filename)("../support/reporter.cjs") as {
  totals(stats: { passes?: number; failures?: number; pending?: number }): string;
};

describe("reporter of the tests", () => {
  it("counts what was skipped only when something was", () => {
    assert.equal(totals({ passes: 3, failures: 0, pending: 0 }), "3 passed, 0 failed");
    assert.equal(totals({ passes: 3, failures: 1, pending: 2 }), "3 passed, 1 failed, 2 skipped");
    assert.equal(totals({}), "0 passed, 0 failed");
  });

  it("ends a run with the totals, after mocha's own report", () => {
    const folder = mkdtempSync(join(tmpdir(), "reporter-"));
    try {
      const spec = join(folder, "spec.cjs");
      writeFileSync(
        spec,
        `it("holds", () => {}); it("breaks", () => { throw new Error("on purpose"); }); it("is not written yet");`,
      );
      const { stdout, status } = spawnSync(
        process.execPath,
        [
          join(root, "node_modules", "mocha", "bin", "mocha.js"),
          "--no-config",
          ...["--reporter", join(root, "tests", "support", "reporter.cjs")],
          spec,
        ],
        { encoding: "utf8", cwd: folder },
      );
      assert.equal(stdout.trimEnd().split("\n").at(-1), "1 passed, 1 failed, 1 skipped");
      assert.match(stdout, /on purpose/u);
      assert.equal(status, 1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
