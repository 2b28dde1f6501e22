import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RehearsalError } from "../../../local/failure";
import { afterOthers, withLock } from "../../../local/lock";

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

  it("is waited for by commands that all need the same, which then come one at a time", async () => {
    const told: number[] = [];
    let inside = 0;
    const ran: string[] = [];
    const step = (name: string) => async () => {
      inside++;
      assert.equal(inside, 1);
      await new Promise(setImmediate);
      ran.push(name);
      inside--;
      return name;
    };
    const results = await withLock(async () => {
      const waiting = ["second", "third"].map((name) => afterOthers(step(name), lock, (owner) => told.push(owner)));
      await step("first")();
      return () => Promise.all(waiting);
    }, lock);
    assert.deepEqual(await results(), ["second", "third"]);
    assert.deepEqual([ran[0], ran.length], ["first", 3]);
    assert.deepEqual(told, [process.pid, process.pid]);
    assert.equal(existsSync(lock), false);
  });

  it("of a process that is gone keeps nobody waiting", async () => {
    const { pid } = spawnSync(process.execPath, ["--eval", ""]);
    await withLock(() => Promise.resolve(), lock);
    writeFileSync(lock, String(pid));
    assert.equal(await afterOthers(() => Promise.resolve(held()), lock), String(process.pid));
  });
});
