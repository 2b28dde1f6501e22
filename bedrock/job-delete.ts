import { deleteUntilGone } from "./delete-until-gone";
import { describe, kindOf, orUndefined } from "./errors";
import { explain, reading } from "./failures";
import type { JobState } from "./job-diff";
import { DEFAULT_WAIT_LIMIT_MINUTES } from "./job-spec";
import type { Job } from "./job-outputs";
import { getJob, modelStatus } from "./job-service";
import { waitFor, type WaitSurroundings } from "./lifecycle";
import type { Surroundings } from "./surroundings";

/**
 * Deletes what a customization job made. The job itself cannot be deleted. It is read afresh, because the stored status
 * may be old: a job that still runs is stopped and awaited, and one that completed in the meantime leaves a model to
 * delete. What is not there any more counts as deleted.
 */
export async function deleteJob(
  surroundings: Surroundings,
  around: WaitSurroundings,
  id: string,
  props: JobState,
): Promise<void> {
  const { region } = props;
  const what = `customization job ${String(props["jobName"] ?? id)}`;
  let job = await reading(what, "run destroy again", getJob(surroundings, region, id));
  if (job !== undefined && !isOver(job)) job = await stopJob(surroundings, around, id, job, props);
  const modelArn = job?.outputModelArn ?? props.modelArn ?? (await modelOf(surroundings, region, id, job));
  if (modelArn !== undefined) await deleteModel(surroundings, around, region, modelArn);
}

/** The model of a completed job that Bedrock does not name: the one that names the job. A model that is left is billed. */
async function modelOf(
  surroundings: Surroundings,
  region: string,
  id: string,
  job: Job | undefined,
): Promise<string | undefined> {
  const name = job?.status === "Completed" ? job.outputModelName : undefined;
  if (name === undefined) return undefined;
  const model = await surroundings.bedrock(region, (bedrock) =>
    orUndefined(bedrock.getCustomModel({ modelIdentifier: name })),
  );
  return model?.jobArn === id ? model.modelArn : undefined;
}

/** Whether a job does nothing any more. One with no status, or one that this version does not know, may still run. */
function isOver({ status }: Job): boolean {
  return status === "Completed" || status === "Failed" || status === "Stopped";
}

async function stopJob(
  surroundings: Surroundings,
  around: WaitSurroundings,
  id: string,
  job: Job,
  props: JobState,
): Promise<Job | undefined> {
  const { region } = props;
  const what = job.jobName ?? id;
  if (job.status !== "Stopping") {
    around.progress(`customization job ${what}: stopping it; the tokens trained so far are billed`);
    try {
      await surroundings.bedrock(region, (bedrock) => bedrock.stopModelCustomizationJob({ jobIdentifier: id }));
    } catch (error) {
      // The job may have ended between the read and the stop; the wait below tells.
      const now = await getJob(surroundings, region, id);
      const mayRun = now !== undefined && !isOver(now) && now.status !== "Stopping";
      if (mayRun && (now.status === "InProgress" || kindOf(error) !== "conflict")) {
        throw new Error(`customization job ${what} cannot be stopped: ${explain(error)}; run destroy again`, {
          cause: error,
        });
      }
    }
  }
  const ended = await waitFor<Job>(
    {
      what: `customization job ${what}`,
      observe: () => getJob(surroundings, region, id),
      judge: (now) => (isOver(now) ? { state: "done" } : { state: "pending", phase: "stopping", ending: true }),
      limitMs: (props.waitLimitMinutes ?? DEFAULT_WAIT_LIMIT_MINUTES) * 60_000,
    },
    around,
  );
  if (ended.end === "done") return ended.last;
  if (ended.end === "gone") return undefined;
  const why = ended.end === "error" ? explain(ended.error) : ended.end === "interrupted" ? ended.by : "the wait limit";
  throw new Error(`customization job ${what} is stopping but has not stopped (${why}); run destroy again`);
}

/**
 * Deletes a custom model that nothing serves.
 *
 * @throws Error that names what still serves it
 */
export async function deleteModel(
  surroundings: Surroundings,
  around: WaitSurroundings,
  region: string,
  modelArn: string,
): Promise<void> {
  try {
    await deleteUntilGone(
      {
        what: `custom model ${modelArn}`,
        remove: () =>
          surroundings.bedrock(region, (bedrock) =>
            orUndefined(bedrock.deleteCustomModel({ modelIdentifier: modelArn })),
          ),
        isThere: async () => (await modelStatus(surroundings, region, modelArn)) !== undefined,
      },
      around,
    );
  } catch (error) {
    if (kindOf(error) !== "conflict") throw error;
    const serving = await servedBy(surroundings, region, modelArn);
    const by = serving.length > 0 ? serving.join(", ") : "something that cannot be listed";
    throw new Error(`custom model ${modelArn} is still served by ${by}; delete that first (${describe(error)})`, {
      cause: error,
    });
  }
}

/** The throughputs and deployments that serve a model. */
async function servedBy(surroundings: Surroundings, region: string, modelArn: string): Promise<string[]> {
  const filter = { modelArnEquals: modelArn };
  const names: string[] = [];
  const look = surroundings.bedrock(region, async (bedrock) => {
    const throughputs = await bedrock.listProvisionedModelThroughputs(filter);
    names.push(...(throughputs.provisionedModelSummaries ?? []).map((one) => String(one.provisionedModelArn)));
    const deployments = await bedrock.listCustomModelDeployments(filter);
    names.push(...(deployments.modelDeploymentSummaries ?? []).map((one) => String(one.customModelDeploymentArn)));
  });
  // Whoever may delete but not list reads at least why the model is not deleted.
  return look.then(
    () => names,
    () => names,
  );
}
