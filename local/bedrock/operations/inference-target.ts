/**
 * What answers under a model identifier. A custom model answers through a throughput or deployment that is in service; a base model
 * that answers on demand gives an extract of the prompt, since no weights of foundation models are here.
 */
import { type ContextValue } from "../../../iam";
import { extract, TrainedAnswers } from "../answers";
import { authorize, openKey } from "../authorize";
import { type Identity } from "../emulator";
import { invalid, notFound } from "../errors";
import { findFoundationModel, type FoundationModel, lifecycleAt } from "../foundation-models";
import { type ImportedModel } from "../state-model-jobs";
import { arnOf, foundationModelArn, identified, type RegionContext } from "../service";

/** A form of the bodies of InvokeModel; `undefined`: one that is not known here. */
export type Format = "llama" | "nova";

/** A model that answers. */
export interface Target {
  /** ID or ARN, for messages. */
  id: string;
  format?: Format;
  /** It answers in pieces. */
  streaming: boolean;
  /** It takes conversations, so that Converse can be used. */
  conversations: boolean;
  answer: (prompt: string) => string;
}

/**
 * What answers under an identifier, after every check that the service makes.
 *
 * @param conditions condition keys of the request, e.g. `bedrock:GuardrailIdentifier`
 * @throws ServiceError AccessDeniedException, ResourceNotFoundException, or ValidationException for a model that does not answer so
 */
export async function resolveTarget(
  context: RegionContext,
  modelId: string,
  caller: Identity,
  conditions: Record<string, ContextValue> = {},
  action: InvokeAction = "bedrock:InvokeModel",
): Promise<Target> {
  const imported = importedModel(context, modelId);
  if (imported) {
    await authorize(context, caller, action, imported.arn, conditions);
    await openKey(context, caller, imported.modelKmsKeyArn, "imported model");
    const format = /llama/i.test(imported.modelArchitecture) ? "llama" : undefined;
    const told = { id: imported.arn, format, streaming: true, conversations: imported.instructSupported } as const;
    return { ...told, answer: (prompt) => extract(prompt) };
  }
  return resolveServed(context, modelId, caller, conditions, action);
}

/** The imported model that an ARN or a name means. */
function importedModel({ state: { importedModels } }: RegionContext, modelId: string): ImportedModel | undefined {
  const found = identified(importedModels, modelId, ({ name }) => name === modelId);
  if (!found && modelId.includes(":imported-model/")) throw notFound(`Could not find the model to invoke: ${modelId}`);
  return found;
}

/** What the caller does; Converse needs the permission of InvokeModel, and so does its stream that of the other. */
export type InvokeAction = "bedrock:InvokeModel" | "bedrock:InvokeModelWithResponseStream";

async function resolveServed(
  context: RegionContext,
  modelId: string,
  caller: Identity,
  conditions: Record<string, ContextValue>,
  action: InvokeAction,
): Promise<Target> {
  const { throughputs, deployments, models } = context.state;
  const throughput = throughputs[modelId];
  const deployment = deployments[modelId];
  if (throughput || deployment) await authorize(context, caller, action, modelId, conditions);
  if (throughput && throughput.status !== "InService" && throughput.status !== "Updating") {
    throw invalid(`The provisioned model ${modelId} is not ready for inference: its status is ${throughput.status}.`);
  }
  if (deployment && deployment.status !== "Active") {
    throw invalid(
      `The custom model deployment ${modelId} is not ready for inference: its status is ${deployment.status}.`,
    );
  }
  const servedArn = throughput?.modelArn ?? deployment?.modelArn;
  const custom = servedArn === undefined ? undefined : models[servedArn];
  if (custom) {
    await openKey(context, caller, custom.modelKmsKeyArn, "custom model");
    const found = findFoundationModel(context.foundationModels, custom.baseModelId);
    if (!found) throw notFound(`The base model of ${custom.arn} does not exist.`);
    if (custom.learned === undefined) return targetOf(found.model, extract);
    let answers = context.answers.get(custom.arn);
    if (!answers) {
      answers = new TrainedAnswers(custom.learned);
      context.answers.set(custom.arn, answers);
    }
    const trained = answers;
    return targetOf(found.model, (prompt) => trained.answer(prompt));
  }
  if (/:(?:provisioned-model|custom-model-deployment)\//.test(modelId) && servedArn === undefined) {
    throw notFound(`Could not find the model to invoke: ${modelId}`);
  }
  if (modelId in models) {
    throw invalid(
      `Invocation of model ID ${modelId} with on-demand throughput isn't supported. Retry your request with the ARN of a Provisioned Throughput or of a custom model deployment.`,
    );
  }
  const base = resolveBase(context, servedArn ?? modelId, throughput !== undefined);
  if (!throughput) {
    const more = { ...conditions };
    if (base.profile !== undefined) {
      const profileArn = arnOf(context, `inference-profile/${base.profile}`);
      await authorize(context, caller, action, profileArn, conditions);
      more["bedrock:InferenceProfileArn"] = profileArn;
    }
    await authorize(context, caller, action, foundationModelArn(context, base.id), more);
  }
  return targetOf(base.model, extract);
}

function targetOf({ id, family, streaming }: FoundationModel, answer: (prompt: string) => string): Target {
  const format = family.startsWith("llama") ? "llama" : family.startsWith("nova") ? "nova" : undefined;
  return { id, format, streaming, conversations: true, answer: (prompt) => answer(prompt) };
}

/** A base model: on demand by ID, through a system inference profile (`us.…`), or through its own throughput. */
function resolveBase(
  context: RegionContext,
  identifier: string,
  isProvisioned: boolean,
): { model: FoundationModel; id: string; profile?: string } {
  const named = identifier.slice(identifier.lastIndexOf(":inference-profile/") < 0 ? 0 : identifier.indexOf("/") + 1);
  const profile = /^(?:us|eu|apac|us-gov)\.(.+)$/.exec(named);
  const found = findFoundationModel(context.foundationModels, profile?.[1] ?? named);
  if (!found) throw invalid("The provided model identifier is invalid.");
  if (lifecycleAt(found.model, context.clock.now()) === "RETIRED") {
    throw notFound(
      "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
    );
  }
  if (!isProvisioned && !profile && (!found.model.onDemand || found.id !== found.model.id)) {
    throw invalid(
      `Invocation of model ID ${identifier} with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
    );
  }
  return { ...found, profile: profile?.[0] };
}
