/** Examples of the data protection policies. */
import { ACCOUNT, denyOutside, denyTheRest, denyWithoutTls, environment, FOREIGN_ACCOUNT } from "./environment";
import { changed, json, pick, without, type ExampleResource, type Examples } from "./example";

const blocked = pick(environment, "training", "training-access");
const withPolicy = pick(environment, "training", "training-policy", "role");
const workedOn = pick(environment, "training", "training-policy", "role", "job");
const versioned = pick(environment, "training", "training-versioning", "job");
const bucket = pick(environment, "training");
const tls = denyWithoutTls("acme-training");
const rest = [...denyTheRest("acme-training"), denyOutside("acme-training")];
const objects = "arn:aws:s3:::acme-training/*";
const read = { Effect: "Allow", Action: "s3:GetObject", Resource: objects };
const policy = (...list: Readonly<Record<string, unknown>>[]) =>
  changed(withPolicy, "training-policy", "policy", json(...list, ...rest));
const [oldTls = {}, otherAlgorithm = {}, otherKey = {}, outside = {}] = rest;
const only = (...list: Readonly<Record<string, unknown>>[]) =>
  changed(workedOn, "training-policy", "policy", json(tls, outside, ...list));
const flag = (name: string, value: unknown) => changed(blocked, "training-access", name, value);

const inBuckets = pick(environment, "job", "training", "output");
const replication = (target: string) => ({
  role: `arn:aws:iam::${ACCOUNT}:role/replication`,
  rules: [{ status: "Enabled", destination: { bucket: `arn:aws:s3:::${target}` } }],
});
const copied = (target: string): ExampleResource[] => [
  ...inBuckets,
  {
    type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    name: "copies",
    properties: { bucket: "acme-training", ...replication(target) },
    dependencies: { bucket: ["training"] },
  },
];

/** Examples by policy. */
export const dataProtectionExamples: Readonly<Record<string, Examples>> = {
  "bucket-blocks-public-access": {
    good: blocked,
    bad: [
      without(blocked, "training-access"),
      flag("blockPublicAcls", false),
      flag("blockPublicPolicy", false),
      flag("ignorePublicAcls", undefined),
      flag("restrictPublicBuckets", false),
    ],
  },
  "bucket-is-copied-within-the-stack": {
    good: copied("acme-output"),
    bad: [
      copied("somebody-else"),
      changed(inBuckets, "training", "replicationConfiguration", replication("somebody-else")),
    ],
  },
  "bucket-requires-tls": {
    good: withPolicy,
    bad: [
      without(withPolicy, "training-policy"),
      policy({ ...tls, Resource: "arn:aws:s3:::acme-training" }),
      policy({ ...tls, Resource: objects }),
      policy({ ...tls, Action: "s3:GetObject" }),
      policy({ ...tls, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      policy({ ...tls, Principal: { AWS: `arn:aws:iam::${FOREIGN_ACCOUNT}:root` } }),
      policy({ ...tls, Resource: ["arn:aws:s3:::acme-output", "arn:aws:s3:::acme-output/*"] }),
    ],
  },
  "bucket-policy-keeps-strangers-out": {
    good: withPolicy,
    bad: [
      policy(tls, { ...read, Principal: "*" }),
      policy(tls, { ...read, Principal: "*", Condition: { StringLike: { "aws:PrincipalTag/team": "*" } } }),
      policy(tls, { ...read, Principal: { AWS: `arn:aws:iam::${FOREIGN_ACCOUNT}:role/reader` } }),
      policy(tls, { ...read, Principal: { Service: "bedrock.amazonaws.com" } }),
      policy(tls, { ...read, Principal: { AWS: "*" }, Condition: { StringLike: { "aws:PrincipalOrgID": "*" } } }),
    ],
  },
  "bucket-refuses-old-tls": {
    good: workedOn,
    bad: [
      only(otherAlgorithm, otherKey),
      only({ ...oldTls, Condition: { NumericLessThan: { "s3:TlsVersion": "1.1" } } }, otherAlgorithm, otherKey),
      only({ ...oldTls, Action: "s3:GetObject" }, otherAlgorithm, otherKey),
    ],
  },
  "bucket-refuses-other-encryption": {
    good: workedOn,
    bad: [
      only(oldTls, otherKey),
      only(oldTls, otherAlgorithm),
      only(oldTls, otherAlgorithm, { ...otherKey, Condition: { Null: { "s3:x-amz-acl": "false" } } }),
    ],
  },
  "bucket-keeps-versions": {
    good: versioned,
    bad: [
      without(versioned, "training-versioning"),
      changed(versioned, "training-versioning", "versioningConfiguration", { status: "Suspended" }),
    ],
  },
  "production-bucket-is-not-force-destroyed": {
    good: bucket,
    bad: [changed(bucket, "training", "forceDestroy", true)],
  },
};
