import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RehearsalError } from "./failure";
import { paths } from "./paths";
import { isAlive } from "./processes";

const lockFile = join(paths.run, "lock");

/** Takes the lock by linking a file that names its owner already, so nobody ever reads a lock without an owner. */
function tryTake(path: string): boolean {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Runs something that changes the rehearsal while no other command of this checkout does. A lock that a killed command has
 * left behind is taken over.
 *
 * @param path the lock; default: that of this checkout
 * @throws {RehearsalError} when another command is at work; it names its process
 */
export async function withLock<T>(run: () => Promise<T>, path: string = lockFile): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  if (!tryTake(path)) {
    const owner = Number(readFileSync(path, "utf8"));
    if (Number.isInteger(owner) && owner > 0 && isAlive(owner)) {
      throw new RehearsalError(
        `Another command of this checkout is at work (process ${owner}).`,
        "Wait for it to end, or end it with Ctrl-C in its terminal.",
      );
    }
    rmSync(path, { force: true });
    if (!tryTake(path)) {
      throw new RehearsalError("Another command of this checkout has just started.", "Wait for it to end.");
    }
  }
  try {
    return await run();
  } finally {
    rmSync(path, { force: true });
  }
}
