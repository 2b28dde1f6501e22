/** Network isolation by reachability: what the job's subnets and groups can really reach, judged over joined resources. */
import { egressOf } from "./egress";
import { isPrivate, parseCidr, opensToTheWorld } from "./cidr";
import { inParts, listSetting } from "./judge";
import type { PolicyRule } from "./model";
import { stackIn, type StackView } from "./stack";
import type { Reader, Subject } from "./subject";
import { SUBNETS, VPCS, VPC_JOBS } from "./tokens";
import * as topology from "./topology";

const ISOLATION = { "NIST 800-53": ["AC-4", "SC-7"], "SOC 2": ["CC6.6"], "OWASP LLM Top 10": ["LLM02"] };

const noWayOut: PolicyRule = {
  id: "job-subnets-have-no-way-out",
  family: "network",
  severity: "critical",
  level: "mandatory",
  title: "The route tables that hold for a job's subnets lead through no gateway",
  threat: "A peering, a transit gateway or a NAT takes training data where no endpoint policy looks.",
  remediation: {
    text: "Associate the job's subnets with a route table that has the local route only.",
    code: `new aws.ec2.RouteTableAssociation("private", { subnetId: subnet.id, routeTableId: tableWithoutRoutes.id });`,
  },
  frameworks: ISOLATION,
  replaces: [],
  appliesTo: VPC_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: {
    allowedDestinations: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "CIDR blocks to which a gateway may lead, written as in the route. Default: none.",
    },
  },
  *judge(job, context) {
    const stack = stackIn(context.stack);
    const allowed = new Set(listSetting(context, "allowedDestinations"));
    yield* inParts(topology.subnetsOf(job, stack), function* (subnet) {
      const tables = topology.tablesOf(subnet, stack);
      for (const place of tables.flatMap((table) => topology.propagatedTo(table, stack))) {
        yield `From subnet ${subnet.name}, ${place} brings in the routes of a private gateway.`;
      }
      for (const route of tables.flatMap((table) => topology.routesOf(table, stack))) {
        if (route.gateway === undefined || leadsToTheWorld(route)) continue;
        const to = route.destinations.map((destination) => destination.string() ?? "");
        if (to.every((destination) => allowed.has(destination))) continue;
        yield `From subnet ${subnet.name}, ${route.place} leads to ${to.join(", ")} through ${route.gateway}.`;
      }
    });
  },
};

const ATTACHED: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/internetGateway:InternetGateway": ["vpcId"],
  "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment": ["vpcId"],
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": ["vpcId"],
  "aws:ec2/carrierGateway:CarrierGateway": ["vpcId"],
  "aws:ec2/vpnGateway:VpnGateway": ["vpcId"],
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": ["vpcId", "peerVpcId"],
  "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": ["vpcId", "peerVpcId"],
  "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment": ["vpcId"],
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": ["vpcId"],
  "aws:networkmanager/vpcAttachment:VpcAttachment": ["vpcArn"],
  "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation": ["vpcIdentifier"],
  "aws:ec2clientvpn/networkAssociation:NetworkAssociation": ["subnetId"],
  "aws:ec2/natGateway:NatGateway": ["subnetId"],
};

const noGateway: PolicyRule = {
  id: "job-network-has-no-gateway",
  family: "network",
  severity: "high",
  level: "mandatory",
  title: "No gateway is attached to the VPC in which a job runs",
  threat: "With a gateway in place, one route is all that stands between the training data and the internet.",
  remediation: {
    text: "Give the job a VPC of its own, without gateways, and reach AWS services through endpoints.",
    code: `new aws.ec2.Vpc("training", { cidrBlock: "10.0.0.0/16", enableDnsSupport: true, enableDnsHostnames: true });`,
  },
  frameworks: ISOLATION,
  replaces: ["vpc_igw_attached_to_authorized_vpc"],
  appliesTo: Object.keys(ATTACHED),
  phase: "stack",
  onlyWithBedrock: true,
  *judge(gateway, context) {
    const stack = stackIn(context.stack);
    const vpcs = topology.jobVpcs(stack);
    for (const property of ATTACHED[gateway.type] ?? []) {
      if (property !== "subnetId") {
        if (topology.vpcOf(gateway, property, stack).some((vpc) => vpcs.has(vpc))) {
          yield `${property} is the VPC of a job.`;
        }
        continue;
      }
      const subnets = topology.pointed(gateway, property, gateway.at(property), SUBNETS, stack);
      if (subnets.some((subnet) => topology.vpcOf(subnet, "vpcId", stack).some((vpc) => vpcs.has(vpc)))) {
        yield `${property} lies in the VPC of a job.`;
      }
    }
  },
};

const groupsNarrow: PolicyRule = {
  id: "job-groups-reach-endpoints-only",
  family: "network",
  severity: "high",
  level: "mandatory",
  title: "The security groups of a job let out TLS to groups, prefix lists and private ranges, and nothing else",
  threat: "Any other port is a tunnel: DNS, SSH or a database takes data out of the network unseen.",
  remediation: {
    text: "Allow tcp 443 to the group of the endpoints and to the prefix list of S3 only.",
    code: `new aws.vpc.SecurityGroupEgressRule("endpoints", { securityGroupId: jobGroup.id, ipProtocol: "tcp", fromPort: 443, toPort: 443,
  referencedSecurityGroupId: endpointGroup.id });`,
  },
  frameworks: ISOLATION,
  replaces: ["SECURITY_GROUP_EGRESS_ALL_PROTOCOLS", "SECURITY_GROUP_EGRESS_PORT_RANGE"],
  appliesTo: VPC_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(job, context) {
    const stack = stackIn(context.stack);
    yield* inParts(topology.groupsOf(job, stack), (group) =>
      inParts(egressOf(group, stack), function* (rule) {
        if (rule.inside || rule.ranges.some(isOpen)) return;
        const [protocol, from, to] = [rule.protocol.string() ?? "", rule.from.number(), rule.to.number()];
        if (!(protocol === "tcp" || protocol === "6") || from !== 443 || to !== 443) {
          yield `${rule.place} lets out ${protocol} ${from ?? "any"}-${to ?? "any"}; only tcp 443 is allowed.`;
        }
        const strange = rule.ranges.flatMap((range) => range.strings()).filter((text) => !isPrivateText(text));
        if (strange.length > 0) yield `${rule.place} lets out to ${strange.join(", ")}, which is not private.`;
      }),
    );
  },
};

const defaultGroupClosed: PolicyRule = {
  id: "default-security-group-is-closed",
  family: "network",
  severity: "medium",
  level: "mandatory",
  title: "The default security group of the VPC has no rule",
  threat: "What is started without naming a group lands in the default one, which is open by default.",
  remediation: {
    text: "Take the default group over, without rules.",
    code: `new aws.ec2.DefaultSecurityGroup("closed", { vpcId: vpc.id, ingress: [], egress: [] });`,
  },
  frameworks: { ...ISOLATION, "AWS FSBP": ["EC2.2"] },
  replaces: ["CKV2_AWS_12", "AWS-0173", "VPCDefaultSecurityGroupClosed", "ec2_securitygroup_default_restrict_traffic"],
  appliesTo: VPCS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(vpc, context) {
    if (topology.isApartFromJobs(vpc, stackIn(context.stack))) return;
    const types = ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"];
    const groups = stackIn(context.stack).belongingTo(vpc, topology.join(types, "vpcId", VPCS));
    if (groups.length === 0) yield "The default security group of the VPC keeps the rules that AWS gives it.";
    yield* inParts(groups, function* (group) {
      for (const direction of ["ingress", "egress"] as const) {
        const count = group.at(direction).list().length;
        if (count > 0) yield `${direction} of ${group.name} has ${count} rules; none is allowed.`;
      }
    });
  },
};

const privateAddresses: PolicyRule = {
  id: "subnets-give-no-public-address",
  family: "network",
  severity: "high",
  level: "mandatory",
  title: "A subnet gives no public address to what starts in it",
  threat: "A public address makes a machine in a private place reachable as soon as a route exists.",
  remediation: {
    text: "Leave mapPublicIpOnLaunch out, or set it to false.",
    code: `new aws.ec2.Subnet("private", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24", mapPublicIpOnLaunch: false });`,
  },
  frameworks: { ...ISOLATION, "AWS FSBP": ["EC2.15"] },
  replaces: ["CKV_AWS_130", "AWS-0164", "VPCSubnetAutoAssignPublicIpDisabled", "vpc_subnet_no_public_ip_by_default"],
  appliesTo: SUBNETS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(subnet, context) {
    if (topology.isApartFromJobs(subnet, stackIn(context.stack))) return;
    if (subnet.at("mapPublicIpOnLaunch").isTrue()) yield "mapPublicIpOnLaunch is true.";
  },
};

const endpointsPresent: PolicyRule = {
  id: "job-network-has-its-endpoints",
  family: "network",
  severity: "high",
  level: "mandatory",
  title: "The VPC of a job has the endpoints that the job needs, where its subnets can reach them",
  threat: "Without an endpoint somebody opens a way to the internet, so that the job works.",
  remediation: {
    text: "Add the endpoint: a gateway to each route table of the job's subnets, an interface in two subnets or more.",
    code: `new aws.ec2.VpcEndpoint("s3", { vpcId: vpc.id, vpcEndpointType: "Gateway", serviceName: \`com.amazonaws.\${region}.s3\`,
  routeTableIds: [table.id] });`,
  },
  frameworks: ISOLATION,
  replaces: ["bedrock_vpc_endpoints_configured", "vpc_endpoint_multi_az_enabled"],
  appliesTo: VPC_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: {
    services: {
      type: "array",
      items: { type: "string" },
      default: ["s3", "kms"],
      description: "Services that the job's VPC needs, as the last part of the endpoint's service name.",
    },
  },
  *judge(job, context) {
    const stack = stackIn(context.stack);
    const subnets = topology.subnetsOf(job, stack);
    const vpcs = new Set(subnets.flatMap((subnet) => topology.vpcOf(subnet, "vpcId", stack)));
    if (vpcs.size === 0) return;
    const endpoints = topology.endpointsIn(vpcs, stack);
    yield* inParts(listSetting(context, "services"), function* (service) {
      const serving = endpoints.filter((endpoint) => endpoint.at("serviceName").string()?.endsWith(`.${service}`));
      if (serving.length === 0) yield `The VPC of the job has no endpoint for ${service}.`;
      for (const endpoint of serving) yield* misplaced(endpoint, subnets, stack);
    });
  },
};

/** The network policies that follow connections between resources. */
export const reachability: readonly PolicyRule[] = [
  noWayOut,
  noGateway,
  groupsNarrow,
  defaultGroupClosed,
  privateAddresses,
  endpointsPresent,
];

/** Public ranges as wide as this are found by the policies on routes and groups; here they are not found twice. */
const WIDE = 24;

function isOpen(range: Reader): boolean {
  return range.strings().some((text) => {
    const cidr = parseCidr(text);
    return cidr !== undefined && opensToTheWorld(cidr, WIDE);
  });
}

function isPrivateText(text: string): boolean {
  const cidr = parseCidr(text);
  return cidr !== undefined && isPrivate(cidr);
}

function leadsToTheWorld(route: topology.Route): boolean {
  return route.destinations.some(isOpen);
}

/** What speaks against an endpoint serving all the given subnets. */
function* misplaced(endpoint: Subject, subnets: readonly Subject[], stack: StackView): Generator<string> {
  if ((endpoint.at("vpcEndpointType").string() ?? "Gateway") === "Interface") {
    const placed = stack.dependencies(endpoint, "subnetIds", SUBNETS);
    const count = placed.length > 0 ? placed.length : endpoint.at("subnetIds").list().length;
    // How many subnets a job must have is another policy's business.
    const required = subnets.length === 1 ? 1 : 2;
    if (count < required) yield `Endpoint ${endpoint.name} is in ${count} subnets; at least ${required} are required.`;
    return;
  }
  const types = ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"];
  const associated = stack
    .belongingTo(endpoint, {
      types: ["aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"],
      property: "vpcEndpointId",
      ownerTypes: [endpoint.type],
      identities: ["id"],
    })
    .flatMap((association) =>
      topology.pointed(association, "routeTableId", association.at("routeTableId"), types, stack),
    );
  const tables = new Set([
    ...topology.pointed(endpoint, "routeTableIds", endpoint.at("routeTableIds"), types, stack),
    ...associated,
  ]);
  const unmanaged = subnets.filter((subnet) => topology.tablesOf(subnet, stack).length === 0);
  // The main table of a VPC is no resource of the stack; an endpoint can be in it all the same.
  const pointers = endpoint.raw.dependenciesOf("routeTableIds");
  const isInMain = stack.ofTypes(VPCS).some(({ urn }) => pointers.includes(urn));
  if (unmanaged.length > 0 && unmanaged.length < subnets.length && !isInMain) {
    yield `Endpoint ${endpoint.name} is not reached from ${unmanaged.map(({ name }) => name).join(", ")}: no route table of the stack is associated.`;
  }
  const missing = new Set(subnets.flatMap((subnet) => topology.tablesOf(subnet, stack)));
  for (const table of missing) {
    if (!tables.has(table))
      yield `Endpoint ${endpoint.name} is not in route table ${table.name}, which a subnet of the job uses.`;
  }
}
