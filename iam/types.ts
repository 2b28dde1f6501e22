/**
 * The nouns of access evaluation: policy documents as they are written, the request that is judged, the documents that
 * apply to it, and the decision with its reason. Types only; nothing here runs.
 *
 * Source of the vocabulary: IAM User Guide, "IAM JSON policy reference" and "Policy evaluation logic".
 */

/**
 * The place where a document is attached. It decides which elements are legal in it and what an Allow in it means.
 *
 * - `identity`: attached to a role or user.
 * - `resource`: attached to the resource, e.g. a bucket policy or an SNS topic policy.
 * - `key`: a KMS key policy (a resource policy without which nobody has access).
 * - `trust`: the trust policy of a role (says who may assume it).
 * - `endpoint`: attached to a VPC endpoint (a filter: it grants nothing).
 * - `boundary`, `session`, `scp`, `rcp`: limits on what the others grant.
 */
export type PolicyKind =
  "identity" | "resource" | "key" | "trust" | "endpoint" | "boundary" | "session" | "scp" | "rcp";

/** One value or a list of values, as the policy grammar allows almost everywhere. */
export type OneOrMany<T> = T | T[];

/** A literal in a Condition block: IAM accepts JSON strings, numbers and booleans there. */
export type ConditionLiteral = string | number | boolean;

/** The principals that a statement names: everyone, or lists by type of principal. */
export type PrincipalOf<Leaf> =
  | "*"
  | {
      /** Accounts (`111122223333` or `arn:…:root`), roles, users, role sessions, or `*`. */
      AWS?: OneOrMany<Leaf>;
      /** AWS services, e.g. `bedrock.amazonaws.com`. */
      Service?: OneOrMany<Leaf>;
      /** Identity providers. */
      Federated?: OneOrMany<Leaf>;
      /** S3 canonical user ids. */
      CanonicalUser?: OneOrMany<Leaf>;
    };

/** A Condition block: operator → condition key → one or several values. */
export type ConditionOf<Leaf> = Record<string, Record<string, OneOrMany<Leaf | number | boolean>>>;

/** One statement of a policy document; `Leaf` is the type of its strings (`string`, or `pulumi.Output<string>`). */
export interface StatementOf<Leaf> {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: PrincipalOf<Leaf>;
  NotPrincipal?: PrincipalOf<Leaf>;
  Action?: OneOrMany<string>;
  NotAction?: OneOrMany<string>;
  Resource?: OneOrMany<Leaf>;
  NotResource?: OneOrMany<Leaf>;
  Condition?: ConditionOf<Leaf>;
}

/** A policy document whose strings are of type `Leaf`. */
export interface Document<Leaf> {
  /** Default when absent: `2008-10-17`, in which policy variables are literal text. */
  Version?: "2012-10-17" | "2008-10-17";
  Id?: string;
  Statement: OneOrMany<StatementOf<Leaf>>;
}

/** A statement whose strings are known. */
export type Statement = StatementOf<string>;

/** A policy document whose strings are known; this is what is evaluated. */
export type PolicyDocument = Document<string>;

/** The value of a condition key in a request: one value, or a list for a multivalued key such as `aws:TagKeys`. */
export type ContextValue = string | number | boolean | readonly (string | number | boolean)[];

/** A role, with the session in which it acts. */
export interface RoleCaller {
  kind: "role";
  /** ARN of the role (`arn:…:iam::<account>:role/<path><name>`), never of the session. */
  arn: string;
  /** Name of the session. Default: `session`. */
  sessionName?: string;
  /** Tags of role and session, seen by conditions as `aws:PrincipalTag/<key>`. */
  tags?: Record<string, string>;
}

/** An IAM user. */
export interface UserCaller {
  kind: "user";
  /** ARN of the user (`arn:…:iam::<account>:user/<path><name>`). */
  arn: string;
  /** Tags of the user, seen by conditions as `aws:PrincipalTag/<key>`. */
  tags?: Record<string, string>;
}

/** The root user of an account. */
export interface RootCaller {
  kind: "root";
  /** Account id, twelve digits. */
  account: string;
  /** Partition of the account. Default: that of the resource's ARN, else `aws`. */
  partition?: string;
}

/** An AWS service that acts with its own identity (a service principal), not with a role. */
export interface ServiceCaller {
  kind: "service";
  /** Service principal, e.g. `bedrock.amazonaws.com`. */
  service: string;
}

/** Somebody whom an identity provider vouches for, and who assumes a role with that; nothing else can be asked of it. */
export interface FederatedCaller {
  kind: "federated";
  /** ARN of the SAML or OIDC provider in IAM, or the domain of a built-in one, e.g. `cognito-identity.amazonaws.com`. */
  provider: string;
}

/** An unsigned request. */
export interface AnonymousCaller {
  kind: "anonymous";
}

/** Who makes the request. */
export type Caller = RoleCaller | UserCaller | RootCaller | ServiceCaller | FederatedCaller | AnonymousCaller;

/** One call: one action on one resource. A call that touches several resources is several requests. */
export interface AccessRequest {
  caller: Caller;
  /** `service:Name`, e.g. `s3:GetObject`; compared without regard to case. */
  action: string;
  /** ARN of the resource, or `*` for an action that has no resource. */
  resource: string;
  /** Account that owns the resource, twelve digits. */
  resourceAccount: string;
  /**
   * Condition keys of the request, in any case. Keys that follow from the caller and the resource (`aws:PrincipalArn`,
   * `aws:ResourceAccount` …) are filled in when they are not given here.
   */
  context?: Record<string, ContextValue>;
}

/** A document and where it comes from. */
export interface SourcedPolicy {
  /** Where the document comes from, in words for the reader, e.g. `inline policy s3 of role trainer`. */
  source: string;
  /** The document, as an object or as JSON text. */
  document: PolicyDocument | string;
}

/** A grant of a KMS key, as `kms:ListGrants` shows it. */
export interface KeyGrant {
  /** Name for the reader, e.g. `grant 0c23… of key 1`. */
  source: string;
  /** Who may use the key: ARN of a role, a user, a session or an account, or a service principal. */
  grantee: string;
  /** Operations without the prefix `kms:`, e.g. `Decrypt`. */
  operations: string[];
  /** Demands on the encryption context, of one kind only. Default: any context will do. */
  constraints?: {
    EncryptionContextEquals?: Record<string, string>;
    EncryptionContextSubset?: Record<string, string>;
  };
  /** Who may retire the grant. Default: nobody by the grant. */
  retiringPrincipal?: string;
}

/** Every document that applies to a request. What is absent does not exist; it is never guessed. */
export interface ApplicablePolicies {
  /** Policies attached to the caller (inline and managed). */
  identity?: SourcedPolicy[];
  /** Policy of the resource (bucket policy, topic policy …). */
  resource?: SourcedPolicy;
  /** Key policy, for `kms:` actions on a key. */
  key?: SourcedPolicy;
  /** Grants of the key, for `kms:` actions on a key. */
  grants?: KeyGrant[];
  /** Trust policy, for `sts:AssumeRole…` on a role. */
  trust?: SourcedPolicy;
  /** Policy of the VPC endpoint through which the request goes. Absent: no endpoint on the way. */
  endpoint?: SourcedPolicy;
  /** Permissions boundary of the caller. */
  boundary?: SourcedPolicy;
  /** Session policy of the caller's session. */
  session?: SourcedPolicy;
  /** Service control policies of the caller's account: one list per level, from the root to the account. */
  scps?: SourcedPolicy[][];
  /** Resource control policies of the resource's account: one list per level, from the root to the account. */
  rcps?: SourcedPolicy[][];
}

/** A statement that took part in a decision. */
export interface StatementRef {
  /** Kind of the document. */
  kind: PolicyKind;
  /** Source of the document, as given in {@link SourcedPolicy.source}. */
  source: string;
  /** Position of the statement in its document, from 0. */
  index: number;
  /** Sid of the statement, if it has one. */
  sid?: string;
  /** Effect of the statement. */
  effect: "Allow" | "Deny";
}

/** The answer of the evaluator. */
export interface Decision {
  /** `allowed`, or how it was denied: by a Deny statement, or for want of an Allow. */
  outcome: "allowed" | "explicitDeny" | "implicitDeny";
  /** The layer that decided. */
  layer: PolicyKind;
  /** One sentence for a security reviewer: document, Sid, condition. */
  reason: string;
  /**
   * The statements that decided: the Deny statements, or the Allow statements that grant. Empty: no statement allowed it; what
   * is allowed all the same is by a grant of a key, by the root user's rights, or needs no permission, as the reason says.
   */
  statements: StatementRef[];
}
