import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesSource, checkDataset, formatReport, type RuleId, type ScanPolicy, scanRules } from "../../../dataset";
import { credentials } from "../../../dataset/scan/credentials";
import { detect } from "../../../dataset/scan/detector";
import { maskLine, maskSensitive } from "../../../dataset/scan/mask";
import { personal } from "../../../dataset/scan/personal";
import { poisoning } from "../../../dataset/scan/poisoning";
import { pair } from "../records";
import { examples } from "./examples";

const all = [...personal, ...credentials, ...poisoning];
const rulesIn = (text: string): RuleId[] => detect(all, text).map(({ rule }) => rule);

describe("every rule of the scanners", () => {
  it("has examples", () => {
    assert.deepEqual(Object.keys(examples).sort(), [...scanRules].sort());
  });

  for (const [rule, { bad, good }] of Object.entries(examples)) {
    it(`${rule} finds its bad examples, also inside a sentence, and none of the good ones`, () => {
      for (const text of bad) {
        assert.ok(rulesIn(text).includes(rule as RuleId), `not found: ${text}`);
        assert.ok(rulesIn(`Well, ${text} is what it says.`).includes(rule as RuleId), `not found inside: ${text}`);
      }
      for (const text of good) assert.ok(!rulesIn(text).includes(rule as RuleId), `found: ${text}`);
    });
  }

  it("finds nothing in plain words", () => {
    const word = fc.constantFrom("the", "licence", "grants", "2007", "3.0", "rights", "(c)", "section", "4", "x");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => assert.deepEqual(rulesIn(words.join(" ")), [])),
    );
  });

  it("gets through long texts made to make patterns go back and forth", function () {
    this.timeout(90_000);
    const units = ["a", "1", "1 ", "a@", "a.", "@", "+1", "-", "A1 ", ":", "a:", "://a:", "eyJ", "eyJaaaaaaaa.", "!["];
    const words = [
      "ignore a ",
      "act ",
      "born on ",
      "token=",
      "curl ",
      "<a ",
      "-----BEGIN ",
      "\u200B",
      "а",
      "\u{E0041}",
    ];
    for (const unit of [...units, ...words]) {
      const text = unit.repeat(100_000 / unit.length);
      for (const end of ["", "!", "@", "|"]) rulesIn(text + end);
    }
  });
});

describe("masking", () => {
  const sensitive = Object.entries(examples).filter(([rule]) => /^(?:pii|secret)-/.test(rule));

  it("keeps the length of a line, so that columns stay", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        assert.equal(maskSensitive(text).length, text.length);
        assert.equal(maskLine(JSON.stringify({ text })).length, JSON.stringify({ text }).length);
      }),
    );
  });

  it("leaves nothing to be found, however the text is escaped", () => {
    const escaped = (text: string): string =>
      [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
    for (const [, { bad }] of sensitive) {
      for (const text of bad) {
        assert.deepEqual(detect([...personal, ...credentials], maskSensitive(text)), [], text);
        const line = `{"prompt":"${escaped(text)}"}`;
        const parsed = maskLine(line).replaceAll("•", "");
        const visible = parsed.replace(/\\u([\da-f]{4})/g, (_, code: string) =>
          String.fromCharCode(parseInt(code, 16)),
        );
        assert.deepEqual(detect([...personal, ...credentials], visible), [], text);
      }
    }
  });

  it("holds in messages and excerpts of every finding, whatever the policy allows, also in a broken line", async () => {
    const email = "jane.roe@acme.io";
    const lines = [
      `{"prompt":"${email}","completion":1,"${email}":2}`,
      `{"prompt":"a\\n${email}","completion":"\\n${email}","x":1}`,
      `{"prompt":"\\n${email}",}`,
      ...Array.from({ length: 100 }, (_, index) => pair(index)),
    ];
    const report = await check(lines, { rules: { "pii-email": "allow" } });
    assert.ok(report.totalFindings["unknown-key"] === 2 && report.totalFindings["invalid-json"] === 1);
    assert.ok(!JSON.stringify(report).includes("jane"));
    assert.ok(!formatReport(report).includes("jane"));
  });
});

function check(lines: readonly string[], policy?: ScanPolicy) {
  const source = bytesSource("data.jsonl", [Buffer.from(`${lines.join("\n")}\n`)]);
  return checkDataset(source, { baseModel: "meta.llama3-1-8b-instruct-v1:0", policy, quality: false });
}

describe("the scanners in the preflight", () => {
  const good = Array.from({ length: 120 }, (_, index) => pair(index));
  const withText = (text: string) => [JSON.stringify({ prompt: `é ${text}`, completion: "x" }), ...good];

  it("point at the place of what they found", async () => {
    const { findings } = await check(withText("bob@acme.io"));
    assert.deepEqual(
      findings.map(({ rule, severity, line, column }) => [rule, severity, line, column]),
      [["pii-email", "warning", 1, '{"prompt":"é '.length + 1]],
    );
  });

  it("refuse credentials and hidden text, and warn of personal data", async () => {
    assert.equal((await check(withText("4111 1111 1111 1111"))).ok, true);
    assert.equal((await check(withText(examples["secret-private-key"]!.bad[0]!))).ok, false);
    assert.equal((await check(withText("pass\u200Bword"))).ok, false);
  });

  it("do what the policy says: deny, warn, allow", async () => {
    const text = withText("bob@acme.io");
    const outcome = async (action: "allow" | "warn" | "deny") => {
      const { ok, errors, warnings } = await check(text, { rules: { "pii-email": action } });
      return [ok, errors, warnings];
    };
    assert.deepEqual(await outcome("deny"), [false, 1, 0]);
    assert.deepEqual(await outcome("warn"), [true, 0, 1]);
    assert.deepEqual(await outcome("allow"), [true, 0, 0]);
  });

  it("do not report what a suppression covers, and report the same elsewhere", async () => {
    const lines = [...withText("bob@acme.io"), ...withText("bob@acme.io").slice(0, 1)];
    const policy: ScanPolicy = { suppressions: [{ rule: "pii-email", lines: [1], reason: "an invented person" }] };
    const { findings } = await check(lines, policy);
    assert.deepEqual(
      findings.map(({ line }) => line),
      [lines.length],
    );
  });

  it("look at strings however deep they stand", async () => {
    const nested = `${'{"a":'.repeat(5_000)}"bob@acme.io"${"}".repeat(5_000)}`;
    const report = await check([`{"prompt":"a","completion":"b","x":${nested}}`, ...good]);
    assert.equal(report.totalFindings["pii-email"], 1);
  });
});
