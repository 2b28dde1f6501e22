import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatasetError, parsePolicy } from "../../../dataset";
import { main } from "../../../dataset/cli";
import { LLAMA_31, pair } from "../records";

describe("a policy of the scanners", () => {
  it("is taken as it is when it is right", () => {
    const policy = {
      rules: { "pii-email": "deny", "pii-ip": "allow" },
      suppressions: [{ rule: "hidden-text", lines: [3], reason: "shows what hidden text is" }],
    };
    assert.deepEqual(parsePolicy(policy, "policy.json"), policy);
    assert.deepEqual(parsePolicy({}, "policy.json"), {});
  });

  it("is refused with the entry, the value and what is allowed", () => {
    const cases: [unknown, RegExp][] = [
      [[], /^policy\.json: expected an object/],
      [{ rule: {} }, /unknown key "rule"/],
      [{ rules: { "pii-mail": "deny" } }, /"pii-mail" is no rule.*pii-email/],
      [{ rules: { "invalid-json": "allow" } }, /"invalid-json" is no rule of the scanners/],
      [{ rules: { "pii-email": "error" } }, /"pii-email" is "error".*allow, warn, deny/],
      [{ suppressions: [{ rule: "pii-email" }] }, /suppression 1: "reason"/],
      [{ suppressions: [{ rule: "pii-email", reason: "x", lines: [0] }] }, /"lines" must be/],
      [{ suppressions: {} }, /"suppressions" must be a list/],
    ];
    for (const [value, message] of cases) {
      assert.throws(
        () => parsePolicy(value, "policy.json"),
        (error) => error instanceof DatasetError && error.code === "bad-option" && message.test(error.message),
      );
    }
  });

  it("is read by the command", async () => {
    const directory = await mkdtemp(join(tmpdir(), "dataset-policy-"));
    try {
      const [data, policy] = [join(directory, "data.jsonl"), join(directory, "policy.json")];
      const personal = JSON.stringify({ prompt: "Who is bob@acme.io?", completion: "Bob." });
      await writeFile(data, [personal, ...Array.from({ length: 120 }, (_, index) => pair(index))].join("\n"));
      const run = async (...more: string[]) => {
        const written = { out: "", err: "" };
        const code = await main(["check", data, "--model", LLAMA_31, ...more], {
          stdout: { write: (text: string | Uint8Array) => ((written.out += String(text)), true), isTTY: false },
          stderr: { write: (text: string | Uint8Array) => ((written.err += String(text)), true) },
        });
        return { code, ...written };
      };
      assert.equal((await run()).code, 0);
      await writeFile(policy, '{"rules":{"pii-email":"deny"}}');
      const denied = await run("--policy", policy);
      assert.equal(denied.code, 1);
      assert.match(denied.out, /1:19: error pii-email: an e-mail address/);
      assert.ok(!denied.out.includes("bob@"));
      await writeFile(policy, "{");
      const broken = await run("--policy", policy);
      assert.equal(broken.code, 2);
      assert.match(broken.err, /--policy .*policy\.json cannot be read/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
