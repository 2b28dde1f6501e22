/** Names and documents that the tests of this room share. */
import {
  allow,
  evaluate,
  policy,
  type AccessRequest,
  type ApplicablePolicies,
  type Caller,
  type PolicyDocument,
  type PolicyKind,
  type SourcedPolicy,
  type StatementOf,
} from "../../iam";

export const ACCOUNT = "123456789012";
export const OTHER_ACCOUNT = "999999999999";
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/trainer`;
export const OTHER_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/reader`;
export const FOREIGN_ROLE_ARN = `arn:aws:iam::${OTHER_ACCOUNT}:role/visitor`;
export const USER_ARN = `arn:aws:iam::${ACCOUNT}:user/ana`;
export const BUCKET = "arn:aws:s3:::data";
export const OBJECT = `${BUCKET}/train/part-1.jsonl`;
export const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;

export const role: Caller = { kind: "role", arn: ROLE_ARN, sessionName: "job" };
export const foreignRole: Caller = { kind: "role", arn: FOREIGN_ROLE_ARN };
export const user: Caller = { kind: "user", arn: USER_ARN };
export const root: Caller = { kind: "root", account: ACCOUNT };
export const bedrock: Caller = { kind: "service", service: "bedrock.amazonaws.com" };
export const anonymous: Caller = { kind: "anonymous" };

/** A document under a name that tests can find in a reason. */
export function sourced(source: string, ...statements: StatementOf<string>[]): SourcedPolicy {
  return { source, document: policy(...statements) };
}

export const fullAccess = allow({ Action: "*", Resource: "*" });
export const everyoneFullAccess = allow({ Principal: "*", Action: "*", Resource: "*" });

/** A request for the training object, with parts replaced. */
export function request(changes: Partial<AccessRequest> = {}): AccessRequest {
  return { caller: role, action: "s3:GetObject", resource: OBJECT, resourceAccount: ACCOUNT, ...changes };
}

export function outcome(changes: Partial<AccessRequest>, policies: ApplicablePolicies): string {
  return evaluate(request(changes), policies).outcome;
}

/** Outcome and deciding layer, e.g. `implicitDeny by boundary`. */
export function decided(changes: Partial<AccessRequest>, policies: ApplicablePolicies): string {
  const decision = evaluate(request(changes), policies);
  return `${decision.outcome} by ${decision.layer}`;
}

/** A document whose single statement has the elements that its kind requires, with a condition. */
export function conditional(
  condition: unknown,
  effect: "Allow" | "Deny" = "Allow",
  version = "2012-10-17",
): PolicyDocument {
  const document = {
    Version: version,
    Statement: [{ Effect: effect, Action: "*", Resource: "*", Condition: condition }],
  };
  return document as PolicyDocument;
}

/** Whether an identity policy with this condition allows a request with this context. */
export function holds(condition: unknown, context: AccessRequest["context"] = {}, caller: Caller = role): boolean {
  const identity = [{ source: "identity", document: conditional(condition) }];
  return evaluate(request({ caller, context }), { identity }).outcome === "allowed";
}

/** Whether a Deny with this condition strikes a request with this context. */
export function denies(condition: unknown, context: AccessRequest["context"] = {}, caller: Caller = role): boolean {
  const identity = [sourced("all", fullAccess), { source: "deny", document: conditional(condition, "Deny") }];
  return evaluate(request({ caller, context }), { identity }).outcome === "explicitDeny";
}

export const KINDS: readonly PolicyKind[] = [
  "identity",
  "resource",
  "key",
  "trust",
  "endpoint",
  "boundary",
  "session",
  "scp",
  "rcp",
];
