/**
 * The network of a job as the emulator describes it: how traffic from each subnet reaches S3 and KMS, and whether the security
 * groups let it through.
 */
import type { IpPermission, Route, RouteTable, SecurityGroup, VpcEndpoint } from "@aws-sdk/client-ec2";
import { type SourcedPolicy } from "../../iam";
import { type Emulator } from "./emulator";
import { errorName } from "./errors";
import { type VpcConfig } from "./requests";

/** How a call leaves the job. */
export type Path =
  | { kind: "service" }
  | { kind: "internet"; vpcId: string }
  | { kind: "endpoint"; vpcId: string; endpointId: string; policy?: SourcedPolicy }
  | { kind: "blocked"; reason: string };

/** One subnet of the job. */
export interface SubnetFacts {
  id: string;
  arn: string;
  s3: Path;
  kms: Path;
}

/** The network of a job. */
export interface NetworkFacts {
  vpcId: string;
  subnets: SubnetFacts[];
  securityGroupIds: string[];
}

/** HTTPS, the only port that the service uses. */
const PORT = 443;

/**
 * Reads the network of a job.
 *
 * @returns the facts, or a sentence that says what is wrong with the configuration
 */
export async function readNetwork(
  emulator: Emulator,
  where: { region: string; account: string; partition: string },
  config: VpcConfig,
): Promise<NetworkFacts | string> {
  const sdk = await import("@aws-sdk/client-ec2");
  const ec2 = await emulator.ec2(where.region);
  try {
    const { Subnets = [] } = await ec2.send(new sdk.DescribeSubnetsCommand({ SubnetIds: config.subnetIds }));
    const vpcId = Subnets[0]?.VpcId;
    if (vpcId === undefined || Subnets.some((subnet) => subnet.VpcId !== vpcId)) {
      return `The subnets ${config.subnetIds.join(", ")} are not all in the same VPC.`;
    }
    const inVpc = [{ Name: "vpc-id", Values: [vpcId] }];
    const { SecurityGroups = [] } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({ Filters: inVpc }));
    const { RouteTables = [] } = await ec2.send(new sdk.DescribeRouteTablesCommand({ Filters: inVpc }));
    const { VpcEndpoints = [] } = await ec2.send(new sdk.DescribeVpcEndpointsCommand({ Filters: inVpc }));
    const { PrefixLists = [] } = await ec2.send(new sdk.DescribePrefixListsCommand({}));
    const foreign = config.securityGroupIds.filter((id) => !SecurityGroups.some((group) => group.GroupId === id));
    if (foreign.length > 0) return `The security groups ${foreign.join(", ")} do not exist in VPC ${vpcId}.`;

    const kmsEndpoint = VpcEndpoints.find(
      (endpoint) =>
        endpoint.ServiceName?.endsWith(`.${where.region}.kms`) && endpoint.State?.toLowerCase() === "available",
    );
    const endpointSubnets = kmsEndpoint?.SubnetIds ?? [];
    const endpointCidrs =
      endpointSubnets.length === 0
        ? []
        : ((await ec2.send(new sdk.DescribeSubnetsCommand({ SubnetIds: endpointSubnets }))).Subnets ?? []).map(
            (subnet) => subnet.CidrBlock ?? "",
          );
    const groups = SecurityGroups.filter((group) => config.securityGroupIds.includes(group.GroupId ?? ""));
    const s3Prefix = PrefixLists.find((list) => list.PrefixListName?.endsWith(`.${where.region}.s3`))?.PrefixListId;

    return {
      vpcId,
      securityGroupIds: config.securityGroupIds,
      subnets: Subnets.map((subnet) => {
        const id = subnet.SubnetId ?? "";
        const table = routeTableOf(id, RouteTables);
        const kms =
          kmsEndpoint && kmsPath(vpcId, groups, subnet.CidrBlock ?? "", kmsEndpoint, endpointCidrs, SecurityGroups);
        return {
          id,
          arn: `arn:${where.partition}:ec2:${where.region}:${where.account}:subnet/${id}`,
          s3: s3Path(vpcId, id, table, VpcEndpoints, where.region, groups, s3Prefix),
          // Without an endpoint in the VPC the service reaches KMS from its own network.
          kms: kms ?? { kind: "service" },
        };
      }),
    };
  } catch (error) {
    if (/NotFound|Malformed/.test(errorName(error)))
      return `The VPC configuration names something that does not exist: ${String(error)}`;
    throw error;
  }
}

/** The route table of a subnet: its own association, else the main one of the VPC. */
export function routeTableOf(subnetId: string, tables: RouteTable[]): RouteTable | undefined {
  return (
    tables.find((table) => table.Associations?.some((association) => association.SubnetId === subnetId)) ??
    tables.find((table) => table.Associations?.some((association) => association.Main))
  );
}

function s3Path(
  vpcId: string,
  subnetId: string,
  table: RouteTable | undefined,
  endpoints: VpcEndpoint[],
  region: string,
  groups: SecurityGroup[],
  prefixList: string | undefined,
): Path {
  const endpoint = endpoints.find(
    (candidate) =>
      candidate.VpcEndpointType === "Gateway" &&
      candidate.ServiceName?.endsWith(`.${region}.s3`) &&
      candidate.RouteTableIds?.includes(table?.RouteTableId ?? "") &&
      candidate.State?.toLowerCase() === "available",
  );
  const internet = table?.Routes?.some(leadsToInternet) ?? false;
  if (!endpoint && !internet) {
    return {
      kind: "blocked",
      reason: `subnet ${subnetId} has no route to Amazon S3: route table ${table?.RouteTableId ?? "(none)"} has neither an S3 gateway endpoint nor a route to the internet`,
    };
  }
  const open = groups.some((group) =>
    (group.IpPermissionsEgress ?? []).some(
      (rule) =>
        allowsPort(rule) &&
        (rule.IpRanges?.some((range) => range.CidrIp === "0.0.0.0/0") === true ||
          (endpoint !== undefined && rule.PrefixListIds?.some((list) => list.PrefixListId === prefixList) === true)),
    ),
  );
  if (!open) {
    return {
      kind: "blocked",
      reason: `security group ${ids(groups)} does not allow outbound TCP port ${PORT} to Amazon S3`,
    };
  }
  return endpoint ? throughEndpoint(vpcId, endpoint) : { kind: "internet", vpcId };
}

function kmsPath(
  vpcId: string,
  groups: SecurityGroup[],
  jobCidr: string,
  endpoint: VpcEndpoint,
  endpointCidrs: string[],
  all: SecurityGroup[],
): Path {
  const endpointGroupIds = endpoint.Groups?.map((group) => group.GroupId ?? "") ?? [];
  const jobGroupIds = groups.map((group) => group.GroupId ?? "");
  const endpointGroups = all.filter((group) => endpointGroupIds.includes(group.GroupId ?? ""));
  const outbound = groups.some((group) =>
    (group.IpPermissionsEgress ?? []).some((rule) => allowsPeer(rule, endpointGroupIds, endpointCidrs)),
  );
  if (!outbound) {
    return {
      kind: "blocked",
      reason: `security group ${ids(groups)} does not allow outbound TCP port ${PORT} to the KMS endpoint ${endpoint.VpcEndpointId}`,
    };
  }
  const inbound = endpointGroups.some((group) =>
    (group.IpPermissions ?? []).some((rule) => allowsPeer(rule, jobGroupIds, [jobCidr])),
  );
  if (!inbound) {
    return {
      kind: "blocked",
      reason: `security group ${ids(endpointGroups)} of the KMS endpoint ${endpoint.VpcEndpointId} does not allow inbound TCP port ${PORT} from ${jobGroupIds.join(", ")}`,
    };
  }
  return throughEndpoint(vpcId, endpoint);
}

function throughEndpoint(vpcId: string, endpoint: VpcEndpoint): Path {
  const endpointId = endpoint.VpcEndpointId ?? "";
  return {
    kind: "endpoint",
    vpcId,
    endpointId,
    policy: endpoint.PolicyDocument
      ? { source: `policy of endpoint ${endpointId}`, document: endpoint.PolicyDocument }
      : undefined,
  };
}

const ids = (groups: SecurityGroup[]): string => groups.map((group) => group.GroupId).join(", ") || "(none)";

const leadsToInternet = (route: Route): boolean =>
  route.DestinationCidrBlock === "0.0.0.0/0" &&
  (route.NatGatewayId !== undefined ||
    route.GatewayId?.startsWith("igw-") === true ||
    route.TransitGatewayId !== undefined ||
    route.NetworkInterfaceId !== undefined);

/** True if a rule covers TCP on the port of HTTPS. */
export function allowsPort(rule: IpPermission): boolean {
  if (rule.IpProtocol === "-1") return true;
  return rule.IpProtocol === "tcp" && (rule.FromPort ?? 0) <= PORT && PORT <= (rule.ToPort ?? 65_535);
}

function allowsPeer(rule: IpPermission, groupIds: string[], cidrs: string[]): boolean {
  if (!allowsPort(rule)) return false;
  if (rule.UserIdGroupPairs?.some((pair) => groupIds.includes(pair.GroupId ?? ""))) return true;
  return cidrs.length > 0 && cidrs.every((cidr) => rule.IpRanges?.some((range) => covers(range.CidrIp ?? "", cidr)));
}

/** True if every IPv4 address of `inner` is in `outer`; both in CIDR notation. */
export function covers(outer: string, inner: string): boolean {
  const a = parseCidr(outer);
  const b = parseCidr(inner);
  if (!a || !b || a.bits > b.bits) return false;
  const size = 2 ** (32 - a.bits);
  return Math.floor(a.address / size) === Math.floor(b.address / size);
}

function parseCidr(text: string): { address: number; bits: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const octets = match.slice(1, 5).map(Number);
  return { address: octets.reduce((sum, octet) => sum * 256 + octet, 0), bits: Number(match[5]) };
}
