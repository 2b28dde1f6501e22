// What waiting costs: API calls and delay of notice per simulated job, for our schedule and for fixed ones; the time that the
// state machine itself takes per look; the memory of fifty waits at once against one, with the real SDK client.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { callBedrock } from "../bedrock/client";
import { longestDelayOf } from "../bedrock/job-spec";
import { waitFor, type WaitSurroundings } from "../bedrock/lifecycle";
import { nextDelay, withJitter } from "../bedrock/schedule";
import { figure, type Figure } from "./report";

const MINUTE = 60_000;
const LOOKS = 20_000;
const WAITS = 50;

/** A named way to wait: the delay after so many milliseconds. */
interface Schedule {
  name: string;
  delay(elapsedMs: number): number;
}

const asked = longestDelayOf({ noticeWithinSeconds: 60 });
const SCHEDULES: readonly Schedule[] = [
  { name: "ours", delay: (elapsed) => withJitter(nextDelay(elapsed), Math.random) },
  {
    name: "ours, noticeWithinSeconds: 60",
    delay: (elapsed) => withJitter(nextDelay(elapsed, { longestMs: asked }), Math.random),
  },
  { name: "fixed 30 s", delay: () => 30_000 },
  { name: "fixed 60 s", delay: () => 60_000 },
  { name: "fixed 240 s (fewest calls for that delay)", delay: () => 240_000 },
];

/** Calls and delay of notice for a job that ends after so many milliseconds. */
function oneJob(schedule: Schedule, endMs: number): { calls: number; lateMs: number } {
  let time = 0;
  let calls = 1;
  while (time < endMs) {
    time += schedule.delay(time);
    calls++;
  }
  return { calls, lateMs: time - endMs };
}

/** Figures of a schedule over 500 jobs whose lengths are spread over ±5 % of `minutes`. */
function jobsOf(schedule: Schedule, minutes: number): string {
  const jobs = Array.from({ length: 500 }, () => oneJob(schedule, minutes * MINUTE * (0.95 + 0.1 * Math.random())));
  const mean = jobs.reduce((sum, job) => sum + job.lateMs, 0) / jobs.length / 1000;
  const worst = Math.max(...jobs.map((job) => job.lateMs)) / 1000;
  const calls = Math.max(...jobs.map((job) => job.calls));
  return `${calls} calls, noticed after ${mean.toFixed(0)} s (worst ${worst.toFixed(0)} s)`;
}

/** Microseconds that one look takes beside the call itself. */
async function overhead(): Promise<number> {
  let time = 0;
  let left = LOOKS;
  const around: WaitSurroundings = {
    now: () => time,
    sleep: async (milliseconds) => void (time += milliseconds),
    random: Math.random,
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  const started = performance.now();
  await waitFor(
    {
      what: "job",
      observe: async () => --left,
      judge: (rest) => (rest > 0 ? { state: "pending", phase: "Training" } : { state: "done" }),
      limitMs: Number.MAX_SAFE_INTEGER,
    },
    around,
  );
  return ((performance.now() - started) * 1000) / LOOKS;
}

/** Megabytes in use after a collection, while so many waits have each looked four times and sleep. */
async function memoryOf(waits: number): Promise<number> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("run with node --expose-gc");
  const stop = new AbortController();
  let asleep = 0;
  let allAsleep = (): void => undefined;
  const ready = new Promise<void>((resolve) => (allAsleep = resolve));
  const running = Array.from({ length: waits }, () => {
    let looks = 0;
    return waitFor(
      {
        what: "job",
        observe: () =>
          callBedrock("us-west-2", (bedrock) => bedrock.getModelCustomizationJob({ jobIdentifier: "job" })),
        judge: () => ({ state: "pending", phase: "Training" }),
        limitMs: Number.MAX_SAFE_INTEGER,
      },
      {
        now: () => Date.now(),
        sleep: async () => {
          if (++looks < 4) return;
          if (++asleep === waits) allAsleep();
          await new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
        },
        random: Math.random,
        progress: () => undefined,
        signal: stop.signal,
      },
    );
  });
  await ready;
  collect();
  const used = process.memoryUsage();
  stop.abort("measured");
  await Promise.all(running);
  return (used.heapUsed + used.external) / 2 ** 20;
}

async function main(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const schedule of SCHEDULES) {
    for (const [length, minutes] of [
      ["4 h", 240],
      ["1 h", 60],
      ["10 min", 10],
    ] as const) {
      figures.push({ what: `${schedule.name}, job of ${length}`, value: jobsOf(schedule, minutes) });
    }
  }
  figures.push({ what: "Overhead of the state machine per look", value: `${(await overhead()).toFixed(1)} µs` });
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jobArn: "job", jobName: "job", status: "InProgress", outputModelName: "model" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ENDPOINT_URL_BEDROCK = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = "bench";
  process.env.AWS_SECRET_ACCESS_KEY = "bench";
  try {
    await memoryOf(1);
    const one = await memoryOf(1);
    const many = await memoryOf(WAITS);
    const more = `${(many - one).toFixed(1)} MB more than one (${one.toFixed(1)} MB)`;
    figures.push({ what: `Memory while ${WAITS} jobs are awaited at once`, value: more, limit: "50 MB" });
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return figures;
}

main()
  .then(figure("npm run bench:waiting"))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
