// How much longer a preview of the whole environment with the policy pack takes than a preview of an empty program, and how
// much memory the program's process needs. Both are measured in turns, in one run, on a new stack against an empty account.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "../local/processes";
import { figure, median, type Figure } from "./report";

const rounds = Number(process.env.ROUNDS ?? 7);

// Set before the rehearsal's modules are loaded: they compute their folders when they are.
const folder = mkdtempSync(join(tmpdir(), "bench-preview-"));
process.env.REHEARSAL_FOLDER = join(folder, "rehearsal");

/**
 * Programs without resources, run by the same engine, language host and packages: as `pulumi new typescript` lays one out,
 * which type-checks at each run, and one that only transpiles, which is the least that any TypeScript program needs.
 */
const emptyPrograms = {
  asCreated: { compilerOptions: { strict: true, target: "es2020", module: "nodenext", moduleResolution: "nodenext" } },
  transpiled: { "ts-node": { swc: true }, compilerOptions: { module: "commonjs", moduleResolution: "node" } },
};

function emptyProgram(root: string, name: keyof typeof emptyPrograms): string {
  const project = join(folder, name);
  writeTree(project, {
    "Pulumi.yaml": `name: ${name.toLowerCase()}\nruntime: nodejs\n`,
    "package.json": '{ "name": "empty", "main": "index.ts" }\n',
    "tsconfig.json": JSON.stringify(emptyPrograms[name]),
    "index.ts": "export const nothing = true;\n",
  });
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  return project;
}

function writeTree(path: string, files: Record<string, string>): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(path, name), content);
  }
}

/** Milliseconds that a command takes; it must succeed. */
async function time(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  const result = await capture(command, args, { env });
  if (result.code !== 0) {
    throw new Error(`${command} ${args.join(" ")} ended with ${result.code}:\n${result.stdout}\n${result.stderr}`);
  }
  return performance.now() - started;
}

/** Largest resident memory, in MB, of the process that runs the program while a command runs. */
async function programMemory(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(command, args, { env, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let largest = 0;
  let running = true;
  void ended.then(() => (running = false));
  while (running) {
    const { stdout } = await capture("ps", ["-axo", "rss=,args="]);
    for (const line of stdout.split("\n")) {
      const [, rss] = /^\s*(\d+)\s.*@pulumi\/pulumi\/cmd\/run\/index\.js.*--dry-run/u.exec(line) ?? [];
      largest = Math.max(largest, Number(rss ?? 0) / 1024);
    }
  }
  return largest;
}

async function main(): Promise<Figure[]> {
  const { paths, root } = await import("../local/paths");
  const { prepareTools, startServices } = await import("../local/tools");
  const { stopServices } = await import("../local/services");
  const { RehearsedStack } = await import("../local/stack");
  const tools = await prepareTools();
  const starting = performance.now();
  const services = await startServices(tools, 300);
  const ready = performance.now() - starting;
  try {
    const stack = new RehearsedStack("dev", tools.engine, services);
    await stack.prepare();
    const env = stack.environment;
    const previewAll = [
      ...["--cwd", paths.project, "preview", "--non-interactive", "--stack", "dev"],
      ...["--policy-pack", paths.policies],
    ];
    const empty = async (name: keyof typeof emptyPrograms): Promise<string[]> => {
      const project = emptyProgram(root, name);
      await time(tools.engine.pulumi, ["--cwd", project, "stack", "select", "--create", "empty"], env);
      return ["--cwd", project, "preview", "--non-interactive", "--stack", "empty"];
    };
    const commands = { asCreated: await empty("asCreated"), transpiled: await empty("transpiled"), all: previewAll };
    const times: Record<keyof typeof commands, number[]> = { asCreated: [], transpiled: [], all: [] };
    // The first round fills V8's compile cache and the file system's, and does not count.
    for (let round = 0; round <= rounds; round++) {
      for (const name of ["asCreated", "transpiled", "all"] as const) {
        const taken = await time(tools.engine.pulumi, commands[name], env);
        if (round > 0) {
          times[name].push(taken);
        }
      }
    }
    const seconds = (name: keyof typeof times) => `${(median(times[name]) / 1000).toFixed(2)} s`;
    const ratio = (name: keyof typeof times) => `${(median(times.all) / median(times[name])).toFixed(2)} ×`;
    const memory = await programMemory(tools.engine.pulumi, previewAll, env);
    return [
      { what: "Emulator and simulator ready", value: `${(ready / 1000).toFixed(2)} s`, limit: "5 s" },
      { what: "Preview of the environment with the pack (median)", value: seconds("all") },
      { what: "Preview of an empty program as `pulumi new` lays it out (median)", value: seconds("asCreated") },
      { what: "Ratio to that", value: ratio("asCreated"), limit: "3.0 ×, aim 2.0 ×" },
      { what: "Preview of an empty program that only transpiles (median)", value: seconds("transpiled") },
      { what: "Ratio to that", value: ratio("transpiled"), limit: "3.0 ×, aim 2.0 ×" },
      { what: "Memory of the program process at preview", value: `${memory.toFixed(0)} MB`, limit: "300 MB" },
    ];
  } finally {
    await stopServices();
  }
}

main()
  .then(figure("npm run bench"))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
