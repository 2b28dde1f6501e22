import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCommand } from "../../../local/engine/shims";
import { capture } from "../../../local/processes";

describe("commands that the engine looks up by name", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "shims-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const script = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  it("run their script with its arguments, and a newer one in place of an older", async () => {
    const command = join(folder, "pulumi-language-test");
    writeCommand(command, script("old.js", `console.log("old", ...process.argv.slice(2));`));
    assert.equal((await capture(command, ["a b"])).stdout, "old a b\n");
    writeCommand(command, script("new.js", `console.log("new");`));
    assert.equal((await capture(command, [])).stdout, "new\n");
    assert.deepEqual(readdirSync(folder).sort(), ["new.js", "old.js", "pulumi-language-test"]);
  });

  it("are left alone when nothing changes, since somebody may be starting them", () => {
    const command = join(folder, "pulumi-language-test");
    const main = script("main.js", "");
    writeCommand(command, main);
    const before = statSync(command, { bigint: true });
    writeCommand(command, main);
    const after = statSync(command, { bigint: true });
    assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs]);
  });
});
