import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { acquireEngine } from "../../local/engine/acquire";
import { withoutForeignVariables } from "../../local/environment";
import { capture, type Result } from "../../local/processes";
import { buildPolicyPack } from "../../release/policy-pack";
import { textOf } from "../repository/files";

type Versions = Record<string, string>;
interface Manifest {
  version: string;
  dependencies: Versions;
}

const json = <T>(text: string): T => JSON.parse(text) as T;
const template = "release/policy-pack";

describe("package of the policy pack", function () {
  this.timeout(120_000);
  let folder: string;
  let pack: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "policy-pack-"));
    pack = path.join(folder, "pack");
    await buildPolicyPack(pack);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("imports the SDK and Node.js, and nothing of the repository it was built from", () => {
    const imported = [...readFileSync(path.join(pack, "index.js"), "utf8").matchAll(/\brequire\("([^"]+)"\)/gu)];
    const names = new Set(imported.map(([, name = ""]) => name).filter((name) => !name.startsWith("node:")));
    // The second and the third are the parts of the SDK whose work policies/sdk-memo.ts shares.
    assert.deepEqual([...names].sort(), [
      "./runner.cjs",
      "@pulumi/policy",
      "@pulumi/policy/deserialize",
      "@pulumi/pulumi/proto/analyzer_pb",
    ]);
    const needed = /\brequire\(([^)]*)\)/gu;
    const ofRunner = [...readFileSync(path.join(pack, "runner.cjs"), "utf8").matchAll(needed)].map(
      ([, name = ""]) => name,
    );
    assert.deepEqual(
      ofRunner.filter((name) => !name.startsWith('"node:')),
      ['path.join(sdk, "run"', "shim"],
    );
  });

  it("has the version and the packages that are tested here", () => {
    const own = json<Manifest>(textOf(`${template}/package.json`));
    const root = json<Manifest>(textOf("package.json"));
    assert.equal(own.version, json<Manifest>(textOf("policies/package.json")).version);
    assert.deepEqual(
      own.dependencies,
      Object.fromEntries(Object.keys(own.dependencies).map((name) => [name, root.dependencies[name]])),
    );
  });

  it("locks every package by checksum and names no registry", () => {
    const { packages } = json<{ packages: Record<string, { integrity?: string; resolved?: string }> }>(
      textOf(`${template}/package-lock.json`),
    );
    const locked = Object.entries(packages).filter(([name]) => name !== "");
    assert.ok(locked.length > 0);
    assert.deepEqual(
      locked.filter(([, { integrity, resolved }]) => integrity === undefined || resolved !== undefined),
      [],
    );
  });

  it("replaces an earlier build, and refuses a folder with anything else in it", async () => {
    writeFileSync(path.join(pack, "index.js"), "broken");
    await buildPolicyPack(pack);
    assert.notEqual(readFileSync(path.join(pack, "index.js"), "utf8"), "broken");
    const foreign = path.join(folder, "foreign");
    await buildPolicyPack(foreign);
    writeFileSync(path.join(foreign, "thesis.txt"), "years of work");
    await assert.rejects(buildPolicyPack(foreign), /foreign holds thesis\.txt, which is no part of the policy pack/u);
    assert.ok(readdirSync(foreign).includes("thesis.txt"));
  });

  describe("installed from its lockfile", () => {
    let pulumi: (...args: string[]) => Promise<Result>;
    const stateWith = (key: object) => {
      const file = path.join(folder, "state.json");
      writeFileSync(file, JSON.stringify(deployment(key)));
      return file;
    };

    before(async () => {
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      const installed = await capture(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: pack });
      assert.equal(installed.code, 0, installed.stderr);
      const engine = await acquireEngine();
      const environment = {
        ...withoutForeignVariables(process.env),
        PATH: `${path.dirname(engine.pulumi)}${path.delimiter}${process.env.PATH ?? ""}`,
        PULUMI_HOME: path.join(folder, "home"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
      };
      pulumi = (...args) => capture(engine.pulumi, args, { cwd: folder, env: environment });
    });

    it("finds what is wrong in an exported stack, on the real engine", async () => {
      const file = stateWith({ enableKeyRotation: false, deletionWindowInDays: 30 });
      const result = await pulumi("policy", "analyze", "--file", file, "--policy-pack", pack, "--json");
      assert.notEqual(result.code, 0);
      assert.match(result.stdout, /"policyName":"kms-key-rotates"[^\n]*"enforcementLevel":"mandatory"/u);
    });

    it("takes its ready configurations: advisory lets the same stack pass", async () => {
      const file = stateWith({ enableKeyRotation: false, deletionWindowInDays: 30 });
      const config = path.join(pack, "sets", "advisory.json");
      const judged = ["--file", file, "--policy-pack", pack, "--policy-pack-config", config, "--json"];
      const result = await pulumi("policy", "analyze", ...judged);
      assert.equal(result.code, 0, result.stdout + result.stderr);
      assert.match(result.stdout, /"policyName":"kms-key-rotates"[^\n]*"enforcementLevel":"advisory"/u);
    });
  });
});

function deployment(key: object) {
  const urn = (type: string, name: string) => `urn:pulumi:prod::other::${type}::${name}`;
  const stack = { urn: urn("pulumi:pulumi:Stack", "other-prod"), custom: false, type: "pulumi:pulumi:Stack" };
  const provider = {
    urn: urn("pulumi:providers:aws", "default"),
    custom: true,
    id: "11111111-2222-3333-4444-555555555555",
    type: "pulumi:providers:aws",
    inputs: { region: "eu-west-1" },
    outputs: { region: "eu-west-1" },
  };
  const subject = {
    urn: urn("aws:kms/key:Key", "partner"),
    custom: true,
    id: "partner",
    type: "aws:kms/key:Key",
    inputs: key,
    outputs: key,
    parent: stack.urn,
    provider: `${provider.urn}::${provider.id}`,
  };
  return {
    version: 3,
    deployment: {
      manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
      resources: [stack, provider, subject],
    },
  };
}
