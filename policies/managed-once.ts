/** Governance: what belongs to one resource is written in one place. */
import { inParts } from "./judge";
import type { PolicyRule } from "./model";
import { stackIn, type Join } from "./stack";
import { UNKNOWN, Unjudgeable } from "./subject";
import { POLICY_ATTACHMENTS, ROLES } from "./tokens";

/** A list that a resource can hold inline, and the resources that write into the same list. */
interface Shared {
  readonly inline: readonly string[];
  /** Value of `type` of the resources beside, where they have one: rules of the other direction are another list. */
  readonly direction?: string;
  readonly join: Omit<Join, "ownerTypes">;
}

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const TABLE = "aws:ec2/routeTable:RouteTable";
const SHARED: Readonly<Record<string, readonly Shared[]>> = {
  [GROUP]: [
    rulesOf("ingress", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
    rulesOf("egress", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
  ],
  [TABLE]: [
    { inline: ["routes"], join: { types: ["aws:ec2/route:Route"], property: "routeTableId", identities: ["id"] } },
  ],
  [ROLES[0]]: [
    {
      inline: ["inlinePolicies"],
      join: { types: ["aws:iam/rolePolicy:RolePolicy"], property: "role", identities: ["id", "name", "arn"] },
    },
    {
      inline: ["managedPolicyArns"],
      join: {
        types: POLICY_ATTACHMENTS.filter((type) => type.includes("rolePolicyAttachment:")),
        property: "role",
        identities: ["id", "name", "arn"],
      },
    },
  ],
};

const managedOnce: PolicyRule = {
  id: "lists-are-written-in-one-place",
  family: "governance",
  severity: "medium",
  level: "mandatory",
  title: "Rules, routes and policies are written in a resource or beside it, not both",
  threat: "Each update then undoes the other half: a rule that was closed opens again, and nobody changed anything.",
  remediation: {
    text: "Write all of them as resources of their own, and leave the inline list out.",
    code: `new aws.vpc.SecurityGroupIngressRule("tls", { securityGroupId: group.id, ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: vpc.cidrBlock });`,
  },
  frameworks: { "NIST 800-53": ["CM-3", "CM-6"], "SOC 2": ["CC8.1"] },
  replaces: ["security-group-no-rule-management-conflicts", "iam-role-no-policy-management-conflicts"],
  appliesTo: Object.keys(SHARED),
  phase: "stack",
  *judge(owner, context) {
    const stack = stackIn(context.stack);
    yield* inParts(SHARED[owner.type] ?? [], function* ({ inline, join, direction }) {
      // Only what the program declared counts: AWS shows in the same list what other resources wrote into it.
      const written = inline.filter((property) => {
        const value = owner.raw.declared(property);
        return value === UNKNOWN || (Array.isArray(value) && value.length > 0);
      });
      if (written.length === 0) return;
      const beside = stack.belongingTo(owner, { ...join, ownerTypes: [owner.type] });
      const [first] = beside.filter(
        (rule) => direction === undefined || (rule.at("type").string() ?? direction) === direction,
      );
      if (first === undefined) return;
      const known = written.filter((property) => owner.raw.declared(property) !== UNKNOWN);
      if (known.length === 0) throw new Unjudgeable(`it is not known yet whether ${written.join(" and ")} is empty`);
      yield `${known.join(" and ")} is set in the resource, and ${first.name} writes into the same list.`;
    });
  },
};

function rulesOf(direction: string, type: string): Shared {
  const types = ["aws:ec2/securityGroupRule:SecurityGroupRule", type];
  return { inline: [direction], direction, join: { types, property: "securityGroupId", identities: ["id"] } };
}

/** The policies on lists that several resources write. */
export const managedOnceRules: readonly PolicyRule[] = [managedOnce];
