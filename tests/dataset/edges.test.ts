import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../dataset/cli";
import { LLAMA_31 } from "./records";

const good = '{"prompt":"Why?","completion":"So."}';

/** Data, where the first finding stands as `line:column rule`, and what its message says. */
type Edge = readonly [string | Buffer, string, RegExp];

/** The first bytes of a ZIP archive whose first entry has this name. */
const zip = (name: string): Buffer =>
  Buffer.concat([
    Buffer.from("PK\x03\x04"),
    Buffer.alloc(22),
    Buffer.from([name.length, 0, 0, 0]),
    Buffer.from(`${name}\xe9`, "latin1"),
  ]);

const values: readonly Edge[] = [
  ['{"prompt":NaN,"completion":"So."}', "1:11 invalid-json", /NaN and infinity are no JSON: write null/],
  ['{"prompt":"a","completion":-Infinity}', "1:28 invalid-json", /infinity are no JSON/],
  ['{"prompt":"a","completion":True}', "1:28 invalid-json", /Python's spelling: .* json\.dumps/],
  ['{"prompt":None,"completion":"So."}', "1:11 invalid-json", /Python's spelling/],
  ['{"prompt":NULL,"completion":"So."}', "1:11 invalid-json", /in small letters/],
  ['{"prompt":undefined,"completion":"So."}', "1:11 invalid-json", /leave the field out/],
  ["{'prompt':'a','completion':'b'}", "1:2 invalid-json", /double quotes only; .* json\.dumps/],
  ['{"prompt":“a”,"completion":"b"}', "1:11 invalid-json", /U\+201C: this is a typographic quotation mark/],
  ['{prompt:"a","completion":"b"}', "1:2 invalid-json", /keys stand in double quotes/],
  ['{"prompt":a,"completion":"b"}', "1:11 invalid-json", /texts stand in double quotes/],
  ['{"prompt":007,"completion":"b"}', "1:12 invalid-json", /no leading zeros/],
  ['{"prompt":0x10,"completion":"b"}', "1:12 invalid-json", /only decimal digits/],
  ['{"prompt":+1,"completion":"b"}', "1:11 invalid-json", /begins with a digit/],
  ['{"prompt":.5,"completion":"b"}', "1:11 invalid-json", /begins with a digit/],
  ['{"prompt":1e999,"completion":"b"}', "1:11 wrong-type", /a number \(too large for any reader\)/],
  ['{"prompt":"he said "so"","completion":"b"}', "1:21 invalid-json", /inside a text is written \\"/],
  ['{"prompt":"a" "completion":"b"}', "1:15 invalid-json", /a comma is missing/],
  ['{"prompt"="a","completion":"b"}', "1:10 invalid-json", /a colon between key and value/],
  ['{"prompt":"a","completion":"b",}', "1:32 invalid-json", /a comma before "\}"/],
  ['{"prompt":"C:\\dir","completion":"b"}', "1:14 invalid-json", /a backslash itself is written \\\\/],
  ['{"prompt":"a\tb","completion":"b"}', "1:13 invalid-json", /U\+0009 must be escaped .*; a tab is written \\t/],
  ['{"prompt":"a\0b","completion":"b"}', "1:13 invalid-json", /U\+0000 must be escaped .*; it is written \\u/],
  ['{"prompt":"a\nb","completion":"b"}', "1:11 invalid-json", /not closed; a line feed inside a text is written \\n/],
  ['{"prompt":"a",/* no */"completion":"b"}', "1:15 invalid-json", /no comments/],
  [`${good} // no`, "1:38 invalid-json", /no comments/],
  [`# no\n${good}`, "1:1 invalid-json", /no comments/],
  ['{"prompt":"a",\u00a0"completion":"b"}', "1:15 invalid-json", /U\+00A0: this is no blank that JSON knows/],
];

const lines: readonly Edge[] = [
  [`${good}${good}`, "1:37 invalid-json", /a second record stands here: put it into a line of its own/],
  [`${good} ${good}`, "1:38 invalid-json", /a second record/],
  [`${good},\n${good}`, "1:37 invalid-json", /without commas/],
  [`${good}\\n${good}`, "1:37 invalid-json", /the two characters \\ and n/],
  [`${good}\u2028${good}`, "1:37 invalid-json", /U\+2028: .* only a line feed does/],
  [`${good}\n\ufeff${good}`, "2:1 invalid-json", /a byte order mark stands here: were files put one after the other\?/],
  [`[${good}]`, "1:1 not-an-object", /found a list\. Each line must hold one record: jq -c '\.\[\]'/],
  [`${good}\n[${good}]`, "2:1 not-an-object", /found a list$/],
  [JSON.stringify(good), "1:1 not-an-object", /turned into JSON twice\?/],
  ["1e999", "1:1 not-an-object", /found a number \(too large/],
  ['{"__proto__":{"prompt":"a"},"completion":"b"}', "1:1 missing-field", /no "prompt"/],
  ['{"prompt":"a","pro\\u006dpt":"b","completion":"c"}', "1:15 duplicate-key", /the key "prompt" stands twice/],
  [
    `{"${"k".repeat(9_000)}":1,"${"k".repeat(9_000)}":1,"prompt":"a","completion":"b"}`,
    "1:9007 duplicate-key",
    /^.{0,120}k…" stands twice in one object$/,
  ],
  ['{"prompt":"\\uDE00\\uD83D","completion":"b"}', "1:12 lone-surrogate", /\\uDE00 is half/],
  [`{"prompt":${"[".repeat(10_000)}${"]".repeat(10_000)},"completion":"b"}`, "1:11 wrong-type", /not a list/],
];

const files: readonly Edge[] = [
  [JSON.stringify(JSON.parse(good), null, 2), "1:2 invalid-json", /one JSON document\? .* jq -c \. FILE/],
  [`[\n${good},\n${good}\n]`, "1:2 invalid-json", /one JSON document\? .* jq -c '\.\[\]' FILE/],
  ['prompt,completion\n"Why?","So."\n', "1:1 invalid-json", /CSV\?/],
  ['"prompt";"completion"\n"Why?";"So."\n', "1:9 invalid-json", /CSV\?/],
  ["prompt\tcompletion\nWhy?\tSo.\n", "1:1 invalid-json", /CSV\?/],
  ["prompt: Why?\ncompletion: So.\n", "1:1 invalid-json", /YAML\?/],
  ["---\nprompt: Why?\n", "1:1 invalid-json", /YAML\?/],
  ['<?xml version="1.0"?>\n', "1:1 invalid-json", /XML or HTML\?/],
  [zip("[Content_Types].xml"), "1:50 invalid-utf8", /an Excel or other Office file; export it as JSONL/],
  [zip("xl/workbook.xml"), "1:46 invalid-utf8", /an Excel or other Office file/],
  [zip("records.jsonl"), "1:44 invalid-utf8", /a ZIP archive; unzip it/],
  [Buffer.from("d0cf11e0a1b11ae1", "hex"), "1:1 invalid-utf8", /an Excel or other Office file of the old form/],
  [Buffer.from("%PDF-1.7\n"), "1:1 invalid-json", /a PDF/],
  [Buffer.from(good, "utf16le"), "1:2 invalid-json", /many NUL characters: is the file UTF-16\?/],
  [Buffer.from('{"prompt":"It\x92s"}', "latin1"), "1:14 invalid-utf8", /0x92 .* in Windows-1252 it is "’": .* iconv/],
  [Buffer.from('{"prompt":"caf\xe9"}', "latin1"), "1:15 invalid-utf8", /0xE9 .* in Windows-1252 it is "é"/],
  [
    Buffer.from('{"prompt":"\xed\xa0\xbd\xed\xb8\x80"}', "latin1"),
    "1:12 invalid-utf8",
    /half of a surrogate pair .* CESU-8/,
  ],
  [Buffer.from('{"prompt":"\xf0\x9f\x98"}', "latin1"), "1:12 invalid-utf8", /a character is cut off here/],
  [Buffer.from('{"prompt":"\x81"}', "latin1"), "1:12 invalid-utf8", /0x81 is not valid UTF-8$/],
];

/** What stands before a fault, and how many columns a terminal draws it in. */
const widths: readonly (readonly [string, number])[] = [
  ["abc", 3],
  ["\t\t", 2],
  ["日本", 4],
  ["é", 1],
  ["e\u0301", 1],
  ["😀✅⭐", 6],
  ["👨\u200d👩", 5],
  ["🇩🇪", 2],
  ["ｱＡ", 3],
  ["한글", 4],
  ["\u1112\u1161\u11ab", 2],
  ["का", 2],
  ["☺©", 2],
];

async function run(data: string | Buffer): Promise<{ lines: string[]; code: number }> {
  const directory = await mkdtemp(join(tmpdir(), "edges-"));
  try {
    const file = join(directory, "data.jsonl");
    await writeFile(file, data);
    let out = "";
    const stdout = { write: (text: string) => ((out += text), true), isTTY: false };
    const args = ["check", file, "--model", LLAMA_31, "--no-quality"];
    const code = await main(args, { stdout: stdout as never, stderr: { write: () => true } as never });
    return { lines: out.replaceAll(file, "FILE").split("\n"), code };
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe("data that nearly are JSONL, given to the command", () => {
  for (const [title, edges] of Object.entries({ values, lines, files })) {
    it(`are told what they are, where, and how they are mended (${title})`, async () => {
      for (const [data, place, message] of edges) {
        const { lines: written, code } = await run(data);
        const [, at, rule, said] = /^FILE:(\d+:\d+): error ([\w-]+): (.*)$/.exec(written[0] ?? "") ?? [];
        const given = data.toString().slice(0, 80);
        assert.equal(`${at} ${rule}`, place, given);
        assert.match(said ?? "", message, given);
        assert.equal(code, 1, given);
      }
    });
  }

  it("have the caret under the character, whatever stands before it", async () => {
    const [before, after] = ['{"prompt":"', '","completion":'];
    for (const [text, width] of widths) {
      // A bare tab is no JSON inside a text, so it stands in front of the record.
      const line = text.startsWith("\t") ? `${text}${before}${after}oops}` : `${before}${text}${after}oops}`;
      const { lines: written } = await run(line);
      const place = /^FILE:1:(\d+): error invalid-json/.exec(written[0] ?? "")?.[1];
      assert.equal(Number(place), [...line.slice(0, line.indexOf("oops"))].length + 1, text);
      assert.equal(written[2], `${" ".repeat(2 + before.length + width + after.length)}^`, text);
    }
  });

  it("are good where only a reader could stumble: U+2028 in a text, deep values of unknown keys", async () => {
    const odd = [
      '{"prompt":"a\u2028b\u0085","completion":"\\u0000"}',
      `{"prompt":"a","completion":"b","x":${"[".repeat(9_999)}${"]".repeat(9_999)}}`,
    ];
    const { lines: written, code } = await run([...odd, ...Array.from({ length: 98 }, () => good)].join("\n"));
    assert.equal(code, 0);
    assert.match(written[0] ?? "", /^FILE:2:32: warning unknown-key/);
  });
});
