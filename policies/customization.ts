/** One view of a job of Bedrock that makes a model or evaluates one, whichever resource declares it. */
import { s3Location } from "./s3-uri";
import type { Reader, Subject } from "./subject";
import { EVALUATION_JOBS, IMPORT_JOBS } from "./tokens";

/** The parts of a job that the policies judge. What a kind of job does not have is absent. */
export interface Customization {
  readonly baseModel: Reader;
  readonly kmsKey: Reader;
  readonly vpc: Reader;
  readonly role: Reader;
  /** S3 URI of the training data; of an import, the files of the model. */
  readonly training: Reader;
  /** S3 URIs of the validation data; of an evaluation, its data sets. */
  readonly validation: readonly Reader[];
  /** S3 URI under which results are written. */
  readonly output: Reader;
}

/** The view of a job, with flat properties (dynamic resources) or nested ones (the AWS provider). */
export function customizationOf(job: Subject): Customization {
  const common = { vpc: job.at("vpcConfig"), role: job.at("roleArn") };
  if (job.type === "aws:bedrock/customModel:CustomModel") {
    return {
      ...common,
      baseModel: job.at("baseModelIdentifier"),
      kmsKey: job.at("customModelKmsKeyId"),
      training: lazily(job, "trainingDataConfig", (config) => config.at("s3Uri")),
      validation: job
        .at("validationDataConfig")
        .at("validators")
        .list()
        .map((validator) => validator.at("s3Uri")),
      output: lazily(job, "outputDataConfig", (config) => config.at("s3Uri")),
    };
  }
  if (job.type === "aws:bedrock/evaluationJob:EvaluationJob") {
    return {
      ...common,
      baseModel: job.at("baseModel"),
      kmsKey: job.at("customerEncryptionKeyId"),
      training: job.at("trainingDataUri"),
      validation: ["automated", "human"].flatMap((way) =>
        job
          .at("evaluationConfig")
          .at(way)
          .at("datasetMetricConfigs", "datasetMetricConfig")
          .list()
          .map((config) => config.at("dataset").at("datasetLocation").at("s3Uri"))
          .filter((uri) => uri.exists),
      ),
      output: lazily(job, "outputDataConfig", (config) => config.at("s3Uri")),
    };
  }
  if (EVALUATION_JOBS.some((type) => type === job.type)) {
    const sets = job.at("datasets").list();
    return {
      ...common,
      baseModel: job.at("baseModel"),
      kmsKey: job.at("kmsKeyArn"),
      training: job.at("trainingDataUri"),
      // A data set of Bedrock's own has no place in S3.
      validation: sets.map((set) => (set.isUnknown ? set : set.at("uri"))).filter((uri) => uri.exists),
      output: job.at("outputDataUri"),
    };
  }
  return {
    ...common,
    baseModel: job.at("baseModel"),
    kmsKey: job.at("modelKmsKeyArn"),
    training: job.at("trainingDataUri", "modelDataUri"),
    validation: job.at("validationDataUris").list(),
    output: job.at("outputDataUri"),
  };
}

/** What Bedrock takes the role of a job on for, as it stands in `aws:SourceArn`. */
export type Purpose = "model-customization-job" | "model-import-job" | "evaluation-job";

/** The purpose of a job that has a role. */
export function purposeOf(job: Subject): Purpose {
  if (IMPORT_JOBS.some((type) => type === job.type)) return "model-import-job";
  return EVALUATION_JOBS.some((type) => type === job.type) ? "evaluation-job" : "model-customization-job";
}

/** Names of the buckets from which a job reads, and into which it writes, as far as they are known. */
export function bucketsOf(job: Subject): string[] {
  const { training, validation, output } = customizationOf(job);
  const known = [training, ...validation, output].filter((uri) => !uri.isUnknown);
  return [...new Set(known.flatMap((uri) => s3Location(uri)?.bucket ?? []))];
}

function lazily(job: Subject, property: string, inner: (reader: Reader) => Reader): Reader {
  const outer = job.at(property);
  return outer.isUnknown ? outer : inner(outer);
}
