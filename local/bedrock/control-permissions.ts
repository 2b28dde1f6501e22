/**
 * What the caller of a control-plane operation must be allowed: the action on the resource, the tags that it sets, the role that
 * it passes. Resource types: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Bedrock"; a
 * creation is judged by the kind of thing that it makes, except where the reference names what it uses.
 */
import { type ContextValue } from "../../iam";
import { authorize } from "./authorize";
import { type Identity } from "./emulator";
import { findFoundationModel } from "./foundation-models";
import { type Tag } from "./requests";
import { arnOf, foundationModelArn, type RegionContext } from "./service";

/** A checked request, of whichever operation. */
type Request = Record<string, unknown>;

/** The ARN that an operation is about; each of several is judged. */
type ResourceOf = (context: RegionContext, request: Request) => string | string[];

const everything: ResourceOf = () => "*";

const newOne =
  (kind: string): ResourceOf =>
  (context) =>
    arnOf(context, `${kind}/*`);

type Kept = Record<string, { arn: string; name?: string; id?: string }>;
type Collection =
  | "jobs"
  | "models"
  | "throughputs"
  | "deployments"
  | "guardrails"
  | "importJobs"
  | "importedModels"
  | "copyJobs"
  | "evaluationJobs";

/** What a member names by ARN, name or id; what does not exist has the ARN that it would have. */
const named =
  (collection: Collection, kind: string, member: string): ResourceOf =>
  (context, request) =>
    find(context, collection, request[member]) ?? asArn(context, kind, String(request[member]));

function find({ state }: RegionContext, collection: Collection, wanted: unknown): string | undefined {
  const all = Object.values(state[collection] as Kept);
  return all.find(({ arn, name, id }) => arn === wanted || name === wanted || id === wanted)?.arn;
}

const asArn = (context: RegionContext, kind: string, identifier: string): string =>
  identifier.startsWith("arn:") ? identifier : arnOf(context, `${kind}/${identifier}`);

/** The model that is to be served: a custom model, or a foundation model. */
const servedModel: ResourceOf = (context, { modelId }) => {
  const base = findFoundationModel(context.foundationModels, String(modelId));
  const custom = find(context, "models", modelId);
  return custom ?? (base ? foundationModelArn(context, base.id) : asArn(context, "custom-model", String(modelId)));
};

const foundationModel: ResourceOf = (context, { modelIdentifier }) => {
  const id = String(modelIdentifier);
  return id.startsWith("arn:") ? id : foundationModelArn(context, id);
};

const JOB = named("jobs", "model-customization-job", "jobIdentifier");
const MODEL = named("models", "custom-model", "modelIdentifier");
const THROUGHPUT = named("throughputs", "provisioned-model", "provisionedModelId");
const DEPLOYMENT = named("deployments", "custom-model-deployment", "customModelDeploymentIdentifier");
const GUARDRAIL = named("guardrails", "guardrail", "guardrailIdentifier");
const IMPORTED = named("importedModels", "imported-model", "modelIdentifier");
const EVALUATION = named("evaluationJobs", "evaluation-job", "jobIdentifier");
const TAGGED: ResourceOf = (_context, { resourceARN }) => String(resourceARN);

/** The resource of each operation of the control plane; the action has the operation's name. */
export const RESOURCES: Readonly<Record<string, ResourceOf>> = {
  CreateModelCustomizationJob: newOne("model-customization-job"),
  GetModelCustomizationJob: JOB,
  StopModelCustomizationJob: JOB,
  ListModelCustomizationJobs: everything,
  CreateCustomModel: newOne("custom-model"),
  GetCustomModel: MODEL,
  DeleteCustomModel: MODEL,
  ListCustomModels: everything,
  CreateProvisionedModelThroughput: servedModel,
  GetProvisionedModelThroughput: THROUGHPUT,
  UpdateProvisionedModelThroughput: THROUGHPUT,
  DeleteProvisionedModelThroughput: THROUGHPUT,
  ListProvisionedModelThroughputs: everything,
  CreateCustomModelDeployment: named("models", "custom-model", "modelArn"),
  GetCustomModelDeployment: DEPLOYMENT,
  UpdateCustomModelDeployment: DEPLOYMENT,
  DeleteCustomModelDeployment: DEPLOYMENT,
  ListCustomModelDeployments: everything,
  CreateGuardrail: newOne("guardrail"),
  GetGuardrail: GUARDRAIL,
  UpdateGuardrail: GUARDRAIL,
  DeleteGuardrail: GUARDRAIL,
  CreateGuardrailVersion: GUARDRAIL,
  ListGuardrails: (context, request) => (request.guardrailIdentifier === undefined ? "*" : GUARDRAIL(context, request)),
  CreateModelImportJob: newOne("model-import-job"),
  GetModelImportJob: named("importJobs", "model-import-job", "jobIdentifier"),
  ListModelImportJobs: everything,
  GetImportedModel: IMPORTED,
  DeleteImportedModel: IMPORTED,
  ListImportedModels: everything,
  CreateModelCopyJob: newOne("model-copy-job"),
  GetModelCopyJob: named("copyJobs", "model-copy-job", "jobArn"),
  ListModelCopyJobs: everything,
  CreateEvaluationJob: newOne("evaluation-job"),
  GetEvaluationJob: EVALUATION,
  StopEvaluationJob: EVALUATION,
  BatchDeleteEvaluationJob: (context, request) =>
    (request.jobIdentifiers as string[]).map((identifier) => asArn(context, "evaluation-job", identifier)),
  ListEvaluationJobs: everything,
  PutModelInvocationLoggingConfiguration: everything,
  GetModelInvocationLoggingConfiguration: everything,
  DeleteModelInvocationLoggingConfiguration: everything,
  TagResource: TAGGED,
  UntagResource: TAGGED,
  ListTagsForResource: TAGGED,
  GetFoundationModel: foundationModel,
  ListFoundationModels: everything,
};

/** Members with tags, and the kind of thing that gets them; beside `tags`, whose thing is the one that is made. */
const TAG_MEMBERS: Readonly<Record<string, string>> = {
  jobTags: "",
  tags: "",
  customModelTags: "custom-model",
  modelTags: "custom-model",
  importedModelTags: "imported-model",
  targetModelTags: "custom-model",
};

/** What the thing is that an operation makes, where that is not what the operation is judged on. */
const MADE: Readonly<Record<string, string>> = {
  CreateProvisionedModelThroughput: "provisioned-model",
  CreateCustomModelDeployment: "custom-model-deployment",
};

/**
 * Refuses an operation that the caller may not carry out. Operations of the runtime are judged where the model is known.
 *
 * @param operation name of the operation, as the service model has it
 * @throws ServiceError AccessDeniedException in the wording of IAM
 */
export async function authorizeOperation(
  context: RegionContext,
  caller: Identity,
  operation: string,
  request: Request,
): Promise<void> {
  const resourceOf = RESOURCES[operation];
  if (!resourceOf || (!caller.principal && caller.endpointId === undefined)) return;
  const resources = [resourceOf(context, request)].flat();
  const tags = Object.keys(TAG_MEMBERS).flatMap((member) => (request[member] ?? []) as Tag[]);
  const keys = (request.tagKeys ?? []) as string[];
  for (const resource of resources) {
    await authorize(context, caller, `bedrock:${operation}`, resource, tagConditions(tags, keys));
  }
  if (operation.startsWith("Create")) {
    for (const [member, kind] of Object.entries(TAG_MEMBERS)) {
      const set = (request[member] ?? []) as Tag[];
      const made = kind || MADE[operation];
      const on = made ? arnOf(context, `${made}/*`) : resources[0]!;
      if (set.length > 0) await authorize(context, caller, "bedrock:TagResource", on, tagConditions(set, []));
    }
  }
  for (const role of rolesOf(request)) {
    await authorize(context, caller, "iam:PassRole", role, { "iam:PassedToService": "bedrock.amazonaws.com" });
  }
}

function tagConditions(tags: readonly Tag[], keys: readonly string[]): Record<string, ContextValue> {
  const all = [...tags.map(({ key }) => key), ...keys];
  if (all.length === 0) return {};
  const wanted = tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const);
  return { ...Object.fromEntries(wanted), "aws:TagKeys": [...new Set(all)] };
}

function rolesOf(request: Request): string[] {
  const logging = request.loggingConfig as { cloudWatchConfig?: { roleArn?: string } } | undefined;
  return [request.roleArn, logging?.cloudWatchConfig?.roleArn].filter((role) => typeof role === "string");
}
