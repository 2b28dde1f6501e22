import assert from "node:assert/strict";
import type { Caller } from "../../iam";
import { deployer, neededCalls } from "./calls";
import { isHeldBack, probesOf } from "./probes";
import { account, decide, placeIn, s3Arn, type Call } from "./support";

const place = placeIn();
const probes = probesOf(place);

for (const subject of new Set(probes.map((probe) => probe.subject))) {
  describe(`held back by the ${subject}`, () => {
    for (const probe of probes.filter((candidate) => candidate.subject === subject)) {
      it(`${probe.what} (${probe.call.action} on ${probe.call.resource.split(":").at(-1)})`, () => {
        assert.ok(isHeldBack(probe, place, place.documents), decide(probe.call, place).reason);
      });
    }
  });
}

describe("what the documents leave open on purpose", () => {
  const otherRole: Caller = { kind: "role", arn: `arn:aws:iam::${account}:role/analyst` };
  const needed = (name: string, changes: Partial<Call>): Call => {
    const call = neededCalls(place).find((candidate) => candidate.name === name);
    assert.ok(call, name);
    return { ...call, ...changes };
  };
  const outcome = (call: Call) => decide(call, place).outcome;

  for (const operation of ["PutKeyPolicy", "DescribeKey", "ScheduleKeyDeletion", "EnableKeyRotation", "RevokeGrant"]) {
    it(`the account administers the key: ${operation}`, () => {
      for (const caller of [otherRole, { kind: "root", account } as const]) {
        const call = needed("looks at the key", { caller, action: `kms:${operation}`, context: {} });
        assert.equal(outcome(call), "allowed");
      }
    });
  }

  it("TLS 1.2", () => {
    const context = { "aws:SecureTransport": true, "s3:TlsVersion": 1.2 };
    assert.equal(outcome(needed("deployer uploads a data set", { context })), "allowed");
  });

  it("an administrator may ask S3 for the data set, but KMS does not open it for anyone but job and deployer", () => {
    const reading = needed("reads the data set", { via: "direct" });
    const opening = needed("has S3 open the data set", {});
    assert.equal(outcome({ ...reading, caller: otherRole }), "allowed");
    assert.equal(outcome({ ...opening, caller: otherRole }), "implicitDeny");
    assert.equal(outcome({ ...opening, caller: deployer(place) }), "allowed");
  });

  it("results are read from outside the private network by whoever has permission, and from inside by the job only", () => {
    const { outputBucket, outputPrefix } = place.data;
    const reading = needed("reads its probe back", {
      resource: s3Arn(place, outputBucket, `${outputPrefix}metrics.csv`),
    });
    for (const caller of [deployer(place), otherRole]) {
      assert.equal(outcome({ ...reading, caller, via: "direct" }), "allowed");
      assert.equal(decide({ ...reading, caller, via: "s3" }, place).layer, "endpoint");
    }
  });
});
