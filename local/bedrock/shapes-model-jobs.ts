/**
 * The constraints of the requests for import, copy and evaluation jobs, from botocore 1.44.5 `bedrock/2023-04-20/service-2.json`.
 */
import {
  clientRequestToken,
  created,
  jobName,
  kmsKeyId,
  list,
  modelArn,
  name,
  oneOf,
  paging,
  pattern,
  roleArn,
  s3,
  structure,
  tags,
  text,
  vpcConfig,
} from "./shapes";
import { type Shape } from "./validate";

const REGIONAL = String.raw`arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:`;
const arn = (kind: string): string => `${REGIONAL}[0-9]{12}:${kind}/[a-z0-9]{12}`;
const identifier = (kind: string, ...more: string[]): Shape =>
  text(0, 1011, pattern(`(arn:aws(-[^:]+)?:bedrock:…:${kind}/[a-z0-9]{12})`, [arn(kind), ...more].join("|")));

const importJob = identifier("model-import-job", "[a-zA-Z0-9][a-zA-Z0-9+.-]*");
const importedModel = text(
  1,
  1011,
  pattern(
    "(arn:aws(-[^:]+)?:bedrock:…:imported-model/[a-z0-9]{12})|(([0-9a-zA-Z][_-]?)+)",
    `${arn("imported-model")}|[0-9a-zA-Z](?:[_-]?[0-9a-zA-Z])*[_-]?`,
  ),
);
const evaluationJob = identifier("evaluation-job");
const evaluationName = text(1, 63, pattern("[a-z0-9](-*[a-z0-9]){0,62}", "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"));
const word = (max = 63): Shape => text(1, max, pattern("[0-9a-zA-Z-_.]+", String.raw`[0-9a-zA-Z\-_.]+`));
const evaluated = text(
  1,
  2048,
  pattern(
    "(arn:aws(-[^:]+)?:bedrock:…)|…",
    String.raw`${REGIONAL}(?::foundation-model/[a-z0-9.:-]+|[0-9]{12}:(?:provisioned-model|imported-model|application-inference-profile)/[a-z0-9]{12}|[0-9]{12}:inference-profile/[a-z0-9.:-]+|[0-9]{12}:(?:default-prompt-router|prompt-router)/[a-zA-Z0-9.:-]+)|[a-z0-9-]{1,63}\.[a-z0-9.:-]+`,
  ),
);
const datasetMetricConfigs = list(
  structure(
    {
      taskType: oneOf("Summarization", "Classification", "QuestionAndAnswer", "Generation", "Custom"),
      dataset: structure(
        { name: word(), datasetLocation: { kind: "structure", union: true, members: { s3Uri: s3 } } },
        "name",
      ),
      metricNames: list(word(), 1, 25),
    },
    "taskType",
    "dataset",
    "metricNames",
  ),
  1,
  5,
);
const modelDataSource: Shape = {
  kind: "structure",
  union: true,
  members: { s3DataSource: structure({ s3Uri: s3 }, "s3Uri") },
};
const KEY_ARN = "arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:key/[a-zA-Z0-9-]{36}";
const PACKAGE = String.raw`arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package/[\S]{1,2048}`;
const modelPackageArn = text(undefined, undefined, pattern(PACKAGE, PACKAGE));
const inProgressOrOver = oneOf("InProgress", "Completed", "Failed");

/** Constraints of the input of each operation, by operation name. */
export const MODEL_JOB_SHAPES: Record<string, Shape> = {
  CreateModelImportJob: structure(
    {
      jobName,
      importedModelName: name,
      roleArn,
      modelDataSource,
      jobTags: tags,
      importedModelTags: tags,
      clientRequestToken,
      vpcConfig,
      importedModelKmsKeyId: kmsKeyId,
    },
    "jobName",
    "importedModelName",
    "roleArn",
    "modelDataSource",
  ),
  CreateCustomModel: structure(
    {
      modelName: name,
      modelSourceConfig: modelDataSource,
      customModelDataSource: {
        kind: "structure",
        union: true,
        members: { modelPackageArnDataSource: structure({ modelPackageArn }, "modelPackageArn") },
      },
      modelKmsKeyArn: text(1, 2048, pattern(KEY_ARN, KEY_ARN)),
      roleArn,
      modelTags: tags,
      clientRequestToken,
    },
    "modelName",
  ),
  GetModelImportJob: structure({ jobIdentifier: importJob }, "jobIdentifier"),
  ListModelImportJobs: structure({ ...created, ...paging, statusEquals: inProgressOrOver, nameContains: jobName }),
  GetImportedModel: structure({ modelIdentifier: importedModel }, "modelIdentifier"),
  DeleteImportedModel: structure({ modelIdentifier: importedModel }, "modelIdentifier"),
  ListImportedModels: structure({ ...created, ...paging, nameContains: name }),
  CreateModelCopyJob: structure(
    {
      sourceModelArn: modelArn,
      targetModelName: name,
      modelKmsKeyId: kmsKeyId,
      targetModelTags: tags,
      clientRequestToken,
    },
    "sourceModelArn",
    "targetModelName",
  ),
  GetModelCopyJob: structure({ jobArn: identifier("model-copy-job") }, "jobArn"),
  ListModelCopyJobs: structure({
    ...created,
    ...paging,
    statusEquals: inProgressOrOver,
    sourceAccountEquals: text(undefined, undefined, pattern("[0-9]{12}", "[0-9]{12}")),
    sourceModelArnEquals: modelArn,
    targetModelNameContains: name,
  }),
  CreateEvaluationJob: structure(
    {
      jobName: evaluationName,
      jobDescription: text(1, 200),
      clientRequestToken,
      roleArn,
      customerEncryptionKeyId: kmsKeyId,
      jobTags: tags,
      applicationType: oneOf("ModelEvaluation", "RagEvaluation"),
      evaluationConfig: {
        kind: "structure",
        union: true,
        members: {
          automated: structure({ datasetMetricConfigs }, "datasetMetricConfigs"),
          human: structure({ datasetMetricConfigs }, "datasetMetricConfigs"),
        },
      },
      inferenceConfig: {
        kind: "structure",
        union: true,
        members: {
          models: list(
            {
              kind: "structure",
              union: true,
              members: {
                bedrockModel: structure(
                  {
                    modelIdentifier: evaluated,
                    inferenceParams: text(1, 1023),
                    performanceConfig: structure({ latency: oneOf("standard", "optimized") }),
                  },
                  "modelIdentifier",
                ),
                precomputedInferenceSource: structure(
                  { inferenceSourceIdentifier: word(256) },
                  "inferenceSourceIdentifier",
                ),
              },
            },
            1,
            2,
          ),
          ragConfigs: list(structure({}), 1, 1),
        },
      },
      outputDataConfig: structure({ s3Uri: s3 }, "s3Uri"),
    },
    "jobName",
    "roleArn",
    "evaluationConfig",
    "inferenceConfig",
    "outputDataConfig",
  ),
  GetEvaluationJob: structure({ jobIdentifier: evaluationJob }, "jobIdentifier"),
  StopEvaluationJob: structure({ jobIdentifier: evaluationJob }, "jobIdentifier"),
  BatchDeleteEvaluationJob: structure({ jobIdentifiers: list(evaluationJob, 1, 25) }, "jobIdentifiers"),
  ListEvaluationJobs: structure({
    ...created,
    ...paging,
    statusEquals: oneOf("InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting"),
    applicationTypeEquals: oneOf("ModelEvaluation", "RagEvaluation"),
    nameContains: evaluationName,
  }),
};
