import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { REHEARSAL, UNIT } from "../../../local/commands/test";
import { root } from "../../../local/paths";

const { lookupFiles } = createRequire(__filename)("mocha/lib/cli/lookup-files") as {
  lookupFiles(pattern: string, extensions: string[]): string[];
};

describe("the runs of the tests", () => {
  it("hold each test once", () => {
    const runs = [...UNIT, ...REHEARSAL].map((specs) =>
      specs.flatMap((spec) => lookupFiles(join(root, spec), ["ts"])).map((path) => relative(root, path)),
    );
    const written = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => join("tests", path));
    assert.deepEqual(runs.flat().sort(), written.sort());
    assert.ok(runs.every((files) => files.length > 0));
  });
});
