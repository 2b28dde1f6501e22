import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { restoreCheckpoint } from "../../../local/checkpoint";
import { RehearsalError } from "../../../local/failure";

describe("a checkpoint", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
    path = join(folder, "dev.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("that is complete is left alone", () => {
    writeFileSync(path, '{"version":3}');
    writeFileSync(`${path}.bak`, '{"version":2}');
    assert.equal(restoreCheckpoint(path), false);
    assert.equal(readFileSync(path, "utf8"), '{"version":3}');
  });

  it("that does not exist yet needs nothing", () => {
    assert.equal(restoreCheckpoint(path), false);
  });

  for (const cutOff of ["", '{"version":3,"check']) {
    it(`that ends after ${cutOff.length} characters is replaced by the one before it`, () => {
      writeFileSync(path, cutOff);
      writeFileSync(`${path}.bak`, '{"version":2}');
      assert.equal(restoreCheckpoint(path), true);
      assert.equal(readFileSync(path, "utf8"), '{"version":2}');
    });
  }

  it("whose attributes were cut off loses them, and stays as it is", () => {
    writeFileSync(path, '{"version":3}');
    writeFileSync(`${path}.attrs`, "");
    assert.equal(restoreCheckpoint(path), false);
    assert.equal(existsSync(`${path}.attrs`), false);
    assert.equal(readFileSync(path, "utf8"), '{"version":3}');
  });

  it("that is cut off together with the one before it says what to do", () => {
    writeFileSync(path, "");
    writeFileSync(`${path}.bak`, "{");
    assert.throws(
      () => restoreCheckpoint(path),
      (error: unknown) => error instanceof RehearsalError && /reset/u.test(error.next),
    );
  });
});
