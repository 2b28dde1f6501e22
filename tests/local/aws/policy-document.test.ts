import assert from "node:assert/strict";
import fc from "fast-check";
import { samePolicyDocument } from "../../../local/aws/policy-document";

const names = fc.stringMatching(/^[a-z]{1,6}:[A-Z][a-z]{1,6}$/u);
const statement = fc.record({
  Sid: fc.stringMatching(/^[A-Z][a-z]{1,6}$/u),
  Effect: fc.constantFrom("Allow", "Deny"),
  Action: fc.uniqueArray(names, { minLength: 1, maxLength: 3 }),
  Resource: fc.uniqueArray(names, { minLength: 1, maxLength: 3 }),
  Condition: fc.record({
    StringEquals: fc.dictionary(names, fc.uniqueArray(names, { minLength: 1, maxLength: 2 }), { maxKeys: 2 }),
  }),
});

/** The same document in other words: members backwards, lists backwards, one value without its list. */
function reworded(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length === 1 && typeof value[0] === "string" ? value[0] : value.map(reworded).reverse();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]): [string, unknown] => [key, reworded(item)])
      .reverse(),
  );
}

describe("policy documents", () => {
  it("are the same in other words", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), (Statement) => {
        const document = { Version: "2012-10-17", Statement };
        assert.ok(samePolicyDocument(JSON.stringify(document), JSON.stringify(reworded(document), null, 2)));
      }),
      { numRuns: 60 },
    );
  });

  it("differ when an effect, a principal, an operator or a value does", () => {
    const base = {
      Effect: "Allow",
      Principal: { AWS: "1" },
      Action: "a:B",
      Resource: "*",
      Condition: { Bool: { "aws:x": "true" } },
    };
    const others = [
      { ...base, Effect: "Deny" },
      { ...base, Principal: "*" },
      { ...base, Action: "a:C" },
      { ...base, Condition: { BoolIfExists: { "aws:x": "true" } } },
      { ...base, Condition: { Bool: { "aws:x": "false" } } },
    ];
    const text = (item: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [item] });
    for (const other of others) assert.equal(samePolicyDocument(text(base), text(other)), false);
    assert.ok(samePolicyDocument(text(base), text({ ...base, Condition: { Bool: { "aws:x": true } } })));
    assert.ok(samePolicyDocument(text({ ...base, Principal: "*" }), text({ ...base, Principal: { AWS: ["*"] } })));
  });

  it("are compared as text when they are not JSON, and keep list order when they are not policies", () => {
    assert.equal(samePolicyDocument("a", "b"), false);
    assert.equal(samePolicyDocument("[1,2]", "[2,1]"), false);
    assert.equal(samePolicyDocument('{"b":1,"a":2}', '{ "a": 2, "b": 1 }'), true);
  });
});
