/** What a stranger's request can carry: from an organization or from none, over the internet or through an endpoint of its own. */
import type { Statement } from "../iam/types";
import { parseCidr } from "./cidr";
import { many } from "./documents";
import * as probes from "./probes";

/** Prefix length up to which a public range holds addresses that anybody can rent. */
const ANYBODYS_RANGE = { ipv4: 8, ipv6: 24 } as const;

/** An address that no rule means: of a range that is not in use. */
const UNMEANT_ADDRESS = "240.0.0.1";

const ORGANIZATION = "aws:principalorgid";
const NETWORK = /^aws:(?:source(?:ip|vpce?|vpcarn)|vpcsourceip|vpce(?:account|orgid|orgpaths))$/;

/**
 * The contexts in which a stranger can make the request that a statement allows. The first is the usual one; others only
 * where the statement asks for an organization, which an account need not have, or for a network, which it may choose.
 */
export function strangerContexts(statement: Statement, account: string): probes.ProbeContext[] {
  const usual = probes.contextFor(statement, { principal: "stranger", resource: "own" });
  const asked = probes.conditionsOf(statement).map(([, key]) => key.toLowerCase());
  const contexts = [usual];
  if (asked.some((key) => NETWORK.test(key))) {
    contexts.push(
      { ...usual, "aws:sourceip": rentedAddress(statement) },
      {
        ...usual,
        "aws:sourcevpce": "vpce-0stranger",
        "aws:sourcevpc": "vpc-0stranger",
        "aws:vpceaccount": account,
        "aws:vpceorgid": "o-stranger00",
      },
    );
  }
  if (!asked.some((key) => key.startsWith("aws:principalorg"))) return contexts;
  const without = ({ [ORGANIZATION]: _, ...rest }: probes.ProbeContext): probes.ProbeContext => rest;
  return [...contexts, ...contexts.map(without)];
}

/**
 * The contexts in which a service can make the request on behalf of a stranger's account: with the ARN of a resource that the
 * stranger names as the statement likes it.
 *
 * @param service Service principal, e.g. `sns.amazonaws.com`.
 */
export function serviceContexts(
  statement: Statement,
  service: string,
  account: string,
  partition: string,
): probes.ProbeContext[] {
  const acting = {
    ...probes.contextFor(statement, { principal: "service", resource: "own" }),
    "aws:sourceaccount": account,
    "aws:sourceorgid": "o-stranger00",
  };
  const name = service.split(".")[0] ?? service;
  const usual = `arn:${partition}:${name}:probe-region-1:${account}:probe/probe`;
  const liked = probes
    .valuesOf(statement, "aws:sourcearn")
    .flatMap((pattern) => strangersArn(pattern, name, account, partition));
  return [usual, ...liked].map((arn) => ({ ...acting, "aws:sourcearn": arn }));
}

/** The services that a statement for everybody means by its conditions on the source, as service principals. */
export function servicesMeant(statement: Statement): string[] {
  const sources = probes.valuesOf(statement, "aws:sourcearn").map((arn) => arn.split(":")[2] ?? "");
  return [...new Set(sources)].filter((name) => /^[a-z0-9-]+$/.test(name)).map((name) => `${name}.amazonaws.com`);
}

/** An ARN that a pattern covers and that a stranger can have; none where the pattern names an account or a bucket. */
function strangersArn(pattern: string, service: string, account: string, partition: string): string[] {
  const [, , ofService = "", , owner = "", ...rest] = pattern.split(":");
  const resource = rest.join(":");
  if (ofService === "s3") {
    return /[*?]/.test(resource) ? [`arn:${partition}:s3:::${probes.witness(resource, `stranger-${account}`)}`] : [];
  }
  if (owner !== "" && !/^[*?]+$/.test(owner)) return [];
  return [probes.resourceWitness(pattern, service, account, partition)];
}

/** An address in a range of the statement that anybody can have; else one that no statement means. */
function rentedAddress(statement: Statement): string {
  const ranges = probes.valuesOf(statement, "aws:sourceip").flatMap((text) => parseCidr(text) ?? []);
  const wide = ranges.find(({ prefix, family }) => prefix <= ANYBODYS_RANGE[family]);
  return wide?.address ?? UNMEANT_ADDRESS;
}

/** The values of a statement's actions and resources that say whose the written object is, e.g. `AWSLogs/<account>/`. */
export function writesUnderAccount(statement: Statement): boolean {
  const resources = many(statement.Resource);
  return resources.length > 0 && resources.every((arn) => /\/AWSLogs\/\d{12}\//.test(arn));
}
