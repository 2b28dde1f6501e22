/** A small environment in which every policy is content; the good examples are parts of it. Ids are those of AWS's docs. */
import { ACCOUNT, FOREIGN_ACCOUNT, KEY_ARN, LOGS, OUTPUT, REGION, TRAINING } from "./names";
import { json, type ExampleResource } from "./example";
import { watch } from "./watch";

export { ACCOUNT, FOREIGN_ACCOUNT };

const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/customization`;
const SUBNETS = ["subnet-0aaa", "subnet-0bbb"];

/** Statements that later examples weaken. */
export const statements = {
  root: {
    Sid: "Root",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: "kms:*",
    Resource: "*",
  },
  useKey: {
    Sid: "Customize",
    Effect: "Allow",
    Principal: { AWS: ROLE_ARN },
    Action: ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"],
    Resource: "*",
    Condition: { StringLike: { "kms:ViaService": `bedrock.${REGION}.amazonaws.com` } },
  },
  logs: {
    Sid: "Logs",
    Effect: "Allow",
    Principal: { Service: `logs.${REGION}.amazonaws.com` },
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:Describe*"],
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*` } },
  },
  trust: {
    Effect: "Allow",
    Principal: { Service: "bedrock.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": ACCOUNT },
      ArnEquals: { "aws:SourceArn": `arn:aws:bedrock:${REGION}:${ACCOUNT}:model-customization-job/*` },
    },
  },
  readTraining: {
    Sid: "Read",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:ListBucket"],
    Resource: [`arn:aws:s3:::${TRAINING}`, `arn:aws:s3:::${TRAINING}/fine-tuning-datasets/*`],
  },
  writeOutput: {
    Sid: "Write",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
    Resource: [`arn:aws:s3:::${OUTPUT}`, `arn:aws:s3:::${OUTPUT}/outputs/*`],
  },
  passRole: {
    Sid: "Pass",
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: ROLE_ARN,
    Condition: { StringEquals: { "iam:PassedToService": "bedrock.amazonaws.com" } },
  },
  s3Endpoint: {
    Sid: "OwnToOwn",
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
    Resource: [
      `arn:aws:s3:::${TRAINING}`,
      `arn:aws:s3:::${TRAINING}/*`,
      `arn:aws:s3:::${OUTPUT}`,
      `arn:aws:s3:::${OUTPUT}/*`,
    ],
    Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT } },
  },
  kmsEndpoint: {
    Sid: "OwnKeys",
    Effect: "Allow",
    Principal: { AWS: ROLE_ARN },
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/*`,
  },
};

/** The statement that refuses requests without TLS. */
export function denyWithoutTls(bucket: string): Readonly<Record<string, unknown>> {
  return {
    Sid: "DenyWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** The statements that refuse old TLS and other encryption. */
export function denyTheRest(bucket: string): Readonly<Record<string, unknown>>[] {
  const objects = `arn:aws:s3:::${bucket}/*`;
  const refuse = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: objects };
  const header = "s3:x-amz-server-side-encryption";
  const unless = (key: string, value: string) => ({ Null: { [key]: "false" }, StringNotEquals: { [key]: value } });
  return [
    {
      ...refuse,
      Sid: "DenyOldTls",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${bucket}`, objects],
      Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
    },
    { ...refuse, Sid: "DenyOtherEncryption", Condition: unless(header, "aws:kms") },
    { ...refuse, Sid: "DenyOtherKey", Condition: unless(`${header}-aws-kms-key-id`, KEY_ARN) },
  ];
}

/** The statement that refuses who comes neither through the endpoints nor is meant. */
export function denyOutside(
  bucket: string,
  endpoints: string | string[] = "vpce-0aaa",
): Readonly<Record<string, unknown>> {
  return {
    Sid: "DenyFromOutside",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: {
      StringNotEqualsIfExists: { "aws:SourceVpce": endpoints },
      ArnNotLikeIfExists: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/deployer` },
      BoolIfExists: { "aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false" },
    },
  };
}

function bucket(name: string, physicalName: string): ExampleResource[] {
  const split = (suffix: string, type: string, properties: Record<string, unknown>): ExampleResource => ({
    type,
    name: `${name}-${suffix}`,
    properties: { bucket: physicalName, ...properties },
    dependencies: { bucket: [name], rules: ["key"] },
  });
  return [
    { type: "aws:s3/bucket:Bucket", name, properties: { bucket: physicalName } },
    split("encryption", "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY_ARN },
          bucketKeyEnabled: true,
        },
      ],
    }),
    split("access", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
    split("policy", "aws:s3/bucketPolicy:BucketPolicy", {
      policy: json(denyWithoutTls(physicalName), ...denyTheRest(physicalName), denyOutside(physicalName)),
    }),
    split("ownership", "aws:s3/bucketOwnershipControls:BucketOwnershipControls", {
      rule: { objectOwnership: "BucketOwnerEnforced" },
    }),
    split("lifecycle", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
      rules: [{ id: "unfinished", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }],
    }),
    ...(physicalName === LOGS
      ? []
      : [split("logging", "aws:s3/bucketLogging:BucketLogging", { targetBucket: LOGS, targetPrefix: `${name}/` })]),
    split("versioning", "aws:s3/bucketVersioning:BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
  ];
}

/** All resources of the environment. */
export const environment: readonly ExampleResource[] = [
  {
    type: "aws:kms/key:Key",
    name: "key",
    properties: {
      arn: KEY_ARN,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: json(statements.root, statements.useKey, statements.logs),
    },
  },
  ...bucket("training", TRAINING),
  ...bucket("output", OUTPUT),
  ...bucket("logs", LOGS),
  {
    type: "aws:ec2/vpc:Vpc",
    name: "vpc",
    properties: { id: "vpc-0aaa", cidrBlock: "10.0.0.0/16", enableDnsSupport: true, enableDnsHostnames: true },
  },
  {
    type: "aws:ec2/routeTable:RouteTable",
    name: "routes",
    properties: { id: "rtb-0aaa", vpcId: "vpc-0aaa", routes: [] },
    dependencies: { vpcId: ["vpc"] },
  },
  ...SUBNETS.flatMap((id, index): ExampleResource[] => [
    {
      type: "aws:ec2/subnet:Subnet",
      name: `subnet-${index + 1}`,
      properties: { id, vpcId: "vpc-0aaa" },
      dependencies: { vpcId: ["vpc"] },
    },
    {
      type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
      name: `subnet-${index + 1}-routes`,
      properties: { subnetId: id, routeTableId: "rtb-0aaa" },
      dependencies: { subnetId: [`subnet-${index + 1}`], routeTableId: ["routes"] },
    },
  ]),
  {
    type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    name: "default-group",
    properties: { vpcId: "vpc-0aaa", ingress: [], egress: [] },
    dependencies: { vpcId: ["vpc"] },
  },
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    name: "job-group",
    properties: { id: "sg-0aaa", vpcId: "vpc-0aaa", ingress: [], egress: [] },
    dependencies: { vpcId: ["vpc"] },
  },
  {
    type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    name: "to-s3",
    properties: { securityGroupId: "sg-0aaa", ipProtocol: "tcp", fromPort: 443, toPort: 443, prefixListId: "pl-0aaa" },
    dependencies: { securityGroupId: ["job-group"] },
  },
  {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    name: "from-vpc",
    properties: { securityGroupId: "sg-0bbb", ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "10.0.0.0/16" },
    dependencies: { securityGroupId: ["endpoint-group"] },
  },
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    name: "endpoint-group",
    properties: { id: "sg-0bbb", vpcId: "vpc-0aaa" },
    dependencies: { vpcId: ["vpc"] },
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    name: "s3-endpoint",
    properties: {
      id: "vpce-0aaa",
      vpcId: "vpc-0aaa",
      routeTableIds: ["rtb-0aaa"],
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${REGION}.s3`,
      policy: json(statements.s3Endpoint),
    },
    dependencies: { vpcId: ["vpc"], routeTableIds: ["routes"] },
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    name: "kms-endpoint",
    properties: {
      id: "vpce-0bbb",
      vpcId: "vpc-0aaa",
      subnetIds: SUBNETS,
      securityGroupIds: ["sg-0bbb"],
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${REGION}.kms`,
      privateDnsEnabled: true,
      policy: json(statements.kmsEndpoint),
    },
    dependencies: { vpcId: ["vpc"], subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["endpoint-group"] },
  },
  {
    type: "aws:iam/role:Role",
    name: "role",
    properties: { name: "customization", arn: ROLE_ARN, assumeRolePolicy: json(statements.trust) },
  },
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    name: "role-data",
    properties: { role: "customization", policy: json(statements.readTraining, statements.writeOutput) },
    dependencies: { role: ["role"] },
  },
  {
    type: "aws:iam/policy:Policy",
    name: "operator",
    properties: { policy: json(statements.passRole) },
  },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "operator-attachment",
    properties: { role: "operator", policyArn: `arn:aws:iam::${ACCOUNT}:policy/operator` },
  },
  {
    type: "aws:cloudwatch/logGroup:LogGroup",
    name: "invocations",
    properties: { name: "/bedrock/invocations", kmsKeyId: KEY_ARN, retentionInDays: 365 },
    dependencies: { kmsKeyId: ["key"] },
  },
  {
    type: "pulumi-nodejs:dynamic/bedrock:CustomizationJob",
    name: "job",
    properties: {
      region: REGION,
      customModelName: "legal-summaries",
      jobName: "legal-summaries-1",
      roleArn: ROLE_ARN,
      baseModel: `arn:aws:bedrock:${REGION}::foundation-model/meta.llama3-1-8b-instruct-v1:0:128k`,
      customizationType: "FINE_TUNING",
      hyperParameters: { epochCount: "2" },
      trainingDataUri: `s3://${TRAINING}/fine-tuning-datasets/train.jsonl`,
      validationDataUris: [`s3://${TRAINING}/fine-tuning-datasets/validation.jsonl`],
      outputDataUri: `s3://${OUTPUT}/outputs/`,
      modelKmsKeyArn: KEY_ARN,
      vpcConfig: { subnetIds: SUBNETS, securityGroupIds: ["sg-0aaa"] },
      tags: { Owner: "ml-platform" },
    },
    dependencies: {
      modelKmsKeyArn: ["key"],
      roleArn: ["role"],
      trainingDataUri: ["training"],
      outputDataUri: ["output"],
      vpcConfig: ["subnet-1", "subnet-2", "job-group"],
    },
  },
  {
    type: "pulumi-nodejs:dynamic/bedrock:ProvisionedThroughput",
    name: "throughput",
    properties: {
      name: "legal-summaries",
      modelArn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:custom-model/x`,
      modelUnits: 1,
    },
    dependencies: { modelArn: ["job"] },
  },
  ...watch,
];
