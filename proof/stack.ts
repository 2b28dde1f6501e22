/** Reads the access model out of the resources of a stack, wherever these come from: an export, a preview, or AWS. */
import type { KeyGrant, PolicyDocument, SourcedPolicy, Statement } from "../iam";
import { listedFor } from "./bucket-lists";
import { ofOneEnvironment } from "./environments";
import { administratorsIn, deployersIn, organizationIn, statementsOf } from "./named";
import {
  ProofError,
  purposes,
  type AccessModel,
  type BucketModel,
  type EndpointModel,
  type KeyModel,
  type RoleModel,
} from "./model";

export { statementsOf } from "./named";

/** A resource of a stack. */
export interface StackResource {
  /** Type token, e.g. `aws:iam/role:Role`. */
  type: string;
  urn: string;
  /** Inputs and outputs together. A policy document is JSON text or an object. */
  outputs: Record<string, unknown>;
}

/** Type tokens of what is read. */
export const types = {
  job: "pulumi-nodejs:dynamic/bedrock:CustomizationJob",
  role: "aws:iam/role:Role",
  inlinePolicy: "aws:iam/rolePolicy:RolePolicy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  managedPolicy: "aws:iam/policy:Policy",
  key: "aws:kms/key:Key",
  keyGrant: "aws:kms/grant:Grant",
  bucket: "aws:s3/bucket:Bucket",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  bucketAcl: "aws:s3/bucketAcl:BucketAcl",
  bucketOwnership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  bucketEncryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  trail: "aws:cloudtrail/trail:Trail",
  topic: "aws:sns/topic:Topic",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  eventTarget: "aws:cloudwatch/eventTarget:EventTarget",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  budget: "aws:budgets/budget:Budget",
  guardrail: "aws:bedrock/guardrail:Guardrail",
  guardrailVersion: "aws:bedrock/guardrailVersion:GuardrailVersion",
} as const;

/** The AWS services that send to a topic or queue which one of these names. */
const SENDERS: readonly (readonly [type: string, service: string])[] = [
  [types.eventTarget, "events.amazonaws.com"],
  [types.alarm, "cloudwatch.amazonaws.com"],
  [types.budget, "budgets.amazonaws.com"],
];

/** The logical name of a resource, which ends its URN. */
export function logicalName(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/**
 * Reads a model.
 *
 * @param name Name for the reader. Default: the stack's name in the URNs.
 * @param jobName Logical name of the customization job, where the stack holds several environments.
 * @throws ProofError when there is no customization job, or it uses what the stack does not hold.
 */
export function readModel(resources: readonly StackResource[], name?: string, jobName?: string): AccessModel {
  const stack = new Stack(ofOneEnvironment(resources, jobName));
  const job = stack.all(types.job).find((one) => one.outputs.jobArn);
  if (job === undefined) {
    throw new ProofError(
      "The stack holds no customization job with an ARN, so there is nothing to prove. Deploy it with `pulumi up` first.",
    );
  }
  const jobArn = textOf(job, "jobArn");
  const [, partition = "", , region = "", account = ""] = jobArn.split(":");
  const role = stack.role(textOf(job, "roleArn"), "the service role");
  const modelKey = stack.key(textOf(job, "modelKmsKeyArn"));
  const input = s3Uri(textOf(job, "trainingDataUri"));
  const output = s3Uri(textOf(job, "outputDataUri"));
  const vpc = job.outputs.vpcConfig as { subnetIds?: string[]; securityGroupIds?: string[] } | undefined;
  const endpoints = stack.endpoints();
  const dataKeyArn = stack.keyOfBucket(input.bucket) ?? modelKey.arn;
  const dataKey = dataKeyArn === modelKey.arn ? modelKey : stack.key(dataKeyArn);
  return {
    name: name ?? job.urn.split(":")[2] ?? "stack",
    partition,
    region,
    account,
    role,
    roles: stack.all(types.role).flatMap((one) => {
      const arn = textOf(one, "arn");
      return arn === role.arn ? [] : [stack.role(arn, `role ${textOf(one, "name")}`)];
    }),
    modelKey,
    dataKey,
    ...stack.logging([modelKey, dataKey]),
    ...stack.guardrail(),
    channels: stack.channels(),
    marker: markerOf(job),
    training: stack.bucket(input.bucket, input.key.slice(0, input.key.lastIndexOf("/") + 1)),
    output: stack.bucket(output.bucket, output.key === "" || output.key.endsWith("/") ? output.key : `${output.key}/`),
    trainingFile: input.key,
    endpoints,
    ...organizationIn(endpoints),
    administrators: administratorsIn(modelKey.policy.document),
    subnetIds: vpc?.subnetIds ?? [],
    securityGroupIds: vpc?.securityGroupIds ?? [],
    deployers: deployersIn(
      modelKey.policy.document,
      stack.all(types.role).map((one) => textOf(one, "arn")),
    ),
    jobArn,
  };
}

const compareTexts = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

class Stack {
  public constructor(private readonly resources: readonly StackResource[]) {}

  /** In the order of their names, so that an export and a preview are asked alike. */
  public all(type: string): StackResource[] {
    return this.resources
      .filter((one) => one.type === type)
      .toSorted((one, other) => compareTexts(logicalName(one.urn), logicalName(other.urn)));
  }

  public find(type: string, property: string, value: string): StackResource {
    const found = this.all(type).find((one) => one.outputs[property] === value);
    if (found === undefined) {
      throw new ProofError(
        `The stack holds no ${type} whose ${property} is ${value}, which its customization job uses. ` +
          "Prove the stack that owns it, or export it after a complete update.",
      );
    }
    return found;
  }

  public key(arn: string): KeyModel {
    const several = this.all(types.key).length > 1;
    const key = this.find(types.key, "arn", arn);
    const source = several ? `policy of key ${logicalName(key.urn)}` : "key policy";
    const grants = this.grants(key);
    return { arn, policy: { source, document: documentOf(key, "policy") }, ...(grants.length > 0 ? { grants } : {}) };
  }

  /** Grants of a key; a grant names it by its ARN or its id. */
  private grants({ outputs }: StackResource): KeyGrant[] {
    const arn = textOf({ type: types.key, urn: "", outputs }, "arn");
    return this.all(types.keyGrant).flatMap((one) => {
      const { keyId, granteePrincipal, retiringPrincipal, operations, constraints, grantId } = one.outputs;
      if (keyId !== arn && keyId !== arn.slice(arn.lastIndexOf("/") + 1)) return [];
      const [constraint] = [constraints ?? []].flat() as Partial<Record<string, Record<string, string>>>[];
      const { encryptionContextEquals: equals, encryptionContextSubset: subset } = constraint ?? {};
      return {
        source: `grant ${String(grantId ?? logicalName(one.urn))}`,
        grantee: String(granteePrincipal),
        operations: [operations ?? []].flat().map(String),
        constraints: {
          ...(equals === undefined ? {} : { EncryptionContextEquals: equals }),
          ...(subset === undefined ? {} : { EncryptionContextSubset: subset }),
        },
        ...(typeof retiringPrincipal === "string" ? { retiringPrincipal } : {}),
      };
    });
  }

  /** ARN of the key with which a bucket encrypts what names no key. */
  public keyOfBucket(name: string): string | undefined {
    interface Rule {
      applyServerSideEncryptionByDefault?: { kmsMasterKeyId?: string };
    }
    const settings = this.all(types.bucketEncryption).find((one) => one.outputs.bucket === name);
    const [rule] = (settings?.outputs.rules ?? []) as Rule[];
    return rule?.applyServerSideEncryptionByDefault?.kmsMasterKeyId;
  }

  public bucket(name: string, folder: string): BucketModel {
    this.find(types.bucket, "bucket", name);
    const policy = this.all(types.bucketPolicy).find((one) => one.outputs.bucket === name);
    const listed = this.listed(name);
    if (policy === undefined && listed.length === 0) return { name, folder };
    const written = policy === undefined ? undefined : documentOf(policy, "policy");
    const source = `policy of bucket ${name}`;
    if (written !== undefined && listed.length === 0) return { name, folder, policy: { source, document: written } };
    // Who is let in by a list is let in, whatever the policy grants; what the policy denies stays denied.
    const Statement = [...(written === undefined ? [] : statementsOf(written)), ...listed];
    return { name, folder, policy: { source, document: { Version: "2012-10-17", Statement } } };
  }

  /** What the access control list of a bucket grants. */
  private listed(name: string): Statement[] {
    const lists = [...this.all(types.bucketAcl), ...this.all(types.bucket)];
    const arn = this.find(types.bucket, "bucket", name).outputs.arn;
    const at = typeof arn === "string" ? arn : `arn:aws:s3:::${name}`;
    const { statements, unread } = listedFor(name, at, this.all(types.bucketOwnership), lists);
    const [first] = unread;
    if (first !== undefined) {
      throw new ProofError(`The ${first.what} ${first.why}. Enforce the bucket's owner, which switches lists off.`);
    }
    return statements.map((one) => ({ Sid: "AccessControlList", ...one }));
  }

  /** The endpoints by the last part of their service's name, e.g. `s3`, `bedrock-runtime`. */
  public endpoints(): Record<string, EndpointModel> {
    return Object.fromEntries(
      this.all(types.endpoint).map((one) => {
        const service = textOf(one, "serviceName").split(".").at(-1) ?? "";
        const policy = { source: `policy of the ${service} endpoint`, document: documentOf(one, "policy") };
        return [service, { id: textOf(one, "arn").split("/")[1] ?? "", vpcId: textOf(one, "vpcId"), policy }];
      }),
    );
  }

  /** The bucket and the log groups of logs, the trail, and the key under which they are. */
  public logging(known: readonly KeyModel[]): Pick<AccessModel, "logs" | "logKey" | "logGroups" | "trailArn"> {
    const bucket = this.all(types.bucket).find(({ urn }) => logicalName(urn).endsWith("-logs-bucket"));
    const groups = this.all(types.logGroup);
    const name = bucket === undefined ? undefined : textOf(bucket, "bucket");
    const ofGroup = groups.map(({ outputs }) => outputs.kmsKeyId).find((key) => typeof key === "string");
    const ofTopic = this.all(types.topic).map(({ outputs }) => outputs.kmsMasterKeyId);
    const ofChannel = ofTopic.find((key): key is string => typeof key === "string" && key.startsWith("arn:"));
    const keyArn = (name === undefined ? undefined : this.keyOfBucket(name)) ?? ofGroup ?? ofChannel;
    const logKey = known.find(({ arn }) => arn === keyArn) ?? (keyArn === undefined ? undefined : this.key(keyArn));
    const [trail] = this.all(types.trail);
    return {
      ...(name === undefined ? {} : { logs: this.bucket(name, "") }),
      ...(logKey === undefined ? {} : { logKey }),
      logGroups: groups.map((one) => textOf(one, "name")),
      ...(trail === undefined ? {} : { trailArn: textOf(trail, "arn") }),
    };
  }

  /** Topics and queues with their policies; a queue's policy names the queue by its URL, which ends in the name. */
  public channels(): AccessModel["channels"] {
    const policies = [...this.all(types.topicPolicy), ...this.all(types.queuePolicy)];
    return [...this.all(types.topic), ...this.all(types.queue)].map((channel) => {
      const arn = textOf(channel, "arn");
      const title = arn.slice(arn.lastIndexOf(":") + 1);
      const policy = policies.find(
        ({ outputs }) => outputs.arn === arn || String(outputs.queueUrl).split("/").at(-1) === title,
      );
      const source = `policy of ${channel.type === types.queue ? "queue" : "topic"} ${title}`;
      const senders = SENDERS.filter(([type]) =>
        this.all(type).some(({ outputs }) => JSON.stringify(outputs).includes(`"${arn}"`)),
      ).map(([, service]) => service);
      if (policy === undefined) return { arn, senders };
      return { arn, senders, policy: { source, document: documentOf(policy, "policy") } };
    });
  }

  public guardrail(): Pick<AccessModel, "guardrail"> {
    const [guardrail] = this.all(types.guardrail);
    if (guardrail === undefined) return {};
    const arn = textOf(guardrail, "guardrailArn");
    const [version] = this.all(types.guardrailVersion);
    return { guardrail: { arn, versionArn: version === undefined ? arn : `${arn}:${textOf(version, "version")}` } };
  }

  public role(arn: string, label: string): RoleModel {
    const role = this.find(types.role, "arn", arn);
    const name = textOf(role, "name");
    // After a refresh the role lists every inline policy, those with a resource of their own too. The resource is the
    // newer of the two: an update that changes it does not touch the role's list.
    const inline = new Map<string, SourcedPolicy["document"]>([
      ...((role.outputs.inlinePolicies ?? []) as { name: string; policy: string }[]).map(
        (one) => [one.name, one.policy] as const,
      ),
      ...this.all(types.inlinePolicy)
        .filter((one) => one.outputs.role === name)
        .map((one) => [textOf(one, "name"), documentOf(one, "policy")] as const),
    ]);
    const attached = this.all(types.attachment)
      .filter((one) => one.outputs.role === name)
      .map((one) => textOf(one, "policyArn"));
    const managed = new Set([...((role.outputs.managedPolicyArns ?? []) as string[]), ...attached]);
    const boundary = role.outputs.permissionsBoundary;
    return {
      arn,
      ...purposeOf(role),
      trust: { source: `trust policy of ${label}`, document: documentOf(role, "assumeRolePolicy") },
      identity: [
        ...[...inline].map(([title, document]) => ({ source: `policy "${title}" of ${label}`, document })),
        ...[...managed].map((one) => this.managed(one)),
      ],
      ...(typeof boundary === "string" && boundary !== "" ? { boundary: this.managed(boundary) } : {}),
    };
  }

  private managed(arn: string): SourcedPolicy {
    return {
      source: `managed policy ${arn}`,
      document: documentOf(this.find(types.managedPolicy, "arn", arn), "policy"),
    };
  }
}

function purposeOf({ urn }: StackResource): Pick<RoleModel, "purpose"> {
  const title = logicalName(urn);
  const purpose = purposes.find((one) => title.endsWith(`-${one}-role`) || title.endsWith(`-${one}`));
  return purpose === undefined ? {} : { purpose };
}

/** The environment's tag on the job, which everything in the environment carries. */
function markerOf({ outputs }: StackResource): string {
  const tags = outputs.tags as Record<string, string> | undefined;
  return tags?.CustomizationEnvironment ?? "";
}

/** A property that must be a text; a secret, which an export holds encrypted, is none. */
function textOf({ type, urn, outputs }: StackResource, property: string): string {
  const value = outputs[property];
  if (typeof value === "string" && value !== "") return value;
  throw new ProofError(
    `${urn || type}: ${property} is ${JSON.stringify(value)}; expected a text. Export a deployed stack.`,
  );
}

/** A policy document; the template of a preview is an object. */
function documentOf(resource: StackResource, property: string): PolicyDocument | string {
  const value = resource.outputs[property];
  return typeof value === "object" && value !== null && "Statement" in value
    ? (value as PolicyDocument)
    : textOf(resource, property);
}

function s3Uri(uri: string): { bucket: string; key: string } {
  const [scheme, nothing, bucket = "", ...key] = uri.split("/");
  if (scheme !== "s3:" || nothing !== "" || bucket === "") {
    throw new ProofError(`${uri} is not an S3 URI; expected s3://BUCKET/KEY.`);
  }
  return { bucket, key: key.join("/") };
}
