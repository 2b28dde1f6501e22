import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { root } from "../../../local/paths";
import { isAlive } from "../../../local/processes";

const script = ["--require", "ts-node/register/transpile-only", join(root, "local", "language-host", "main.ts")];

/** Runners that stand where the SDK keeps its own: they end, and print, as the program's first argument says. */
const runner = `
  const act = process.argv.at(-1);
  if (act === "signal") process.kill(process.pid, "SIGKILL");
  else if (act === "hang") {
    require("node:fs").writeFileSync("running.tmp", String(process.pid));
    require("node:fs").renameSync("running.tmp", "running");
    setInterval(() => {}, 1000);
  } else if (act === "config") process.exit(JSON.parse(process.env.PULUMI_CONFIG)["p:exit"]);
  else process.exit(Number(act));
`;
const pluginRunner = `
  process.stdout.write("to stdout");
  process.stderr.write("to stderr " + process.env.GIVEN);
  process.exitCode = 3;
`;

/** Waits for something that another process brings about; mocha's time limit ends a wait in vain. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await delay(5);
  }
}

describe("language host", () => {
  let program: string;
  let host: ChildProcess;
  let client: LanguageRuntimeClient;

  async function start(): Promise<void> {
    host = spawn(process.execPath, [...script, "127.0.0.1:9"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    assert.ok(host.stdout);
    const [port] = (await once(createInterface({ input: host.stdout }), "line")) as [string];
    assert.match(port, /^\d+$/u, "the engine reads nothing but the port from the first line");
    client = new LanguageRuntimeClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    client.close();
    const ended = once(host, "exit");
    host.kill(signal);
    await ended;
  }

  before(async () => {
    program = mkdtempSync(join(tmpdir(), "program-"));
    const sdk = join(program, "node_modules", "@pulumi", "pulumi");
    for (const [path, content] of [
      [join(program, "package.json"), JSON.stringify({ dependencies: { a: "1.2.3", b: "4.5.6" } })],
      [join(sdk, "package.json"), "{}"],
      [join(sdk, "cmd", "run", "index.js"), runner],
      [join(sdk, "cmd", "run-plugin", "index.js"), pluginRunner],
    ] as const) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    await start();
  });

  after(async () => {
    await stop("SIGTERM");
    rmSync(program, { recursive: true, force: true });
  });

  function info(): proto.ProgramInfo {
    const result = new proto.ProgramInfo();
    result.setRootDirectory(program);
    result.setProgramDirectory(program);
    result.setEntryPoint(".");
    return result;
  }

  function run(act: string): Promise<proto.RunResponse> {
    const request = new proto.RunRequest();
    request.setInfo(info());
    request.setPwd(program);
    request.setArgsList([act]);
    request.getConfigMap().set("p:exit", "32");
    return new Promise((resolve, reject) => {
      client.run(request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  it("answers nothing for a program that ends well", async () => {
    const response = await run("0");
    assert.deepEqual([response.getError(), response.getBail()], ["", false]);
  });

  it("is silent about a failure that the program has shown itself", async () => {
    const response = await run("32");
    assert.deepEqual([response.getError(), response.getBail()], ["", true]);
  });

  it("says how a program has ended that showed nothing", async () => {
    assert.equal((await run("5")).getError(), "The program exited with code 5.");
    assert.equal((await run("signal")).getError(), "The program was ended by SIGKILL.");
  });

  it("hands the stack's configuration over", async () => {
    assert.equal((await run("config")).getBail(), true);
  });

  it("hands on what a plugin prints, then its exit code", async () => {
    const request = new proto.RunPluginRequest();
    request.setInfo(info());
    request.setPwd(program);
    request.setKind("resource");
    request.setEnvList(["GIVEN=value"]);
    const printed = { stdout: "", stderr: "", codes: [] as number[] };
    for await (const message of client.runPlugin(request) as AsyncIterable<proto.RunPluginResponse>) {
      printed.stdout += Buffer.from(message.getStdout_asU8()).toString();
      printed.stderr += Buffer.from(message.getStderr_asU8()).toString();
      if (message.hasExitcode()) {
        printed.codes.push(message.getExitcode());
      }
    }
    assert.deepEqual(printed, { stdout: "to stdout", stderr: "to stderr value", codes: [3] });
  });

  it("names the program's direct dependencies, and itself", async () => {
    const request = new proto.GetProgramDependenciesRequest();
    request.setInfo(info());
    const dependencies = await new Promise<proto.GetProgramDependenciesResponse>((resolve, reject) => {
      client.getProgramDependencies(request, (error, response) => (error ? reject(error) : resolve(response)));
    });
    const names = dependencies.getDependenciesList().map((entry) => `${entry.getName()} ${entry.getVersion()}`);
    assert.deepEqual(names, ["a 1.2.3", "b 4.5.6"]);
    const about = await new Promise<proto.AboutResponse>((resolve, reject) => {
      client.about(new proto.AboutRequest(), (error, response) => (error ? reject(error) : resolve(response)));
    });
    assert.equal(about.getVersion(), process.version);
  });

  it("refuses what only the official one can do, and says so", async () => {
    const refusal = await new Promise<grpc.ServiceError | null>((resolve) => {
      client.generateProject(new proto.GenerateProjectRequest(), (error) => resolve(error));
    });
    assert.equal(refusal?.code, grpc.status.UNIMPLEMENTED);
    assert.match(refusal.details, /GenerateProject is not offered by the rehearsal's language host/u);
  });

  it("takes an order to cancel", async () => {
    await new Promise<void>((resolve, reject) => {
      client.cancel(new Empty(), (error) => (error ? reject(error) : resolve()));
    });
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`takes what it has started along when the engine ends it with ${signal}`, async () => {
      const running = join(program, "running");
      const outcome = run("hang").then(
        () => "answered",
        () => "broken off",
      );
      await until(() => existsSync(running));
      const pid = Number(readFileSync(running, "utf8"));
      rmSync(running);
      assert.equal(isAlive(pid), true);
      await stop(signal);
      await until(() => !isAlive(pid));
      assert.equal(await outcome, "broken off");
      await start();
    });
  }

  it("that is started by hand says who starts it", () => {
    const { status, stderr } = spawnSync(process.execPath, [...script, "--tracing"], { cwd: root, encoding: "utf8" });
    assert.notEqual(status, 0);
    assert.match(stderr, /no engine address in \[--tracing\]\. It is started by the Pulumi engine, not by hand/u);
  });
});
