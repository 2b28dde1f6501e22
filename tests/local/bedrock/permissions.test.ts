import assert from "node:assert/strict";
import { CreateModelCustomizationJobCommand, type GetModelCustomizationJobResponse } from "@aws-sdk/client-bedrock";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import { buildEnvironment, type Documents, type Environment, type TestStatement } from "./environment";
import { type Bench, jobInput, type Moto, runJob, startBench, startMoto } from "./support";

type Phase = "validation" | "dataProcessing" | "training";

const GET =
  /^Could not validate GetObject permissions to access Amazon S3 bucket: permissions-data at key (?:fine-tuning-datasets|outputs)\//;
const READ =
  /^Could not validate GetObject permissions to access Amazon S3 bucket: permissions-data at key fine-tuning-datasets\/train\.jsonl$/;
const READ_BACK = /^Could not validate GetObject .* at key outputs\/\.write_access_check_file\.tmp$/;
const PUT =
  /^Amazon S3 perms missing \(PutObject\): Could not validate PutObject permissions to access S3 bucket: permissions-data at key outputs\/\.write_access_check_file\.tmp$/;
const vpc = (action: string): RegExp =>
  new RegExp(`^Could not validate the VPC configuration: .* is not authorized to perform ${action}$`);
const key = (operation: string): RegExp => new RegExp(`^Access denied for operation ${operation}: `);

/** What happens when one action of one statement is missing: the phase that fails, and its message. */
const EXPECTED: Record<string, [Phase, RegExp]> = {
  "role ListData s3:ListBucket": ["validation", READ],
  "role ReadData s3:GetObject": ["validation", READ],
  "role WriteResults s3:PutObject": ["validation", PUT],
  "role ReadResults s3:GetObject": ["validation", READ_BACK],
  "role LookAtVpc ec2:DescribeNetworkInterfaces": ["validation", vpc("ec2:DescribeNetworkInterfaces")],
  "role LookAtVpc ec2:DescribeVpcs": ["validation", vpc("ec2:DescribeVpcs")],
  "role LookAtVpc ec2:DescribeDhcpOptions": ["validation", vpc("ec2:DescribeDhcpOptions")],
  "role LookAtVpc ec2:DescribeSubnets": ["validation", vpc("ec2:DescribeSubnets")],
  "role LookAtVpc ec2:DescribeSecurityGroups": ["validation", vpc("ec2:DescribeSecurityGroups")],
  "role PlaceInterface ec2:CreateNetworkInterface": ["validation", vpc("ec2:CreateNetworkInterface")],
  "role PlaceInSubnet ec2:CreateNetworkInterface": ["validation", vpc("ec2:CreateNetworkInterface")],
  "role HandleInterface ec2:CreateNetworkInterfacePermission": [
    "validation",
    vpc("ec2:CreateNetworkInterfacePermission"),
  ],
  "role HandleInterface ec2:DeleteNetworkInterface": ["training", vpc("ec2:DeleteNetworkInterface")],
  "role HandleInterface ec2:DeleteNetworkInterfacePermission": [
    "training",
    vpc("ec2:DeleteNetworkInterfacePermission"),
  ],
  "role TagInterface ec2:CreateTags": ["validation", vpc("ec2:CreateTags")],
  "key Data kms:Decrypt": ["validation", READ],
  "key Data kms:GenerateDataKey": ["validation", PUT],
  "key Model kms:Decrypt": ["training", key("Decrypt")],
  "key Model kms:GenerateDataKey": ["training", key("GenerateDataKey")],
  "key Model kms:DescribeKey": ["validation", key("DescribeKey")],
  "key Model kms:CreateGrant": ["validation", key("CreateGrant")],
  "s3Endpoint Data s3:GetObject": ["validation", READ],
  "s3Endpoint Data s3:PutObject": ["validation", PUT],
  "s3Endpoint Data s3:ListBucket": ["validation", READ],
  "kmsEndpoint Model kms:Decrypt": ["training", key("Decrypt")],
  "kmsEndpoint Model kms:GenerateDataKey": ["training", key("GenerateDataKey")],
};

/** The administrator of the key grants nothing to a job. */
const NOT_FOR_JOBS = new Set(["key Administer kms:*"]);

/** Statements without one action; a statement without actions is gone. */
function without(statements: TestStatement[], sid: string, action: string): TestStatement[] {
  return statements
    .map((statement) =>
      statement.Sid === sid ? { ...statement, Action: statement.Action.filter((one) => one !== action) } : statement,
    )
    .filter((statement) => statement.Action.length > 0);
}

describe("what the service role may not do fails the job", function () {
  this.timeout(120_000);
  let moto: Moto;
  let bench: Bench;
  let environment: Environment;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "permissions");
    bench = await startBench(moto.url);
  });
  afterEach(() => environment.attach());
  after(async () => {
    await bench.close();
    await moto.stop();
  });

  function assertFailed(job: GetModelCustomizationJobResponse, phase: Phase, message: RegExp): void {
    assert.equal(job.status, "Failed");
    assert.match(job.failureMessage ?? "", message);
    assert.equal(job.statusDetails?.[`${phase}Details`]?.status, "Failed");
    assert.equal(job.outputModelArn, undefined);
  }

  const cases = Object.entries(EXPECTED).map(([name, expectation]) => {
    const [kind, sid, action] = name.split(" ") as [keyof Documents, string, string];
    return { name, kind, sid, action, expectation };
  });
  for (const { name, kind, sid, action, expectation } of cases) {
    it(`without ${name}, the ${expectation[0]} fails`, async () => {
      await environment.attach({ [kind]: without(environment.documents[kind], sid, action) });
      const input = jobInput(environment);
      assertFailed(await runJob(bench, input), ...expectation);
      const denied = bench.simulator.control.calls(input.jobName).find((call) => call.outcome !== "allowed");
      assert.equal(denied?.action, action);
      assert.ok((denied?.reason.length ?? 0) > 20);
    });
  }

  it("the table above has every action that the documents allow", () => {
    const allowed = (["role", "key", "s3Endpoint", "kmsEndpoint"] as const).flatMap((kind) =>
      environment.documents[kind].flatMap(({ Sid, Action }) => Action.map((action) => `${kind} ${Sid} ${action}`)),
    );
    assert.deepEqual(allowed.filter((name) => !NOT_FOR_JOBS.has(name)).sort(), Object.keys(EXPECTED).sort());
  });

  it("with everything as documented, the job completes and its interfaces are gone", async () => {
    const job = await runJob(bench, jobInput(environment));
    assert.equal(job.status, "Completed", bench.log.join("\n"));
    const { NetworkInterfaces } = await environment.clients.ec2.send(
      new ec2.DescribeNetworkInterfacesCommand({
        Filters: [{ Name: "tag:BedrockModelCustomizationJobArn", Values: [job.jobArn!] }],
      }),
    );
    assert.deepEqual(NetworkInterfaces, []);
  });

  it("a job holds one tagged interface in each subnet while it runs", async () => {
    const { jobArn } = await bench.bedrock.send(new CreateModelCustomizationJobCommand(jobInput(environment)));
    await bench.simulator.control.advance(240);
    const { NetworkInterfaces = [] } = await environment.clients.ec2.send(
      new ec2.DescribeNetworkInterfacesCommand({
        Filters: [{ Name: "tag:BedrockModelCustomizationJobArn", Values: [jobArn!] }],
      }),
    );
    assert.deepEqual(NetworkInterfaces.map((one) => one.SubnetId).sort(), [...environment.subnetIds].sort());
    assert.ok(
      NetworkInterfaces.every((one) => one.TagSet?.some((tag) => tag.Key === "BedrockManaged" && tag.Value === "true")),
    );
    await bench.simulator.control.advance(7200);
  });

  const trustCases: Record<string, (trust: TestStatement) => TestStatement> = {
    "names another account": (trust) => ({
      ...trust,
      Condition: { ...trust.Condition, StringEquals: { "aws:SourceAccount": "111122223333" } },
    }),
    "names the jobs of another account": (trust) => ({
      ...trust,
      Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:bedrock:us-west-2:111122223333:model-customization-job/*" } },
    }),
    "trusts another service": (trust) => ({ ...trust, Principal: { Service: "ec2.amazonaws.com" } }),
  };
  for (const [name, change] of Object.entries(trustCases)) {
    it(`a trust policy that ${name} is refused when the job is created`, async () => {
      await environment.attach({ trust: environment.documents.trust.map(change) });
      await assert.rejects(bench.bedrock.send(new CreateModelCustomizationJobCommand(jobInput(environment))), {
        name: "ValidationException",
        message: /Could not assume provided IAM role/,
      });
    });
  }

  it("an explicit deny in the bucket policy wins over the role", async () => {
    const deny = {
      Sid: "NoReading",
      Effect: "Deny" as const,
      Principal: "*",
      Action: ["s3:GetObject"],
      Resource: `arn:aws:s3:::${environment.bucket}/*`,
    };
    await environment.attach({ bucket: [...environment.documents.bucket, deny] });
    const input = jobInput(environment);
    assertFailed(await runJob(bench, input), "validation", READ);
    const denied = bench.simulator.control.calls(input.jobName).find((call) => call.outcome !== "allowed");
    assert.equal(denied?.outcome, "explicitDeny");
    assert.match(denied?.reason ?? "", /NoReading/);
  });

  it("a bucket policy that allows only the job's VPC does not disturb the job, another VPC does", async () => {
    const only = (vpcId: string): TestStatement => ({
      Sid: "OnlyVpc",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
      Resource: [`arn:aws:s3:::${environment.bucket}`, `arn:aws:s3:::${environment.bucket}/*`],
      Condition: { StringNotEquals: { "aws:SourceVpc": vpcId } },
    });
    await environment.attach({ bucket: [...environment.documents.bucket, only(environment.vpcId)] });
    assert.equal((await runJob(bench, jobInput(environment))).status, "Completed");
    await environment.attach({ bucket: [...environment.documents.bucket, only("vpc-0000000000000000a")] });
    assertFailed(await runJob(bench, jobInput(environment)), "validation", GET);
  });

  it("a permission that is removed while the job runs fails it where it is needed next", async () => {
    const { jobArn } = await bench.bedrock.send(new CreateModelCustomizationJobCommand(jobInput(environment)));
    await bench.simulator.control.advance(400);
    await environment.attach({ role: without(environment.documents.role, "WriteResults", "s3:PutObject") });
    await bench.simulator.control.advance(7200);
    const calls = bench.simulator.control.calls(jobArn!);
    const denied = calls.find((call) => call.outcome !== "allowed");
    assert.equal(denied?.step, "complete");
    assert.match(denied?.resource ?? "", /step_wise_training_metrics\.csv$/);
  });

  it("a key that is disabled while the job runs fails the training", async () => {
    const { jobArn } = await bench.bedrock.send(new CreateModelCustomizationJobCommand(jobInput(environment)));
    await bench.simulator.control.advance(400);
    await environment.clients.kms.send(new kms.DisableKeyCommand({ KeyId: environment.keyArn.split("/")[1] }));
    await bench.simulator.control.advance(7200);
    await environment.clients.kms.send(new kms.EnableKeyCommand({ KeyId: environment.keyArn.split("/")[1] }));
    const denied = bench.simulator.control.calls(jobArn!).find((call) => call.outcome !== "allowed");
    assert.equal(denied?.outcome, "keyUnusable");
    assert.match(denied?.reason ?? "", /is Disabled/);
  });

  it("a subnet whose route table has no S3 endpoint cannot reach the data, and the failure names the route table", async () => {
    await environment.clients.ec2.send(
      new ec2.ModifyVpcEndpointCommand({
        VpcEndpointId: environment.s3EndpointId,
        RemoveRouteTableIds: [environment.routeTableId],
      }),
    );
    const job = await runJob(bench, jobInput(environment));
    await environment.clients.ec2.send(
      new ec2.ModifyVpcEndpointCommand({
        VpcEndpointId: environment.s3EndpointId,
        AddRouteTableIds: [environment.routeTableId],
      }),
    );
    assertFailed(
      job,
      "validation",
      new RegExp(`Could not connect to Amazon S3 from the VPC: .*${environment.routeTableId}`),
    );
  });

  it("an endpoint group that does not let the job in is named with its port", async () => {
    const IpPermissions = [
      { IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: environment.jobGroupId }] },
    ];
    const rule = { GroupId: environment.endpointGroupId, IpPermissions };
    await environment.clients.ec2.send(new ec2.RevokeSecurityGroupIngressCommand(rule));
    const job = await runJob(bench, jobInput(environment));
    await environment.clients.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand(rule));
    assertFailed(
      job,
      "training",
      new RegExp(`AWS KMS from the VPC: security group ${environment.endpointGroupId} .*443`),
    );
  });

  it("a job group without outbound rules is named with its port", async () => {
    const rule = {
      GroupId: environment.jobGroupId,
      IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    };
    await environment.clients.ec2.send(new ec2.RevokeSecurityGroupEgressCommand(rule));
    const job = await runJob(bench, jobInput(environment));
    await environment.clients.ec2.send(new ec2.AuthorizeSecurityGroupEgressCommand(rule));
    assertFailed(
      job,
      "validation",
      new RegExp(`Amazon S3 from the VPC: security group ${environment.jobGroupId} .*443`),
    );
  });

  it("a permissions boundary that leaves S3 out fails the job, and managed policies count", async () => {
    const policy = async (PolicyName: string, Action: string[]): Promise<string> => {
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource: "*" }],
      });
      return (await environment.clients.iam.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy!
        .Arn!;
    };
    const RoleName = environment.name;
    const reader = await policy("reader", ["s3:GetObject"]);
    await environment.attach({ role: without(environment.documents.role, "ReadData", "s3:GetObject") });
    await environment.clients.iam.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: reader }));
    assert.equal((await runJob(bench, jobInput(environment))).status, "Completed");
    await environment.clients.iam.send(
      new iam.PutRolePermissionsBoundaryCommand({
        RoleName,
        PermissionsBoundary: await policy("boundary", ["ec2:*", "kms:*"]),
      }),
    );
    const input = jobInput(environment);
    assertFailed(await runJob(bench, input), "validation", READ);
    assert.match(bench.log.at(-1) ?? "", /boundary/);
    await environment.clients.iam.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }));
    await environment.clients.iam.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn: reader }));
  });

  it("the control endpoint lists the calls with their reasons, the answers of the service never do", async () => {
    await environment.attach({ role: without(environment.documents.role, "ReadData", "s3:GetObject") });
    const job = await runJob(bench, jobInput(environment));
    const response = await fetch(`${bench.simulator.url}/_simulator/calls?job=${encodeURIComponent(job.jobArn!)}`);
    const { calls } = (await response.json()) as { calls: { action: string; outcome: string; reason: string }[] };
    const denied = calls.find((call) => call.outcome !== "allowed");
    assert.deepEqual([denied?.action, denied?.outcome], ["s3:GetObject", "implicitDeny"]);
    assert.ok(!job.failureMessage!.includes(denied!.reason));
  });
});
