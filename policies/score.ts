/** What the tests measure of the pack. Published in the reference; a test fails when it no longer holds. */

/**
 * Single weakenings of this repository's own environment, by stack: how many there are. A policy finds each of them on the
 * resource, unless it is proved to weaken nothing.
 */
export const WEAKENINGS = [
  { stack: "prod", tried: 3247 },
  { stack: "dev", tried: 2759 },
  { stack: "minimal", tried: 871 },
  { stack: "nova", tried: 2756 },
] as const;

/** Judgements at the first preview of a new stack of this repository's environment, and how many of them stay open. */
export const FIRST_PREVIEW = { stack: "prod", judgements: 769, open: 0 } as const;
