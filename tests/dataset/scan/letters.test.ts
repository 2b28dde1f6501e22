import assert from "node:assert/strict";
import type { Detector } from "../../../dataset/scan/detector";
import { LETTERS, withFewRanges } from "../../../dataset/scan/letters";

const few = new RegExp(`[${LETTERS}]`, "u");
const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));

/** Letters of other ranges: signs that look like letters, phonetic tone letters, and letters of ten historical scripts. */
const isRareLetter = (character: string): boolean =>
  /[\u02EC\u02EE\u2100-\u218F\u2E2F\u303C\u303B\u3005-\u3007]/.test(character);

describe("letters in few ranges", () => {
  it("hold the letters of every script in use", () => {
    const missing = characters.filter((one) => /\p{L}/u.test(one) && !isRareLetter(one) && !few.test(one));
    assert.deepEqual(missing, []);
  });

  it("hold no mark that stands beside a word of a script in use, and no blank", () => {
    const marks = "«»¿·;։־׀׃׳״،؛؟٪۔।॥、。「」・！，：？—…“”";
    assert.deepEqual(
      [...marks].filter((one) => few.test(one)),
      [],
    );
    const blanks = characters.filter((one) => /[\p{Z}\p{Cc}]/u.test(one) && one !== "\u1680");
    assert.deepEqual(
      blanks.filter((one) => few.test(one)),
      [],
    );
    assert.equal(
      characters
        .slice(0, 0x80)
        .filter((one) => few.test(one))
        .join("").length,
      52,
    );
  });

  it("stand for all letters in an expression, in a class and outside", () => {
    const given = {
      rule: "injection-phrase",
      message: "",
      pattern: /(?<!\p{L})é\p{L}+[^\p{L}\d]\[\p{L}\\/giu,
    } as const;
    const [{ pattern }] = withFewRanges([given]) as [Detector];
    assert.equal(pattern.source, `(?<![${LETTERS}])é[${LETTERS}]+[^${LETTERS}\\d]\\[[${LETTERS}]\\\\`);
    assert.equal(pattern.flags, "gi");
  });
});
