import assert from "node:assert/strict";
import fc from "fast-check";
import { credentials } from "../../../dataset/scan/credentials";
import { detect } from "../../../dataset/scan/detector";
import { DetectorSet } from "../../../dataset/scan/detector-set";
import { personal } from "../../../dataset/scan/personal";
import { poisoning } from "../../../dataset/scan/poisoning";
import { corpus } from "./corpus/corpus";
import { examples } from "./examples";

const all = [...credentials, ...poisoning, ...personal];
const set = new DetectorSet(all);
const texts = Object.values(examples).flatMap(({ bad, good }) => [...bad, ...good]);

const piece = fc.oneof(
  fc.constantFrom(...texts),
  fc.constantFrom(...["\n", " ", ". ", "é", "日本", "😀", "4", "2024-01-02", "@", "born ", "ignore ", "+", "\u0000"]),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const mixed = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(""));

describe("all detectors as one", () => {
  it("find in every example what they find one by one", () => {
    for (const text of texts) assert.deepEqual(set.find(text), detect(all, text), text);
  });

  it("find in every text of the corpus what they find one by one", () => {
    for (const { text } of corpus(7)) assert.deepEqual(set.find(text), detect(all, text), text);
  });

  it("find in any text, in whatever letters, what they find one by one", () => {
    const change = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => text.toLowerCase(),
    );
    fc.assert(
      fc.property(mixed, change, (text, changed) => {
        assert.deepEqual(set.find(changed(text)), detect(all, changed(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it("find in texts whose words stand on lines of their own, or far apart, what they find one by one", () => {
    const found = [0, 0];
    for (const text of texts) {
      for (const blank of ["\n", "  ", "\t", " \n  "]) {
        const changed = text.replaceAll(" ", blank);
        const hits = set.find(changed);
        assert.deepEqual(hits, detect(all, changed), changed);
        found[hits.some(({ rule }) => /-phrase$/.test(rule)) ? 1 : 0]!++;
      }
    }
    assert.ok(found[1]! > 50, `phrases were found in ${found[1]} texts`);
  });

  it("find it in a long text, wherever it stands", () => {
    const filler = "The quick brown fox, section 3. ";
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(70_000), fc.constantFrom("", "é"), (text, at, start) => {
        const long = (start + filler.repeat(3000)).slice(0, at) + text + filler.repeat(50);
        assert.deepEqual(set.find(long), detect(all, long));
      }),
      { numRuns: 60 },
    );
  });
});
