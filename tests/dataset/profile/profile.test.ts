import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bytesSource,
  checkDataset,
  estimateCost,
  formatCost,
  formatProfile,
  htmlPage,
  parsePrices,
  type Prices,
} from "../../../dataset";
import { atCaret, excerptAt } from "../../../dataset/excerpt";
import { escapeHtml } from "../../../dataset/profile/html";
import { checkRecords, realRecords } from "../quality/data";
import { LLAMA_31 } from "../records";

const real = realRecords().slice(0, 200);
const prices: Prices = { trainingPer1000Tokens: 0.01, asOf: "2026-10-01" };

describe("the profile of a file", () => {
  it("has the lengths, languages and repetitions that the file has", async () => {
    const { profile } = await checkRecords([...real, real[0]!]);
    const lengths = real.map(({ prompt }) => prompt.length).sort((a, b) => a - b);
    assert.ok(profile);
    assert.ok(Math.abs(profile.prompts.median / lengths[100]! - 1) < 0.1);
    assert.equal(profile.prompts.longest, lengths[199]);
    assert.equal(profile.completions.records, 201);
    assert.equal(
      profile.prompts.histogram.reduce((sum, { records }) => sum + records, 0),
      201,
    );
    assert.deepEqual([profile.duplicates, profile.languages[0]!.language], [1, "en"]);
  });

  it("is shown on a terminal with a bar for every length that occurs", async () => {
    const report = await checkRecords(real);
    const text = formatProfile(report);
    assert.match(text, /^Profile of train\.jsonl: 200 records/);
    for (const { from, records } of report.profile!.prompts.histogram.filter((bar) => bar.records > 0)) {
      assert.match(
        text,
        new RegExp(`${from.toLocaleString("en-US")} to [\\d,]+ [█▏▎▍▌▋▊▉ ]+ ${records.toLocaleString("en-US")}\\n`),
      );
    }
    assert.match(text, /en █{40} 100 %/);
  });

  it("counts labels where completions are labels", async () => {
    const { profile } = await checkRecords(
      real.map((record, index) => ({ ...record, completion: index % 4 ? "Yes" : "No" })),
    );
    assert.deepEqual(profile!.labels, [
      { label: "yes", records: 150 },
      { label: "no", records: 50 },
    ]);
  });
});

describe("the page", () => {
  const hostile = '</style><script>alert(1)</script>" onload="x';

  it("holds findings and figures, loads nothing, runs nothing, and escapes what stands in the file", async () => {
    const records = [...real, { prompt: hostile, completion: "jane.roe@acme-mail.com", [hostile]: 1 }];
    const report = await checkRecords(records, {}, `${hostile}.jsonl`);
    const page = htmlPage([{ report, cost: estimateCost(report, prices, 3) }], report.findings.slice(0, 1));
    assert.match(page, /^<!doctype html>/);
    assert.ok(!/<script|javascript:| src=| href=|@import|url\(/i.test(page));
    assert.ok(!page.includes(hostile) && !page.includes("jane.roe"));
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
    assert.match(page, /Estimate at your prices of 2026-10-01/);
    assert.match(page, /<svg viewBox/);
  });

  it("closes every element that it opens", async () => {
    const report = await checkRecords([...real, { prompt: hostile }]);
    const page = htmlPage([{ report }, { report }]);
    const open: string[] = [];
    const empty = new Set(["meta", "br", "line", "!doctype"]);
    for (const [, slash, name = "", self] of page.matchAll(/<(\/?)([a-z!][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/gi)) {
      if (slash) assert.equal(open.pop(), name);
      else if (!self && !empty.has(name.toLowerCase())) open.push(name);
    }
    assert.deepEqual(open, []);
  });

  it("shows errors first, marks the character that a finding is about, and says how many findings it leaves out", async () => {
    const lines = Buffer.from('{"prompt":"日本 <b>","completion":4,"id":1}\n{"prompt":5,"id":2}\n');
    const options = { baseModel: LLAMA_31, quality: false, maxFindings: 3 };
    const report = await checkDataset(bytesSource("data.jsonl", [lines]), options);
    const page = htmlPage([{ report }]);
    assert.match(page, /<pre>[^<]*,&quot;completion&quot;:<mark>4<\/mark>,&quot;id&quot;:1\}<\/pre>/);
    const all = Object.values(report.totalFindings).reduce((sum, count) => sum + count, 0);
    assert.match(page, new RegExp(`<p class="more">${all - 3} more are not shown\\.</p>`));
    const severities = [...page.matchAll(/<tr class="(\w+)"><td><span/g)].map(([, severity]) => severity);
    assert.deepEqual(severities, [...severities].sort());
    assert.deepEqual(atCaret(excerptAt("日本x😀", 3)), ["日本x", "😀", ""]);
    assert.deepEqual(atCaret(excerptAt("ab", 2)), ["ab", "", ""]);
  });

  it("names its parts and its files for who does not see it, and can be read in light and in dark", async () => {
    const html = htmlPage([{ report: await checkRecords(real) }]);
    for (const [, id] of html.matchAll(/<section aria-labelledby="([\w-]+)"/g))
      assert.ok(html.includes(`<h2 id="${id}"`), id);
    assert.match(
      html,
      /<html lang="en">[\s\S]*<title>[^<]*train\.jsonl<\/title>[\s\S]*<main>[\s\S]*<section aria-labelledby/,
    );
    assert.doesNotMatch(html, /<th>/);
    const luminance = (color: string): number => {
      const short = color.length === 4;
      const parts = [0, 1, 2].map((i) => (short ? color[i + 1]!.repeat(2) : color.slice(i * 2 + 1, i * 2 + 3)));
      const [red, green, blue] = parts.map((part) => {
        const value = Number.parseInt(part, 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const schemes = [...html.matchAll(/:root\{[^}]*\}/g)].map(([block]) =>
      Object.fromEntries([...block.matchAll(/--(\w+):(#[\da-f]{3,6})/g)].map(([, name, color]) => [name!, color!])),
    );
    assert.equal(schemes.length, 3, "light, dark and paper");
    for (const scheme of schemes) {
      for (const text of ["ink", "soft", "good", "warn", "bad"]) {
        for (const ground of ["paper", "card"]) {
          const [a, b] = [luminance(scheme[text]!), luminance(scheme[ground]!)];
          const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          assert.ok(contrast >= 4.5, `${text} on ${ground}: ${contrast.toFixed(2)}`);
        }
      }
    }
  });

  it("has no text that is not escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) =>
        assert.ok(!/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/.test(escapeHtml(text))),
      ),
    );
  });
});

describe("the estimate of cost", () => {
  it("is tokens times epochs times price, from the usual rates of characters per token", () => {
    const cost = estimateCost(
      { estimatedTokens: 100_000, bytes: 1024 ** 3 / 2 },
      { ...prices, tokensPerHour: 200_000, modelStoragePerMonth: 2, dataStoragePerGbMonth: 0.02 },
      2,
    );
    assert.deepEqual(
      [cost.trainedTokens, cost.training, cost.hours],
      [
        { low: 200_000, high: 300_000 },
        { low: 2, high: 3 },
        { low: 1, high: 1.5 },
      ],
    );
    assert.equal(cost.dataStoragePerMonth, 0.01);
    assert.equal(
      formatCost(cost),
      "Estimate at your prices of 2026-10-01: training USD 2.00 to USD 3.00 (100,000 to 150,000 tokens × 2 epochs); 1.0 to 1.5 hours; model storage USD 2.00 per month; data storage USD 0.01 per month",
    );
  });

  it("needs prices with their day", () => {
    const cases: [unknown, RegExp][] = [
      [[], /expected an object/],
      [{ asOf: "2026-10-01" }, /"trainingPer1000Tokens" is missing/],
      [{ trainingPer1000Tokens: -1, asOf: "2026-10-01" }, /is -1; it must be a number of at least 0/],
      [{ trainingPer1000Tokens: 1 }, /"asOf" is undefined/],
      [{ trainingPer1000Tokens: 1, asOf: "2026-13-01" }, /"asOf" is "2026-13-01"/],
      [{ trainingPer1000Tokens: 1, asOf: "2026-10-01", currency: "dollars" }, /"currency" is "dollars"/],
      [{ trainingPer1000Tokens: 1, asOf: "2026-10-01", tokensPerHour: 0 }, /must be a number over 0/],
      [{ trainingPer1000Tokens: 1, asOf: "2026-10-01", price: 1 }, /unknown key "price"/],
    ];
    for (const [value, message] of cases) assert.throws(() => parsePrices(value, "prices"), message);
    assert.deepEqual(parsePrices(prices, "prices"), prices);
  });
});
