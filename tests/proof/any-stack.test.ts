// The access model of stacks that are not ours: every document is read, whatever cannot be is named, and nothing stops it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Statement } from "../../iam";
import { accessModelOf, type AccessModelData, type AccessRow } from "../../proof/access-model";
import { runProof } from "../../proof/cli";
import { resourcesIn } from "../../proof/read-any";
import { readAccess } from "../../proof/stack-documents";
import {
  account,
  bucket,
  bucketPolicy,
  documentText,
  exported,
  partner,
  resource,
  role,
  roleArn,
  rolePolicy,
  secret,
  urnOf,
} from "./strange-stacks";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const reads: Statement = { Sid: "Reads", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::media/*" };
const everybodyReads: Statement = { ...reads, Principal: "*" };

describe("the access model of any stack", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "proof-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function modelOf(text: string, source = "--file"): Promise<AccessModelData> {
    const path = join(folder, "stack.json");
    writeFileSync(path, text);
    const { code, output, problem } = await runProof([source, path, "--format", "model"]);
    assert.equal(code, 0, problem);
    return JSON.parse(output) as AccessModelData;
  }
  const saysOf = async (text: string): Promise<Pick<AccessRow, "who" | "action" | "resources" | "condition">[]> =>
    (await modelOf(text)).rows.map(({ who, action, resources, condition }) => ({
      who,
      action,
      resources,
      ...(condition === undefined ? {} : { condition }),
    }));
  const unreadOf = async (text: string): Promise<string> =>
    (await modelOf(text)).unread.map(({ what, why }) => `${what} ${why}`).join("\n");

  it("has what a role may do by its own, inline, attached and shared policies", async () => {
    const shared = `arn:aws:iam::${account}:policy/shared`;
    const { rows } = await modelOf(
      exported(
        role("app", {
          inlinePolicies: [{ name: "inline", policy: documentText({ ...reads, Action: "s3:ListBucket" }) }],
        }),
        rolePolicy("own", "app", reads),
        resource("aws:iam/policy:Policy", "shared", {
          arn: shared,
          policy: documentText({ ...reads, Action: "sqs:*" }),
        }),
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "one", { role: "app", policyArn: shared }),
        resource("aws:iam/policyAttachment:PolicyAttachment", "many", { roles: [], users: ["ana"], policyArn: shared }),
      ),
    );
    const held = rows.filter(({ document }) => document.kind === "identity");
    assert.deepEqual(
      held.map(({ action, who }) => [action, who]),
      [
        ["s3:ListBucket", [roleArn("app")]],
        ["s3:GetObject", [roleArn("app")]],
        ["sqs:*", [roleArn("app"), "ana"]],
      ],
    );
  });

  it("has who may use keys, secrets, queues and whatever else has a policy, also of types that nobody foresaw", async () => {
    const open: Statement = { Effect: "Allow", Principal: { AWS: partner }, Action: "*", Resource: "*" };
    const url = `https://sqs.us-east-1.amazonaws.com/${account}/q`;
    const rows = await saysOf(
      exported(
        resource("aws:kms/key:Key", "k", { arn: `arn:aws:kms:us-east-1:${account}:key/1`, policy: documentText(open) }),
        resource("aws:secretsmanager/secretPolicy:SecretPolicy", "s", { secretArn: "x", policy: documentText(open) }),
        resource("aws:sqs/queue:Queue", "q", {
          arn: `arn:aws:sqs:us-east-1:${account}:q`,
          url,
          policy: documentText(open),
        }),
        resource("aws:sqs/queuePolicy:QueuePolicy", "qp", { queueUrl: url, policy: documentText(open) }),
        resource("aws:lex/newThing:NewThing", "n", { arn: "y", accessRules: documentText(open) }),
        resource("aws-native:ecr:RegistryPolicy", "r", { policyText: { Version: "2012-10-17", Statement: [open] } }),
      ),
    );
    assert.equal(rows.length, 5);
    for (const { who } of rows) assert.deepEqual(who, { AWS: partner });
  });

  it("has what is granted by no document: permissions of functions, grants of keys, access control lists", async () => {
    const key = `arn:aws:kms:us-east-1:${account}:key/1`;
    const grant = { keyId: key, granteePrincipal: roleArn("app"), operations: ["Decrypt"] };
    const rows = await saysOf(
      exported(
        resource("aws:lambda/permission:Permission", "p", {
          function: "fn",
          action: "lambda:InvokeFunction",
          principal: "s3.amazonaws.com",
          sourceArn: "arn:aws:s3:::media",
          sourceAccount: account,
        }),
        resource("aws:kms/grant:Grant", "g", { ...grant, constraints: [{ encryptionContextSubset: { team: "a" } }] }),
        bucket("media", { acl: "public-read" }),
      ),
    );
    assert.deepEqual(rows.slice(0, 2), [
      {
        who: { Service: "s3.amazonaws.com" },
        action: "lambda:InvokeFunction",
        resources: ["*"],
        condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:s3:::media" },
          StringEquals: { "aws:SourceAccount": account },
        },
      },
      {
        who: { AWS: roleArn("app") },
        action: "kms:Decrypt",
        resources: ["*"],
        condition: { StringEquals: { "kms:EncryptionContext:team": "a" } },
      },
    ]);
    const lists = rows.filter(({ who, action }) => who === "*" && action === "s3:ListBucket");
    assert.equal(lists.length, 1);
  });

  it("has no access control list where the bucket's owner enforces ownership, and names grantees that nobody knows", async () => {
    const list = { grants: [{ grantee: { id: "abc" }, permission: "READ" }], owner: { id: "own" } };
    const acl = resource("aws:s3/bucketAcl:BucketAcl", "acl", { bucket: "media", accessControlPolicy: list });
    const enforced = resource("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "own", {
      bucket: "media",
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    assert.deepEqual(await modelOf(exported(bucket("media"), acl, enforced)).then(({ unread }) => unread), []);
    assert.match(await unreadOf(exported(bucket("media"), acl)), /canonical user abc/u);
  });

  it("names what it cannot read, and reads the rest", async () => {
    const text = exported(
      role("app", {
        assumeRolePolicy: secret({ ciphertext: "AAAB" }),
        managedPolicyArns: ["arn:aws:iam::aws:policy/X"],
      }),
      rolePolicy("shown", "app"),
      resource("aws:iam/rolePolicy:RolePolicy", "plain", {
        role: "app",
        policy: secret({ plaintext: JSON.stringify(documentText(reads)) }),
      }),
      resource("aws:iam/userPolicy:UserPolicy", "broken", { user: "ana", policy: "{no" }),
      resource("aws:iam/userPolicy:UserPolicy", "misspelt", {
        user: "ana",
        policy: documentText({ ...reads, Condition: { StringEqual: { "aws:PrincipalTag/a": "b" } } }),
      }),
      null,
    );
    const unread = await unreadOf(text);
    for (const why of [/--show-secrets/u, /policy\/X is attached/u, /is not JSON/u, /did you mean StringEquals/u])
      assert.match(unread, why);
    const { rows, opaque } = await modelOf(text);
    assert.deepEqual(
      rows.map(({ action }) => action),
      ["s3:GetObject"],
    );
    assert.deepEqual(opaque, [{ kind: "identity", at: roleArn("app"), policy: "arn:aws:iam::aws:policy/X" }]);
  });

  it("is read from previews and plans too, before AWS has given a name", async () => {
    const urn = urnOf("aws:iam/role:Role", "app");
    const assumeRolePolicy = documentText({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" });
    const step = (type: string, name: string, inputs: object, propertyDependencies: object = {}) => {
      const newState = { type, urn: urnOf(type, name), inputs, propertyDependencies };
      return { op: "create", newState };
    };
    const preview = JSON.stringify({
      steps: [
        step("aws:iam/role:Role", "app", { assumeRolePolicy }),
        step("aws:iam/rolePolicy:RolePolicy", "own", { role: UNKNOWN, policy: UNKNOWN }, { role: [urn] }),
      ],
    });
    const goal = { type: "aws:iam/role:Role", inputDiff: { adds: { assumeRolePolicy } } };
    const plan = JSON.stringify({ resourcePlans: { [urn]: { goal, steps: ["create"], state: {} } } });
    for (const [text, source] of [
      [preview, "--preview"],
      [plan, "--file"],
    ] as const) {
      const { rows, unread } = await modelOf(text, source);
      assert.deepEqual(
        rows.map(({ who }) => who),
        ["*"],
      );
      assert.equal(unread.length, source === "--preview" ? 1 : 0);
    }
  });

  it("is empty for a stack without access, and is no proof", async () => {
    assert.deepEqual((await modelOf(exported(bucket("media")))).rows, []);
    assert.deepEqual((await modelOf('{"version":3,"deployment":{}}')).rows, []);
    const path = join(folder, "stack.json");
    const { code, problem } = await runProof(["--file", path]);
    assert.equal(code, 2);
    assert.match(problem ?? "", /no customization job/u);
  });

  it("stops at nothing that a stack may hold in place of a document", () => {
    const statements = fc.constantFrom(null, [null], [1], {}, [{ Effect: 1 }], "x", [{ Effect: "Allow", Action: {} }]);
    const documents = statements.map((Statement) => ({ Version: "2012-10-17", Statement }));
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      documents,
      documents.map((one) => JSON.stringify(one)),
      fc.constantFrom("{", "[]", UNKNOWN, roleArn("app"), secret({ plaintext: "{" })),
    );
    const names = [
      "arn",
      "name",
      "policy",
      "assumeRolePolicy",
      "inlinePolicies",
      "managedPolicyArns",
      "role",
      "roles",
      "acl",
    ];
    const more = [
      "policyArn",
      "operations",
      "constraints",
      "accessControlPolicy",
      "permissionsBoundary",
      "bucket",
      "keyId",
    ];
    const types = [
      "iam/role:Role",
      "iam/policy:Policy",
      "iam/rolePolicy:RolePolicy",
      "kms/grant:Grant",
      "s3/bucketAcl:BucketAcl",
    ];
    const outputs = fc.dictionary(fc.constantFrom(...names, ...more), value);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...types, "lambda/permission:Permission"), outputs)), (found) => {
        const text = exported(...found.map(([type, held], index) => resource(`aws:${type}`, `r${index}`, held)));
        for (const { action } of accessModelOf(readAccess(resourcesIn(text))).rows) assert.ok(action);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the policy of a bucket once, though AWS gives it back with the bucket", async () => {
    const rows = await saysOf(
      exported(
        bucket("media", { policy: documentText(everybodyReads) }),
        bucketPolicy("open", "media", everybodyReads),
      ),
    );
    assert.equal(rows.length, 1);
  });
});
