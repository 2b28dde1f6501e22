import { crc32 } from "node:zlib";
import type { SecurityGroupRule, SecurityGroupRuleRequest } from "@aws-sdk/client-ec2";
import type { SecurityGroupRuleArgs } from "@pulumi/aws/ec2/securityGroupRule";
import type { SecurityGroupEgressRuleArgs } from "@pulumi/aws/vpc/securityGroupEgressRule";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { property, resource, type AnyDefinition, type Inputs } from "./definition";
import { ec2Arn, updateTags } from "./ec2-common";
import {
  atomKey,
  atomOf,
  atomsOf,
  authorize,
  groupAtoms,
  listRules,
  protocolName,
  revoke,
  type Direction,
} from "./ec2-rules";
import { isEmpty } from "./schema";
import { tagMap } from "./tags";
import type { Properties } from "./wire";

const sameProtocol = (left: unknown, right: unknown): boolean => protocolName(left) === protocolName(right);

type RuleInputs = Inputs<SecurityGroupIngressRuleArgs>;

function ruleRequest(inputs: RuleInputs): SecurityGroupRuleRequest {
  return {
    IpProtocol: protocolName(inputs.ipProtocol),
    FromPort: inputs.fromPort ?? -1,
    ToPort: inputs.toPort ?? -1,
    CidrIpv4: inputs.cidrIpv4,
    CidrIpv6: inputs.cidrIpv6,
    PrefixListId: inputs.prefixListId,
    ReferencedGroupId: inputs.referencedSecurityGroupId,
    Description: inputs.description,
  };
}

function ruleAtom(inputs: RuleInputs): Properties {
  return {
    protocol: inputs.ipProtocol,
    fromPort: inputs.fromPort,
    toPort: inputs.toPort,
    description: inputs.description,
    cidrBlocks: inputs.cidrIpv4 ? [inputs.cidrIpv4] : [],
    ipv6CidrBlocks: inputs.cidrIpv6 ? [inputs.cidrIpv6] : [],
    prefixListIds: inputs.prefixListId ? [inputs.prefixListId] : [],
    securityGroups: inputs.referencedSecurityGroupId ? [inputs.referencedSecurityGroupId] : [],
  };
}

function ports(rule: SecurityGroupRule): Properties {
  // EC2 answers -1 or nothing where a protocol has no ports.
  if (rule.FromPort === undefined || (rule.FromPort === -1 && rule.ToPort === -1)) return {};
  return { fromPort: rule.FromPort, toPort: rule.ToPort };
}

/** `aws.vpc.SecurityGroupIngressRule` and `…EgressRule`: exactly one rule of EC2 each, with its own id and tags. */
function singleRule(token: string, direction: Direction): AnyDefinition {
  // The emulator cannot move a rule to another kind of peer, so these replace here; AWS changes them in place.
  const peer = property.string({ replace: true });
  return resource<SecurityGroupIngressRuleArgs & SecurityGroupEgressRuleArgs>({
    token,
    tags: true,
    inputs: {
      cidrIpv4: property.string(),
      cidrIpv6: peer,
      description: property.string(),
      fromPort: property.number({ range: [-1, 65535], same: portless }),
      ipProtocol: property.string({ required: true, same: sameProtocol }),
      prefixListId: peer,
      referencedSecurityGroupId: peer,
      securityGroupId: property.string({ required: true, replace: true }),
      toPort: property.number({ range: [-1, 65535], same: portless }),
    },
    outputs: ["arn", "securityGroupRuleId"],
    check(inputs) {
      const peers = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;
      const given = peers.filter((name) => inputs[name] !== undefined);
      if (given.length === 1) return [];
      return [{ property: given[1] ?? "cidrIpv4", reason: `a rule needs exactly one of ${peers.join(", ")}` }];
    },
    async create(context, inputs) {
      const ec2 = await context.ec2();
      const { securityGroupId: GroupId } = inputs;
      const [atom] = atomsOf(ruleAtom(inputs), GroupId);
      if (!atom) throw new Error("a rule without a peer passed the check");
      await authorize(ec2, GroupId, direction, [atom]);
      const created = (await listRules(ec2, GroupId, direction)).find(
        (rule) => atomKey(atomOf(rule)) === atomKey(atom),
      );
      const id = created?.SecurityGroupRuleId;
      if (id === undefined) throw new Error(`EC2 took the rule of ${GroupId} but does not list it`);
      await updateTags(ec2, id, {}, inputs.tagsAll);
      return id;
    },
    async read(context, id) {
      const { SecurityGroupRules = [] } = await (
        await context.ec2()
      ).describeSecurityGroupRules({ SecurityGroupRuleIds: [id] });
      const found = SecurityGroupRules[0];
      if (!found || (found.IsEgress ?? false) !== (direction === "egress")) return undefined;
      return {
        arn: await ec2Arn(context, "security-group-rule", id, found.GroupOwnerId),
        securityGroupRuleId: id,
        securityGroupId: found.GroupId,
        ipProtocol: found.IpProtocol,
        ...ports(found),
        cidrIpv4: found.CidrIpv4,
        cidrIpv6: found.CidrIpv6,
        prefixListId: found.PrefixListId,
        referencedSecurityGroupId: found.ReferencedGroupInfo?.GroupId,
        description: found.Description,
        tagsAll: tagMap(found.Tags),
      };
    },
    async update(context, id, { olds, news, changed }) {
      const ec2 = await context.ec2();
      const { securityGroupId: GroupId } = news;
      if (changed("cidrIpv4", "fromPort", "toPort", "ipProtocol", "description")) {
        await ec2.modifySecurityGroupRules({
          GroupId,
          SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule: ruleRequest(news) }],
        });
      }
      await updateTags(ec2, id, olds.tagsAll, news.tagsAll);
    },
    async delete(context, id, { securityGroupId }) {
      await revoke(await context.ec2(), securityGroupId, direction, [{ SecurityGroupRuleId: id }]);
    },
  });
}

/** Absent and -1 both say that a protocol has no ports. */
function portless(left: unknown, right: unknown): boolean {
  return (left ?? -1) === (right ?? -1);
}

function ruleOf(inputs: Inputs<SecurityGroupRuleArgs>): Properties {
  const { sourceSecurityGroupId: source, ...rule } = inputs;
  return { ...rule, securityGroups: source === undefined ? [] : [source] };
}

/** The id is made from what identifies the rules, so that an import finds the same one. */
function severalRulesId(inputs: Inputs<SecurityGroupRuleArgs>): string {
  const keys = atomsOf(ruleOf(inputs), inputs.securityGroupId).map(undescribed).sort();
  return `sgrule-${crc32(JSON.stringify([inputs.securityGroupId, inputs.type, ...keys]))}`;
}

/** `aws.ec2.SecurityGroupRule`: one resource for several peers of one group. */
const severalRules = resource<SecurityGroupRuleArgs>({
  token: "aws:ec2/securityGroupRule:SecurityGroupRule",
  tags: false,
  inputs: {
    cidrBlocks: property.list(property.string(), { replace: true }),
    description: property.string(),
    fromPort: property.number({ required: true, replace: true, range: [-1, 65535] }),
    ipv6CidrBlocks: property.list(property.string(), { replace: true }),
    prefixListIds: property.list(property.string(), { replace: true }),
    protocol: property.string({ required: true, replace: true, same: sameProtocol }),
    securityGroupId: property.string({ required: true, replace: true }),
    self: property.boolean({ default: false, replace: true }),
    sourceSecurityGroupId: property.string({ computed: true, replace: true }),
    toPort: property.number({ required: true, replace: true, range: [-1, 65535] }),
    type: property.string({ required: true, replace: true, oneOf: ["ingress", "egress"] }),
  },
  outputs: ["securityGroupRuleId"],
  check(inputs) {
    const peers = ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self", "sourceSecurityGroupId"] as const;
    if (peers.some((name) => !isEmpty(inputs[name]))) return [];
    return [{ property: "cidrBlocks", reason: `a rule needs one of ${peers.join(", ")}` }];
  },
  async create(context, inputs) {
    const { securityGroupId } = inputs;
    const atoms = atomsOf(ruleOf(inputs), securityGroupId);
    await authorize(await context.ec2(), securityGroupId, inputs.type as Direction, atoms);
    return severalRulesId(inputs);
  },
  async read(context, _, known) {
    const { securityGroupId = "", type } = known;
    const rules = await listRules(await context.ec2(), securityGroupId, type as Direction);
    // The description may have drifted, so a rule is recognised without it.
    const wanted = new Set(atomsOf(ruleOf(known as Inputs<SecurityGroupRuleArgs>), securityGroupId).map(undescribed));
    const found = rules.filter((rule) => wanted.has(undescribed(atomOf(rule))));
    const [first, ...others] = groupAtoms(found.map(atomOf), securityGroupId);
    if (!first) return undefined;
    const { securityGroups, ...state } = [first, ...others].reduce(mergeRules);
    return {
      ...state,
      type,
      securityGroupId,
      sourceSecurityGroupId:
        (securityGroups as string[])[0] ?? (known.sourceSecurityGroupId === securityGroupId ? securityGroupId : ""),
      self: state.self === true && known.sourceSecurityGroupId !== securityGroupId,
      securityGroupRuleId: found.length === 1 ? found[0]?.SecurityGroupRuleId : "",
    };
  },
  async update(context, _, { news }) {
    const { securityGroupId: GroupId } = news;
    const IpPermissions = atomsOf(ruleOf(news), GroupId);
    const ec2 = await context.ec2();
    const present = await listRules(ec2, GroupId, news.type as Direction);
    const wanted = new Set(IpPermissions.map(undescribed));
    // Only the description changes in place, and a rule with another description is another rule.
    await revoke(
      ec2,
      GroupId,
      news.type as Direction,
      present.filter((rule) => wanted.has(undescribed(atomOf(rule)))),
    );
    await authorize(ec2, GroupId, news.type as Direction, IpPermissions);
  },
  async delete(context, _, state) {
    const { securityGroupId } = state;
    const ec2 = await context.ec2();
    const wanted = new Set(atomsOf(ruleOf(state), securityGroupId).map(undescribed));
    const present = await listRules(ec2, securityGroupId, state.type as Direction);
    await revoke(
      ec2,
      securityGroupId,
      state.type as Direction,
      present.filter((rule) => wanted.has(undescribed(atomOf(rule)))),
    );
  },
  importId(_, given) {
    const [securityGroupId, type, protocol, from, to, ...peers] = given.split("_");
    const blocks = peers.filter((peer) => /^[\d.]+\/\d+$/u.test(peer));
    const known = {
      securityGroupId,
      type,
      protocol,
      fromPort: Number(from),
      toPort: Number(to),
      self: peers.includes("self"),
      cidrBlocks: blocks,
      ipv6CidrBlocks: peers.filter((peer) => peer.includes(":")),
      prefixListIds: peers.filter((peer) => peer.startsWith("pl-")),
      sourceSecurityGroupId: peers.find((peer) => peer.startsWith("sg-")),
    };
    if (peers.length === 0) return Promise.resolve(undefined);
    return Promise.resolve({ id: severalRulesId(known as Inputs<SecurityGroupRuleArgs>), known });
  },
});

function undescribed(atom: Parameters<typeof atomKey>[0]): string {
  return atomKey({ ...atom, description: "" });
}

function mergeRules(left: Properties, right: Properties): Properties {
  const joined = (name: string): unknown[] => [
    ...((left[name] ?? []) as unknown[]),
    ...((right[name] ?? []) as unknown[]),
  ];
  return {
    ...left,
    cidrBlocks: joined("cidrBlocks"),
    ipv6CidrBlocks: joined("ipv6CidrBlocks"),
    prefixListIds: joined("prefixListIds"),
    securityGroups: joined("securityGroups"),
    self: left.self === true || right.self === true,
  };
}

/** Rules of security groups as resources of their own. */
export const securityGroupRuleResources: readonly AnyDefinition[] = [
  singleRule("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ingress"),
  singleRule("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "egress"),
  severalRules,
];
