// KMS Developer Guide, "Grants in AWS KMS" and "Troubleshooting AWS KMS permissions"; KMS API Reference, "CreateGrant", "GrantConstraints".
import assert from "node:assert/strict";
import {
  allow,
  deny,
  evaluate,
  RequestError,
  type AccessRequest,
  type ApplicablePolicies,
  type KeyGrant,
} from "../../iam";
import * as s from "./support";

const administered = s.sourced(
  "key policy",
  allow({ Principal: { AWS: s.OTHER_ROLE_ARN }, Action: "kms:*", Resource: "*" }),
);
const decrypt: Partial<AccessRequest> = { action: "kms:Decrypt", resource: s.KEY };
const grant = (more: Partial<KeyGrant> = {}): KeyGrant => ({
  source: "grant 0c23",
  grantee: s.ROLE_ARN,
  operations: ["Decrypt"],
  ...more,
});
const outcome = (request: Partial<AccessRequest>, grants: KeyGrant[], more: ApplicablePolicies = {}): string =>
  s.outcome({ ...decrypt, ...request }, { key: administered, grants, ...more });

describe("iam: grants of keys", () => {
  it("let their principal call their operations, without any policy", () => {
    assert.equal(outcome({}, []), "implicitDeny");
    assert.equal(outcome({}, [grant()]), "allowed");
    assert.equal(outcome({ action: "kms:Encrypt" }, [grant()]), "implicitDeny");
    assert.equal(outcome({ caller: s.user }, [grant()]), "implicitDeny");
    assert.equal(outcome({ caller: s.user }, [grant({ grantee: s.USER_ARN })]), "allowed");
  });

  it("reach other accounts, sessions and services", () => {
    assert.equal(outcome({ caller: s.foreignRole }, [grant({ grantee: s.FOREIGN_ROLE_ARN })]), "allowed");
    const session = `arn:aws:sts::${s.ACCOUNT}:assumed-role/trainer/job`;
    assert.equal(outcome({}, [grant({ grantee: session })]), "allowed");
    assert.equal(outcome({}, [grant({ grantee: session.replace("job", "other") })]), "implicitDeny");
    assert.equal(outcome({ caller: s.bedrock }, [grant({ grantee: "bedrock.amazonaws.com" })]), "allowed");
  });

  it("to an account let its policies decide", () => {
    const toAccount = [grant({ grantee: `arn:aws:iam::${s.ACCOUNT}:root` })];
    assert.equal(outcome({}, toAccount), "implicitDeny");
    assert.equal(outcome({}, toAccount, { identity: [s.sourced("all", s.fullAccess)] }), "allowed");
  });

  it("are overridden by a Deny, and filtered by endpoints and organizations", () => {
    const denied = { Principal: "*", Action: "kms:Decrypt", Resource: "*" } as const;
    const nothing = s.sourced("limit", allow({ Action: "s3:*", Resource: "*" }));
    assert.equal(outcome({}, [grant()], { key: s.sourced("key policy", deny(denied)) }), "explicitDeny");
    const identity = [s.sourced("identity", deny({ Action: "*", Resource: "*" }))];
    assert.equal(outcome({}, [grant()], { identity }), "explicitDeny");
    const endpoint = s.sourced("endpoint", allow({ ...denied, Action: "kms:Encrypt" }));
    assert.equal(outcome({}, [grant()], { endpoint }), "implicitDeny");
    assert.equal(outcome({}, [grant()], { scps: [[nothing]] }), "implicitDeny");
  });

  it("are bound by boundaries and session policies, which is the reading that grants less", () => {
    const nothing = s.sourced("limit", allow({ Action: "s3:*", Resource: "*" }));
    assert.equal(outcome({}, [grant()], { boundary: nothing }), "implicitDeny");
    assert.equal(outcome({}, [grant()], { session: nothing }), "implicitDeny");
  });

  it("hold in their encryption context only: keys in any case, values in theirs", () => {
    const subset = [grant({ constraints: { EncryptionContextSubset: { Team: "a" } } })];
    const exactly = [grant({ constraints: { EncryptionContextEquals: { Team: "a" } } })];
    const sent = (context: Record<string, string>) => ({
      context: Object.fromEntries(
        Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]),
      ),
    });
    for (const [context, inSubset, inExactly] of [
      [{}, "implicitDeny", "implicitDeny"],
      [{ Team: "a" }, "allowed", "allowed"],
      [{ team: "a" }, "allowed", "allowed"],
      [{ Team: "A" }, "implicitDeny", "implicitDeny"],
      [{ Team: "a", more: "b" }, "allowed", "implicitDeny"],
    ] as const) {
      assert.equal(outcome(sent(context), subset), inSubset, JSON.stringify(context));
      assert.equal(outcome(sent(context), exactly), inExactly, JSON.stringify(context));
    }
  });

  it("with a constraint apply it to no operation without encryption context", () => {
    const constraints = { EncryptionContextEquals: { team: "a" } };
    const described = [grant({ constraints, operations: ["Decrypt", "DescribeKey"] })];
    assert.equal(outcome({ action: "kms:DescribeKey" }, described), "allowed");
  });

  it("with a constraint hand on what is as strict or stricter, and nothing else", () => {
    const handed = (type: string | undefined, pairs: Record<string, string>) => ({
      action: "kms:CreateGrant",
      context: { ...pairs, ...(type === undefined ? {} : { "kms:GrantConstraintType": type }) },
    });
    const ours = { "kms:EncryptionContext:team": "a" };
    const of = (constraints: KeyGrant["constraints"]) => [grant({ constraints, operations: ["CreateGrant"] })];
    const subset = of({ EncryptionContextSubset: { team: "a" } });
    const exactly = of({ EncryptionContextEquals: { team: "a" } });
    assert.equal(outcome(handed(undefined, {}), subset), "implicitDeny");
    assert.equal(outcome(handed("EncryptionContextSubset", ours), subset), "allowed");
    assert.equal(outcome(handed("EncryptionContextEquals", ours), subset), "allowed");
    assert.equal(outcome(handed("EncryptionContextSubset", ours), exactly), "implicitDeny");
    assert.equal(outcome(handed("EncryptionContextEquals", ours), exactly), "allowed");
  });

  it("can be retired by their retiring principal", () => {
    const retire = { action: "kms:RetireGrant" };
    assert.equal(outcome(retire, [grant()]), "implicitDeny");
    assert.equal(outcome(retire, [grant({ grantee: s.USER_ARN, retiringPrincipal: s.ROLE_ARN })]), "allowed");
  });

  it("are refused when KMS would not take them, or when they do not belong to the request", () => {
    for (const wrong of [
      grant({ operations: ["ScheduleKeyDeletion"] }),
      grant({ operations: [] }),
      grant({ grantee: "*" }),
      grant({ constraints: { EncryptionContextEquals: { a: "b" }, EncryptionContextSubset: { a: "b" } } }),
    ]) {
      assert.throws(() => outcome({}, [wrong]), RequestError);
    }
    assert.throws(() => s.outcome({}, { grants: [grant()] }), /it is about a KMS key/);
  });

  it("say in the reason which one it was", () => {
    assert.match(
      evaluate(s.request(decrypt), { key: administered, grants: [grant()] }).reason,
      /is allowed by grant 0c23\.$/,
    );
  });
});
