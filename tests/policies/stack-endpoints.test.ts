import assert from "node:assert/strict";
import { ACCOUNT, denyOutside, environment } from "../../policies/examples/environment";
import { changed, json, pick, type ExampleResource } from "../../policies/examples/example";
import { open, runPack, violations, UNKNOWN_TEXT } from "./harness";

const BUCKET = "bucket-refuses-access-from-outside";
const CALLS = "models-are-called-as-the-stack-means";
const OWN = "vpce-0aaa";

/** The example environment, with a bucket that excepts endpoints and VPCs, whose own endpoint has an id. */
function excepting(condition: Readonly<Record<string, unknown>>, id: unknown = OWN): ExampleResource[] {
  const statement = denyOutside("acme-training");
  const Condition = { ...(statement["Condition"] as object), StringNotEqualsIfExists: condition };
  const stack = pick(environment, "training", "training-policy", "job", "s3-endpoint", "vpc");
  return changed(
    changed(stack, "training-policy", "policy", json({ ...statement, Condition })),
    "s3-endpoint",
    "id",
    id,
  );
}

/** A caller of models that is denied whatever does not come through some endpoints. */
function calling(endpoints: readonly string[]): ExampleResource[] {
  const trust = json({ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" });
  const Action = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];
  const Condition = { StringNotEquals: { "aws:SourceVpce": endpoints } };
  const Resource = `arn:aws:bedrock:us-west-2:${ACCOUNT}:provisioned-model/x`;
  return [
    ...pick(environment, "job", "vpc"),
    { type: "aws:iam/role:Role", name: "caller", properties: { name: "caller", assumeRolePolicy: trust } },
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "caller-policy",
      properties: {
        role: "caller",
        policy: json({ Effect: "Allow", Action, Resource }, { Effect: "Deny", Action, Resource: "*", Condition }),
      },
      dependencies: { role: ["caller"] },
    },
    {
      type: "aws:ec2/vpcEndpoint:VpcEndpoint",
      name: "runtime",
      properties: { id: OWN, vpcId: "vpc-0aaa", serviceName: "com.amazonaws.us-west-2.bedrock-runtime" },
    },
  ];
}

async function found(policy: string, stack: readonly ExampleResource[], settings: Record<string, unknown> = {}) {
  const outcome = await runPack(stack, { config: { [policy]: settings } });
  return {
    found: violations(outcome).filter((line) => line.startsWith(policy)),
    open: open(outcome).filter((line) => line.startsWith(policy)),
  };
}

describe("policies: endpoints that documents except", () => {
  const clean = { found: [], open: [] };

  it("are the stack's: another one in a bucket's policy is found, and so is another VPC", async () => {
    const strange = { found: [`${BUCKET} on training`], open: [] };
    assert.deepEqual(await found(BUCKET, excepting({ "aws:SourceVpce": [OWN] })), clean);
    assert.deepEqual(await found(BUCKET, excepting({ "aws:SourceVpce": [OWN, "vpce-0other"] })), strange);
    assert.deepEqual(await found(BUCKET, excepting({ "aws:SourceVpc": "vpc-0aaa" })), clean);
    assert.deepEqual(await found(BUCKET, excepting({ "AWS:sourcevpc": ["vpc-0aaa", "vpc-0other"] })), strange);
  });

  it("are known by their ARNs, where a provider gives no id", async () => {
    const arn = `arn:aws:ec2:us-west-2:${ACCOUNT}:vpc-endpoint/${OWN}`;
    const known = (condition: Readonly<Record<string, unknown>>): ExampleResource[] =>
      changed(
        excepting(condition).map((one) => {
          const { id, ...properties } = one.properties;
          return one.name !== "vpc"
            ? { ...one, properties }
            : { ...one, properties: { ...properties, arn: `arn:aws:ec2:us-west-2:${ACCOUNT}:vpc/${String(id)}` } };
        }),
        "s3-endpoint",
        "arn",
        arn,
      );
    assert.deepEqual(await found(BUCKET, known({ "aws:SourceVpce": [OWN] })), clean);
    assert.deepEqual(await found(BUCKET, known({ "aws:SourceVpce": [OWN, "vpce-0other"] })), {
      found: [`${BUCKET} on training`],
      open: [],
    });
  });

  it("may be another's that the platform team names", async () => {
    const stack = excepting({ "aws:SourceVpce": [OWN, "vpce-0ingestion"] });
    assert.deepEqual(await found(BUCKET, stack, { sharedEndpoints: ["vpce-0ingestion"] }), clean);
    assert.deepEqual(await found(BUCKET, stack, { sharedEndpoints: ["vpce-0other"] }), {
      found: [`${BUCKET} on training`],
      open: [],
    });
  });

  it("are elsewhere where the stack has no endpoint of the service, and left open until its id is known", async () => {
    const other = { "aws:SourceVpce": [OWN, "vpce-0other"] };
    const elsewhere = excepting(other).filter(({ name }) => name !== "s3-endpoint");
    assert.deepEqual(await found(BUCKET, elsewhere), clean);
    assert.deepEqual(await found(BUCKET, excepting(other, UNKNOWN_TEXT)), {
      found: [],
      open: [`${BUCKET} on training`],
    });
  });

  it("are the stack's for callers of models, too", async () => {
    assert.deepEqual(await found(CALLS, calling([OWN])), clean);
    assert.deepEqual(await found(CALLS, calling([OWN, "vpce-0other"])), { found: [`${CALLS} on caller`], open: [] });
    assert.deepEqual(await found(CALLS, calling([OWN, "vpce-0app"]), { sharedEndpoints: ["vpce-0a*"] }), clean);
  });
});
