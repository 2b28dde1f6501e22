import type { SecurityGroup } from "@aws-sdk/client-ec2";
import type { DefaultSecurityGroupArgs } from "@pulumi/aws/ec2/defaultSecurityGroup";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2/securityGroup";
import { property, resource, type AnyDefinition, type Context } from "./definition";
import { ec2Arn, tagSpecifications, updateTags } from "./ec2-common";
import { RequestError } from "./errors";
import { atomOf, groupAtoms, inlineRule, listRules, revoke, sameRules, setRules } from "./ec2-rules";
import { tagMap } from "./tags";
import type { Properties } from "./wire";

/** Inline rules: managed when the program lists them, otherwise left to the separate rule resources. */
const inlineRules = property.set(inlineRule, { computed: true, same: sameRules });

async function groupState(context: Context, group: SecurityGroup): Promise<Properties> {
  const ec2 = await context.ec2();
  const id = group.GroupId ?? "";
  const [ingress, egress] = await Promise.all([listRules(ec2, id, "ingress"), listRules(ec2, id, "egress")]);
  return {
    arn: await ec2Arn(context, "security-group", id, group.OwnerId),
    description: group.Description,
    ingress: groupAtoms(ingress.map(atomOf), id),
    egress: groupAtoms(egress.map(atomOf), id),
    name: group.GroupName,
    ownerId: group.OwnerId,
    vpcId: group.VpcId,
    tagsAll: tagMap(group.Tags),
  };
}

async function findGroup(context: Context, id: string): Promise<SecurityGroup | undefined> {
  return (await (await context.ec2()).describeSecurityGroups({ GroupIds: [id] })).SecurityGroups?.[0];
}

const securityGroup = resource<SecurityGroupArgs>({
  token: "aws:ec2/securityGroup:SecurityGroup",
  tags: true,
  autoName: { property: "name", prefix: "namePrefix", maxLength: 255 },
  inputs: {
    description: property.string({
      default: "Managed by Pulumi",
      replace: true,
      pattern: {
        test: /^[\w .:/()#,@[\]+=&;{}!$*-]{0,255}$/u,
        says: "up to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
      },
    }),
    egress: inlineRules,
    ingress: inlineRules,
    name: property.string({
      replace: true,
      pattern: { test: /^(?!sg-).{1,255}$/u, says: "1 to 255 characters that do not begin with sg-" },
    }),
    namePrefix: property.string({ replace: true, writeOnly: true }),
    revokeRulesOnDelete: property.boolean({ default: false, writeOnly: true }),
    vpcId: property.string({ computed: true, replace: true }),
  },
  outputs: ["arn", "ownerId"],
  async create(context, inputs, exists) {
    const ec2 = await context.ec2();
    const { GroupId = "" } = await ec2.createSecurityGroup({
      GroupName: inputs.name,
      Description: inputs.description,
      VpcId: inputs.vpcId,
      TagSpecifications: tagSpecifications("security-group", inputs.tagsAll),
    });
    exists(GroupId);
    // EC2 gives every new group a rule that allows all traffic out; as in the real provider, it goes.
    await setRules(ec2, GroupId, "egress", (inputs.egress ?? []) as unknown as Properties[]);
    await setRules(ec2, GroupId, "ingress", (inputs.ingress ?? []) as unknown as Properties[]);
    return GroupId;
  },
  async read(context, id) {
    const group = await findGroup(context, id);
    return group && groupState(context, group);
  },
  async update(context, id, { olds, news, changed }) {
    const ec2 = await context.ec2();
    for (const direction of ["egress", "ingress"] as const) {
      const wanted = news[direction];
      if (wanted && changed(direction)) await setRules(ec2, id, direction, wanted as unknown as Properties[]);
    }
    await updateTags(ec2, id, olds.tagsAll, news.tagsAll);
  },
  async delete(context, id, { revokeRulesOnDelete }) {
    const ec2 = await context.ec2();
    if (revokeRulesOnDelete) {
      for (const direction of ["egress", "ingress"] as const) {
        await revoke(ec2, id, direction, await listRules(ec2, id, direction));
      }
    }
    await ec2.deleteSecurityGroup({ GroupId: id });
  },
});

const defaultSecurityGroup = resource<DefaultSecurityGroupArgs>({
  token: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  tags: true,
  inputs: {
    egress: inlineRules,
    ingress: inlineRules,
    revokeRulesOnDelete: property.boolean({ default: false, writeOnly: true }),
    vpcId: property.string({ computed: true, replace: true }),
  },
  outputs: ["arn", "description", "name", "ownerId"],
  // The group is born with its VPC: creating adopts it and empties it, deleting only forgets it.
  async create(context, inputs, exists) {
    const ec2 = await context.ec2();
    const vpcId = inputs.vpcId ?? (await defaultVpc(context));
    const { SecurityGroups = [] } = await ec2.describeSecurityGroups({
      Filters: [
        { Name: "vpc-id", Values: [vpcId] },
        { Name: "group-name", Values: ["default"] },
      ],
    });
    const id = SecurityGroups[0]?.GroupId;
    if (id === undefined) throw new RequestError(`the VPC ${vpcId} has no default security group`);
    exists(id);
    await setRules(ec2, id, "ingress", (inputs.ingress ?? []) as unknown as Properties[]);
    await setRules(ec2, id, "egress", (inputs.egress ?? []) as unknown as Properties[]);
    await updateTags(ec2, id, tagMap(SecurityGroups[0]?.Tags), inputs.tagsAll);
    return id;
  },
  async read(context, id) {
    const group = await findGroup(context, id);
    return group && groupState(context, group);
  },
  async update(context, id, { olds, news, changed }) {
    const ec2 = await context.ec2();
    for (const direction of ["egress", "ingress"] as const) {
      const wanted = news[direction];
      if (wanted && changed(direction)) await setRules(ec2, id, direction, wanted as unknown as Properties[]);
    }
    await updateTags(ec2, id, olds.tagsAll, news.tagsAll);
  },
  async delete() {},
});

async function defaultVpc(context: Context): Promise<string> {
  const { Vpcs = [] } = await (
    await context.ec2()
  ).describeVpcs({ Filters: [{ Name: "is-default", Values: ["true"] }] });
  const id = Vpcs[0]?.VpcId;
  if (id === undefined) throw new RequestError(`there is no default VPC in ${context.region}; give vpcId`);
  return id;
}

/** Security groups. */
export const securityGroupResources: readonly AnyDefinition[] = [securityGroup, defaultSecurityGroup];
