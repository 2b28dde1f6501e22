import type { EvaluationDatasetMetricConfig, GetEvaluationJobCommandOutput } from "@aws-sdk/client-bedrock";
import { keyIdOf, keyInOneSpelling, withoutTrailingSlash } from "./arns";
import { deleteUntilGone } from "./delete-until-gone";
import { compact, type LifecycleHandler } from "./dynamic";
import { kindOf, MalformedAnswer, orUndefined } from "./errors";
import { checkEvaluation } from "./evaluation-check";
import { readEvaluationResults } from "./evaluation-results";
import { explain, reading } from "./failures";
import type { WaitSurroundings } from "./lifecycle";
import { endOfPlainJob } from "./plain-job-end";
import { plainJobHandler } from "./plain-job-handler";
import type { PlainCandidate, PlainJobInputs, PlainJobKind, PlainJobState } from "./plain-job-kind";
import type { Surroundings } from "./surroundings";
import { readTags, toTagList } from "./tags";

type Evaluation = Partial<GetEvaluationJobCommandOutput>;

/** A data set of an evaluation, resolved. */
export interface EvaluationDataset {
  name: string;
  uri?: string;
  taskType: string;
  metrics: string[];
}

interface EvaluationInputs extends PlainJobInputs {
  roleArn: string;
  model: string;
  datasets: EvaluationDataset[];
  outputDataUri: string;
  kmsKeyArn: string;
  judgeModel?: string;
  inferenceParams?: string;
  description?: string;
}

/** The lifecycle of an automatic evaluation of a model; the id is the ARN of the job. */
export function evaluationJobHandler(surroundings: Surroundings): LifecycleHandler {
  return plainJobHandler(surroundings, KIND);
}

const inputsOf = (inputs: PlainJobInputs): EvaluationInputs => inputs as EvaluationInputs;

/** Names of evaluations know lower-case letters, digits and hyphens only. */
const jobNameOf = ({ name }: PlainCandidate): string => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");

const datasetsOf = (configs: readonly EvaluationDatasetMetricConfig[]): EvaluationDataset[] =>
  configs.map(({ dataset, taskType, metricNames }) =>
    asDataset({
      name: dataset?.name ?? "",
      uri: dataset?.datasetLocation?.s3Uri,
      taskType: taskType ?? "",
      metrics: metricNames ?? [],
    }),
  );

function asDataset({ name, uri, taskType, metrics }: EvaluationDataset): EvaluationDataset {
  return { name, ...(uri === undefined ? {} : { uri }), taskType, metrics: [...metrics].sort() };
}

const KIND: PlainJobKind<Evaluation> = {
  what: "evaluation job",
  inputNames: [
    "roleArn",
    "model",
    "datasets",
    "outputDataUri",
    "kmsKeyArn",
    "judgeModel",
    "inferenceParams",
    "description",
  ],
  tagInputs: ["tags"],
  tagSets: ({ tags }) => [tags],
  check: checkEvaluation,
  substance: (inputs, known) => {
    const { region, roleArn, model, datasets, outputDataUri, kmsKeyArn, judgeModel, inferenceParams } =
      inputsOf(inputs);
    const key = { modelKmsKeyArn: known?.["kmsKeyArn"], resolvedKmsKeyArn: known?.["resolvedKmsKeyArn"] };
    return {
      region,
      roleArn,
      model,
      datasets: datasets.map(asDataset),
      outputDataUri: withoutTrailingSlash(outputDataUri),
      kmsKeyArn: keyInOneSpelling(kmsKeyArn, key),
      judgeModel,
      inferenceParams,
      description: inputs["description"],
    };
  },
  // Get takes ARNs only, so a job is found in the list by its name.
  find: async (bedrock, candidate) => {
    const name = jobNameOf(candidate);
    let nextToken: string | undefined;
    do {
      const page = await bedrock.listEvaluationJobs({ nameContains: name, nextToken });
      const found = page.jobSummaries?.find(({ jobName }) => jobName === name);
      if (found !== undefined) return orUndefined(bedrock.getEvaluationJob({ jobIdentifier: found.jobArn }));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return undefined;
  },
  get: async (bedrock, id) => {
    const job = await orUndefined(bedrock.getEvaluationJob({ jobIdentifier: id }));
    return job?.status === "Deleting" ? undefined : job;
  },
  claimOf: async (bedrock, { jobArn = "", jobName }) => {
    const tags = await readTags(bedrock, jobArn);
    if (tags === undefined) {
      throw new Error(`${jobName} exists; whose it is cannot be seen without bedrock:ListTagsForResource, grant it`);
    }
    return tags.claim;
  },
  start: async (bedrock, inputs, candidate, tags) => {
    const { roleArn, model, datasets, outputDataUri, kmsKeyArn, judgeModel, inferenceParams } = inputsOf(inputs);
    // Without a token of ours: one that is used again, after its job was deleted, may bring back the ARN of that job. Names
    // of evaluations are unique, which is enough to start none twice.
    const { jobArn } = await bedrock.createEvaluationJob({
      jobName: jobNameOf(candidate),
      jobDescription: inputs["description"] as string | undefined,
      roleArn,
      customerEncryptionKeyId: kmsKeyArn,
      jobTags: toTagList(tags),
      applicationType: "ModelEvaluation",
      evaluationConfig: {
        automated: {
          datasetMetricConfigs: datasets.map(({ name, uri, taskType, metrics }) => ({
            taskType: taskType as EvaluationDatasetMetricConfig["taskType"],
            dataset: { name, ...(uri === undefined ? {} : { datasetLocation: { s3Uri: uri } }) },
            metricNames: metrics,
          })),
          ...(judgeModel === undefined
            ? {}
            : { evaluatorModelConfig: { bedrockEvaluatorModels: [{ modelIdentifier: judgeModel }] } }),
        },
      },
      inferenceConfig: { models: [{ bedrockModel: { modelIdentifier: model, inferenceParams } }] },
      outputDataConfig: { s3Uri: outputDataUri },
    });
    if (jobArn === undefined) {
      throw new MalformedAnswer(`Bedrock accepted evaluation ${candidate.name} without naming its ARN`);
    }
    return jobArn;
  },
  idOf: ({ jobArn }) => jobArn ?? "",
  judge: ({ status, failureMessages = [] }) => {
    if (status === "Completed") return { state: "done" };
    if (status === "Failed") {
      return { state: "failed", message: failureMessages.join("; ") || "Bedrock gives no reason" };
    }
    if (status === "Stopped") return { state: "failed", message: "it was stopped" };
    return { state: "pending", phase: status ?? "no status yet", ending: status === "Stopping" };
  },
  isThere: async () => true,
  outputs: (job) =>
    compact({
      jobName: job.jobName,
      status: job.status ?? "InProgress",
      failureMessages: job.failureMessages,
      resolvedKmsKeyArn: job.customerEncryptionKeyId,
      startedAt: job.creationTime?.toISOString(),
      endedAt: job.status === "Completed" ? job.lastModifiedTime?.toISOString() : undefined,
    }),
  results: async (surroundings, inputs, { jobName = "" }) => ({
    ...(await readEvaluationResults(
      (use) => surroundings.s3(inputs.region, use),
      inputsOf(inputs).outputDataUri,
      jobName,
    )),
  }),
  tagged: ({ jobArn = "" }) => [jobArn],
  reported: (job) => {
    const models = job.inferenceConfig?.models ?? [];
    return compact({
      roleArn: job.roleArn,
      model: models[0]?.bedrockModel?.modelIdentifier,
      datasets: datasetsOf(job.evaluationConfig?.automated?.datasetMetricConfigs ?? []),
      outputDataUri: withoutTrailingSlash(job.outputDataConfig?.s3Uri ?? ""),
      kmsKeyArn: job.customerEncryptionKeyId === undefined ? undefined : keyIdOf(job.customerEncryptionKeyId),
    });
  },
  remove,
};

/** Stops an evaluation that runs, then deletes its record. The results in S3 stay. */
async function remove(
  surroundings: Surroundings,
  around: WaitSurroundings,
  id: string,
  props: PlainJobState,
): Promise<void> {
  const { region } = props;
  const look = (): Promise<Evaluation | undefined> => surroundings.bedrock(region, (bedrock) => KIND.get(bedrock, id));
  const now = await reading(`evaluation job ${id}`, "run destroy again", look());
  if (now === undefined) return;
  if (now.status === "InProgress") {
    try {
      await surroundings.bedrock(region, (bedrock) => bedrock.stopEvaluationJob({ jobIdentifier: id }));
    } catch (error) {
      // It may have ended between the look and the stop; the wait below tells.
      if (kindOf(error) !== "conflict" && (await look())?.status === "InProgress") {
        throw new Error(`evaluation job ${id} cannot be stopped: ${explain(error)}; run destroy again`, {
          cause: error,
        });
      }
    }
  }
  if ((await endOfPlainJob(surroundings, around, KIND, id, props, "stopping")) === undefined) return;
  await deleteUntilGone(
    {
      what: `evaluation job ${id}`,
      remove: () =>
        surroundings.bedrock(region, (bedrock) => bedrock.batchDeleteEvaluationJob({ jobIdentifiers: [id] })),
      isThere: async () => (await look()) !== undefined,
    },
    around,
  );
}
