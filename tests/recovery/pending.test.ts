import assert from "node:assert/strict";
import { adopted, idByName, pendingCreates, placeOf, tagsOf } from "../../recovery/pending";

const urn = (name: string) => `urn:pulumi:prod::project::type::${name}`;
const role = {
  urn: urn("role"),
  type: "aws:iam/role:Role",
  custom: true,
  parent: urn("component"),
  inputs: { name: "smc-prod-operator", tags: { Name: "x" } },
};
const job = { urn: urn("job"), type: "pulumi-nodejs:dynamic/bedrock:CustomizationJob", inputs: {} };
const key = {
  urn: urn("key"),
  type: "aws:kms/key:Key",
  id: "1",
  outputs: { arn: "arn:aws-us-gov:kms:r:123456789012:key/1" },
};
const exported = JSON.stringify({
  version: 3,
  deployment: {
    manifest: { magic: "m" },
    resources: [key],
    pending_operations: [
      { type: "creating", resource: role },
      { type: "creating", resource: job },
      { type: "deleting", resource: key },
    ],
  },
});

interface State {
  version: number;
  deployment: {
    manifest: object;
    resources: { urn: string; id: string; parent?: string }[];
    pending_operations?: unknown;
  };
}

describe("a state that an engine left which was killed", () => {
  it("tells what was ordered and never answered, and not what was being deleted", () => {
    assert.deepEqual(
      pendingCreates(exported).map((one) => one.urn),
      [role.urn, job.urn],
    );
    assert.deepEqual(pendingCreates('{"version":3,"deployment":{}}'), []);
  });

  it("takes in what was found, leaves nothing pending, and keeps everything else", () => {
    const { version, deployment } = JSON.parse(adopted(exported, new Map([[role.urn, "smc-prod-operator"]]))) as State;
    assert.deepEqual([version, deployment.manifest, deployment.pending_operations], [3, { magic: "m" }, undefined]);
    assert.deepEqual(
      deployment.resources.map(({ urn: name, id }) => [name, id]),
      [
        [key.urn, "1"],
        [role.urn, "smc-prod-operator"],
      ],
    );
    assert.equal(deployment.resources[1]?.parent, role.parent);
  });

  it("does not hold a resource twice, of which the engine had noted the answer", () => {
    const again = adopted(exported.replaceAll(role.urn, key.urn), new Map([[key.urn, "2"]]));
    assert.deepEqual(
      (JSON.parse(again) as State).deployment.resources.map(({ id }) => id),
      ["1"],
    );
  });

  it("names the account by the ARNs in it", () => {
    assert.deepEqual(placeOf(exported), { partition: "aws-us-gov", accountId: "123456789012" });
    assert.equal(placeOf("{}"), undefined);
  });
});

describe("what was ordered", () => {
  const home = { partition: "aws", accountId: "123456789012" };
  for (const [type, inputs, id] of [
    ["aws:iam/role:Role", { name: "r" }, "r"],
    ["aws:iam/rolePolicy:RolePolicy", { role: "r", name: "p" }, "r:p"],
    ["aws:iam/policy:Policy", { name: "p" }, "arn:aws:iam::123456789012:policy/p"],
    ["aws:s3/bucket:Bucket", { bucket: "b" }, "b"],
    ["aws:kms/alias:Alias", { name: "alias/a" }, "alias/a"],
    ["aws:cloudwatch/logGroup:LogGroup", { name: "/g" }, "/g"],
    ["aws:cloudtrail/trail:Trail", { name: "t" }, "arn:aws:cloudtrail:us-west-2:123456789012:trail/t"],
    ["aws:budgets/budget:Budget", { name: "b" }, "123456789012:b"],
    ["aws:sns/topic:Topic", { name: "t" }, undefined],
    ["aws:iam/role:Role", {}, undefined],
  ] as const) {
    it(`${type} with ${JSON.stringify(inputs)} is known as ${id ?? "nothing"}`, () => {
      assert.equal(idByName({ urn: "u", type, inputs }, home, "us-west-2"), id);
    });
  }

  it("in an account that nothing names yet is known by its name alone", () => {
    assert.equal(
      idByName({ urn: "u", type: "aws:iam/policy:Policy", inputs: { name: "p" } }, undefined, "r"),
      undefined,
    );
  });

  it("is told by its tags only when one of them is a name", () => {
    assert.deepEqual(tagsOf({ urn: "u", type: "t", inputs: { tags: { Name: "a", Owner: "b" } } }), {
      Name: "a",
      Owner: "b",
    });
    assert.equal(tagsOf({ urn: "u", type: "t", inputs: { tags: { Owner: "b" } } }), undefined);
  });
});
