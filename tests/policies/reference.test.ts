import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { catalogue } from "../../policies/catalogue";
import { CHECKS } from "../../policies/coverage";
import { referenceFile, renderReference } from "../../policies/docs";
import { areaOf, FRAMEWORK_AREAS } from "../../policies/framework-areas";
import type { Framework } from "../../policies/model";
import { toSdkPolicies } from "../../policies/sdk";

const reference = renderReference();

describe("policies: reference", () => {
  it("is what the catalogue says (policies/docs.ts writes it)", () => {
    assert.ok(
      readFileSync(referenceFile, "utf8") === reference,
      "docs/policies.md is out of date; run policies/docs.ts",
    );
  });

  it("has a section with remediation and examples for every policy", () => {
    for (const { id, remediation } of catalogue) {
      const section = reference.split(`\n### ${id}\n`)[1]?.split("\n### ")[0] ?? "";
      assert.ok(section.includes(remediation.code), id);
      assert.match(section, /Good:\n\n```json\n"[\s\S]+Bad:\n\n```json\n"/, id);
    }
  });

  it("places every control in an area of its framework", () => {
    for (const rule of catalogue) {
      for (const [framework, controls] of Object.entries(rule.frameworks)) {
        for (const control of controls) {
          assert.notEqual(areaOf(framework as Framework, control), undefined, `${rule.id}: ${framework} ${control}`);
        }
      }
    }
  });

  it("does not take an area for another one that begins alike", () => {
    assert.equal(areaOf("ISO/IEC 42001", "A.10.3"), "A.10");
    assert.equal(areaOf("EU AI Act", "Art. 19"), "Art. 19");
    assert.equal(areaOf("SOC 2", "PI1.2"), "PI1");
    assert.equal(areaOf("NIST 800-53", "ZZ-1"), undefined);
  });

  it("names the areas of each framework that no policy covers", () => {
    for (const framework of Object.keys(FRAMEWORK_AREAS) as Framework[]) {
      const covered = new Set(
        catalogue.flatMap((rule) => (rule.frameworks[framework] ?? []).map((control) => areaOf(framework, control))),
      );
      for (const [area, title] of Object.entries(FRAMEWORK_AREAS[framework])) {
        const row = `| ${area} | ${title} | **not covered by any policy** |`;
        assert.equal(reference.includes(row), !covered.has(area), `${framework} ${area}`);
      }
    }
  });

  it("answers 110 known checks, each once, by policies that exist", () => {
    const sizes = { A: 17, B: 22, C: 20, D: 17, E: 14, F: 12, G: 8 };
    const expected = Object.entries(sizes).flatMap(([letter, size]) =>
      Array.from({ length: size }, (_, index) => `${letter}${String(index + 1).padStart(2, "0")}`),
    );
    assert.deepEqual(
      CHECKS.map(({ id }) => id),
      expected,
    );
    const names = new Set(toSdkPolicies(catalogue).map(({ name }) => name));
    for (const { id, policies } of CHECKS)
      for (const policy of policies) assert.ok(names.has(policy), `${id} ${policy}`);
  });
});
