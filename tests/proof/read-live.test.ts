import assert from "node:assert/strict";
import { AttachRolePolicyCommand, CreatePolicyCommand, PutRolePermissionsBoundaryCommand } from "@aws-sdk/client-iam";
import { CreateGrantCommand, RevokeGrantCommand } from "@aws-sdk/client-kms";
import { DeleteBucketPolicyCommand, PutBucketAclCommand } from "@aws-sdk/client-s3";
import { allow, policy } from "../../iam";
import { documentsOf, ProofError } from "../../proof/model";
import { readLive } from "../../proof/read-live";
import { readModel, statementsOf, types, type StackResource } from "../../proof/stack";
import { ACCOUNT, buildEnvironment, CREDENTIALS, REGION, type Environment } from "../local/bedrock/environment";
import { startMoto, type Moto } from "../local/bedrock/support";

describe("a stack as it really is", function () {
  this.timeout(60_000);
  let moto: Moto;
  let environment: Environment;
  const saved = { ...process.env };

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "live");
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    });
  });
  afterEach(() => environment.attach());
  after(async () => {
    process.env = saved;
    await moto.stop();
  });

  /** What an export would say, with documents that are out of date. */
  function stack(): StackResource[] {
    const { name, roleArn, keyArn, bucket, vpcId, s3EndpointId, kmsEndpointId } = environment;
    const stale = JSON.stringify(policy(allow({ Principal: "*", Action: "none:None", Resource: "*" })));
    const one = (type: string, outputs: Record<string, unknown>): StackResource => ({
      type,
      urn: `urn::${type}`,
      outputs,
    });
    const endpoint = (service: string, id: string) =>
      one(types.endpoint, {
        arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint/${id}`,
        serviceName: `com.amazonaws.${REGION}.${service}`,
        vpcId,
        policy: stale,
      });
    return [
      one(types.role, { name, arn: roleArn, assumeRolePolicy: stale }),
      one(types.inlinePolicy, { role: name, name: "old", policy: stale }),
      one(types.key, { arn: keyArn, policy: stale }),
      one(types.bucket, { bucket }),
      one(types.bucketPolicy, { bucket, policy: stale }),
      endpoint("s3", s3EndpointId),
      endpoint("kms", kmsEndpointId),
      one(types.job, {
        jobArn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:model-customization-job/model/abcdefghijkl`,
        roleArn,
        modelKmsKeyArn: keyArn,
        trainingDataUri: `s3://${bucket}/fine-tuning-datasets/train.jsonl`,
        outputDataUri: `s3://${bucket}/outputs/`,
      }),
    ];
  }
  const live = async () => readModel(await readLive(stack(), REGION));
  const sids = (document: Parameters<typeof statementsOf>[0]) => statementsOf(document).map(({ Sid }) => Sid);

  it("has the documents that AWS has, and none of those that the stack remembers", async () => {
    const model = await live();
    const { documents } = environment;
    const expected = (statements: readonly { Sid: string }[]) => statements.map(({ Sid }) => Sid);
    assert.deepEqual(sids(model.role.trust.document), expected(documents.trust));
    assert.deepEqual(
      model.role.identity.map(({ document }) => sids(document)),
      [expected(documents.role)],
    );
    assert.deepEqual(sids(model.modelKey.policy.document), expected(documents.key));
    assert.deepEqual(sids(model.training.policy?.document ?? ""), expected(documents.bucket));
    assert.deepEqual(sids(model.endpoints.s3?.policy.document ?? ""), expected(documents.s3Endpoint));
    assert.deepEqual(sids(model.endpoints.kms?.policy.document ?? ""), expected(documents.kmsEndpoint));
    assert.equal(model.dataKey.arn, environment.keyArn);
    assert.ok(documentsOf(model).every(({ policy: { document } }) => !JSON.stringify(document).includes("none:None")));
  });

  it("shows what was changed by hand: a statement, an attached policy, a boundary, a bucket policy that is gone", async () => {
    const { clients, name, bucket, documents } = environment;
    await environment.attach({ role: documents.role.filter(({ Sid }) => Sid !== "ReadData") });
    const PolicyDocument = JSON.stringify(policy(allow({ Sid: "ByHand", Action: "s3:*", Resource: "*" })));
    const made = await clients.iam.send(new CreatePolicyCommand({ PolicyName: "by-hand", PolicyDocument }));
    const PolicyArn = made.Policy?.Arn ?? "";
    await clients.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
    await clients.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary: PolicyArn }));
    await clients.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    const model = await live();
    const granted = model.role.identity.flatMap(({ document }) => sids(document));
    assert.ok(!granted.includes("ReadData") && granted.includes("ByHand"));
    assert.deepEqual(sids(model.role.boundary?.document ?? ""), ["ByHand"]);
    assert.equal(model.training.policy, undefined);
  });

  it("has the grants of a key and the list of a bucket that AWS has", async () => {
    const { clients, keyArn, bucket, roleArn } = environment;
    const theirs = roleArn.replace(/role\/.*/u, "role/by-hand");
    const constraints = { EncryptionContextSubset: { team: "a" } };
    const { GrantId } = await clients.kms.send(
      new CreateGrantCommand({
        KeyId: keyArn,
        GranteePrincipal: theirs,
        Operations: ["Decrypt"],
        Constraints: constraints,
      }),
    );
    await clients.s3.send(new PutBucketAclCommand({ Bucket: bucket, ACL: "public-read" }));
    const model = await live();
    await clients.s3.send(new PutBucketAclCommand({ Bucket: bucket, ACL: "private" }));
    await clients.kms.send(new RevokeGrantCommand({ KeyId: keyArn, GrantId }));
    assert.deepEqual(model.modelKey.grants, [
      { source: `grant ${GrantId ?? ""}`, grantee: theirs, operations: ["Decrypt"], constraints },
    ]);
    assert.ok(sids(model.training.policy?.document ?? "").includes("AccessControlList"));
    const calm = await live();
    assert.equal(calm.modelKey.grants, undefined);
    assert.ok(!sids(calm.training.policy?.document ?? "").includes("AccessControlList"));
  });

  it("is refused with what AWS answered when a resource is not there any more", async () => {
    const gone = stack().map((one) =>
      one.type === types.key
        ? { ...one, outputs: { ...one.outputs, arn: `${environment.keyArn.slice(0, -1)}x` } }
        : one,
    );
    await assert.rejects(readLive(gone, REGION), (error: unknown) => {
      assert.ok(error instanceof ProofError);
      assert.match(error.message, /cannot be read: NotFoundException/u);
      return true;
    });
  });
});
