/** One view of a customization job, whichever resource declares it. */
import type { Reader, Subject } from "./subject";

/** The parts of a customization job that the policies judge. */
export interface Customization {
  readonly baseModel: Reader;
  readonly kmsKey: Reader;
  readonly vpc: Reader;
  readonly role: Reader;
  /** S3 URI of the training data. */
  readonly training: Reader;
  /** S3 URIs of the validation data. */
  readonly validation: readonly Reader[];
  /** S3 URI under which results are written. */
  readonly output: Reader;
}

/** The view of a `CustomizationJob` (flat properties) or an `aws.bedrock.CustomModel` (nested ones). */
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
  return {
    ...common,
    baseModel: job.at("baseModel"),
    kmsKey: job.at("modelKmsKeyArn"),
    training: job.at("trainingDataUri"),
    validation: job.at("validationDataUris").list(),
    output: job.at("outputDataUri"),
  };
}

function lazily(job: Subject, property: string, inner: (reader: Reader) => Reader): Reader {
  const outer = job.at(property);
  return outer.isUnknown ? outer : inner(outer);
}
