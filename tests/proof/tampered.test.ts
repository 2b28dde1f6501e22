// One document changed at a time, as by hand behind the stack's back: the proof names the danger, the comparison the statement.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { allow, type SourcedPolicy, type Statement } from "../../iam";
import { diffStatements } from "../../proof/diff";
import type { AccessModel, RoleModel } from "../../proof/model";
import { prove } from "../../proof/prove";
import { readExport } from "../../proof/read-export";
import type { Threat } from "../../proof/threats";
import { edited, extended, fixturePath } from "./support";

const model = readExport(readFileSync(fixturePath("prod"), "utf8"));
const foreign = "arn:aws:iam::999999999999:root";
const queueArn = model.channels.find(({ arn }) => arn.includes(":sqs:"))?.arn ?? "";

type Edit = (policy: SourcedPolicy) => SourcedPolicy;
const add =
  (statement: Statement): Edit =>
  (policy) =>
    extended(policy, statement);
const without =
  (sid: string): Edit =>
  (policy) =>
    edited(policy, (one) => (one.Sid === sid ? undefined : one));
const change =
  (sid: string, to: Partial<Statement>): Edit =>
  (policy) =>
    edited(policy, (one) => (one.Sid === sid ? { ...one, ...to } : one));

const bucket =
  (name: "training" | "output" | "logs", edit: Edit) =>
  (of: AccessModel): AccessModel => {
    const found = of[name];
    assert.ok(found?.policy);
    return { ...of, [name]: { ...found, policy: edit(found.policy) } };
  };
const key =
  (name: "modelKey" | "dataKey" | "logKey", edit: Edit) =>
  (of: AccessModel): AccessModel => {
    const found = of[name];
    assert.ok(found);
    return { ...of, [name]: { ...found, policy: edit(found.policy) } };
  };
const endpoint =
  (name: string, edit: Edit) =>
  (of: AccessModel): AccessModel => {
    const found = of.endpoints[name];
    assert.ok(found);
    return { ...of, endpoints: { ...of.endpoints, [name]: { ...found, policy: edit(found.policy) } } };
  };
const channel =
  (service: "sns" | "sqs", edit: Edit) =>
  (of: AccessModel): AccessModel => ({
    ...of,
    channels: of.channels.map((one) =>
      one.policy !== undefined && one.arn.includes(`:${service}:`) ? { ...one, policy: edit(one.policy) } : one,
    ),
  });
const inTrust =
  (edit: Edit) =>
  (role: RoleModel): RoleModel => ({ ...role, trust: edit(role.trust) });
/** The boundary goes, too: it stands against most of what a policy alone could grant. */
const unbound =
  (statement: Statement) =>
  ({ boundary: _boundary, ...role }: RoleModel): RoleModel =>
    held(statement)(role);
const held =
  (statement: Statement) =>
  (role: RoleModel): RoleModel => ({
    ...role,
    identity: [...role.identity, { source: "by hand", document: { Version: "2012-10-17", Statement: [statement] } }],
  });
const job = (edit: (role: RoleModel) => RoleModel) => (of: AccessModel) => ({ ...of, role: edit(of.role) });
const person =
  (purpose: string, edit: (role: RoleModel) => RoleModel) =>
  (of: AccessModel): AccessModel => ({
    ...of,
    roles: of.roles.map((role) => (role.purpose === purpose ? edit(role) : role)),
  });

const undenied: Edit = (policy) => edited(policy, (one) => (one.Effect === "Deny" ? undefined : one));

const everybody = (action: string, resource = "*") =>
  allow({ Sid: "ByHand", Principal: "*", Action: action, Resource: resource });
const stranger = (action: string) =>
  allow({ Sid: "ByHand", Principal: { AWS: foreign }, Action: action, Resource: "*" });
const byHand = (action: string, resource = "*") => allow({ Sid: "ByHand", Action: action, Resource: resource });

/** What changed, the threat under which the proof shows it, and what the comparison says. */
const changes: [title: string, change: (of: AccessModel) => AccessModel, threat: Threat, says: RegExp][] = [
  [
    "TLS is no longer demanded",
    bucket("training", without("DenyWithoutTls")),
    "reading over an insecure connection",
    /DenyWithoutTls.*aws:SecureTransport/u,
  ],
  [
    "TLS 1.1 is enough",
    bucket("training", without("DenyOldTls")),
    "reading over an insecure connection",
    /DenyOldTls/u,
  ],
  [
    "uploads may use S3's own key",
    bucket("training", without("DenyOtherEncryption")),
    "wrong key",
    /DenyOtherEncryption/u,
  ],
  ["uploads may use any key", bucket("training", without("DenyOtherKey")), "wrong key", /DenyOtherKey/u],
  [
    "the bucket is open to outsiders",
    bucket("training", without("DenyOutsiders")),
    "tampering with training data",
    /DenyOutsiders/u,
  ],
  [
    "everybody writes data sets",
    bucket("training", (one) => add(everybody("s3:PutObject"))(without("DenyOutsiders")(one))),
    "tampering with training data",
    /ByHand: s3:PutObject on \* for \{"AWS":\["\*"\]\}/u,
  ],
  [
    "another account reads results",
    bucket("output", (one) => add(stranger("s3:GetObject"))(without("DenyOutsiders")(one))),
    "theft or misuse of the model",
    /ByHand: s3:GetObject .*999999999999/u,
  ],
  [
    "another account deletes logs",
    bucket("logs", (one) => add(stranger("s3:DeleteObject"))(undenied(one))),
    "disabling the audit",
    /ByHand: s3:DeleteObject/u,
  ],
  [
    "another account decrypts with the model's key",
    key("modelKey", add(stranger("kms:Decrypt"))),
    "misuse of the key",
    /ByHand: kms:Decrypt .*999999999999/u,
  ],
  [
    "another account decrypts with the data's key",
    key("dataKey", add(stranger("kms:Decrypt"))),
    "misuse of the key",
    /ByHand: kms:Decrypt/u,
  ],
  ["another account owns the log's key", key("logKey", add(stranger("kms:*"))), "misuse of the key", /ByHand: kms:\*/u],
  [
    "the account may use the model's key",
    key("modelKey", change("AccountAdministersKey", { Action: "kms:*" })),
    "theft or misuse of the model",
    /AccountAdministersKey: kms:\*/u,
  ],
  [
    "the service role trusts Bedrock for everybody",
    job(inTrust((one) => edited(one, (each) => ({ ...each, Condition: undefined })))),
    "confused deputy",
    /sts:AssumeRole on the role for .*bedrock/u,
  ],
  [
    "the service role trusts another account",
    job(inTrust(add(allow({ Sid: "ByHand", Principal: { AWS: foreign }, Action: "sts:AssumeRole" })))),
    "privilege escalation",
    /ByHand: sts:AssumeRole/u,
  ],
  [
    "the service role trusts an identity provider",
    job(
      inTrust(
        add(
          allow({
            Sid: "ByHand",
            Principal: { Federated: "accounts.google.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
          }),
        ),
      ),
    ),
    "privilege escalation",
    /accounts\.google\.com/u,
  ],
  [
    "the service role may do everything",
    job(held(byHand("*"))),
    "exfiltration of training data",
    /by hand, ByHand: \* on \*/u,
  ],
  [
    "the S3 endpoint lets everything through",
    endpoint("s3", add(everybody("*"))),
    "exfiltration of training data",
    /the s3 endpoint, ByHand: \* on \*/u,
  ],
  [
    "the Bedrock endpoint lets everything through",
    endpoint("bedrock", add(everybody("*"))),
    "exfiltration of training data",
    /the bedrock endpoint, ByHand/u,
  ],
  [
    "everybody sends to the topic",
    channel("sns", add(everybody("sns:Publish"))),
    "disabling the audit",
    /topic .*, ByHand: sns:Publish/u,
  ],
  [
    "another account listens to the topic",
    channel("sns", add(stranger("sns:Subscribe"))),
    "disabling the audit",
    /topic .*, ByHand: sns:Subscribe/u,
  ],
  [
    "everybody reads the queue",
    channel("sqs", add(everybody("sqs:ReceiveMessage", queueArn))),
    "disabling the audit",
    /queue .*, ByHand: sqs:ReceiveMessage/u,
  ],
  [
    "the invoker asks without the guardrail",
    person("invoker", (one) =>
      unbound(byHand("bedrock:InvokeModel"))({ ...one, identity: one.identity.map(undenied) }),
    ),
    "inference without the guardrail",
    /by hand, ByHand: bedrock:InvokeModel/u,
  ],
  [
    "the auditor stops the trail",
    person("auditor", unbound(byHand("cloudtrail:StopLogging"))),
    "disabling the audit",
    /by hand, ByHand: cloudtrail:StopLogging/u,
  ],
  [
    "the operator passes any role to Bedrock",
    person("operator", unbound(byHand("iam:PassRole"))),
    "privilege escalation",
    /by hand, ByHand: iam:PassRole/u,
  ],
];

describe("a change by hand", function () {
  this.timeout(60_000);

  it("is none when AWS gives documents back in another form", () => {
    const reformed: Edit = ({ source, document }) => {
      const text = typeof document === "string" ? document : JSON.stringify(document);
      const { Statement } = JSON.parse(text) as { Statement: Statement[] };
      const swapped = Statement.map((one) => ({ ...one, Action: [one.Action ?? []].flat().toReversed() })).toReversed();
      const same = JSON.stringify({ Version: "2012-10-17", Statement: swapped });
      return { source, document: same.replaceAll(`"arn:aws:iam::${model.account}:root"`, `"${model.account}"`) };
    };
    const given = key("modelKey", reformed)(bucket("training", reformed)(model));
    const none = { grantsAdded: [], grantsRemoved: [], deniesAdded: [], deniesRemoved: [] };
    assert.deepEqual(diffStatements(model, given), none);
  });

  for (const [title, changed, threat, says] of changes) {
    it(`is noticed: ${title}`, () => {
      const after = changed(model);
      const { mustDeny, passed } = prove(after);
      assert.equal(passed, false);
      const succeed = mustDeny.filter((one) => !one.asExpected);
      assert.ok(
        succeed.some((one) => one.threat === threat),
        `shown under ${[...new Set(succeed.map((one) => one.threat))].join(", ") || "nothing"}`,
      );
      const { grantsAdded, deniesRemoved } = diffStatements(model, after);
      assert.match([...grantsAdded, ...deniesRemoved].join("\n"), says);
    });
  }

  it("is noticed: a grant of the key to a role of another account, and to one of the account that is nobody's", () => {
    for (const grantee of [`arn:aws:iam::999999999999:role/theirs`, `arn:aws:iam::${model.account}:role/somebody`]) {
      const grants = [{ source: "grant 1", grantee, operations: ["Decrypt", "CreateGrant"] }];
      const after = { ...model, modelKey: { ...model.modelKey, grants }, dataKey: { ...model.dataKey, grants } };
      const succeed = prove(after).mustDeny.filter((one) => !one.asExpected);
      assert.match(
        succeed.map(({ name, reason }) => `${name}: ${reason}`).join("\n"),
        /by a grant: Decrypt.*by grant 1/u,
      );
      assert.match(diffStatements(model, after).grantsAdded.join("\n"), /grant 1, 0: kms:Decrypt on \*/u);
    }
    const grants = [{ source: "grant 1", grantee: "bedrock.amazonaws.com", operations: ["Decrypt"] }];
    assert.ok(prove({ ...model, modelKey: { ...model.modelKey, grants } }).passed, "an AWS service may hold one");
  });

  it("is noticed: a list opens the bucket of data sets to everybody, where its owner does not switch lists off", () => {
    const text = readFileSync(fixturePath("dev"), "utf8");
    const list = (ownership: string): string => {
      const stack = JSON.parse(text) as { deployment: { resources: { type: string; urn: string; outputs: object }[] } };
      const name = readExport(text).training.name;
      const add = (type: string, outputs: object) =>
        void stack.deployment.resources.push({ type, urn: `urn:pulumi:dev::x::${type}::list`, outputs });
      add("aws:s3/bucketAcl:BucketAcl", { bucket: name, acl: "public-read-write" });
      add("aws:s3/bucketOwnershipControls:BucketOwnershipControls", {
        bucket: name,
        rule: { objectOwnership: ownership },
      });
      return JSON.stringify(stack);
    };
    const lists = prove(readExport(list("ObjectWriter"))).mustDeny.filter((one) => !one.asExpected);
    assert.match(
      lists.map(({ name, reason }) => `${name}: ${reason}`).join("\n"),
      /lists the training bucket.*AccessControlList/u,
    );
    assert.ok(prove(readExport(list("BucketOwnerEnforced"))).passed);
  });

  it("is noticed: nobody may send to the queue any more", () => {
    const channels = model.channels.map(({ arn, senders }) => ({
      arn,
      senders: arn === queueArn ? ["events.amazonaws.com"] : senders,
    }));
    const { mustAllow } = prove({ ...model, channels });
    const denied = mustAllow.filter(({ allowed }) => !allowed).map(({ name }) => name);
    assert.ok(
      denied.some((name) => name.startsWith("events.amazonaws.com sends to the queue")),
      denied.join("\n"),
    );
  });
});
