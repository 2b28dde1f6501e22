import type { GetModelImportJobCommandOutput } from "@aws-sdk/client-bedrock";
import { keyIdOf, keyInOneSpelling, parseS3Uri, withoutTrailingSlash } from "./arns";
import { InputCheck, RULES } from "./checks";
import { deleteUntilGone } from "./delete-until-gone";
import { type CheckFailure, compact, containsUnknown, type LifecycleHandler, type Properties } from "./dynamic";
import { describe, MalformedAnswer, orUndefined } from "./errors";
import { tagsOfJob, tagsOfModel } from "./job-tags";
import type { WaitSurroundings } from "./lifecycle";
import { modelFileProblems } from "./model-files";
import { checkPlainInputs, checkVpc } from "./plain-job-check";
import { endOfPlainJob } from "./plain-job-end";
import { plainJobHandler } from "./plain-job-handler";
import type { PlainJobInputs, PlainJobKind, PlainJobState } from "./plain-job-kind";
import { listObjects } from "./s3-listing";
import type { Surroundings } from "./surroundings";
import { readTags, type Tags, toTagList } from "./tags";

type ImportJob = GetModelImportJobCommandOutput;

interface ImportInputs extends PlainJobInputs {
  roleArn: string;
  modelDataUri: string;
  modelKmsKeyArn: string;
  importedModelTags?: Tags;
  vpcConfig?: { subnetIds: string[]; securityGroupIds: string[] };
}

/** Regions of model import, from the Bedrock user guide (page model-customization-import-model), October 2026. */
const REGIONS = ["eu-central-1", "us-east-1", "us-east-2", "us-west-2"];

/** More files than any model has: a prefix with more is not the folder of one. */
const MOST_FILES = 5_000;

/** The lifecycle of the import of a model that was trained elsewhere; the id is the ARN of the job. */
export function modelImportJobHandler(surroundings: Surroundings): LifecycleHandler {
  return plainJobHandler(surroundings, KIND);
}

const tagsOfImportedModel = (inputs: PlainJobInputs): Tags =>
  tagsOfModel({ tags: inputs.tags, customModelTags: inputsOf(inputs).importedModelTags });

const inputsOf = (inputs: PlainJobInputs): ImportInputs => inputs as ImportInputs;

const KIND: PlainJobKind<ImportJob> = {
  what: "model import job",
  inputNames: ["roleArn", "modelDataUri", "modelKmsKeyArn", "vpcConfig"],
  tagInputs: ["tags", "jobTags", "importedModelTags"],
  tagSets: (inputs) => [tagsOfJob(inputs), tagsOfImportedModel(inputs)],
  check: checkImport,
  substance: (inputs, known) => {
    const { region, roleArn, modelDataUri, modelKmsKeyArn, vpcConfig } = inputsOf(inputs);
    return {
      region,
      roleArn,
      modelDataUri: withoutTrailingSlash(modelDataUri),
      modelKmsKeyArn: keyInOneSpelling(modelKmsKeyArn, known),
      vpcConfig: vpcConfig && {
        subnetIds: [...vpcConfig.subnetIds].sort(),
        securityGroupIds: [...vpcConfig.securityGroupIds].sort(),
      },
    };
  },
  inspect: async (surroundings, news, olds) => {
    const { modelDataUri, region } = inputsOf(news);
    const changed = olds["modelDataUri"] !== modelDataUri && news.adoptJobArn === undefined;
    if (!changed || containsUnknown(modelDataUri) || containsUnknown(region)) return [];
    try {
      const problems = await problemsAt(surroundings, region, modelDataUri);
      return problems.map((problem) => ({ property: "modelDataUri", reason: `received ${modelDataUri}; ${problem}` }));
    } catch (error) {
      surroundings.progress(
        `${modelDataUri} cannot be listed at preview (${describe(error)}); it is looked at again before the import starts`,
      );
      return [];
    }
  },
  beforeStart: async (surroundings, inputs) => {
    const { modelDataUri, region } = inputsOf(inputs);
    const problems = await problemsAt(surroundings, region, modelDataUri);
    if (problems.length > 0) throw new Error(`${modelDataUri} cannot be imported: ${problems.join("; ")}`);
  },
  find: (bedrock, { name }) => orUndefined(bedrock.getModelImportJob({ jobIdentifier: name })),
  get: (bedrock, id) => orUndefined(bedrock.getModelImportJob({ jobIdentifier: id })),
  claimOf: async (bedrock, { jobArn = "", jobName }) => {
    const tags = await readTags(bedrock, jobArn);
    if (tags === undefined) {
      throw new Error(`${jobName} exists; whose it is cannot be seen without bedrock:ListTagsForResource, grant it`);
    }
    return tags.claim;
  },
  start: async (bedrock, inputs, { name, token }, tags) => {
    const { roleArn, modelDataUri, modelKmsKeyArn, vpcConfig } = inputsOf(inputs);
    const { jobArn } = await bedrock.createModelImportJob({
      jobName: name,
      importedModelName: name,
      clientRequestToken: token,
      roleArn,
      modelDataSource: { s3DataSource: { s3Uri: modelDataUri } },
      importedModelKmsKeyId: modelKmsKeyArn,
      vpcConfig,
      jobTags: toTagList(tags),
      importedModelTags: toTagList(tagsOfImportedModel(inputs)),
    });
    if (jobArn === undefined) throw new MalformedAnswer(`Bedrock accepted import ${name} without naming its ARN`);
    return jobArn;
  },
  idOf: ({ jobArn }) => jobArn ?? "",
  judge: ({ status, failureMessage }) => {
    if (status === "Completed") return { state: "done" };
    if (status === "Failed") return { state: "failed", message: failureMessage ?? "Bedrock gives no reason" };
    return { state: "pending", phase: status ?? "no status yet" };
  },
  isThere: async (bedrock, { importedModelArn }) =>
    importedModelArn !== undefined &&
    (await orUndefined(bedrock.getImportedModel({ modelIdentifier: importedModelArn }))) !== undefined,
  outputs: (job) =>
    compact({
      jobName: job.jobName,
      modelName: job.importedModelName,
      modelArn: job.importedModelArn,
      status: job.status ?? "InProgress",
      failureMessage: job.failureMessage,
      resolvedKmsKeyArn: job.importedModelKmsKeyArn,
      startedAt: job.creationTime?.toISOString(),
      endedAt: job.endTime?.toISOString(),
    }),
  results: async (surroundings, { region }, { importedModelArn = "" }) => {
    const model = await surroundings.bedrock(region, (bedrock) =>
      orUndefined(bedrock.getImportedModel({ modelIdentifier: importedModelArn })),
    );
    return compact({
      modelArchitecture: model?.modelArchitecture,
      instructSupported: model?.instructSupported,
      modelUnitsPerCopy: model?.customModelUnits?.customModelUnitsPerModelCopy,
    });
  },
  tagged: ({ jobArn = "", importedModelArn }) => [
    jobArn,
    ...(importedModelArn === undefined ? [] : [importedModelArn]),
  ],
  reported: ({ roleArn, modelDataSource, importedModelKmsKeyArn }) =>
    compact({
      roleArn,
      modelDataUri: withoutTrailingSlash(modelDataSource?.s3DataSource?.s3Uri ?? ""),
      modelKmsKeyArn: importedModelKmsKeyArn === undefined ? undefined : keyIdOf(importedModelKmsKeyArn),
    }),
  remove,
};

/** Everything about an import that the service would refuse and that can be seen in the inputs. */
export function checkImport(inputs: Properties): CheckFailure[] {
  const check = new InputCheck(inputs);
  const region = checkPlainInputs(check, inputs, "model-import-job", ["jobTags", "importedModelTags"]);
  if (region !== undefined && !REGIONS.includes(region)) {
    check.reject("region", region, `models can be imported in ${REGIONS.join(", ")} (as of 2026-10)`);
  }
  check.text("roleArn", RULES.roleArn);
  check.text("modelDataUri", RULES.s3Uri);
  check.text("modelKmsKeyArn", {
    ...RULES.kmsKey,
    allowed: `${RULES.kmsKey.allowed}: the model is encrypted with a key of your own or not made`,
  });
  if (inputs["vpcConfig"] !== undefined) checkVpc(check, inputs["vpcConfig"]);
  return check.failures;
}

async function problemsAt(surroundings: Surroundings, region: string, uri: string): Promise<string[]> {
  const { bucket, key } = parseS3Uri(uri);
  const prefix = key === "" ? "" : `${key}/`;
  const objects = await surroundings.s3(region, (client) => listObjects(client, bucket, prefix, MOST_FILES));
  if (objects.length === 0) return [`nothing lies below s3://${bucket}/${prefix}`];
  return modelFileProblems(objects.map((one) => ({ name: one.key.slice(prefix.length), size: one.size })));
}

async function remove(
  surroundings: Surroundings,
  around: WaitSurroundings,
  id: string,
  props: PlainJobState,
): Promise<void> {
  const { region } = props;
  const call: Surroundings["bedrock"] = (where, use) => surroundings.bedrock(where, use);
  const waiting = "an import cannot be stopped; waiting for its end to delete the model";
  const job = await endOfPlainJob(surroundings, around, KIND, id, props, waiting);
  const modelIdentifier = job?.importedModelArn ?? (props["modelArn"] as string | undefined);
  if (modelIdentifier === undefined) return;
  await deleteUntilGone(
    {
      what: `imported model ${modelIdentifier}`,
      remove: () => call(region, (bedrock) => orUndefined(bedrock.deleteImportedModel({ modelIdentifier }))),
      isThere: async () =>
        (await call(region, (bedrock) => orUndefined(bedrock.getImportedModel({ modelIdentifier })))) !== undefined,
    },
    around,
  );
}
