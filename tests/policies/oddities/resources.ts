/** Short ways to write resources of programs as the engine shows them after an update. */
import type { ExampleResource } from "../../../policies/examples/example";

/** The account of the programs. */
export const ACCOUNT = "123456789012";
/** An account that is not theirs. */
export const STRANGER = "999988887777";

/** A program, what is odd about it, and `policy on resource` of every finding that stops an update. */
export type Oddity = readonly [what: string, resources: readonly ExampleResource[], finds: readonly string[]];

/** `policy on resource`. */
export const on = (policy: string, ...names: readonly string[]): string[] =>
  names.map((name) => `${policy} on ${name}`);

/** Any resource. */
export function resource(
  type: string,
  name: string,
  properties: object,
  dependencies: Readonly<Record<string, readonly string[]>> = {},
): ExampleResource {
  return { type, name, properties: properties as ExampleResource["properties"], dependencies };
}

/** A policy document as text. */
export const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** An Allow statement. */
export const allow = (Action: unknown, Resource: unknown = "*", rest: object = {}): object => ({
  Effect: "Allow",
  Action,
  Resource,
  ...rest,
});

/** A managed policy. */
export const managed = (name: string, policy: unknown): ExampleResource =>
  resource("aws:iam/policy:Policy", name, { name, policy, arn: `arn:aws:iam::${ACCOUNT}:policy/${name}` });

/** A trust policy with one statement. */
export const trusts = (Principal: unknown, rest: object = {}): string =>
  document({ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...rest });

/** A role, by default one that a function takes on. */
export const role = (
  name: string,
  assumeRolePolicy: unknown = trusts({ Service: "lambda.amazonaws.com" }),
  rest: object = {},
): ExampleResource =>
  resource("aws:iam/role:Role", name, {
    name,
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    assumeRolePolicy,
    ...rest,
  });

/** A resource that tells whose account the program is for. */
export const ours = role("ours");

/** A bucket that AWS has made. */
export const bucket = (name: string, rest: object = {}): ExampleResource =>
  resource("aws:s3/bucket:Bucket", name, { bucket: name, id: name, arn: `arn:aws:s3:::${name}`, ...rest });

/** The statement that refuses requests without TLS. */
export const refusesPlain = (name: string, rest: object = {}): object => ({
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
  ...rest,
});

/** A public access block. */
export const block = (name: string, of: string, rest: object = {}): ExampleResource =>
  resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name, {
    bucket: of,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
    ...rest,
  });

/** The policy of a bucket. */
export const bucketPolicy = (of: string, ...statements: readonly object[]): ExampleResource =>
  resource("aws:s3/bucketPolicy:BucketPolicy", `${of}-policy`, { bucket: of, policy: document(...statements) });

/** A bucket with everything that any program's bucket should have, and a policy with these statements beside. */
export const closedBucket = (name: string, ...statements: readonly object[]): ExampleResource[] => [
  bucket(name),
  block(`${name}-block`, name),
  bucketPolicy(name, refusesPlain(name), ...statements),
];

/** A KMS key that AWS has made. */
export const key = (name: string, rest: object = {}): ExampleResource =>
  resource("aws:kms/key:Key", name, {
    id: name,
    keyId: name,
    arn: `arn:aws:kms:us-west-2:${ACCOUNT}:key/${name}`,
    enableKeyRotation: true,
    ...rest,
  });

/** The statement that leaves a key to the account. */
export const ROOT = {
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: "kms:*",
  Resource: "*",
};

/** A queue that AWS has made. */
export const queue = (policy: string): ExampleResource =>
  resource("aws:sqs/queue:Queue", "queue", { name: "queue", id: "url", url: "url", policy });
