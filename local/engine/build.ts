import { join } from "node:path";
import { duration, say } from "../console";
import { root } from "../paths";
import { capture, versionOf } from "../processes";
import { engineVersion } from "./version";

const commandPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Milliseconds between two lines of progress. */
const reportEvery = 15_000;

/** Shows that a long command is alive: how much it has printed so far, and for how long it has been running. */
async function withProgress<T>(what: string, run: (onOutput: (text: string) => void) => Promise<T>): Promise<T> {
  const started = Date.now();
  let lines = 0;
  const timer = setInterval(() => say(`${what}: ${lines} so far, ${duration(Date.now() - started)}`), reportEvery);
  try {
    return await run((text) => {
      lines += text.split("\n").length - 1;
    });
  } finally {
    clearInterval(timer);
  }
}

async function go(args: readonly string[], what: string): Promise<void> {
  const result = await withProgress(what, (onOutput) =>
    capture("go", args, {
      cwd: join(root, "local", "engine"),
      // The engine needs no C compiler, and a machine that has only Go may have none.
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
      onOutput,
    }),
  );
  if (result.code !== 0) {
    const lastLines = result.stderr.trim().split("\n").slice(-5).join("\n    ");
    throw new Error(
      `the engine could not be built from its Go module (go ${args[0]} ended with ${result.code}):\n    ${lastLines}`,
    );
  }
}

/**
 * Builds the engine from its Go module with the versions that `local/engine/go.sum` pins.
 *
 * @param folder gets the command `pulumi`
 * @returns path of the command
 */
export async function buildEngine(folder: string): Promise<string> {
  const version = await versionOf("go", ["version"]);
  if (version === undefined) {
    throw new Error("the engine cannot be built: there is no Go on PATH");
  }
  say(
    `Building the Pulumi engine ${engineVersion} from its Go module, once (about 4 minutes on 2 cores; ${version}) …`,
  );
  const output = join(folder, "pulumi");
  const linker = `-s -w -X ${versionVariable}=v${engineVersion}`;
  await go(["build", "-v", "-trimpath", "-ldflags", linker, "-o", output, commandPackage], "Modules and packages");
  return output;
}
