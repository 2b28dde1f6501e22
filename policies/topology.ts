/** How the network of a customization job hangs together: its subnets, their VPC, and the route tables that hold for them. */
import { customizationOf } from "./customization";
import type { Join, StackView } from "./stack";
import { Unjudgeable, type Reader, type Subject } from "./subject";
import { ENDPOINTS, SUBNETS, VPCS, VPC_JOBS } from "./tokens";

const TABLES = ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"] as const;
const ASSOCIATIONS = ["aws:ec2/routeTableAssociation:RouteTableAssociation"] as const;
const MAIN_ASSOCIATIONS = ["aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"] as const;

/** Properties of a route that name where it leads. A gateway endpoint is none of them; routes with a range through an endpoint are. */
const GATEWAYS = [
  "gatewayId",
  "natGatewayId",
  "egressOnlyGatewayId",
  "transitGatewayId",
  "carrierGatewayId",
  "vpcPeeringConnectionId",
  "networkInterfaceId",
  "localGatewayId",
  "coreNetworkArn",
  "odbNetworkArn",
  "instanceId",
] as const;

/** A route, in a table or as a resource of its own. */
export interface Route {
  /** Property that names the gateway, e.g. `natGatewayId`; `undefined` for a route that stays inside. */
  readonly gateway: string | undefined;
  readonly destinations: readonly Reader[];
  /** For messages. */
  readonly place: string;
}

/**
 * The resources to which a list of ids, or one id, points: by dependency, else by value.
 *
 * @param property Property of the holder in whose dependencies they are looked for.
 * @throws Unjudgeable when no dependency tells and the ids are not known yet.
 */
export function pointed(
  holder: Subject,
  property: string,
  ids: Reader,
  types: readonly string[],
  stack: StackView,
): Subject[] {
  const direct = stack.dependencies(holder, property, types);
  if (direct.length > 0) return direct;
  const wanted = new Set(ids.strings());
  return stack.ofTypes(types).filter((candidate) => wanted.has(String(candidate.raw.property("id"))));
}

/** The subnets of a customization job that are in the stack. */
export function subnetsOf(job: Subject, stack: StackView): Subject[] {
  const { vpc } = customizationOf(job);
  return vpc.exists ? pointed(job, vpc.path, idsIn(vpc, "subnetIds"), SUBNETS, stack) : [];
}

/** The security groups of a customization job that are in the stack. */
export function groupsOf(job: Subject, stack: StackView): Subject[] {
  const { vpc } = customizationOf(job);
  const types = ["aws:ec2/securityGroup:SecurityGroup"];
  return vpc.exists ? pointed(job, vpc.path, idsIn(vpc, "securityGroupIds"), types, stack) : [];
}

/** The VPC of something, as the URN of a resource of the stack, else as its id. */
export function vpcOf(holder: Subject, property: string, stack: StackView): string[] {
  const reader = holder.at(property);
  if (!reader.exists) return [];
  const vpcs = pointed(holder, property, reader, VPCS, stack);
  return vpcs.length > 0 ? vpcs.map(({ urn }) => urn) : reader.strings();
}

/** The VPCs in which the jobs of the stack have their network interfaces. */
export function jobVpcs(stack: StackView): Set<string> {
  const subnets = stack.ofTypes(VPC_JOBS).flatMap((job) => subnetsOf(job, stack));
  return new Set(subnets.flatMap((subnet) => vpcOf(subnet, "vpcId", stack)));
}

/** Where the jobs of a stack run, found once for each view of it. */
const places = new WeakMap<StackView, ReadonlySet<string> | undefined>();

/**
 * Whether something certainly lies in another VPC than the jobs of the stack: a web application in a network
 * of its own is not held to what the training data needs. A stack that only serves a model has no such place at all.
 *
 * @param ways Properties that lead to the VPC, one after another, e.g. `routeTableId` and then `vpcId`.
 */
export function isApartFromJobs(subject: Subject, stack: StackView, ...ways: readonly Way[]): boolean {
  try {
    if (stack.ofTypes(VPC_JOBS).length === 0) return !stack.customizesModels;
    if (!places.has(stack)) places.set(stack, jobVpcs(stack));
    const jobs = places.get(stack);
    if (jobs === undefined || jobs.size === 0) return false;
    let holders = [subject];
    for (const [property, types] of ways) {
      if (holders.every((holder) => !holder.at(property).exists)) continue;
      holders = holders.flatMap((holder) => pointed(holder, property, holder.at(property), types, stack));
    }
    const own = holders.flatMap((holder) =>
      VPCS.some((type) => type === holder.type) ? [holder.urn] : vpcOf(holder, "vpcId", stack),
    );
    // A VPC of the stack whose id is not known cannot be told from one that is named by its id.
    const kinds = new Set([...own, ...jobs].map((vpc) => vpc.startsWith("urn:")));
    return own.length > 0 && kinds.size === 1 && !own.some((vpc) => jobs.has(vpc));
  } catch (error) {
    // What may be in the jobs' network is judged as if it were.
    if (error instanceof Unjudgeable) return false;
    throw error;
  }
}

/** A property, and the types of what it points at. */
type Way = readonly [property: string, types: readonly string[]];

/** From a rule to its group. */
export const TO_GROUP: Way = ["securityGroupId", ["aws:ec2/securityGroup:SecurityGroup"]];

/** From a route to its table. */
export const TO_TABLE: Way = ["routeTableId", TABLES];

/** The route tables that hold for a subnet: the associated one, else the main one, if the stack has it. */
export function tablesOf(subnet: Subject, stack: StackView): Subject[] {
  const associated = stack
    .belongingTo(subnet, join(ASSOCIATIONS, "subnetId", SUBNETS))
    .flatMap((association) => tableOf(association, stack));
  if (associated.length > 0) return associated;
  const [vpc] = pointed(subnet, "vpcId", subnet.at("vpcId"), VPCS, stack);
  if (vpc === undefined) return [];
  const main = stack.belongingTo(vpc, join(MAIN_ASSOCIATIONS, "vpcId", VPCS));
  const replaced = main.flatMap((association) => tableOf(association, stack));
  if (replaced.length > 0) return replaced;
  return stack.ofTypes(["aws:ec2/defaultRouteTable:DefaultRouteTable"]).filter((table) => {
    const property = "defaultRouteTableId";
    if (stack.dependencies(table, property, VPCS).includes(vpc)) return true;
    const id = table.raw.property(property);
    return typeof id === "string" && id === vpc.raw.property(property);
  });
}

/** All routes of a table: those inside it and those that are resources of their own. */
export function routesOf(table: Subject, stack: StackView): Route[] {
  const inline = table.at("routes").list();
  const split = stack.belongingTo(table, join(["aws:ec2/route:Route"], "routeTableId", TABLES));
  return [
    ...inline.map((route) => routeAt((...names) => route.at(...names), `${route.path} of ${table.name}`)),
    ...split.map((route) => routeAt((...names) => route.at(...names), route.name)),
  ];
}

/** A route, read through the given way to its properties. */
export function routeAt(at: (...names: [string, ...string[]]) => Reader, place: string): Route {
  const gateway = GATEWAYS.find((name) => {
    const reader = at(name);
    // Outputs show what is not there as empty text; `local` and a gateway endpoint stay inside the VPC.
    return (
      reader.exists && reader.value !== "" && !/^(?:local|vpce-)/.test(String(reader.isUnknown ? "" : reader.value))
    );
  });
  const isThere = (reader: Reader): boolean => reader.exists && reader.value !== "";
  const ranges = [at("cidrBlock", "destinationCidrBlock"), at("ipv6CidrBlock", "destinationIpv6CidrBlock")].filter(
    isThere,
  );
  // A range, as opposed to a prefix list of AWS, leads through an endpoint to an appliance of whoever offers it.
  const throughEndpoint = ranges.length > 0 && isThere(at("vpcEndpointId")) ? "vpcEndpointId" : undefined;
  return {
    gateway: gateway ?? throughEndpoint,
    destinations: [...ranges, at("destinationPrefixListId")].filter(isThere),
    place,
  };
}

/** What speaks of a table that takes over the routes of a private gateway: the resources and properties that say so. */
export function propagatedTo(table: Subject, stack: StackView): string[] {
  const inline = table.at("propagatingVgws").list();
  const type = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation";
  const split = stack.belongingTo(table, join([type], "routeTableId", TABLES));
  return [...inline.map(({ path }) => `${path} of ${table.name}`), ...split.map(({ name }) => name)];
}

/** The VPC endpoints in a set of VPCs. */
export function endpointsIn(vpcs: ReadonlySet<string>, stack: StackView): Subject[] {
  return stack.ofTypes(ENDPOINTS).filter((endpoint) => vpcOf(endpoint, "vpcId", stack).some((vpc) => vpcs.has(vpc)));
}

/** A join with an owner by its id. */
export function join(types: readonly string[], property: string, ownerTypes: readonly string[]): Join {
  return { types, property, ownerTypes, identities: ["id"] };
}

function tableOf(association: Subject, stack: StackView): Subject[] {
  return pointed(association, "routeTableId", association.at("routeTableId"), TABLES, stack);
}

/** A list inside a value; while the whole is not known yet, the whole, whose dependencies tell. */
function idsIn(container: Reader, list: string): Reader {
  return container.isUnknown ? container : container.at(list);
}
