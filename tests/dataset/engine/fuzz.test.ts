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

  describe("full of sensitive data", () => {
    const record = (user: string): string => `${JSON.stringify(conversation({ user: [{ text: user }] }))}\n`;
    const text = (length: number): string => finds.repeat(Math.ceil(length / finds.length)).slice(0, length);
    const LENGTH = 128 * 1024;

    /** Checks, redacts and checks again. Processor time in milliseconds: other programs on the machine do not count. */
    async function costOf(directory: string, data: string): Promise<number> {
      const [input, output] = [join(directory, "data.jsonl"), join(directory, "clean.jsonl")];
      await writeFile(input, data);
      const lines = data.split("\n").length - 1;
      const start = process.cpuUsage();
      const before = await checkDataset(input, { baseModel: NOVA_LITE });
      const { changedLines } = await redact(input, output, { force: true });
      const after = await checkDataset(output, { baseModel: NOVA_LITE });
      const { user, system } = process.cpuUsage(start);
      assert.equal(before.records, lines);
      assert.ok(sensitiveRules(before).length >= 10, JSON.stringify(before.totalFindings));
      assert.equal(changedLines, lines);
      for (const line of (await readFile(output, "utf8")).trimEnd().split("\n")) JSON.parse(line);
      assert.deepEqual(sensitiveRules(after), []);
      return (user + system) / 1000;
    }

    const kinds: [string, (length: number) => string][] = [
      ["in one line", (length) => record(text(length))],
      ["in many lines", (length) => record(finds).repeat(Math.ceil(length / finds.length))],
      ["in one line of escapes", (length) => record(text(length)).replaceAll("\\n", "\\u000a")],
    ];
    for (const [where, make] of kinds) {
      it(`${where}, are checked and redacted to their end, in time that grows with their length`, async function () {
        this.timeout(120_000);
        const directory = await mkdtemp(join(tmpdir(), "fuzz-"));
        try {
          const short = await costOf(directory, make(LENGTH));
          const long = await costOf(directory, make(LENGTH * 4));
          // Four times the text may take four times as long; ten leaves room for noise and less than the sixteen of a square.
          assert.ok(long <= short * 10 + 300, `${short} ms, four times as long: ${long} ms`);
        } finally {
          await rm(directory, { recursive: true });
        }
      });
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
