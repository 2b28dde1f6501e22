/**
 * CreateCustomModelDeployment, Get…, List…, Update…, Delete…: custom models that answer on demand. Rules: Bedrock User Guide
 * "deploy-custom-model-on-demand".
 */
import { openKey } from "../authorize";
import { conflict, invalid, notFound, quotaExceeded } from "../errors";
import { findFoundationModel } from "../foundation-models";
import { listPage } from "../lists";
import { type CreateDeploymentRequest, type ListRequest } from "../requests";
import {
  arnOf,
  identified,
  newId,
  type RegionContext,
  rememberToken,
  save,
  setTags,
  usedToken,
  wireTime,
} from "../service";
import { type CustomModel, type ModelDeployment } from "../state";
import { findCustomModel, mustBeActive } from "./custom-models";
import { ok, type Operation } from "./operation";

const CHANGE = 180_000;
const OPERATION = "CreateCustomModelDeployment";

/** Deploys a custom model. */
export const createCustomModelDeployment: Operation<CreateDeploymentRequest> = async (context, request, caller) => {
  const model = findCustomModel(context, request.modelArn);
  await openKey(context, caller, model.modelKmsKeyArn, "custom model");
  const again = usedToken(context, OPERATION, request);
  if (again !== undefined) return { status: 202, body: { customModelDeploymentArn: again } };
  checkDeployable(context, model);
  const all = Object.values(context.state.deployments);
  if (all.some((one) => one.name === request.modelDeploymentName)) {
    throw invalid("The provided model deployment name is currently in use.");
  }
  if (all.length >= context.quotas.deployments) {
    throw quotaExceeded(`You have reached the maximum of ${context.quotas.deployments} custom model deployments.`);
  }
  if (all.filter((one) => one.status === "Creating").length >= context.quotas.inProgressDeployments) {
    throw quotaExceeded(
      `You have reached the maximum of ${context.quotas.inProgressDeployments} in-progress custom model deployments.`,
    );
  }
  const now = context.clock.now();
  const deployment: ModelDeployment = {
    arn: arnOf(context, `custom-model-deployment/${newId()}`),
    name: request.modelDeploymentName,
    modelArn: model.arn,
    description: request.description,
    status: "Creating",
    creationTime: now,
    lastModifiedTime: now,
    readyAt: now + CHANGE,
  };
  setTags(context, deployment.arn, request.tags);
  context.state.deployments[deployment.arn] = deployment;
  rememberToken(context, OPERATION, request, deployment.arn);
  resumeDeployment(context, deployment);
  save(context);
  return { status: 202, body: { customModelDeploymentArn: deployment.arn } };
};

/** Puts the next change of a deployment on the clock; used for every unfinished one at start. */
export function resumeDeployment(context: RegionContext, deployment: ModelDeployment): void {
  if (deployment.readyAt === undefined) return;
  context.clock.schedule(deployment.arn, deployment.readyAt, () => {
    const fault = context.faults.takeServing();
    if (fault?.kind === "stuck") return Promise.resolve();
    deployment.failureMessage = fault?.message;
    if (deployment.update?.updateStatus === "Updating") {
      deployment.update.updateStatus = fault === undefined ? "UpdateCompleted" : "UpdateFailed";
      if (fault === undefined) deployment.modelArn = deployment.update.modelArn;
    } else {
      deployment.status = fault === undefined ? "Active" : "Failed";
    }
    deployment.lastModifiedTime = context.clock.now();
    deployment.readyAt = undefined;
    save(context);
    return Promise.resolve();
  });
}

interface Identified {
  customModelDeploymentIdentifier: string;
}

/** One deployment, by ARN or name. */
export const getCustomModelDeployment: Operation<Identified> = (context, request) => {
  const deployment = find(context, request.customModelDeploymentIdentifier);
  return ok({
    customModelDeploymentArn: deployment.arn,
    modelDeploymentName: deployment.name,
    modelArn: deployment.modelArn,
    createdAt: wireTime(deployment.creationTime),
    status: deployment.status,
    description: deployment.description,
    updateDetails: deployment.update,
    failureMessage: deployment.failureMessage,
    lastUpdatedAt: wireTime(deployment.lastModifiedTime),
  });
};

/** Deployments, newest first unless told. */
export const listCustomModelDeployments: Operation<ListRequest & { modelArnEquals?: string }> = (context, request) => {
  const wanted = Object.values(context.state.deployments)
    .filter((one) => request.statusEquals === undefined || one.status === request.statusEquals)
    .filter((one) => request.modelArnEquals === undefined || one.modelArn === request.modelArnEquals);
  const { items, nextToken } = listPage(wanted, request);
  return ok({
    nextToken,
    modelDeploymentSummaries: items.map((one) => ({
      customModelDeploymentArn: one.arn,
      customModelDeploymentName: one.name,
      modelArn: one.modelArn,
      createdAt: wireTime(one.creationTime),
      status: one.status,
      lastUpdatedAt: wireTime(one.lastModifiedTime),
      failureMessage: one.failureMessage,
    })),
  });
};

/** Moves a deployment to another custom model of the same base; it answers with the old one until it has moved. */
export const updateCustomModelDeployment: Operation<Identified & { modelArn: string }> = async (
  context,
  request,
  caller,
) => {
  const deployment = find(context, request.customModelDeploymentIdentifier);
  const model = findCustomModel(context, request.modelArn);
  await openKey(context, caller, model.modelKmsKeyArn, "custom model");
  if (deployment.status !== "Active" || deployment.update?.updateStatus === "Updating") {
    throw invalid(
      `The custom model deployment ${deployment.arn} cannot be updated while it is being created or updated.`,
    );
  }
  checkDeployable(context, model);
  const current = context.state.models[deployment.modelArn];
  if (current && current.baseModelId !== model.baseModelId) {
    throw invalid(
      `The custom model ${model.arn} does not have the same base model as the deployment (${current.baseModelId}).`,
    );
  }
  const now = context.clock.now();
  deployment.update = { modelArn: model.arn, updateStatus: "Updating" };
  deployment.lastModifiedTime = now;
  deployment.readyAt = now + CHANGE;
  resumeDeployment(context, deployment);
  save(context);
  return { status: 202, body: { customModelDeploymentArn: deployment.arn } };
};

/** Deletes a deployment; the model stays. */
export const deleteCustomModelDeployment: Operation<Identified> = (context, request) => {
  const deployment = find(context, request.customModelDeploymentIdentifier);
  if (deployment.status === "Creating") {
    throw conflict(`The custom model deployment ${deployment.arn} cannot be deleted while its status is Creating.`);
  }
  context.clock.cancel(deployment.arn);
  delete context.state.deployments[deployment.arn];
  delete context.state.tags[deployment.arn];
  save(context);
  return ok();
};

function checkDeployable(context: RegionContext, model: CustomModel): void {
  mustBeActive(model);
  const found = findFoundationModel(context.foundationModels, model.baseModelId);
  if (!found?.model.deployable || !found.model.regions.includes(context.region)) {
    throw invalid(
      `On-demand deployment is not supported for custom models of ${model.baseModelId}. Purchase Provisioned Throughput instead.`,
    );
  }
}

function find(context: RegionContext, identifier: string): ModelDeployment {
  const all = context.state.deployments;
  const deployment = identified(all, identifier, ({ name }) => name === identifier);
  if (!deployment) throw notFound(`The specified custom model deployment is not found: ${identifier}`);
  return deployment;
}
