import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { relative } from "node:path";
import { say, step } from "../console";
import { acquireEngine } from "../engine/acquire";
import { rehearsalVariables, shellCommands, withoutForeignVariables } from "../environment";
import { RehearsalError } from "../failure";
import { withLock } from "../lock";
import { paths, rehearsalFolder, root } from "../paths";
import { runningServices, stopServices, urlOf, type Services } from "../services";
import { stackRegion } from "../stack";

/** The services, both of which must run. */
export async function requireServices(): Promise<Services> {
  const { emulator, simulator } = await runningServices();
  if (!emulator || !simulator) {
    throw new RehearsalError("No rehearsal is running in this checkout.", `Start it with "npm start".`);
  }
  return { emulator, simulator };
}

async function variables(stack: string): Promise<Record<string, string>> {
  const services = await requireServices();
  return { ...rehearsalVariables(await acquireEngine(), services), AWS_REGION: stackRegion(stack) };
}

/** Prints the exports that lead any `pulumi` or `aws` command of a shell to the running rehearsal. */
export async function env(stack: string): Promise<void> {
  console.log(shellCommands(await variables(stack), process.env).join("\n"));
}

/** Opens a shell in which `pulumi` and `aws` commands work against the running rehearsal. Answers its exit code. */
export async function shell(stack: string): Promise<number> {
  const environment = { ...withoutForeignVariables(process.env), ...(await variables(stack)) };
  say(
    `A shell for stack ${stack}: "pulumi stack output --stack ${stack}", "pulumi preview --stack ${stack}"; "exit" leaves it.`,
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.env.SHELL ?? "/bin/sh", { stdio: "inherit", env: environment, cwd: root });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Says what runs. */
export async function status(): Promise<void> {
  const running = await runningServices();
  step("Status");
  for (const [name, label] of [
    ["emulator", "AWS emulator"],
    ["simulator", "Bedrock simulator"],
  ] as const) {
    const service = running[name];
    say(`${label.padEnd(18)}${service ? `${urlOf(service)} (process ${service.pid})` : "not running"}`);
  }
  say(`${"Files".padEnd(18)}${relative(root, rehearsalFolder)}`);
}

/** Stops the services. Nothing that this checkout has started is left running. */
export async function stop(): Promise<void> {
  const stopped = await withLock(stopServices);
  say(stopped.length > 0 ? `Stopped: ${stopped.join(", ")}.` : "Nothing was running.");
}

/** Stops the services and removes state and logs; engine, emulator and packages stay installed. */
export async function reset(): Promise<void> {
  await stop();
  await withLock(async () => {
    for (const folder of [paths.state, paths.project, paths.logs, paths.outputs]) {
      rmSync(folder, { recursive: true, force: true });
    }
    return Promise.resolve();
  });
  say("State and logs of all rehearsals are removed. The next start begins with an empty account.");
}
