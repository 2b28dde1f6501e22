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
 * {@link ApplicablePolicies} for the evaluator, without levels of an organization. The documents must not be changed
 * afterwards; put others in their place.
 *
 * @throws PolicySyntaxError when a document is invalid.
 */
export function prepared({
  identity = [],
  grants = [],
  ...others
}: Omit<ApplicablePolicies, "scps" | "rcps">): PreparedPolicies {
  const entries = Object.entries(others) as [
    Exclude<PolicyKind, "scp" | "rcp" | "identity">,
    SourcedPolicy | undefined,
  ][];
  return {
    identity: identity.map((policy) => readOnce("identity", policy)),
    grants: grants.map(readGrant),
    scps: [],
    rcps: [],
    ...Object.fromEntries(
      entries.flatMap(([kind, policy]) => (policy === undefined ? [] : [[kind, readOnce(kind, policy)]])),
    ),
  };
}
