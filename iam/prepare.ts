/** Reads the documents that apply to requests, once for many evaluations, and checks that they fit a request. */
import { refuseUnknown, RequestError } from "./errors";
import { readGrant, type CompiledGrant } from "./grants";
import type { NormalizedPolicy } from "./normalize";
import { parsePolicy } from "./parse";
import type { ResolvedRequest } from "./request";
import type { ApplicablePolicies, PolicyKind, SourcedPolicy } from "./types";

/** {@link ApplicablePolicies}, read. */
export interface PreparedPolicies {
  readonly identity: readonly NormalizedPolicy[];
  readonly resource?: NormalizedPolicy;
  readonly key?: NormalizedPolicy;
  /** Grants of the key. Absent: none. */
  readonly grants?: readonly CompiledGrant[];
  readonly trust?: NormalizedPolicy;
  readonly endpoint?: NormalizedPolicy;
  readonly boundary?: NormalizedPolicy;
  readonly session?: NormalizedPolicy;
  readonly scps: readonly (readonly NormalizedPolicy[])[];
  readonly rcps: readonly (readonly NormalizedPolicy[])[];
}

const KINDS_OF_POLICIES = [
  "identity",
  "resource",
  "key",
  "grants",
  "trust",
  "endpoint",
  "boundary",
  "session",
  "scps",
  "rcps",
] as const satisfies (keyof ApplicablePolicies)[];

/**
 * Reads all documents.
 *
 * @param parse - Reads one; for callers that keep what they have read. Default: `parsePolicy`.
 * @throws RequestError when a kind of document is given that is not evaluated, such as ACLs, or a grant is malformed.
 * @throws PolicySyntaxError when any document is invalid, whether or not a request would touch it.
 */
export function preparePolicies(policies: ApplicablePolicies, parse = parsePolicy): PreparedPolicies {
  refuseUnknown(policies, KINDS_OF_POLICIES, "policies");
  const read = (kind: PolicyKind, { document, source }: SourcedPolicy) => parse(document, kind, source);
  const one = (kind: PolicyKind, policy: SourcedPolicy | undefined) => (policy ? read(kind, policy) : undefined);
  const levels = (kind: PolicyKind, list: SourcedPolicy[][] | undefined) =>
    (list ?? []).map((level) => level.map((policy) => read(kind, policy)));
  return {
    identity: (policies.identity ?? []).map((policy) => read("identity", policy)),
    resource: one("resource", policies.resource),
    key: one("key", policies.key),
    grants: (policies.grants ?? []).map(readGrant),
    trust: one("trust", policies.trust),
    endpoint: one("endpoint", policies.endpoint),
    boundary: one("boundary", policies.boundary),
    session: one("session", policies.session),
    scps: levels("scp", policies.scps),
    rcps: levels("rcp", policies.rcps),
  };
}

/** The document that speaks for the resource. */
export type ResourceSide = "resource" | "key" | "trust";

const TRUST_ACTIONS = ["sts:assumerole", "sts:tagsession", "sts:setsourceidentity"];
const FEDERATED_ACTIONS = ["sts:assumerolewithsaml", "sts:assumerolewithwebidentity"];
const ALIAS_ACTIONS = ["kms:createalias", "kms:updatealias", "kms:deletealias"];

/**
 * Which kind of document speaks for the resource of a request.
 *
 * @throws RequestError when the resource does not fit the action.
 */
export function resourceSideOf({ request, action, service, arn }: ResolvedRequest): ResourceSide {
  const resource = arn?.[5] ?? "";
  if (service === "kms") {
    // "You cannot use an alias name or ARN in a policy to control access to the key": KMS authorizes against the key.
    if (resource.startsWith("alias/") && !ALIAS_ACTIONS.includes(action)) {
      throw new RequestError(`${request.action} is authorized on the key; give the ARN of the key behind ${resource}.`);
    }
    return resource.startsWith("key/") ? "key" : "resource";
  }
  const federated = request.caller.kind === "federated";
  if (FEDERATED_ACTIONS.includes(action) ? !federated : federated && action !== "sts:tagsession") {
    throw new RequestError(
      `${request.action} cannot be called by a caller of kind ${request.caller.kind}; federated identities call ` +
        "sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity and, for tags, sts:TagSession, and nobody else does.",
    );
  }
  if (!TRUST_ACTIONS.includes(action) && !federated) return "resource";
  if (arn?.[2] !== "iam" || !resource.startsWith("role/")) {
    throw new RequestError(`${request.action} needs the ARN of a role as resource, not ${request.resource}.`);
  }
  return "trust";
}

/**
 * Refuses documents that cannot apply to a request, since they show that request and documents were mixed up.
 *
 * @throws RequestError when one is given.
 */
export function checkFit(request: ResolvedRequest, side: ResourceSide, policies: PreparedPolicies): void {
  for (const kind of ["resource", "key", "trust"] as const) {
    if (kind === side || policies[kind] === undefined) continue;
    throw new RequestError(
      `A ${kind} policy (${policies[kind].source}) does not apply to ${request.request.action} on ` +
        `${request.request.resource}; the ${side} policy does.`,
    );
  }
  const [grant] = policies.grants ?? [];
  if (grant !== undefined && side !== "key") {
    throw new RequestError(
      `A grant (${grant.source}) does not apply to ${request.request.action}; it is about a KMS key.`,
    );
  }
  const { kind } = request.caller;
  if (kind === "role" || kind === "user") return;
  for (const policy of [...policies.identity, policies.boundary, policies.session]) {
    if (policy === undefined) continue;
    throw new RequestError(
      `A caller of kind ${kind} has no ${policy.kind} policy, but one is given (${policy.source}); only roles and users do.`,
    );
  }
}
