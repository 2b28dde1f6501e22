/** Puts a decision into one sentence for a security reviewer. */
import { describeCondition } from "./conditions";
import type { NormalizedPolicy } from "./normalize";
import type { ResolvedRequest } from "./request";
import type { Hit } from "./statements";
import type { StatementRef } from "./types";

/** How many statements a sentence names before it counts the rest. */
const NAMED = 2;

/** What identifies the statement of a hit. */
export function refOf({ policy, statement }: Hit): StatementRef {
  return {
    kind: policy.kind,
    source: policy.source,
    index: statement.index,
    ...(statement.sid === undefined ? {} : { sid: statement.sid }),
    effect: statement.effect,
  };
}

function nameOf({ policy, statement }: Hit): string {
  const title = statement.sid === undefined ? `${statement.index}` : `"${statement.sid}"`;
  return `statement ${title} of ${policy.source}`;
}

function because(hit: Hit, request: ResolvedRequest): string {
  const conditions = hit.statement.conditions.map((condition) => describeCondition(condition, request.lookup));
  return conditions.length === 0 ? nameOf(hit) : `${nameOf(hit)} with ${conditions.join(" and ")}`;
}

function list(parts: readonly string[]): string {
  const more = parts.length - NAMED;
  return parts.slice(0, NAMED).join(" and ") + (more > 0 ? ` and ${more} more` : "");
}

function call({ request, caller }: ResolvedRequest): string {
  return `${request.action} on ${request.resource} by ${caller.label}`;
}

/** Why a request is allowed. */
export function allowedReason(request: ResolvedRequest, hits: readonly Hit[]): string {
  return `${call(request)} is allowed by ${list(hits.map((hit) => because(hit, request)))}.`;
}

/** Why a request is allowed by a grant of a key. */
export function grantReason(request: ResolvedRequest, grant: string): string {
  return `${call(request)} is allowed by ${grant}.`;
}

/** Why a request is denied explicitly. */
export function explicitReason(request: ResolvedRequest, hits: readonly Hit[]): string {
  return `${call(request)} is denied by ${list(hits.map((hit) => because(hit, request)))}.`;
}

/**
 * Why a request is denied for want of an Allow.
 *
 * @param missing - What is missing, e.g. `no identity policy allows it`.
 * @param nearMisses - Statements that only their conditions keep from allowing.
 */
export function implicitReason(request: ResolvedRequest, missing: string, nearMisses: readonly Hit[]): string {
  const close = nearMisses.map((hit) => {
    const failed = hit.failed.map((condition) => describeCondition(condition, request.lookup));
    return `${nameOf(hit)} would, but ${failed.join(" and ")} does not hold`;
  });
  return `${call(request)} is denied, since ${missing}${close.length === 0 ? "" : `; ${list(close)}`}.`;
}

/** Names of documents for a sentence, e.g. `inline policy s3 of role x, inline policy kms of role x`. */
export function sourcesOf(policies: readonly NormalizedPolicy[]): string {
  return policies.map((policy) => policy.source).join(", ");
}
