import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { bytesSource, checkDataset, type DatasetReport, redact } from "../../../dataset";
import { redactLine } from "../../../dataset/redact/redact-line";
import { credentials } from "../../../dataset/scan/credentials";
import { DetectorSet } from "../../../dataset/scan/detector-set";
import { personal } from "../../../dataset/scan/personal";
import { conversation, LLAMA_31, NOVA_LITE, pair } from "../records";
import { examples } from "../scan/examples";

const MEGABYTE = 1024 * 1024;
const check = (bytes: Buffer, baseModel = LLAMA_31): Promise<DatasetReport> =>
  checkDataset(bytesSource("data.jsonl", [bytes]), { baseModel });
const finds = Object.values(examples)
  .flatMap(({ bad, good }) => [...bad, ...good])
  .join("\n");
const sensitiveRules = (report: { totalFindings: object }): string[] =>
  Object.keys(report.totalFindings).filter((rule) => /^(?:pii|secret)-/.test(rule));

describe("data that nobody meant as a data set", () => {
  it("cut off at any byte still give a report, with an error unless a whole line is left", async () => {
    const lines = [pair(1), JSON.stringify({ prompt: "日本 😀 bob@acme.io", completion: '\\"\n' })];
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    const ends = new Set([
      Buffer.byteLength(lines[0]!),
      Buffer.byteLength(lines[0]!) + 1,
      bytes.length - 1,
      bytes.length,
    ]);
    for (let end = 1; end <= bytes.length; end++) {
      const { totalFindings } = await check(bytes.subarray(0, end));
      const broken = totalFindings["invalid-json"] !== undefined || totalFindings["invalid-utf8"] !== undefined;
      assert.equal(broken, !ends.has(end), `cut after ${end} bytes: ${JSON.stringify(totalFindings)}`);
    }
  });

  it("that are NULs, or hold them anywhere, are reported", async () => {
    assert.equal((await check(Buffer.alloc(MEGABYTE))).totalFindings["invalid-json"], 1);
    const good = Buffer.from(`${pair(1)}\n`.repeat(3));
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), async (at) => {
        const bytes = Buffer.from(good);
        bytes[at] = 0;
        assert.equal((await check(bytes)).ok, false);
      }),
      { numRuns: 60 },
    );
  });

  it("nested a million deep, closed or not, are read to their end", async function () {
    this.timeout(120_000);
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      for (const end of ["", `1${close.repeat(1_000_000)}`]) {
        const text = `{"prompt":"a","completion":"b","x":${open.repeat(1_000_000)}${end}${end === "" ? "" : "}"}\n`;
        const { records, ok } = await check(Buffer.from(text + `${pair(1)}\n`));
        assert.deepEqual([records, ok], [2, false]);
      }
    }
  });

  it("full of sensitive data, in one line of 2 MB and in many lines, are checked and redacted to their end", async function () {
    // Time in the square of the line's length would be many minutes.
    this.timeout(300_000);
    const text = finds.repeat(Math.ceil((2 * MEGABYTE) / finds.length)).slice(0, 2 * MEGABYTE);
    const directory = await mkdtemp(join(tmpdir(), "fuzz-"));
    const [input, output] = [join(directory, "data.jsonl"), join(directory, "clean.jsonl")];
    try {
      const record = (user: string): string => `${JSON.stringify(conversation({ user: [{ text: user }] }))}\n`;
      for (const data of [record(text), record(finds).repeat(200), record(text).replaceAll("\\n", "\\u000a")]) {
        await writeFile(input, data);
        const lines = data.split("\n").length - 1;
        const before = await checkDataset(input, { baseModel: NOVA_LITE });
        assert.equal(before.records, lines);
        assert.ok(sensitiveRules(before).length >= 10, JSON.stringify(before.totalFindings));
        const { changedLines } = await redact(input, output, { force: true });
        assert.equal(changedLines, lines);
        for (const line of (await readFile(output, "utf8")).trimEnd().split("\n")) JSON.parse(line);
        assert.deepEqual(sensitiveRules(await checkDataset(output, { baseModel: NOVA_LITE })), []);
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("made of very many sensitive strings in one record are checked and redacted to their end", async function () {
    this.timeout(120_000);
    const emails = Array.from({ length: 100_000 }, (_, index) => `a${index}@acme.io\n`);
    const line = Buffer.from(`${JSON.stringify({ prompt: "a", completion: "b", emails })}\n`);
    const { totalFindings } = await check(line);
    assert.equal(totalFindings["pii-email"], emails.length);
    const { text } = redactLine(line.toString(), new DetectorSet([...personal, ...credentials]));
    assert.ok(!text.includes("@"));
  });
});
