/** Weakenings that change nothing that is there: what is put beside a bucket or a key leads out of the environment. */
import type { ExampleResource } from "../../../policies/examples/example";
import type { Weakening } from "./weakening";

const STRANGER = "999988887777";

/** What is put beside a resource: what it does, its type, its properties, and the property that names the resource. */
type Way = readonly [what: string, type: string, property: string, properties: Readonly<Record<string, unknown>>];

const FROM_BUCKETS: readonly Way[] = [
  [
    "copies to somebody else",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "bucket",
    {
      role: `arn:aws:iam::${STRANGER}:role/copies`,
      rules: [{ status: "Enabled", destination: { bucket: "arn:aws:s3:::somebody-elses-bucket" } }],
    },
  ],
  ["a list of access for everybody", "aws:s3/bucketAcl:BucketAcl", "bucket", { acl: "public-read" }],
  [
    "an access point for everybody",
    "aws:s3/accessPoint:AccessPoint",
    "bucket",
    {
      name: "open",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:us-west-2:123456789012:accesspoint/open/object/*",
          },
        ],
      }),
    },
  ],
  [
    "an access point without a block of public access",
    "aws:s3/accessPoint:AccessPoint",
    "bucket",
    { name: "open", publicAccessBlockConfiguration: { blockPublicPolicy: false, restrictPublicBuckets: false } },
  ],
];

const FROM_KEYS: readonly Way[] = [
  [
    "a grant to another account",
    "aws:kms/grant:Grant",
    "keyId",
    { granteePrincipal: `arn:aws:iam::${STRANGER}:role/stranger`, operations: ["Decrypt", "GenerateDataKey"] },
  ],
  [
    "a grant that another account may retire",
    "aws:kms/grant:Grant",
    "keyId",
    {
      granteePrincipal: "arn:aws:iam::123456789012:role/probe",
      retiringPrincipal: `arn:aws:iam::${STRANGER}:role/stranger`,
      operations: ["Decrypt"],
    },
  ],
];

/** All of them. */
export function wayWeakenings(stack: readonly ExampleResource[]): Weakening[] {
  const beside = (end: string, ways: readonly Way[]): Weakening[] =>
    stack
      .filter(({ type }) => type.endsWith(end))
      .flatMap((owner) =>
        ways.map(([what, type, property, properties]): Weakening => {
          const id = owner.properties["bucket"] ?? "unread";
          const added = { name: "added", type, properties: { [property]: id, ...properties } };
          return {
            resource: added.name,
            what: `${what}, beside ${owner.name}`,
            stack: [...stack, { ...added, dependencies: { [property]: [owner.name] } }],
            instead: [owner.name],
          };
        }),
      );
  return [...beside("s3/bucket:Bucket", FROM_BUCKETS), ...beside("kms/key:Key", FROM_KEYS)];
}
