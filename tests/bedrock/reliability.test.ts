import assert from "node:assert/strict";
import type { JobMetrics } from "../../bedrock/metrics";
import { buildEnvironment, type Environment, type Moto, startMoto } from "../local/bedrock/support";
import { page, pageOnDisk, type Row, SCENARIOS, stable } from "./reliability/document";
import { S3_READS } from "./reliability/s3-proxy";
import { MODEL_JOB_CALLS, type ModelJobPlace, ModelJobStory, prepareModelJobs } from "./reliability/model-job-story";
import { type Call, CALL_FAULTS, CALLS } from "./reliability/calls";
import type { Scenario } from "./reliability/scenarios";
import { type Serving, Story, uploadConversations } from "./reliability/story";

const MOST_COMMANDS = 4;

describe("the fault matrix", function () {
  this.timeout(180_000);
  let moto: Moto;
  let environment: Environment;
  const rows: Row[] = [];
  const cells = new Map<string, string>();
  let place: ModelJobPlace | undefined;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "reliability");
    await uploadConversations(environment);
  });
  after(() => moto.stop());

  async function tell(serving: Serving, run: (story: Story) => Promise<void>): Promise<void> {
    const story = await Story.begin(moto.url, environment, serving);
    try {
      await run(story);
    } finally {
      await story.end();
    }
  }

  /** Runs a command until it succeeds; fails the test when it does not. */
  async function succeed(command: () => Promise<string | undefined>): Promise<void> {
    const read: string[] = [];
    for (let turn = 0; turn < MOST_COMMANDS; turn++) {
      const text = await command();
      if (text === undefined) return;
      read.push(text);
    }
    assert.fail(`the command does not recover: ${read.join("\n")}`);
  }

  /** The first run of the command that meets the fault, after what comes before it. */
  async function meet(
    story: Story,
    during: Scenario["during"],
    arrange: () => void | Promise<void>,
  ): Promise<string | undefined> {
    if (during !== "up") assert.equal(await story.up(), undefined);
    await arrange();
    return during === "destroy" ? story.destroy() : story.up();
  }

  /** What comes after the fault: the same command until it succeeds, then the end of the stack. */
  async function recover(story: Story, during: Scenario["during"], jobs: number): Promise<void> {
    if (during !== "destroy") {
      await succeed(() => story.up());
      assert.equal(story.job.state?.props["status"], "Completed");
      assert.match(String(story.serving.state?.props["status"]), /^(?:InService|Active)$/);
    }
    assert.equal(story.jobsStarted, jobs);
    await succeed(() => story.destroy());
    assert.ok(story.isEmpty, "something is left");
    assert.equal(story.jobsStarted, jobs);
  }

  for (const scenario of SCENARIOS) {
    it(`${scenario.group}: ${scenario.fault}`, () =>
      tell(scenario.serving ?? "throughput", async (story) => {
        const text = await meet(story, scenario.during, () => scenario.arrange(story));
        if (scenario.reads === undefined) assert.equal(text, undefined);
        else assert.match(text ?? "(it succeeded)", scenario.reads);
        const { state, service } = await story.look();
        await scenario.then?.act(story);
        await recover(story, scenario.during, scenario.jobs ?? 1);
        const then = scenario.then?.does ?? (text === undefined ? "nothing" : `repeats the command`);
        const { group, fault, during } = scenario;
        const reads = text === undefined ? "nothing: the command succeeds" : stable(text);
        rows.push({ group, fault, during, reads, state, service, then, jobs: story.jobsStarted });
      }));
  }

  async function hit(call: Call, fault: (typeof CALL_FAULTS)[number]): Promise<void> {
    await tell(call.serving, async (story) => {
      call.first?.(story);
      const text = await meet(story, call.during, async () => {
        await call.change?.(story);
        story.fault({ operation: call.operation, ...fault.fault });
      });
      if (S3_READS.some((read) => read === call.operation)) return missMetrics(story, call, fault, text);
      if (fault.fault.kind === "accessDenied" && call.operation !== "ListTagsForResource") {
        assert.match(text ?? "(it succeeded)", new RegExp(`AccessDeniedException.*bedrock:${call.operation}`));
      }
      if (text !== undefined) {
        assert.match(text, /Exception|Error|Bedrock accepted|socket|unexpected|JSON|html/i);
      }
      await recover(story, call.during, call.jobs ?? 1);
      cells.set(`${call.operation} ${call.during} ${fault.shown}`, text === undefined ? "goes on" : "next command");
    });
  }

  /** A job whose metrics cannot be read is complete all the same; it says what is missing, and a refresh reads them. */
  async function missMetrics(
    story: Story,
    call: Call,
    fault: (typeof CALL_FAULTS)[number],
    text: string | undefined,
  ): Promise<void> {
    assert.equal(text, undefined);
    const seen = () => {
      const { metrics, metricsProblem } = story.job.state?.props ?? {};
      return { rows: (metrics as JobMetrics["metrics"] | undefined)?.training.length ?? 0, metricsProblem };
    };
    const { rows: read, metricsProblem } = seen();
    if (metricsProblem === undefined) assert.ok(read > 0);
    else assert.match(String(metricsProblem), /s3:\/\//);
    await story.refresh();
    assert.ok(seen().rows > 0, "a refresh does not read the metrics");
    assert.equal(seen().metricsProblem, undefined);
    await recover(story, call.during, 1);
    const outcome = metricsProblem === undefined ? "goes on" : "goes on, no metrics";
    cells.set(`${call.operation} ${call.during} ${fault.shown}`, outcome);
  }

  for (const call of CALLS) {
    it(`${call.operation} in ${call.during}: every kind of fault leads back to one job and one of each`, async () => {
      for (const fault of CALL_FAULTS) await hit(call, fault);
    });
  }

  for (const call of MODEL_JOB_CALLS) {
    it(`${call.operation} in ${call.during} (${call.kind}): every kind of fault leads back to one job, and to nothing`, async () => {
      place ??= await prepareModelJobs(moto.url, environment);
      for (const fault of CALL_FAULTS) {
        const story = await ModelJobStory.begin(moto.url, place, call.kind);
        try {
          const text = await story.meet(call, fault.fault);
          const shown = text === undefined ? "goes on" : "next command";
          cells.set(`${call.operation} ${call.during} (${call.kind}) ${fault.shown}`, shown);
        } finally {
          await story.end();
        }
      }
    });
  }

  it("is what docs/reliability.md says", async () => {
    const made = await page(rows, cells);
    assert.equal(pageOnDisk(made), made, "run this file with UPDATE_RELIABILITY=1 and commit docs/reliability.md");
  });
});
