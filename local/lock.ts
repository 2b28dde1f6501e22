import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { RehearsalError } from "./failure";
import { paths } from "./paths";
import { isAlive } from "./processes";

const lockFile = join(paths.run, "lock");

function tryTake(): boolean {
  try {
    const file = openSync(lockFile, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/**
 * Runs something that changes the rehearsal while no other command of this checkout does. A lock that a killed command has
 * left behind is taken over.
 *
 * @throws {RehearsalError} when another command is at work; it names its process
 */
export async function withLock<T>(run: () => Promise<T>): Promise<T> {
  mkdirSync(paths.run, { recursive: true });
  if (!tryTake()) {
    const owner = Number(readFileSync(lockFile, "utf8"));
    if (Number.isInteger(owner) && owner > 0 && isAlive(owner)) {
      throw new RehearsalError(
        `Another command of this checkout is at work (process ${owner}).`,
        "Wait for it to end, or end it with Ctrl-C in its terminal.",
      );
    }
    rmSync(lockFile, { force: true });
    if (!tryTake()) {
      throw new RehearsalError("Another command of this checkout has just started.", "Wait for it to end.");
    }
  }
  try {
    return await run();
  } finally {
    rmSync(lockFile, { force: true });
  }
}
