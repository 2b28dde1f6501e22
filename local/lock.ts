import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
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

/** Process that holds a lock; `undefined` when it is gone, or the lock names nobody. */
function ownerOf(path: string): number | undefined {
  try {
    const owner = Number(readFileSync(path, "utf8"));
    return Number.isInteger(owner) && owner > 0 && isAlive(owner) ? owner : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Takes the lock, unless somebody has it: then tells who. A lock that a killed command has left behind is taken over. */
function take(path: string): number | undefined {
  mkdirSync(dirname(path), { recursive: true });
  if (tryTake(path)) return undefined;
  const owner = ownerOf(path);
  if (owner !== undefined) return owner;
  rmSync(path, { force: true });
  return tryTake(path) ? undefined : (ownerOf(path) ?? 0);
}

async function release<T>(run: () => Promise<T>, path: string): Promise<T> {
  try {
    return await run();
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * Runs something that changes the rehearsal while no other command of this checkout does.
 *
 * @param path the lock; default: that of this checkout
 * @throws {RehearsalError} when another command is at work; it names its process
 */
export async function withLock<T>(run: () => Promise<T>, path: string = lockFile): Promise<T> {
  const owner = take(path);
  if (owner !== undefined) {
    throw new RehearsalError(
      owner > 0
        ? `Another command of this checkout is at work (process ${owner}).`
        : "Another command of this checkout has just started.",
      "Wait for it to end, or end it with Ctrl-C in its terminal.",
    );
  }
  return release(run, path);
}

/** How often somebody who waits looks whether the lock is free, in milliseconds. */
const LOOK_MS = 50;

/**
 * Runs something that every command does and that one at a time may do: waits as long as another does it.
 *
 * @param onWait called once with the process that is waited for
 */
export async function afterOthers<T>(
  run: () => Promise<T>,
  path: string,
  onWait: (owner: number) => void = () => undefined,
): Promise<T> {
  let told = false;
  for (let owner = take(path); owner !== undefined; owner = take(path)) {
    if (!told && owner > 0) {
      told = true;
      onWait(owner);
    }
    await delay(LOOK_MS);
  }
  return release(run, path);
}
