import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataset, DatasetError, parsePolicy } from "../../../dataset";
import { wordCount } from "../../../dataset/quality/completions";
import { languageOf } from "../../../dataset/quality/languages";
import { checkRecords, linesOf, realRecords } from "./data";

const real = realRecords().slice(0, 300);
const labelled = (labels: readonly string[]) =>
  real.map((record, i) => ({ ...record, completion: labels[i % labels.length]! }));

describe("completions", () => {
  it("of one word are found, unless they are labels", async () => {
    const records = real.map((record, index) => (index % 50 === 7 ? { ...record, completion: "Yes." } : record));
    assert.deepEqual(linesOf(await checkRecords(records), "one-word-completion"), [8, 58, 108, 158, 208, 258]);
    const report = await checkRecords(labelled(["grant", "warranty", "liability"]));
    assert.deepEqual(
      [report.totalFindings["one-word-completion"], report.totalFindings["label-imbalance"]],
      [undefined, undefined],
    );
  });

  it("that are the same for most records are found once, with their number", async () => {
    const records = real.map((record, index) =>
      index % 5 === 0 ? record : { ...record, completion: "I cannot help with that question, sorry." },
    );
    const report = await checkRecords(records);
    const found = report.findings.filter(({ rule }) => rule === "constant-completion");
    assert.equal(found.length, 1);
    assert.match(found[0]!.message, /^240 of 300 completions \(80 %\) are the same: "I cannot help/);
  });

  it("that are labels are reported where one is far more frequent than the others", async () => {
    const skewed = labelled([...Array.from({ length: 24 }, () => "ok"), "spam"]);
    const report = await checkRecords(skewed);
    const [finding] = report.findings.filter(({ rule }) => rule === "label-imbalance");
    assert.match(finding!.message, /9\d % of the completions are "ok"; the others: "spam" 12/);
    assert.equal(report.totalFindings["constant-completion"], undefined);
  });
});

describe("files of other kinds", () => {
  const cities = "Berlin Paris Oslo Lisbon Vienna Madrid Rome Prague Dublin Athens Warsaw Zurich".split(" ");

  it("may answer in a script without blanks, and a sentence of it is no single word", async () => {
    const answers = [
      "您好，请在设置中打开该选项。",
      "設定でこのオプションを開いてください。",
      "กรุณาเปิดการตั้งค่านี้ในแอป",
      "はい",
    ];
    const records = real.map((record, index) => ({ ...record, completion: `${answers[index % 3]!}${index}` }));
    records[7]!.completion = answers[3]!;
    assert.deepEqual(linesOf(await checkRecords(records), "one-word-completion"), [8]);
    assert.deepEqual(["是的", "はい", "", "你好，世界。再见，朋友们"].map(wordCount), [1, 1, 1, 5]);
  });

  it("may have fifty labels, or labels that are sentences or objects", async () => {
    const fifty = Array.from({ length: 50 }, (_, index) => `topic-${index}`);
    const rules = async (labels: readonly string[]) =>
      Object.keys((await checkRecords(labelled(labels))).totalFindings).filter((rule) => rule !== "near-duplicate");
    assert.deepEqual(await rules(fifty), []);
    for (const labels of [
      ["This clause limits the liability of its author.", "This clause grants a right, to whoever has the work."],
      ['{"label":"grant","confidence":"high"}', '{"label":"liability","confidence":"high"}'],
    ]) {
      const { profile } = await checkRecords(labelled([...labels, labels[0]!]));
      assert.deepEqual(await rules([...labels, labels[0]!]), []);
      assert.deepEqual(profile!.labels, [
        { label: labels[0], records: 200 },
        { label: labels[1], records: 100 },
      ]);
    }
  });

  it("may mostly answer in one word: that is said once", async () => {
    const numbers = real.map((record, index) => ({
      ...record,
      completion: index % 2 ? `${index}` : record.completion,
    }));
    const { findings } = await checkRecords(numbers);
    const found = findings.filter(({ rule }) => rule === "one-word-completion");
    assert.deepEqual(
      found.map(({ line, message }) => [line, message]),
      [[2, "150 of 300 completions (50 %) are one word, the first here"]],
    );
  });

  it("may translate: prompts in one language and completions in another are no mix", async () => {
    const german = "Der Verkäufer haftet nicht für Schäden, die durch den Gebrauch der Ware entstanden sind, Nummer";
    const records = real.map(({ prompt }, index) => ({
      prompt,
      completion: index % 3 ? `${german} ${index}.` : "Nein.",
    }));
    assert.deepEqual(linesOf(await checkRecords(records), "language-mix"), []);
  });

  it("may caption pictures alike: other pictures are other records", async () => {
    const captions = cities.flatMap((city) =>
      [1, 2, 3].map((index) => ({
        "image-ref": `s3://data/${city}-${index}.png`,
        caption: `A street in the old town of ${city} at night, with lamps and a tram, oil painting`,
      })),
    );
    const options = { baseModel: "amazon.titan-image-generator-v2:0" };
    assert.deepEqual((await checkRecords(captions, options)).totalFindings, {});
    const again = { ...captions[4]!, caption: `${captions[4]!.caption}, blue` };
    assert.deepEqual(linesOf(await checkRecords([...captions, again], options), "near-duplicate"), [37]);
  });

  it("may have texts of two kinds, short and long: none of them is an outlier", async () => {
    const records = real.map((record, index) =>
      index % 5 ? record : { prompt: `${index} + 1?`, completion: "So be it." },
    );
    assert.deepEqual(linesOf(await checkRecords(records), "length-outlier"), []);
  });

  it("may hold forms of names and numbers, whose language is not told", () => {
    assert.equal(languageOf("Extract the order as JSON. Invoice. Carla Moreau, Rome. router. Total EUR."), undefined);
  });
});

describe("lengths", () => {
  it("far from the others are found at their lines, on both sides", async () => {
    const records = real.map((record, index) =>
      index === 40
        ? { ...record, completion: "word ".repeat(4_000) }
        : index === 90
          ? { ...record, prompt: "Hm" }
          : record,
    );
    const report = await checkRecords(records);
    assert.deepEqual(linesOf(report, "length-outlier"), [41, 91]);
    assert.deepEqual(linesOf(await checkRecords(real), "length-outlier"), []);
  });
});

describe("languages", () => {
  it("are told for texts that are long enough", () => {
    const texts: [string, string][] = [
      ["en", "The licence grants the right to use the software, and you may not remove this notice."],
      ["de", "Der Käufer haftet nicht für Schäden, die durch höhere Gewalt entstanden sind, und wird entschädigt."],
      ["fr", "Le vendeur ne garantit pas que les marchandises sont exemptes de tout défaut pour un usage donné."],
      ["es", "El vendedor no será responsable de los daños causados por el uso indebido del producto vendido."],
      ["it", "Il venditore non è responsabile dei danni causati dall'uso improprio del prodotto che è stato venduto."],
      ["ru", "Продавец не несёт ответственности за ущерб, причинённый неправильным использованием товара."],
      ["ja", "売主は、商品の不適切な使用によって生じた損害について責任を負いません。買主は注意してください。"],
    ];
    for (const [language, text] of texts) assert.equal(languageOf(text), language);
    for (const text of ["ok", "At http://landley.net/toybox/license.html", "def f(x): return x + 1"]) {
      assert.equal(languageOf(text), undefined);
    }
  });

  it("beside the main one are a finding, with lines; a single quotation is none", async () => {
    const german =
      "Der Käufer haftet nicht für Schäden, die durch höhere Gewalt entstanden sind, und wird sie auch nicht ersetzen.";
    const mixed = (every: number) =>
      real.map((record, index) =>
        index % every === 3 ? { ...record, completion: `${german} Fall ${index}.` } : record,
      );
    const report = await checkRecords(mixed(10));
    assert.match(report.findings.find(({ rule }) => rule === "language-mix")!.message, /are in "de", most in "en"/);
    assert.deepEqual(linesOf(await checkRecords(mixed(299)), "language-mix"), []);
  });
});

describe("what the quality of texts finds", () => {
  it("does not depend on how many threads share a file", async function () {
    this.timeout(60_000);
    const directory = await mkdtemp(join(tmpdir(), "dataset-quality-"));
    try {
      const path = join(directory, "train.jsonl");
      const some = real.slice(0, 200);
      const records = Array.from({ length: 9_000 }, (_, i) => {
        const { prompt, completion } = some[i % some.length]!;
        return JSON.stringify({
          prompt: `${prompt} ${i < 4_500 ? i : ""}`,
          completion: `${completion} ${i < 4_500 ? i : ""}`,
        });
      });
      await writeFile(path, `${records.join("\n")}\n`);
      const check = (threads: number) => checkDataset(path, { baseModel: "meta.llama3-1-8b-instruct-v1:0", threads });
      const [one, three] = [await check(1), await check(3)];
      assert.equal(one.totalFindings["duplicate-record"], 4_300);
      assert.equal(three.totalFindings["duplicate-record"], 4_300);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("can be set by a policy, whose thresholds need a name, a value in range and a reason", async () => {
    const policy = parsePolicy({ rules: { "one-word-completion": "deny" } }, "policy");
    const records = real.map((record, index) => (index === 0 ? { ...record, completion: "No." } : record));
    assert.equal((await checkRecords(records, { policy })).ok, false);
    const bad: [unknown, RegExp][] = [
      [{}, /"thresholds" must be a list/],
      [[{ name: "speed", value: 1, reason: "x" }], /"name" must be one of near-duplicate-similarity/],
      [
        [{ name: "label-count", value: 1_000, reason: "x" }],
        /"label-count", is 1000; it must be a number from 2 to 256/,
      ],
      [[{ name: "label-count", value: 5 }], /"reason" must say why/],
    ];
    for (const [thresholds, message] of bad) {
      assert.throws(
        () => parsePolicy({ thresholds }, "policy"),
        (error: unknown) => {
          assert.ok(error instanceof DatasetError);
          assert.match(error.message, message);
          return true;
        },
      );
    }
  });
});
