/** Whether an endpoint or a VPC that a document names is one of the stack's. */
import type { Statement } from "../iam/types";
import { matchesAny } from "./evaluator";
import type { Parameter } from "./model";
import { conditionsOf, type ProbeContext } from "./probes";
import type { StackView } from "./stack";
import { Unjudgeable } from "./subject";
import { ENDPOINTS, VPCS } from "./tokens";

/** Endpoints and VPCs outside the stack that belong to its work. */
export const SHARED_ENDPOINTS: Parameter = {
  type: "array",
  items: { type: "string" },
  default: [],
  description:
    "Ids of VPC endpoints and VPCs outside the stack through which requests may come; * and ? are wildcards.",
};

/**
 * The ways through other networks that statements name: each endpoint and VPC that is none of the stack's, with what a request
 * carries that comes through it. None where the stack has no endpoint of the service: its own are elsewhere then.
 *
 * @param service End of the endpoints' service name, e.g. `s3`.
 * @throws Unjudgeable when one is named, and it is not known yet which are the stack's own.
 */
export function strangeWays(
  statements: readonly Statement[],
  stack: StackView,
  service: string,
  shared: readonly string[],
): { id: string; context: ProbeContext }[] {
  const conditions = statements.flatMap(conditionsOf).filter(([, key]) => /^aws:sourcevpce?$/i.test(key));
  const values = new Set(conditions.flatMap(([, , texts]) => texts.map(String)));
  const named = [...values].filter((id) => /^vpce?-\w+$/.test(id) && !matchesAny(shared, id));
  const endpoints = stack.ofTypes(ENDPOINTS);
  const isServed = endpoints.some((endpoint) => String(endpoint.raw.property("serviceName")).endsWith(`.${service}`));
  if (named.length === 0 || !isServed) return [];
  const own = [
    ...endpoints.flatMap((endpoint) => [endpoint.raw.property("id"), endpoint.raw.property("vpcId")]),
    ...stack.ofTypes(VPCS).map((vpc) => vpc.raw.property("id")),
  ];
  const strange = named.filter((id) => !own.includes(id));
  const [first] = strange;
  if (first !== undefined && own.some((id) => typeof id !== "string")) {
    throw new Unjudgeable(`it is not known yet whether ${first} is one of the stack's`);
  }
  return strange.map((id) => ({
    id,
    context: id.startsWith("vpce-")
      ? { "aws:sourcevpce": id, "aws:sourcevpc": "vpc-0unrelated" }
      : { "aws:sourcevpce": "vpce-0unrelated", "aws:sourcevpc": id },
  }));
}
