import assert from "node:assert/strict";
import { UNKNOWN } from "../../../local/aws/wire";
import { Engine } from "./engine";
import { fresh, trust, vpcOf } from "./fixture";

const bucketType = "aws:s3/bucket:Bucket";
const roleType = "aws:iam/role:Role";

describe("what the aws provider plans", function () {
  this.timeout(60_000);
  let engine: Engine;
  before(async () => (engine = await Engine.start()));
  after(() => engine.stop());

  describe("names", () => {
    it("gives a unique name and keeps it on update", async () => {
      const first = await engine.checked(roleType, { assumeRolePolicy: trust("a") }, {}, "trainer");
      assert.match(String(first.name), /^trainer-[0-9a-f]{7}$/u);
      const second = await engine.checked(roleType, { assumeRolePolicy: trust("b") }, first, "trainer");
      assert.equal(second.name, first.name);
      const other = await engine.checked(roleType, { assumeRolePolicy: trust("a") }, {}, "trainer");
      assert.notEqual(other.name, first.name);
    });

    it("gives a new name when the program takes its own away", async () => {
      const olds = await engine.checked(roleType, { assumeRolePolicy: trust("a"), name: "mine" });
      const news = await engine.checked(roleType, { assumeRolePolicy: trust("a") }, olds, "trainer");
      assert.match(String(news.name), /^trainer-/u);
    });

    it("honours a prefix, lower-cases bucket names and puts alias/ before alias names", async () => {
      const prefixed = await engine.checked(roleType, { assumeRolePolicy: trust("a"), namePrefix: "ml-" });
      assert.match(String(prefixed.name), /^ml-[0-9a-f]{7}$/u);
      assert.match(String((await engine.checked(bucketType, {}, {}, "Data")).bucket), /^data-[0-9a-f]{7}$/u);
      const alias = await engine.checked("aws:kms/alias:Alias", { targetKeyId: "k" }, {}, "main");
      assert.match(String(alias.name), /^alias\/main-[0-9a-f]{7}$/u);
    });
  });

  describe("plans", () => {
    it("keeps what the program gives, and is unknown about the rest", async () => {
      const inputs = await engine.checked("aws:s3/bucketPolicy:BucketPolicy", { bucket: UNKNOWN, policy: UNKNOWN });
      const planned = await engine.preview("aws:s3/bucketPolicy:BucketPolicy", inputs);
      assert.deepEqual(planned, { bucket: UNKNOWN, policy: UNKNOWN, region: "us-east-1" });
      const vpc = await engine.preview(
        "aws:ec2/vpc:Vpc",
        await engine.checked("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }),
      );
      assert.equal(vpc.cidrBlock, "10.0.0.0/16");
      assert.equal(vpc.arn, UNKNOWN);
      assert.equal(vpc.enableDnsHostnames, UNKNOWN);
    });

    it("is unknown about all tags when a tag is", async () => {
      const inputs = await engine.checked("aws:kms/key:Key", { tags: { owner: UNKNOWN, team: "ml" } });
      assert.deepEqual(inputs.tagsAll, { owner: UNKNOWN, team: "ml" });
      assert.equal((await engine.checked("aws:kms/key:Key", { tags: UNKNOWN })).tagsAll, UNKNOWN);
    });

    it("counts an unknown value as given when it checks that one of several is", async () => {
      const rule = {
        securityGroupId: UNKNOWN,
        referencedSecurityGroupId: UNKNOWN,
        ipProtocol: "tcp",
        fromPort: 1,
        toPort: 1,
      };
      assert.deepEqual(
        (await engine.check("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule)).failures,
        [],
      );
    });

    it("plans a replacement for an unknown value of a property that replaces", async () => {
      const vpc = await vpcOf(engine);
      const diff = await engine.diff(vpc, await engine.checked("aws:ec2/vpc:Vpc", { cidrBlock: UNKNOWN }));
      assert.deepEqual(diff.details, { cidrBlock: "UPDATE_REPLACE" });
    });

    it("says what an update makes unknown", async () => {
      const { id: bucket } = await engine.create(bucketType, {});
      const type = "aws:s3/bucketObjectv2:BucketObjectv2";
      const object = await engine.create(type, { bucket, content: "one" });
      const news = await engine.checked(type, { bucket, content: "two" }, object.inputs);
      const { outputs } = await engine.update(object, news, true);
      assert.equal(outputs.versionId, UNKNOWN);
      assert.equal(outputs.arn, object.outputs.arn);
      const tagged = await engine.checked(type, { bucket, content: "one", tags: { a: "b" } }, object.inputs);
      assert.notEqual((await engine.update(object, tagged, true)).outputs.versionId, UNKNOWN);
    });

    it("replaces in the right order: the old one first when its name is fixed, last when it is automatic", async () => {
      const base = { assumeRolePolicy: trust("a"), path: "/a/" };
      const fixed = await engine.create(roleType, { ...base, name: fresh("role") });
      const moved = await engine.checked(roleType, { ...base, name: fixed.inputs.name, path: "/b/" }, fixed.inputs);
      assert.deepEqual(await engine.diff(fixed, moved), {
        changed: true,
        replaces: ["path"],
        deleteBeforeReplace: true,
        details: { path: "UPDATE_REPLACE" },
      });
      const automatic = await engine.create(roleType, base);
      const movedToo = await engine.checked(roleType, { ...base, path: "/b/" }, automatic.inputs);
      assert.equal((await engine.diff(automatic, movedToo)).deleteBeforeReplace, false);
    });

    it("shows added, changed and removed tags by path", async () => {
      const key = await engine.create("aws:kms/key:Key", { tags: { kept: "1", changed: "1", removed: "1" } });
      const news = await engine.checked(
        "aws:kms/key:Key",
        { tags: { kept: "1", changed: "2", added: "1" } },
        key.inputs,
      );
      const { details } = await engine.diff(key, news);
      assert.equal(details["tags.added"], "ADD");
      assert.equal(details["tags.changed"], "UPDATE");
      assert.equal(details["tags.removed"], "DELETE");
      assert.equal(details["tags.kept"], undefined);
    });

    it("leaves ignored changes alone", async () => {
      const key = await engine.create("aws:kms/key:Key", { description: "a", tags: { team: "ml" } });
      const news = await engine.checked("aws:kms/key:Key", { description: "b", tags: { team: "data" } }, key.inputs);
      assert.equal((await engine.diff(key, news, ["description", "tags", "tagsAll"])).changed, false);
      assert.deepEqual(Object.keys((await engine.diff(key, news, ["tags", "tagsAll"])).details), ["description"]);
    });

    it("does not see a change in a policy that says the same in other words", async () => {
      const statement = { Effect: "Allow", Principal: { Service: "a.amazonaws.com" }, Action: "sts:AssumeRole" };
      const role = await engine.create(roleType, {
        assumeRolePolicy: { Version: "2012-10-17", Statement: [statement] },
      });
      const reworded = {
        Statement: { ...statement, Action: ["sts:AssumeRole"], Principal: { Service: ["a.amazonaws.com"] } },
        Version: "2012-10-17",
      };
      const same = await engine.checked(roleType, { assumeRolePolicy: reworded }, role.inputs);
      assert.equal((await engine.diff(role, same)).changed, false);
      const denied = { Version: "2012-10-17", Statement: [{ ...statement, Effect: "Deny" }] };
      const different = await engine.checked(roleType, { assumeRolePolicy: denied }, role.inputs);
      assert.deepEqual((await engine.diff(role, different)).details, { assumeRolePolicy: "UPDATE" });
    });
  });
});
