import assert from "node:assert/strict";
import fc from "fast-check";
import { endOfBlanks, hexUnit } from "../../../dataset/engine/json-bytes";
import { TextScanner } from "../../../dataset/engine/text-scanner";

const reserved = ["User:", "</thinking>", "[EOS]", "Bot:"];

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

/** Scans the source of one string, without its quotes, that stands somewhere in a line. */
function scan(source: string | Buffer, words: readonly string[] = [], before = "") {
  const start = Buffer.from(`{"${before}`);
  const bytes = Buffer.concat([start, Buffer.from(source), Buffer.from('","":0}\n')]);
  const own = Buffer.alloc(bytes.length);
  bytes.copy(own);
  const scanner = new TextScanner(words);
  scanner.begin(own);
  const units = scanner.scan(start.length);
  return { units, end: scanner.end - start.length, nonAscii: scanner.nonAscii, respelled: scanner.respelled };
}

/** What JSON.parse makes of the source up to the first quote that is not escaped; undefined where it refuses. */
function parse(source: string): string | undefined {
  const [string] = /^(?:[^"\\]|\\[\s\S])*"/.exec(source) ?? [];
  let value: string | undefined;
  const read = (): void => {
    value = JSON.parse(`"${string}`) as string;
  };
  if (string === undefined || [...string].some((character) => character < " ")) return undefined;
  if (/\\(?!["\\/bfnrt]|u[\da-fA-F]{4})/.test(string.replace(/\\\\/g, "__"))) {
    assert.throws(read, SyntaxError);
    return undefined;
  }
  read();
  return value;
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

const part = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 40 }).map((text) => JSON.stringify(text).slice(1, -1)) },
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 3 }).filter(isWellFormed),
  fc.constantFrom(
    "\\n",
    "\\t",
    '\\"',
    "\\\\",
    "\\/",
    "\\b",
    "\\x",
    "\\u12",
    "\\uD83D\\uDE00",
    "\\ud83d",
    "\\ude00",
    "\\u00e9",
  ),
  fc.constantFrom(
    " ",
    "\u00a0",
    "\u3000",
    "\ufeff",
    "\t",
    "\0",
    "\r",
    "\x7f",
    "\x80",
    "\u07ff",
    "\u0800",
    "\uffff",
    "😀",
  ),
  fc.constantFrom(...reserved, "</thinking", "user:", ":", "]", ">", "\\u003e", "\\u0026", "<\\/thinking>", '"'),
);

describe("the scanner of texts", () => {
  it("knows what JSON.parse makes of a string, or gives up", () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
        fc.constantFrom([], reserved),
        fc.string({ unit: fc.constantFrom("a"), maxLength: 4 }),
        (source, words, before) => {
          const { units, end, nonAscii, respelled } = scan(source, words, before);
          const value = parse(`${source}"`);
          if (units >= 0) {
            assert.equal(value?.length, units);
            const bytes = Buffer.from(source).subarray(0, end).toString();
            assert.equal(JSON.parse(`"${bytes}"`), value);
            assert.ok(value.trim() !== "" && isWellFormed(value));
            assert.ok(!words.some((word) => value.includes(word)));
            assert.equal(nonAscii, /[^\0-\x7F]/.test(bytes));
            assert.equal(respelled, /\\[u/]/.test(bytes.replaceAll("\\\\", "")));
          } else {
            // It must not give up where it need not: each text it gives up is parsed.
            const isHidden = words.length > 0 && /\\u00|\\\//.test(source);
            const isWord = words.some((word) => source.includes(word));
            assert.ok(value === undefined || value.trim() === "" || !isWellFormed(value) || isWord || isHidden, source);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("counts the units of long texts in every script, wherever they stand in the block", () => {
    const scripts = ["plain text ", "Größe ", "Условия ", "日本語の", "😀🎉", "a’b ", "é"];
    for (const script of scripts) {
      for (let length = 1; length < 80; length += 7) {
        const text = `x${script.repeat(length)}`;
        for (let before = 0; before < 4; before++) {
          assert.equal(scan(text, [], "a".repeat(before)).units, text.length, text);
          assert.equal(scan(text, reserved, "a".repeat(before)).units, text.length, text);
        }
      }
    }
  });

  it("finds a control character at every place", () => {
    for (let at = 0; at < 64; at++) {
      for (const filler of ["a", "é", "日"]) {
        const source = filler.repeat(at) + "\u001f" + filler.repeat(64 - at);
        assert.equal(scan(source).units, -1);
        assert.equal(scan(source, reserved).units, -1);
      }
    }
  });

  it("takes no words that end in too many different characters", () => {
    assert.throws(() => new TextScanner(["a", "b", "c", "d"]), /end in 4 different characters/);
  });
});

describe("blanks at the start of a string", () => {
  it("are those that trim removes, however they are spelled", () => {
    for (let unit = 0; unit <= 0xffff; unit++) {
      const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
      const isBlank = String.fromCharCode(unit).trim() === "";
      const escaped = Buffer.from(`${escapeOf(unit)}x\n`);
      assert.equal(endOfBlanks(escaped, 0), isBlank ? 6 : 0, escaped.toString());
      if (unit < 0x20 || isSurrogate) continue;
      const raw = Buffer.from(`${String.fromCharCode(unit)}x\n`);
      assert.equal(endOfBlanks(raw, 0), isBlank ? raw.length - 2 : 0, escapeOf(unit));
    }
    assert.equal(endOfBlanks(Buffer.from("\\n\\t\\r\\f \u00a0x"), 0), 11);
    for (const other of ["\\b", "\\v", '\\"', "\\", "\n", "😀"])
      assert.equal(endOfBlanks(Buffer.from(`${other}\n`), 0), 0);
  });

  it("are told from what is no escape", () => {
    for (const source of ["12", "00g0", "", "-123", " 20"]) assert.equal(hexUnit(Buffer.from(`${source}\n`), 0), -1);
    assert.equal(hexUnit(Buffer.from("fEfF"), 0), 0xfeff);
  });
});
