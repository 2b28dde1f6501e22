/**
 * The environment of a customization job, built in the emulator through the SDK as the program would build it.
 */
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as s3 from "@aws-sdk/client-s3";

export const ACCOUNT = "123456789012";
export const REGION = "us-west-2";
export const LLAMA = "meta.llama3-1-8b-instruct-v1:0:128k";
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** A statement of a test document. */
export interface TestStatement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: unknown;
  Action: string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The documents of an environment, by where they are attached. */
export interface Documents {
  trust: TestStatement[];
  role: TestStatement[];
  key: TestStatement[];
  s3Endpoint: TestStatement[];
  kmsEndpoint: TestStatement[];
  bucket: TestStatement[];
}

/** A built environment. */
export interface Environment {
  name: string;
  roleArn: string;
  keyArn: string;
  bucket: string;
  vpcId: string;
  subnetIds: string[];
  routeTableId: string;
  jobGroupId: string;
  endpointGroupId: string;
  s3EndpointId: string;
  kmsEndpointId: string;
  documents: Documents;
  clients: Clients;
  /** Attaches documents; those that are not given become the original ones again. */
  attach(changes?: Partial<Documents>): Promise<void>;
}

/** SDK clients of the emulator. */
export interface Clients {
  ec2: ec2.EC2Client;
  iam: iam.IAMClient;
  kms: kms.KMSClient;
  s3: s3.S3Client;
}

export function emulatorClients(endpoint: string, region = REGION): Clients {
  const settings = { region, endpoint, credentials: CREDENTIALS };
  return {
    ec2: new ec2.EC2Client(settings),
    iam: new iam.IAMClient(settings),
    kms: new kms.KMSClient(settings),
    s3: new s3.S3Client({ ...settings, forcePathStyle: true }),
  };
}

/** Prompt/completion records from the licence texts of spdx-license-list: what a passage says belongs to which licence. */
export async function licenceRecords(count: number): Promise<{ prompt: string; completion: string }[]> {
  const { default: licences } = (await import("spdx-license-list/full")) as {
    default: Record<string, { name: string; licenseText: string }>;
  };
  const records: { prompt: string; completion: string }[] = [];
  for (const licence of Object.values(licences)) {
    const passage = licence.licenseText.split(/\n\s*\n/).find((paragraph) => paragraph.length > 120);
    if (passage === undefined) continue;
    const text = passage.replace(/\s+/g, " ").slice(0, 400);
    records.push({
      prompt: `Name the licence of this clause: ${text}`,
      completion: `${licence.name}. ${text.slice(0, 120)}`,
    });
    if (records.length === count) break;
  }
  return records;
}

export const jsonl = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

const document = (statements: TestStatement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Builds key, bucket, network, endpoints and role, and uploads 120 training and 20 validation records. */
export async function buildEnvironment(endpoint: string, name: string, region = REGION): Promise<Environment> {
  const clients = emulatorClients(endpoint, region);
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const bucket = `${name}-data`;
  const key = await clients.kms.send(new kms.CreateKeyCommand({ Description: name }));
  const keyArn = key.KeyMetadata!.Arn!;

  const vpc = await clients.ec2.send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const vpcId = vpc.Vpc!.VpcId!;
  const subnetIds: string[] = [];
  for (const [index, zone] of ["a", "b"].entries()) {
    const subnet = await clients.ec2.send(
      new ec2.CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailabilityZone: `${region}${zone}`,
      }),
    );
    subnetIds.push(subnet.Subnet!.SubnetId!);
  }
  const table = await clients.ec2.send(new ec2.CreateRouteTableCommand({ VpcId: vpcId }));
  const routeTableId = table.RouteTable!.RouteTableId!;
  for (const SubnetId of subnetIds)
    await clients.ec2.send(new ec2.AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId }));
  const group = async (GroupName: string): Promise<string> =>
    (await clients.ec2.send(new ec2.CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId: vpcId })))
      .GroupId!;
  const jobGroupId = await group(`${name}-job`);
  const endpointGroupId = await group(`${name}-endpoint`);
  await clients.ec2.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId: endpointGroupId,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: jobGroupId }] }],
    }),
  );

  const s3Endpoint = await clients.ec2.send(
    new ec2.CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${region}.s3`,
      VpcEndpointType: "Gateway",
      RouteTableIds: [routeTableId],
    }),
  );
  const kmsEndpoint = await clients.ec2.send(
    new ec2.CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${region}.kms`,
      VpcEndpointType: "Interface",
      SubnetIds: subnetIds,
      SecurityGroupIds: [endpointGroupId],
      PrivateDnsEnabled: true,
    }),
  );
  const s3EndpointId = s3Endpoint.VpcEndpoint!.VpcEndpointId!;
  const kmsEndpointId = kmsEndpoint.VpcEndpoint!.VpcEndpointId!;
  const documents = documentsOf({ region, roleArn, keyArn, bucket, subnetIds, jobGroupId, s3EndpointId });

  await clients.iam.send(
    new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document(documents.trust) }),
  );
  await clients.s3.send(
    new s3.CreateBucketCommand({
      Bucket: bucket,
      ...(region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as s3.BucketLocationConstraint } }),
    }),
  );
  await clients.s3.send(
    new s3.PutBucketEncryptionCommand({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn },
            BucketKeyEnabled: true,
          },
        ],
      },
    }),
  );
  const records = await licenceRecords(140);
  const put = (Key: string, Body: string) =>
    clients.s3.send(
      new s3.PutObjectCommand({
        Bucket: bucket,
        Key,
        Body,
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: keyArn,
        BucketKeyEnabled: true,
      }),
    );
  await put("fine-tuning-datasets/train.jsonl", jsonl(records.slice(0, 120)));
  await put("fine-tuning-datasets/validation.jsonl", jsonl(records.slice(120)));

  const environment: Environment = {
    name,
    roleArn,
    keyArn,
    bucket,
    vpcId,
    subnetIds,
    routeTableId,
    jobGroupId,
    endpointGroupId,
    s3EndpointId,
    kmsEndpointId,
    documents,
    clients,
    async attach(changes = {}) {
      const wanted = { ...documents, ...changes };
      await clients.iam.send(
        new iam.UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: document(wanted.trust) }),
      );
      await clients.iam.send(
        new iam.PutRolePolicyCommand({ RoleName: name, PolicyName: "job", PolicyDocument: document(wanted.role) }),
      );
      await clients.kms.send(
        new kms.PutKeyPolicyCommand({ KeyId: keyArn, PolicyName: "default", Policy: document(wanted.key) }),
      );
      await clients.s3.send(new s3.PutBucketPolicyCommand({ Bucket: bucket, Policy: document(wanted.bucket) }));
      await clients.ec2.send(
        new ec2.ModifyVpcEndpointCommand({ VpcEndpointId: s3EndpointId, PolicyDocument: document(wanted.s3Endpoint) }),
      );
      await clients.ec2.send(
        new ec2.ModifyVpcEndpointCommand({
          VpcEndpointId: kmsEndpointId,
          PolicyDocument: document(wanted.kmsEndpoint),
        }),
      );
    },
  };
  await environment.attach();
  return environment;
}

/** The documents of research and of the user guide ("custom-model-job-access-security", "encryption-custom-job"). */
function documentsOf(of: {
  region: string;
  roleArn: string;
  keyArn: string;
  bucket: string;
  subnetIds: string[];
  jobGroupId: string;
  s3EndpointId: string;
}): Documents {
  const ec2Arn = (rest: string): string => `arn:aws:ec2:${of.region}:${ACCOUNT}:${rest}`;
  const jobs = `arn:aws:bedrock:${of.region}:${ACCOUNT}:model-customization-job/*`;
  const subnets = of.subnetIds.map((id) => ec2Arn(`subnet/${id}`));
  const bucketArn = `arn:aws:s3:::${of.bucket}`;
  const role = { AWS: of.roleArn };
  const allow = (
    Sid: string,
    Action: string[],
    Resource: string | string[],
    more: Partial<TestStatement> = {},
  ): TestStatement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
    ...more,
  });
  const trust: Partial<TestStatement> = allow("Bedrock", ["sts:AssumeRole"], "", {
    Principal: { Service: "bedrock.amazonaws.com" },
    Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT }, ArnEquals: { "aws:SourceArn": jobs } },
  });
  delete trust.Resource;
  return {
    trust: [trust as TestStatement],
    role: [
      allow("ListData", ["s3:ListBucket"], bucketArn, {
        Condition: { StringLike: { "s3:prefix": ["fine-tuning-datasets/*", "outputs/*"] } },
      }),
      allow("ReadData", ["s3:GetObject"], `${bucketArn}/fine-tuning-datasets/*`),
      allow("WriteResults", ["s3:PutObject"], `${bucketArn}/outputs/*`),
      allow("ReadResults", ["s3:GetObject"], `${bucketArn}/outputs/*`),
      allow(
        "LookAtVpc",
        [
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeVpcs",
          "ec2:DescribeDhcpOptions",
          "ec2:DescribeSubnets",
          "ec2:DescribeSecurityGroups",
        ],
        "*",
      ),
      allow("PlaceInterface", ["ec2:CreateNetworkInterface"], ec2Arn("network-interface/*"), {
        Condition: {
          StringEquals: { "aws:RequestTag/BedrockManaged": ["true"] },
          ArnEquals: { "aws:RequestTag/BedrockModelCustomizationJobArn": [jobs] },
        },
      }),
      allow("PlaceInSubnet", ["ec2:CreateNetworkInterface"], [...subnets, ec2Arn(`security-group/${of.jobGroupId}`)]),
      allow(
        "HandleInterface",
        ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"],
        "*",
        {
          Condition: {
            ArnEquals: { "ec2:Subnet": subnets, "ec2:ResourceTag/BedrockModelCustomizationJobArn": [jobs] },
            StringEquals: { "ec2:ResourceTag/BedrockManaged": "true" },
          },
        },
      ),
      allow("TagInterface", ["ec2:CreateTags"], ec2Arn("network-interface/*"), {
        Condition: {
          StringEquals: { "ec2:CreateAction": ["CreateNetworkInterface"] },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["BedrockManaged", "BedrockModelCustomizationJobArn"] },
        },
      }),
    ],
    key: [
      allow("Administer", ["kms:*"], "*", { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }),
      allow("Data", ["kms:Decrypt", "kms:GenerateDataKey"], "*", {
        Principal: role,
        Condition: {
          StringEquals: {
            "kms:ViaService": `s3.${of.region}.amazonaws.com`,
            "kms:EncryptionContext:aws:s3:arn": bucketArn,
          },
        },
      }),
      allow("Model", ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"], "*", {
        Principal: role,
        Condition: { StringLike: { "kms:ViaService": [`bedrock.${of.region}.amazonaws.com`] } },
      }),
    ],
    s3Endpoint: [
      allow("Data", ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], [bucketArn, `${bucketArn}/*`], {
        Principal: role,
      }),
    ],
    kmsEndpoint: [allow("Model", ["kms:Decrypt", "kms:GenerateDataKey"], of.keyArn, { Principal: role })],
    bucket: [
      {
        Sid: "OnlyTls",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:*"],
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
