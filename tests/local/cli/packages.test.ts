import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../local/paths";

interface Packages {
  packages: Record<string, { version?: string; optional?: boolean; link?: boolean; dev?: boolean }>;
}

const { isInstalled, missingPackages } = createRequire(__filename)("../../../local/packages.mjs") as {
  isInstalled(root: string): boolean;
  missingPackages(lockfile: Packages, record: Packages): string[];
};

const lockfile: Packages = {
  packages: {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/a/node_modules/b": { version: "2.0.0", dev: true },
    "node_modules/only-on-windows": { version: "3.0.0", optional: true },
    "node_modules/linked": { link: true },
  },
};
const record: Packages = {
  packages: { "node_modules/a": { version: "1.0.0" }, "node_modules/a/node_modules/b": { version: "2.0.0" } },
};

describe("packages of a checkout", () => {
  it("are complete without what fits other platforms only", () => {
    assert.deepEqual(missingPackages(lockfile, record), []);
  });

  it("lack what is not installed, and what is installed in another version or place", () => {
    const changed = (packages: Packages["packages"]) => missingPackages(lockfile, { packages });
    assert.deepEqual(changed({}), ["node_modules/a", "node_modules/a/node_modules/b"]);
    assert.deepEqual(changed({ ...record.packages, "node_modules/a": { version: "1.0.1" } }), ["node_modules/a"]);
    assert.deepEqual(changed({ "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "2.0.0" } }), [
      "node_modules/a/node_modules/b",
    ]);
  });

  describe("in a folder", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "checkout-"));
      writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lockfile));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const install = (installed: Packages) => {
      mkdirSync(join(folder, "node_modules"));
      writeFileSync(join(folder, "node_modules", ".package-lock.json"), JSON.stringify(installed));
    };

    it("are missing on a fresh checkout", () => {
      assert.equal(isInstalled(folder), false);
    });

    it("are missing after an installation that was broken off, which leaves no record", () => {
      mkdirSync(join(folder, "node_modules", "a"), { recursive: true });
      assert.equal(isInstalled(folder), false);
    });

    it("are missing once the lockfile asks for others", () => {
      install(record);
      assert.equal(isInstalled(folder), true);
      const newer = { packages: { ...lockfile.packages, "node_modules/c": { version: "1.0.0" } } };
      writeFileSync(join(folder, "package-lock.json"), JSON.stringify(newer));
      assert.equal(isInstalled(folder), false);
    });
  });

  it("are not needed by what installs them", () => {
    for (const file of ["bootstrap.mjs", "packages.mjs"]) {
      const text = readFileSync(join(root, "local", file), "utf8");
      const imported = [...text.matchAll(/(?:from|import\(|require\() ?"([^"]+)"/gu)].map(([, name = ""]) => name);
      assert.ok(imported.length > 0);
      assert.deepEqual(
        imported.filter((name) => !isBuiltin(name) && name !== "./packages.mjs"),
        [],
        file,
      );
    }
  });
});
