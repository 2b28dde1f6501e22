/** A request made ready for evaluation: checked, its caller resolved, its context complete. */
import { arnSegments, isArn } from "./arn";
import { derivedContext, isAccountId, resolveCaller, type ResolvedCaller } from "./caller";
import { canonicalKey, conditionKeyProblem } from "./condition-keys";
import { refuseUnknown, RequestError } from "./errors";
import type { AccessRequest, ContextValue } from "./types";
import type { Lookup } from "./variables";

/** The request that statements are matched with. */
export interface ResolvedRequest {
  /** As it was asked. */
  readonly request: AccessRequest;
  readonly caller: ResolvedCaller;
  /** The action in lower case. */
  readonly action: string;
  /** Service prefix of the action, in lower case. */
  readonly service: string;
  /** Segments of the resource's ARN; undefined for `*`. */
  readonly arn?: readonly string[];
  readonly lookup: Lookup;
  /** All condition keys of the request, by canonical name. */
  readonly context: ReadonlyMap<string, readonly string[]>;
  /** Whether caller and resource belong to the same account. Always true for callers without an account. */
  readonly sameAccount: boolean;
}

const ACTION = /^[a-z0-9-]+:[a-z0-9]+$/i;
const MEMBERS = ["caller", "action", "resource", "resourceAccount", "context"] satisfies (keyof AccessRequest)[];

/**
 * Checks a request and fills in its context. A resource is a literal: a star in it is a star (the ARN of something that
 * does not exist yet, e.g. `network-interface/*`), never a pattern.
 *
 * @throws RequestError when a part of it is malformed or contradicts another one.
 */
export function resolveRequest(request: AccessRequest): ResolvedRequest {
  refuseUnknown(request, MEMBERS, "the request");
  const { action, resource, resourceAccount } = request;
  if (!ACTION.test(action)) {
    throw new RequestError(`action is "${action}"; expected one action as <service>:<Name>, e.g. s3:GetObject.`);
  }
  if (!isAccountId(resourceAccount)) {
    throw new RequestError(`resourceAccount is "${resourceAccount}"; expected twelve digits.`);
  }
  if (resource !== "*" && !isArn(resource)) {
    throw new RequestError(`resource is "${resource}"; expected an ARN, or "*" for an action without resource.`);
  }
  const arn = arnSegments(resource);
  const owner = arn?.[4] ?? "";
  if (isAccountId(owner) && owner !== resourceAccount) {
    throw new RequestError(
      `resource ${resource} belongs to account ${owner}, but resourceAccount is ${resourceAccount}.`,
    );
  }
  const caller = resolveCaller(request);
  const context = contextOf(request, caller);
  return {
    request,
    caller,
    action: action.toLowerCase(),
    service: action.slice(0, action.indexOf(":")).toLowerCase(),
    ...(arn === undefined ? {} : { arn }),
    lookup: (key) => context.get(key),
    context,
    sameAccount: caller.account === undefined || caller.account === resourceAccount,
  };
}

function contextOf(request: AccessRequest, caller: ResolvedCaller): Map<string, readonly string[]> {
  const context = derivedContext(request, caller);
  const sent = new Map<string, string>();
  for (const [name, value] of Object.entries(request.context ?? {})) {
    const problem = conditionKeyProblem(name);
    if (problem !== undefined) throw new RequestError(`context: ${problem}`);
    const key = canonicalKey(name);
    const twin = sent.get(key);
    if (twin !== undefined) throw new RequestError(`context has the same key twice: ${twin} and ${name}.`);
    sent.set(key, name);
    const values = valuesOf(name, value);
    // A key without values is a key that is not there: "null data set" in AWS's words.
    if (values.length === 0) context.delete(key);
    else context.set(key, values);
  }
  return context;
}

function valuesOf(name: string, value: ContextValue): readonly string[] {
  const list = isList(value) ? value : [value];
  for (const item of list) {
    if (typeof item !== "string" && typeof item !== "number" && typeof item !== "boolean") {
      throw new RequestError(
        `context key ${name} has a value of type ${typeof item}; expected string, number or boolean.`,
      );
    }
  }
  return list.map(String);
}

function isList(value: ContextValue): value is readonly (string | number | boolean)[] {
  return Array.isArray(value);
}
