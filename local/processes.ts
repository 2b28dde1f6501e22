import { spawn, type SpawnOptions } from "node:child_process";
import { constants } from "node:os";

/** What a process printed and how it ended. */
export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** Options of {@link capture} and {@link inherit}. */
export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Gets each piece of output as it comes. */
  onOutput?: (text: string) => void;
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? (signal ? 128 + constants.signals[signal] : 1);
}

/** Runs a command and keeps what it prints. Rejects only when the command cannot be started at all. */
export function capture(command: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      options.onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      options.onOutput?.(text);
    });
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: exitCode(code, signal), stdout, stderr }));
  });
}

/**
 * Runs a command with this terminal and answers its exit code. Ctrl-C reaches the command by the terminal; this process
 * stays to see how the command ends.
 */
export function inherit(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const stay = () => undefined;
    process.on("SIGINT", stay);
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    const stop = () => child.kill("SIGTERM");
    process.on("SIGTERM", stop);
    const done = () => {
      process.off("SIGINT", stay);
      process.off("SIGTERM", stop);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      done();
      resolve(exitCode(code, signal));
    });
  });
}

/** Whether a command is on the PATH and runs; answers what it prints, or undefined. */
export async function versionOf(
  command: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const result = await capture(command, args, { env });
    return result.code === 0 ? (result.stdout + result.stderr).trim() : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || (error as NodeJS.ErrnoException).code === "EACCES") {
      return undefined;
    }
    throw error;
  }
}

/** Whether a process of this id is alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is alive and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
