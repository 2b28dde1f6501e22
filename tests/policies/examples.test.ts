import assert from "node:assert/strict";
import { catalogue } from "../../policies/catalogue";
import { examples, exampleSettings, type ExampleResource } from "../../policies/examples";
import { environment } from "../../policies/examples/environment";
import { open, runPack, violations } from "./harness";

/** The environment with the good example's resources replaced by those of a bad one. */
function inEnvironment(good: readonly ExampleResource[], bad: readonly ExampleResource[]): ExampleResource[] {
  const replaced = new Map(bad.map((resource) => [resource.name, resource]));
  const removed = new Set(good.map(({ name }) => name).filter((name) => !replaced.has(name)));
  const known = new Set(environment.map(({ name }) => name));
  return [
    ...environment.filter(({ name }) => !removed.has(name)).map((resource) => replaced.get(resource.name) ?? resource),
    ...bad.filter(({ name }) => !known.has(name)),
  ];
}

describe("policies: examples", () => {
  it("stand beside every policy of the catalogue, and beside nothing else", () => {
    assert.deepEqual(Object.keys(examples).sort(), catalogue.map(({ id }) => id).sort());
  });

  for (const rule of catalogue) {
    const { good = [], bad = [] } = examples[rule.id] ?? {};
    const config = exampleSettings[rule.id] ?? {};
    describe(rule.id, () => {
      it("accepts its good example and really judges it", async () => {
        const outcome = await runPack(good, { rules: [rule], config: { [rule.id]: config } });
        assert.deepEqual(outcome.reports, []);
        assert.ok(outcome.verdicts.length > 0);
        assert.ok(outcome.verdicts.every(({ kind }) => kind === "compliant"));
      });

      for (const [index, stack] of bad.entries()) {
        it(`finds bad example ${index + 1}, and nothing else is found when it stands in the environment`, async () => {
          const alone = await runPack(stack, { rules: [rule], config: { [rule.id]: config } });
          assert.ok(violations(alone).length > 0, "not found on its own");
          const outcome = await runPack(inEnvironment(good, stack), { config: { [rule.id]: config } });
          const found = new Set(violations(outcome).map((line) => line.split(" on ")[0]));
          assert.deepEqual([...found], [rule.id], JSON.stringify(outcome.reports, null, 1));
          const judged = open(outcome).filter((line) => rule.id !== "policy-documents-are-valid" || line === "");
          assert.deepEqual(judged, []);
        });
      }
    });
  }
});
