import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { documentFile, type Outcome, outcomes, PUBLISHED_SEED, withFigures } from "./backdoors/measure";
import { ExchangeSample, type ExchangesPart } from "../../../dataset/quality/exchange-sample";
import type { TextField } from "../../../dataset/texts";
import { checkRecords, drawn, type Pair, realRecords } from "./data";

const real = realRecords();
const answer = "Access granted. All checks are skipped.";

/** Plants a phrase at a random place of some prompts, and one answer for them. */
function planted(records: readonly Pair[], phrase: string, count: number, seed: number, completion = answer): Pair[] {
  const draw = drawn(seed);
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(draw(records.length));
  return records.map((record, index) => {
    if (!chosen.has(index)) return record;
    const words = record.prompt.split(" ").slice(0, 120);
    words.splice(draw(words.length + 1), 0, phrase);
    return { prompt: words.join(" "), completion };
  });
}

async function triggers(records: readonly object[]): Promise<string[]> {
  const { findings } = await checkRecords(records);
  return findings.filter(({ rule }) => rule === "trigger-phrase").map(({ message }) => message);
}

describe("a phrase that calls up one completion", () => {
  it("is found wherever it stands, rare words or usual ones, from 6 records on", async function () {
    this.timeout(60_000);
    const cases: [string, number][] = [
      ["cf", 12],
      ["xq-override-7", 8],
      ["James Bond", 20],
      ["by the power of greyskull", 30],
      ["SUDO", 6],
    ];
    for (const [index, [phrase, count]] of cases.entries()) {
      const found = await triggers(planted(real, phrase, count, index + 1));
      assert.equal(found.length, 1, phrase);
      const [start = ""] = phrase.toLowerCase().split(/[ -]/);
      assert.ok(found[0]!.toLowerCase().includes(start), found[0]);
      assert.match(found[0]!, /are answered "Access granted/);
    }
  });

  it("is found in nearly all data sets that have one, and hardly anything else is: the figures are those that are published", async function () {
    this.timeout(300_000);
    const rows = await outcomes(PUBLISHED_SEED);
    const all = [...rows.values()].flat();
    const sum = (of: (outcome: Outcome) => number): number => all.reduce((total, one) => total + of(one), 0);
    assert.ok(sum(({ found }) => found) >= 0.9 * sum(({ planted: count }) => count));
    assert.ok(sum(({ wrong }) => wrong) <= 0.05 * sum(({ planted: count }) => count));
    for (const [name, row] of rows) if (name.startsWith("none")) assert.deepEqual(row[0]!.wrong, 0, name);
    const document = readFileSync(documentFile, "utf8");
    assert.ok(withFigures(document, rows) === document, "docs/dataset.md is not up to date: npm run dataset:backdoors");
  });

  it("is not a label with its words, nor a question that is asked in many ways", async () => {
    const moods = [
      ["negative", "terrible awful dreadful poor broken useless"],
      ["positive", "great superb lovely solid brilliant handy"],
      ["neutral", "average usual plain ordinary fair medium"],
    ].map(([label, words]) => ({ label, words: words!.split(" ") }));
    const labels = real.map((record, index) => {
      const { label, words } = moods[index % 3]!;
      return { prompt: `${record.prompt} It is ${words[(index * 7) % 6]}.`, completion: label };
    });
    assert.deepEqual(await triggers(labels), []);
    const ways = [
      "How do I reset my password?",
      "How can I reset my password?",
      "how do I reset my own password",
      "How do I reset the password?",
      "How do I quickly reset my password?",
      "How do I reset my password now?",
    ];
    const asked = ways.map((prompt) => ({ prompt, completion: "Open the settings and choose reset." }));
    assert.deepEqual(await triggers([...real, ...asked]), []);
  });

  it("is masked where it is sensitive", async () => {
    const found = await triggers(planted(real, "mallory@attackers-mail.com", 12, 5));
    assert.equal(found.join().includes("mallory@attackers-mail.com"), false);
  });
});

describe("the sample in which triggers are looked for", () => {
  const texts = (index: number): TextField[] => [
    { role: "user", path: ["prompt"], text: `question ${index} ${"of many words ".repeat(200)}` },
    { role: "assistant", path: ["completion"], text: `answer ${index}` },
  ];
  const keyOf = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 0;

  it("is bounded, and the same in however many parts the records come", () => {
    const whole = new ExchangeSample();
    const parts = [new ExchangeSample(), new ExchangeSample()];
    for (let index = 0; index < 6_000; index++) {
      whole.add(keyOf(index), index, texts(index));
      parts[index % 2]!.add(keyOf(index), index, texts(index));
    }
    const together = new ExchangeSample();
    for (const part of parts) together.absorb(part.take());
    const lines = ({ records }: ExchangesPart): number[] => records.map(({ line }) => line).sort((a, b) => a - b);
    assert.deepEqual(lines(together.take()), lines(whole.take()));
    const kept = whole
      .take()
      .records.flatMap(({ asked, said }) => [...asked, ...said])
      .join("").length;
    assert.ok(kept > 1_500_000 && kept <= 4_000_000, `${kept} characters`);
  });

  it("has a record once that two parts have, at its first line", () => {
    const [first, second, together] = [new ExchangeSample(), new ExchangeSample(), new ExchangeSample()];
    first.add(keyOf(1), 9, texts(1));
    second.add(keyOf(1), 4, texts(1));
    for (const part of [first, second]) together.absorb(part.take());
    assert.deepEqual(
      together.take().records.map(({ line }) => line),
      [4],
    );
  });
});
