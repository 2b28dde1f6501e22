/**
 * CreateCustomModel: a Nova model that was trained in SageMaker AI becomes a custom model.
 * Source: Bedrock User Guide "import-with-create-custom-model" (Region, base models), API Reference "CreateCustomModel".
 */
import { DocumentReader } from "../documents";
import { invalid, quotaExceeded } from "../errors";
import { findFoundationModel } from "../foundation-models";
import { JobFailed } from "../job-data";
import { parseS3Uri } from "../job-facts";
import { IMPORT_CALLS, listBelow } from "../model-job-calls";
import { assume, assumeAtCreate, folderPrefix, objectsBelow, planModelJob, readFiles, resolveKey } from "../model-jobs";
import { type Tag } from "../requests";
import { arnOf, newId, type RegionContext, rememberToken, save, setTags, usedToken } from "../service";
import { type CustomModel, type ModelCreation } from "../state";
import { statusOf } from "./custom-models";
import { type Operation } from "./operation";

const OPERATION = "CreateCustomModel";
const REGION = "us-east-1";
const DURATION = 10 * 60_000;

/** What can be trained in SageMaker AI, by the part of a name that tells. AWS publishes no form of the artifacts. */
const BASE_MODELS = ["nova-lite", "nova-micro", "nova-pro"];

/** Input of CreateCustomModel. */
export interface CreateModelRequest {
  modelName: string;
  modelSourceConfig?: { s3DataSource: { s3Uri: string } };
  customModelDataSource?: { modelPackageArnDataSource: { modelPackageArn: string } };
  modelKmsKeyArn?: string;
  roleArn?: string;
  modelTags?: Tag[];
  clientRequestToken?: string;
}

/** Begins to make a model; it is `Creating` at once. */
export const createCustomModel: Operation<CreateModelRequest> = async (context, request) => {
  const again = usedToken(context, OPERATION, request);
  if (again !== undefined) return { status: 202, body: { modelArn: again } };
  const source = sourceOf(context, request);
  const now = context.clock.now();
  const reader = new DocumentReader(context.emulator, context.region);
  const arn = arnOf(context, `custom-model/imported/${newId()}`);
  const creation: ModelCreation = {
    arn,
    name: request.modelName,
    ...source,
    modelKmsKeyArn: await resolveKey(reader, request.modelKmsKeyArn),
    status: "InProgress",
    creationTime: now,
    lastModifiedTime: now,
    dueAt: now + DURATION,
    calls: [],
  };
  await assumeAtCreate(context, reader, creation);
  // Nothing waits from here to the save, so that a token or a name is used once.
  const meanwhile = usedToken(context, OPERATION, request);
  if (meanwhile !== undefined) return { status: 202, body: { modelArn: meanwhile } };
  checkRoom(context, request.modelName);
  const model: CustomModel = {
    arn,
    name: request.modelName,
    creationTime: now,
    baseModelId: baseModelIn(context, source.s3Uri),
    customizationType: "IMPORTED",
    modelKmsKeyArn: creation.modelKmsKeyArn,
    creation,
  };
  setTags(context, arn, request.modelTags);
  context.state.models[arn] = model;
  rememberToken(context, OPERATION, request, arn);
  resumeCreation(context, model);
  save(context);
  return { status: 202, body: { modelArn: arn } };
};

function sourceOf(context: RegionContext, request: CreateModelRequest): { s3Uri: string; roleArn: string } {
  const { modelSourceConfig, customModelDataSource, roleArn } = request;
  if (context.region !== REGION) {
    throw invalid(`Custom models cannot be created in ${context.region}. Supported Regions: ${REGION}.`);
  }
  if ((modelSourceConfig === undefined) === (customModelDataSource === undefined)) {
    throw invalid("Exactly one of modelSourceConfig and customModelDataSource must be given.");
  }
  if (modelSourceConfig === undefined) {
    throw invalid("The local simulator has no SageMaker AI model packages; use modelSourceConfig.");
  }
  if (roleArn === undefined) throw invalid("A roleArn is required to read the model data source.");
  return { s3Uri: modelSourceConfig.s3DataSource.s3Uri, roleArn };
}

function checkRoom({ state, quotas }: RegionContext, name: string): void {
  const models = Object.values(state.models);
  const jobs = Object.values(state.jobs).filter(({ status }) => status === "InProgress" || status === "Stopping");
  if (models.some((model) => model.name === name) || jobs.some(({ outputModelName }) => outputModelName === name)) {
    throw invalid("The provided model name is currently in use.");
  }
  if (models.filter((model) => statusOf(model) === "Creating").length >= quotas.creatingCustomModels) {
    throw quotaExceeded(
      `You have reached the maximum of ${quotas.creatingCustomModels} custom models with a creating status.`,
    );
  }
  if (models.length + jobs.length >= quotas.customModels) {
    throw quotaExceeded(`You have reached the maximum of ${quotas.customModels} custom models per account.`);
  }
}

/** The base model that the location names; Nova Lite where it names none. */
function baseModelIn(context: RegionContext, ...names: string[]): string {
  const text = names.join(" ").toLowerCase();
  const named = BASE_MODELS.find((name) => text.includes(name)) ?? BASE_MODELS[0]!;
  const model = findFoundationModel(context.foundationModels, `amazon.${named}-v1:0`);
  if (!model) throw invalid(`The model amazon.${named}-v1:0 does not exist in ${context.region}.`);
  return model.id;
}

/** Puts an unfinished model on the clock. */
export function resumeCreation(context: RegionContext, { arn, creation }: CustomModel): void {
  if (creation === undefined) return;
  planModelJob(context, creation, async () => {
    const reader = new DocumentReader(context.emulator, context.region);
    const role = await assume(context, reader, creation);
    const { bucket, key } = parseS3Uri(creation.s3Uri);
    const prefix = folderPrefix(key);
    const output = { bucket, prefix, bucketKey: false };
    await role.make([listBelow(bucket, prefix)], { inputs: [], output });
    const objects = (await reader.bucket(bucket)) ? await objectsBelow(context, bucket, prefix) : [];
    if (objects.length === 0) throw new JobFailed("No model artifacts were found in the model data source.");
    await role.make(IMPORT_CALLS, { inputs: await readFiles(reader, bucket, objects), output });
    const model = context.state.models[arn];
    const names = objects.map((object) => object.key);
    if (model !== undefined) model.baseModelId = baseModelIn(context, creation.s3Uri, ...names);
  });
}
