/**
 * Requests that try what a document should refuse. Each probe starts from one Allow statement and fulfils all that a
 * stranger could fulfil, so that a condition helps only by what it demands, never by being there.
 */
import type { Caller, ContextValue, PolicyDocument, SourcedPolicy, Statement } from "../iam/types";
import { many } from "./documents";

/** Whose side a party of the request is on; a `service` acts for a stranger's account. */
export type Side = "own" | "stranger" | "service";

/** An account that occurs nowhere in the text. */
export function strangerAccount(text: string): string {
  return syntheticAccount(text, 9);
}

/** Another account that occurs nowhere in the text; stands for the own account where that is not known. */
export function ownStandIn(text: string): string {
  return syntheticAccount(text, 4);
}

function syntheticAccount(text: string, last: number): string {
  for (let serial = 0; ; serial++) {
    const account = `${String(serial).padStart(11, String(last))}${last}`;
    if (!text.includes(account)) return account;
  }
}

/** A text that a pattern matches: `*` becomes the filler, `?` one character. */
export function witness(pattern: string, filler: string): string {
  return pattern.replaceAll("*", filler).replaceAll("?", "x");
}

/** The partition of the first ARN in a text. Default: `aws`. */
export function partitionIn(text: string): string {
  return /\barn:(aws[a-z-]*):/.exec(text)?.[1] ?? "aws";
}

/** The actions of a statement, each as one action that it covers; `*` stands for an action of `service`. */
export function actionWitnesses(statement: Statement, service: string): string[] {
  const actions = many(statement.Action).map((action) => {
    const filled = witness(action, "Probe");
    return filled.includes(":") ? filled : `${service}:Probe`;
  });
  return statement.NotAction === undefined ? actions : [`${service}:ProbeOutsideTheList`];
}

/** A document that allows everything; stands for the layers that a probe does not ask about. */
export function allowAll(withPrincipal: boolean): SourcedPolicy {
  const document: PolicyDocument = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", ...(withPrincipal && { Principal: "*" }), Action: "*", Resource: "*" },
  };
  return { source: "a policy that allows everything", document };
}

/** A trust policy that lets everybody in, for the same purpose. */
export function allowTrust(): SourcedPolicy {
  const document: PolicyDocument = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: "*", Action: "sts:*" },
  };
  return { source: "a trust policy that allows everybody", document };
}

/** A key policy that leaves the decision to the IAM policies of the account. */
export function keyLeftToIam(account: string, partition: string): SourcedPolicy {
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  const Statement: Statement = { Effect: "Allow", Principal, Action: "kms:*", Resource: "*" };
  return { source: "a key policy that leaves the key to IAM", document: { Version: "2012-10-17", Statement } };
}

/** A trust policy that leaves the decision to the IAM policies of the account. */
export function trustLeftToIam(account: string, partition: string): SourcedPolicy {
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  const Statement: Statement = { Effect: "Allow", Principal, Action: "sts:AssumeRole" };
  return { source: "a trust policy that leaves the role to IAM", document: { Version: "2012-10-17", Statement } };
}

const PRINCIPAL_ORGANIZATION_KEYS = ["aws:principalorgid", "aws:principalorgpaths"];
const SOURCE_KEYS = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"];
const RESOURCE_ORGANIZATION_KEYS = ["aws:resourceorgid", "aws:resourceorgpaths"];
/** Keys that say the same of caller or resource under the name of one service. */
const CALLER_ACCOUNT_KEY = "kms:CallerAccount";
const RESOURCE_ACCOUNT_KEY = "s3:ResourceAccount";
const NETWORK_KEYS = [
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceip",
  "aws:vpcsourceip",
  "aws:sourcevpcarn",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
];
/** Keys that follow from the caller; the evaluator fills them in, so that they cannot contradict it. */
const DERIVED_KEYS = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principaltype",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:principalservicenameslist",
  "aws:userid",
  "aws:username",
];

/**
 * The context that fulfils a statement's conditions as far as the parties can: a stranger has another organization and
 * account and another network, but sends every other key as the statement likes it.
 *
 * @param sides Whose side principal and resource are on. `network`: `own` where the request comes through the own network
 * whoever makes it. Default: the network of the principal.
 */
export function contextFor(
  statement: Statement,
  sides: { principal: Side; resource: Exclude<Side, "service">; network?: "own" },
): ProbeContext {
  const context: ProbeContext = {};
  const withheld = new Set([
    ...DERIVED_KEYS,
    ...SOURCE_KEYS,
    ...[CALLER_ACCOUNT_KEY, RESOURCE_ACCOUNT_KEY, "aws:ResourceAccount"].map((key) => key.toLowerCase()),
    ...(sides.principal === "own" ? [] : PRINCIPAL_ORGANIZATION_KEYS),
    ...(sides.principal === "own" || sides.network === "own" ? [] : NETWORK_KEYS),
    ...(sides.resource === "own" ? [] : RESOURCE_ORGANIZATION_KEYS),
  ]);
  for (const [operator, key, values] of conditionsOf(statement)) {
    const name = /^kms:encryptioncontext:/i.test(key) ? key : key.toLowerCase();
    if (name.startsWith("aws:principaltag/") || withheld.has(name) || name in context) continue;
    const value = fulfilling(operator, values);
    // A service writes its customer's ARN into the encryption context: a stranger cannot have that of another account.
    const ofAnAccount = /^kms:encryptioncontext:/i.test(key) && accountIn(String(value)) !== undefined;
    if (value !== undefined && !(sides.principal === "service" && ofAnAccount)) context[name] = value;
  }
  if (sides.principal === "stranger") context["aws:principalorgid"] = "o-stranger00";
  if (sides.resource === "stranger") context["aws:resourceorgid"] = "o-stranger00";
  return context;
}

/** Condition keys of a probe, in lower case. */
export type ProbeContext = Record<string, ContextValue>;

/** The context with the account keys that single services add to what is known of caller and resource. */
export function withServiceKeys(context: ProbeContext, caller: Caller, resourceAccount: string): ProbeContext {
  const account = accountOf(caller);
  return {
    ...context,
    ...(account !== undefined && { [CALLER_ACCOUNT_KEY]: account }),
    [RESOURCE_ACCOUNT_KEY]: resourceAccount,
  };
}

/** All conditions of a statement: operator, key as written, values. */
export function conditionsOf(statement: Statement): [string, string, (string | number | boolean)[]][] {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, block]) =>
    Object.entries(block).map(([key, values]): [string, string, (string | number | boolean)[]] => [
      operator,
      key,
      many(values),
    ]),
  );
}

/** Tags that a caller needs to fulfil the statement; anyone can put any tag on a role of their own. */
function tagsFor(statement: Statement): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [operator, key, values] of conditionsOf(statement)) {
    const tag = /^aws:principaltag\/(.*)$/i.exec(key)?.[1];
    const value = fulfilling(operator, values);
    if (tag !== undefined && value !== undefined) tags[tag] = String(value);
  }
  return tags;
}

/** A value that an operator accepts, or `undefined` where an absent key is accepted or none can be made. */
function fulfilling(operator: string, values: readonly (string | number | boolean)[]): ContextValue | undefined {
  const [first] = values;
  const name = operator
    .replace(/^For(?:All|Any)Values?:/i, "")
    .replace(/IfExists$/i, "")
    .toLowerCase();
  if (first === undefined || name.includes("not") || name === "null") return undefined;
  if (name.startsWith("numeric")) return Number(first) + offset(name);
  if (name.startsWith("date")) return shiftedDate(String(first), offset(name));
  if (name === "ipaddress") return String(first).split("/")[0];
  return typeof first === "string" ? witness(first, "probe") : first;
}

function offset(operator: string): number {
  if (operator.endsWith("lessthan")) return -1;
  return operator.endsWith("greaterthan") ? 1 : 0;
}

function shiftedDate(text: string, seconds: number): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time + seconds * 1000).toISOString();
}

/** A role in an account, as a caller. */
export function roleIn(account: string, partition: string, tags: Record<string, string> = {}): Caller {
  return { kind: "role", arn: `arn:${partition}:iam::${account}:role/probe`, tags };
}

/**
 * A role of an account, as the statement likes it: its owner gives it the name and the tags that the conditions want.
 */
export function roleFor(statement: Statement, account: string, partition: string): Caller {
  const tags = tagsFor(statement);
  const wanted = valuesOf(statement, "aws:principalarn").find((pattern) => {
    const owner = pattern.split(":")[4];
    return pattern.includes(":role/") && (owner === undefined || /[*?]/.test(owner) || owner === account);
  });
  if (wanted === undefined) return roleIn(account, partition, tags);
  const name = witness(wanted.slice(wanted.indexOf(":role/") + ":role/".length), "probe");
  return { kind: "role", arn: `arn:${partition}:iam::${account}:role/${name}`, tags };
}

/** The values that a statement's conditions want a key to have; those of negative operators are left out. */
export function valuesOf(statement: Statement, wanted: string): string[] {
  return conditionsOf(statement).flatMap(([operator, key, values]) =>
    key.toLowerCase() === wanted && !/not|null/i.test(operator) ? values.map(String) : [],
  );
}

/** The AWS principals that a statement names, each as a caller; `*` names nobody in particular. */
export function namedCallers(statement: Statement, partition: string): Caller[] {
  const principal = statement.Principal;
  const names = principal === undefined || typeof principal === "string" ? [] : many(principal.AWS);
  return names.flatMap((name): Caller[] => {
    const account = accountIn(name);
    if (account === undefined) return [];
    const tags = tagsFor(statement);
    if (/:user\//.test(name)) return [{ kind: "user", arn: witness(name, "probe"), tags }];
    if (/:role\//.test(name)) return [{ kind: "role", arn: witness(name, "probe"), tags }];
    return [roleFor(statement, account, partition)];
  });
}

/** The services that a statement names. */
export function namedServices(statement: Statement): string[] {
  const principal = statement.Principal;
  return principal === undefined || typeof principal === "string" ? [] : many(principal.Service);
}

/** The account of a principal or ARN: the twelve digits, or `undefined`. */
export function accountIn(text: string): string | undefined {
  if (/^\d{12}$/.test(text)) return text;
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(text)?.[1];
}

/** The account of a caller that has one. */
export function accountOf(caller: Caller): string | undefined {
  return caller.kind === "role" || caller.kind === "user" ? accountIn(caller.arn) : undefined;
}

/**
 * An ARN that a resource pattern covers, in `account` where the pattern leaves the account open.
 *
 * @param service Service of the resource where the pattern is `*`.
 */
export function resourceWitness(pattern: string, service: string, account: string, partition: string): string {
  const parts = pattern.split(":");
  if (parts[0] !== "arn" || parts.length < 6) {
    if (service === "s3") return `arn:${partition}:s3:::probe-${account}/probe`;
    if (service === "sts") return `arn:${partition}:iam::${account}:role/probe`;
    return `arn:${partition}:${service}:probe-region-1:${account}:${service === "kms" ? "key" : "probe"}/probe`;
  }
  const [, arnPartition = "*", arnService = "*", region = "", owner = "", ...rest] = parts;
  return [
    "arn",
    witness(arnPartition, partition),
    witness(arnService, service),
    witness(region, "probe-region-1"),
    /[*?]/.test(owner) ? account : owner,
    witness(rest.join(":"), `probe-${account}`),
  ].join(":");
}
