/** Writes a stack in the other form: what stands beside a resource into it, and what stands in it beside it. */
import type { ExampleResource } from "../../../policies/examples";
import { json } from "../../../policies/examples/example";

type Properties = Readonly<Record<string, unknown>>;

/** One thing that `@pulumi/aws` lets a program write in a resource, or beside it. */
interface Form {
  readonly owner: string;
  readonly beside: string;
  /** Property of the resource beside that points at the owner. */
  readonly pointer: string;
  /** Property of the owner. */
  readonly property: string;
  /** Whether the owner's property is a list of what single resources beside it hold. */
  readonly isList?: boolean;
  readonly toInline: (beside: Properties) => unknown;
  readonly toBeside: (inline: never) => Properties;
}

const BUCKET = "aws:s3/bucket:Bucket";
const bucket = (beside: string, property: string, rest: Pick<Form, "toInline" | "toBeside">): Form => ({
  owner: BUCKET,
  beside: `aws:s3/${beside[0]?.toLowerCase()}${beside.slice(1)}:${beside}`,
  pointer: "bucket",
  property,
  ...rest,
});
const policy = (owner: string, beside: string, pointer: string): Form => ({
  owner,
  beside,
  pointer,
  property: "policy",
  toInline: (properties) => properties["policy"],
  toBeside: (text: unknown) => ({ policy: text }),
});
const traffic = (direction: "Ingress" | "Egress"): Form => ({
  owner: "aws:ec2/securityGroup:SecurityGroup",
  beside: `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
  pointer: "securityGroupId",
  property: direction.toLowerCase(),
  isList: true,
  toInline: ({ ipProtocol, fromPort, toPort, cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId }) => ({
    protocol: ipProtocol,
    fromPort,
    toPort,
    ...(cidrIpv4 !== undefined && { cidrBlocks: [cidrIpv4] }),
    ...(cidrIpv6 !== undefined && { ipv6CidrBlocks: [cidrIpv6] }),
    ...(prefixListId !== undefined && { prefixListIds: [prefixListId] }),
    ...(referencedSecurityGroupId !== undefined && { securityGroups: [referencedSecurityGroupId] }),
  }),
  toBeside: (rule: Readonly<Record<string, unknown>>) => ({
    ipProtocol: rule["protocol"],
    fromPort: rule["fromPort"],
    toPort: rule["toPort"],
    ...named("cidrIpv4", rule["cidrBlocks"]),
    ...named("cidrIpv6", rule["ipv6CidrBlocks"]),
    ...named("prefixListId", rule["prefixListIds"]),
    ...named("referencedSecurityGroupId", rule["securityGroups"]),
  }),
});

const FORMS: readonly Form[] = [
  bucket("BucketReplicationConfig", "replicationConfiguration", {
    toInline: ({ role, rules }) => ({ role, rules }),
    toBeside: ({ role, rules }: Properties) => ({ role, rules }),
  }),
  bucket("BucketServerSideEncryptionConfiguration", "serverSideEncryptionConfiguration", {
    toInline: ({ rules }) => ({ rule: (rules as unknown[])[0] }),
    toBeside: ({ rule }: { rule: unknown }) => ({ rules: [rule] }),
  }),
  bucket("BucketVersioning", "versioning", {
    toInline: ({ versioningConfiguration }) => ({
      enabled: (versioningConfiguration as { status?: string }).status === "Enabled",
    }),
    toBeside: ({ enabled }: { enabled: boolean }) => ({
      versioningConfiguration: { status: enabled ? "Enabled" : "Suspended" },
    }),
  }),
  bucket("BucketLogging", "logging", {
    toInline: ({ targetBucket, targetPrefix }) => ({ targetBucket, targetPrefix }),
    toBeside: (logging: Properties) => logging,
  }),
  bucket("BucketAcl", "acl", {
    toInline: ({ acl }) => acl,
    toBeside: (acl: unknown) => ({ acl }),
  }),
  bucket("BucketLifecycleConfiguration", "lifecycleRules", {
    toInline: ({ rules }) =>
      (rules as Properties[]).map(({ status, abortIncompleteMultipartUpload, ...rule }) => ({
        ...rule,
        enabled: status === "Enabled",
        ...(abortIncompleteMultipartUpload !== undefined && {
          abortIncompleteMultipartUploadDays: (abortIncompleteMultipartUpload as Properties)["daysAfterInitiation"],
        }),
      })),
    toBeside: (rules: Properties[]) => ({
      rules: rules.map(({ enabled, abortIncompleteMultipartUploadDays: days, ...rule }) => ({
        ...rule,
        status: enabled === true ? "Enabled" : "Disabled",
        ...(days !== undefined && { abortIncompleteMultipartUpload: { daysAfterInitiation: days } }),
      })),
    }),
  }),
  bucket("BucketObjectLockConfiguration", "objectLockConfiguration", {
    toInline: ({ rule }) => ({ objectLockEnabled: "Enabled", rule }),
    toBeside: ({ rule }: { rule: unknown }) => ({ rule }),
  }),
  policy(BUCKET, "aws:s3/bucketPolicy:BucketPolicy", "bucket"),
  policy("aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy", "keyId"),
  policy("aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "vpcEndpointId"),
  policy("aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy", "arn"),
  policy("aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy", "queueUrl"),
  {
    owner: "aws:iam/role:Role",
    beside: "aws:iam/rolePolicy:RolePolicy",
    pointer: "role",
    property: "inlinePolicies",
    isList: true,
    toInline: ({ policy: text }) => ({ policy: text }),
    toBeside: ({ policy: text }: { policy: unknown }) => ({ policy: text }),
  },
  {
    owner: "aws:iam/role:Role",
    beside: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    pointer: "role",
    property: "managedPolicyArns",
    isList: true,
    toInline: ({ policyArn }) => policyArn,
    toBeside: (policyArn: unknown) => ({ policyArn }),
  },
  {
    owner: "aws:ec2/routeTable:RouteTable",
    beside: "aws:ec2/route:Route",
    pointer: "routeTableId",
    property: "routes",
    isList: true,
    toInline: ({ destinationCidrBlock: cidrBlock, destinationIpv6CidrBlock: ipv6CidrBlock, ...route }) => ({
      ...route,
      ...(cidrBlock !== undefined && { cidrBlock }),
      ...(ipv6CidrBlock !== undefined && { ipv6CidrBlock }),
    }),
    toBeside: ({ cidrBlock, ipv6CidrBlock, ...route }: Readonly<Record<string, unknown>>) => ({
      ...route,
      ...(cidrBlock !== undefined && { destinationCidrBlock: cidrBlock }),
      ...(ipv6CidrBlock !== undefined && { destinationIpv6CidrBlock: ipv6CidrBlock }),
    }),
  },
  traffic("Ingress"),
  traffic("Egress"),
];

/** The stack with everything inline that stands beside a resource of it. Unchanged (the same) when there is nothing. */
export function inlineForm(stack: readonly ExampleResource[]): readonly ExampleResource[] {
  const inline = FORMS.reduce<readonly ExampleResource[]>(
    (resources, form) =>
      resources.filter(({ type }) => type === form.beside).reduce((all, part) => folded(all, part, form), resources),
    stack,
  );
  return inline === stack && stack.some(isLonePolicy) ? stack.map(asRole) : inline;
}

/** The stack with everything beside its resource that stands in it. Unchanged (the same) when there is nothing. */
export function splitForm(stack: readonly ExampleResource[]): readonly ExampleResource[] {
  return FORMS.reduce<readonly ExampleResource[]>(
    (resources, form) =>
      resources.filter(({ type }) => type === form.owner).reduce((all, owner) => unfolded(all, owner, form), resources),
    stack,
  );
}

/** Whether a resource is a policy of an identity that the stack does not show. */
function isLonePolicy({ type }: ExampleResource): boolean {
  return type === "aws:iam/policy:Policy" || type === "aws:iam/rolePolicy:RolePolicy";
}

function asRole(resource: ExampleResource): ExampleResource {
  if (!isLonePolicy(resource)) return resource;
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  return {
    type: "aws:iam/role:Role",
    name: resource.name,
    properties: {
      assumeRolePolicy: json(trust),
      inlinePolicies: [{ name: resource.name, policy: resource.properties["policy"] }],
    },
  };
}

function folded(stack: readonly ExampleResource[], part: ExampleResource, form: Form): readonly ExampleResource[] {
  const { [form.pointer]: pointer, ...properties } = part.properties;
  const { [form.pointer]: names = [], ...dependencies } = part.dependencies ?? {};
  const owner = stack.find(
    (item) =>
      item.type === form.owner && (names.includes(item.name) || Object.values(item.properties).includes(pointer)),
  );
  if (owner === undefined) return stack;
  const before = owner.properties[form.property];
  if (before !== undefined && form.isList !== true) return stack;
  const inline = form.toInline(properties);
  const changed: ExampleResource = {
    ...owner,
    properties: {
      ...owner.properties,
      [form.property]: form.isList === true ? [...((before as unknown[] | undefined) ?? []), inline] : inline,
    },
    dependencies: {
      ...owner.dependencies,
      [form.property]: [...(owner.dependencies?.[form.property] ?? []), ...Object.values(dependencies).flat()],
    },
  };
  return stack.filter((item) => item !== part).map((item) => (item === owner ? changed : item));
}

function unfolded(stack: readonly ExampleResource[], owner: ExampleResource, form: Form): readonly ExampleResource[] {
  const { [form.property]: inline, ...properties } = owner.properties;
  const values = form.isList === true ? ((inline ?? []) as unknown[]) : inline === undefined ? [] : [inline];
  if (values.length === 0) return stack;
  const { [form.property]: names = [], ...others } = owner.dependencies ?? {};
  const parts = values.map((value, index): ExampleResource => {
    const beside = form.toBeside(value as never);
    return {
      type: form.beside,
      name: `${owner.name}-${form.property}-${index + 1}`,
      properties: beside,
      dependencies: {
        ...Object.fromEntries(Object.keys(beside).map((name) => [name, names])),
        [form.pointer]: [owner.name],
      },
    };
  });
  const changed = { ...owner, properties, dependencies: others };
  return [...stack.map((item) => (item.name === owner.name && item.type === owner.type ? changed : item)), ...parts];
}

function named(property: string, values: unknown): Properties {
  const [first] = Array.isArray(values) ? (values as unknown[]) : [];
  return first === undefined ? {} : { [property]: first };
}
