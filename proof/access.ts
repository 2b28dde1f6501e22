/** The documents of a stack, each with the place where it counts: what an access model and a comparison are made of. */
import { allow, policy as documentWith, type KeyGrant, type PolicyKind, type SourcedPolicy } from "../iam";
import { keysOf, rolesOf, s3Arn, type AccessModel } from "./model";

/** A document and where it counts. */
export interface PlacedDocument {
  kind: PolicyKind;
  policy: SourcedPolicy;
  /** ARN of the role or user that holds it, or ARN or name of the resource that it protects. */
  at: string;
}

/** A policy whose document the stack does not hold, e.g. one that AWS manages. */
export interface OpaquePolicy {
  kind: PolicyKind;
  at: string;
  /** ARN of the policy. */
  policy: string;
}

/** Something that bounds what others grant as long as it is there: a permissions boundary, a block of public access. */
export interface Limit {
  at: string;
  /** In words that finish "… is no longer bound by", e.g. `its permissions boundary`. */
  by: string;
}

/** Something that could not be read. */
export interface Unread {
  what: string;
  why: string;
}

/** What a resource is known by. */
export interface Identity {
  type: string;
  /** Its ARN, or its id. */
  name: string;
}

/** Who may do what in a stack, as documents; plain data. */
export interface StackAccess {
  stack: string;
  partition: string;
  /** Twelve digits; empty when no ARN of the stack names an account. */
  account: string;
  region: string;
  documents: PlacedDocument[];
  opaque: OpaquePolicy[];
  limits: Limit[];
  unread: Unread[];
  identities: Identity[];
}

/**
 * What a grant says, as a policy. `EncryptionContextEquals` admits no other pairs, which is said by a set of the keys (KMS
 * Developer Guide, "kms:EncryptionContextKeys").
 */
export function grantAsPolicy({ source, grantee, operations, constraints = {} }: KeyGrant): SourcedPolicy {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints;
  const pairs = Object.entries({ ...equals, ...subset });
  const demands = Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value]));
  const only = { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": pairs.map(([key]) => key) } };
  return {
    source,
    document: documentWith(
      allow({
        Principal: grantee.startsWith("arn:") ? { AWS: grantee } : { Service: grantee },
        Action: operations.map((one) => `kms:${one}`),
        Resource: "*",
        ...(pairs.length > 0 ? { Condition: { StringEquals: demands, ...(equals === undefined ? {} : only) } } : {}),
      }),
    ),
  };
}

/** The documents of a model, as {@link StackAccess}. */
export function accessOf(model: AccessModel): StackAccess {
  const { name: stack, partition, account, region, training, output, logs, channels, endpoints } = model;
  const place = (kind: PolicyKind, at: string, policies: readonly (SourcedPolicy | undefined)[]): PlacedDocument[] =>
    policies.flatMap((policy) => (policy === undefined ? [] : [{ kind, at, policy }]));
  const buckets = [training, output, ...(logs === undefined ? [] : [logs])];
  const gates = Object.values(endpoints).flatMap((one) => (one === undefined ? [] : [one]));
  const identity = (type: string, names: readonly string[]): Identity[] => names.map((name) => ({ type, name }));
  return {
    stack,
    partition,
    account,
    region,
    documents: [
      ...rolesOf(model).flatMap(({ arn, trust, identity: held, boundary }) => [
        ...place("trust", arn, [trust]),
        ...place("identity", arn, held),
        ...place("boundary", arn, [boundary]),
      ]),
      ...keysOf(model).flatMap(({ arn, policy, grants = [] }) =>
        place("key", arn, [policy, ...grants.map(grantAsPolicy)]),
      ),
      ...buckets.flatMap(({ name, policy }) => place("resource", s3Arn(model, name), [policy])),
      ...channels.flatMap(({ arn, policy }) => place("resource", arn, [policy])),
      ...gates.flatMap(({ id, policy }) => place("endpoint", id, [policy])),
    ],
    opaque: [],
    limits: rolesOf(model).flatMap(({ arn, boundary }) =>
      boundary === undefined ? [] : [{ at: arn, by: "its permissions boundary" }],
    ),
    unread: [],
    identities: [
      ...identity(
        "role",
        rolesOf(model).map(({ arn }) => arn),
      ),
      ...identity(
        "key",
        keysOf(model).map(({ arn }) => arn),
      ),
      ...identity(
        "bucket",
        buckets.map(({ name }) => s3Arn(model, name)),
      ),
      ...identity(
        "channel",
        channels.map(({ arn }) => arn),
      ),
      ...identity(
        "endpoint",
        gates.map(({ id }) => id),
      ),
    ],
  };
}
