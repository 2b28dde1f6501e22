/** What the last answer of the service says about how near the end is. */
export interface PhaseInfo {
  /** The end is due at any moment: the job is stopping, or its last phase is over and the job is not. */
  ending?: boolean;
  /** The longest delay that is wanted, in milliseconds; default {@link LONGEST_DELAY_MS}. */
  longestMs?: number;
}

const FIRST_DELAY_MS = 1_000;
const GROWTH = 0.3;

/** The longest delay between two looks, in milliseconds: the smallest with which four hours cost at most 60 looks. */
export const LONGEST_DELAY_MS = 440_000;

const LONGEST_ENDING_DELAY_MS = 15_000;

/**
 * How long to wait before the next look, in milliseconds. A pure function of the time waited so far:
 *
 * | waited so far | delay |
 * |---|---|
 * | up to 3 s | 1 s |
 * | up to 24 min | 30 % of the time waited |
 * | longer | 440 s, or the longest delay that is wanted |
 * | any, when the end is near | the same, but at most 15 s |
 *
 * So what ends soon is noticed soon, the notice never comes later than a third of the time the thing took anyway, and a
 * job of four hours costs at most 60 calls. Nothing that Bedrock says about a job tells when its training ends, so no
 * schedule has both: to notice every end within 60 s takes 240 calls in four hours, and 60 calls leave gaps of at least
 * 240 s. Whoever wants the first names a longest delay. Whoever waits adds jitter, so that many waits do not call in step.
 */
export function nextDelay(elapsedMs: number, phase: PhaseInfo = {}): number {
  const longest = Math.max(phase.longestMs ?? LONGEST_DELAY_MS, FIRST_DELAY_MS);
  const proportionate = Math.min(Math.max(elapsedMs * GROWTH, FIRST_DELAY_MS), longest);
  return phase.ending ? Math.min(proportionate, LONGEST_ENDING_DELAY_MS) : proportionate;
}

/** A delay moved by up to ±5 %; `random` is uniform in [0, 1). */
export function withJitter(delayMs: number, random: () => number): number {
  return Math.round(delayMs * (0.95 + 0.1 * random()));
}

/** Elapsed time for a reader: `42 s`, `7 min`, `3 h 05 min`. */
export function elapsedText(elapsedMs: number): string {
  const seconds = Math.round(elapsedMs / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
