/** Policy documents in resources: where they stand, and their statements as written. */
import type { PolicyDocument, PolicyKind, SourcedPolicy, Statement } from "../iam/types";
import { invalidDocument, problemsOf } from "./evaluator";
import { withoutCanonicalUsers } from "./canonical-users";
import type { Join, StackView } from "./stack";
import { isRecord, type Reader, type Subject } from "./subject";
import * as tokens from "./tokens";

/** A document in a resource. Its text is read when it is needed, since it may be unknown. */
export interface HeldDocument {
  readonly kind: PolicyKind;
  /** For messages, e.g. `policy of access (aws:iam/rolePolicy:RolePolicy)`. */
  readonly source: string;
  readonly reader: Reader;
}

/** Types of resource that hold a policy document, in any of their properties. */
export const DOCUMENT_HOLDERS: readonly string[] = [
  ...tokens.IDENTITY_POLICIES,
  ...tokens.BUCKETS,
  ...tokens.BUCKET_POLICY,
  ...tokens.KEYS,
  ...tokens.KEY_POLICY,
  ...tokens.ENDPOINTS,
  ...tokens.ENDPOINT_POLICY,
  ...tokens.TOPICS,
  "aws:sns/topicPolicy:TopicPolicy",
  ...tokens.QUEUES,
  "aws:sqs/queuePolicy:QueuePolicy",
  ...tokens.LOG_RESOURCE_POLICIES,
];

const KIND_OF_TYPE: ReadonlyMap<string, PolicyKind> = new Map(
  (
    [
      ["identity", tokens.IDENTITY_POLICIES],
      ["key", [...tokens.KEYS, ...tokens.KEY_POLICY]],
      ["endpoint", [...tokens.ENDPOINTS, ...tokens.ENDPOINT_POLICY]],
    ] as [PolicyKind, readonly string[]][]
  ).flatMap(([kind, types]) => types.map((type): [string, PolicyKind] => [type, kind])),
);

/** Types whose outputs show a policy that AWS made. */
const SHOW_A_DEFAULT: readonly string[] = [...tokens.TOPICS, ...tokens.QUEUES];

/** All documents of a resource. */
export function documentsOf(subject: Subject): HeldDocument[] {
  if (tokens.LOG_RESOURCE_POLICIES.some((type) => type === subject.type)) {
    return heldAt(subject, subject.at("policyDocument"));
  }
  if (!tokens.ROLES.some((type) => type === subject.type)) return heldAt(subject, subject.at("policy"));
  const trust = subject.at("assumeRolePolicy");
  return [...(trust.exists ? [held(subject, trust, "trust")] : []), ...identityDocumentsOf(subject)];
}

/** The identity-based documents of a resource: what a role, or a policy that can be attached to one, allows. */
export function identityDocumentsOf(subject: Subject): HeldDocument[] {
  if (!tokens.ROLES.some((type) => type === subject.type)) return heldAt(subject, subject.at("policy"));
  return subject
    .at("inlinePolicies")
    .list()
    .flatMap((inline) => heldAt(subject, inline.at("policy")));
}

/** The document at one place of a resource; empty when there is none. */
export function heldAt(subject: Subject, reader: Reader): HeldDocument[] {
  // AWS shows a policy of its own on a topic or queue for which nobody wrote one.
  if (SHOW_A_DEFAULT.includes(subject.type) && subject.raw.declared(reader.path) === undefined) return [];
  return reader.exists && reader.value !== ""
    ? [held(subject, reader, KIND_OF_TYPE.get(subject.type) ?? "resource")]
    : [];
}

/** The policy of a bucket: inline, or as a resource of its own. */
export function bucketPoliciesOf(bucket: Subject, stack: StackView): HeldDocument[] {
  return splitOrInline(bucket, stack, bucketJoin(tokens.BUCKET_POLICY));
}

/** The documents of the resources that belong to an owner; without any, the owner's own, which they would replace. */
export function splitOrInline(owner: Subject, stack: StackView, join: Join): HeldDocument[] {
  const split = stack.belongingTo(owner, join);
  return (split.length > 0 ? split : [owner]).flatMap((holder) => heldAt(holder, holder.at("policy")));
}

/** The join of a bucket with resources of the given types. */
export function bucketJoin(types: readonly string[]): Join {
  return { types, property: "bucket", ownerTypes: tokens.BUCKETS, identities: ["id", "bucket"] };
}

/** The document as the evaluator takes it. */
export function sourced(document: HeldDocument): SourcedPolicy {
  const value = withoutCanonicalUsers(document.reader.known());
  if (typeof value === "string") return { source: document.source, document: value };
  if (isRecord(value)) return { source: document.source, document: value as unknown as PolicyDocument };
  throw invalidDocument(document.source);
}

/** The text of a document, e.g. to find values that do not occur in it. */
export function textOf(document: HeldDocument): string {
  const { document: value } = sourced(document);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * The statements of a document as they are written.
 *
 * @throws Unjudgeable when it is unknown or not valid.
 */
export function statementsOf(document: HeldDocument): Statement[] {
  const { document: value, source } = sourced(document);
  if (problemsOf(value, document.kind, source).length > 0) throw invalidDocument(source);
  const parsed = typeof value === "string" ? (JSON.parse(value) as PolicyDocument) : value;
  return many(parsed.Statement);
}

/** One Allow statement of a document as a document of its own, with all that the document denies. */
export function allowedBy(document: HeldDocument, statement: Statement): SourcedPolicy {
  const { document: value, source } = sourced(document);
  const parsed = typeof value === "string" ? (JSON.parse(value) as PolicyDocument) : value;
  const denied = many(parsed.Statement).filter(({ Effect }) => Effect === "Deny");
  return { source, document: { ...parsed, Statement: [statement, ...denied] } };
}

/** A document without those of its Deny statements for which a test holds. */
export function withoutDenials(document: HeldDocument, test: (statement: Statement) => boolean): SourcedPolicy {
  const whole = sourced(document);
  const statements = statementsOf(document);
  const kept = statements.filter((statement) => statement.Effect !== "Deny" || !test(statement));
  if (kept.length === statements.length || kept.length === 0) return whole;
  const parsed = typeof whole.document === "string" ? (JSON.parse(whole.document) as PolicyDocument) : whole.document;
  return { source: whole.source, document: { ...parsed, Statement: kept } };
}

/** Whether a statement lists what it leaves out, which statements-list-what-they-allow finds. */
export function isInverted(statement: Statement): boolean {
  return statement.NotAction !== undefined || statement.NotResource !== undefined;
}

/** A value or list of values, as a list. */
export function many<T>(value: T | readonly T[] | undefined): T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? [...(value as readonly T[])] : [value as T];
}

/** How messages name a statement: by its Sid, else by its place. */
export function nameOfStatement(statement: Statement, index: number): string {
  return statement.Sid === undefined ? `statement ${index + 1}` : `statement ${statement.Sid}`;
}

function held(subject: Subject, reader: Reader, kind: PolicyKind): HeldDocument {
  return { kind, reader, source: `${reader.path} of ${subject.name} (${subject.type})` };
}
