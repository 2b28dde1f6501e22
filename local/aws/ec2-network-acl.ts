import type { EC2, NetworkAcl, NetworkAclEntry } from "@aws-sdk/client-ec2";
import type { NetworkAclArgs } from "@pulumi/aws/ec2/networkAcl";
import { property, resource, type AnyDefinition, type Context, type Inputs } from "./definition";
import { ec2Arn, setChanges, tagSpecifications, updateTags } from "./ec2-common";
import { same } from "./schema";
import { tagMap } from "./tags";
import type { Properties } from "./wire";

type Entry = NonNullable<Inputs<NetworkAclArgs>["ingress"]>[number];

/** Network ACLs know protocols by number. */
const protocolNumbers: Readonly<Record<string, string>> = { all: "-1", icmp: "1", tcp: "6", udp: "17", icmpv6: "58" };
const protocolNumber = (name: unknown): string => protocolNumbers[String(name).toLowerCase()] ?? String(name);

/** EC2 closes every list with a rule of this number that denies all. */
const closingRule = 32767;

const entry = property.object({
  action: property.string({
    required: true,
    oneOf: ["allow", "deny", "ALLOW", "DENY"],
    same: (left, right) => String(left).toLowerCase() === String(right).toLowerCase(),
  }),
  cidrBlock: property.string(),
  fromPort: property.number({ required: true }),
  icmpCode: property.unsupported("the emulator does not keep it"),
  icmpType: property.unsupported("the emulator does not keep it"),
  ipv6CidrBlock: property.string(),
  protocol: property.string({ required: true, same: (left, right) => protocolNumber(left) === protocolNumber(right) }),
  ruleNo: property.number({ required: true, range: [1, 32766] }),
  toPort: property.number({ required: true }),
});

const entries = property.set(entry, { computed: true });

function fromEntry(source: NetworkAclEntry): Properties {
  return {
    action: source.RuleAction,
    cidrBlock: source.CidrBlock,
    fromPort: source.PortRange?.From ?? 0,
    ipv6CidrBlock: source.Ipv6CidrBlock,
    protocol: source.Protocol,
    ruleNo: source.RuleNumber,
    toPort: source.PortRange?.To ?? 0,
  };
}

function entriesOf(acl: NetworkAcl, egress: boolean): Properties[] {
  return (acl.Entries ?? [])
    .filter(({ Egress, RuleNumber = closingRule }) => (Egress ?? false) === egress && RuleNumber < closingRule)
    .map(fromEntry);
}

async function findAcl(ec2: EC2, id: string): Promise<NetworkAcl | undefined> {
  return (await ec2.describeNetworkAcls({ NetworkAclIds: [id] })).NetworkAcls?.[0];
}

async function setEntries(ec2: EC2, NetworkAclId: string, Egress: boolean, wanted: readonly Entry[]): Promise<void> {
  const acl = await findAcl(ec2, NetworkAclId);
  const present = acl ? entriesOf(acl, Egress) : [];
  const kept = (item: Properties | Entry, among: readonly (Properties | Entry)[]): boolean =>
    among.some((other) => same(entry, item, other));
  for (const item of present) {
    if (!kept(item, wanted)) await ec2.deleteNetworkAclEntry({ NetworkAclId, Egress, RuleNumber: Number(item.ruleNo) });
  }
  for (const item of wanted) {
    if (kept(item, present)) continue;
    const protocol = protocolNumber(item.protocol);
    await ec2.createNetworkAclEntry({
      NetworkAclId,
      Egress,
      RuleNumber: item.ruleNo,
      RuleAction: item.action.toLowerCase() as "allow",
      Protocol: protocol,
      CidrBlock: item.cidrBlock,
      Ipv6CidrBlock: item.ipv6CidrBlock,
      ...(protocol === "-1" ? {} : { PortRange: { From: item.fromPort, To: item.toPort } }),
    });
  }
}

/** Every subnet has exactly one ACL: taking one away gives it back to the VPC's default. */
async function associate(ec2: EC2, subnetId: string, NetworkAclId: string): Promise<void> {
  const { NetworkAcls = [] } = await ec2.describeNetworkAcls({
    Filters: [{ Name: "association.subnet-id", Values: [subnetId] }],
  });
  const association = NetworkAcls.flatMap(({ Associations = [] }) => Associations).find(
    ({ SubnetId }) => SubnetId === subnetId,
  );
  const AssociationId = association?.NetworkAclAssociationId;
  if (AssociationId === undefined) throw new Error(`the subnet ${subnetId} has no network ACL to replace`);
  await ec2.replaceNetworkAclAssociation({ AssociationId, NetworkAclId });
}

async function release(context: Context, vpcId: string, subnetIds: readonly string[]): Promise<void> {
  if (subnetIds.length === 0) return;
  const ec2 = await context.ec2();
  const { NetworkAcls = [] } = await ec2.describeNetworkAcls({
    Filters: [
      { Name: "vpc-id", Values: [vpcId] },
      { Name: "default", Values: ["true"] },
    ],
  });
  const fallback = NetworkAcls[0]?.NetworkAclId;
  if (fallback === undefined) throw new Error(`the VPC ${vpcId} has no default network ACL`);
  for (const subnetId of subnetIds) await associate(ec2, subnetId, fallback);
}

const networkAcl = resource<NetworkAclArgs>({
  token: "aws:ec2/networkAcl:NetworkAcl",
  tags: true,
  inputs: {
    egress: entries,
    ingress: entries,
    subnetIds: property.set(property.string(), { computed: true }),
    vpcId: property.string({ required: true, replace: true }),
  },
  outputs: ["arn", "ownerId"],
  async create(context, inputs, exists) {
    const ec2 = await context.ec2();
    const { NetworkAcl: created } = await ec2.createNetworkAcl({
      VpcId: inputs.vpcId,
      TagSpecifications: tagSpecifications("network-acl", inputs.tagsAll),
    });
    const id = created?.NetworkAclId ?? "";
    exists(id);
    await setEntries(ec2, id, true, inputs.egress ?? []);
    await setEntries(ec2, id, false, inputs.ingress ?? []);
    for (const subnetId of inputs.subnetIds ?? []) await associate(ec2, subnetId, id);
    return id;
  },
  async read(context, id) {
    const acl = await findAcl(await context.ec2(), id);
    if (!acl) return undefined;
    const owner = acl.OwnerId ?? (await context.accountId());
    return {
      arn: await ec2Arn(context, "network-acl", id, owner),
      egress: entriesOf(acl, true),
      ingress: entriesOf(acl, false),
      ownerId: owner,
      subnetIds: (acl.Associations ?? []).map(({ SubnetId }) => SubnetId),
      vpcId: acl.VpcId,
      tagsAll: tagMap(acl.Tags),
    };
  },
  async update(context, id, { olds, news, changed }) {
    const ec2 = await context.ec2();
    if (news.egress && changed("egress")) await setEntries(ec2, id, true, news.egress);
    if (news.ingress && changed("ingress")) await setEntries(ec2, id, false, news.ingress);
    const { add, remove } = setChanges(olds.subnetIds, news.subnetIds ?? olds.subnetIds);
    await release(context, news.vpcId, remove);
    for (const subnetId of add) await associate(ec2, subnetId, id);
    await updateTags(ec2, id, olds.tagsAll, news.tagsAll);
  },
  async delete(context, id, { vpcId }) {
    const ec2 = await context.ec2();
    const acl = await findAcl(ec2, id);
    await release(
      context,
      vpcId,
      (acl?.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
    );
    await ec2.deleteNetworkAcl({ NetworkAclId: id });
  },
});

/** Network ACLs. */
export const networkAclResources: readonly AnyDefinition[] = [networkAcl];
