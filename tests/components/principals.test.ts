import assert from "node:assert/strict";
import { allow, evaluate, policy, type Caller } from "../../iam";
import { accountRoot, deployerPatterns } from "../../components/documents/principals";

const account = "123456789012";
const everything = [{ source: "administrator", document: policy(allow({ Action: "*", Resource: "*" })) }];

/** Whether a caller is meant by the patterns of whoever STS calls by this ARN. */
function meant(callerArn: string, caller: Caller, partition = "aws"): boolean {
  const resource = `arn:${partition}:kms:us-west-2:${account}:key/11111111-2222-3333-4444-555555555555`;
  const document = policy(
    allow({
      Principal: { AWS: accountRoot({ partition, accountId: account }) },
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": deployerPatterns(callerArn) } },
    }),
  );
  const identity = caller.kind === "root" ? undefined : everything;
  const request = { caller, action: "kms:Decrypt", resource, resourceAccount: account };
  return evaluate(request, { identity, key: { source: "key policy", document } }).outcome === "allowed";
}

const role = (path: string, owner = account): Caller => ({ kind: "role", arn: `arn:aws:iam::${owner}:role/${path}` });

describe("whoever deploys", () => {
  const session = `arn:aws:sts::${account}:assumed-role/Deployer/pipeline-17`;

  it("is meant in every session of the role", () => {
    assert.ok(meant(session, { kind: "role", arn: `arn:aws:iam::${account}:role/Deployer`, sessionName: "another" }));
  });

  it("is meant below any path, as for roles of IAM Identity Center", () => {
    const name = "AWSReservedSSO_Admin_0123456789abcdef";
    const sso = `arn:aws:sts::${account}:assumed-role/${name}/ana@example.com`;
    assert.ok(meant(sso, role(`aws-reserved/sso.amazonaws.com/eu-west-1/${name}`)));
  });

  it("is not meant by a suffix, a prefix or another account", () => {
    for (const other of ["NotDeployer", "Deployer2", "Deployer/x", "team/NotDeployer"]) {
      assert.equal(meant(session, role(other)), false, other);
    }
    assert.equal(meant(session, role("Deployer", "210987654321")), false);
  });

  it("is meant as a user, and no other user is", () => {
    const ana = `arn:aws:iam::${account}:user/people/ana`;
    assert.ok(meant(ana, { kind: "user", arn: ana }));
    assert.equal(meant(ana, { kind: "user", arn: `arn:aws:iam::${account}:user/people/bob` }), false);
  });

  it("is meant as the root user", () => {
    assert.ok(meant(`arn:aws:iam::${account}:root`, { kind: "root", account }));
  });

  it("is meant in the partition of the session", () => {
    const inChina = `arn:aws-cn:sts::${account}:assumed-role/Deployer/x`;
    const caller: Caller = { kind: "role", arn: `arn:aws-cn:iam::${account}:role/Deployer` };
    assert.ok(meant(inChina, caller, "aws-cn"));
  });
});
