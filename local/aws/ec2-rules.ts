import type { EC2, IpPermission, SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { ec2 as outputs } from "@pulumi/aws/types/output";
import { property, type PropertySpec } from "./definition";
import { isEmpty } from "./schema";
import type { Properties } from "./wire";

/** Direction of a rule, as `aws.ec2.SecurityGroupRule` writes it. */
export type Direction = "ingress" | "egress";

/** One rule for one source or destination, as EC2 keeps them. */
export interface Atom {
  protocol: string;
  fromPort: number;
  toPort: number;
  /** What {@link peer} is. */
  kind: "cidr" | "cidr6" | "prefixList" | "group";
  /** An address block, a prefix list id or a security group id. */
  peer: string;
  description: string;
}

const protocolNames: Readonly<Record<string, string>> = {
  "6": "tcp",
  "17": "udp",
  "1": "icmp",
  "58": "icmpv6",
  all: "-1",
};

/** The name that EC2 uses for a protocol: `6` is `tcp`, `all` is `-1`. */
export function protocolName(protocol: unknown): string {
  const text = String(protocol).toLowerCase();
  return protocolNames[text] ?? text;
}

const texts = property.list(property.string());

/** A rule inside a security group, in the shape of `ingress[]` and `egress[]`. */
export const inlineRule: PropertySpec = property.object({
  cidrBlocks: texts,
  description: property.string(),
  fromPort: property.number({ required: true }),
  ipv6CidrBlocks: texts,
  prefixListIds: texts,
  protocol: property.string({ required: true }),
  securityGroups: property.set(property.string()),
  self: property.boolean(),
  toPort: property.number({ required: true }),
});

/** Splits a rule into one {@link Atom} per peer. `groupId` stands for `self`. */
export function atomsOf(rule: Properties, groupId: string): Atom[] {
  const protocol = protocolName(rule.protocol);
  const everything = protocol === "-1";
  const base = {
    protocol,
    fromPort: everything ? 0 : Number(rule.fromPort ?? -1),
    toPort: everything ? 0 : Number(rule.toPort ?? -1),
    description: String(rule.description ?? ""),
  };
  const peers = (name: string, kind: Atom["kind"]): Atom[] =>
    ((rule[name] ?? []) as string[]).map((peer) => ({ ...base, kind, peer }));
  return [
    ...peers("cidrBlocks", "cidr"),
    ...peers("ipv6CidrBlocks", "cidr6"),
    ...peers("prefixListIds", "prefixList"),
    ...peers("securityGroups", "group"),
    ...(rule.self ? [{ ...base, kind: "group" as const, peer: groupId }] : []),
  ];
}

/** Text that two atoms share exactly when they are the same rule. */
export function atomKey({ protocol, fromPort, toPort, kind, peer, description }: Atom): string {
  return JSON.stringify([protocol, fromPort, toPort, kind, peer, description]);
}

/** Whether two lists of inline rules allow the same, however they are grouped; `self` only equals `self`. */
export function sameRules(left: unknown, right: unknown): boolean {
  const keys = (rules: unknown): string =>
    [...new Set(((rules ?? []) as Properties[]).flatMap((rule) => atomsOf(rule, "self")).map(atomKey))].sort().join();
  return keys(left) === keys(right);
}

/** One rule of EC2 as an atom. */
export function atomOf(rule: SecurityGroupRule): Atom {
  const protocol = protocolName(rule.IpProtocol);
  const everything = protocol === "-1";
  const peers = [
    ["cidr", rule.CidrIpv4],
    ["cidr6", rule.CidrIpv6],
    ["prefixList", rule.PrefixListId],
    ["group", rule.ReferencedGroupInfo?.GroupId],
  ] as const;
  const [kind, peer] = peers.find(([, value]) => !isEmpty(value)) ?? ["cidr", ""];
  return {
    protocol,
    fromPort: everything ? 0 : (rule.FromPort ?? -1),
    toPort: everything ? 0 : (rule.ToPort ?? -1),
    kind,
    peer: peer ?? "",
    description: rule.Description ?? "",
  };
}

/** An atom as the permission that EC2 takes. */
export function permissionOf({ protocol, fromPort, toPort, kind, peer, description }: Atom): IpPermission {
  const Description = description === "" ? undefined : description;
  return {
    IpProtocol: protocol,
    ...(protocol === "-1" ? {} : { FromPort: fromPort, ToPort: toPort }),
    ...(kind === "cidr" ? { IpRanges: [{ CidrIp: peer, Description }] } : {}),
    ...(kind === "cidr6" ? { Ipv6Ranges: [{ CidrIpv6: peer, Description }] } : {}),
    ...(kind === "prefixList" ? { PrefixListIds: [{ PrefixListId: peer, Description }] } : {}),
    ...(kind === "group" ? { UserIdGroupPairs: [{ GroupId: peer, Description }] } : {}),
  };
}

/** Atoms of one protocol, port range and description, together again as inline rules. */
export function groupAtoms(atoms: readonly Atom[], groupId: string): Properties[] {
  const groups = new Map<string, outputs.SecurityGroupIngress>();
  for (const { protocol, fromPort, toPort, kind, peer, description } of atoms) {
    const key = JSON.stringify([protocol, fromPort, toPort, description]);
    const rule = groups.get(key) ?? {
      protocol,
      fromPort,
      toPort,
      description,
      cidrBlocks: [],
      ipv6CidrBlocks: [],
      prefixListIds: [],
      securityGroups: [],
      self: false,
    };
    if (kind === "group" && peer === groupId) rule.self = true;
    else {
      const member = {
        cidr: "cidrBlocks",
        cidr6: "ipv6CidrBlocks",
        prefixList: "prefixListIds",
        group: "securityGroups",
      }[kind];
      (rule[member as "cidrBlocks"] ??= []).push(peer);
    }
    groups.set(key, rule);
  }
  return [...groups.values()].map((rule) => ({ ...rule }));
}

/** All rules of a group in one direction. */
export async function listRules(ec2: EC2, groupId: string, direction: Direction): Promise<SecurityGroupRule[]> {
  const rules: SecurityGroupRule[] = [];
  for (let NextToken: string | undefined; ;) {
    const page = await ec2.describeSecurityGroupRules({
      Filters: [{ Name: "group-id", Values: [groupId] }],
      NextToken,
    });
    rules.push(...(page.SecurityGroupRules ?? []));
    if (!page.NextToken) break;
    NextToken = page.NextToken;
  }
  return rules.filter(({ IsEgress }) => (IsEgress ?? false) === (direction === "egress"));
}

/** Allows what the atoms say. */
export async function authorize(
  ec2: EC2,
  GroupId: string,
  direction: Direction,
  atoms: readonly Atom[],
): Promise<void> {
  if (atoms.length === 0) return;
  const request = { GroupId, IpPermissions: atoms.map(permissionOf) };
  if (direction === "ingress") await ec2.authorizeSecurityGroupIngress(request);
  else await ec2.authorizeSecurityGroupEgress(request);
}

/** Takes back rules by id. */
export async function revoke(
  ec2: EC2,
  GroupId: string,
  direction: Direction,
  rules: readonly SecurityGroupRule[],
): Promise<void> {
  const SecurityGroupRuleIds = rules.flatMap(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? []);
  if (SecurityGroupRuleIds.length === 0) return;
  if (direction === "ingress") await ec2.revokeSecurityGroupIngress({ GroupId, SecurityGroupRuleIds });
  else await ec2.revokeSecurityGroupEgress({ GroupId, SecurityGroupRuleIds });
}

/** Makes the rules of a group in one direction exactly the wanted ones. */
export async function setRules(
  ec2: EC2,
  groupId: string,
  direction: Direction,
  wanted: readonly Properties[],
): Promise<void> {
  const atoms = new Map(wanted.flatMap((rule) => atomsOf(rule, groupId)).map((atom) => [atomKey(atom), atom]));
  const present = await listRules(ec2, groupId, direction);
  const kept = new Set(present.map((rule) => atomKey(atomOf(rule))).filter((key) => atoms.has(key)));
  await revoke(
    ec2,
    groupId,
    direction,
    present.filter((rule) => !kept.has(atomKey(atomOf(rule)))),
  );
  await authorize(
    ec2,
    groupId,
    direction,
    [...atoms].filter(([key]) => !kept.has(key)).map(([, atom]) => atom),
  );
}
