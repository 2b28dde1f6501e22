import type { GetCustomModelDeploymentCommandOutput } from "@aws-sdk/client-bedrock";
import { InputCheck, MOST_TAGS, RULES } from "./checks";
import {
  type CheckFailure,
  compact,
  containsUnknown,
  type DiffAnswer,
  type LifecycleHandler,
  type Properties,
} from "./dynamic";
import { MalformedAnswer, orUndefined } from "./errors";
import { baseModel, servingFor } from "./models";
import { servingHandler } from "./serving-handler";
import type { ServingInputs, ServingKind, ServingState } from "./serving-kind";
import type { Surroundings } from "./surroundings";
import { sameTags, toTagList } from "./tags";

type Deployment = GetCustomModelDeploymentCommandOutput;

/** The lifecycle of an on-demand deployment of a custom model; the id is its ARN. */
export function modelDeploymentHandler(surroundings: Surroundings): LifecycleHandler {
  return servingHandler(surroundings, KIND);
}

const KIND: ServingKind<Deployment> = {
  what: "custom model deployment",
  inputNames: ["region", "identity", "name", "modelArn", "description", "tags", "waitLimitMinutes", "adoptArn"],
  check: checkDeployment,
  diff: diffDeployment,
  substance: ({ region, description }) => ({ region, description }),
  fixed: (inputs) => ({ description: inputs["description"] }),
  fixedOf: ({ description }) => ({ description }),
  get: (bedrock, id) => orUndefined(bedrock.getCustomModelDeployment({ customModelDeploymentIdentifier: id })),
  create: async (bedrock, inputs, name, tags) => {
    const answer = await bedrock.createCustomModelDeployment({
      modelDeploymentName: name,
      modelArn: inputs.modelArn,
      description: inputs["description"] as string | undefined,
      tags: toTagList(tags),
    });
    if (answer.customModelDeploymentArn === undefined)
      throw new MalformedAnswer(`Bedrock accepted ${name} without naming its ARN`);
    return answer.customModelDeploymentArn;
  },
  change: async (bedrock, id, now, wanted) => {
    if (now.modelArn === wanted.modelArn) return;
    await bedrock.updateCustomModelDeployment({ customModelDeploymentIdentifier: id, modelArn: wanted.modelArn });
  },
  delete: async (bedrock, id) => {
    await bedrock.deleteCustomModelDeployment({ customModelDeploymentIdentifier: id });
  },
  arnOf: (observed) => observed.customModelDeploymentArn ?? "",
  nameOf: (observed) => observed.modelDeploymentName ?? "",
  judge: (observed, wanted) => {
    const noReason = "Bedrock gives no reason";
    if (observed.status === "Failed") return { state: "failed", message: observed.failureMessage ?? noReason };
    if (observed.status !== "Active") return { state: "pending", phase: observed.status ?? "no status yet" };
    // The status stays Active during an update; only its details tell which model it is about and how it went.
    const update = observed.updateDetails;
    if (update?.modelArn === wanted.modelArn) {
      if (update.updateStatus === "UpdateFailed") {
        const message = `the change to model ${wanted.modelArn} failed: ${observed.failureMessage ?? noReason}`;
        return { state: "failed", message: `${message}; it still serves ${observed.modelArn}` };
      }
      if (update.updateStatus !== "UpdateCompleted") return { state: "pending", phase: "Updating" };
    }
    if (observed.modelArn === wanted.modelArn) return { state: "done" };
    return { state: "pending", phase: "Active with the model before" };
  },
  isChanging: (observed) => observed.updateDetails?.updateStatus === "Updating",
  outputs: (observed) =>
    compact({
      arn: observed.customModelDeploymentArn,
      actualName: observed.modelDeploymentName,
      modelArn: observed.modelArn,
      status: observed.status,
      createdAt: observed.createdAt?.toISOString(),
    }),
};

/** What the service would refuse in a deployment: all problems at once. */
export function checkDeployment(inputs: Properties): CheckFailure[] {
  const check = new InputCheck(inputs);
  check.text("region", RULES.region);
  check.text("name", RULES.modelName, { optional: true });
  check.text("description", RULES.description, { optional: true });
  check.integer("waitLimitMinutes", 1, 14 * 1440);
  check.tags("tags", MOST_TAGS - 1);
  check.text("adoptArn", RULES.deploymentArn, { optional: true });
  const model = check.text("modelArn", RULES.customModelArn);
  const known = model === undefined ? undefined : baseModel(model);
  if (model !== undefined && known !== undefined && servingFor(model) === "provisioned") {
    check.reject("modelArn", model, `a model made from ${known.id} is served by provisioned throughput only`);
  }
  return check.failures;
}

/**
 * Model and tags change in place; name, description and region need a new deployment. One that is not active is always a
 * change, because `update` resumes its wait; one that failed is replaced.
 */
export function diffDeployment(olds: ServingState, news: ServingInputs): DiffAnswer {
  const replaces = ["region", "description"].filter(
    (name) => containsUnknown(news[name]) || (olds[name] ?? "") !== (news[name] ?? ""),
  );
  if (containsUnknown(news.name) || (news.name !== undefined && olds.name !== news.name)) replaces.push("name");
  if (olds.status === "Failed") replaces.push("status");
  const changes =
    replaces.length > 0 ||
    olds.status !== "Active" ||
    olds.modelArn !== news.modelArn ||
    containsUnknown(news.tags) ||
    !sameTags(olds.tags, news.tags);
  return { changes, replaces, deleteBeforeReplace: false };
}
