/** The access model of an environment, as data: who there is, what there is, and the documents that decide between them. */
import type { KeyGrant, PolicyKind, SourcedPolicy } from "../iam";

/** What a role of an environment can be for, besides customization jobs. */
export const purposes = [
  "operator",
  "steward",
  "invoker",
  "auditor",
  "import",
  "evaluation",
  "invocation-logging",
  "flow-logs",
  "trail",
] as const;

/** One of {@link purposes}. */
export type Purpose = (typeof purposes)[number];

/** A role, with everything attached to it. */
export interface RoleModel {
  arn: string;
  /** What the role is for, as the end of its resource's logical name tells; absent: nobody knows. */
  purpose?: Purpose;
  trust: SourcedPolicy;
  /** Inline and managed policies. */
  identity: SourcedPolicy[];
  boundary?: SourcedPolicy;
}

/** A bucket of the environment and the folder in it that jobs use. */
export interface BucketModel {
  name: string;
  /** Key prefix with a slash at its end; empty for the whole bucket. */
  folder: string;
  policy?: SourcedPolicy;
}

/** A KMS key. */
export interface KeyModel {
  arn: string;
  policy: SourcedPolicy;
  /** Default: none. An export holds those that the program made; `--live` reads all. */
  grants?: KeyGrant[];
}

/** A VPC endpoint. */
export interface EndpointModel {
  id: string;
  vpcId: string;
  policy: SourcedPolicy;
}

/** Everything that a proof asks about. Read by `stack.ts` from what an adapter found, judged by `prove`. */
export interface AccessModel {
  /** Name of the stack, for the reader. */
  name: string;
  partition: string;
  region: string;
  /** Account id, twelve digits. */
  account: string;
  /** The service role of customization jobs. */
  role: RoleModel;
  /** The other roles of the stack. */
  roles: RoleModel[];
  /** Key of the customized model. */
  modelKey: KeyModel;
  /** Key of the buckets for data sets and results; often the same. */
  dataKey: KeyModel;
  training: BucketModel;
  output: BucketModel;
  /** Key of a training file, in the training bucket. */
  trainingFile: string;
  /** Bucket of logs and its key, if there is one. */
  logs?: BucketModel;
  /** Key of log bucket, log groups and topics; often the same as the others. */
  logKey?: KeyModel;
  /** Names of the log groups. */
  logGroups: string[];
  /** ARN of the trail. */
  trailArn?: string;
  /** Topics and queues for alerts, with their policies and the AWS services that send to them. */
  channels: { arn: string; policy?: SourcedPolicy; senders: string[] }[];
  /** The guardrail: its ARN, and its ARN with the pinned version. */
  guardrail?: { arn: string; versionArn: string };
  /** Value of the tag `CustomizationEnvironment` on what belongs to the environment. */
  marker: string;
  /** By service, e.g. `s3`, `kms`, `bedrock-runtime`. */
  endpoints: Partial<Record<string, EndpointModel>>;
  subnetIds: string[];
  securityGroupIds: string[];
  /** Id of the organization that the endpoints demand of who passes them. Absent: they demand none. */
  organizationId?: string;
  /** `aws:PrincipalArn` values and patterns of whoever is named to administer the keys. Empty: whoever may by IAM. */
  administrators: string[];
  /** `aws:PrincipalArn` values and patterns that the key policy accepts besides the service role: whoever deploys. */
  deployers: string[];
  jobArn: string;
  /**
   * Service and resource control policies of the account, one list per level from the root to the account. They are never in a
   * stack. Default: not asked about.
   */
  organization?: OrganizationPolicies;
}

/** Policies of an organization, one list per level. */
export interface OrganizationPolicies {
  scps: SourcedPolicy[][];
  rcps: SourcedPolicy[][];
}

/** A stack, or an argument, that the proof cannot work with. The command answers it with exit code 2. */
export class ProofError extends Error {
  public override readonly name = "ProofError";
}

/** All roles of the stack; the service role of customization jobs comes first. */
export function rolesOf({ role, roles }: Pick<AccessModel, "role" | "roles">): RoleModel[] {
  return [role, ...roles];
}

/** The keys of the model, each once. */
export function keysOf({ modelKey, dataKey, logKey }: AccessModel): KeyModel[] {
  const keys = [modelKey, dataKey, ...(logKey === undefined ? [] : [logKey])];
  return [...new Map(keys.map((key) => [key.arn, key])).values()];
}

/** Every document of the model, and where it is attached. */
export function documentsOf(model: AccessModel): { kind: PolicyKind; policy: SourcedPolicy }[] {
  const { training, output, logs, endpoints, channels } = model;
  const of = (kind: PolicyKind, ...policies: (SourcedPolicy | undefined)[]) =>
    policies.flatMap((policy) => (policy === undefined ? [] : [{ kind, policy }]));
  const boundaries = rolesOf(model).map(({ boundary }) => boundary);
  return [
    ...rolesOf(model).flatMap((role) => [...of("trust", role.trust), ...of("identity", ...role.identity)]),
    ...of("boundary", ...new Map(boundaries.map((one) => [one?.source, one])).values()),
    ...of("key", ...keysOf(model).map(({ policy }) => policy)),
    ...of("resource", training.policy, output.policy, logs?.policy, ...channels.map(({ policy }) => policy)),
    ...of("endpoint", ...Object.values(endpoints).map((endpoint) => endpoint?.policy)),
    ...of("scp", ...(model.organization?.scps ?? []).flat()),
    ...of("rcp", ...(model.organization?.rcps ?? []).flat()),
  ];
}

/** Suffix of the names of AWS services in the partition, as `kms:ViaService` shows it. */
export function dnsSuffix({ partition }: Pick<AccessModel, "partition">): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

/** ARN of a bucket, or of an object in it. */
export function s3Arn({ partition }: Pick<AccessModel, "partition">, bucket: string, key?: string): string {
  return `arn:${partition}:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;
}

/** ARN of something that has a Region and an account, e.g. `subnet/subnet-1` of `ec2`. */
export function regionalArn(model: AccessModel, service: string, resource: string, account = model.account): string {
  return `arn:${model.partition}:${service}:${model.region}:${account}:${resource}`;
}
