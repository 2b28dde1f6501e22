// What the preflight of data sets costs beside a plain `JSON.parse` of every line of the same file, and how much memory it
// needs. Each kind of pass runs in a process of its own; they take turns, so a slow moment of the machine falls on all.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataset, type ScanPolicy, scanRules } from "../dataset";
import { LineSplitter } from "../dataset/lines";
import { figure, type Figure, median } from "./report";

const MEGABYTE = 1024 * 1024;
const megabytes = Number(process.env.MEGABYTES ?? 100);
const rounds = Number(process.env.ROUNDS ?? 3);
const baseModel = "meta.llama3-1-8b-instruct-v1:0";
const passes = ["parse", "format", "full"] as const;
type Pass = (typeof passes)[number];

/** What one pass took. */
interface Measured {
  milliseconds: number;
  /** Largest resident memory in MB. */
  memory: number;
}

const scanOff: ScanPolicy = { rules: Object.fromEntries(scanRules.map((rule) => [rule, "allow"])) };

async function run(pass: Pass, path: string): Promise<void> {
  if (pass === "parse") parseLines(path);
  else await checkDataset(path, { baseModel, maxRecords: 1e9, policy: pass === "format" ? scanOff : {} });
}

function parseLines(path: string): void {
  const splitter = new LineSplitter(({ bytes }) => void JSON.parse(bytes.toString("utf8")), 16 * MEGABYTE);
  const buffer = Buffer.alloc(MEGABYTE);
  const file = openSync(path, "r");
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
    splitter.push(buffer.subarray(0, read));
  splitter.end();
  closeSync(file);
}

/** The example data set over and over, so that the text is real. */
function writeData(path: string): void {
  const block = readFileSync(join(__dirname, "../examples/legal-clauses/data/train.jsonl"));
  const file = openSync(path, "w");
  for (let size = 0; size < megabytes * MEGABYTE; size += block.length) writeSync(file, block);
  closeSync(file);
}

function measure(pass: Pass, path: string): Measured {
  const args = [...process.execArgv, __filename, pass, path];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Measured;
}

function compare(): Figure[] {
  const directory = mkdtempSync(join(tmpdir(), "bench-dataset-"));
  try {
    const path = join(directory, "data.jsonl");
    writeData(path);
    const size = statSync(path).size / 1e6;
    const results: Record<Pass, Measured[]> = { parse: [], format: [], full: [] };
    for (let round = 0; round < rounds; round++) for (const pass of passes) results[pass].push(measure(pass, path));
    const time = (pass: Pass): number => median(results[pass].map(({ milliseconds }) => milliseconds));
    const speed = (pass: Pass): string => `${((size / time(pass)) * 1000).toFixed(0)} MB/s`;
    const ratio = (pass: Pass): string => `${(time("parse") / time(pass)).toFixed(2)} ×`;
    const memory = (pass: Pass): string => `${Math.max(...results[pass].map((one) => one.memory)).toFixed(0)} MB`;
    return [
      { what: `Plain JSON.parse of every line, file of ${size.toFixed(0)} MB`, value: speed("parse") },
      { what: "Format and limits", value: speed("format") },
      { what: "Speed of that beside JSON.parse", value: ratio("format"), limit: "0.7 ×" },
      { what: "With all scanners", value: speed("full"), limit: "200 MB/s on two cores" },
      { what: "Speed of that beside JSON.parse", value: ratio("full") },
      { what: "Peak memory with all scanners", value: memory("full"), limit: "250 MB" },
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function main(): Promise<void> {
  const [name, path] = process.argv.slice(2);
  const pass = passes.find((one) => one === name);
  if (pass === undefined || path === undefined) {
    figure("npm run bench:dataset")(compare());
    return;
  }
  const started = performance.now();
  await run(pass, path);
  const milliseconds = performance.now() - started;
  console.log(JSON.stringify({ milliseconds, memory: process.resourceUsage().maxRSS / 1024 }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
