import type { EC2, RouteTableAssociation } from "@aws-sdk/client-ec2";
import type { MainRouteTableAssociationArgs } from "@pulumi/aws/ec2/mainRouteTableAssociation";
import type { RouteTableAssociationArgs } from "@pulumi/aws/ec2/routeTableAssociation";
import { RequestError } from "./errors";
import { property, resource, type AnyDefinition } from "./definition";

async function findAssociation(
  ec2: EC2,
  name: string,
  value: string,
  accept: (association: RouteTableAssociation) => boolean,
): Promise<RouteTableAssociation | undefined> {
  const { RouteTables = [] } = await ec2.describeRouteTables({ Filters: [{ Name: name, Values: [value] }] });
  return RouteTables.flatMap((table) =>
    (table.Associations ?? []).map((item) => ({ ...item, RouteTableId: item.RouteTableId ?? table.RouteTableId })),
  ).find(accept);
}

/** The association of a subnet as it is now: EC2 gives a new id whenever the table changes. */
function ofSubnet(ec2: EC2, subnetId: string): Promise<RouteTableAssociation | undefined> {
  return findAssociation(ec2, "association.subnet-id", subnetId, ({ SubnetId }) => SubnetId === subnetId);
}

function mainOf(ec2: EC2, vpcId: string): Promise<RouteTableAssociation | undefined> {
  return findAssociation(ec2, "vpc-id", vpcId, ({ Main }) => Main === true);
}

const routeTableAssociation = resource<RouteTableAssociationArgs>({
  token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  tags: false,
  inputs: {
    gatewayId: property.unsupported("the emulator associates subnets only"),
    routeTableId: property.string({ required: true }),
    subnetId: property.string({ required: true, replace: true }),
  },
  outputs: [],
  async create(context, { routeTableId, subnetId }) {
    const { AssociationId } = await (
      await context.ec2()
    ).associateRouteTable({ RouteTableId: routeTableId, SubnetId: subnetId });
    return AssociationId ?? "";
  },
  async read(context, id, { subnetId }) {
    const ec2 = await context.ec2();
    const found = await (subnetId
      ? ofSubnet(ec2, subnetId)
      : findAssociation(
          ec2,
          "association.route-table-association-id",
          id,
          ({ RouteTableAssociationId }) => RouteTableAssociationId === id,
        ));
    return found && { routeTableId: found.RouteTableId, subnetId: found.SubnetId };
  },
  async update(context, _, { news: { subnetId = "", routeTableId } }) {
    const ec2 = await context.ec2();
    const AssociationId = (await ofSubnet(ec2, subnetId))?.RouteTableAssociationId;
    await ec2.replaceRouteTableAssociation({ AssociationId, RouteTableId: routeTableId });
  },
  async delete(context, id, { subnetId = "" }) {
    const ec2 = await context.ec2();
    const current = await ofSubnet(ec2, subnetId);
    await ec2.disassociateRouteTable({ AssociationId: current?.RouteTableAssociationId ?? id });
  },
  async importId(context, given) {
    const subnetId = given.split("/")[0] ?? "";
    const found = await ofSubnet(await context.ec2(), subnetId);
    return found?.RouteTableAssociationId === undefined
      ? undefined
      : { id: found.RouteTableAssociationId, known: { subnetId } };
  },
});

const mainRouteTableAssociation = resource<MainRouteTableAssociationArgs>({
  token: "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
  tags: false,
  inputs: {
    routeTableId: property.string({ required: true }),
    vpcId: property.string({ required: true, replace: true }),
  },
  outputs: ["originalRouteTableId"],
  async create(context, { vpcId, routeTableId }) {
    const ec2 = await context.ec2();
    const main = await mainOf(ec2, vpcId);
    const { NewAssociationId } = await ec2.replaceRouteTableAssociation({
      AssociationId: main?.RouteTableAssociationId,
      RouteTableId: routeTableId,
    });
    return { id: NewAssociationId ?? "", known: { originalRouteTableId: main?.RouteTableId } };
  },
  async read(context, _, { vpcId = "", originalRouteTableId }) {
    const ec2 = await context.ec2();
    const main = await mainOf(ec2, vpcId);
    return main && { vpcId, routeTableId: main.RouteTableId, originalRouteTableId };
  },
  async update(context, _, { news: { vpcId, routeTableId } }) {
    const ec2 = await context.ec2();
    const AssociationId = (await mainOf(ec2, vpcId))?.RouteTableAssociationId;
    await ec2.replaceRouteTableAssociation({ AssociationId, RouteTableId: routeTableId });
  },
  // The table to give the VPC back is known from the create alone, and an import cannot find it out.
  importId: () =>
    Promise.reject(new RequestError("a MainRouteTableAssociation cannot be imported, in the real provider either")),
  async delete(context, _, { vpcId, originalRouteTableId }) {
    const ec2 = await context.ec2();
    const AssociationId = (await mainOf(ec2, vpcId))?.RouteTableAssociationId;
    await ec2.replaceRouteTableAssociation({ AssociationId, RouteTableId: String(originalRouteTableId) });
  },
});

/** Which subnet uses which route table. */
export const associationResources: readonly AnyDefinition[] = [routeTableAssociation, mainRouteTableAssociation];
