import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { catalogue } from "../../policies/catalogue";
import { examples, exampleSettings, type ExampleResource } from "../../policies/examples";
import { without } from "../../policies/examples/example";
import type { PolicyRule } from "../../policies/model";
import { open, runPack, violations, type Outcome } from "./harness";
import { allUnknown, decisive, exemptionsFor, placesIn, unknownAt } from "./matrix/cases";
import { inlineForm, splitForm } from "./matrix/forms";
import { MENDED_BY_FORM, ONE_FORM } from "./matrix/one-form";
import { PRINTED } from "./matrix/printed";
import { PLANTED, plantedAt, throughTheEngineAsSecrets, withUnreadSecrets } from "./matrix/secrets";
import { matrixFile, renderMatrix } from "./matrix/table";
import { JUDGED_BY_OTHERS, STILL_FOUND } from "./matrix/unknown";

const EXEMPTIONS = "exemptions-are-approved";
const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

function runner(rule: PolicyRule) {
  const own = { [rule.id]: exampleSettings[rule.id] ?? {} };
  return (stack: readonly ExampleResource[], exemptions: readonly object[] = []): Promise<Outcome> =>
    runPack(stack, { rules: [rule], config: { ...own, [EXEMPTIONS]: { exemptions } } });
}

function examplesOf({ id }: PolicyRule) {
  const found = examples[id];
  assert.ok(found && found.bad.length > 0, `${id} has no examples`);
  return found;
}

/** What stands in the messages, without the summary of open judgements. */
const texts = (outcome: Outcome) => outcome.reports.map(({ resource, message }) => `${resource}: ${message}`);

describe("policies: matrix of cases", () => {
  const seen = new Set<string>();

  for (const rule of catalogue) {
    describe(rule.id, () => {
      const { good, bad } = examplesOf(rule);
      const run = runner(rule);

      it("compliant, violating: tells its good example from its bad ones", async () => {
        assert.deepEqual(texts(await run(good)), []);
        for (const stack of bad) assert.ok(violations(await run(stack)).every((line) => line.startsWith(rule.id)));
        for (const stack of bad) assert.notDeepEqual(violations(await run(stack)), []);
      });

      it("missing resource: names only what is there, says so where a part is required, and nothing of nothing", async () => {
        assert.deepEqual((await run([])).reports, []);
        const found: string[] = [];
        for (const { name } of good) {
          const rest = without(good, name);
          const lines = violations(await run(rest));
          const names = rest.map((resource) => `${rule.id} on ${resource.name}`);
          for (const line of lines) assert.ok(names.includes(line), `without ${name}: ${line}`);
          if (lines.length > 0) found.push(name);
        }
        const isPart = bad.some((stack) => stack.length < good.length && stack.every((item) => good.includes(item)));
        if (isPart) assert.notDeepEqual(found, [], "a bad example lacks a resource, and no missing one is found");
      });

      it("unknown value: makes no violation anywhere, and leaves no judgement in silence where it decides", async () => {
        for (const place of placesIn(good)) {
          const where = `${place.resource.name}.${place.path.join(".")}`;
          assert.deepEqual(violations(await run(unknownAt(good, place))), [], where);
        }
        for (const [index, stack] of bad.entries()) {
          const before = violations(await run(stack));
          for (const place of placesIn(stack)) {
            const where = `${place.resource.name}.${place.path.join(".")}`;
            const added = violations(await run(unknownAt(stack, place))).filter((line) => !before.includes(line));
            assert.deepEqual(added, [], where);
          }
          const places = decisive(good, stack);
          if (places.length === 0) continue;
          const example = `${rule.id} ${index}`;
          const outcome = await run(allUnknown(stack, places));
          assert.equal(violations(outcome).length > 0, example in STILL_FOUND, `${example}: found`);
          const silent = violations(outcome).length === 0 && open(outcome).length === 0;
          assert.equal(silent, example in JUDGED_BY_OTHERS, `${example}: neither found nor open`);
          if (silent || example in STILL_FOUND) seen.add(example);
        }
      });

      it("secret value: is judged as any other, and is quoted in no message unless it identifies something", async () => {
        for (const stack of [good, ...bad]) {
          const plain = texts(await run(stack));
          assert.deepEqual(texts(await run(throughTheEngineAsSecrets(stack))), plain);
          assert.deepEqual(texts(await run(withUnreadSecrets(stack))), plain);
          for (const place of placesIn(stack)) {
            const path = place.path.filter((key) => !/^\d+$/.test(key)).join(".");
            const planted = PRINTED.has(path) ? undefined : plantedAt(stack, place);
            if (planted === undefined) continue;
            const quoting = texts(await run(planted)).filter((text) => text.includes(PLANTED));
            assert.deepEqual(quoting, [], `${place.resource.name}.${path} is quoted`);
          }
        }
      });

      it("exempted: each finding of a bad example passes, and its exemption counts as used", async () => {
        for (const stack of bad) {
          const { verdicts } = await run(stack);
          const outcome = await run(stack, exemptionsFor(verdicts, inDays(30)));
          assert.deepEqual(violations(outcome), []);
          const accepted = outcome.verdicts.filter(({ kind }) => kind === "exempted");
          assert.equal(accepted.length, verdicts.filter(({ kind }) => kind === "violation").length);
        }
      });

      it("expired exemption: each finding is back, and the exemption is a finding", async () => {
        for (const stack of bad) {
          const before = await run(stack);
          const outcome = await run(stack, exemptionsFor(before.verdicts, inDays(-2)));
          assert.deepEqual(violations(outcome), [`${EXEMPTIONS} on `, ...violations(before)].sort());
        }
      });

      it("split form, inline form: is judged alike in both, where the provider has both", async () => {
        let changed = false;
        for (const form of [inlineForm, splitForm]) {
          const accepted = form(good);
          changed ||= accepted !== good;
          assert.deepEqual(texts(await run(accepted)), [], form.name);
          for (const [index, stack] of bad.entries()) {
            const written = form(stack);
            if (written === stack) continue;
            changed = true;
            const isFound = violations(await run(written)).length > 0;
            const example = `${rule.id} ${index} ${form.name}`;
            assert.equal(isFound, !(example in MENDED_BY_FORM), example);
            if (!isFound) seen.add(example);
          }
        }
        const reasons = Object.keys(ONE_FORM).filter((reason) => ONE_FORM[reason]?.includes(rule.id));
        assert.equal(reasons.length, changed ? 0 : 1, changed ? "has two forms" : "has one form and needs a reason");
      });
    });
  }

  it("is documented as it is tried (tests/policies/matrix/table.ts writes it)", () => {
    assert.ok(readFileSync(matrixFile, "utf8") === renderMatrix(), "docs/policy-matrix.md is out of date");
  });

  describe("exceptions", () => {
    it("have a reason each, and hold for examples that are judged in spite of the unknown value only", () => {
      const reasons = { ...STILL_FOUND, ...JUDGED_BY_OTHERS, ...MENDED_BY_FORM };
      assert.deepEqual([...seen].sort(), Object.keys(reasons).sort());
      const known = catalogue.map(({ id }) => id);
      for (const id of Object.values(ONE_FORM).flat()) assert.ok(known.includes(id), id);
    });
  });
});
