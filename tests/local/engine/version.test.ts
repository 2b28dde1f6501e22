import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { engineVersion, isRecentEnough, oldestEngine } from "../../../local/engine/version";
import { root } from "../../../local/paths";

describe("version of the engine", () => {
  it("is recent enough when it is the oldest one that is allowed, or a later one", () => {
    for (const version of [
      oldestEngine,
      engineVersion,
      "3.249.1",
      "3.1000.0",
      "4.0.0",
      "3.259.0-dev.3",
      "3.259.0+b1",
    ]) {
      assert.equal(isRecentEnough(version), true, version);
    }
  });

  it("is not recent enough when it is older", () => {
    for (const version of ["3.248.9", "3.99.0", "2.999.999", "0.0.0", "3.248.0-alpha"]) {
      assert.equal(isRecentEnough(version), false, version);
    }
  });

  it("is not recent enough when it is no version at all", () => {
    for (const version of ["", "latest", "v3.259.0", "three"]) {
      assert.equal(isRecentEnough(version), false, version);
    }
  });

  it("is compared by number, part by part", () => {
    const versions = fc.tuple(fc.nat(500), fc.nat(500), fc.nat(500));
    fc.assert(
      fc.property(versions, versions, (have, oldest) => {
        const difference = have.map((part, index) => part - (oldest[index] ?? 0)).find((part) => part !== 0) ?? 0;
        assert.equal(isRecentEnough(have.join("."), oldest.join(".")), difference >= 0);
      }),
    );
  });

  it("is the one that the Go module pins", () => {
    const module = readFileSync(join(root, "local", "engine", "go.mod"), "utf8");
    for (const part of ["pkg/v3", "sdk/v3"]) {
      const pinned = new RegExp(String.raw`github\.com/pulumi/pulumi/${part} v(\S+)`, "u").exec(module)?.[1];
      assert.equal(pinned, engineVersion, part);
    }
  });
});
