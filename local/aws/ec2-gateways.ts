import type { Address, EC2 } from "@aws-sdk/client-ec2";
import type { EipArgs } from "@pulumi/aws/ec2/eip";
import type { InternetGatewayArgs } from "@pulumi/aws/ec2/internetGateway";
import type { NatGatewayArgs } from "@pulumi/aws/ec2/natGateway";
import { property, resource, type AnyDefinition } from "./definition";
import { ec2Arn, tagSpecifications, updateTags } from "./ec2-common";
import { tagMap } from "./tags";

const internetGateway = resource<InternetGatewayArgs>({
  token: "aws:ec2/internetGateway:InternetGateway",
  tags: true,
  inputs: { vpcId: property.string({ computed: true }) },
  outputs: ["arn", "ownerId"],
  async create(context, inputs, exists) {
    const ec2 = await context.ec2();
    const { InternetGateway } = await ec2.createInternetGateway({
      TagSpecifications: tagSpecifications("internet-gateway", inputs.tagsAll),
    });
    const id = InternetGateway?.InternetGatewayId ?? "";
    exists(id);
    if (inputs.vpcId) await ec2.attachInternetGateway({ InternetGatewayId: id, VpcId: inputs.vpcId });
    return id;
  },
  async read(context, id) {
    const { InternetGateways = [] } = await (
      await context.ec2()
    ).describeInternetGateways({ InternetGatewayIds: [id] });
    const found = InternetGateways[0];
    if (!found) return undefined;
    const owner = found.OwnerId ?? (await context.accountId());
    return {
      arn: await ec2Arn(context, "internet-gateway", id, owner),
      ownerId: owner,
      vpcId: found.Attachments?.[0]?.VpcId ?? "",
      tagsAll: tagMap(found.Tags),
    };
  },
  async update(context, id, { olds, news, changed }) {
    const ec2 = await context.ec2();
    if (changed("vpcId") && news.vpcId !== undefined) {
      await detach(ec2, id, olds.vpcId);
      await ec2.attachInternetGateway({ InternetGatewayId: id, VpcId: news.vpcId });
    }
    await updateTags(ec2, id, olds.tagsAll, news.tagsAll);
  },
  async delete(context, id, { vpcId }) {
    const ec2 = await context.ec2();
    await detach(ec2, id, vpcId);
    await ec2.deleteInternetGateway({ InternetGatewayId: id });
  },
});

async function detach(ec2: EC2, InternetGatewayId: string, VpcId: string | undefined): Promise<void> {
  if (VpcId) await ec2.detachInternetGateway({ InternetGatewayId, VpcId });
}

const notServed = property.unsupported("the emulator does not keep it");

const natGateway = resource<NatGatewayArgs>({
  token: "aws:ec2/natGateway:NatGateway",
  tags: true,
  inputs: {
    allocationId: property.string({ replace: true }),
    availabilityMode: notServed,
    availabilityZoneAddresses: notServed,
    connectivityType: property.string({ default: "public", replace: true, oneOf: ["public", "private"] }),
    privateIp: notServed,
    secondaryAllocationIds: notServed,
    secondaryPrivateIpAddressCount: notServed,
    secondaryPrivateIpAddresses: notServed,
    subnetId: property.string({ required: true, replace: true }),
    vpcId: notServed,
  },
  outputs: ["associationId", "networkInterfaceId", "publicIp"],
  check: ({ connectivityType, allocationId }) =>
    connectivityType === "public" && allocationId === undefined
      ? [{ property: "allocationId", reason: "a public NAT gateway needs allocationId, the id of an Elastic IP" }]
      : [],
  async create(context, inputs, exists) {
    const ec2 = await context.ec2();
    const { NatGateway } = await ec2.createNatGateway({
      AllocationId: inputs.allocationId,
      SubnetId: inputs.subnetId,
      ConnectivityType: inputs.connectivityType as "public",
      TagSpecifications: tagSpecifications("natgateway", inputs.tagsAll),
    });
    const id = NatGateway?.NatGatewayId ?? "";
    exists(id);
    await context.until(`the NAT gateway ${id} to be available`, async () => {
      const { NatGateways = [] } = await ec2.describeNatGateways({ NatGatewayIds: [id] });
      return NatGateways.find(({ State }) => State === "available");
    });
    return id;
  },
  async read(context, id) {
    const found = (await (await context.ec2()).describeNatGateways({ NatGatewayIds: [id] })).NatGateways?.[0];
    if (!found || found.State === "deleted" || found.State === "deleting") return undefined;
    const address = found.NatGatewayAddresses?.[0];
    return {
      allocationId: address?.AllocationId,
      associationId: address?.AssociationId ?? "",
      connectivityType: found.ConnectivityType ?? "public",
      networkInterfaceId: address?.NetworkInterfaceId ?? "",
      privateIp: address?.PrivateIp ?? "",
      publicIp: address?.PublicIp ?? "",
      subnetId: found.SubnetId,
      vpcId: found.VpcId,
      tagsAll: tagMap(found.Tags),
    };
  },
  async update(context, id, { olds, news }) {
    await updateTags(await context.ec2(), id, olds.tagsAll, news.tagsAll);
  },
  async delete(context, id) {
    const ec2 = await context.ec2();
    await ec2.deleteNatGateway({ NatGatewayId: id });
    await context.until(`the NAT gateway ${id} to be deleted`, async () => {
      const { NatGateways = [] } = await ec2.describeNatGateways({
        Filter: [{ Name: "nat-gateway-id", Values: [id] }],
      });
      return NatGateways.every(({ State }) => State === "deleted") ? true : undefined;
    });
  },
});

const eip = resource<EipArgs>({
  token: "aws:ec2/eip:Eip",
  tags: true,
  inputs: {
    address: notServed,
    associateWithPrivateIp: notServed,
    customerOwnedIpv4Pool: notServed,
    domain: property.string({ computed: true, replace: true, oneOf: ["vpc"] }),
    instance: notServed,
    ipamPoolId: notServed,
    networkBorderGroup: notServed,
    networkInterface: property.string({ computed: true }),
    publicIpv4Pool: notServed,
  },
  outputs: ["allocationId", "arn", "associationId", "privateDns", "privateIp", "ptrRecord", "publicDns", "publicIp"],
  async create(context, inputs, exists) {
    const ec2 = await context.ec2();
    const { AllocationId = "" } = await ec2.allocateAddress({
      Domain: "vpc",
      TagSpecifications: tagSpecifications("elastic-ip", inputs.tagsAll),
    });
    exists(AllocationId);
    if (inputs.networkInterface) {
      await ec2.associateAddress({ AllocationId, NetworkInterfaceId: inputs.networkInterface });
    }
    return AllocationId;
  },
  async read(context, id) {
    const ec2 = await context.ec2();
    const found: Address | undefined = (await ec2.describeAddresses({ AllocationIds: [id] })).Addresses?.[0];
    if (!found) return undefined;
    const publicName = (found.PublicIp ?? "").replaceAll(".", "-");
    return {
      allocationId: id,
      arn: await ec2Arn(context, "elastic-ip", id),
      associationId: found.AssociationId ?? "",
      domain: found.Domain,
      networkInterface: found.NetworkInterfaceId ?? "",
      privateDns: "",
      privateIp: found.PrivateIpAddress ?? "",
      ptrRecord: "",
      publicDns: `ec2-${publicName}.${context.region === "us-east-1" ? "compute-1" : `${context.region}.compute`}.amazonaws.com`,
      publicIp: found.PublicIp,
      tagsAll: tagMap(found.Tags),
    };
  },
  async update(context, id, { olds, news, changed }) {
    const ec2 = await context.ec2();
    if (news.networkInterface !== undefined && changed("networkInterface")) {
      if (olds.associationId) await ec2.disassociateAddress({ AssociationId: String(olds.associationId) });
      await ec2.associateAddress({ AllocationId: id, NetworkInterfaceId: news.networkInterface });
    }
    await updateTags(ec2, id, olds.tagsAll, news.tagsAll);
  },
  async delete(context, id) {
    const ec2 = await context.ec2();
    const found = (await ec2.describeAddresses({ AllocationIds: [id] })).Addresses?.[0];
    if (found?.AssociationId) await ec2.disassociateAddress({ AssociationId: found.AssociationId });
    await ec2.releaseAddress({ AllocationId: id });
  },
});

/** Ways out of a VPC. */
export const gatewayResources: readonly AnyDefinition[] = [internetGateway, natGateway, eip];
