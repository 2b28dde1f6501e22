import assert from "node:assert/strict";
import { environment } from "../../policies/examples/environment";
import { open, runPack, violations } from "./harness";

describe("policies: a clean environment", () => {
  it("has no violation, and no judgement stays open", async () => {
    const outcome = await runPack(environment);
    assert.deepEqual(outcome.reports, []);
    assert.deepEqual(violations(outcome), []);
    assert.deepEqual(open(outcome), []);
  });
});
