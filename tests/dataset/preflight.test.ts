import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { bytesSource, checkDataset, checkFiles, checkPair, DatasetError } from "../../dataset";
import { FileCheck } from "../../dataset/engine/file-check";
import { runBlocks } from "../../dataset/engine/run";
import { limitsFor } from "../../dataset/limits";
import { checkText, conversation, findingsOf, LLAMA_31, NOVA_2, NOVA_LITE, pair, rulesOf } from "./records";

const good = Array.from({ length: 120 }, (_, index) => pair(index));

function file(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

describe("preflight of a whole file", () => {
  it("finds nothing in a good file, and measures it", async () => {
    const text = file(good);
    const report = await checkText(text, LLAMA_31);
    assert.deepEqual([report.ok, report.findings, report.totalFindings], [true, [], {}]);
    assert.equal(report.records, good.length);
    assert.equal(report.bytes, Buffer.byteLength(text));
    assert.equal(report.sha256, createHash("sha256").update(text).digest("hex"));
    const characters = good.map((line) => Object.values(JSON.parse(line) as Record<string, string>).join("").length);
    assert.equal(report.estimatedTokens, Math.ceil(characters.reduce((sum, count) => sum + count) / 6));
    assert.equal(report.longestRecord?.characters, Math.max(...characters));
    assert.equal(report.longestRecord.line, characters.indexOf(Math.max(...characters)) + 1);
  });

  it("accepts a last line without a line feed", async () => {
    assert.equal((await checkText(good.join("\n"), LLAMA_31)).ok, true);
  });

  it("reports the same wherever the bytes are cut into chunks", async () => {
    const broken = [
      '{"prompt":"日本","completion":1}',
      "",
      '{"prompt":"é😀","completion":"x",}',
      '{"prompt":"\\ud83d","completion":"x"}\r',
    ];
    const bytes = Buffer.from(file([...good, ...broken]));
    const whole = await checkText(bytes, LLAMA_31);
    assert.equal(whole.errors, 4);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
        const places = [0, ...cuts, bytes.length].sort((a, b) => a - b);
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const report = await checkDataset(bytesSource("data.jsonl", chunks), { baseModel: LLAMA_31, quality: false });
        assert.deepEqual(report, whole);
      }),
      { numRuns: 30 },
    );
  });

  it("gives line and column, in characters, of a fault planted anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(119), fc.string({ unit: "grapheme", maxLength: 20 }), async (at, text) => {
        const start = `{"prompt":${JSON.stringify(text)},"completion":`;
        const lines = good.with(at, `${start}oops}`);
        const { findings } = await checkText(file(lines), LLAMA_31);
        assert.deepEqual(
          findings.map(({ rule, line, column }) => [rule, line, column]),
          [["invalid-json", at + 1, [...start].length + 1]],
        );
      }),
      { numRuns: 100 },
    );
  });

  it("survives any bytes: every input gives a report", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const report = await checkDataset(bytesSource("noise", [bytes]), { baseModel: NOVA_LITE });
        assert.equal(report.bytes, bytes.length);
        assert.equal(report.ok, false);
      }),
      { numRuns: 500 },
    );
  });

  it("survives any JSON objects under every format", async () => {
    const key = fc.constantFrom(
      "prompt",
      "completion",
      "messages",
      "system",
      "role",
      "content",
      "text",
      "image",
      "source",
      "user",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<unknown>("user", "assistant", "", null, 1, true, []),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(key, value),
        fc.constantFrom(LLAMA_31, NOVA_LITE, NOVA_2),
        async (record, model) => {
          assert.equal((await checkText(`${JSON.stringify(record)}\n`, model)).records, 1);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("places many findings of one long line in one go", async () => {
    const messages = Array.from({ length: 20_000 }, (_, index) => ({
      role: index % 3 === 0 ? "user" : "bot",
      content: "é",
      n: 1,
    }));
    const text = JSON.stringify({ schemaVersion: "bedrock-conversation-2024", messages });
    const report = await checkText(text, NOVA_LITE);
    assert.equal(report.totalFindings["content-shape"], messages.length);
    for (const { rule, column } of report.findings) {
      const start =
        rule === "content-shape" ? '"é"' : rule === "unknown-role" ? '"bot"' : rule === "unknown-key" ? '"n"' : "";
      if (column !== undefined) assert.ok(text.startsWith(start, column - 1), `${rule} ${column}`);
    }
  });

  it("shows each rule that fired before it repeats one, errors before warnings, and counts the rest", async () => {
    const lines = [
      ...Array.from({ length: 300 }, () => `${pair(1)}\r`),
      ...Array.from({ length: 90 }, () => "{"),
      "[]",
    ];
    const source = bytesSource("data.jsonl", [Buffer.from(file(lines))]);
    const report = await checkDataset(source, { baseModel: LLAMA_31, maxFindings: 5, quality: false });
    assert.equal(report.findings.length, 5);
    assert.ok(report.findings.some(({ rule }) => rule === "not-an-object"));
    assert.deepEqual(report.totalFindings, { crlf: 300, "invalid-json": 90, "not-an-object": 1 });
    assert.deepEqual([report.errors, report.warnings], [91, 300]);
  });
});

describe("encoding and lines", () => {
  async function rulesIn(bytes: Buffer): Promise<[string, number?, number?][]> {
    const { findings } = await checkText(bytes, LLAMA_31);
    return findings.map(({ rule, line, column }) => [rule, line, column]);
  }
  const text = Buffer.from(file(good));

  it("a byte order mark is an error, and the first record is still read", async () => {
    const bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text]);
    assert.deepEqual(await rulesIn(bytes), [["bom", 1, 1]]);
  });

  it("invalid UTF-8 is found at its column, and UTF-16 is called by its name", async () => {
    const line = Buffer.concat([
      Buffer.from('{"prompt":"é'),
      Buffer.from([0xe9]),
      Buffer.from('","completion":"x"}\n'),
    ]);
    assert.deepEqual(await rulesIn(Buffer.concat([text, line])), [["invalid-utf8", good.length + 1, 13]]);
    const utf16 = await checkText(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("{}", "utf16le")]), LLAMA_31);
    assert.match(utf16.findings[0]!.message, /UTF-16/);
  });

  it("a file of another kind is called by its name where its bytes tell it", async () => {
    const zipped = gzipSync(gzipSync(text));
    for (const [bytes, message] of [
      [gzipSync(text), /the file is gzipped; unzip it once/],
      [gunzipSync(zipped), /the file is gzipped/],
      [Buffer.from("PK\x03\x04\xff", "latin1"), /the file is a ZIP archive/],
      [Buffer.from("PAR1\xff", "latin1"), /the file is Apache Parquet/],
      [Buffer.from(file(good), "utf16le"), /NUL characters: is the file UTF-16\?/],
      [Buffer.from(good.join("\r")), /a line must end in LF or CR LF, and here is a CR alone/],
      [Buffer.from(`[${good.join(",\n")}]`), /is the file one JSON document\? Each line must hold one record/],
      [Buffer.from(JSON.stringify(JSON.parse(good[0]!), null, 2)), /is the file one JSON document\?/],
    ] as const) {
      const { findings } = await checkText(bytes, LLAMA_31);
      assert.match(findings[0]!.message, message);
    }
    const { findings } = await checkText(Buffer.from(`${good.join("\n")}\n[1,\n{`), LLAMA_31);
    assert.doesNotMatch(JSON.stringify(findings), /document|UTF-16|CR/);
  });

  it("CR LF is a warning at the end of each line", async () => {
    const report = await checkText(`${good.join("\r\n")}\r\n`, LLAMA_31);
    assert.deepEqual([report.ok, report.totalFindings], [true, { crlf: good.length }]);
    assert.equal(report.findings[0]!.column, good[0]!.length + 1);
  });

  it("empty lines between records and at the end are told apart, a run is one finding", async () => {
    const bytes = Buffer.from(`${good.slice(0, 60).join("\n")}\n\n  \n\n${good.slice(60).join("\n")}\n\n\n`);
    assert.deepEqual(await rulesIn(bytes), [
      ["empty-line", 61, 1],
      ["trailing-blank-line", 124, 1],
    ]);
  });

  it("a line that no model could take is reported without being read whole", async () => {
    const lines = `${pair(1)}\n{"prompt":"${"x".repeat(1000)}"}\n${pair(2)}\n`;
    const setup = {
      ...{ file: "x", limits: limitsFor(LLAMA_31), role: "validation" as const, maxFindings: 9 },
      ...{ maxLineBytes: 100, policy: {}, analyses: [] },
    };
    for (const blockBytes of [64, 1024, undefined]) {
      const check = new FileCheck(setup, undefined, []);
      const source = bytesSource("x", [Buffer.from(lines.slice(0, 500)), Buffer.from(lines.slice(500))]);
      await runBlocks(source, setup, check, { blockBytes });
      const { findings, records } = check.finish(LLAMA_31);
      assert.deepEqual([findings.map(({ rule, line }) => [rule, line]), records], [[["line-too-long", 2]], 3]);
      assert.match(findings[0]!.message, /1,013 bytes; at most 100 are read/);
    }
  });

  it("a lone surrogate is an error, a pair is not", async () => {
    assert.deepEqual(await rulesOf('{"prompt":"\\ud83d\\ude00","completion":"x"}', LLAMA_31), []);
    const [finding] = await findingsOf('{"prompt":"a\\ud83d b","completion":"x"}', LLAMA_31);
    assert.deepEqual([finding?.rule, finding?.column], ["lone-surrogate", 13]);
  });

  it("a duplicate key is an error at its second place", async () => {
    const [finding] = await findingsOf('{"prompt":"a","completion":"x","prompt":"b"}', LLAMA_31);
    assert.deepEqual([finding?.rule, finding?.column], ["duplicate-key", 32]);
  });

  it("a value that is not an object is an error", async () => {
    for (const line of ["[]", "1", '"text"', "null"])
      assert.deepEqual(await rulesOf(line, LLAMA_31), ["not-an-object"]);
  });
});

describe("prompt/completion", () => {
  it("needs both fields, as strings that say something", async () => {
    assert.deepEqual(await rulesOf({ prompt: "a" }, LLAMA_31), ["missing-field"]);
    assert.deepEqual(await rulesOf({ prompt: ["a"], completion: null }, LLAMA_31), ["wrong-type", "wrong-type"]);
    assert.deepEqual(await rulesOf({ prompt: " \n", completion: "x" }, LLAMA_31), ["empty-text"]);
  });

  it("warns of unknown keys, and recognizes a record of another format", async () => {
    const [finding] = await findingsOf('{"prompt":"a","completion":"b","label":1}', LLAMA_31);
    assert.deepEqual([finding?.rule, finding?.severity, finding?.column], ["unknown-key", "warning", 32]);
    const messages = (await findingsOf(conversation(), LLAMA_31)).map(({ message }) => message);
    assert.ok(messages.some((message) => message.includes("another model's format")));
  });
});

describe("quantities", () => {
  it("too few records for training is an error; a validation file may be small but not empty", async () => {
    assert.deepEqual((await checkText(file(good.slice(0, 99)), LLAMA_31)).totalFindings, { "too-few-records": 1 });
    assert.equal((await checkText(file(good.slice(0, 100)), LLAMA_31)).ok, true);
    assert.equal((await checkText(pair(1), LLAMA_31, "validation")).ok, true);
    assert.equal((await checkText("", LLAMA_31, "validation")).ok, false);
  });

  it("more records than the quota is an error, unless the account's quota is given", async () => {
    const many = file(Array.from({ length: 10_001 }, (_, index) => pair(index)));
    assert.deepEqual((await checkText(many, LLAMA_31)).totalFindings, { "too-many-records": 1 });
    const source = bytesSource("data.jsonl", [Buffer.from(many)]);
    assert.equal((await checkDataset(source, { baseModel: LLAMA_31, maxRecords: 20_000 })).ok, true);
  });

  it("more validation records than AWS's validator takes is a warning", async () => {
    const many = file(Array.from({ length: 1_001 }, (_, index) => pair(index)));
    const report = await checkText(many, LLAMA_31, "validation");
    assert.deepEqual([report.ok, report.totalFindings], [true, { "validation-records": 1 }]);
  });

  it("a validation file for Nova 2 Lite is a warning: it is not used", async () => {
    const report = await checkText(`${JSON.stringify(conversation())}\n`, NOVA_2, "validation");
    assert.deepEqual([report.ok, report.totalFindings], [true, { "validation-unsupported": 1 }]);
  });

  it("tokens are an error over the limit at 6 characters each, a warning at 4, and nothing below", async () => {
    const record = (characters: number): unknown => ({ prompt: "x", completion: "y".repeat(characters - 1) });
    assert.deepEqual(await rulesOf(record(16_000 * 6 + 1), LLAMA_31), ["tokens-over-limit"]);
    assert.deepEqual(await rulesOf(record(16_000 * 6), LLAMA_31), ["tokens-near-limit"]);
    assert.deepEqual(await rulesOf(record(16_000 * 4), LLAMA_31), []);
  });
});

describe("a training file with its validation file", () => {
  const source = (name: string, lines: readonly string[]) => bytesSource(name, [Buffer.from(file(lines))]);
  const options = { baseModel: LLAMA_31 };

  it("is fine when the files share no record", async () => {
    const result = await checkPair(source("t", good), source("v", [pair(500)]), options);
    assert.deepEqual(
      [result.ok, result.findings, result.train.role, result.validation.role],
      [true, [], "train", "validation"],
    );
  });

  it("finds a record that stands in both, however it is written", async () => {
    const { prompt, completion } = JSON.parse(good[41]!) as Record<string, string>;
    const same = `{ "prompt" : "${prompt!.replace("W", "\\u0057")}", "completion":"${completion}" }`;
    const result = await checkPair(source("t", good), source("v", [pair(500), same]), options);
    assert.equal(result.ok, false);
    assert.deepEqual(
      result.findings.map(({ rule, file: name, line, message }) => [rule, name, line, message]),
      [["record-in-both", "v", 2, "the same record is line 42 of t"]],
    );
  });

  it("compares records that are nested too deeply to be written out again", async () => {
    const deep = `{"prompt":"a","completion":"b","extra":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    const result = await checkPair(source("t", [...good, deep]), source("v", [deep]), options);
    assert.deepEqual(result.totalFindings, { "record-in-both": 1 });
  });

  it("is fine with several validation files, of which each is compared and all are counted", async () => {
    const few = (from: number): readonly string[] => Array.from({ length: 20 }, (_, index) => pair(from + index));
    const more = [source("v", few(1000)), source("w", [...few(2000), good[41]!])];
    const checked = await checkFiles(source("t", good), more, { ...options, maxRecords: 161 });
    assert.deepEqual(
      checked.findings.map(({ rule, file: name, line, message }) => [rule, name, line, message]),
      [["record-in-both", "w", 21, "the same record is line 42 of t"]],
    );
    assert.deepEqual(
      checked.validations.map(({ file: name, records }) => [name, records]),
      [
        ["v", 20],
        ["w", 21],
      ],
    );
    const many = [source("v", few(1000)), source("w", few(2000))];
    const { ok, totalFindings, findings } = await checkFiles(source("t", good), many, { ...options, maxRecords: 159 });
    assert.deepEqual([ok, totalFindings], [false, { "too-many-records": 1 }]);
    assert.match(
      findings[0]!.message,
      /^120 training and 40 validation records are 160; the quota of .* is 159 together$/,
    );
    assert.equal((await checkFiles(source("t", good), many, { ...options, maxRecords: 160 })).ok, true);
    const alone = await checkFiles(source("t", good), [], options);
    assert.deepEqual([alone.ok, alone.validations, alone.findings], [true, [], []]);
  });

  it("finds that only the sum is over the quota", async () => {
    const validation = Array.from({ length: 50 }, (_, index) => pair(1000 + index));
    const result = await checkPair(source("t", good), source("v", validation), { ...options, maxRecords: 150 });
    assert.deepEqual([result.train.ok, result.validation.ok, result.ok], [true, true, false]);
    assert.deepEqual(result.totalFindings, { "too-many-records": 1 });
  });
});

describe("what cannot be checked", () => {
  it("an unreadable source and a bad option are errors of their own kind, not findings", async () => {
    const isError = (code: string) => (error: unknown) => error instanceof DatasetError && error.code === code;
    await assert.rejects(checkDataset("no/such/file.jsonl", { baseModel: LLAMA_31 }), isError("unreadable"));
    await assert.rejects(checkDataset(__dirname, { baseModel: LLAMA_31 }), isError("unreadable"));
    await assert.rejects(checkDataset(__filename, { baseModel: LLAMA_31, maxFindings: 0 }), isError("bad-option"));
    await assert.rejects(checkDataset(__filename, { baseModel: "gpt" }), isError("unknown-model"));
  });
});
