// Comparisons of any two stacks: the same in other words is no difference, and what lets somebody do more comes first.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { evaluate, type Statement } from "../../iam";
import { runProof } from "../../proof/cli";
import type { Comparison } from "../../proof/compare";
import { covers, patternCovers } from "../../proof/covers";
import { sayingsOf } from "../../proof/sayings";
import {
  account,
  bucket,
  bucketPolicy,
  documentText,
  exported,
  lambda,
  partner,
  resource,
  role,
  roleArn,
  rolePolicy,
  urnOf,
  type Exported,
} from "./strange-stacks";

const allows = (Action: string | string[], Resource: string | string[], more: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const media = "arn:aws:s3:::media/*";
const tls: Statement = {
  Sid: "Tls",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: media,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const ours: Statement = allows(["s3:GetObject", "s3:PutObject"], media, {
  Principal: { AWS: [roleArn("app"), roleArn("web")] },
  Condition: { StringEquals: { "aws:SourceVpce": ["vpce-1", "vpce-2"] } },
});

describe("a comparison of any two stacks", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "proof-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function compared(before: string, after: string) {
    const paths = [before, after].map((text, index) => {
      const path = join(folder, `${index}.json`);
      writeFileSync(path, text);
      return path;
    });
    const run = (format: string) =>
      runProof(["--before", paths[0] ?? "", "--after", paths[1] ?? "", "--format", format]);
    const { code, output } = await run("json");
    const text = await run("text");
    return { code, text: text.output, comparison: JSON.parse(output) as Comparison };
  }

  const same: Record<string, [Exported[], Exported[]]> = {
    "in another order": [
      [role("app"), bucket("media"), bucketPolicy("p", "media", tls, ours)],
      [bucket("media"), bucketPolicy("p", "media", ours, tls), role("app")],
    ],
    "with a statement taken apart": [
      [bucketPolicy("p", "media", ours)],
      [
        bucketPolicy(
          "p",
          "media",
          { ...ours, Action: "s3:GetObject", Principal: { AWS: roleArn("app") } },
          { ...ours, Action: "s3:GetObject", Principal: { AWS: roleArn("web") } },
          { ...ours, Action: ["S3:putobject"] },
        ),
      ],
    ],
    "in other words": [
      [bucketPolicy("p", "media", tls, allows("*", "*", { Principal: { AWS: account } }), ours)],
      [
        bucketPolicy(
          "p",
          "media",
          { ...tls, Sid: "Renamed", Principal: { AWS: "*" }, Condition: { bool: { "AWS:securetransport": "FALSE" } } },
          allows("*:*", ["*"], { Principal: { AWS: `arn:aws:iam::${account}:root` } }),
          { ...ours, Condition: { StringLike: { "aws:sourcevpce": ["vpce-2", "vpce-1"] } } },
        ),
      ],
    ],
    "in another document of the same role": [
      [role("app"), rolePolicy("one", "app", allows("s3:GetObject", media))],
      [role("app", { inlinePolicies: [{ name: "two", policy: documentText(allows("s3:GetObject", [media])) }] })],
    ],
    "under other names in the program": [
      [role("app"), rolePolicy("one", "app", allows("s3:GetObject", media))],
      [
        { ...role("app"), urn: urnOf("aws:iam/role:Role", "renamed") },
        {
          ...rolePolicy("one", "app", allows("s3:GetObject", media)),
          urn: urnOf("aws:iam/rolePolicy:RolePolicy", "x"),
        },
      ],
    ],
    "under names that Pulumi made anew": [
      [
        role("app", {}, "app-1a2b3c4"),
        rolePolicy("one", "app-1a2b3c4", allows("s3:GetObject", media)),
        bucket("logs-aaaa"),
        bucketPolicy(
          "p",
          "logs-aaaa",
          allows("s3:PutObject", "arn:aws:s3:::logs-aaaa/*", { Principal: { AWS: roleArn("app-1a2b3c4") } }),
        ),
      ],
      [
        role("app", {}, "app-9z8y7x6"),
        rolePolicy("one", "app-9z8y7x6", allows("s3:GetObject", media)),
        bucket("logs-bbbb"),
        bucketPolicy(
          "p",
          "logs-bbbb",
          allows("s3:PutObject", "arn:aws:s3:::logs-bbbb/*", { Principal: { AWS: roleArn("app-9z8y7x6") } }),
        ),
      ],
    ],
    "with a resource and its denials gone": [[bucket("media"), bucketPolicy("p", "media", tls)], []],
  };
  for (const [title, [before, after]] of Object.entries(same)) {
    it(`finds nobody gaining anything: ${title}`, async () => {
      const { code, comparison } = await compared(exported(...before), exported(...after));
      assert.deepEqual([comparison.grantsAdded, comparison.deniesRemoved, comparison.gravest], [[], [], []]);
      assert.equal(code, 0);
    });
  }

  const narrower: Record<string, [Statement, Statement]> = {
    "a condition more": [ours, { ...ours, Condition: { ...ours.Condition, Bool: { "aws:SecureTransport": "true" } } }],
    "a value less": [ours, { ...ours, Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } }],
    "an action instead of all": [{ ...ours, Action: "s3:*" }, ours],
    "a folder instead of the bucket": [ours, { ...ours, Resource: "arn:aws:s3:::media/public/*" }],
    "a principal less": [ours, { ...ours, Principal: { AWS: roleArn("app") } }],
    "a principal instead of everybody": [{ ...ours, Principal: "*" }, ours],
  };
  for (const [title, [before, after]] of Object.entries(narrower)) {
    it(`finds nobody gaining anything by ${title}, and somebody the other way round`, async () => {
      const [one, other] = [before, after].map((statement) =>
        exported(bucket("media"), bucketPolicy("p", "media", statement)),
      );
      assert.ok(one !== undefined && other !== undefined);
      const forth = await compared(one, other);
      assert.equal(forth.code, 0);
      assert.ok(forth.comparison.grantsRemoved.length > 0);
      const back = await compared(other, one);
      assert.equal(back.code, 1);
      assert.ok(back.comparison.grantsAdded.length > 0);
    });
  }

  const large = (extra: Exported[], ...open: Statement[]): string =>
    exported(
      ...Array.from({ length: 30 }, (_, index) => [
        role(`worker-${index}`),
        rolePolicy(
          `work-${index}`,
          `worker-${index}`,
          allows("sqs:SendMessage", `arn:aws:sqs:us-east-1:${account}:q-${index}`),
        ),
      ]).flat(),
      bucket("media"),
      bucketPolicy("media", "media", ours, ...open),
      ...extra,
    );
  const before = exported(role("app"), bucket("media"), bucketPolicy("media", "media", ours, tls));
  const hidden: Record<string, [string, RegExp]> = {
    "everybody reads": [
      large([role("app")], tls, allows("s3:GetObject", media, { Principal: "*" })),
      /s3:GetObject.*anybody on the internet/isu,
    ],
    "another account reads": [
      large([role("app")], tls, allows("s3:GetObject", media, { Principal: { AWS: partner } })),
      /another account \(999988887777\)/iu,
    ],
    "TLS is demanded no more": [large([role("app")]), /Tls.*was denied.*no longer is/su],
    "a role gets every action": [
      large([role("app"), rolePolicy("all", "app", allows("*", "*"))], tls),
      /every action on everything/u,
    ],
    "a role gets a policy of AWS": [
      large([role("app", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] })], tls),
      /everything that arn:aws:iam::aws:policy\/AdministratorAccess grants/u,
    ],
    "a role can be assumed by anybody": [
      large([role("app", { assumeRolePolicy: documentText({ ...lambda, Principal: "*" }) })], tls),
      /sts:AssumeRole.*anybody on the internet/isu,
    ],
  };
  for (const [title, [after, says]] of Object.entries(hidden)) {
    it(`shows first what a large change hides: ${title}`, async () => {
      const { code, text, comparison } = await compared(before, after);
      assert.equal(code, 1);
      const [first] = comparison.gravest;
      assert.match(`${first?.what ?? ""} ${first?.why ?? ""}`, says);
      const [, shown = ""] = text.split("Look at this first\n");
      assert.ok(shown.startsWith(`  WIDER      ${first?.what ?? "?"}`), text.slice(0, 400));
    });
  }

  it("says in words who may do what, the actions of a statement together", async () => {
    const named = { ArnLike: { "aws:PrincipalArn": roleArn("app") }, Bool: { "aws:SecureTransport": "true" } };
    const { comparison } = await compared(
      exported(bucket("media")),
      exported(
        bucket("media"),
        bucketPolicy(
          "p",
          "media",
          allows("s3:*", media, { Sid: "Partner", Principal: { AWS: partner } }),
          allows(["s3:GetObject", "s3:PutObject"], media, {
            Sid: "Logs",
            Principal: { Service: "logging.s3.amazonaws.com" },
          }),
          allows("s3:ListBucket", media, { Sid: "App", Principal: "*", Condition: named }),
        ),
      ),
    );
    assert.deepEqual(
      comparison.gravest.map(({ what }) => what.replace(/ \(policy of [^)]*\), /u, " (")),
      [
        "Account 999988887777 may s3:* on arn:aws:s3:::media/* (Partner)",
        "The service logging.s3.amazonaws.com may s3:GetObject, s3:PutObject on arn:aws:s3:::media/* (Logs)",
        `${roleArn("app")} may s3:ListBucket on arn:aws:s3:::media/*, if Bool aws:SecureTransport "true" (App)`,
      ],
    );
  });

  it("shows that a limit is gone: a boundary, a block of public access", async () => {
    const block = { bucket: "media", blockPublicPolicy: true, restrictPublicBuckets: true };
    const boundary = { permissionsBoundary: `arn:aws:iam::${account}:policy/bound` };
    const type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    const { code, comparison } = await compared(
      exported(role("app", boundary), bucket("media"), resource(type, "b", block)),
      exported(role("app"), bucket("media"), resource(type, "b", { ...block, blockPublicPolicy: false })),
    );
    assert.equal(code, 1);
    assert.match(comparison.deniesRemoved.join("\n"), /role\/app is no longer bound by its permissions boundary/u);
    assert.match(comparison.deniesRemoved.join("\n"), /media is no longer bound by blockPublicPolicy/u);
    assert.equal(comparison.gravest.length, 2);
  });

  it("asks for a look at what only the new stack has and cannot be read, and says why no attempt was made", async () => {
    const misspelt = { StringEqual: { "aws:PrincipalTag/a": "b" } };
    const { code, text, comparison } = await compared(
      exported(role("app")),
      exported(role("app"), rolePolicy("new", "app", allows("s3:*", "*", { Condition: misspelt }))),
    );
    assert.equal(code, 1);
    assert.deepEqual(
      comparison.unread.map(({ side }) => side),
      ["after"],
    );
    assert.match(comparison.attemptsNotMade ?? "", /no customization job/u);
    assert.match(text, /Not read, and not compared\n.*only after/su);
  });
});

describe("the order of meanings", () => {
  const part = fc.constantFrom("a", "b", "*", "?", "ab", "-");
  const pattern = fc.array(part, { maxLength: 5 }).map((parts) => `arn:aws:s3:::${parts.join("")}`);
  const text = fc.array(fc.constantFrom("a", "b", "-"), { maxLength: 6 }).map((parts) => parts.join(""));

  it("never says that a pattern covers another one that matches more", () => {
    const matches = (Resource: string, name: string): boolean =>
      evaluate(
        {
          caller: { kind: "user", arn: `arn:aws:iam::${account}:user/ana` },
          action: "s3:GetObject",
          resource: `arn:aws:s3:::${name}`,
          resourceAccount: account,
        },
        {
          identity: [{ source: "p", document: { Version: "2012-10-17", Statement: allows("s3:GetObject", Resource) } }],
        },
      ).outcome === "allowed";
    fc.assert(
      fc.property(pattern, pattern, text, (wide, narrow, name) => {
        fc.pre(!wide.endsWith(":") && !narrow.endsWith(":") && name !== "");
        if (patternCovers(wide, narrow) && matches(narrow, name)) assert.ok(matches(wide, name));
      }),
      { numRuns: 2000 },
    );
  });

  it("never says that a statement covers another one that lets more through", () => {
    const values = fc.uniqueArray(fc.constantFrom("x", "xy", "x*", "*", "?"), { minLength: 1, maxLength: 2 });
    const operator = fc.constantFrom(
      "StringEquals",
      "StringNotEquals",
      "StringLike",
      "StringNotLike",
      "StringEqualsIfExists",
      "ForAnyValue:StringLike",
      "ForAllValues:StringEquals",
      "ForAllValues:StringNotLike",
    );
    const statement = fc
      .record({
        action: fc.constantFrom("s3:*", "s3:GetObject", "s3:Get*", "*"),
        not: fc.boolean(),
        condition: fc.option(fc.tuple(operator, values), { nil: undefined }),
      })
      .map(({ action, not, condition }): Statement => ({
        Effect: "Allow",
        ...(not && action !== "*" ? { NotAction: action } : { Action: action }),
        Resource: "*",
        ...(condition === undefined ? {} : { Condition: { [condition[0]]: { "aws:TagKeys": condition[1] } } }),
      }));
    const lets = (one: Statement, action: string, tags: string[]): boolean =>
      evaluate(
        {
          caller: { kind: "user", arn: `arn:aws:iam::${account}:user/ana` },
          action,
          resource: "arn:aws:s3:::a/b",
          resourceAccount: account,
          context: { "aws:TagKeys": tags },
        },
        { identity: [{ source: "p", document: { Version: "2012-10-17", Statement: one } }] },
      ).outcome === "allowed";
    const sayings = (one: Statement) =>
      sayingsOf({
        partition: "aws",
        documents: [
          { kind: "identity", at: "x", policy: { source: "p", document: { Version: "2012-10-17", Statement: one } } },
        ],
      });
    fc.assert(
      fc.property(
        statement,
        statement,
        fc.constantFrom("s3:GetObject", "s3:PutObject", "sqs:SendMessage"),
        fc.uniqueArray(fc.constantFrom("x", "xy", "y", "z"), { maxLength: 1 }),
        (wide, narrow, action, tags) => {
          const [one] = sayings(wide);
          const [other] = sayings(narrow);
          assert.ok(one && other);
          if (covers(one, other) && lets(narrow, action, tags)) assert.ok(lets(wide, action, tags));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
