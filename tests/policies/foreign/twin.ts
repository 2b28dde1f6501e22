/** The program of `examples/policies-in-python`, in TypeScript: the same resources, so the same findings. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { document, type ForeignPrograms } from "./program";

const refusesPlain = (name: string) => ({
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

function twin(): void {
  const account = aws.getCallerIdentityOutput().accountId;
  new aws.kms.Key("models", {
    policy: account.apply((owner) =>
      document({
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${owner}:root` },
        Action: "kms:*",
        Resource: "*",
      }),
    ),
  });
  const inline = new aws.s3.Bucket("training", {
    bucket: "acme-python-training",
    policy: document(refusesPlain("acme-python-training")),
    versioning: { enabled: true },
    serverSideEncryptionConfiguration: {
      rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    },
  });
  const split = new aws.s3.Bucket("output", { bucket: "acme-python-output" });
  new aws.s3.BucketPublicAccessBlock("output", {
    bucket: split.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: false,
  });
  new aws.s3.BucketPolicy("output", {
    bucket: split.id,
    policy: split.bucket.apply((name) => document(refusesPlain(name))),
  });
  const vpc = new aws.ec2.Vpc("private", { cidrBlock: "10.7.0.0/16", enableDnsHostnames: true });
  const subnet = new aws.ec2.Subnet("private", { vpcId: vpc.id, cidrBlock: "10.7.1.0/24" });
  const table = new aws.ec2.RouteTable("private", { vpcId: vpc.id });
  new aws.ec2.Route("out", { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-0aaa" });
  new aws.ec2.RouteTableAssociation("private", { subnetId: subnet.id, routeTableId: table.id });
  const group = new aws.ec2.SecurityGroup("jobs", {
    vpcId: vpc.id,
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
  });
  new aws.vpc.SecurityGroupIngressRule("ssh", {
    securityGroupId: group.id,
    ipProtocol: "tcp",
    fromPort: 22,
    toPort: 22,
    cidrIpv4: "0.0.0.0/0",
  });
  const role = new aws.iam.Role("customization", {
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "bedrock.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
  });
  new aws.iam.RolePolicy("data", {
    role: role.id,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [{ actions: ["s3:*"], resources: [pulumi.interpolate`${inline.arn}/*`] }],
    }).json,
  });
  new aws.iam.RolePolicyAttachment("admin", {
    role: role.name,
    policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  });
  new aws.bedrock.CustomModel("clauses", {
    baseModelIdentifier: "unknown.model-v1:0",
    customModelName: "clauses",
    jobName: "clauses-1",
    roleArn: role.arn,
    hyperparameters: { epochCount: "1" },
    trainingDataConfig: { s3Uri: "s3://somebody-elses/train.jsonl" },
    outputDataConfig: { s3Uri: pulumi.interpolate`s3://${split.bucket}/out/` },
  });
}

/** The programs. */
export const twinPrograms: ForeignPrograms = {
  "the program of which there is a twin in Python": {
    program: twin,
    finds: [
      "base-model-is-approved on clauses",
      "bedrock-role-trusts-only-its-purpose on customization",
      "bucket-blocks-public-access on output",
      "bucket-blocks-public-access on training",
      "bucket-has-no-access-lists on output",
      "bucket-has-no-access-lists on training",
      "bucket-is-encrypted-with-a-customer-key on output",
      "bucket-is-encrypted-with-a-customer-key on training",
      "bucket-keeps-versions on output",
      "bucket-refuses-old-tls on output",
      "bucket-refuses-old-tls on training",
      "bucket-refuses-other-encryption on output",
      "bucket-refuses-other-encryption on training",
      "customization-job-runs-in-a-vpc on clauses",
      "customization-job-uses-a-customer-key on clauses",
      "default-security-group-is-closed on private",
      "job-role-does-only-its-job on clauses",
      "job-uses-buckets-of-its-stack on clauses",
      "kms-key-rotates on models",
      "no-administrator-policy-is-attached on admin",
      "route-tables-reach-no-internet on out",
      "security-groups-are-closed-to-the-world on jobs",
      "security-groups-are-closed-to-the-world on ssh",
      "service-statements-name-their-source on customization",
      "statements-name-their-actions on data",
    ],
  },
};
