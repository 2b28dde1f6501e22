import assert from "node:assert/strict";
import { allow, evaluate, policy, type Caller, type PolicyDocument } from "../../iam";
import { settingActions } from "../../components/documents/bucket";
import { SecureCustomizationEnvironment } from "../../components/environment";
import { isNamed, policyKeepers } from "../../components/policy-keepers";
import { presets } from "../../components/presets";
import { record } from "./recording";
import { account, contextOf } from "./support";

const session = `arn:aws:sts::${account}:assumed-role/Deployer/pipeline-17`;
const roleOf = (path: string): string => `arn:aws:iam::${account}:role/${path}`;
const everything = policy(allow({ Action: "*", Resource: "*" }));

describe("whoever is named as deployer", () => {
  for (const pattern of [
    roleOf("Deployer"),
    roleOf("pipelines/Deployer"),
    roleOf("*/Deployer"),
    roleOf("Dep*"),
    `arn:aws:iam::*:role/Deployer`,
  ]) {
    it(`is meant by ${pattern}`, () => {
      assert.ok(isNamed([roleOf("Other"), pattern], session));
    });
  }

  for (const pattern of [
    roleOf("Deployer2"),
    roleOf("NotDeployer"),
    roleOf("pipelines/*"),
    "arn:aws:iam::210987654321:role/Deployer",
    session,
  ]) {
    it(`is not meant, or not for certain, by ${pattern}`, () => {
      assert.equal(isNamed([pattern], session), false);
    });
  }

  it("is meant as a user by its own ARN", () => {
    const ana = `arn:aws:iam::${account}:user/people/ana`;
    assert.ok(isNamed([ana], ana));
    assert.equal(isNamed([`arn:aws:iam::${account}:user/people/bob`], ana), false);
  });
});

describe("who may change the policies and the settings of the buckets", () => {
  it("is left to IAM when the stack names nobody", () => {
    assert.equal(policyKeepers(undefined, session, true), undefined);
  });

  it("are the named deployers, and who previews does not become one", () => {
    const named = [roleOf("Pipeline")];
    assert.deepEqual(policyKeepers(named, session, false), named);
    assert.deepEqual(policyKeepers([roleOf("Deployer")], session, true), [roleOf("Deployer")]);
  });

  const changes = async (deployerArns: string[] | undefined, caller: Caller, phase: "preview" | "update") => {
    const made = await record(phase, () => {
      new SecureCustomizationEnvironment("environment", {
        context: contextOf(),
        identity: { namePrefix: "smc", environment: "prod" },
        settings: presets.prod,
        deployerArns,
        tags: {},
      });
    });
    return ["training", "output", "logs"].flatMap((part) =>
      changing.map((action) => {
        const { bucket } = made.one(`environment-${part}-bucket`).inputs;
        const component = made.one(`environment-${part}`).inputs as { documents: Record<string, PolicyDocument> };
        const document = component.documents[`environment-${part}-policy`];
        assert.ok(document);
        const { outcome } = evaluate(
          { caller, action, resource: `arn:aws:s3:::${String(bucket)}`, resourceAccount: account },
          {
            identity: caller.kind === "root" ? undefined : [{ source: "administrator", document: everything }],
            resource: { source: "bucket policy", document },
          },
        );
        return outcome === "allowed";
      }),
    );
  };
  const changing = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", ...settingActions];
  const role = (path: string): Caller => ({ kind: "role", arn: roleOf(path) });
  const all = Array.from({ length: 3 * changing.length }, () => true);
  const none = all.map(() => false);

  it("cannot be an administrator where deployers are named, for any bucket and any of its settings", async () => {
    const named = [roleOf("Deployer")];
    assert.deepEqual(await changes(named, role("Administrator"), "preview"), none);
    assert.deepEqual(await changes(named, role("Deployer"), "preview"), all);
    const byRoot = await changes(named, { kind: "root", account }, "preview");
    const repairs = changing.map((action) => action.endsWith("BucketPolicy"));
    assert.deepEqual(byRoot, [...repairs, ...repairs, ...repairs]);
  });

  it("is whoever updates, although not named, so that nobody locks themselves out", async () => {
    const named = [roleOf("Pipeline")];
    assert.deepEqual(await changes(named, role("Deployer"), "update"), all);
    assert.deepEqual(await changes(named, role("Pipeline"), "update"), all);
    assert.deepEqual(await changes(named, role("Administrator"), "update"), none);
  });

  it("can be the next deployer where nobody is named", async () => {
    assert.deepEqual(await changes(undefined, role("NextDeployer"), "update"), all);
  });
});
