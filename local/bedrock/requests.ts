/**
 * The requests of the API after validation: what `shapes.ts` has checked, as types.
 */

/** A tag of a resource. */
export interface Tag {
  key: string;
  value: string;
}

/** The network in which a job runs. */
export interface VpcConfig {
  subnetIds: string[];
  securityGroupIds: string[];
}

/** Where training data comes from. */
export interface TrainingDataConfig {
  s3Uri?: string;
  invocationLogsConfig?: {
    usePromptResponse?: boolean;
    invocationLogSource: { s3Uri: string };
    requestMetadataFilters?: unknown;
  };
}

/** Settings of distillation or of reinforcement fine-tuning. */
export interface CustomizationConfig {
  distillationConfig?: {
    teacherModelConfig: { teacherModelIdentifier: string; maxResponseLengthForInference?: number };
  };
  rftConfig?: {
    graderConfig?: { lambdaGrader?: { lambdaArn: string } };
    hyperParameters?: Record<string, string | number>;
  };
}

/** Input of CreateModelCustomizationJob. */
export interface CreateJobRequest {
  jobName: string;
  customModelName: string;
  roleArn: string;
  clientRequestToken?: string;
  baseModelIdentifier: string;
  customizationType?: string;
  customModelKmsKeyId?: string;
  jobTags?: Tag[];
  customModelTags?: Tag[];
  trainingDataConfig: TrainingDataConfig;
  validationDataConfig?: { validators: { s3Uri: string }[] };
  outputDataConfig: { s3Uri: string };
  hyperParameters?: Record<string, string>;
  vpcConfig?: VpcConfig;
  customizationConfig?: CustomizationConfig;
}

/** Filters, sorting and paging that all List operations share. */
export interface ListRequest {
  creationTimeAfter?: string;
  creationTimeBefore?: string;
  createdAfter?: string;
  createdBefore?: string;
  nameContains?: string;
  statusEquals?: string;
  maxResults?: number;
  nextToken?: string;
  sortOrder?: "Ascending" | "Descending";
}

/** Input of CreateProvisionedModelThroughput. */
export interface CreateThroughputRequest {
  clientRequestToken?: string;
  modelUnits: number;
  provisionedModelName: string;
  modelId: string;
  commitmentDuration?: "OneMonth" | "SixMonths";
  tags?: Tag[];
}

/** Input of CreateCustomModelDeployment. */
export interface CreateDeploymentRequest {
  modelDeploymentName: string;
  modelArn: string;
  description?: string;
  tags?: Tag[];
  clientRequestToken?: string;
}
