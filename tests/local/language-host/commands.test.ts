import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  pluginCommand,
  programCommand,
  sdkEntryPoint,
  type PluginRun,
  type ProgramRun,
} from "../../../local/language-host/commands";
import { root } from "../../../local/paths";

const program: ProgramRun = {
  engine: "127.0.0.1:1",
  monitor: "127.0.0.1:2",
  project: "project",
  stack: "dev",
  organization: "",
  rootDirectory: "/project",
  programDirectory: root,
  workingDirectory: "/project",
  entryPoint: ".",
  options: {},
  dryRun: false,
  parallel: 16,
  queryMode: false,
  programArguments: ["--own", "flag"],
  config: { values: { "project:key": "value; with 'quotes'" }, secretKeys: ["project:key"] },
};

const plugin: PluginRun = {
  kind: "resource",
  directory: root,
  options: {},
  workingDirectory: "/elsewhere",
  pluginArguments: ["127.0.0.1:1", "--verbose"],
  environment: ["A=1", "B=x=y", "C=", "no equals sign", "=nameless"],
};

describe("command that runs a program", () => {
  const runner = sdkEntryPoint(root, "run");

  it("is the runner of the program's own SDK, then flags, then the entry point with its arguments", () => {
    assert.deepEqual(programCommand(program).arguments, [
      runner,
      "--monitor=127.0.0.1:2",
      "--engine=127.0.0.1:1",
      "--project=project",
      "--stack=dev",
      "--root-directory=/project",
      "--pwd=/project",
      "--parallel=16",
      ".",
      "--own",
      "flag",
    ]);
    assert.ok(runner.startsWith(join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run")));
  });

  it("says at preview that it is one, and names an organization that there is", () => {
    const { arguments: list } = programCommand({ ...program, dryRun: true, organization: "acme" });
    assert.ok(list.includes("--dry-run=true"));
    assert.ok(list.includes("--organization=acme"));
    assert.ok(!programCommand(program).arguments.some((argument) => argument.startsWith("--dry-run")));
  });

  it("puts Node's own arguments before the runner", () => {
    const { arguments: list } = programCommand({ ...program, options: { nodeargs: "--a  --b=1 " } });
    assert.deepEqual(list.slice(0, 3), ["--a", "--b=1", runner]);
  });

  it("hands configuration over in the environment, text for text, with the keys that are secret", () => {
    const { environment, workingDirectory } = programCommand(program);
    assert.deepEqual(JSON.parse(environment.PULUMI_CONFIG ?? ""), program.config.values);
    assert.deepEqual(JSON.parse(environment.PULUMI_CONFIG_SECRET_KEYS ?? ""), ["project:key"]);
    assert.equal(workingDirectory, "/project");
  });

  it("reads TypeScript unless the project says otherwise", () => {
    const typescript = (options: Record<string, unknown>) =>
      programCommand({ ...program, options }).environment.PULUMI_NODEJS_TYPESCRIPT;
    assert.deepEqual([{}, { typescript: true }, { typescript: false }].map(typescript), ["true", "true", "false"]);
  });

  it("cannot be built where the SDK is not installed; the message says what to run", () => {
    const empty = mkdtempSync(join(tmpdir(), "program-"));
    try {
      assert.throws(
        () => programCommand({ ...program, programDirectory: empty }),
        (error: Error) => {
          assert.equal(
            error.message,
            `@pulumi/pulumi is not installed for ${empty}. Run "npm install" there, then try again.`,
          );
          return true;
        },
      );
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

describe("command that runs a plugin", () => {
  it("gives a plugin its directory first and leaves it where the engine is", () => {
    const command = pluginCommand(plugin);
    assert.deepEqual(command.arguments, [sdkEntryPoint(root, "run-plugin"), root, "127.0.0.1:1", "--verbose"]);
    assert.equal(command.workingDirectory, "/elsewhere");
  });

  it("gives a policy pack its directory last and lets it run there", () => {
    const command = pluginCommand({ ...plugin, kind: "analyzer" });
    assert.deepEqual(command.arguments, [sdkEntryPoint(root, "run-policy-pack"), "127.0.0.1:1", "--verbose", root]);
    assert.equal(command.workingDirectory, root);
  });

  it("reads the engine's NAME=value lines, values with equals signs and empty ones included", () => {
    const { PULUMI_NODEJS_TYPESCRIPT: typescript, ...rest } = pluginCommand(plugin).environment;
    assert.deepEqual(rest, { A: "1", B: "x=y", C: "" });
    assert.equal(typescript, "true");
  });
});
