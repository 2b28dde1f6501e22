/**
 * GetCustomModel, ListCustomModels, DeleteCustomModel, and what every operation on a model asks first.
 */
import { conflict, invalid, notFound } from "../errors";
import { listPage } from "../lists";
import { type ListRequest } from "../requests";
import { foundationModelArn, identified, type RegionContext, save, wireTime } from "../service";
import { type CustomModel } from "../state";
import { customizationAnswer } from "./customization-jobs";
import { ok, type Operation } from "./operation";

/** One model, by ARN or name. */
export const getCustomModel: Operation<{ modelIdentifier: string }> = (context, request) => {
  const model = findCustomModel(context, request.modelIdentifier);
  return ok({
    ...customizationAnswer(context, model),
    modelArn: model.arn,
    modelName: model.name,
    jobName: model.jobName,
    jobArn: model.jobArn,
    modelKmsKeyArn: model.modelKmsKeyArn,
    creationTime: wireTime(model.creationTime),
    modelStatus: statusOf(model),
    failureMessage: model.creation?.failureMessage,
  });
};

/** Filters of ListCustomModels beside those of every list. */
export interface ListModelsRequest extends ListRequest {
  baseModelArnEquals?: string;
  foundationModelArnEquals?: string;
  isOwned?: boolean;
  modelStatus?: string;
}

/** Models, newest first unless told. */
export const listCustomModels: Operation<ListModelsRequest> = (context, request) => {
  const foundation = (model: CustomModel): string => foundationModelArn(context, model.baseModelId);
  const base = (model: CustomModel): string => model.sourceModelArn ?? foundation(model);
  const wanted = Object.values(context.state.models)
    .filter((model) => request.baseModelArnEquals === undefined || base(model) === request.baseModelArnEquals)
    .filter(
      (model) =>
        request.foundationModelArnEquals === undefined || foundation(model) === request.foundationModelArnEquals,
    )
    .filter((model) => request.modelStatus === undefined || request.modelStatus === statusOf(model))
    // Every model that exists here belongs to this account.
    .filter(() => request.isOwned ?? true);
  const { items, nextToken } = listPage(wanted, request);
  return ok({
    nextToken,
    modelSummaries: items.map((model) => ({
      modelArn: model.arn,
      modelName: model.name,
      creationTime: wireTime(model.creationTime),
      baseModelArn: base(model),
      baseModelName: model.baseModelId.split(":")[0],
      customizationType: model.customizationType,
      ownerAccountId: context.account,
      modelStatus: statusOf(model),
    })),
  });
};

/** Deletes a model that nothing serves. */
export const deleteCustomModel: Operation<{ modelIdentifier: string }> = (context, request) => {
  const model = findCustomModel(context, request.modelIdentifier);
  if (statusOf(model) === "Creating") {
    throw conflict(`The custom model ${model.arn} cannot be deleted while it is being created.`);
  }
  const throughput = Object.values(context.state.throughputs).find(
    (one) => one.modelArn === model.arn || one.desiredModelArn === model.arn,
  );
  const deployment = Object.values(context.state.deployments).find(
    (one) =>
      one.modelArn === model.arn || (one.update?.updateStatus === "Updating" && one.update.modelArn === model.arn),
  );
  const user = throughput?.arn ?? deployment?.arn;
  if (user !== undefined) {
    throw conflict(
      `The custom model ${model.arn} is in use by ${user}. Delete it, or move it to another model, first.`,
    );
  }
  delete context.state.models[model.arn];
  delete context.state.tags[model.arn];
  context.answers.delete(model.arn);
  save(context);
  return ok();
};

/** Status of a model; that of a job exists when it is finished. */
export function statusOf({ creation }: CustomModel): "Creating" | "Active" | "Failed" {
  if (creation === undefined || creation.status === "Completed") return "Active";
  return creation.status === "InProgress" ? "Creating" : "Failed";
}

/**
 * Refuses to use a model that is not finished.
 *
 * @throws ServiceError ValidationException
 */
export function mustBeActive(model: CustomModel): void {
  const status = statusOf(model);
  if (status !== "Active") throw invalid(`The custom model ${model.arn} cannot be used: its status is ${status}.`);
}

/**
 * A custom model by ARN or name.
 *
 * @throws ServiceError ResourceNotFoundException
 */
export function findCustomModel(context: RegionContext, identifier: string): CustomModel {
  const model = identified(context.state.models, identifier, ({ name }) => name === identifier);
  if (!model) throw notFound(`The specified custom model is not found: ${identifier}`);
  return model;
}
