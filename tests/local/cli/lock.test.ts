import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RehearsalError } from "../../../local/failure";
import { withLock } from "../../../local/lock";

describe("lock of a checkout", () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
    lock = join(folder, "run", "lock");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const held = () => readFileSync(lock, "utf8");

  it("names its owner while it is held, and is given back with the result", async () => {
    const result = await withLock(() => Promise.resolve(held()), lock);
    assert.equal(result, String(process.pid));
    assert.equal(existsSync(lock), false);
  });

  it("is given back when the command fails, and the failure is the command's own", async () => {
    await assert.rejects(
      withLock(() => Promise.reject(new Error("disk full")), lock),
      /disk full/u,
    );
    assert.equal(existsSync(lock), false);
  });

  it("turns a second command away, naming the process, and stays with the first", async () => {
    await withLock(async () => {
      const ran: string[] = [];
      await assert.rejects(
        withLock(() => Promise.resolve(ran.push("second")), lock),
        (error: Error) => {
          assert.ok(error instanceof RehearsalError);
          assert.equal(error.message, `Another command of this checkout is at work (process ${process.pid}).`);
          return true;
        },
      );
      assert.deepEqual(ran, []);
      assert.equal(held(), String(process.pid));
    }, lock);
  });

  it("of a process that is gone is taken over", async () => {
    const { pid } = spawnSync(process.execPath, ["--eval", ""]);
    await withLock(() => Promise.resolve(), lock);
    writeFileSync(lock, String(pid));
    assert.equal(await withLock(() => Promise.resolve(held()), lock), String(process.pid));
    assert.equal(existsSync(lock), false);
  });

  for (const content of ["", "no number", "-1", "0"]) {
    it(`that holds ${JSON.stringify(content)} belongs to nobody and is taken over`, async () => {
      await withLock(() => Promise.resolve(), lock);
      writeFileSync(lock, content);
      assert.equal(await withLock(() => Promise.resolve(held()), lock), String(process.pid));
    });
  }
});
