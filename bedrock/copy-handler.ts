import type { GetModelCopyJobCommandOutput, ModelCopyJobSummary } from "@aws-sdk/client-bedrock";
import { keyIdOf, keyInOneSpelling } from "./arns";
import { InputCheck, RULES } from "./checks";
import { type CheckFailure, compact, type LifecycleHandler, type Properties } from "./dynamic";
import { MalformedAnswer, orUndefined } from "./errors";
import { deleteModel } from "./job-delete";
import type { WaitSurroundings } from "./lifecycle";
import { checkPlainInputs } from "./plain-job-check";
import { endOfPlainJob } from "./plain-job-end";
import { plainJobHandler } from "./plain-job-handler";
import type { PlainJobInputs, PlainJobKind, PlainJobState } from "./plain-job-kind";
import type { Surroundings } from "./surroundings";
import { CLAIM_TAG, toTagList } from "./tags";

type CopyJob = Partial<GetModelCopyJobCommandOutput>;

interface CopyInputs extends PlainJobInputs {
  sourceModelArn: string;
  modelKmsKeyArn: string;
}

/** The lifecycle of a copy of a custom model in another Region; the id is the ARN of the job. */
export function modelCopyJobHandler(surroundings: Surroundings): LifecycleHandler {
  return plainJobHandler(surroundings, KIND);
}

const inputsOf = (inputs: PlainJobInputs): CopyInputs => inputs as CopyInputs;

const claimIn = ({ targetModelTags = [] }: Pick<ModelCopyJobSummary, "targetModelTags">): string | undefined =>
  targetModelTags.find(({ key }) => key === CLAIM_TAG)?.value;

const KIND: PlainJobKind<CopyJob> = {
  what: "model copy job",
  inputNames: ["sourceModelArn", "modelKmsKeyArn"],
  tagInputs: ["tags"],
  tagSets: ({ tags }) => [tags],
  check: checkCopy,
  substance: (inputs, known) => {
    const { region, sourceModelArn, modelKmsKeyArn } = inputsOf(inputs);
    return { region, sourceModelArn, modelKmsKeyArn: keyInOneSpelling(modelKmsKeyArn, known) };
  },
  // A copy has no name of its own and is read by its ARN only: it is found by the name of its model, and known by our tag.
  find: async (bedrock, { name, token }) => {
    let nextToken: string | undefined;
    do {
      const page = await bedrock.listModelCopyJobs({ targetModelNameContains: name, nextToken });
      const found = page.modelCopyJobSummaries?.find((job) => job.targetModelName === name && claimIn(job) === token);
      if (found !== undefined) return found;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return undefined;
  },
  get: (bedrock, jobArn) => orUndefined(bedrock.getModelCopyJob({ jobArn })),
  claimOf: async (_bedrock, job) => claimIn(job),
  start: async (bedrock, inputs, { name, token }, tags) => {
    const { sourceModelArn, modelKmsKeyArn } = inputsOf(inputs);
    const { jobArn } = await bedrock.createModelCopyJob({
      sourceModelArn,
      targetModelName: name,
      modelKmsKeyId: modelKmsKeyArn,
      targetModelTags: toTagList(tags),
      clientRequestToken: token,
    });
    if (jobArn === undefined) throw new MalformedAnswer(`Bedrock accepted copy ${name} without naming its ARN`);
    return jobArn;
  },
  idOf: ({ jobArn }) => jobArn ?? "",
  judge: ({ status, failureMessage }) => {
    if (status === "Completed") return { state: "done" };
    if (status === "Failed") return { state: "failed", message: failureMessage ?? "Bedrock gives no reason" };
    return { state: "pending", phase: status ?? "no status yet" };
  },
  isThere: async (bedrock, { targetModelArn }) =>
    targetModelArn !== undefined &&
    (await orUndefined(bedrock.getCustomModel({ modelIdentifier: targetModelArn }))) !== undefined,
  outputs: (job) =>
    compact({
      modelName: job.targetModelName,
      modelArn: job.targetModelArn,
      status: job.status ?? "InProgress",
      failureMessage: job.failureMessage,
      resolvedKmsKeyArn: job.targetModelKmsKeyArn,
      startedAt: job.creationTime?.toISOString(),
    }),
  tagged: ({ targetModelArn }) => (targetModelArn === undefined ? [] : [targetModelArn]),
  reported: ({ sourceModelArn, targetModelKmsKeyArn }) =>
    compact({
      sourceModelArn,
      modelKmsKeyArn: targetModelKmsKeyArn === undefined ? undefined : keyIdOf(targetModelKmsKeyArn),
    }),
  remove,
};

/** Everything about a copy that the service would refuse and that can be seen in the inputs. */
export function checkCopy(inputs: Properties): CheckFailure[] {
  const check = new InputCheck(inputs);
  const region = checkPlainInputs(check, inputs, "model-copy-job");
  const source = check.text("sourceModelArn", RULES.customModelArn);
  if (region !== undefined && source?.split(":")[3] === region) {
    check.reject(
      "region",
      region,
      "the Region into which the model is copied is allowed, other than that of the model",
    );
  }
  const key = check.text("modelKmsKeyArn", {
    ...RULES.kmsKey,
    allowed: `${RULES.kmsKey.allowed}: the copy is encrypted with a key of your own or not made`,
  });
  if (region !== undefined && key?.startsWith("arn:") === true && key.split(":")[3] !== region) {
    check.reject("modelKmsKeyArn", key, `a key in ${region} is allowed: keys do not leave their Region`);
  }
  return check.failures;
}

async function remove(
  surroundings: Surroundings,
  around: WaitSurroundings,
  id: string,
  props: PlainJobState,
): Promise<void> {
  const waiting = "a copy cannot be stopped; waiting for its end to delete the model";
  const job = await endOfPlainJob(surroundings, around, KIND, id, props, waiting);
  const modelArn = job?.targetModelArn ?? (props["modelArn"] as string | undefined);
  if (modelArn !== undefined) await deleteModel(surroundings, around, props.region, modelArn);
}
