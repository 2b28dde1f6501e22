import { kindOf } from "./errors";
import { explain } from "./failures";
import { retryWhile, type WaitSurroundings } from "./lifecycle";

const CONFLICT_RETRY_MS = 5 * 60_000;

class StillThere extends Error {
  constructor(what: string) {
    super(`${what} is still there after Bedrock accepted to delete it; run destroy again`);
  }
}

/** Something to delete, and how to see whether it is there. */
export interface Deletion {
  /** Such as `custom model <arn>`. */
  what: string;
  /** Asks for the deletion; what is not there any more counts as deleted. */
  remove(): Promise<unknown>;
  isThere(): Promise<boolean>;
}

/**
 * Deletes something and looks whether it is gone: an answer that says nothing, such as a proxy's, is no proof, and a model
 * that is left is billed by the month. Conflicts and transient errors are tried again for a few minutes.
 *
 * @throws Error a conflict as the service worded it, and everything else with what becomes of the thing
 */
export async function deleteUntilGone(deletion: Deletion, around: WaitSurroundings): Promise<void> {
  const attempt = async (): Promise<void> => {
    await deletion.remove();
    if (await deletion.isThere()) throw new StillThere(deletion.what);
  };
  const isPassing = (error: unknown): boolean =>
    error instanceof StillThere || kindOf(error) === "conflict" || kindOf(error) === "transient";
  try {
    await retryWhile({ what: deletion.what, attempt, isPassing, retryForMs: CONFLICT_RETRY_MS }, around);
  } catch (error) {
    if (error instanceof StillThere || kindOf(error) === "conflict") throw error;
    throw new Error(`${deletion.what} cannot be deleted: ${explain(error)}; it stays in the state, run destroy again`, {
      cause: error,
    });
  }
}
