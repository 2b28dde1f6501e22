import { estimateBilledTokens } from "./billed-tokens";
import { compact, partialFailure, type PartialFailure, type Properties } from "./dynamic";
import { explain } from "./failures";
import type { JobState } from "./job-diff";
import { failureReasons, nextStep, type Job, jobProperties, judgeJob } from "./job-outputs";
import { getJob, modelStatus } from "./job-service";
import { DEFAULT_WAIT_LIMIT_MINUTES, type JobCandidate, type JobInputs, longestDelayOf } from "./job-spec";
import { waitFor, type WaitEnd, type WaitSurroundings } from "./lifecycle";
import { type JobMetrics, readJobMetrics } from "./metrics";
import { elapsedText } from "./schedule";
import type { Surroundings } from "./surroundings";

const MODEL_READY_MS = 30 * 60_000;
const APPEAR_WITHIN_MS = 60_000;

/**
 * Brings a job that exists to its end and gives its outputs. Whatever happens from here on is a partial failure: the job
 * is in the state, and the next update comes back to it.
 */
export async function settle(
  surroundings: Surroundings,
  around: WaitSurroundings,
  id: string,
  inputs: JobInputs,
  attempt: number,
  started?: JobCandidate,
  known?: JobState,
): Promise<Properties> {
  const what = `customization job ${started?.name ?? known?.jobName ?? id}`;
  const limitMs = (inputs.waitLimitMinutes ?? DEFAULT_WAIT_LIMIT_MINUTES) * 60_000;
  const observe = (): Promise<Job | undefined> => getJob(surroundings, inputs.region, id);
  const appearWithinMs = started === undefined ? 0 : APPEAR_WITHIN_MS;
  const ended = await waitFor<Job>(
    { what, observe, judge: judgeJob, limitMs, appearWithinMs, longestDelayMs: longestDelayOf(inputs) },
    around,
  );
  // Tags are changed after the wait; until then those that are set stay in the state.
  const { tags, jobTags, customModelTags } = known ?? inputs;
  const stored: JobInputs = { ...inputs, tags, jobTags, customModelTags };
  const fallback = {
    ...known,
    ...stored,
    attempt,
    jobArn: id,
    jobName: started?.name ?? known?.jobName,
    modelName: started?.modelName ?? known?.modelName,
    clientRequestToken: started?.token ?? known?.clientRequestToken,
    requested: compact({ jobName: inputs.jobName, attempt: inputs.attempt }),
    status: known?.status ?? "InProgress",
  };
  const properties = ended.last === undefined ? fallback : jobProperties(stored, attempt, ended.last);
  const fail = (reasons: string[], more: Properties = {}): PartialFailure =>
    partialFailure({ id, inputs, properties: { ...properties, ...more }, reasons });
  if (ended.end !== "done") {
    throw fail(reasonsFor(ended, what, attempt), ended.end === "gone" ? { status: "Gone" } : {});
  }
  const modelArn = ended.last.outputModelArn;
  if (modelArn === undefined) {
    throw fail([`${what} completed but Bedrock names no model; update again to ask again`], { status: "ModelMissing" });
  }
  // A model whose job was over before is not a new one that has yet to appear everywhere.
  const modelAppearsWithinMs = known?.status === "Completed" || known?.status === "ModelMissing" ? 0 : APPEAR_WITHIN_MS;
  await awaitModel(
    surroundings,
    around,
    inputs.region,
    { modelArn, appearWithinMs: modelAppearsWithinMs },
    attempt,
    fail,
  );
  const s3 = <T>(use: Parameters<typeof surroundings.s3<T>>[1]): Promise<T> => surroundings.s3(inputs.region, use);
  const metrics = await metricsOf(surroundings, id, inputs);
  if (metrics.metricsProblem !== undefined)
    around.progress(`${what}: metrics are incomplete: ${metrics.metricsProblem}`);
  return compact({ ...properties, ...metrics, billedTokensEstimate: await estimateBilledTokens(s3, inputs) });
}

/** The metrics that a completed job left in its output location, and what is missing of them. */
export function metricsOf(surroundings: Surroundings, id: string, inputs: JobInputs): Promise<JobMetrics> {
  const expectValidation = (inputs.validationDataUris ?? []).length > 0;
  return readJobMetrics((use) => surroundings.s3(inputs.region, use), inputs.outputDataUri, id, expectValidation);
}

async function awaitModel(
  surroundings: Surroundings,
  around: WaitSurroundings,
  region: string,
  { modelArn, appearWithinMs }: { modelArn: string; appearWithinMs: number },
  attempt: number,
  fail: (reasons: string[], more: Properties) => PartialFailure,
): Promise<void> {
  const ended = await waitFor(
    {
      what: `custom model ${modelArn}`,
      observe: () => modelStatus(surroundings, region, modelArn),
      judge: (model) => {
        if (model.status === "Active") return { state: "done" };
        if (model.status === "Failed")
          return { state: "failed", message: model.failureMessage ?? "Bedrock gives no reason" };
        return { state: "pending", phase: model.status, ending: true };
      },
      limitMs: MODEL_READY_MS,
      appearWithinMs,
    },
    around,
  );
  switch (ended.end) {
    case "done":
      return;
    case "failed":
      throw fail([`the job completed but its model ${modelArn} failed: ${ended.message}`, nextStep(attempt)], {
        status: "ModelFailed",
      });
    case "gone":
      throw fail(
        [
          `the job completed but its model ${modelArn} does not exist (any more); refresh, then update: a new job makes a new model`,
        ],
        { status: "ModelMissing" },
      );
    case "limit":
    case "interrupted":
      throw fail([`the job completed but its model ${modelArn} is not active yet; update again to go on waiting`], {
        status: "ModelCreating",
      });
    case "error":
      throw fail(
        [`the job completed but its model ${modelArn} cannot be read: ${explain(ended.error)}; update again`],
        {
          status: "ModelCreating",
        },
      );
  }
}

function reasonsFor(ended: Exclude<WaitEnd<Job>, { end: "done" }>, what: string, attempt: number): string[] {
  const resume = "it goes on at Bedrock; run the update again to resume the wait, nothing is started twice";
  switch (ended.end) {
    case "failed":
      return failureReasons(ended.last, attempt);
    case "gone":
      return [`${what} does not exist (any more); refresh, then update to start a new one`];
    case "limit":
      return [`${what} has not ended after ${elapsedText(ended.waitedMs)} (waitLimitMinutes); ${resume}`];
    case "interrupted":
      return [`the wait for ${what} was interrupted (${ended.by}); ${resume}`];
    case "error":
      return [`${what} cannot be read: ${explain(ended.error)}`, resume];
  }
}
