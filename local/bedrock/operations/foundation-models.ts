/**
 * GetFoundationModel, ListFoundationModels, from the dated table.
 */
import { notFound } from "../errors";
import { allIds, customizationId, findFoundationModel, type FoundationModel, lifecycleAt } from "../foundation-models";
import { foundationModelArn, type RegionContext } from "../service";
import { ok, type Operation } from "./operation";

/** One model that is not retired, by ID or ARN. */
export const getFoundationModel: Operation<{ modelIdentifier: string }> = (context, request) => {
  const found = findFoundationModel(context.foundationModels, request.modelIdentifier);
  if (!found || !isOffered(context, found.model)) {
    throw notFound(
      `Could not resolve the foundation model from the provided model identifier: ${request.modelIdentifier}`,
    );
  }
  return ok({ modelDetails: describe(context, found.model, found.id) });
};

/** Filters of ListFoundationModels. */
export interface ListFoundationModelsRequest {
  byProvider?: string;
  byCustomizationType?: string;
  byOutputModality?: string;
  byInferenceType?: string;
}

/** All models that are not retired. */
export const listFoundationModels: Operation<ListFoundationModelsRequest> = (context, request) => {
  const has = (values: readonly string[], wanted: string | undefined): boolean =>
    wanted === undefined || values.includes(wanted);
  const modelSummaries = context.foundationModels
    .filter((model) => isOffered(context, model))
    .flatMap((model) => allIds(model).map((id) => describe(context, model, id)))
    .filter(
      (one) => request.byProvider === undefined || one.providerName.toLowerCase() === request.byProvider.toLowerCase(),
    )
    .filter((one) => has(one.customizationsSupported, request.byCustomizationType))
    .filter((one) => has(one.outputModalities, request.byOutputModality))
    .filter((one) => has(one.inferenceTypesSupported, request.byInferenceType));
  return ok({ modelSummaries });
};

const isOffered = (context: RegionContext, model: FoundationModel): boolean =>
  model.regions.includes(context.region) && lifecycleAt(model, context.clock.now()) !== "RETIRED";

/** What the service tells about one ID: the plain ID answers on demand, the ID with a context length is what is customized. */
function describe(context: RegionContext, model: FoundationModel, id: string) {
  const isVariant = id !== model.id;
  const plainIsCustomized = model.customizationVariant === undefined;
  return {
    modelArn: foundationModelArn(context, id),
    modelId: id,
    modelName: model.name,
    providerName: model.provider,
    inputModalities: model.input,
    outputModalities: model.output,
    responseStreamingSupported: model.streaming,
    // The enumeration of this API knows no reinforcement fine-tuning.
    customizationsSupported:
      id === customizationId(model) ? model.customizations.filter((type) => type !== "REINFORCEMENT_FINE_TUNING") : [],
    inferenceTypesSupported: [
      ...(!isVariant && model.onDemand ? ["ON_DEMAND"] : []),
      ...((isVariant || plainIsCustomized) && model.provisioned ? ["PROVISIONED"] : []),
    ],
    modelLifecycle: {
      status: lifecycleAt(model, context.clock.now()),
      legacyTime: model.legacyTime,
      endOfLifeTime: model.endOfLifeTime,
    },
  };
}
