import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { LineSplitter } from "../../dataset/lines";
import { countCharacters, firstInvalidUtf8 } from "../../dataset/utf8";
import { displayWidth, excerptAt } from "../../dataset/excerpt";

interface Seen {
  readonly text: string;
  readonly number: number;
  readonly length: number;
  readonly terminated: boolean;
}

function split(bytes: Buffer, cuts: readonly number[], maxLineBytes = 1 << 20): Seen[] {
  const seen: Seen[] = [];
  const splitter = new LineSplitter(
    ({ bytes, number, length, terminated }) => seen.push({ text: bytes.toString("utf8"), number, length, terminated }),
    maxLineBytes,
  );
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  for (let i = 1; i < places.length; i++) {
    const reused = Buffer.from(bytes.subarray(places[i - 1], places[i]));
    splitter.push(reused);
    reused.fill(0x58);
  }
  splitter.end();
  return seen;
}

describe("line splitter", () => {
  it("gives the same lines wherever the chunks are cut, even inside a character, and when the caller reuses its buffer", () => {
    const piece = fc.constantFrom("\n", "\r\n", "é", "日本", "😀", "a", "", '{"x":1}');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 8 }), (pieces, cuts) => {
        const text = pieces.join("");
        const expected = text.split("\n");
        const terminated = expected.length - 1;
        if (expected.at(-1) === "") expected.pop();
        assert.deepEqual(
          split(Buffer.from(text), cuts),
          expected.map((line, index) => ({
            text: line,
            number: index + 1,
            length: Buffer.byteLength(line),
            terminated: index < terminated,
          })),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps only the allowed part of a long line, tells its whole length and goes on with the next line", () => {
    for (const cuts of [[], [3], [5, 6, 7, 12], [13]]) {
      const lines = split(Buffer.from("0123456789ab\nok\n"), cuts, 5);
      assert.deepEqual(
        lines.map(({ text, length }) => [text, length]),
        [
          ["01234", 12],
          ["ok", 2],
        ],
      );
    }
  });
});

describe("UTF-8", () => {
  it("is judged as Node judges it, and everything before the first bad byte is valid", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .array(fc.constantFrom(0x41, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf))
        .map((list) => Uint8Array.from(list)),
      fc.string({ unit: "grapheme" }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (data) => {
        const at = firstInvalidUtf8(data);
        assert.equal(at === -1, isUtf8(data));
        if (at >= 0) assert.ok(isUtf8(data.subarray(0, at)));
      }),
      { numRuns: 3000 },
    );
  });

  it("characters are counted as code points", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (before, after) => {
        assert.equal(countCharacters(before + after, before.length), [...before].length);
      }),
    );
  });
});

describe("excerpt", () => {
  it("puts the caret under the character, counting wide characters twice and cutting long lines", () => {
    const line = `${"x".repeat(200)}日本😀!${"y".repeat(200)}`;
    const { text, caret } = excerptAt(line, line.indexOf("!"));
    assert.ok(text.startsWith("…") && text.endsWith("…"));
    assert.equal(displayWidth(text.slice(0, text.indexOf("!"))), caret);
    assert.ok(text.length < 100);
  });

  it("shows nothing that could steer a terminal or hide text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(), (line, position) => {
        const { text } = excerptAt(line, position % (line.length + 1));
        assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
