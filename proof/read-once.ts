/** Documents of a model, each read once: a proof asks about the same documents again and again, with one of them changed. */
import { readGrant } from "../iam/grants";
import {
  parsePolicy,
  type ApplicablePolicies,
  type NormalizedPolicy,
  type PolicyKind,
  type PreparedPolicies,
  type SourcedPolicy,
} from "../iam";

const read = new WeakMap<SourcedPolicy, NormalizedPolicy>();

/** A document, read under the kind with which it was read first: no document of a model is attached in two ways. */
function readOnce(kind: PolicyKind, policy: SourcedPolicy): NormalizedPolicy {
  const known = read.get(policy);
  if (known?.kind === kind) return known;
  const made = parsePolicy(policy.document, kind, policy.source);
  read.set(policy, made);
  return made;
}

/**
 * {@link ApplicablePolicies} for the evaluator. The documents must not be changed afterwards; put others in their place.
 *
 * @throws PolicySyntaxError when a document is invalid.
 */
export function prepared({
  identity = [],
  grants = [],
  scps = [],
  rcps = [],
  ...others
}: ApplicablePolicies): PreparedPolicies {
  const entries = Object.entries(others) as [
    Exclude<PolicyKind, "scp" | "rcp" | "identity">,
    SourcedPolicy | undefined,
  ][];
  return {
    identity: identity.map((policy) => readOnce("identity", policy)),
    grants: grants.map(readGrant),
    scps: scps.map((level) => level.map((policy) => readOnce("scp", policy))),
    rcps: rcps.map((level) => level.map((policy) => readOnce("rcp", policy))),
    ...Object.fromEntries(
      entries.flatMap(([kind, policy]) => (policy === undefined ? [] : [[kind, readOnce(kind, policy)]])),
    ),
  };
}
