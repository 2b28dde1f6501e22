import assert from "node:assert/strict";
import { bytesSource, checkDataset } from "../../dataset";
import type { Progress } from "../../dataset/progress";
import { ProgressBar } from "../../dataset/progress-bar";
import { LLAMA_31, pair } from "./records";

function watch(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  let time = 0;
  const bar = new ProgressBar({ isTTY, columns, write: (text) => written.push(text) }, () => time);
  const at = (seconds: number, progress: Partial<Progress>): void => {
    time = seconds * 1000;
    const usual = { file: "train.jsonl", bytes: 0, records: 0, errors: 0, warnings: 0, done: false };
    bar.update({ ...usual, totalBytes: 1_000_000_000, ...progress });
  };
  return { written, bar, at };
}

const firstError = {
  rule: "invalid-json",
  severity: "error",
  file: "x",
  line: 3,
  column: 7,
  message: "no \u001B[2J",
} as const;

describe("a progress bar", () => {
  it("stays silent for a check that takes less than a second", () => {
    const { written, at } = watch(true);
    at(0, {});
    at(0.9, { bytes: 9e8, firstError, errors: 1 });
    assert.deepEqual(written, []);
  });

  it("shows share, throughput and remaining time in one line of a terminal, and removes it", () => {
    const { written, bar, at } = watch(true);
    at(0, {});
    at(2, { bytes: 250_000_000, records: 1_234_567, warnings: 2 });
    at(2.05, { bytes: 260_000_000 });
    at(3, { done: true });
    bar.end();
    assert.deepEqual(written, [
      "\r\u001B[K[######------------------] train.jsonl: 25 %, 125 MB/s, 0:06 left, 1,234,567 records, 0 errors, 2 warnings",
      "\r\u001B[K",
    ]);
  });

  it("stays in one row of a terminal of any width, and keeps what tells most", () => {
    const row = (columns: number): string => {
      const { written, at } = watch(true, columns);
      const file = "/data/somebody/projects/clauses/train.jsonl";
      at(0, { file });
      at(2, { file, bytes: 250_000_000, records: 1_234_567 });
      return written.join("").replace("\r\u001B[K", "");
    };
    for (let columns = 1; columns < 160; columns++) {
      const text = row(columns);
      assert.ok([...text].length < columns || text === "", `${columns} columns: ${text}`);
      assert.ok(!/[\r\n]/u.test(text));
    }
    assert.match(row(160), /^\[#+-+\] \/data\/.*train\.jsonl: 25 %, 125 MB\/s, 0:06 left, 1,234,567 records/u);
    assert.match(row(100), /^\[#+-+\] \/data\/.*train\.jsonl: 25 %, 125 MB\/s/u);
    assert.equal(row(66), "/data/somebody/projects/clauses/train.jsonl: 25 %, 125 MB/s");
    assert.equal(row(36), "….jsonl: 25 %, 125 MB/s, 0:06 left");
    assert.equal(row(27), "25 %, 125 MB/s, 0:06 left");
    assert.equal(row(8), "25 %");
  });

  it("writes plain lines elsewhere, one every five seconds, without control characters", () => {
    const { written, at } = watch(false);
    for (let second = 0; second <= 12; second++) at(second, { bytes: second * 5e7, firstError, errors: 1 });
    assert.equal(written.length, 4);
    assert.equal(written[0], "train.jsonl:3:7: first error, invalid-json: no ␛[2J\n");
    assert.match(written[1]!, /^train\.jsonl: 5 %, 50 MB\/s, 0:19 left, .* 1 errors, 0 warnings\n$/);
    for (const text of written) assert.doesNotMatch(text, /[^\P{Cc}\n]/u);
  });

  it("begins anew with the next file, and does without a size that is not known", () => {
    const { written, at } = watch(false);
    at(0, {});
    at(10, { bytes: 1e9 });
    at(10.1, { file: "validation.jsonl", totalBytes: undefined });
    at(12.1, { file: "validation.jsonl", totalBytes: undefined, bytes: 2e7 });
    assert.equal(written[1], "validation.jsonl: 10 MB/s, 0 records, 0 errors, 0 warnings\n");
  });
});

describe("the progress of a check", () => {
  it("names bytes, records and the first error as soon as its block is read", async () => {
    const lines = [pair(1), "{", ...Array.from({ length: 60_000 }, (_, index) => pair(index))];
    const bytes = Buffer.from(lines.join("\n"));
    const seen: Progress[] = [];
    const source = { ...bytesSource("data.jsonl", [bytes]), size: async () => bytes.length };
    const report = await checkDataset(source, { baseModel: LLAMA_31, onProgress: (one) => seen.push(one) });
    assert.ok(seen.length > 2);
    assert.deepEqual([seen[0]?.firstError?.line, seen[0]?.totalBytes], [2, bytes.length]);
    const last = seen.at(-1)!;
    assert.deepEqual([last.records, last.bytes, last.done], [report.records, report.bytes, true]);
    assert.equal(seen.filter(({ done }) => done).length, 1);
  });
});
