import { property, type FunctionDefinition } from "./definition";
import { filtersProperty, toFilters } from "./ec2-functions";
import { partitionFor } from "./partition";

const texts = property.list(property.string());

const getCallerIdentity: FunctionDefinition = {
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  inputs: { id: property.string() },
  async invoke(context) {
    const { Account, Arn, UserId } = await (await context.sts()).getCallerIdentity({});
    return { accountId: Account, arn: Arn, id: Account, userId: UserId };
  },
};

/** Names of regions in words. Source: AWS General Reference. */
const descriptions: Readonly<Record<string, string>> = {
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "ca-central-1": "Canada (Central)",
  "eu-central-1": "Europe (Frankfurt)",
  "eu-west-1": "Europe (Ireland)",
  "eu-west-2": "Europe (London)",
  "eu-west-3": "Europe (Paris)",
  "eu-north-1": "Europe (Stockholm)",
  "sa-east-1": "South America (Sao Paulo)",
};

const getRegion: FunctionDefinition = {
  token: "aws:index/getRegion:getRegion",
  inputs: { endpoint: property.string(), id: property.string(), name: property.string(), region: property.string() },
  invoke(context, { endpoint, name, region }) {
    const ofEndpoint =
      typeof endpoint === "string" ? /^ec2\.([a-z0-9-]+)\.amazonaws\./u.exec(endpoint)?.[1] : undefined;
    const found = String(region ?? name ?? ofEndpoint ?? context.region);
    return Promise.resolve({
      description: descriptions[found] ?? found,
      endpoint: `ec2.${found}.${partitionFor(found).dnsSuffix}`,
      id: found,
      name: found,
      region: found,
    });
  },
};

const getPartition: FunctionDefinition = {
  token: "aws:index/getPartition:getPartition",
  inputs: { id: property.string() },
  invoke(context) {
    const { id, dnsSuffix, reverseDnsPrefix } = partitionFor(context.region);
    return Promise.resolve({ id, partition: id, dnsSuffix, reverseDnsPrefix });
  },
};

const getAvailabilityZones: FunctionDefinition = {
  token: "aws:index/getAvailabilityZones:getAvailabilityZones",
  inputs: {
    allAvailabilityZones: property.boolean(),
    excludeNames: texts,
    excludeZoneIds: texts,
    filters: filtersProperty,
    region: property.string(),
    state: property.string({ oneOf: ["available", "information", "impaired", "unavailable"] }),
  },
  async invoke(context, inputs) {
    const excluded = [...((inputs.excludeNames ?? []) as string[]), ...((inputs.excludeZoneIds ?? []) as string[])];
    const { AvailabilityZones = [] } = await (
      await context.ec2()
    ).describeAvailabilityZones({
      AllAvailabilityZones: inputs.allAvailabilityZones === true ? true : undefined,
      Filters: toFilters(inputs, { state: inputs.state }),
    });
    const zones = AvailabilityZones.filter(
      ({ ZoneName = "", ZoneId = "", State }) =>
        !excluded.includes(ZoneName) &&
        !excluded.includes(ZoneId) &&
        (inputs.state === undefined || State === inputs.state),
    ).sort((left, right) => ((left.ZoneName ?? "") < (right.ZoneName ?? "") ? -1 : 1));
    return {
      ...inputs,
      groupNames: [...new Set(zones.map(({ GroupName }) => GroupName ?? context.region))],
      id: context.region,
      names: zones.map(({ ZoneName }) => ZoneName),
      region: context.region,
      zoneIds: zones.map(({ ZoneId }) => ZoneId),
    };
  },
};

const getRegions: FunctionDefinition = {
  token: "aws:index/getRegions:getRegions",
  inputs: { allRegions: property.boolean(), filters: filtersProperty, id: property.string() },
  async invoke(context, inputs) {
    const { Regions = [] } = await (
      await context.ec2()
    ).describeRegions({ AllRegions: inputs.allRegions === true ? true : undefined, Filters: toFilters(inputs) });
    const names = Regions.map(({ RegionName }) => RegionName ?? "").sort();
    return { ...inputs, id: partitionFor(context.region).id, names };
  },
};

/** Functions of `aws` itself. */
export const indexFunctions: readonly FunctionDefinition[] = [
  getCallerIdentity,
  getRegion,
  getPartition,
  getAvailabilityZones,
  getRegions,
];
