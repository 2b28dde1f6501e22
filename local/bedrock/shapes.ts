/**
 * The constraints of every request of the simulator, from botocore 1.44.5 `bedrock/2023-04-20/service-2.json`.
 * Patterns that backtrack in the official model are replaced by linear-time equals; the documented text is still printed.
 */
import { type Pattern, type Shape } from "./validate";

const MODEL = "[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.]?[a-z0-9-]{1,63})([:][a-z0-9-]{1,63}){0,2}";
const NAME = "([0-9a-zA-Z][_-]?){1,63}";
// `X([.]?Y)` is two segments with or without a dot between them: written without the overlap that backtracks.
const MODEL_ID = String.raw`[a-z0-9-]{1,63}\.(?:[a-z0-9-]{2,126}|[a-z0-9-]{1,63}\.[a-z0-9-]{1,63})(?::[a-z0-9-]{1,63}){0,2}`;
const SAFE_NAME = "[0-9a-zA-Z](?:[_-]?[0-9a-zA-Z])*[_-]?";
const REGIONAL = String.raw`arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:`;
const CUSTOM_MODEL_ARN = `${REGIONAL}[0-9]{12}:custom-model/(?:imported|${MODEL_ID})/[a-z0-9]{12}`;
const FOUNDATION_MODEL_ARN = `${REGIONAL}:foundation-model/${MODEL_ID}`;

/** A documented pattern and its linear-time equal, both anchored at the ends when they are matched. */
export const pattern = (documented: string, linear: string): Pattern => ({
  documented,
  matches: new RegExp(`^(?:${linear})$`),
});

const SAFE_JOB_NAME = String.raw`[a-zA-Z0-9][a-zA-Z0-9+\-.]*`;
const JOB_NAME = pattern(String.raw`[a-zA-Z0-9](-*[a-zA-Z0-9\+\-\.])*`, SAFE_JOB_NAME);
const MODEL_REFERENCE = pattern(
  `(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(([0-9]{12}:custom-model/(${MODEL})/[a-z0-9]{12})|(:foundation-model/${MODEL})))|(${MODEL})|(([0-9a-zA-Z][_-]?)+)`,
  `${CUSTOM_MODEL_ARN}|${FOUNDATION_MODEL_ARN}|${MODEL_ID}|${SAFE_NAME}`,
);
const S3_URI = String.raw`s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/[-!_*'().a-z0-9A-Z]+(?:/[-!_*'().a-z0-9A-Z]+)*)?/?`;
const KMS_KEY =
  "(arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:((key/[a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)))|([a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)";
const TAG_TEXT = String.raw`[a-zA-Z0-9\s._:/=+@-]*`;
const FILTER_TEXT = String.raw`[a-zA-Z0-9\s._:/=+$@-]`;

/** Values of `customizationType`. */
export const CUSTOMIZATION_TYPES = [
  "FINE_TUNING",
  "CONTINUED_PRE_TRAINING",
  "DISTILLATION",
  "REINFORCEMENT_FINE_TUNING",
  "IMPORTED",
] as const;

/** A string: bounds of its length in characters, and its pattern. */
export const text = (min?: number, max?: number, matches?: Pattern): Shape => ({
  kind: "string",
  min,
  max,
  pattern: matches,
});
/** A string of an enumeration. */
export const oneOf = (...values: string[]): Shape => ({ kind: "string", values });
/** A structure, with the names of its required members. */
export const structure = (members: Record<string, Shape>, ...required: string[]): Shape => ({
  kind: "structure",
  members,
  required,
});
/** A list, with bounds of its length. */
export const list = (of: Shape, min?: number, max?: number): Shape => ({ kind: "list", of, min, max });

/** Name of a model. */
export const name = text(1, 63, pattern(NAME, SAFE_NAME));
/** Name of a job. */
export const jobName = text(1, 63, JOB_NAME);
/** An idempotency token. */
export const clientRequestToken = text(
  1,
  256,
  pattern("[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?", "[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?"),
);
/** S3 URI. */
export const s3 = text(1, 1024, pattern(S3_URI, S3_URI));
const tagKey = text(1, 128, pattern(TAG_TEXT, TAG_TEXT));
/** Tags of a new resource. */
export const tags = list(
  structure({ key: tagKey, value: text(0, 256, pattern(TAG_TEXT, TAG_TEXT)) }, "key", "value"),
  0,
  200,
);
/** A KMS key: ARN, id, alias or ARN of an alias. */
export const kmsKeyId = text(1, 2048, pattern(KMS_KEY, KMS_KEY.replaceAll("9-_/", String.raw`9\-_/`)));
const modelReference = text(1, 2048, MODEL_REFERENCE);
const customModelArn = text(
  20,
  1011,
  pattern(
    `arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:custom-model/(imported|${MODEL})/[a-z0-9]{12}`,
    CUSTOM_MODEL_ARN,
  ),
);

const oneEntry: Shape = {
  kind: "map",
  min: 1,
  max: 1,
  key: text(1, 256, pattern(`${FILTER_TEXT}{1,256}`, `${FILTER_TEXT}{1,256}`)),
  value: text(0, 256, pattern(`${FILTER_TEXT}{0,256}`, `${FILTER_TEXT}{0,256}`)),
};
const baseFilter: Shape = { kind: "structure", union: true, members: { equals: oneEntry, notEquals: oneEntry } };
const requestMetadataFilters: Shape = {
  kind: "structure",
  union: true,
  members: { equals: oneEntry, notEquals: oneEntry, andAll: list(baseFilter, 1, 16), orAll: list(baseFilter, 1, 16) },
};
const trainingDataConfig = structure({
  s3Uri: s3,
  invocationLogsConfig: structure(
    {
      usePromptResponse: { kind: "boolean" },
      invocationLogSource: structure({ s3Uri: s3 }, "s3Uri"),
      requestMetadataFilters,
    },
    "invocationLogSource",
  ),
});
const vpcId = text(0, 32, pattern("[-0-9a-zA-Z]+", "[-0-9a-zA-Z]+"));
const teacher = text(
  undefined,
  undefined,
  pattern(
    `(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:((:foundation-model/(${MODEL}))|([0-9]{12}:inference-profile/[a-zA-Z0-9-:.]+$)))|(${MODEL})`,
    `${FOUNDATION_MODEL_ARN}|${REGIONAL}[0-9]{12}:inference-profile/[a-zA-Z0-9\\-:.]+|${MODEL_ID}`,
  ),
);
const LAMBDA = String.raw`arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}(-gov)?-[a-z]+-\d{1}:\d{12}:function:[a-zA-Z0-9-_\.]+(:(\$LATEST|[a-zA-Z0-9-_]+))?`;
/** A whole number, with its bounds. */
export const whole = (min?: number, max?: number): Shape => ({ kind: "integer", min, max });
const customizationConfig: Shape = {
  kind: "structure",
  union: true,
  members: {
    distillationConfig: structure(
      {
        teacherModelConfig: structure(
          { teacherModelIdentifier: teacher, maxResponseLengthForInference: whole() },
          "teacherModelIdentifier",
        ),
      },
      "teacherModelConfig",
    ),
    rftConfig: structure({
      graderConfig: structure({
        lambdaGrader: structure({ lambdaArn: text(1, 512, pattern(LAMBDA, LAMBDA)) }, "lambdaArn"),
      }),
      hyperParameters: structure({
        epochCount: whole(1, 50),
        batchSize: whole(16, 512),
        learningRate: { kind: "float", min: 1e-7, max: 1e-3 },
        maxPromptLength: whole(),
        trainingSamplePerPrompt: whole(2, 16),
        inferenceMaxTokens: whole(),
        reasoningEffort: oneOf("low", "medium", "high"),
        evalInterval: whole(1, 100),
      }),
    }),
  },
};

/** ARN of a custom model, or of a foundation model: a filter of lists, and the source of a copy. */
export const modelArn = text(
  20,
  1011,
  pattern(
    "arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(([0-9]{12}:custom-model/…/[a-z0-9]{12})|(:foundation-model/…))",
    `${CUSTOM_MODEL_ARN}|${FOUNDATION_MODEL_ARN}`,
  ),
);

/** Members of every List operation. */
export const paging = {
  maxResults: whole(1, 1000),
  nextToken: text(1, 2048, pattern(String.raw`\S*`, String.raw`\S*`)),
  sortBy: oneOf("CreationTime"),
  sortOrder: oneOf("Ascending", "Descending"),
};
/** Filters of a List operation by time. */
export const created = { creationTimeAfter: { kind: "timestamp" }, creationTimeBefore: { kind: "timestamp" } } as const;
const resourceArn = text(20, 1011, pattern("arn:aws(-[^:]+)?:bedrock:…", `${REGIONAL}(?:[0-9]{12})?:.+`));
const jobIdentifier = structure(
  {
    jobIdentifier: text(
      0,
      1011,
      pattern(
        `(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:model-customization-job/${MODEL}/[a-z0-9]{12})|${JOB_NAME.documented}`,
        `${REGIONAL}[0-9]{12}:model-customization-job/${MODEL_ID}/[a-z0-9]{12}|${SAFE_JOB_NAME}`,
      ),
    ),
  },
  "jobIdentifier",
);
const modelIdentifier = structure({ modelIdentifier: text(1, 2048, MODEL_REFERENCE) }, "modelIdentifier");
const provisionedModelId = text(
  1,
  2048,
  pattern(
    "((([0-9a-zA-Z][_-]?)+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:provisioned-model/[a-z0-9]{12}))",
    `${SAFE_NAME}|${REGIONAL}[0-9]{12}:provisioned-model/[a-z0-9]{12}`,
  ),
);
const deploymentId = text(
  1,
  93,
  pattern(
    "(arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:[a-z0-9-]{1,20}:[0-9]{12}:custom-model-deployment/[a-z0-9]{12})|^([0-9a-zA-Z][_-]?){1,63}",
    `${SAFE_NAME}|${REGIONAL}[0-9]{12}:custom-model-deployment/[a-z0-9]{12}`,
  ),
);
const provisionedModelStatus = oneOf("Creating", "InService", "Updating", "Failed");

/** ARN of a role. */
export const roleArn = text(
  0,
  2048,
  pattern("arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+", "arn:aws(?:-[^:]+)?:iam::(?:[0-9]{12})?:role/.+"),
);
/** Network of a job. */
export const vpcConfig = structure(
  { subnetIds: list(vpcId, 1, 16), securityGroupIds: list(vpcId, 1, 5) },
  "subnetIds",
  "securityGroupIds",
);
const logBucket = structure(
  {
    bucketName: text(
      3,
      63,
      pattern(String.raw`[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]`, String.raw`[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9]`),
    ),
    keyPrefix: text(0, 1024),
  },
  "bucketName",
);
const loggingConfig = structure({
  cloudWatchConfig: structure(
    {
      logGroupName: text(1, 512),
      roleArn,
      largeDataDeliveryS3Config: logBucket,
    },
    "logGroupName",
    "roleArn",
  ),
  s3Config: logBucket,
  textDataDeliveryEnabled: { kind: "boolean" },
  imageDataDeliveryEnabled: { kind: "boolean" },
  embeddingDataDeliveryEnabled: { kind: "boolean" },
  videoDataDeliveryEnabled: { kind: "boolean" },
  audioDataDeliveryEnabled: { kind: "boolean" },
});

/** Constraints of the input of each operation, by operation name; path, query and body members are one structure. */
export const INPUT_SHAPES = {
  CreateModelCustomizationJob: structure(
    {
      jobName,
      customModelName: name,
      roleArn,
      clientRequestToken,
      baseModelIdentifier: modelReference,
      customizationType: oneOf(...CUSTOMIZATION_TYPES),
      customModelKmsKeyId: kmsKeyId,
      jobTags: tags,
      customModelTags: tags,
      trainingDataConfig,
      validationDataConfig: structure({ validators: list(structure({ s3Uri: s3 }, "s3Uri"), 0, 10) }, "validators"),
      outputDataConfig: structure({ s3Uri: s3 }, "s3Uri"),
      hyperParameters: { kind: "map", key: text(), value: text() },
      vpcConfig,
      customizationConfig,
    },
    "jobName",
    "customModelName",
    "roleArn",
    "baseModelIdentifier",
    "trainingDataConfig",
    "outputDataConfig",
  ),
  GetModelCustomizationJob: jobIdentifier,
  StopModelCustomizationJob: jobIdentifier,
  ListModelCustomizationJobs: structure({
    ...created,
    ...paging,
    statusEquals: oneOf("InProgress", "Completed", "Failed", "Stopping", "Stopped"),
    nameContains: jobName,
  }),
  GetCustomModel: modelIdentifier,
  DeleteCustomModel: modelIdentifier,
  ListCustomModels: structure({
    ...created,
    ...paging,
    nameContains: name,
    baseModelArnEquals: modelArn,
    foundationModelArnEquals: text(
      undefined,
      undefined,
      pattern("arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}::foundation-model/…", FOUNDATION_MODEL_ARN),
    ),
    isOwned: { kind: "boolean" },
    modelStatus: oneOf("Active", "Creating", "Failed"),
  }),
  CreateProvisionedModelThroughput: structure(
    {
      clientRequestToken,
      modelUnits: whole(1),
      provisionedModelName: name,
      modelId: modelReference,
      commitmentDuration: oneOf("OneMonth", "SixMonths"),
      tags,
    },
    "modelUnits",
    "provisionedModelName",
    "modelId",
  ),
  GetProvisionedModelThroughput: structure({ provisionedModelId }, "provisionedModelId"),
  DeleteProvisionedModelThroughput: structure({ provisionedModelId }, "provisionedModelId"),
  UpdateProvisionedModelThroughput: structure(
    { provisionedModelId, desiredProvisionedModelName: name, desiredModelId: modelReference },
    "provisionedModelId",
  ),
  ListProvisionedModelThroughputs: structure({
    ...created,
    ...paging,
    statusEquals: provisionedModelStatus,
    modelArnEquals: modelArn,
    nameContains: name,
  }),
  CreateCustomModelDeployment: structure(
    { modelDeploymentName: name, modelArn: customModelArn, description: text(1, 2048), tags, clientRequestToken },
    "modelDeploymentName",
    "modelArn",
  ),
  GetCustomModelDeployment: structure(
    { customModelDeploymentIdentifier: deploymentId },
    "customModelDeploymentIdentifier",
  ),
  DeleteCustomModelDeployment: structure(
    { customModelDeploymentIdentifier: deploymentId },
    "customModelDeploymentIdentifier",
  ),
  UpdateCustomModelDeployment: structure(
    { customModelDeploymentIdentifier: deploymentId, modelArn: customModelArn },
    "customModelDeploymentIdentifier",
    "modelArn",
  ),
  ListCustomModelDeployments: structure({
    createdBefore: { kind: "timestamp" },
    createdAfter: { kind: "timestamp" },
    ...paging,
    nameContains: name,
    statusEquals: oneOf("Creating", "Active", "Failed"),
    modelArnEquals: customModelArn,
  }),
  PutModelInvocationLoggingConfiguration: structure({ loggingConfig }, "loggingConfig"),
  GetModelInvocationLoggingConfiguration: structure({}),
  DeleteModelInvocationLoggingConfiguration: structure({}),
  TagResource: structure({ resourceARN: resourceArn, tags }, "resourceARN", "tags"),
  UntagResource: structure({ resourceARN: resourceArn, tagKeys: list(tagKey, 0, 200) }, "resourceARN", "tagKeys"),
  ListTagsForResource: structure({ resourceARN: resourceArn }, "resourceARN"),
  GetFoundationModel: structure(
    {
      modelIdentifier: text(
        1,
        2048,
        pattern(`(arn:aws(-[^:]+)?:bedrock:…)|(${MODEL})`, `${FOUNDATION_MODEL_ARN}|${MODEL_ID}`),
      ),
    },
    "modelIdentifier",
  ),
  ListFoundationModels: structure({
    byProvider: text(undefined, undefined, pattern("[A-Za-z0-9- ]{1,63}", String.raw`[A-Za-z0-9\- ]{1,63}`)),
    byCustomizationType: oneOf("FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"),
    byOutputModality: oneOf("TEXT", "IMAGE", "EMBEDDING"),
    byInferenceType: oneOf("ON_DEMAND", "PROVISIONED"),
  }),
} satisfies Record<string, Shape>;
