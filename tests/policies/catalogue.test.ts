import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { catalogue } from "../../policies/catalogue";
import { settingsOf } from "../../policies/judge";
import { toSdkPolicies } from "../../policies/sdk";

const SETS = path.resolve(__dirname, "../../policies/sets");

describe("policies: catalogue", () => {
  it("has a policy in every family", () => {
    const families = new Set(catalogue.map(({ family }) => family));
    assert.deepEqual([...families].sort(), [
      "audit",
      "bedrock",
      "data-protection",
      "encryption",
      "governance",
      "least-privilege",
      "network",
    ]);
  });

  it("names every policy once, in kebab-case, and says title, threat, mending and controls of each", () => {
    assert.equal(new Set(catalogue.map(({ id }) => id)).size, catalogue.length);
    for (const rule of catalogue) {
      assert.match(rule.id, /^[a-z]+(?:-[a-z]+)+$/);
      assert.match(rule.title, /^[A-Z].*[^.]$/, rule.id);
      assert.match(rule.threat, /^[A-Z].*\.$/, rule.id);
      assert.match(rule.remediation.text, /^[A-Z].*\.$/, rule.id);
      assert.ok(rule.remediation.code.length > 0, rule.id);
      assert.ok(Object.keys(rule.frameworks).length > 0, rule.id);
      assert.ok(rule.appliesTo.length > 0, rule.id);
    }
  });

  it("asks for the stack wherever a policy applies only to stacks that work on models", () => {
    for (const rule of catalogue) assert.ok(!rule.onlyWithBedrock || rule.phase === "stack", rule.id);
  });

  it("gives every parameter a default that its own schema accepts", () => {
    for (const rule of catalogue) {
      const settings = settingsOf(rule, {});
      assert.deepEqual(Object.keys(settings), Object.keys(rule.parameters ?? {}), rule.id);
    }
  });

  it("refuses a parameter that does not exist and names those that do", () => {
    const rule = catalogue.find(({ id }) => id === "provisioned-throughput-is-bounded");
    assert.ok(rule);
    assert.throws(
      () => settingsOf(rule, { maxUnits: 3 }),
      /provisioned-throughput-is-bounded has no parameter maxUnits \(it has: maxModelUnits, allowedCommitments\)/,
    );
    assert.throws(
      () => settingsOf(rule, { maxModelUnits: -1 }),
      /maxModelUnits is -1; it must be a whole number, at least 0/,
    );
    assert.throws(() => settingsOf(rule, { allowedCommitments: "OneMonth" }), /must be a list of texts/);
  });

  for (const set of fs.readdirSync(SETS)) {
    it(`accepts the ready set ${set}: its policies, levels and parameters exist`, () => {
      const names = toSdkPolicies(catalogue).map(({ name }) => name);
      const entries = JSON.parse(fs.readFileSync(path.join(SETS, set), "utf8")) as Record<string, unknown>;
      for (const [name, value] of Object.entries(entries)) {
        assert.ok(name === "all" || names.includes(name), name);
        const { enforcementLevel = "mandatory", ...parameters } =
          typeof value === "string" ? { enforcementLevel: value } : (value as Record<string, unknown>);
        assert.match(String(enforcementLevel), /^(?:advisory|mandatory|disabled)$/, name);
        const rule = catalogue.find(({ id }) => id === name);
        if (rule !== undefined) settingsOf(rule, parameters);
        else assert.deepEqual(parameters, {});
      }
    });
  }
});
