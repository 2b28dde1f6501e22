import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Command } from "./commands";

/** How a process ended: by its own exit code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Where the output of a streamed process goes, and who may stop it. */
export interface StreamHandlers {
  stdout: (chunk: Buffer) => void;
  stderr: (chunk: Buffer) => void;
  /** Called once with the function that stops the process. */
  cancelled: (stop: () => void) => void;
}

const running = new Set<ChildProcess>();

// The engine ends the host with SIGINT, and kills it after five seconds if it is still there. What the host has started
// must not outlive it, and must not keep it waiting.
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
// An engine that is killed ends nothing. A host without its engine serves nobody, so it notices and goes.
const engineProcess = process.ppid;
const orphanCheckEvery = 1_000;
setInterval(() => {
  if (process.ppid !== engineProcess) {
    process.exit(1);
  }
}, orphanCheckEvery).unref();
process.on("exit", () => {
  for (const child of running) {
    child.kill("SIGKILL");
  }
});

function start(command: Command, stdio: "inherit" | "pipe"): ChildProcess {
  const child = spawn(process.execPath, command.arguments, {
    cwd: command.workingDirectory,
    env: { ...process.env, ...command.environment },
    stdio: ["ignore", stdio, stdio],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Runs a command to its end; its output goes where this process's output goes, which the engine shows. */
export function runToEnd(command: Command): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const child = start(command, "inherit");
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

/** Runs a command, hands on what it prints as it comes, and answers its exit code once all output has been handed on. */
export function streamed(command: Command, handlers: StreamHandlers): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = start(command, "pipe");
    child.stdout?.on("data", handlers.stdout);
    child.stderr?.on("data", handlers.stderr);
    handlers.cancelled(() => child.kill("SIGTERM"));
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? (signal ? 128 + constants.signals[signal] : 1)));
  });
}
