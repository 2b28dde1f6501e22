import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LLAMA_31, pair } from "./records";

const MEGABYTE = 1024 * 1024;

/**
 * Runs in a process of its own, so that what is measured is the preflight and not the other tests. On Linux, maxRSS of a
 * new process begins with that of the process that started it (getrusage(2)); VmHWM is its own.
 */
const script = `
  require("ts-node/register/transpile-only");
  const { checkDataset } = require(process.argv[1]);
  const options = { baseModel: process.argv[3] };
  (async () => {
    const before = process.memoryUsage.rss();
    const { records, bytes, totalFindings } = await checkDataset(process.argv[2], options);
    const own = process.platform === "linux" && /VmHWM:\\s+(\\d+)/.exec(require("fs").readFileSync("/proc/self/status", "utf8"))[1];
    const peak = Number(own || process.resourceUsage().maxRSS) * 1024;
    console.log(JSON.stringify({ records, bytes, totalFindings, grown: peak - before }));
  })();
`;

describe("memory", function () {
  this.timeout(60_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "dataset-memory-"));
  });
  after(() => rm(directory, { recursive: true }));

  async function measure(write: (append: (text: string) => Promise<unknown>) => Promise<void>) {
    const path = join(directory, "large.jsonl");
    const file = await open(path, "w");
    await write((text) => file.write(text));
    await file.close();
    const args = ["-e", script, join(__dirname, "../../dataset"), path, LLAMA_31];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(__dirname, "../..") });
    return JSON.parse(stdout) as {
      records: number;
      bytes: number;
      totalFindings: Record<string, number>;
      grown: number;
    };
  }

  it("stays below 150 MB for a file of 50 MB with thousands of findings", async () => {
    const block = Array.from(
      { length: 4000 },
      (_, index) => `${pair(index).replace("Which", "W".repeat(200))}\r\n`,
    ).join("");
    let size = 0;
    const result = await measure(async (append) => {
      for (; size < 50 * MEGABYTE; size += block.length) await append(block);
    });
    assert.equal(result.bytes, size);
    const { crlf, "too-many-records": tooMany } = result.totalFindings;
    assert.deepEqual([crlf, tooMany], [result.records, 1]);
    // Every block repeats the first one: what is compared is bounded as well.
    assert.equal(result.totalFindings["duplicate-record"], result.records - 4000);
    assert.ok(result.grown < 150 * MEGABYTE, `grew by ${result.grown} bytes`);
  });

  it("stays below 150 MB for a file of 100 MB that is one line", async () => {
    const result = await measure(async (append) => {
      await append('{"prompt":"');
      for (let i = 0; i < 100; i++) await append("x".repeat(MEGABYTE));
    });
    assert.deepEqual([result.records, result.totalFindings["line-too-long"]], [1, 1]);
    assert.ok(result.grown < 150 * MEGABYTE, `grew by ${result.grown} bytes`);
  });
});
