/** Programs that customize a model with `@pulumi/aws` alone, in the older forms, and single changes that weaken them. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ACCOUNT, type ForeignProgram, type ForeignPrograms } from "./program";

const REGION = "us-west-2";
const version = "2012-10-17";
const buckets = { training: `acme-train-${ACCOUNT}`, output: `acme-models-${ACCOUNT}` };
const arnOf = (bucket: string) => `arn:aws:s3:::${bucket}`;
const roleArn = `arn:aws:iam::${ACCOUNT}:role/acme-customization`;

/** What a variant has in the place of what is right. */
interface Variant {
  readonly trustCondition?: object;
  readonly bucketTls?: boolean;
  readonly encryption?: string;
  readonly groupEgress?: object[];
  readonly route?: object;
  readonly endpointAction?: string;
  readonly key?: boolean;
  readonly vpc?: boolean;
  readonly dataActions?: string | string[];
  readonly extraRights?: object;
  readonly units?: number;
  readonly trainingUri?: string;
  readonly region?: string;
  readonly blocked?: boolean;
}

function bucketPolicy(bucket: string, key: pulumi.Input<string>, tls: boolean) {
  const [arn, objects] = [arnOf(bucket), `${arnOf(bucket)}/*`];
  const deny = (Condition: object, Action = "s3:PutObject") => ({
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: Action === "s3:*" ? [arn, objects] : objects,
    Condition,
  });
  const header = "s3:x-amz-server-side-encryption";
  return pulumi.jsonStringify({
    Version: version,
    Statement: [
      ...(tls ? [deny({ Bool: { "aws:SecureTransport": "false" } }, "s3:*")] : []),
      deny({ NumericLessThan: { "s3:TlsVersion": 1.2 } }, "s3:*"),
      deny({ Null: { [header]: "false" }, StringNotEquals: { [header]: "aws:kms" } }),
      deny({
        Null: { [`${header}-aws-kms-key-id`]: "false" },
        StringNotEquals: { [`${header}-aws-kms-key-id`]: key },
      } as object),
    ],
  });
}

/** Buckets with everything inline, a job from `aws.bedrock.CustomModel`, groups and routes inline, policies split off. */
function customModel(variant: Variant = {}): void {
  const provider =
    variant.region === undefined ? undefined : new aws.Provider("there", { region: variant.region as aws.Region });
  const account = aws.getCallerIdentityOutput().accountId;
  const ofAccount = (principal: string) => pulumi.interpolate`arn:aws:iam::${account}:${principal}`;
  const key = new aws.kms.Key("models", {
    enableKeyRotation: true,
    policy: pulumi.jsonStringify({
      Version: version,
      Statement: [
        {
          Sid: "Administration",
          Effect: "Allow",
          Principal: { AWS: ofAccount("root") },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "Use",
          Effect: "Allow",
          Principal: { AWS: [roleArn] },
          Action: ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
          Resource: "*",
        },
        {
          Sid: "Grants",
          Effect: "Allow",
          Principal: { AWS: roleArn },
          Action: ["kms:CreateGrant"],
          Resource: "*",
          Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
      ],
    }),
  });
  for (const [name, bucket] of Object.entries(buckets)) {
    const made = new aws.s3.Bucket(name, {
      bucket,
      serverSideEncryptionConfiguration: {
        rule: {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: variant.encryption ?? "aws:kms",
            ...(variant.encryption === undefined && { kmsMasterKeyId: key.arn }),
          },
          bucketKeyEnabled: true,
        },
      },
      versioning: { enabled: true },
      policy: bucketPolicy(bucket, key.arn, variant.bucketTls ?? true),
    });
    new aws.s3.BucketOwnershipControls(name, { bucket: made.id, rule: { objectOwnership: "BucketOwnerEnforced" } });
    if (variant.blocked === false && name === "output") continue;
    new aws.s3.BucketPublicAccessBlock(name, {
      bucket: made.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  }
  const role = new aws.iam.Role("customization", {
    name: "acme-customization",
    assumeRolePolicy: {
      Version: version,
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "bedrock.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: (variant.trustCondition ?? {
            StringEquals: { "aws:SourceAccount": account },
            ArnLike: {
              "aws:SourceArn": pulumi.interpolate`arn:aws:bedrock:${REGION}:${account}:model-customization-job/*`,
            },
          }) as never,
        },
      ],
    },
  });
  const rights = new aws.iam.Policy("data", {
    policy: pulumi.jsonStringify({
      Version: version,
      Statement: [
        {
          Effect: "Allow",
          Action: variant.dataActions ?? "s3:GetObject",
          Resource: `${arnOf(buckets.training)}/data/*`,
        },
        { Effect: "Allow", Action: ["s3:ListBucket"], Resource: Object.values(buckets).map(arnOf) },
        { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: [`${arnOf(buckets.output)}/out/*`] },
        {
          Effect: "Allow",
          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          Resource: key.arn,
          Condition: { StringEquals: { "kms:ViaService": [`s3.${REGION}.amazonaws.com`] } },
        },
        ...(variant.extraRights === undefined ? [] : [variant.extraRights]),
      ],
    }),
  });
  new aws.iam.RolePolicyAttachment("data", { role, policyArn: rights.arn });
  const network = privateNetwork(variant);
  const model = new aws.bedrock.CustomModel(
    "clauses",
    {
      baseModelIdentifier: `arn:aws:bedrock:${REGION}::foundation-model/amazon.titan-text-express-v1`,
      customModelName: "clauses",
      jobName: "clauses-1",
      roleArn: role.arn,
      hyperparameters: { epochCount: "1", batchSize: "1", learningRate: "0.005", learningRateWarmupSteps: "0" },
      ...(variant.key !== false && { customModelKmsKeyId: key.arn }),
      trainingDataConfig: { s3Uri: variant.trainingUri ?? `s3://${buckets.training}/data/train.jsonl` },
      outputDataConfig: { s3Uri: `s3://${buckets.output}/out/` },
      ...(variant.vpc !== false && { vpcConfig: network }),
    },
    provider && { provider },
  );
  new aws.bedrock.ProvisionedModelThroughput("clauses", {
    provisionedModelName: "clauses",
    modelArn: model.customModelArn,
    modelUnits: variant.units ?? 1,
  });
}

function privateNetwork(variant: Variant) {
  const vpc = new aws.ec2.Vpc("private", {
    cidrBlock: "10.4.0.0/16",
    enableDnsHostnames: true,
    enableDnsSupport: true,
  });
  new aws.ec2.DefaultSecurityGroup("closed", { vpcId: vpc.id, ingress: [], egress: [] });
  const table = new aws.ec2.RouteTable("private", {
    vpcId: vpc.id,
    routes: variant.route === undefined ? [] : [variant.route as aws.types.input.ec2.RouteTableRoute],
  });
  const subnets = ["a", "b"].map((zone, index) => {
    const subnet = new aws.ec2.Subnet(zone, {
      vpcId: vpc.id,
      cidrBlock: `10.4.${index}.0/24`,
      availabilityZone: `${REGION}${zone}`,
    });
    new aws.ec2.RouteTableAssociation(zone, { subnetId: subnet.id, routeTableId: table.id });
    return subnet;
  });
  const endpoints = new aws.ec2.SecurityGroup("endpoints", {
    vpcId: vpc.id,
    description: "Endpoints",
    ingress: [{ description: "TLS", protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [vpc.cidrBlock] }],
  });
  const jobs = new aws.ec2.SecurityGroup("jobs", {
    vpcId: vpc.id,
    description: "Jobs",
    egress: (variant.groupEgress ?? [
      { description: "Endpoints", protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: [endpoints.id] },
      { description: "S3", protocol: "tcp", fromPort: 443, toPort: 443, prefixListIds: ["pl-68a54001"] },
    ]) as aws.types.input.ec2.SecurityGroupEgress[],
  });
  const passes = (Action: string[], Resource: string[]) =>
    JSON.stringify({
      Version: version,
      Statement: [{ Effect: "Allow", Principal: { AWS: roleArn }, Action, Resource }],
    });
  const objects = Object.values(buckets).flatMap((bucket) => [arnOf(bucket), `${arnOf(bucket)}/*`]);
  new aws.ec2.VpcEndpoint("s3", {
    vpcId: vpc.id,
    serviceName: `com.amazonaws.${REGION}.s3`,
    routeTableIds: [table.id],
    policy:
      variant.endpointAction === undefined
        ? passes(["s3:GetObject", "s3:PutObject", "s3:ListBucket"], objects)
        : JSON.stringify({
            Statement: [{ Effect: "Allow", Principal: "*", Action: variant.endpointAction, Resource: "*" }],
          }),
  });
  new aws.ec2.VpcEndpoint("kms", {
    vpcId: vpc.id,
    vpcEndpointType: "Interface",
    serviceName: `com.amazonaws.${REGION}.kms`,
    subnetIds: subnets.map(({ id }) => id),
    securityGroupIds: [endpoints.id],
    privateDnsEnabled: true,
    policy: passes(["kms:Decrypt", "kms:GenerateDataKey"], [`arn:aws:kms:${REGION}:${ACCOUNT}:key/*`]),
  });
  return { subnetIds: subnets.map(({ id }) => id), securityGroupIds: [jobs.id] };
}

const weak = (variant: Variant, ...finds: readonly string[]): ForeignProgram => ({
  program: () => customModel(variant),
  finds,
});
const world = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };

/** The programs. */
export const modelPrograms: ForeignPrograms = {
  "a custom model of the AWS provider, in inline forms": { program: () => customModel(), finds: [] },
  "a custom model under a key of AWS": weak({ key: false }, "customization-job-uses-a-customer-key on clauses"),
  "a custom model outside a VPC": weak({ vpc: false }, "customization-job-runs-in-a-vpc on clauses"),
  "a custom model that trains on somebody's bucket": weak(
    { trainingUri: "s3://somebody/train.jsonl" },
    "job-uses-buckets-of-its-stack on clauses",
    "job-role-does-only-its-job on clauses",
    "job-endpoints-let-only-the-job-through on s3",
  ),
  "a custom model whose role anybody's Bedrock takes on": weak(
    { trustCondition: {} },
    "bedrock-role-trusts-only-its-purpose on customization",
    "service-statements-name-their-source on customization",
  ),
  "a custom model whose role is for agents": weak(
    {
      trustCondition: {
        StringEquals: { "aws:SourceAccount": ACCOUNT },
        ArnLike: { "aws:SourceArn": `arn:aws:bedrock:${REGION}:${ACCOUNT}:agent/*` },
      },
    },
    "bedrock-role-trusts-only-its-purpose on customization",
  ),
  "a custom model whose role does anything with S3": weak(
    { dataActions: "s3:*" },
    "job-role-does-only-its-job on clauses",
    "statements-name-their-actions on data",
  ),
  "a custom model whose role reads every secret": weak(
    { extraRights: { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" } },
    "dangerous-rights-name-their-resources on data",
    "statements-name-their-resources on data",
  ),
  "a custom model on buckets without TLS": weak(
    { bucketTls: false },
    "bucket-requires-tls on training",
    "bucket-requires-tls on output",
  ),
  "a custom model on buckets under a key of S3": weak(
    { encryption: "AES256" },
    "bucket-is-encrypted-with-a-customer-key on training",
    "bucket-is-encrypted-with-a-customer-key on output",
  ),
  "a custom model whose results have no public access block": weak(
    { blocked: false },
    "bucket-blocks-public-access on output",
  ),
  "a custom model that may talk to the world": weak(
    { groupEgress: [world] },
    "security-groups-are-closed-to-the-world on jobs",
  ),
  "a custom model with a way through a NAT": weak(
    { route: { cidrBlock: "0.0.0.0/0", natGatewayId: "nat-0aaa" } },
    "route-tables-reach-no-internet on private",
  ),
  "a custom model with a way through a peering": weak(
    { route: { cidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: "pcx-0aaa" } },
    "job-subnets-have-no-way-out on clauses",
  ),
  "a custom model with an endpoint for everything": weak(
    { endpointAction: "*" },
    "vpc-endpoint-policy-bounds-who-and-what on s3",
  ),
  "a custom model with too much throughput": weak({ units: 9 }, "provisioned-throughput-is-bounded on clauses"),
};
