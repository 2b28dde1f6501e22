/**
 * The command `npm run recover`: after an engine that was killed. What it was making and never saw answered is looked for in
 * AWS; what exists is taken into the state, so that the next update goes on instead of making it twice. Exit code 0: the
 * state speaks of what exists; 1: the engine failed; 2: wrong arguments.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { recovered } from "./recover";

const usage = `Usage: npm run recover -- --stack NAME [--cwd FOLDER]
  --stack NAME   the stack whose update or destroy was killed
  --cwd FOLDER   folder of the project. Default: this one
Give back the lock first, if there is one: pulumi cancel --stack NAME`;

interface Pulumi {
  /** Runs a command and shows what it prints. */
  shown(args: string[]): number;
  /** Runs a command and gives what it prints. */
  read(args: string[]): string;
}

/** The engine on `PATH`, in a folder. */
function pulumiIn(folder: string | undefined): Pulumi {
  const within = (args: string[]) => [...(folder === undefined ? [] : ["--cwd", folder]), "--non-interactive", ...args];
  return {
    shown: (args) => spawnSync("pulumi", within(args), { stdio: "inherit" }).status ?? 1,
    read: (args) => {
      const { status, stdout, stderr, error } = spawnSync("pulumi", within(args), {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
      if (error !== undefined) throw error;
      if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${status}:\n${stderr}`);
      return stdout;
    },
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { stack: { type: "string" }, cwd: { type: "string" } } });
  if (values.stack === undefined) {
    console.error(usage);
    return 2;
  }
  const stack = ["--stack", values.stack];
  const pulumi = pulumiIn(values.cwd);
  const region = process.env.AWS_REGION ?? pulumi.read(["config", "get", "aws:region", ...stack]).trim();
  const state = await recovered(pulumi.read(["stack", "export", ...stack]), { region });
  if (state === undefined) {
    console.log("Nothing was left unanswered; the next update can go on.");
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), "recovered-"));
  try {
    const file = join(folder, "state.json");
    writeFileSync(file, state, { mode: 0o600 });
    pulumi.read(["stack", "import", "--file", file, ...stack]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return pulumi.shown(["refresh", "--yes", "--skip-preview", "--suppress-outputs", ...stack]) === 0 ? 0 : 1;
}

if (require.main === module) {
  main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    },
  );
}
