import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { capture, inherit, isAlive, versionOf } from "../../../local/processes";

const node = (script: string) => [process.execPath, ["--eval", script]] as const;

describe("processes of the rehearsal", () => {
  it("are captured with what they print and how they end", async () => {
    const seen: string[] = [];
    const [command, args] = node(`console.log("out"); console.error("err"); process.exitCode = 7`);
    const result = await capture(command, args, { onOutput: (text) => seen.push(text) });
    assert.deepEqual(result, { code: 7, stdout: "out\n", stderr: "err\n" });
    assert.deepEqual(seen.sort(), ["err\n", "out\n"]);
  });

  it("that a signal ends have the exit code that a shell shows", async () => {
    const [command, args] = node(`process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)`);
    assert.equal((await capture(command, args)).code, 128 + 15);
    assert.equal(await inherit(command, args), 128 + 15);
  });

  it("do not change characters that arrive in two pieces", async () => {
    const [command, args] = node(`
      const bytes = Buffer.from("é");
      process.stdout.write(bytes.subarray(0, 1), () => setImmediate(() => process.stdout.write(bytes.subarray(1))));
    `);
    assert.equal((await capture(command, args)).stdout, "é");
  });

  it("that cannot be started are an error, but a version that nobody answers is none", async () => {
    await assert.rejects(capture("no-such-command-here", []), /ENOENT/u);
    assert.equal(await versionOf("no-such-command-here", ["--version"]), undefined);
    const [command, args] = node(`console.log("v1"); process.exitCode = 1`);
    assert.equal(await versionOf(command, args), undefined);
    assert.equal(await versionOf(process.execPath, ["--version"]), process.version);
  });

  it("leave no listener behind when this process waits for them", async () => {
    const before = process.listenerCount("SIGINT") + process.listenerCount("SIGTERM");
    assert.equal(await inherit(process.execPath, ["--eval", ""]), 0);
    await assert.rejects(inherit("no-such-command-here", []), /ENOENT/u);
    assert.equal(process.listenerCount("SIGINT") + process.listenerCount("SIGTERM"), before);
  });

  it("are alive until they have ended", () => {
    assert.equal(isAlive(process.pid), true);
    assert.equal(isAlive(spawnSync(process.execPath, ["--eval", ""]).pid), false);
  });
});
