/** Buckets, keys and queues, and who gets at them. */
import {
  ACCOUNT,
  allow,
  block,
  bucket,
  bucketPolicy,
  closedBucket,
  document,
  key,
  on,
  ours,
  queue,
  refusesPlain,
  resource,
  ROOT,
  STRANGER,
  type Oddity,
} from "./resources";

const OPEN = on("bucket-policy-keeps-strangers-out", "one");
const PLAIN = on("bucket-requires-tls", "one");
const LISTS = on("bucket-has-no-access-lists", "one");
const KEY = on("kms-key-policy-keeps-strangers-out", "k");

const read = (what: string, finds: readonly string[], rest: object, Resource = "arn:aws:s3:::one/*"): Oddity => [
  what,
  [ours, ...closedBucket("one", allow("s3:GetObject", Resource, rest))],
  finds,
];
const logged = (what: string, finds: readonly string[], Principal: object, folder: string): Oddity => [
  what,
  [ours, ...closedBucket("one", allow("s3:PutObject", `arn:aws:s3:::one/${folder}/*`, { Principal }))],
  finds,
];
const plain = (what: string, finds: readonly string[], change: object): Oddity => [
  what,
  [bucket("one"), block("b", "one"), bucketPolicy("one", refusesPlain("one", change))],
  finds,
];
const keyFor = (what: string, finds: readonly string[], AWS: string, Condition?: object): Oddity => [
  what,
  [
    ours,
    key("k", {
      policy: document(ROOT, allow("kms:Decrypt", "*", { Principal: { AWS }, ...(Condition && { Condition }) })),
    }),
  ],
  finds,
];
const sent = (what: string, finds: readonly string[], Principal: unknown, Condition: object): Oddity => [
  what,
  [ours, queue(document(allow("sqs:SendMessage", "*", { Principal, Condition })))],
  finds.flatMap((id) => on(id, "queue")),
];
const QUEUE = "queue-policy-keeps-strangers-out";
const from = (service: string, rest: string) => ({ ArnLike: { "aws:SourceArn": `arn:aws:${service}:${rest}` } });
const via = { "kms:ViaService": "s3.us-west-2.amazonaws.com" };
const without = (name: string, list: ReturnType<typeof closedBucket>) => list.filter((item) => item.name !== name);

const foreignRole = `arn:aws:iam::${STRANGER}:role/x`;
const granted = (what: string, finds: readonly string[], granteePrincipal: string): Oddity => [
  what,
  [ours, key("k"), resource("aws:kms/grant:Grant", "g", { keyId: "k", granteePrincipal, operations: ["Decrypt"] })],
  finds.flatMap((id) => on(id, "g")),
];
const point = (what: string, finds: readonly string[], properties: object): Oddity => [
  what,
  [
    ours,
    ...closedBucket("one"),
    resource("aws:s3/accessPoint:AccessPoint", "point", {
      id: `${ACCOUNT}:point`,
      arn: `arn:aws:s3:us-west-2:${ACCOUNT}:accesspoint/point`,
      bucket: "one",
      ...properties,
    }),
  ],
  finds.flatMap((id) => on(id, "point")),
];
const readsPoint = (AWS: string) =>
  document(allow("s3:GetObject", `arn:aws:s3:us-west-2:${ACCOUNT}:accesspoint/point/object/*`, { Principal: { AWS } }));

/** The programs. */
export const storageOddities: readonly Oddity[] = [
  [
    "three buckets, whose public access blocks are crossed",
    [
      ...["one", "two", "three"].flatMap((name) => without(`${name}-block`, closedBucket(name))),
      block("b1", "two"),
      block("b2", "two"),
      block("b3", "three"),
    ],
    on("bucket-blocks-public-access", "one"),
  ],
  [
    "switches as text, and one left out",
    [
      ...without("one-block", closedBucket("one")),
      block("b", "one", { blockPublicAcls: "true", restrictPublicBuckets: undefined }),
    ],
    on("bucket-blocks-public-access", "one"),
  ],
  [
    "an access list for all users, beside the bucket",
    [
      ...closedBucket("one"),
      resource("aws:s3/bucketAcl:BucketAcl", "acl", {
        bucket: "one",
        accessControlPolicy: {
          grants: [
            { permission: "READ", grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/global/AllUsers" } },
          ],
        },
      }),
    ],
    LISTS,
  ],
  [
    "an access list for everybody with an account, by its short name",
    [
      ...closedBucket("one"),
      resource("aws:s3/bucketAclV2:BucketAclV2", "acl", { bucket: "one", acl: "authenticated-read" }),
    ],
    LISTS,
  ],
  [
    "what AWS shows on every bucket",
    [
      bucket("one", {
        acl: "private",
        grants: [{ id: "c", type: "CanonicalUser", permissions: ["FULL_CONTROL"], uri: "" }],
        versionings: [],
        serverSideEncryptionConfiguration: {
          rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: "" } },
        },
      }),
      ...without("one", closedBucket("one")),
    ],
    [],
  ],
  read("everybody from everywhere", OPEN, {
    Principal: "*",
    Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
  }),
  read("everybody from one office", [], {
    Principal: "*",
    Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.7/32"] } },
  }),
  read("who says that he comes from a page", OPEN, {
    Principal: "*",
    Condition: { StringLike: { "aws:Referer": "https://acme.com/*" } },
  }),
  read("everybody through one endpoint", [], {
    Principal: "*",
    Condition: { StringEquals: { "aws:SourceVpce": "vpce-0a" } },
  }),
  read("everybody through any endpoint", OPEN, {
    Principal: "*",
    Condition: { StringLike: { "aws:SourceVpce": "*" } },
  }),
  read("an identity of CloudFront of the old kind", [], {
    Principal: { AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" },
  }),
  logged("logs of load balancers, by the account of AWS", [], { AWS: "arn:aws:iam::797873946194:root" }, "AWSLogs"),
  logged(
    "logs of load balancers, by their service",
    [],
    { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    `AWSLogs/${ACCOUNT}`,
  ),
  logged("logs of anybody's networks", OPEN, { Service: "delivery.logs.amazonaws.com" }, "AWSLogs"),
  plain("TLS demanded only where it is told", [], { Condition: { BoolIfExists: { "aws:SecureTransport": false } } }),
  plain("TLS for objects only", PLAIN, { Resource: "arn:aws:s3:::one/*" }),
  plain("TLS for reading only", PLAIN, { Action: ["s3:GetObject"] }),
  plain("no TLS demanded, the other way round", PLAIN, { Condition: { Bool: { "aws:SecureTransport": "true" } } }),
  plain("TLS for another bucket", PLAIN, { Resource: ["arn:aws:s3:::two", "arn:aws:s3:::two/*"] }),
  plain("TLS for one role only", PLAIN, { Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/x`] } }),
  [
    "a bucket of the older generation with an object as its policy",
    [
      resource("aws:s3/bucketV2:BucketV2", "v2", {
        bucket: "v2",
        policy: { Version: "2012-10-17", Statement: [refusesPlain("v2")] },
      }),
      block("b", "v2"),
    ],
    [],
  ],
  keyFor("a key as AWS makes it for S3", [], "*", { StringEquals: { "kms:CallerAccount": ACCOUNT, ...via } }),
  keyFor("a key for everybody who comes through S3", KEY, "*", { StringEquals: via }),
  keyFor("a key for another account", KEY, `arn:aws:iam::${STRANGER}:root`),
  [
    "a key whose policy is a resource of its own",
    [
      ours,
      key("k"),
      resource("aws:kms/keyPolicy:KeyPolicy", "kp", {
        keyId: "k",
        policy: document(ROOT, allow("kms:*", "*", { Principal: "*" })),
      }),
    ],
    KEY,
  ],
  [
    "a replica of a key, with a policy and a waiting time of its own",
    [
      ours,
      resource("aws:kms/replicaKey:ReplicaKey", "k", {
        primaryKeyArn: `arn:aws:kms:us-west-2:${ACCOUNT}:key/mrk-1`,
        policy: document(ROOT, allow("kms:Decrypt", "*", { Principal: "*" })),
        deletionWindowInDays: 7,
      }),
    ],
    [...KEY, ...on("kms-key-deletion-waits", "k")],
  ],
  [
    "keys that sign, which cannot rotate, and a switch as text",
    [
      key("rsa", { enableKeyRotation: undefined, customerMasterKeySpec: "RSA_2048", keyUsage: "SIGN_VERIFY" }),
      key("mac", { enableKeyRotation: false, customerMasterKeySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" }),
      key("text", { enableKeyRotation: "true" }),
    ],
    [],
  ],
  granted("a grant to a role of the account", [], `arn:aws:iam::${ACCOUNT}:role/x`),
  granted("a grant to a role of another account", ["kms-grants-stay-in-the-account"], foreignRole),
  point("an access point as it is by default", [], {}),
  point("an access point with a switch off", ["bucket-blocks-public-access"], {
    publicAccessBlockConfiguration: { blockPublicAcls: true, blockPublicPolicy: false },
  }),
  point("an access point for a role of the account", [], { policy: readsPoint(`arn:aws:iam::${ACCOUNT}:role/x`) }),
  point("an access point for a stranger", ["bucket-policy-keeps-strangers-out"], { policy: readsPoint(foreignRole) }),
  [
    "an account whose switches are not all on",
    [
      resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
      }),
    ],
    on("bucket-blocks-public-access", "account"),
  ],
  sent("messages of one topic", [], { Service: "sns.amazonaws.com" }, from("sns", `us-west-2:${ACCOUNT}:t`)),
  sent("messages of one topic, for everybody who brings them", [], "*", from("sns", `us-west-2:${ACCOUNT}:t`)),
  sent("messages of any bucket, for everybody who brings them", [QUEUE], "*", from("s3", "*:*:*")),
  sent("messages of buckets that begin alike", [QUEUE], { AWS: "*" }, from("s3", "::acme-*")),
  sent("messages of anybody's topic of one name", [QUEUE], "*", from("sns", "*:*:alerts")),
];
