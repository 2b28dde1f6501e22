import assert from "node:assert/strict";
import fc from "fast-check";
import { credentials } from "../../../dataset/scan/credentials";
import { DetectorSet } from "../../../dataset/scan/detector-set";
import { foldText } from "../../../dataset/scan/fold";
import { maskSensitive } from "../../../dataset/scan/mask";
import { personal } from "../../../dataset/scan/personal";

const set = new DetectorSet([...personal, ...credentials]);

describe("folding a text", () => {
  it("leaves plain text, and text in letters of other alphabets, alone", () => {
    for (const text of ["plain", "naïve café", "привет мир", "日本語", "Ελληνικά"])
      assert.equal(foldText(text), undefined);
  });

  it("leaves quotation marks and dashes of prose alone, and folds them in numbers and contractions", () => {
    assert.equal(foldText("“Works” means the licensees’ copies — § 2 – née Müller…"), undefined);
    assert.equal(foldText("Call 020–7946–0958")?.text, "Call 020-7946-0958");
    assert.equal(foldText("Don’t follow, you’re free")?.text, "Don't follow, you're free");
  });

  it("shows what a reader sees", () => {
    const folded = (text: string): string | undefined => foldText(text)?.text;
    assert.equal(folded("４１１１"), "4111");
    assert.equal(folded("٤١١١"), "4111");
    assert.equal(folded("𝐢𝐠𝐧𝐨𝐫𝐞"), "ignore");
    assert.equal(folded("ⓘⓖⓝⓞⓡⓔ"), "ignore");
    assert.equal(folded("ɪɢɴᴏʀᴇ"), "ignore");
    assert.equal(folded("i\u200Bg\u00ADn\u0336ore"), "ignore");
    assert.equal(folded("a\u00A0b\u2011c"), "a b-c");
  });

  it("knows where each character stood, in any text", () => {
    const piece = fc.constantFrom("a", "4", "\u200B", "𝐢", "４", "é", "日", "😀", "\u00A0", "i\u0301", "Ⅳ");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const folded = foldText(text);
        if (!folded) return;
        let last = 0;
        for (let at = 0; at <= folded.text.length; at++) {
          const place = folded.place(at);
          assert.ok(place >= last && place <= text.length, `${JSON.stringify(text)}: ${at} at ${place}`);
          last = place;
        }
        assert.equal(folded.place(folded.text.length), text.length);
      }),
    );
  });

  it("lets a number be found and masked at its own place", () => {
    const text = "Karte ４１１１ １１１１ １１１１ １１１１ bis Mai";
    const [hit] = set.find(text);
    assert.equal(hit?.rule, "pii-card");
    assert.equal(text.slice(hit.start, hit.end), "４１１１ １１１１ １１１１ １１１１");
    assert.equal(maskSensitive(text), `Karte ${"•".repeat(19)} bis Mai`);
  });
});
