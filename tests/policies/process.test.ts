/** The process in which a pack runs, seen from outside, beside what the SDK's runner does without ours. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { capture } from "../../local/processes";
import { OWN_PACK, Pack } from "./pack-runner";

const ROOT = path.resolve(__dirname, "../..");
const SDK_RUNNER = path.join(ROOT, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");
/** Since Node.js 22.15, and not on Windows. */
const replaceable = process.platform !== "win32" && "execve" in process;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

describe("policies: the process of the pack", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "pack-process-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A pack with the given main file, after it has given its place to the process without a compiler, or not. */
  function packOf(name: string, main: string, isReplaced: boolean): string {
    const pack = path.join(folder, `${name}-${isReplaced ? "replaced" : "as-started"}`);
    mkdirSync(pack);
    const start = isReplaced ? 'require("./runner.cjs").withoutCompiler(__filename);\n' : "";
    writeFileSync(path.join(pack, "index.js"), `${start}${main}`);
    writeFileSync(path.join(pack, "package.json"), JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    copyFileSync(path.join(OWN_PACK, "runner.cjs"), path.join(pack, "runner.cjs"));
    symlinkSync(path.join(ROOT, "node_modules"), path.join(pack, "node_modules"));
    return pack;
  }

  /** Runs a pack to its end. */
  async function run(pack: string, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = spawn(process.execPath, [SDK_RUNNER, "127.0.0.1:1", "."], {
      cwd: pack,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    return new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
    });
  }

  const commandOf = async (pid: number): Promise<string> =>
    (await capture("ps", ["-o", "args=", "-p", String(pid)])).stdout;

  if (replaceable) {
    it("is the one that was started, and has neither compiler nor debugger", async () => {
      const pack = await Pack.start();
      try {
        assert.match(await commandOf(pack.pid), /runner\.cjs .*run-policy-pack .*pack\.cjs/u);
        assert.equal((await pack.info()).getName(), "secure-model-customization");
      } finally {
        await pack.stop();
      }
      const report = `
      const loaded = Object.keys(require.cache).filter((file) => /node_modules.(typescript|ts-node)./.test(file));
      require("@pulumi/policy");
      console.log(JSON.stringify({ loaded, after: Object.keys(require.cache).filter((file) => /typescript.js$/.test(file)) }));`;
      const { stdout, stderr } = await run(packOf("loads", report, true));
      assert.deepEqual(JSON.parse(stdout), { loaded: [], after: [] }, stderr);
    });
  }

  it("keeps id, folder, environment and arguments of the one that was started", async () => {
    const report = `console.log(JSON.stringify([process.cwd(), process.env.OF_THE_ENGINE, process.argv.slice(2)]));`;
    const told = async (isReplaced: boolean) => {
      const pack = packOf("tells", report, isReplaced);
      const { stdout, stderr } = await run(pack, { OF_THE_ENGINE: "a b=c\nd", NODE_OPTIONS: "--stack-trace-limit=7" });
      const [cwd, ...others] = JSON.parse(stdout) as [string, string, string[]];
      assert.ok(cwd.endsWith(path.basename(pack)), stderr);
      return others;
    };
    assert.deepEqual(await told(true), await told(false));
  });

  for (const [name, main] of [
    ["throws", `throw new Error("no catalogue");`],
    ["throws later", `setImmediate(() => { throw new Error("no port"); });`],
    ["rejects", `module.exports = Promise.reject(new Error("no settings"));`],
    ["rejects what nobody waits for", `Promise.reject(new Error("no one waits"));`],
    ["throws no error", `throw "text";`],
    ["throws an error for the user", `throw new (require("@pulumi/pulumi").RunError)("Set an account.");`],
    ["lacks a module", `require("./not-there");`],
    ["has a mistake in its syntax", `require("node:fs").writeFileSync("broken.js", "const ="); require("./broken");`],
    ["exits", `process.exit(7);`],
    ["ends well", ``],
  ] as const) {
    it(`ends as the SDK's own when the pack ${name}`, async () => {
      const outcome = async (isReplaced: boolean) => {
        const pack = packOf(name.replaceAll(" ", "-"), main, isReplaced);
        const { code, stdout, stderr } = await run(pack);
        const [said] = /Error: .*|Set an account\.|text|SyntaxError.*/u.exec(stderr) ?? [undefined];
        return { code, stdout, said };
      };
      assert.deepEqual(await outcome(true), await outcome(false));
    });
  }

  it("stays when somebody debugs it", async () => {
    const report = `console.log(require.main.filename.endsWith("index.js"));`;
    const pack = packOf("debugged", report, true);
    assert.equal((await run(pack, { NODE_OPTIONS: "--inspect=127.0.0.1:0" })).stdout.trim(), "true");
  });

  it("stays when the pack is loaded by anything but the SDK's runner", async () => {
    const main = `console.log(require.main.filename === __filename);`;
    const pack = packOf("foreign", main, true);
    const { stdout } = await capture(process.execPath, [path.join(pack, "index.js")]);
    assert.equal(stdout.trim(), "true");
  });

  it("has the compiler when a function is made part of a resource", async () => {
    const main = `
      const pulumi = require("@pulumi/pulumi");
      const factor = 6;
      module.exports = pulumi.runtime.serializeFunction((value) => value * factor)
        .then(({ text }) => require("node:fs").writeFileSync("function.js", text));`;
    const pack = packOf("serializes", main, true);
    const { code, stderr } = await run(pack);
    assert.equal(code, 0, stderr);
    assert.ok(existsSync(path.join(pack, "function.js")));
    const called = await capture(process.execPath, ["-p", `require("${path.join(pack, "function.js")}").handler(7)`]);
    assert.equal(called.stdout.trim(), "42", called.stderr);
  });
});
