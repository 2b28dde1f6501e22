import { allow, bucketOf, id, vpcOf, type Fixture } from "./fixture";
import type { Engine } from "./engine";

const groupOf = (engine: Engine, vpcId: string): Promise<string> =>
  id(engine, "aws:ec2/securityGroup:SecurityGroup", { vpcId });
const subnetOf = (engine: Engine, vpcId: string, cidrBlock = "10.0.1.0/24"): Promise<string> =>
  id(engine, "aws:ec2/subnet:Subnet", { vpcId, cidrBlock });
const tableOf = (engine: Engine, vpcId: string): Promise<string> =>
  id(engine, "aws:ec2/routeTable:RouteTable", { vpcId });
const gatewayOf = (engine: Engine, vpcId: string): Promise<string> =>
  id(engine, "aws:ec2/internetGateway:InternetGateway", { vpcId });
const https = { fromPort: 443, toPort: 443, protocol: "tcp" };

/** Fixtures of the network types. */
export const ec2Fixtures: readonly Fixture[] = [
  {
    type: "aws:ec2/vpc:Vpc",
    inputs: () => Promise.resolve({ cidrBlock: "10.1.0.0/16", enableDnsHostnames: true, tags: { Name: "a" } }),
    change: { enableDnsHostnames: false, enableDnsSupport: false, tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/subnet:Subnet",
    inputs: async (engine) => ({
      vpcId: (await vpcOf(engine)).id,
      cidrBlock: "10.0.2.0/24",
      availabilityZone: "us-east-1b",
      tags: { Name: "a" },
    }),
    change: { mapPublicIpOnLaunch: true, tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/routeTable:RouteTable",
    inputs: async (engine) => {
      const vpcId = (await vpcOf(engine)).id;
      return {
        vpcId,
        routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: await gatewayOf(engine, vpcId) }],
        tags: { Name: "a" },
      };
    },
    change: { routes: [], tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/defaultRouteTable:DefaultRouteTable",
    inputs: async (engine) => ({
      defaultRouteTableId: (await vpcOf(engine)).outputs.defaultRouteTableId,
      routes: [],
      tags: { Name: "a" },
    }),
    change: { tags: { Name: "b" } },
    importId: (kept) => String(kept.outputs.vpcId),
    outlives: true,
  },
  {
    type: "aws:ec2/route:Route",
    inputs: async (engine) => {
      const vpcId = (await vpcOf(engine)).id;
      return {
        routeTableId: await tableOf(engine, vpcId),
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: await gatewayOf(engine, vpcId),
      };
    },
    importId: ({ outputs }) => `${String(outputs.routeTableId)}_0.0.0.0/0`,
  },
  {
    type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    inputs: async (engine) => {
      const vpcId = (await vpcOf(engine)).id;
      return { routeTableId: await tableOf(engine, vpcId), subnetId: await subnetOf(engine, vpcId) };
    },
    importId: ({ outputs }) => `${String(outputs.subnetId)}/${String(outputs.routeTableId)}`,
  },
  {
    type: "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
    inputs: async (engine) => {
      const vpcId = (await vpcOf(engine)).id;
      return { vpcId, routeTableId: await tableOf(engine, vpcId) };
    },
    importId: false,
    outlives: true,
  },
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    inputs: async (engine) => ({
      vpcId: (await vpcOf(engine)).id,
      ingress: [
        { ...https, cidrBlocks: ["10.0.1.0/24", "10.0.0.0/24"], description: "https" },
        { ...https, self: true },
      ],
      egress: [{ fromPort: 0, toPort: 0, protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }],
      tags: { Name: "a" },
    }),
    change: { ingress: [{ ...https, cidrBlocks: ["10.0.1.0/24"] }], egress: [], tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    inputs: async (engine) => ({ vpcId: (await vpcOf(engine)).id, tags: { Name: "a" } }),
    change: { ingress: [{ ...https, self: true }] },
    outlives: true,
  },
  {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    inputs: async (engine) => ({
      securityGroupId: await groupOf(engine, (await vpcOf(engine)).id),
      cidrIpv4: "10.0.0.0/16",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "first",
      tags: { Name: "a" },
    }),
    change: { cidrIpv4: "10.0.1.0/24", description: "second", tags: { Name: "b" } },
  },
  {
    type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    inputs: async (engine) => {
      const vpcId = (await vpcOf(engine)).id;
      return {
        securityGroupId: await groupOf(engine, vpcId),
        referencedSecurityGroupId: await groupOf(engine, vpcId),
        ipProtocol: "-1",
      };
    },
    change: { tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/securityGroupRule:SecurityGroupRule",
    inputs: async (engine) => ({
      securityGroupId: await groupOf(engine, (await vpcOf(engine)).id),
      type: "ingress",
      ...https,
      cidrBlocks: ["10.0.0.0/24", "10.0.1.0/24"],
      description: "first",
    }),
    change: { description: "second" },
    importId: ({ outputs }) => `${String(outputs.securityGroupId)}_ingress_tcp_443_443_10.0.0.0/24_10.0.1.0/24`,
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    inputs: async (engine) => {
      const vpcId = (await vpcOf(engine)).id;
      return {
        vpcId,
        serviceName: "com.amazonaws.us-east-1.bedrock-runtime",
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: [await subnetOf(engine, vpcId)],
        securityGroupIds: [await groupOf(engine, vpcId)],
        policy: allow("bedrock:InvokeModel"),
        tags: { Name: "a" },
      };
    },
    change: { policy: allow("bedrock:*"), tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/internetGateway:InternetGateway",
    inputs: async (engine) => ({ vpcId: (await vpcOf(engine)).id, tags: { Name: "a" } }),
    change: async (engine) => ({ vpcId: (await vpcOf(engine)).id, tags: { Name: "b" } }),
  },
  {
    type: "aws:ec2/natGateway:NatGateway",
    inputs: async (engine) => ({
      subnetId: await subnetOf(engine, (await vpcOf(engine)).id),
      allocationId: await id(engine, "aws:ec2/eip:Eip", { domain: "vpc" }),
      tags: { Name: "a" },
    }),
    change: { tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/eip:Eip",
    inputs: () => Promise.resolve({ domain: "vpc", tags: { Name: "a" } }),
    change: { tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/flowLog:FlowLog",
    inputs: async (engine) => ({
      vpcId: (await vpcOf(engine)).id,
      logDestinationType: "s3",
      logDestination: `arn:aws:s3:::${await bucketOf(engine)}`,
      trafficType: "ALL",
      maxAggregationInterval: 60,
      tags: { Name: "a" },
    }),
    change: { tags: { Name: "b" } },
  },
  {
    type: "aws:ec2/networkAcl:NetworkAcl",
    inputs: async (engine) => {
      const vpcId = (await vpcOf(engine)).id;
      return {
        vpcId,
        subnetIds: [await subnetOf(engine, vpcId)],
        ingress: [{ ...https, ruleNo: 100, action: "allow", cidrBlock: "10.0.0.0/16" }],
        egress: [{ fromPort: 0, toPort: 0, protocol: "-1", ruleNo: 100, action: "deny", cidrBlock: "0.0.0.0/0" }],
        tags: { Name: "a" },
      };
    },
    change: { subnetIds: [], ingress: [], tags: { Name: "b" } },
  },
];
