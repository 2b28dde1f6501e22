import assert from "node:assert/strict";
import fc from "fast-check";
import { environment, statements } from "../../policies/examples/environment";
import { changed } from "../../policies/examples/example";
import { open, runPack, violations } from "./harness";

const DOCUMENTS = [
  ["key", "policy"],
  ["training-policy", "policy"],
  ["s3-endpoint", "policy"],
  ["role", "assumeRolePolicy"],
  ["role-data", "policy"],
] as const;

const text = fc.constantFrom(
  "*",
  "s3:GetObject",
  "kms:*",
  "arn:aws:s3:::b/*",
  "arn:aws:iam::*:role/x",
  "1",
  "",
  "${aws:username}",
  "arn",
);
const oneOrMany = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }));
const statement = fc.record(
  {
    Sid: fc.constantFrom("A", "B", 1),
    Effect: fc.constantFrom("Allow", "Deny", "allow"),
    Principal: fc.oneof(
      fc.constant("*"),
      fc.record({ AWS: oneOrMany, Service: oneOrMany }, { requiredKeys: [] }),
      oneOrMany,
    ),
    NotPrincipal: oneOrMany,
    Action: oneOrMany,
    NotAction: oneOrMany,
    Resource: oneOrMany,
    NotResource: oneOrMany,
    Condition: fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(
        fc.constantFrom(
          "StringEquals",
          "StringLikeIfExists",
          "ForAnyValue:ArnLike",
          "Bool",
          "NumericLessThan",
          "DateLessThan",
          "IpAddress",
          "Null",
          "Typo",
        ),
        fc.dictionary(
          fc.constantFrom("aws:SourceArn", "aws:PrincipalTag/x", "kms:EncryptionContext:A", "s3:max-keys", "?"),
          oneOrMany,
        ),
      ),
    ),
  },
  { requiredKeys: [] },
);
const document = fc.oneof(
  fc.jsonValue(),
  fc.record({ Version: fc.constantFrom("2012-10-17", "2008-10-17"), Statement: fc.array(statement, { maxLength: 3 }) }),
);

describe("policies: whatever a program contains", () => {
  it("a document, however odd, is judged or left open, and never ends the pack", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DOCUMENTS),
        document,
        fc.boolean(),
        async ([name, property], value, asText) => {
          await runPack(changed(environment, name, property, asText ? JSON.stringify(value) : value));
        },
      ),
      { numRuns: 150 },
    );
  }).timeout(60_000);

  it("a property of another type than it should have never ends the pack", async () => {
    const places = environment.flatMap(({ name, properties }) =>
      Object.keys(properties).map((property) => [name, property] as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), async ([name, property], value) => {
        await runPack(changed(environment, name, property, value));
      }),
      { numRuns: 100 },
    );
  }).timeout(60_000);

  it("a document that is not valid is named once; what needs it is left open, not passed", async () => {
    const misspelt = { ...statements.trust, Condition: { StringEqual: { "aws:SourceAccount": "111122223333" } } };
    const outcome = await runPack(
      changed(environment, "role", "assumeRolePolicy", JSON.stringify({ Statement: misspelt })),
    );
    assert.deepEqual(violations(outcome), ["policy-documents-are-valid on role"]);
    assert.ok(open(outcome).includes("bedrock-role-trusts-only-its-purpose on role"));
    assert.match(outcome.reports[0]?.message ?? "", /StringEqual/);
  });
});
