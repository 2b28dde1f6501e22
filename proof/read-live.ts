/**
 * Reads the documents that a stack's resources really have: whatever was changed by hand since the last update is in them. The
 * stack says which resources there are; AWS (or the emulator, by `AWS_ENDPOINT_URL`) says what their documents are.
 */
import { BedrockClient, GetGuardrailCommand } from "@aws-sdk/client-bedrock";
import { DescribeVpcEndpointsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand, KMSClient, paginateListGrants } from "@aws-sdk/client-kms";
import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { ProofError } from "./model";
import { types, type StackResource } from "./stack";

/** Clients of the services that are asked. */
interface Clients {
  bedrock: BedrockClient;
  ec2: EC2Client;
  iam: IAMClient;
  kms: KMSClient;
  s3: S3Client;
  sns: SNSClient;
  sqs: SQSClient;
}

/**
 * The resources with the documents that they really have. Reads only; needs `iam:GetRole`, `iam:ListRolePolicies`,
 * `iam:GetRolePolicy`, `iam:ListAttachedRolePolicies`, `iam:GetPolicy`, `iam:GetPolicyVersion`, `kms:GetKeyPolicy`,
 * `kms:ListGrants`,
 * `s3:GetBucketPolicy`, `s3:GetEncryptionConfiguration`, `s3:GetBucketOwnershipControls`, `s3:GetBucketAcl`, `ec2:DescribeVpcEndpoints`, `sns:GetTopicAttributes`,
 * `sqs:GetQueueUrl`, `sqs:GetQueueAttributes` and `bedrock:GetGuardrail`.
 *
 * @param resources Resources of the stack, as an export has them.
 * @param region Region of the stack.
 * @throws ProofError when a resource cannot be read, with what AWS answered.
 */
export async function readLive(resources: readonly StackResource[], region: string): Promise<StackResource[]> {
  // An emulator has no host names of buckets.
  const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined || process.env.AWS_ENDPOINT_URL_S3 !== undefined;
  const clients: Clients = {
    bedrock: new BedrockClient({ region }),
    ec2: new EC2Client({ region }),
    iam: new IAMClient({ region }),
    kms: new KMSClient({ region }),
    s3: new S3Client({ region, forcePathStyle }),
    sns: new SNSClient({ region }),
    // An emulator names the URL of a queue by a host of its own.
    sqs: new SQSClient({ region, useQueueUrlAsEndpoint: false }),
  };
  try {
    const managed = new Map<string, StackResource>();
    const found = await Promise.all(resources.map((one) => liveResources(clients, one, managed)));
    return [...found.flat(), ...managed.values()];
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function liveResources(
  clients: Clients,
  resource: StackResource,
  managed: Map<string, StackResource>,
): Promise<StackResource[]> {
  const { type, urn, outputs } = resource;
  const changed = (changes: Record<string, unknown>): StackResource[] => [
    { ...resource, outputs: { ...outputs, ...changes } },
  ];
  try {
    switch (type) {
      case types.role:
        return await liveRole(clients.iam, resource, managed);
      case types.inlinePolicy:
      case types.attachment:
      case types.managedPolicy:
      case types.keyGrant:
      case types.bucketPolicy:
      case types.bucketEncryption:
      case types.bucketAcl:
      case types.bucketOwnership:
      case types.topicPolicy:
      case types.queuePolicy:
        // Read with the role, the bucket, the topic or the queue that they belong to.
        return [];
      case types.key: {
        const { Policy } = await clients.kms.send(
          new GetKeyPolicyCommand({ KeyId: String(outputs.arn), PolicyName: "default" }),
        );
        return [...changed({ policy: Policy }), ...(await liveGrants(clients.kms, resource))];
      }
      case types.bucket:
        return await liveBucket(clients.s3, resource);
      case types.endpoint: {
        const id = String(outputs.arn).split("/")[1] ?? "";
        const { VpcEndpoints = [] } = await clients.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
        return changed({ policy: VpcEndpoints[0]?.PolicyDocument });
      }
      case types.topic: {
        const TopicArn = String(outputs.arn);
        const { Attributes } = await clients.sns.send(new GetTopicAttributesCommand({ TopicArn }));
        return [resource, ...ownPolicy(urn, types.topicPolicy, Attributes?.Policy, { arn: TopicArn })];
      }
      case types.queue: {
        const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: String(outputs.name) }));
        const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] });
        const { Attributes } = await clients.sqs.send(asked);
        return [resource, ...ownPolicy(urn, types.queuePolicy, Attributes?.Policy, { queueUrl: QueueUrl })];
      }
      case types.guardrail:
      case types.guardrailVersion: {
        // It has no document; what counts is that the version that callers must name still exists.
        const guardrailIdentifier = String(outputs.guardrailArn);
        const guardrailVersion = String(outputs.version ?? "DRAFT");
        await clients.bedrock.send(new GetGuardrailCommand({ guardrailIdentifier, guardrailVersion }));
        return [resource];
      }
      default:
        return [resource];
    }
  } catch (error) {
    if (error instanceof ProofError) throw error;
    const { name, message } = error as Error;
    throw new ProofError(`${urn} cannot be read: ${name}: ${message}`);
  }
}

/** The policy that a topic or a queue has, as a resource; nothing when it has none. */
function ownPolicy(
  urn: string,
  type: string,
  policy: string | undefined,
  of: Record<string, string | undefined>,
): StackResource[] {
  return policy === undefined || policy === "" ? [] : [{ type, urn: `${urn}-policy`, outputs: { ...of, policy } }];
}

/** The grants that a key has, whoever made them: Bedrock makes one for a model that is put in service. */
async function liveGrants(kms: KMSClient, { urn, outputs }: StackResource): Promise<StackResource[]> {
  const KeyId = String(outputs.arn);
  const grants: StackResource[] = [];
  for await (const page of paginateListGrants({ client: kms }, { KeyId })) {
    for (const {
      GrantId,
      GranteePrincipal,
      GranteeServicePrincipal,
      RetiringPrincipal,
      Operations,
      Constraints,
    } of page.Grants ?? []) {
      grants.push({
        type: types.keyGrant,
        urn: `${urn}-grant-${GrantId ?? ""}`,
        outputs: {
          keyId: KeyId,
          grantId: GrantId,
          granteePrincipal: GranteePrincipal ?? GranteeServicePrincipal,
          retiringPrincipal: RetiringPrincipal,
          operations: Operations,
          constraints: {
            encryptionContextEquals: Constraints?.EncryptionContextEquals,
            encryptionContextSubset: Constraints?.EncryptionContextSubset,
          },
        },
      });
    }
  }
  return grants;
}

async function liveRole(
  iam: IAMClient,
  resource: StackResource,
  managed: Map<string, StackResource>,
): Promise<StackResource[]> {
  const RoleName = String(resource.outputs.name);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const inlinePolicies: { name: string; policy: string }[] = [];
  for await (const page of paginateListRolePolicies({ client: iam }, { RoleName })) {
    for (const PolicyName of page.PolicyNames ?? []) {
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      inlinePolicies.push({ name: PolicyName, policy: decodeURIComponent(PolicyDocument) });
    }
  }
  const managedPolicyArns: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName })) {
    managedPolicyArns.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []));
  }
  const permissionsBoundary = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
  for (const arn of [...managedPolicyArns, ...(permissionsBoundary === undefined ? [] : [permissionsBoundary])]) {
    if (!managed.has(arn)) managed.set(arn, await managedPolicy(iam, arn));
  }
  const assumeRolePolicy = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
  const live = { assumeRolePolicy, inlinePolicies, managedPolicyArns, permissionsBoundary };
  return [{ ...resource, outputs: { ...resource.outputs, ...live } }];
}

async function managedPolicy(iam: IAMClient, arn: string): Promise<StackResource> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  const version = { PolicyArn: arn, VersionId: Policy?.DefaultVersionId };
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand(version));
  return {
    type: types.managedPolicy,
    urn: `${types.managedPolicy}::${arn}`,
    outputs: { arn, policy: decodeURIComponent(PolicyVersion?.Document ?? "") },
  };
}

async function liveBucket(s3: S3Client, resource: StackResource): Promise<StackResource[]> {
  const Bucket = String(resource.outputs.bucket);
  const part = (type: string, outputs: Record<string, unknown>): StackResource => ({
    type,
    urn: `${resource.urn}-${type}`,
    outputs: { bucket: Bucket, ...outputs },
  });
  const policy = await unlessNone("NoSuchBucketPolicy", () => s3.send(new GetBucketPolicyCommand({ Bucket })));
  const encryption = await unlessNone("ServerSideEncryptionConfigurationNotFoundError", () =>
    s3.send(new GetBucketEncryptionCommand({ Bucket })),
  );
  const rules = (encryption?.ServerSideEncryptionConfiguration?.Rules ?? []).map((rule) => ({
    applyServerSideEncryptionByDefault: { kmsMasterKeyId: rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID },
  }));
  return [
    resource,
    ...(policy === undefined ? [] : [part(types.bucketPolicy, { policy: policy.Policy })]),
    part(types.bucketEncryption, { rules }),
    ...(await liveLists(s3, Bucket)).map(([type, outputs]) => part(type, outputs)),
  ];
}

/** Who owns the objects of a bucket, and its access control list unless ownership switches lists off. */
async function liveLists(s3: S3Client, Bucket: string): Promise<[type: string, outputs: Record<string, unknown>][]> {
  const controls = await unlessNone("OwnershipControlsNotFoundError", () =>
    s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
  );
  const objectOwnership = controls?.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
  const owned: [string, Record<string, unknown>] = [types.bucketOwnership, { rule: { objectOwnership } }];
  if (objectOwnership === "BucketOwnerEnforced") return [owned];
  const { Grants = [], Owner } = await s3.send(new GetBucketAclCommand({ Bucket }));
  const grants = Grants.map(({ Grantee, Permission }) => ({
    grantee: { uri: Grantee?.URI, id: Grantee?.ID },
    permission: Permission,
  }));
  return [owned, [types.bucketAcl, { acl: "", accessControlPolicy: { grants, owner: { id: Owner?.ID } } }]];
}

/** What a call answers; undefined when the service says by this error that there is nothing. */
async function unlessNone<T>(errorName: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if ((error as Error).name === errorName) return undefined;
    throw error;
  }
}
