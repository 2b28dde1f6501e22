/** Examples of the network policies that follow connections between resources. */
import { environment } from "./environment";
import { changed, detached, pick, without, type Examples } from "./example";

const subnets = ["subnet-1", "subnet-1-routes", "subnet-2", "subnet-2-routes"];
const routed = pick(environment, "job", "vpc", "routes", ...subnets);
const grouped = pick(environment, "job", "job-group", "to-s3");
const vpc = pick(environment, "job", "vpc", "default-group");
const reached = pick(environment, "job", "vpc", "routes", ...subnets, "s3-endpoint", "kms-endpoint");
const toPartner = { cidrBlock: "10.9.0.0/16" };
const gateway = { type: "aws:ec2/internetGateway:InternetGateway", name: "gateway" };
const nat = { type: "aws:ec2/natGateway:NatGateway", name: "nat", properties: { subnetId: "subnet-0bbb" } };

/** Examples by policy. */
export const reachabilityExamples: Readonly<Record<string, Examples>> = {
  "job-subnets-have-no-way-out": {
    good: routed,
    bad: [
      changed(routed, "routes", "routes", [{ ...toPartner, transitGatewayId: "tgw-0aaa" }]),
      changed(routed, "routes", "routes", [{ ...toPartner, vpcPeeringConnectionId: "pcx-0aaa" }]),
      changed(routed, "routes", "routes", [{ destinationPrefixListId: "pl-0bbb", natGatewayId: "nat-0aaa" }]),
    ],
  },
  "job-network-has-no-gateway": {
    good: [...routed, { ...gateway, properties: { vpcId: "vpc-0other" } }],
    bad: [
      [...routed, { ...gateway, properties: { vpcId: "vpc-0aaa" } }],
      [...routed, nat],
    ],
  },
  "job-groups-reach-endpoints-only": {
    good: grouped,
    bad: [
      changed(grouped, "to-s3", "toPort", 65535),
      changed(grouped, "to-s3", "ipProtocol", "udp"),
      changed(changed(grouped, "to-s3", "prefixListId", undefined), "to-s3", "cidrIpv4", "203.0.113.7/32"),
      changed(grouped, "job-group", "egress", [
        { protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["10.0.0.0/16"] },
      ]),
    ],
  },
  "default-security-group-is-closed": {
    good: vpc,
    bad: [
      without(vpc, "default-group"),
      changed(vpc, "default-group", "egress", [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }]),
    ],
  },
  "subnets-give-no-public-address": {
    good: routed,
    bad: [changed(routed, "subnet-2", "mapPublicIpOnLaunch", true)],
  },
  "job-network-has-its-endpoints": {
    good: reached,
    bad: [
      without(reached, "kms-endpoint"),
      detached(reached, "s3-endpoint", "routeTableIds", []),
      detached(reached, "kms-endpoint", "subnetIds", ["subnet-0aaa"]),
      detached(reached, "s3-endpoint", "vpcId", "vpc-0other"),
    ],
  },
};
