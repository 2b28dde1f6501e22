import assert from "node:assert/strict";
import fc from "fast-check";
import { longestDelayOf } from "../../bedrock/job-spec";
import { elapsedText, nextDelay, withJitter } from "../../bedrock/schedule";

function looksUntil(
  endMs: number,
  random: () => number,
  longestMs?: number,
): { calls: number; noticedAfterMs: number } {
  let time = 0;
  let calls = 1;
  while (time < endMs) {
    time += withJitter(nextDelay(time, { longestMs }), random);
    calls++;
  }
  return { calls, noticedAfterMs: time - endMs };
}

describe("polling schedule", () => {
  it("costs at most 60 calls in a job of four hours, whatever the jitter", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (stream) => {
        const { calls } = looksUntil(4 * 3_600_000, () => stream.next().value as number);
        return calls <= 60;
      }),
      { numRuns: 50 },
    );
  });

  it("notices the end within a third of the time it took, and never later than 462 s", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5_000, max: 24 * 3_600_000 }), (endMs) => {
        const { noticedAfterMs } = looksUntil(endMs, () => 0.999);
        return noticedAfterMs <= Math.min(Math.max(endMs / 3, 1_100), 462_000);
      }),
      { numRuns: 100 },
    );
  });

  it("notices every end within the time that is wanted, at the price of more calls", () => {
    const longestMs = longestDelayOf({ noticeWithinSeconds: 60 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 * 3_600_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (endMs, jitter) => {
          return looksUntil(endMs, () => jitter, longestMs).noticedAfterMs <= 60_000;
        },
      ),
      { numRuns: 100 },
    );
    const { calls } = looksUntil(4 * 3_600_000, () => 0.5, longestMs);
    assert.ok(calls > 240 && calls < 280, String(calls));
  });

  it("looks at least every 15 s when the end is near", () => {
    assert.equal(nextDelay(3_600_000, { ending: true }), 15_000);
    assert.equal(nextDelay(0, { ending: true }), 1_000);
  });

  it("tells elapsed time as a reader would", () => {
    assert.deepEqual([42_000, 420_000, 11_100_000].map(elapsedText), ["42 s", "7 min", "3 h 05 min"]);
  });
});
