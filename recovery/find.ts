import { EC2, type Tag } from "@aws-sdk/client-ec2";
import { KMS, paginateListKeys } from "@aws-sdk/client-kms";
import { idByName, tagsOf, type Home, type PendingCreate } from "./pending";

/** Kinds of EC2 resources by type token, as EC2 calls them where it lists tags. */
const kinds: Readonly<Record<string, string>> = {
  "aws:ec2/flowLog:FlowLog": "vpc-flow-log",
  "aws:ec2/routeTable:RouteTable": "route-table",
  "aws:ec2/securityGroup:SecurityGroup": "security-group",
  "aws:ec2/subnet:Subnet": "subnet",
  "aws:ec2/vpc:Vpc": "vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "vpc-endpoint",
};

/** How AWS is asked. What is left out comes from the environment, as the AWS SDK knows it. */
export interface Clients {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Looks for what was ordered and never answered.
 *
 * @param home account of the stack, where its state tells it
 * @returns ids by URN, of what exists and of what has this id if it does. What is not among them does not exist, or is made
 * again without harm
 * @throws what AWS answers, e.g. without permission to look
 */
export async function findIds(
  pending: readonly PendingCreate[],
  clients: Clients,
  home: Home | undefined,
): Promise<Map<string, string>> {
  const ec2 = new EC2(clients);
  const kms = new KMS(clients);
  try {
    const found = await Promise.all(
      pending.map(async (one): Promise<[string, string][]> => {
        const id =
          idByName(one, home, clients.region) ??
          (await byTags(ec2, one)) ??
          (await byRule(ec2, one)) ??
          (await byKey(kms, one));
        return id === undefined ? [] : [[one.urn, id]];
      }),
    );
    return new Map(found.flat());
  } finally {
    ec2.destroy();
    kms.destroy();
  }
}

/** What carries all the tags that were ordered. Two of the same name are nobody's for certain, so none is taken. */
async function byTags(ec2: EC2, one: PendingCreate): Promise<string | undefined> {
  const kind = kinds[one.type];
  const tags = tagsOf(one);
  if (kind === undefined || tags === undefined) return undefined;
  const { Tags = [] } = await ec2.describeTags({
    Filters: [
      { Name: "resource-type", Values: [kind] },
      { Name: "key", Values: Object.keys(tags) },
    ],
  });
  const ids = [...new Set(Tags.flatMap(({ ResourceId = [] }) => ResourceId))];
  const carrying = ids.filter((id) =>
    carriesAll(
      Tags.filter(({ ResourceId }) => ResourceId === id),
      tags,
    ),
  );
  return carrying.length === 1 ? carrying[0] : undefined;
}

function carriesAll(carried: readonly Tag[], tags: Readonly<Record<string, string>>): boolean {
  return Object.entries(tags).every(([key, value]) => carried.some(({ Key, Value }) => Key === key && Value === value));
}

/** A rule of a security group: EC2 refuses the same rule twice, so the description within the group tells it. */
async function byRule(ec2: EC2, { type, inputs }: PendingCreate): Promise<string | undefined> {
  const direction = /^aws:vpc\/securityGroup(Ingress|Egress)Rule:/u.exec(type)?.[1];
  if (direction === undefined) return undefined;
  const { SecurityGroupRules = [] } = await ec2.describeSecurityGroupRules({
    Filters: [{ Name: "group-id", Values: [String(inputs.securityGroupId)] }],
  });
  return SecurityGroupRules.find(
    ({ IsEgress, Description }) => IsEgress === (direction === "Egress") && Description === inputs.description,
  )?.SecurityGroupRuleId;
}

/** A key has no name; its description, with all the tags that were ordered, tells it from others. */
async function byKey(kms: KMS, { type, inputs }: PendingCreate): Promise<string | undefined> {
  if (type !== "aws:kms/key:Key") return undefined;
  const wanted = (inputs.tags ?? {}) as Record<string, string>;
  for await (const { Keys = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId } of Keys) {
      const { KeyMetadata } = await kms.describeKey({ KeyId });
      if (KeyMetadata?.Description !== inputs.description || KeyMetadata?.KeyState !== "Enabled") continue;
      const { Tags = [] } = await kms.listResourceTags({ KeyId });
      const has = ([key, value]: [string, string]) =>
        Tags.some(({ TagKey, TagValue }) => TagKey === key && TagValue === value);
      if (Object.entries(wanted).every(has)) return KeyId;
    }
  }
  return undefined;
}
