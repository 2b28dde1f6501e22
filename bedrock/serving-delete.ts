import type { Bedrock } from "@aws-sdk/client-bedrock";
import { kindOf } from "./errors";
import { explain, reading } from "./failures";
import { retryWhile, waitFor, type WaitSurroundings } from "./lifecycle";
import type { ServingInputs, ServingKind, ServingState } from "./serving-kind";
import type { Surroundings } from "./surroundings";

/** How long an update waits for what serves a model when the program does not say: two hours. */
export const DEFAULT_WAIT_LIMIT_MINUTES = 120;

/** After so long at rest without what was asked for, the service has not heard of the change, or of the deletion. */
export const UNHEARD_MS = 10 * 60_000;

const CONFLICT_RETRY_MS = 5 * 60_000;

/** Waits until an earlier change is over; how it ended is for the caller to see. */
export async function waitUnchanging<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: ServingKind<T>,
  id: string,
  inputs: ServingInputs,
): Promise<void> {
  const ended = await waitFor<T>(
    {
      what: `${kind.what} ${id}`,
      observe: () => surroundings.bedrock(inputs.region, (bedrock) => kind.get(bedrock, id)),
      judge: (observed) =>
        kind.isChanging(observed) ? { state: "pending", phase: "busy with an earlier change" } : { state: "done" },
      limitMs: (inputs.waitLimitMinutes ?? DEFAULT_WAIT_LIMIT_MINUTES) * 60_000,
    },
    around,
  );
  if (ended.end === "error") throw ended.error;
  if (ended.end === "limit" || ended.end === "interrupted") {
    throw new Error(`it is still busy with an earlier change (${ended.end}); run the same command again`);
  }
}

/** Deletes something that serves a model and waits until it is gone; what is gone already counts as deleted. */
export async function deleteServing<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: ServingKind<T>,
  id: string,
  props: ServingState,
): Promise<void> {
  const call = <R>(use: (bedrock: Bedrock) => Promise<R>): Promise<R> => surroundings.bedrock(props.region, use);
  const what = `${kind.what} ${props.actualName ?? id}`;
  const look = call((bedrock) => kind.get(bedrock, id));
  const now = await reading(what, "run destroy again", look);
  if (now === undefined) return;
  const block = kind.deletionBlock?.(now, surroundings.now());
  if (block !== undefined) throw new Error(`${what} cannot be deleted: ${block}`);
  await waitUnchanging(surroundings, around, kind, id, props);
  const limitMs = (props.waitLimitMinutes ?? DEFAULT_WAIT_LIMIT_MINUTES) * 60_000;
  const until = around.now() + limitMs;
  for (;;) {
    if (!(await sendDelete(surroundings, around, kind, id, props))) return;
    const ended = await waitFor<T>(
      {
        what,
        observe: () => call((bedrock) => kind.get(bedrock, id)),
        judge: () => ({ state: "pending", phase: "deleting", ending: true }),
        limitMs: Math.min(UNHEARD_MS, until - around.now()),
      },
      around,
    );
    if (ended.end === "gone") return;
    if (ended.end === "limit" && around.now() < until) continue;
    const why = ended.end === "error" ? explain(ended.error) : ended.end;
    throw new Error(`${what} is being deleted but is still there (${why}); run destroy again`);
  }
}

/** Asks for the deletion; false when there is nothing to delete any more. */
async function sendDelete<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: ServingKind<T>,
  id: string,
  props: ServingState,
): Promise<boolean> {
  const what = `${kind.what} ${props.actualName ?? id}`;
  try {
    await retryWhile(
      {
        what,
        attempt: () => surroundings.bedrock(props.region, (bedrock) => kind.delete(bedrock, id)),
        isPassing: (error) => kindOf(error) === "conflict" || kindOf(error) === "transient",
        retryForMs: CONFLICT_RETRY_MS,
      },
      around,
    );
    return true;
  } catch (error) {
    if (kindOf(error) === "notFound") return false;
    throw new Error(`${what} cannot be deleted: ${explain(error)}; it stays in the state, run destroy again`, {
      cause: error,
    });
  }
}
