/**
 * The decision (IAM User Guide, "Policy evaluation logic" and its pages "How AWS enforcement code logic evaluates requests",
 * "Cross-account policy evaluation logic", "Permissions boundaries for IAM entities").
 *
 * Not modelled, and refused where it is given: ACLs, access points, S3 canonical user ids, federated users of
 * `sts:GetFederationToken`.
 */
import { RequestError } from "./errors";
import { matchGrants, type CompiledGrant } from "./grants";
import type { NormalizedPolicy } from "./normalize";
import { checkFit, preparePolicies, resourceSideOf, type PreparedPolicies, type ResourceSide } from "./prepare";
import { allowedReason, explicitReason, grantReason, implicitReason, refOf, sourcesOf } from "./reason";
import { resolveRequest, type ResolvedRequest } from "./request";
import { judge, type Hit, type Verdict } from "./statements";
import type { AccessRequest, ApplicablePolicies, Decision, PolicyKind } from "./types";

/**
 * Decides a request.
 *
 * @throws PolicySyntaxError when any of the documents is invalid.
 * @throws RequestError when the request is malformed or does not fit the documents.
 */
export function evaluate(request: AccessRequest, policies: ApplicablePolicies): Decision {
  return decide(request, preparePolicies(policies));
}

/**
 * Decides a request with documents that were read before; for many requests against the same documents.
 *
 * @throws RequestError when the request is malformed or does not fit the documents.
 */
export function decide(request: AccessRequest, policies: PreparedPolicies): Decision {
  const resolved = resolveRequest(request);
  if (resolved.action === FREE_ACTION) return free(resolved, policies);
  const side = resourceSideOf(resolved);
  checkFit(resolved, side, policies);
  const layers = judgeLayers(resolved, side, policies);
  const decided = explicitDeny(resolved, layers) ?? filtered(resolved, layers);
  if (decided !== undefined) return decided;
  const byPolicies = granted(resolved, side, layers);
  if (byPolicies.outcome === "allowed") return byPolicies;
  return byGrant(resolved, policies.grants ?? [], layers) ?? byPolicies;
}

const FREE_ACTION = "sts:getcalleridentity";

/**
 * "No permissions are required to perform this operation. If an administrator attaches a policy … that explicitly denies
 * access …, you can still perform this operation" (STS API Reference, "GetCallerIdentity").
 *
 * @throws RequestError when an endpoint is on the way: AWS does not say whether its policy counts.
 */
function free(resolved: ResolvedRequest, { endpoint }: PreparedPolicies): Decision {
  const call = `${resolved.request.action} by ${resolved.caller.label}`;
  if (resolved.caller.account === undefined || endpoint !== undefined) {
    throw new RequestError(
      `${call} cannot be judged: it needs no permission, but credentials, and no endpoint policy.`,
    );
  }
  return {
    outcome: "allowed",
    layer: "identity",
    reason: `${call} is allowed: it needs no permission.`,
    statements: [],
  };
}

/** One document, or one level of an organization, and what it says. */
interface Layer {
  readonly kind: PolicyKind;
  readonly policies: readonly NormalizedPolicy[];
  readonly verdict: Verdict;
}

interface Layers {
  readonly rcps: readonly Layer[];
  readonly scps: readonly Layer[];
  readonly endpoint?: Layer;
  readonly resource: Layer;
  readonly identity: Layer;
  readonly boundary?: Layer;
  readonly session?: Layer;
}

function judgeLayers(request: ResolvedRequest, side: ResourceSide, policies: PreparedPolicies): Layers {
  const hasBoundary = policies.boundary !== undefined;
  const layer = (kind: PolicyKind, list: readonly NormalizedPolicy[]): Layer => ({
    kind,
    policies: list,
    verdict: judge(list, request, hasBoundary),
  });
  const one = (kind: PolicyKind, policy: NormalizedPolicy | undefined) => (policy ? layer(kind, [policy]) : undefined);
  const document = policies[side];
  const keptOut = layer(side, document === undefined ? [] : [document]);
  // "SCPs don't affect any service-linked role" and bind principals of member accounts only; "RCPs don't affect any
  // service-linked role" (Organizations User Guide, "Service control policies", "Resource control policies"). "The
  // kms:RetireGrant permission is not effective in an RCP" (KMS Developer Guide, "Resource control policies").
  const boundByScps = request.caller.account !== undefined && !request.caller.serviceLinked;
  const boundByRcps = !request.caller.serviceLinked;
  return {
    rcps: boundByRcps && request.action !== "kms:retiregrant" ? policies.rcps.map((level) => layer("rcp", level)) : [],
    scps: boundByScps ? policies.scps.map((level) => layer("scp", level)) : [],
    endpoint: one("endpoint", policies.endpoint),
    resource: mayRepair(request) ? { ...keptOut, verdict: { ...keptOut.verdict, denies: [] } } : keptOut,
    identity: layer("identity", policies.identity),
    boundary: one("boundary", policies.boundary),
    session: one("session", policies.session),
  };
}

const REPAIRS = ["s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"];

/**
 * "The root principal in a bucket owner's AWS account can perform the GetBucketPolicy, PutBucketPolicy, and
 * DeleteBucketPolicy API actions, even if their bucket policy explicitly denies the root principal's access" (S3 API
 * Reference, "PutBucketPolicy").
 */
function mayRepair({ caller, sameAccount, action }: ResolvedRequest): boolean {
  return caller.kind === "root" && sameAccount && REPAIRS.includes(action);
}

/** "An explicit deny in any of these policies overrides the allow." */
function explicitDeny(request: ResolvedRequest, layers: Layers): Decision | undefined {
  const { rcps, scps, endpoint, resource, identity, boundary, session } = layers;
  const denying = [...rcps, ...scps, resource, endpoint, identity, boundary, session].filter(
    (layer) => layer !== undefined && layer.verdict.denies.length > 0,
  ) as Layer[];
  const [first] = denying;
  if (first === undefined) return undefined;
  const hits = denying.flatMap((layer) => layer.verdict.denies);
  return {
    outcome: "explicitDeny",
    layer: first.kind,
    reason: explicitReason(request, hits),
    statements: hits.map(refOf),
  };
}

/**
 * The layers that grant nothing and must let the request through. Every level of SCPs must allow. Resource control
 * policies always do: RCPFullAWSAccess is attached to every level and cannot be detached.
 */
function filtered(request: ResolvedRequest, { scps, endpoint }: Layers): Decision | undefined {
  for (const [index, level] of scps.entries()) {
    if (level.verdict.allows.length > 0) continue;
    const which = level.policies.length === 0 ? "which has none" : sourcesOf(level.policies);
    return implicit(request, level, `no service control policy of level ${index + 1} allows it (${which})`);
  }
  if (endpoint !== undefined && endpoint.verdict.allows.length === 0) {
    return implicit(request, endpoint, `${sourcesOf(endpoint.policies)} does not let it through`);
  }
  return undefined;
}

function implicit(request: ResolvedRequest, layer: Layer, missing: string, ...others: Layer[]): Decision {
  const nearMisses = [layer, ...others].flatMap(({ verdict }) => verdict.nearMisses);
  return {
    outcome: "implicitDeny",
    layer: layer.kind,
    reason: implicitReason(request, missing, nearMisses),
    statements: [],
  };
}

function allowed(request: ResolvedRequest, layer: PolicyKind, hits: readonly Hit[]): Decision {
  return { outcome: "allowed", layer, reason: allowedReason(request, hits), statements: hits.map(refOf) };
}

/**
 * What policies do not allow, a grant of the key may: "a caller can be denied access … by the absence of an explicit ALLOW
 * statement, in the key policy, IAM policy, or grant" (KMS Developer Guide, "Troubleshooting AWS KMS permissions"). Whether a
 * boundary or a session policy binds a grant is left open by AWS; the reading that grants less is taken. A grant to an
 * account lets its own policies decide.
 */
function byGrant(request: ResolvedRequest, grants: readonly CompiledGrant[], layers: Layers): Decision | undefined {
  const matching = matchGrants(grants, request);
  const found = matching.find(({ grip }) => grip !== "account" || layers.identity.verdict.allows.length > 0);
  if (found === undefined || limited(request, layers.boundary, layers.session) !== undefined) return undefined;
  return { outcome: "allowed", layer: "key", reason: grantReason(request, found.grant.source), statements: [] };
}

function granted(request: ResolvedRequest, side: ResourceSide, layers: Layers): Decision {
  switch (request.caller.kind) {
    case "service":
    case "federated":
    case "anonymous":
      return grantedByResource(request, layers.resource);
    case "root":
      return grantedToRoot(request, side, layers.resource);
    case "role":
    case "user":
      return request.sameAccount ? grantedWithinAccount(request, side, layers) : grantedAcrossAccounts(request, layers);
  }
}

function missingOnResource(request: ResolvedRequest, resource: Layer): string {
  return resource.policies.length === 0
    ? `${request.request.resource} has no ${resource.kind} policy`
    : `${sourcesOf(resource.policies)} does not allow it`;
}

/** Callers without policies of their own: the document of the resource alone decides. */
function grantedByResource(request: ResolvedRequest, resource: Layer): Decision {
  const { allows } = resource.verdict;
  if (allows.length > 0) return allowed(request, resource.kind, allows);
  return implicit(request, resource, missingOnResource(request, resource));
}

/**
 * "By default, the AWS account root user has full access" to its account; KMS keys only as their policy says ("Default key
 * policy", KMS Developer Guide), roles never ("You cannot use … root user credentials to call AssumeRole", STS API
 * Reference), other accounts as they allow.
 */
function grantedToRoot(request: ResolvedRequest, side: ResourceSide, resource: Layer): Decision {
  if (side === "trust") return implicit(request, resource, "a root user cannot assume a role");
  if (side === "key" || !request.sameAccount) return grantedByResource(request, resource);
  return {
    outcome: "allowed",
    layer: "identity",
    reason: `${request.request.action} on ${request.request.resource} is allowed, since ${request.caller.label} has full access to its account.`,
    statements: [],
  };
}

/**
 * Within one account an Allow of either side is enough, except for keys and roles, whose own document must let the caller in
 * (KMS Developer Guide, "Key policies"; IAM User Guide, "Policy evaluation for requests within a single account").
 *
 * Which limits a grant of the resource's document escapes depends on whom it names (IAM User Guide, "Permissions boundaries
 * for IAM entities", "Session policies", and "Principal" under "IAM role principals"): a session or everyone escapes the
 * implicit denies of boundary and session policy, a user those of its boundary, a role none. What is granted to the
 * account only lets the caller's own policies decide.
 */
function grantedWithinAccount(request: ResolvedRequest, side: ResourceSide, layers: Layers): Decision {
  const { resource, identity, boundary, session } = layers;
  const gripped = (...grips: Hit["grip"][]) => resource.verdict.allows.filter((hit) => grips.includes(hit.grip));
  const direct = gripped("direct");
  if (direct.length > 0) return allowed(request, side, direct);

  const toUser = gripped("user");
  if (toUser.length > 0) return limited(request, session) ?? allowed(request, side, toUser);

  const toRole = gripped("role");
  const delegated = gripped("account");
  if (side !== "resource" && toRole.length === 0 && delegated.length === 0) {
    return implicit(request, resource, missingOnResource(request, resource));
  }
  if (toRole.length === 0 && identity.verdict.allows.length === 0) return noIdentityPolicy(request, layers);
  const limit = limited(request, boundary, session);
  if (limit !== undefined) return limit;
  if (toRole.length > 0) return allowed(request, side, toRole);
  return allowed(request, "identity", [...identity.verdict.allows, ...(side === "resource" ? [] : delegated)]);
}

/** Across accounts both must allow: the caller's account and the resource ("Cross-account policy evaluation logic"). */
function grantedAcrossAccounts(request: ResolvedRequest, layers: Layers): Decision {
  const { resource, identity, boundary, session } = layers;
  const { allows } = resource.verdict;
  if (allows.length === 0) return implicit(request, resource, missingOnResource(request, resource));
  if (identity.verdict.allows.length === 0) return noIdentityPolicy(request, layers);
  return limited(request, boundary, session) ?? allowed(request, "identity", [...identity.verdict.allows, ...allows]);
}

function noIdentityPolicy(request: ResolvedRequest, { identity, resource }: Layers): Decision {
  const held = identity.policies.length === 0 ? "the caller has no identity policy" : "no identity policy allows it";
  const detail = identity.policies.length === 0 ? "" : ` (${sourcesOf(identity.policies)})`;
  return implicit(request, identity, held + detail, resource);
}

/** A boundary and a session policy intersect with what the identity policies grant. */
function limited(request: ResolvedRequest, ...limits: (Layer | undefined)[]): Decision | undefined {
  for (const limit of limits) {
    if (limit === undefined || limit.verdict.allows.length > 0) continue;
    const what = limit.kind === "boundary" ? "permissions boundary" : "session policy";
    return implicit(request, limit, `the ${what} (${sourcesOf(limit.policies)}) does not allow it`);
  }
  return undefined;
}
