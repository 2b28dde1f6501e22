/**
 * The operations of import, copy and evaluation jobs and of the creation of models with their place on the wire, and what of them is unfinished at a start.
 */
import { type RegionContext } from "../service";
import {
  batchDeleteEvaluationJob,
  createEvaluationJob,
  getEvaluationJob,
  listEvaluationJobs,
  resumeEvaluation,
  stopEvaluationJob,
} from "./evaluation-jobs";
import { createModelCopyJob, getModelCopyJob, listModelCopyJobs, resumeCopy } from "./model-copy";
import { createCustomModel, resumeCreation } from "./model-creation";
import {
  createModelImportJob,
  deleteImportedModel,
  getImportedModel,
  getModelImportJob,
  listImportedModels,
  listModelImportJobs,
  resumeImport,
} from "./model-import";
import { type Operation } from "./operation";

/** Method, path, name and function of each operation. */
export const MODEL_JOB_OPERATIONS: readonly ["GET" | "POST" | "DELETE", string, string, Operation<never>][] = [
  ["POST", "/custom-models/create-custom-model", "CreateCustomModel", createCustomModel],
  ["POST", "/model-import-jobs", "CreateModelImportJob", createModelImportJob],
  ["GET", "/model-import-jobs", "ListModelImportJobs", listModelImportJobs],
  ["GET", "/model-import-jobs/{jobIdentifier}", "GetModelImportJob", getModelImportJob],
  ["GET", "/imported-models", "ListImportedModels", listImportedModels],
  ["GET", "/imported-models/{modelIdentifier}", "GetImportedModel", getImportedModel],
  ["DELETE", "/imported-models/{modelIdentifier}", "DeleteImportedModel", deleteImportedModel],
  ["POST", "/model-copy-jobs", "CreateModelCopyJob", createModelCopyJob],
  ["GET", "/model-copy-jobs", "ListModelCopyJobs", listModelCopyJobs],
  ["GET", "/model-copy-jobs/{jobArn}", "GetModelCopyJob", getModelCopyJob],
  ["POST", "/evaluation-jobs", "CreateEvaluationJob", createEvaluationJob],
  ["GET", "/evaluation-jobs", "ListEvaluationJobs", listEvaluationJobs],
  ["GET", "/evaluation-jobs/{jobIdentifier}", "GetEvaluationJob", getEvaluationJob],
  ["POST", "/evaluation-job/{jobIdentifier}/stop", "StopEvaluationJob", stopEvaluationJob],
  ["POST", "/evaluation-jobs/batch-delete", "BatchDeleteEvaluationJob", batchDeleteEvaluationJob],
];

/** Puts every unfinished job on the clock again. */
export function resumeModelJobs(context: RegionContext): void {
  Object.values(context.state.importJobs).forEach((job) => resumeImport(context, job));
  Object.values(context.state.models).forEach((model) => resumeCreation(context, model));
  Object.values(context.state.copyJobs).forEach((job) => resumeCopy(context, job));
  Object.values(context.state.evaluationJobs).forEach((job) => resumeEvaluation(context, job));
}
