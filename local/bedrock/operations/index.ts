/**
 * The operations that the simulator answers, with their place on the wire (botocore 1.44.5). A new family of operations is a
 * file beside this one and a few rows here.
 */
import { ServiceError } from "../errors";
import { GUARDRAIL_SHAPES } from "../guardrails/shapes";
import { INPUT_SHAPES } from "../shapes";
import { MODEL_JOB_SHAPES } from "../shapes-model-jobs";
import { type Shape } from "../validate";
import { applyGuardrail } from "./apply-guardrail";
import {
  createModelCustomizationJob,
  getModelCustomizationJob,
  listModelCustomizationJobs,
  stopModelCustomizationJob,
} from "./customization-jobs";
import { deleteCustomModel, getCustomModel, listCustomModels } from "./custom-models";
import { getFoundationModel, listFoundationModels } from "./foundation-models";
import {
  createGuardrail,
  createGuardrailVersion,
  deleteGuardrail,
  getGuardrail,
  listGuardrails,
  updateGuardrail,
} from "./guardrails";
import { converse, converseStream, invokeModel, invokeModelWithResponseStream } from "./inference";
import { deleteInvocationLogging, getInvocationLogging, putInvocationLogging } from "./invocation-logging";
import {
  createCustomModelDeployment,
  deleteCustomModelDeployment,
  getCustomModelDeployment,
  listCustomModelDeployments,
  updateCustomModelDeployment,
} from "./model-deployments";
import { MODEL_JOB_OPERATIONS } from "./model-jobs";
import { type Operation } from "./operation";
import {
  createProvisionedModelThroughput,
  deleteProvisionedModelThroughput,
  getProvisionedModelThroughput,
  listProvisionedModelThroughputs,
  updateProvisionedModelThroughput,
} from "./provisioned-throughput";
import { listTagsForResource, tagResource, untagResource } from "./tags";

/** One operation on the wire. */
export interface Route {
  name: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path segments; `{name}` takes one segment. */
  path: string[];
  /** Constraints of the input; absent for the runtime, whose bodies belong to the models. */
  shape?: Shape;
  run: Operation<never>;
}

const SHAPES: Record<string, Shape> = { ...INPUT_SHAPES, ...GUARDRAIL_SHAPES, ...MODEL_JOB_SHAPES };

const route = (method: Route["method"], path: string, name: string, run: Operation<never>): Route => ({
  name,
  method,
  path: path.split("/").slice(1),
  shape: SHAPES[name],
  run,
});

const DEPLOYMENTS = "/model-customization/custom-model-deployments";

/** All routes. */
export const ROUTES: readonly Route[] = [
  route("POST", "/model-customization-jobs", "CreateModelCustomizationJob", createModelCustomizationJob),
  route("GET", "/model-customization-jobs", "ListModelCustomizationJobs", listModelCustomizationJobs),
  route("GET", "/model-customization-jobs/{jobIdentifier}", "GetModelCustomizationJob", getModelCustomizationJob),
  route(
    "POST",
    "/model-customization-jobs/{jobIdentifier}/stop",
    "StopModelCustomizationJob",
    stopModelCustomizationJob,
  ),
  route("GET", "/custom-models", "ListCustomModels", listCustomModels),
  route("GET", "/custom-models/{modelIdentifier}", "GetCustomModel", getCustomModel),
  route("DELETE", "/custom-models/{modelIdentifier}", "DeleteCustomModel", deleteCustomModel),
  route("POST", "/provisioned-model-throughput", "CreateProvisionedModelThroughput", createProvisionedModelThroughput),
  route("GET", "/provisioned-model-throughputs", "ListProvisionedModelThroughputs", listProvisionedModelThroughputs),
  route(
    "GET",
    "/provisioned-model-throughput/{provisionedModelId}",
    "GetProvisionedModelThroughput",
    getProvisionedModelThroughput,
  ),
  route(
    "PATCH",
    "/provisioned-model-throughput/{provisionedModelId}",
    "UpdateProvisionedModelThroughput",
    updateProvisionedModelThroughput,
  ),
  route(
    "DELETE",
    "/provisioned-model-throughput/{provisionedModelId}",
    "DeleteProvisionedModelThroughput",
    deleteProvisionedModelThroughput,
  ),
  route("POST", DEPLOYMENTS, "CreateCustomModelDeployment", createCustomModelDeployment),
  route("GET", DEPLOYMENTS, "ListCustomModelDeployments", listCustomModelDeployments),
  route(
    "GET",
    `${DEPLOYMENTS}/{customModelDeploymentIdentifier}`,
    "GetCustomModelDeployment",
    getCustomModelDeployment,
  ),
  route(
    "PATCH",
    `${DEPLOYMENTS}/{customModelDeploymentIdentifier}`,
    "UpdateCustomModelDeployment",
    updateCustomModelDeployment,
  ),
  route(
    "DELETE",
    `${DEPLOYMENTS}/{customModelDeploymentIdentifier}`,
    "DeleteCustomModelDeployment",
    deleteCustomModelDeployment,
  ),
  route("POST", "/guardrails", "CreateGuardrail", createGuardrail),
  route("GET", "/guardrails", "ListGuardrails", listGuardrails),
  route("GET", "/guardrails/{guardrailIdentifier}", "GetGuardrail", getGuardrail),
  route("PUT", "/guardrails/{guardrailIdentifier}", "UpdateGuardrail", updateGuardrail),
  route("DELETE", "/guardrails/{guardrailIdentifier}", "DeleteGuardrail", deleteGuardrail),
  route("POST", "/guardrails/{guardrailIdentifier}", "CreateGuardrailVersion", createGuardrailVersion),
  route("POST", "/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply", "ApplyGuardrail", applyGuardrail),
  ...MODEL_JOB_OPERATIONS.map((operation) => route(...operation)),
  route("PUT", "/logging/modelinvocations", "PutModelInvocationLoggingConfiguration", putInvocationLogging),
  route("GET", "/logging/modelinvocations", "GetModelInvocationLoggingConfiguration", getInvocationLogging),
  route("DELETE", "/logging/modelinvocations", "DeleteModelInvocationLoggingConfiguration", deleteInvocationLogging),
  route("POST", "/tagResource", "TagResource", tagResource),
  route("POST", "/untagResource", "UntagResource", untagResource),
  route("POST", "/listTagsForResource", "ListTagsForResource", listTagsForResource),
  route("GET", "/foundation-models", "ListFoundationModels", listFoundationModels),
  route("GET", "/foundation-models/{modelIdentifier}", "GetFoundationModel", getFoundationModel),
  route("POST", "/model/{modelId}/invoke", "InvokeModel", invokeModel),
  route("POST", "/model/{modelId}/converse", "Converse", converse),
  route(
    "POST",
    "/model/{modelId}/invoke-with-response-stream",
    "InvokeModelWithResponseStream",
    invokeModelWithResponseStream,
  ),
  route("POST", "/model/{modelId}/converse-stream", "ConverseStream", converseStream),
];

/**
 * Finds the route of a request and the members in its path.
 *
 * @throws ServiceError SerializationException for a path whose escapes are none
 */
export function findRoute(method: string, path: string): { route: Route; members: Record<string, string> } | undefined {
  const segments = path.split("/").slice(1);
  for (const candidate of ROUTES) {
    if (candidate.method !== method || candidate.path.length !== segments.length) continue;
    const members: Record<string, string> = {};
    const matches = candidate.path.every((expected, index) => {
      const segment = segments[index]!;
      if (!expected.startsWith("{")) return expected === segment;
      members[expected.slice(1, -1)] = decoded(segment);
      return segment !== "";
    });
    if (matches) return { route: candidate, members };
  }
  return undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new ServiceError("SerializationException", `The path holds ${segment}, whose escapes are not UTF-8.`);
  }
}
