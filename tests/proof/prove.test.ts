import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { allow } from "../../iam";
import { Judge } from "../../proof/attempt";
import type { AccessModel, BucketModel } from "../../proof/model";
import { formatProofSummary, probesOf, prove } from "../../proof/prove";
import { readExport } from "../../proof/read-export";
import { threats } from "../../proof/threats";
import { devModel, edited, extended, fixturePath, wideOpen, withKeyPolicy } from "./support";

const model = devModel();
const report = prove(model);
const unexpected = (changed: AccessModel): string[] => {
  const { mustAllow, mustDeny } = prove(changed);
  return [...mustAllow, ...mustDeny].filter((one) => !one.asExpected).map(({ name }) => name);
};
const probes = probesOf(model);

describe("the proof of the rehearsed environment", () => {
  it("holds", () => {
    assert.deepEqual(unexpected(model), []);
    assert.equal(report.passed, true);
    assert.match(formatProofSummary(report), /^holds: (\d+) of \1 needed calls allowed, /u);
  });

  it("denies at least 60 attacks, some for each threat", () => {
    const denied = report.mustDeny.filter(({ allowed }) => !allowed);
    assert.ok(denied.length >= 60, `${denied.length} are denied`);
    assert.deepEqual(
      threats.filter((threat) => !denied.some((one) => one.threat === threat)),
      [],
    );
  });

  it("lists exactly what is open, and shows it as allowed", () => {
    const open = report.mustDeny.filter(({ expected }) => expected === "open");
    assert.deepEqual(
      open.filter(({ allowed }) => !allowed).map(({ name }) => name),
      [],
      "closed by now: take `open` off these probes",
    );
    assert.ok(open.every((one) => one.open?.reason));
  });

  it("names every attempt once", () => {
    const names = [...report.mustAllow, ...report.mustDeny].map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });

  it("finds that every granted action is needed", () => {
    assert.deepEqual(
      report.grants.filter(({ neededBy }) => neededBy === undefined),
      [],
    );
    assert.ok(report.grants.length > 30);
  });

  it("says for every denied attack by a Deny which statement it is", () => {
    const explicit = report.mustDeny.filter(({ outcome }) => outcome === "explicitDeny");
    assert.ok(explicit.length > 0);
    for (const { reason, change, decidedBy } of explicit) {
      assert.match(reason, /Deny/u);
      assert.ok(decidedBy.length > 0);
      for (const { document, statement, effect } of decidedBy) {
        assert.equal(effect, "Deny");
        assert.match(statement, /^Deny/u, document);
      }
      assert.match(change, /Deny\w+ of the policy /u);
    }
    const withoutTls = explicit.find(({ name }) => name === "Training data is read without TLS");
    assert.deepEqual(withoutTls?.decidedBy[0]?.condition, { Bool: { "aws:SecureTransport": ["false"] } });
  });
});

for (const stack of ["minimal", "prod"] as const) {
  describe(`the proof of the environment ${stack}`, () => {
    const other = readExport(readFileSync(fixturePath(stack), "utf8"));

    it("holds, with nothing granted that nobody needs and no statement that does nothing", () => {
      const { mustAllow, mustDeny, grants, findings, passed } = prove(other);
      assert.deepEqual(
        [...mustAllow, ...mustDeny].filter((one) => !one.asExpected).map(({ name }) => name),
        [],
      );
      assert.deepEqual(
        grants.filter(({ neededBy }) => neededBy === undefined),
        [],
      );
      assert.deepEqual(findings, []);
      assert.ok(passed);
    });

    it("leaves open only what it accepts", () => {
      const { mustDeny } = prove(other);
      const open = mustDeny.filter((one) => one.expected === "open" && one.allowed && one.open?.accepted !== true);
      assert.deepEqual(
        open.map(({ name }) => name),
        [],
      );
    });
  });
}

describe("the proof of an environment that names its deployers", () => {
  it("sees nobody else change the settings of any bucket, and notices a bucket without the statement", () => {
    const settings =
      /^(?:An administrator|The role of another environment) (?:lets a lifecycle rule empty|sets another key)/u;
    const tried = prove(prod).mustDeny.filter(({ name }) => settings.test(name));
    assert.equal(tried.length, 12);
    assert.ok(tried.every(({ allowed, threat }) => !allowed && threat !== undefined));
    assert.ok(
      unexpected({ ...prod, output: kept(prod.output) }).includes(
        "An administrator lets a lifecycle rule empty the output bucket",
      ),
    );
  });

  const prod = readExport(readFileSync(fixturePath("prod"), "utf8"));
  const opening = "An administrator opens the training bucket by changing its policy";
  const kept = (bucket: BucketModel): BucketModel => ({
    ...bucket,
    policy:
      bucket.policy &&
      edited(bucket.policy, (one) => (/^Deny(?:Policy|Setting)Changes$/u.test(one.Sid ?? "") ? undefined : one)),
  });

  it("sees nobody else change the policy of any bucket", () => {
    const opens =
      /^An administrator opens the .* bucket by (?:changing|deleting) its policy$|^The role of another environment changes the policy of the .* bucket$/u;
    const changes = prove(prod).mustDeny.filter(({ name }) => opens.test(name));
    assert.equal(changes.length, 9);
    for (const { name, expected, decidedBy } of changes) {
      assert.equal(expected, "denied", name);
      assert.equal(decidedBy[0]?.statement, "DenyPolicyChanges", name);
    }
  });

  it("still sees the deployer do it, and the recovery by the root user", () => {
    const { mustAllow } = prove(prod);
    assert.ok(
      mustAllow.find(({ name }) => name === "The deployer updates and removes the policies of the buckets")?.allowed,
    );
    const judge = new Judge(prod);
    const caller = { kind: "root", account: prod.account } as const;
    for (const bucket of [prod.training, prod.output, prod.logs]) {
      const resource = `arn:aws:s3:::${bucket?.name ?? ""}`;
      const calls = [{ caller, action: "s3:DeleteBucketPolicy", resource, via: "direct", context: {} } as const];
      assert.ok(judge.judge({ name: "recovery", calls }).allowed);
    }
  });

  it("notices one bucket whose policy everybody may change", () => {
    const opened = unexpected({ ...prod, training: kept(prod.training) });
    assert.ok(
      opened.every((name) => name.endsWith("the training bucket") || name === opening || /its policy$/u.test(name)),
    );
    assert.deepEqual(
      opened.filter((name) => name.includes("policy")),
      [
        opening,
        "An administrator opens the training bucket by deleting its policy",
        "The role of another environment changes the policy of the training bucket",
      ],
    );
  });

  it("is told apart from one that names nobody, where this is left open and said", () => {
    const { mustDeny, passed } = prove({
      ...prod,
      training: kept(prod.training),
      output: kept(prod.output),
      logs: prod.logs && kept(prod.logs),
    });
    assert.ok(passed);
    assert.match(mustDeny.find(({ name }) => name === opening)?.open?.reason ?? "", /deployerArns closes this/u);
  });
});

describe("the attacks of the proof", () => {
  it("succeed when no document stands against them, so each is a real question", () => {
    const judge = new Judge(wideOpen(model));
    const vacuous = probes.filter((probe) => !judge.judge(probe).allowed).map(({ name }) => name);
    // AWS itself refuses these: a custom model without a resource policy is closed to other accounts, and root takes no role.
    assert.deepEqual(vacuous, [
      "A foreign identity invokes the model",
      "A foreign identity copies the model",
      "The root user of the account assumes the service role",
    ]);
  });

  it("notice a bucket policy that no longer demands TLS", () => {
    const policy =
      model.training.policy && edited(model.training.policy, (one) => (one.Sid === "DenyWithoutTls" ? undefined : one));
    assert.ok(
      unexpected({ ...model, training: { ...model.training, policy } }).includes("Training data is read without TLS"),
    );
  });

  it("notice a trust policy without conditions", () => {
    const trust = edited(model.role.trust, ({ Condition: _, ...rest }) => rest);
    assert.ok(
      unexpected({ ...model, role: { ...model.role, trust } }).includes(
        "Bedrock uses the role for a job of another account",
      ),
    );
  });

  it("notice a key that the account may use", () => {
    const root = `arn:aws:iam::${model.account}:root`;
    const policy = extended(model.modelKey.policy, allow({ Principal: { AWS: root }, Action: "kms:*", Resource: "*" }));
    const found = unexpected(withKeyPolicy(model, policy));
    assert.ok(found.includes("An administrator decrypts at KMS itself"));
    assert.ok(found.includes("The role of another environment decrypts our model"));
  });

  it("notice an endpoint that lets everything through", () => {
    const found = unexpected({ ...model, endpoints: wideOpen(model).endpoints });
    assert.ok(found.includes("A foreign identity carries data to its own bucket through our S3 endpoint"));
  });

  it("notice that there is no S3 endpoint", () => {
    const found = unexpected({ ...model, endpoints: { kms: model.endpoints.kms } });
    assert.ok(found.includes("A foreign identity carries data to its own bucket through our S3 endpoint"));
  });

  it("notice a role that may do everything", () => {
    const { identity } = wideOpen(model).role;
    const found = unexpected({ ...model, role: { ...model.role, identity } });
    assert.ok(found.includes("The job writes to a bucket of another account around our S3 endpoint"));
    assert.ok(found.includes("The job gives itself a policy"));
  });
});

describe("what must be allowed", () => {
  it("fails by name when the role may not read the data set", () => {
    const identity = model.role.identity.map((one) =>
      edited(one, (each) => (each.Sid === "ReadDatasets" ? undefined : each)),
    );
    assert.deepEqual(unexpected({ ...model, role: { ...model.role, identity } }), ["The job reads the data set"]);
  });

  it("fails when an endpoint refuses the job", () => {
    const { s3 } = model.endpoints;
    const policy = s3 && edited(s3.policy, (one) => ({ ...one, Effect: "Deny" }));
    assert.equal(
      unexpected({ ...model, endpoints: { ...model.endpoints, s3: s3 && policy && { ...s3, policy } } }).length,
      5,
    );
  });
});

describe("minimality", () => {
  it("lists an action that nothing needs", () => {
    const [first, ...rest] = model.role.identity;
    assert.ok(first);
    const wide = extended(first, allow({ Sid: "Extra", Action: ["s3:GetObjectAcl"], Resource: "*" }));
    const { grants, passed } = prove({ ...model, role: { ...model.role, identity: [wide, ...rest] } });
    assert.deepEqual(
      grants.filter(({ neededBy }) => neededBy === undefined).map(({ statement, action }) => `${statement} ${action}`),
      ["Extra s3:GetObjectAcl"],
    );
    assert.equal(passed, false);
  });

  it("lists an Allow by NotAction, which nothing can need as a whole", () => {
    const identity = [
      ...model.role.identity,
      { source: "wide", document: { Statement: { Effect: "Allow", NotAction: "iam:*", Resource: "*" } } as const },
    ];
    const { grants } = prove({ ...model, role: { ...model.role, identity } });
    assert.ok(grants.some(({ action, neededBy }) => action === "everything but iam:*" && neededBy === undefined));
  });
});
