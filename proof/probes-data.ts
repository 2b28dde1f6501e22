/** Must-deny probes about data: who reads, takes out, or changes what a model is trained on. */
import type { SourcedPolicy } from "../iam";
import type { Call } from "./attempt";
import { patternCovers } from "./covers";
import { s3Arn, type AccessModel } from "./model";
import { statementsOf } from "./stack";
import { castOf, type Cast, type Probe, type Threat } from "./threats";

const sse = "s3:x-amz-server-side-encryption";

/** Probes of the threats to data. */
export function dataProbes(model: AccessModel): Probe[] {
  const cast = castOf(model);
  return [
    ...exfiltration(model, cast),
    ...policyChanges(model, cast),
    ...insecure(cast),
    ...tampering(model, cast),
    ...wrongKey(cast),
    ...otherEnvironments(model, cast),
  ];
}

const as =
  (threat: Threat) =>
  (name: string, ...calls: Call[]): Probe => ({ threat, name, calls });

function exfiltration(model: AccessModel, cast: Cast): Probe[] {
  const { call, job, administrator, stranger, anonymous, root, foreign, trainingFile, metrics, s3Training, s3Output } =
    cast;
  const probe = as("exfiltration of training data");
  const loot = s3Arn(model, "somebody-elses-bucket", `${model.output.folder}loot`);
  const s3 = { via: "s3" } as const;
  const outside = { resourceAccount: foreign };
  const key = model.dataKey.arn;
  const read = (caller: Call["caller"], object: string, context: Call["context"]): Call[] => [
    call(caller, "s3:GetObject", object),
    call(caller, "kms:Decrypt", key, { context }),
  ];
  const probes = [
    probe(
      "The job writes to a bucket of another account through our S3 endpoint",
      call(job, "s3:PutObject", loot, { ...s3, ...outside }),
    ),
    probe(
      "The job writes to a bucket of another account around our S3 endpoint",
      call(job, "s3:PutObject", loot, outside),
    ),
    probe("The job writes to another bucket of the account", call(job, "s3:PutObject", loot)),
    probe(
      "The job reads a bucket of another account through our S3 endpoint",
      call(job, "s3:GetObject", loot, { ...s3, ...outside }),
    ),
    probe("The job lists all buckets", call(job, "s3:ListAllMyBuckets", "*")),
    probe(
      "The job writes results to our bucket's name after another account took it",
      call(job, "s3:PutObject", metrics, outside),
    ),
    probe(
      "A foreign identity carries data to its own bucket through our S3 endpoint",
      call(stranger, "s3:PutObject", loot, { ...s3, ...outside }),
    ),
    probe(
      "A foreign identity reads training data through our S3 endpoint",
      call(stranger, "s3:GetObject", trainingFile, s3),
    ),
    probe("A foreign identity reads training data from the internet", ...read(stranger, trainingFile, s3Training)),
    probe("Somebody without credentials reads training data", call(anonymous, "s3:GetObject", trainingFile)),
    probe(
      "An administrator who does not deploy reads training data from the internet",
      ...read(administrator, trainingFile, s3Training),
    ),
    probe(
      "An administrator who does not deploy reads training data through our S3 endpoint",
      call(administrator, "s3:GetObject", trainingFile, s3),
    ),
    probe("An administrator who does not deploy reads metrics", ...read(administrator, metrics, s3Output)),
    probe("The root user of the account reads training data", ...read(root, trainingFile, s3Training)),
    probe(
      "A presigned URL of an administrator is used from the internet",
      {
        ...call(administrator, "s3:GetObject", trainingFile, { context: { "s3:authType": "REST-QUERY-STRING" } }),
      },
      call(administrator, "kms:Decrypt", key, { context: s3Training }),
    ),
    probe(
      "An administrator copies training data to another account",
      ...read(administrator, trainingFile, s3Training),
      call(administrator, "s3:PutObject", loot, outside),
    ),
    probe("The job makes the training bucket public", call(job, "s3:PutBucketPolicy", cast.trainingBucket)),
    probe(
      "The job sets up replication of the training bucket",
      call(job, "s3:PutReplicationConfiguration", cast.trainingBucket),
    ),
    probe(
      "The job reads beside the folder of data sets",
      call(job, "s3:GetObject", s3Arn(model, model.training.name, "elsewhere/people.csv")),
    ),
    probe(
      "The job lists all of the training bucket",
      call(job, "s3:ListBucket", cast.trainingBucket, { ...s3, context: { "s3:prefix": "" } }),
    ),
  ];
  const open: Probe[] = [
    probe(
      "An administrator lists the names of data sets from the internet",
      call(administrator, "s3:ListBucket", cast.trainingBucket),
    ),
  ];
  if (cast.deployer !== undefined) {
    const { caller, context } = cast.deployer;
    const steal = (how: Call["context"]): Call[] => [
      call(caller, "s3:GetObject", trainingFile, { context: { ...context, ...how } }),
      call(caller, "kms:Decrypt", key, { context: { ...context, ...s3Training } }),
    ];
    const reason =
      "Whoever deploys uploads data sets from outside of the VPC, and Pulumi reads back what it uploaded: the bucket policy " +
      "lets them through, and the key lets S3 join the parts of an upload.";
    open.push(
      {
        ...probe("Stolen credentials of the deployer read training data from the internet", ...steal({})),
        open: { reason, accepted: true },
      },
      {
        ...probe(
          "A presigned URL of the deployer is used from the internet",
          ...steal({ "s3:authType": "REST-QUERY-STRING" }),
        ),
        open: { reason, accepted: true },
      },
    );
  }
  return [...probes, ...open];
}

/**
 * Changes of the bucket policies, without which everything else that they say could be taken away. A stack that names its
 * deployers keeps everybody else from it, for every bucket. Where none is named, nobody can be kept from it without locking
 * out whoever deploys next.
 */
function policyChanges(model: AccessModel, cast: Cast): Probe[] {
  const { call, administrator, otherEnvironment, trainingBucket, outputBucket } = cast;
  const buckets = [
    { what: "training bucket", arn: trainingBucket },
    { what: "output bucket", arn: outputBucket },
    ...(model.logs === undefined ? [] : [{ what: "log bucket", arn: s3Arn(model, model.logs.name) }]),
  ];
  const probe = as("exfiltration of training data");
  const opening = probe(
    "An administrator opens the training bucket by changing its policy",
    call(administrator, "s3:PutBucketPolicy", trainingBucket),
  );
  if (!keepsSettings(model)) {
    const reason =
      "The stack names no deployers, so whoever may by IAM can replace the policies of the buckets: the next deployer must " +
      "not be locked out. deployerArns closes this. The key keeps the data closed.";
    return [{ ...opening, open: { reason, accepted: true } }];
  }
  const changes = buckets.flatMap(({ what, arn }) => [
    probe(`An administrator opens the ${what} by changing its policy`, call(administrator, "s3:PutBucketPolicy", arn)),
    probe(
      `An administrator opens the ${what} by deleting its policy`,
      call(administrator, "s3:DeleteBucketPolicy", arn),
    ),
    probe(
      `The role of another environment changes the policy of the ${what}`,
      call(otherEnvironment, "s3:PutBucketPolicy", arn),
    ),
  ]);
  return changes;
}

/** Whether the stack names who may change the settings of its buckets. */
export function keepsSettings({ training, output, logs }: AccessModel): boolean {
  return [training, output, logs].some((one) => one?.policy !== undefined && keepsPolicy(one.policy));
}

/** Whether a bucket policy has a statement about changes of bucket policies. */
function keepsPolicy({ document }: SourcedPolicy): boolean {
  return statementsOf(document).some(
    ({ Effect, Action }) =>
      Effect === "Deny" &&
      [Action ?? []].flat().some((one) => one !== "s3:*" && one !== "*" && patternCovers(one, "s3:PutBucketPolicy")),
  );
}

function insecure(cast: Cast): Probe[] {
  const { call, job, trainingFile, metrics } = cast;
  const probe = as("reading over an insecure connection");
  // Whoever may read with TLS must not without it.
  const { caller, context } = cast.uploader;
  const plain = { context: { ...context, "aws:SecureTransport": false } };
  const old = { context: { ...context, "s3:TlsVersion": 1.1 } };
  return [
    probe("Training data is read without TLS", call(caller, "s3:GetObject", trainingFile, plain)),
    probe("Training data is read with TLS 1.1", call(caller, "s3:GetObject", trainingFile, old)),
    probe(
      "The job reads training data without TLS",
      call(job, "s3:GetObject", trainingFile, { via: "s3", context: { "aws:SecureTransport": false } }),
    ),
    probe(
      "The job writes metrics without TLS",
      call(job, "s3:PutObject", metrics, { via: "s3", context: { "aws:SecureTransport": false } }),
    ),
    probe("The training bucket is listed without TLS", call(caller, "s3:ListBucket", cast.trainingBucket, plain)),
    probe("Metrics are read with TLS 1.1", call(caller, "s3:GetObject", metrics, old)),
  ];
}

function tampering(model: AccessModel, cast: Cast): Probe[] {
  const { call, job, administrator, otherEnvironment, stranger, anonymous, trainingFile, metrics, s3Training } = cast;
  const probe = as("tampering with training data");
  const write = (caller: Call["caller"]): Call[] => [
    call(caller, "s3:PutObject", trainingFile),
    call(caller, "kms:GenerateDataKey", model.dataKey.arn, { context: s3Training }),
  ];
  return [
    probe("The job replaces a data set", call(job, "s3:PutObject", trainingFile)),
    probe(
      "The job replaces a data set through our S3 endpoint",
      call(job, "s3:PutObject", trainingFile, { via: "s3" }),
    ),
    probe("The job deletes a data set", call(job, "s3:DeleteObject", trainingFile)),
    probe("The job deletes an old version of a data set", call(job, "s3:DeleteObjectVersion", trainingFile)),
    probe("The job deletes results", call(job, "s3:DeleteObject", metrics)),
    probe("The job suspends versioning", call(job, "s3:PutBucketVersioning", cast.trainingBucket)),
    probe("An administrator who does not deploy poisons a data set", ...write(administrator)),
    probe("The role of another environment poisons a data set", ...write(otherEnvironment)),
    probe("A foreign identity poisons a data set", ...write(stranger)),
    probe("Somebody without credentials poisons a data set", ...write(anonymous)),
    probe("An administrator deletes a data set", call(administrator, "s3:DeleteObject", trainingFile)),
  ];
}

function wrongKey(cast: Cast): Probe[] {
  const { call, otherKey, foreignKey, job, trainingFile, metrics, bedrock, foreign } = cast;
  const probe = as("wrong key");
  const { caller, context: known } = cast.uploader;
  const put = (object: string, context: Call["context"]) =>
    call(caller, "s3:PutObject", object, { context: { ...known, ...context } });
  const under = (key: string) => ({ [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: key });
  return [
    probe("A data set is uploaded under S3's own key", put(trainingFile, { [sse]: "AES256" })),
    probe("A data set is uploaded under another key of the account", put(trainingFile, under(otherKey))),
    probe("A data set is uploaded under a key of another account", put(trainingFile, under(foreignKey))),
    probe("A result is written under S3's own key", put(metrics, { [sse]: "AES256" })),
    probe("A result is written under a key of another account", put(metrics, under(foreignKey))),
    probe(
      "The job encrypts the model with another key of the account",
      call(job, "kms:GenerateDataKey", otherKey, { context: bedrock }),
    ),
    probe(
      "The job encrypts the model with a key of another account",
      call(job, "kms:GenerateDataKey", foreignKey, { context: bedrock, resourceAccount: foreign }),
    ),
    probe(
      "The job reaches another key through our KMS endpoint",
      call(job, "kms:Decrypt", otherKey, { via: "kms", context: bedrock }),
    ),
  ];
}

function otherEnvironments(model: AccessModel, cast: Cast): Probe[] {
  const { call, job, otherEnvironment, trainingFile, metrics, s3Training, s3Output, otherKey, bedrock } = cast;
  const probe = as("reading another environment");
  const other = s3Arn(model, `${model.training.name}-of-another-environment`, model.trainingFile);
  const read = (object: string, context: Call["context"]): Call[] => [
    call(otherEnvironment, "s3:GetObject", object),
    call(otherEnvironment, "kms:Decrypt", model.dataKey.arn, { context }),
  ];
  return [
    probe("The job reads data sets of another environment", call(job, "s3:GetObject", other)),
    probe(
      "The job reads data sets of another environment through our S3 endpoint",
      call(job, "s3:GetObject", other, { via: "s3" }),
    ),
    probe("The job decrypts a model of another environment", call(job, "kms:Decrypt", otherKey, { context: bedrock })),
    probe("The role of another environment reads our data sets", ...read(trainingFile, s3Training)),
    probe("The role of another environment reads our metrics", ...read(metrics, s3Output)),
    probe(
      "The role of another environment uses our S3 endpoint",
      call(otherEnvironment, "s3:GetObject", trainingFile, { via: "s3" }),
    ),
    probe(
      "The role of another environment decrypts our model",
      call(otherEnvironment, "kms:Decrypt", model.modelKey.arn, { context: bedrock }),
    ),
  ];
}
