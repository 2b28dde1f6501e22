import assert from "node:assert/strict";
import fc from "fast-check";
import { CLASS_BITS, WordMachine } from "../../../dataset/scan/word-machine";

/** Whether the machine says that a word of its only group is in a text. */
function finds(machine: WordMachine, text: string, classes: Uint8Array = machine.classes): boolean {
  let state = 0;
  let low = 0;
  for (const byte of Buffer.from(text)) {
    state = machine.next[(state << CLASS_BITS) | classes[byte]!]!;
    if (state >= machine.firstAccepting) low |= machine.low[state]!;
  }
  return low !== 0;
}

describe("a machine of words", () => {
  const word = fc.string({ unit: fc.constantFrom(..."abcdefgh"), minLength: 3, maxLength: 8 });

  it("finds a word of the group, and nothing where none is", () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 40 }),
        fc.string({ unit: fc.constantFrom(..."abcdefghij "), maxLength: 60 }),
        (words, text) => {
          assert.equal(
            finds(new WordMachine([words]), text),
            words.some((one) => text.includes(one)),
          );
        },
      ),
    );
  });

  it("finds words whose blanks are other blanks, or several, in a text as in its JSON", () => {
    const phrase = fc
      .array(fc.string({ unit: fc.constantFrom(...'nrtab."\\'), minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 3,
      })
      .map((parts) => parts.join(" "));
    const text = fc.string({ unit: fc.constantFrom(...'nrtab."\\', " ", "\n", "\t", "\r"), maxLength: 40 });
    // A backslash or a quote only begins a word, see LineGates.
    const isWord = (one: string): boolean => !/.["\\]/s.test(one);
    fc.assert(
      fc.property(fc.array(phrase, { minLength: 1, maxLength: 12 }), text, (phrases, given) => {
        const words = phrases.filter(isWord);
        const machine = new WordMachine([words]);
        const expected = words.some((one) => given.replace(/[ \n\t\r]+/g, " ").includes(one));
        assert.equal(finds(machine, given), expected);
        assert.equal(finds(machine, JSON.stringify(given).slice(1, -1), machine.jsonClasses), expected);
      }),
      { numRuns: 3000 },
    );
  });

  it("holds more words than its first table has room for", () => {
    const words = Array.from({ length: 4096 }, (_, index) =>
      index
        .toString(8)
        .padStart(4, "0")
        .replace(/./g, (digit) => "abcdefgh"[Number(digit)]!),
    );
    const machine = new WordMachine([words.map((one) => `${one}x`)]);
    assert.ok(machine.low.length > 2048);
    for (const one of words) {
      assert.ok(finds(machine, `${one}x`), one);
      assert.ok(!finds(machine, `${one}y`), one);
    }
  });
});
