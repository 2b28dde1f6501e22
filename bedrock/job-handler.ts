import {
  type CheckFailure,
  compact,
  containsUnknown,
  type LifecycleHandler,
  partialFailure,
  type Properties,
} from "./dynamic";
import { isJobNameInUse, isRolePropagation, kindOf, MalformedAnswer } from "./errors";
import { explain, reading } from "./failures";
import { checkJob } from "./job-check";
import { deleteJob } from "./job-delete";
import { differencesFromJob } from "./job-differences";
import { diffJob, type JobState } from "./job-diff";
import { inputsFrom, type Job, jobProperties } from "./job-outputs";
import { getJob, modelStatus } from "./job-service";
import { metricsOf, settle } from "./job-settle";
import { attemptsOf, createRequest, type JobCandidate, type JobInputs } from "./job-spec";
import { inputsForJobTags, tagsOfJob, tagsOfModel } from "./job-tags";
import { startOrAdopt, type WaitSurroundings, watched } from "./lifecycle";
import { MODELS_AS_OF } from "./models";
import { offeredModel, reasonsAgainst } from "./offered-model";
import type { Surroundings } from "./surroundings";
import { applyTags, readTags, sameTags } from "./tags";

/** How long a start is tried again while the role spreads through IAM or the service does not answer. */
const START_RETRY_MS = 3 * 60_000;

/** The lifecycle of a customization job and the model it makes; the id is the ARN of the job. */
export function customizationJobHandler(surroundings: Surroundings): LifecycleHandler {
  return {
    check: async (olds, news) => ({ inputs: news, failures: await checkNewJob(surroundings, olds, news) }),
    diff: async (_id, olds, news) => diffJob(olds as JobState, news as JobInputs),
    create: (inputs) => watched(surroundings, (around) => createJob(surroundings, around, inputs as JobInputs)),
    read: (id, props) => readJob(surroundings, id, props as JobState),
    update: (id, olds, news) =>
      watched(surroundings, (around) => updateJob(surroundings, around, id, olds as JobState, news as JobInputs)),
    delete: (id, props) => watched(surroundings, (around) => deleteJob(surroundings, around, id, props as JobState)),
  };
}

/**
 * Checks the inputs, and asks Bedrock about the base model of a job that is yet to be started. A job that exists may outlive
 * its base model.
 */
async function checkNewJob(surroundings: Surroundings, olds: Properties, news: Properties): Promise<CheckFailure[]> {
  const isNew = ["baseModel", "region", "customizationType"].some((name) => olds[name] !== news[name]);
  const failures = checkJob(news, new Date(surroundings.now()).toISOString().slice(0, 10), { isNew });
  const { region, baseModel, customizationType: type = "FINE_TUNING", adoptJobArn } = news;
  const asked = [region, baseModel, type];
  if (failures.length > 0 || !isNew || adoptJobArn !== undefined || surroundings.ask === undefined) return failures;
  if (containsUnknown(asked)) return failures;
  const [where, model, how] = asked.map(String) as [string, string, string];
  const offered = await offeredModel(surroundings.ask.bedrock, where, model);
  if ("unasked" in offered) {
    surroundings.progress(
      `Bedrock could not be asked about ${model} (${offered.unasked}); the table of ${MODELS_AS_OF} decides`,
    );
    return failures;
  }
  const reasons = reasonsAgainst(model, where, how, offered);
  return reasons.map((reason) => ({ property: "baseModel", reason: `received ${JSON.stringify(model)}; ${reason}` }));
}

async function createJob(
  surroundings: Surroundings,
  around: WaitSurroundings,
  inputs: JobInputs,
): Promise<{ id: string; outs: Properties }> {
  if (inputs.adoptJobArn !== undefined) {
    const job = await jobToAdopt(surroundings, inputs, inputs.adoptJobArn);
    const id = job.jobArn ?? inputs.adoptJobArn;
    const known = { ...inputs, tags: undefined, jobTags: undefined, customModelTags: undefined };
    return { id, ...(await updateJob(surroundings, around, id, known, inputs)) };
  }
  const { id, candidate } = await startJob(surroundings, around, inputs);
  return { id, outs: await settle(surroundings, around, id, inputs, candidate.attempt, candidate) };
}

async function startJob(
  surroundings: Surroundings,
  around: WaitSurroundings,
  inputs: JobInputs,
): Promise<{ id: string; candidate: JobCandidate }> {
  const { region } = inputs;
  try {
    return await startOrAdopt<JobCandidate, Job>(
      {
        what: "customization job",
        attempts: attemptsOf(inputs),
        find: (candidate) => getJob(surroundings, region, candidate.name),
        claim: (job, candidate) => claimJob(surroundings, inputs, job, candidate),
        start: async (candidate) => {
          const answer = await surroundings.bedrock(region, (bedrock) =>
            bedrock.createModelCustomizationJob(createRequest(inputs, candidate)),
          );
          if (answer.jobArn === undefined)
            throw new MalformedAnswer(`Bedrock accepted job ${candidate.name} without naming its ARN`);
          return answer.jobArn;
        },
        idOf: (job) => job.jobArn ?? "",
        isNameInUse: isJobNameInUse,
        isPassing: isRolePropagation,
        retryForMs: START_RETRY_MS,
      },
      around,
    );
  } catch (error) {
    const next =
      kindOf(error) === "refused"
        ? "no job was started"
        : "should the service have accepted the job all the same, the next update finds and adopts it";
    const text = `customization job of ${inputs.identity}: ${explain(error)}; ${next}`;
    throw new Error(text, { cause: error });
  }
}

/**
 * Whose a job is that bears one of our names. Ours is spent when it completed and its model is gone (someone destroyed
 * it), when it was stopped (nobody awaits it: it is in no state), or when it or its model failed and `retryFailed` is set.
 */
async function claimJob(
  surroundings: Surroundings,
  inputs: JobInputs,
  job: Job,
  candidate: JobCandidate,
): Promise<"ours" | "foreign" | "spent"> {
  if (job.clientRequestToken !== candidate.token) return "foreign";
  if (job.status === "Stopped" || job.status === "Stopping") return "spent";
  if (job.status === "Failed") return inputs.retryFailed === true ? "spent" : "ours";
  if (job.status !== "Completed" || job.outputModelArn === undefined) return "ours";
  const model = await modelStatus(surroundings, inputs.region, job.outputModelArn);
  if (model === undefined) return "spent";
  return model.status === "Failed" && inputs.retryFailed === true ? "spent" : "ours";
}

async function jobToAdopt(surroundings: Surroundings, inputs: JobInputs, arn: string): Promise<Job> {
  const job = await getJob(surroundings, inputs.region, arn);
  if (job === undefined)
    throw new Error(`adoptJobArn: there is no job ${arn} in ${inputs.region}; nothing was started`);
  const differences = differencesFromJob(inputs, job);
  if (differences.length > 0) {
    throw new Error(
      `adoptJobArn: job ${arn} is not what the inputs describe, nothing was started: ${differences.join("; ")}; ` +
        "make the inputs say what the job is",
    );
  }
  return job;
}

async function updateJob(
  surroundings: Surroundings,
  around: WaitSurroundings,
  id: string,
  olds: JobState,
  news: JobInputs,
): Promise<{ outs: Properties }> {
  const attempt = Number(olds.attempt ?? news.attempt ?? 1);
  const outs = await settle(surroundings, around, id, news, attempt, undefined, olds);
  const modelArn = String(outs["modelArn"]);
  try {
    await surroundings.bedrock(news.region, async (bedrock) => {
      for (const [arn, tagsOf] of [[id, tagsOfJob] as const, [modelArn, tagsOfModel] as const]) {
        // The service is asked when it can be, since an earlier change may be half done.
        const now = (await readTags(bedrock, arn))?.tags ?? tagsOf(olds);
        await applyTags(bedrock, arn, now, tagsOf(news));
      }
    });
  } catch (error) {
    throw partialFailure({
      id,
      inputs: news,
      properties: outs,
      reasons: [`tags could not be changed: ${explain(error)}; the next update tries again`],
    });
  }
  const { tags, jobTags, customModelTags } = news;
  return { outs: compact({ ...outs, tags, jobTags, customModelTags }) };
}

async function readJob(
  surroundings: Surroundings,
  id: string,
  props: JobState,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
  const what = `customization job ${props.jobName ?? id}`;
  const job = await reading(what, "refresh again", getJob(surroundings, props.region, id));
  if (job === undefined) return { id: "", props: {} };
  const inputs = compact({ ...inputsFrom(props), __provider: props["__provider"] }) as JobInputs;
  const modelArn = job.outputModelArn;
  if (job.status === "Completed" && modelArn !== undefined) {
    const model = modelStatus(surroundings, props.region, modelArn);
    if ((await reading(`custom model ${modelArn}`, "refresh again", model)) === undefined) return { id: "", props: {} };
  }
  const tags = await surroundings.bedrock(props.region, (bedrock) => readTags(bedrock, id));
  const drifted = tags !== undefined && !sameTags(tags.tags, tagsOfJob(inputs));
  const read = { ...inputs, ...(drifted ? inputsForJobTags(tags.tags, inputs) : {}) };
  // A job that ended since the last update stays unfinished here: its outputs, such as the metrics, come with the update
  // that `diff` asks for as long as the status is not Completed.
  const finished = props.status === "Completed" || job.status !== "Completed";
  const fresh = finished
    ? jobProperties(read, Number(props.attempt ?? 1), job)
    : { ...props, ...read, jobName: props.jobName, attempt: props.attempt };
  // Metrics that could not be read when the job ended are read now: no update comes back for them.
  const missed = props.status === "Completed" && props["metricsProblem"] !== undefined;
  const metrics = missed ? { metricsProblem: undefined, ...(await metricsOf(surroundings, id, inputs)) } : {};
  return { id, props: compact({ ...props, ...fresh, ...metrics, requested: props["requested"] }), inputs: read };
}
