import { describe, kindOf } from "./errors";
import { elapsedText, nextDelay, withJitter } from "./schedule";
import type { Surroundings } from "./surroundings";

const PROGRESS_EVERY_MS = 5 * 60_000;
const OWNER_APPEARS_WITHIN_MS = 30_000;

/** The parts of the surroundings that a wait needs, and the signal that ends it early. */
export type WaitSurroundings = Pick<Surroundings, "now" | "sleep" | "random" | "progress"> & { signal: AbortSignal };

/** What one look at a thing says about it. */
export type Verdict =
  { state: "pending"; phase: string; ending?: boolean } | { state: "done" } | { state: "failed"; message: string };

/** A thing to wait for. */
export interface Wait<T> {
  /** Names the thing in progress lines, such as `customization job abc`. */
  what: string;
  /** One look; undefined when the thing does not exist. */
  observe(): Promise<T | undefined>;
  judge(observed: T): Verdict;
  limitMs: number;
  /** How long a thing that was started just now may take to be seen at all; 0 when left out. */
  appearWithinMs?: number;
  /** The longest delay between two looks, in milliseconds; the schedule's own when left out. */
  longestDelayMs?: number;
}

/** How a wait ended; `last` is the newest look that succeeded. */
export type WaitEnd<T> =
  | { end: "done"; last: T }
  | { end: "failed"; last: T; message: string }
  | { end: "gone"; last?: T }
  | { end: "limit"; last?: T; waitedMs: number }
  | { end: "interrupted"; last?: T; by: string }
  | { end: "error"; last?: T; error: unknown };

/**
 * Looks at a thing until it is done, has failed, is gone, the limit is reached or the wait is interrupted. Throttling,
 * server errors, lost networks and expired credentials are no reason to stop looking: the thing goes on without us, and
 * every look fetches credentials anew. Any other error ends the wait. Never rejects.
 */
export async function waitFor<T>(wait: Wait<T>, around: WaitSurroundings): Promise<WaitEnd<T>> {
  const started = around.now();
  const report = progressReporter(wait.what, around, started);
  let last: T | undefined;
  for (;;) {
    if (around.signal.aborted) return { end: "interrupted", last, by: String(around.signal.reason) };
    let ending: boolean | undefined;
    try {
      const observed = await unlessAborted(wait.observe(), around.signal);
      if (observed === undefined) {
        const mayAppear = last === undefined && around.now() - started < (wait.appearWithinMs ?? 0);
        if (!mayAppear) return { end: "gone", last };
      } else {
        last = observed;
        const verdict = wait.judge(observed);
        if (verdict.state === "done") return { end: "done", last };
        if (verdict.state === "failed") return { end: "failed", last, message: verdict.message };
        ending = verdict.ending;
        report(verdict.phase);
      }
    } catch (error) {
      if (around.signal.aborted) continue;
      const kind = kindOf(error);
      if (kind !== "transient" && kind !== "expiredCredentials") return { end: "error", last, error };
      report(
        kind === "transient"
          ? `no answer (${describe(error)}); it goes on, still asking`
          : `the AWS credentials are missing or have expired (${describe(error)}); it goes on, renew them to see the end`,
      );
    }
    const waitedMs = around.now() - started;
    if (waitedMs >= wait.limitMs) return { end: "limit", last, waitedMs };
    const delay = withJitter(nextDelay(waitedMs, { ending, longestMs: wait.longestDelayMs }), () => around.random());
    await around.sleep(Math.min(delay, wait.limitMs - waitedMs), around.signal);
  }
}

/** One name under which a thing may be started, or may have been started by an earlier run whose answer was lost. */
export interface Candidate {
  name: string;
}

/** How to start a thing once. */
export interface StartOrAdopt<C extends Candidate, T> {
  what: string;
  /** Attempts in order, each with the names to try for it; the same in every run. */
  attempts: Iterable<readonly C[]>;
  find(candidate: C): Promise<T | undefined>;
  /** `ours`: to be adopted. `foreign`: leave it alone, try another name. `spent`: ours, but over, try another attempt. */
  claim(found: T, candidate: C): Promise<"ours" | "foreign" | "spent">;
  /** Starts the thing and gives its id. */
  start(candidate: C): Promise<string>;
  idOf(found: T): string;
  isNameInUse(error: unknown): boolean;
  /** Errors, beside transient ones, for which the start is tried again. */
  isPassing(error: unknown): boolean;
  /** How long to try again, looking first each time. */
  retryForMs: number;
}

/**
 * Finds the thing that an earlier run started, or starts it. After an answer that was lost the thing is looked up by name
 * before anything is started again, so none is started twice and none is lost. Throws the service's error.
 */
export async function startOrAdopt<C extends Candidate, T>(
  plan: StartOrAdopt<C, T>,
  around: WaitSurroundings,
): Promise<{ id: string; candidate: C; adopted: boolean }> {
  for (const names of plan.attempts) {
    const started = await tryNames(names, plan, around);
    if (started !== "spent") return started;
  }
  throw new Error(`${plan.what}: every attempt that was tried is over; raise \`attempt\``);
}

async function tryNames<C extends Candidate, T>(
  names: readonly C[],
  plan: StartOrAdopt<C, T>,
  around: WaitSurroundings,
): Promise<{ id: string; candidate: C; adopted: boolean } | "spent"> {
  const taken: string[] = [];
  for (const candidate of names) {
    const outcome = await retryWhile(
      {
        what: plan.what,
        attempt: () => findOrStart(candidate, plan, around),
        isPassing: (error) => kindOf(error) === "transient" || plan.isPassing(error),
        retryForMs: plan.retryForMs,
      },
      around,
    );
    if (outcome.was === "started") return { id: outcome.id, candidate, adopted: false };
    if (outcome.was === "spent") return "spent";
    if (outcome.was === "ours") {
      around.progress(`${plan.what}: ${candidate.name} was started before and is ours; adopted, nothing is started`);
      return { id: outcome.id, candidate, adopted: true };
    }
    taken.push(candidate.name);
    around.progress(`${plan.what}: the name ${candidate.name} is taken by something else; trying another name`);
  }
  throw new Error(`${plan.what}: every name is taken by something else: ${taken.join(", ")}; give another name`);
}

// Every try looks first, so that a try after a lost answer finds what the one before it started.
async function findOrStart<C extends Candidate, T>(
  candidate: C,
  plan: StartOrAdopt<C, T>,
  around: WaitSurroundings,
): Promise<{ was: "started" | "ours"; id: string } | { was: "spent" | "foreign" }> {
  let found = await plan.find(candidate);
  if (found === undefined) {
    try {
      return { was: "started", id: await plan.start(candidate) };
    } catch (error) {
      if (!plan.isNameInUse(error)) throw error;
      found = await ownerOfName(candidate, plan, around);
      if (found === undefined) return { was: "foreign" };
    }
  }
  const claim = await plan.claim(found, candidate);
  return claim === "ours" ? { was: claim, id: plan.idOf(found) } : { was: claim };
}

// What was started a moment ago may not be listed yet. Taken for something else, it would be started again under another name.
async function ownerOfName<C extends Candidate, T>(
  candidate: C,
  plan: StartOrAdopt<C, T>,
  around: WaitSurroundings,
): Promise<T | undefined> {
  const ended = await waitFor<T>(
    {
      what: `${plan.what}: the owner of the name ${candidate.name}`,
      observe: () => plan.find(candidate),
      judge: () => ({ state: "done" }),
      limitMs: OWNER_APPEARS_WITHIN_MS,
      appearWithinMs: OWNER_APPEARS_WITHIN_MS,
    },
    around,
  );
  if (ended.end === "error") throw ended.error;
  if (ended.end === "interrupted") throw new Error(`interrupted: ${ended.by}`);
  return ended.last;
}

/** Something to try again while it fails in a way that passes. */
export interface Retry<T> {
  what: string;
  attempt(): Promise<T>;
  isPassing(error: unknown): boolean;
  retryForMs: number;
}

/** Tries until it succeeds, fails in a way that does not pass, the time is over or the wait is interrupted. */
export async function retryWhile<T>(retry: Retry<T>, around: WaitSurroundings): Promise<T> {
  const started = around.now();
  const report = progressReporter(retry.what, around, started);
  for (;;) {
    try {
      return await retry.attempt();
    } catch (error) {
      const waitedMs = around.now() - started;
      if (!retry.isPassing(error) || waitedMs >= retry.retryForMs || around.signal.aborted) throw error;
      report(`trying again (${describe(error)})`);
      const delay = withJitter(Math.min(nextDelay(waitedMs), 15_000), () => around.random());
      await around.sleep(Math.min(delay, retry.retryForMs - waitedMs), around.signal);
    }
  }
}

/** Runs an operation with a watch for interruptions around all of it, so that none falls between two waits. */
export async function watched<T>(
  surroundings: Surroundings,
  operation: (around: WaitSurroundings) => Promise<T>,
): Promise<T> {
  const watch = surroundings.watchInterruption();
  const around: WaitSurroundings = {
    now: () => surroundings.now(),
    sleep: (milliseconds, signal) => surroundings.sleep(milliseconds, signal),
    random: () => surroundings.random(),
    progress: (line) => surroundings.progress(line),
    signal: watch.signal,
  };
  try {
    return await operation(around);
  } finally {
    watch.dispose();
  }
}

function progressReporter(what: string, around: WaitSurroundings, started: number): (text: string) => void {
  let shown = "";
  let shownAt = started;
  return (text) => {
    const now = around.now();
    if (text === shown && now - shownAt < PROGRESS_EVERY_MS) return;
    shown = text;
    shownAt = now;
    around.progress(`${what}: ${text}, ${elapsedText(now - started)} elapsed`);
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(new Error(`interrupted: ${String(signal.reason)}`));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}
