import { crc32 } from "node:zlib";
import type { CreateRouteRequest, EC2, Route, RouteTable } from "@aws-sdk/client-ec2";
import type { DefaultRouteTableArgs } from "@pulumi/aws/ec2/defaultRouteTable";
import type { RouteArgs } from "@pulumi/aws/ec2/route";
import type { RouteTableArgs } from "@pulumi/aws/ec2/routeTable";
import {
  property,
  resource,
  type AnyDefinition,
  type Context,
  type Failure,
  type Inputs,
  type PropertySpec,
} from "./definition";
import { ec2Arn, tagSpecifications, updateTags } from "./ec2-common";
import { isEmpty, same } from "./schema";
import { tagMap } from "./tags";
import type { Properties } from "./wire";

/** Where a route can lead: the property's name and what EC2 calls it. */
const targets = {
  carrierGatewayId: "CarrierGatewayId",
  coreNetworkArn: "CoreNetworkArn",
  egressOnlyGatewayId: "EgressOnlyInternetGatewayId",
  gatewayId: "GatewayId",
  localGatewayId: "LocalGatewayId",
  natGatewayId: "NatGatewayId",
  networkInterfaceId: "NetworkInterfaceId",
  transitGatewayId: "TransitGatewayId",
  vpcPeeringConnectionId: "VpcPeeringConnectionId",
} as const;

const unservedTarget = property.unsupported("the emulator does not route to it");

const inlineRoute: PropertySpec = property.object({
  ...Object.fromEntries(Object.keys(targets).map((name) => [name, property.string()])),
  cidrBlock: property.string(),
  destinationPrefixListId: property.string(),
  ipv6CidrBlock: property.string(),
  instanceId: unservedTarget,
  odbNetworkArn: unservedTarget,
  vpcEndpointId: unservedTarget,
});

/** A route table manages its routes only when the program lists them. */
const inlineRoutes = property.set(inlineRoute, { computed: true });

type Destination = Pick<
  CreateRouteRequest,
  "DestinationCidrBlock" | "DestinationIpv6CidrBlock" | "DestinationPrefixListId"
>;

function destinationOf(route: Properties): Destination {
  const text = (...names: string[]): string | undefined => {
    const value = names.map((name) => route[name]).find((item) => !isEmpty(item));
    return value === undefined ? undefined : String(value);
  };
  return {
    DestinationCidrBlock: text("cidrBlock", "destinationCidrBlock"),
    DestinationIpv6CidrBlock: text("ipv6CidrBlock", "destinationIpv6CidrBlock"),
    DestinationPrefixListId: text("destinationPrefixListId"),
  };
}

function targetOf(route: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(targets).flatMap(([name, member]) => (isEmpty(route[name]) ? [] : [[member, String(route[name])]])),
  );
}

function targetState(route: Route): Properties {
  const members = route as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(targets).flatMap(([name, member]) => (isEmpty(members[member]) ? [] : [[name, members[member]]])),
  );
}

/** Routes that the program can own: not the VPC's own, not those of a gateway endpoint, not propagated ones. */
function ownRoutes(table: RouteTable): Route[] {
  return (table.Routes ?? []).filter(
    ({ GatewayId, Origin, DestinationPrefixListId }) =>
      GatewayId !== "local" &&
      Origin !== "EnableVgwRoutePropagation" &&
      !(DestinationPrefixListId !== undefined && GatewayId?.startsWith("vpce-")),
  );
}

function inlineState(route: Route): Properties {
  return {
    ...targetState(route),
    ...(route.DestinationCidrBlock ? { cidrBlock: route.DestinationCidrBlock } : {}),
    ...(route.DestinationIpv6CidrBlock ? { ipv6CidrBlock: route.DestinationIpv6CidrBlock } : {}),
    ...(route.DestinationPrefixListId ? { destinationPrefixListId: route.DestinationPrefixListId } : {}),
  };
}

async function findTable(ec2: EC2, id: string): Promise<RouteTable | undefined> {
  return (await ec2.describeRouteTables({ RouteTableIds: [id] })).RouteTables?.[0];
}

async function setRoutes(ec2: EC2, RouteTableId: string, wanted: readonly Properties[]): Promise<void> {
  const table = await findTable(ec2, RouteTableId);
  const present = table ? ownRoutes(table).map(inlineState) : [];
  const isSame = (left: Properties) => (right: Properties) => same(inlineRoute, left, right);
  for (const route of present) {
    if (!wanted.some(isSame(route))) await ec2.deleteRoute({ RouteTableId, ...destinationOf(route) });
  }
  for (const route of wanted) {
    if (!present.some(isSame(route)))
      await ec2.createRoute({ RouteTableId, ...destinationOf(route), ...targetOf(route) });
  }
}

async function tableState(context: Context, table: RouteTable): Promise<Properties> {
  const id = table.RouteTableId ?? "";
  const owner = table.OwnerId ?? (await context.accountId());
  return {
    arn: await ec2Arn(context, "route-table", id, owner),
    ownerId: owner,
    vpcId: table.VpcId,
    routes: ownRoutes(table).map(inlineState),
    propagatingVgws: (table.PropagatingVgws ?? []).map(({ GatewayId }) => GatewayId),
    tagsAll: tagMap(table.Tags),
  };
}

const noPropagation = property.unsupported("the emulator has no route propagation");

const routeTable = resource<RouteTableArgs>({
  token: "aws:ec2/routeTable:RouteTable",
  tags: true,
  inputs: {
    propagatingVgws: noPropagation,
    routes: inlineRoutes,
    vpcId: property.string({ required: true, replace: true }),
  },
  outputs: ["arn", "ownerId"],
  async create(context, inputs, exists) {
    const ec2 = await context.ec2();
    const { RouteTable: created } = await ec2.createRouteTable({
      VpcId: inputs.vpcId,
      TagSpecifications: tagSpecifications("route-table", inputs.tagsAll),
    });
    const id = created?.RouteTableId ?? "";
    exists(id);
    if (inputs.routes) await setRoutes(ec2, id, inputs.routes as Properties[]);
    return id;
  },
  async read(context, id) {
    const table = await findTable(await context.ec2(), id);
    return table && tableState(context, table);
  },
  async update(context, id, { olds, news, changed }) {
    const ec2 = await context.ec2();
    if (news.routes && changed("routes")) await setRoutes(ec2, id, news.routes as Properties[]);
    await updateTags(ec2, id, olds.tagsAll, news.tagsAll);
  },
  async delete(context, id) {
    await (await context.ec2()).deleteRouteTable({ RouteTableId: id });
  },
});

const defaultRouteTable = resource<DefaultRouteTableArgs>({
  token: "aws:ec2/defaultRouteTable:DefaultRouteTable",
  tags: true,
  inputs: {
    defaultRouteTableId: property.string({ required: true, replace: true }),
    propagatingVgws: noPropagation,
    routes: inlineRoutes,
  },
  outputs: ["arn", "ownerId", "vpcId"],
  // The table is born with its VPC: creating adopts it and empties it, deleting only forgets it.
  async create(context, inputs, exists) {
    const ec2 = await context.ec2();
    const id = inputs.defaultRouteTableId;
    const table = await findTable(ec2, id);
    exists(id);
    await setRoutes(ec2, id, (inputs.routes ?? []) as Properties[]);
    await updateTags(ec2, id, tagMap(table?.Tags), inputs.tagsAll);
    return id;
  },
  async read(context, id) {
    const table = await findTable(await context.ec2(), id);
    return table && { ...(await tableState(context, table)), defaultRouteTableId: id };
  },
  async update(context, id, { olds, news, changed }) {
    const ec2 = await context.ec2();
    if (news.routes && changed("routes")) await setRoutes(ec2, id, news.routes as Properties[]);
    await updateTags(ec2, id, olds.tagsAll, news.tagsAll);
  },
  async delete() {},
  async importId(context, vpcId) {
    const Filters = [
      { Name: "vpc-id", Values: [vpcId] },
      { Name: "association.main", Values: ["true"] },
    ];
    const id = (await (await context.ec2()).describeRouteTables({ Filters })).RouteTables?.[0]?.RouteTableId;
    return id === undefined ? undefined : { id };
  },
});

function routeId(
  tableId: string,
  { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId }: Destination,
): string {
  return `r-${tableId}${crc32(DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId ?? "")}`;
}

function checkRoute(inputs: Inputs<RouteArgs>): Failure[] {
  const values = inputs as Properties;
  const destinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];
  const one = (names: string[], what: string): Failure[] => {
    const given = names.filter((name) => values[name] !== undefined);
    if (given.length === 1) return [];
    return [
      { property: given[0] ?? names[0] ?? "", reason: `a route needs exactly one ${what}: one of ${names.join(", ")}` },
    ];
  };
  return [...one(destinations, "destination"), ...one(Object.keys(targets), "target")];
}

const destination = property.string({ replace: true });
const routeTarget = property.string();

const route = resource<RouteArgs>({
  token: "aws:ec2/route:Route",
  tags: false,
  inputs: {
    carrierGatewayId: routeTarget,
    coreNetworkArn: routeTarget,
    destinationCidrBlock: destination,
    destinationIpv6CidrBlock: destination,
    destinationPrefixListId: destination,
    egressOnlyGatewayId: routeTarget,
    gatewayId: routeTarget,
    localGatewayId: routeTarget,
    natGatewayId: routeTarget,
    // A NAT or endpoint route has a network interface that the program did not name.
    networkInterfaceId: property.string({ computed: true }),
    odbNetworkArn: unservedTarget,
    routeTableId: property.string({ required: true, replace: true }),
    transitGatewayId: routeTarget,
    vpcEndpointId: unservedTarget,
    vpcPeeringConnectionId: routeTarget,
  },
  outputs: ["instanceId", "instanceOwnerId", "origin", "state"],
  check: checkRoute,
  async create(context, inputs) {
    const { routeTableId: RouteTableId } = inputs;
    const ec2 = await context.ec2();
    await ec2.createRoute({ RouteTableId, ...destinationOf(inputs), ...targetOf(inputs) });
    return routeId(RouteTableId, destinationOf(inputs));
  },
  async read(context, id) {
    const tableId = /^r-(rtb-(?:[0-9a-f]{17}|[0-9a-f]{8}))\d+$/u.exec(id)?.[1];
    const table = tableId === undefined ? undefined : await findTable(await context.ec2(), tableId);
    const found = (table?.Routes ?? []).find((item) => routeId(tableId ?? "", item) === id);
    if (!found) return undefined;
    return {
      routeTableId: tableId,
      destinationCidrBlock: found.DestinationCidrBlock,
      destinationIpv6CidrBlock: found.DestinationIpv6CidrBlock,
      destinationPrefixListId: found.DestinationPrefixListId,
      ...targetState(found),
      instanceId: found.InstanceId ?? "",
      instanceOwnerId: found.InstanceOwnerId ?? "",
      origin: found.Origin ?? "CreateRoute",
      state: found.State ?? "active",
    };
  },
  async update(context, _, { news }) {
    const { routeTableId: RouteTableId } = news;
    await (await context.ec2()).replaceRoute({ RouteTableId, ...destinationOf(news), ...targetOf(news) });
  },
  async delete(context, _, state) {
    await (await context.ec2()).deleteRoute({ RouteTableId: state.routeTableId, ...destinationOf(state) });
  },
  importId(_, given) {
    const at = given.indexOf("_");
    const block = given.slice(at + 1);
    // The hash in the id is over the destination, whatever kind it is.
    return Promise.resolve(at < 0 ? undefined : { id: routeId(given.slice(0, at), { DestinationCidrBlock: block }) });
  },
});

/** Route tables and routes. */
export const routeResources: readonly AnyDefinition[] = [routeTable, defaultRouteTable, route];
