import { copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { RehearsalError } from "./failure";

/** Whether a file holds a complete JSON document. */
function isComplete(path: string): boolean {
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return false;
    }
    throw error;
  }
}

/**
 * Restores a checkpoint that the engine was writing when it was killed. The file backend keeps the one before beside it, and
 * writes a second file with the attributes of the first.
 *
 * @param path file of the stack's checkpoint
 * @returns whether something was restored; false as well for a stack that has no checkpoint yet
 * @throws {RehearsalError} when neither the checkpoint nor the one before it is complete
 */
export function restoreCheckpoint(path: string): boolean {
  const attributes = `${path}.attrs`;
  if (existsSync(attributes) && !isComplete(attributes)) {
    // Content type and digest of the file; the backend does without them, but refuses half of them.
    rmSync(attributes);
  }
  if (!existsSync(path) || isComplete(path)) {
    return false;
  }
  const earlier = `${path}.bak`;
  if (!existsSync(earlier) || !isComplete(earlier)) {
    throw new RehearsalError(
      `The engine was killed while it wrote its state: ${path} is cut off, and so is what it keeps beside it.`,
      `"npm run local -- reset" starts over with an empty account and an empty state.`,
    );
  }
  copyFileSync(earlier, path);
  return true;
}
