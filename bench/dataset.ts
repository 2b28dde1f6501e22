// What the preflight of data sets costs beside a plain `JSON.parse` of every line of the same file and beside the same checks
// in plain Python, beside AWS's own for Nova's conversations, and how much memory it needs. Each pass runs in a process of its own; the passes take turns, so a slow
// moment of the machine falls on all. Processor time is given beside the time on the wall, which other programs disturb.
//
// MEGABYTES=100 size of the file; ROUNDS=3; SIZES=1000,10000 more sizes in MB, for memory only.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataset, type ScanPolicy, scanRules } from "../dataset";
import { figure, type Figure, median } from "./report";

const MEGABYTE = 1024 * 1024;
const megabytes = Number(process.env.MEGABYTES ?? 100);
const rounds = Number(process.env.ROUNDS ?? 3);
const sizes = (process.env.SIZES ?? "").split(",").filter((size) => size !== "");
const baseModel = "meta.llama3-1-8b-instruct-v1:0";
const novaModel = "amazon.nova-lite-v1:0";
const script = join(__dirname, "dataset_validator.py");
/** Needs pydantic, as AWS's script does. */
const novaScript = join(__dirname, "nova_validator.py");
const scanOff: ScanPolicy = { rules: Object.fromEntries(scanRules.map((rule) => [rule, "allow"])) };

/** Runs a script of Python, and prints the milliseconds of processor time that it took with its interpreter's start. */
const timed = `
import resource, runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
used = resource.getrusage(resource.RUSAGE_SELF)
print((used.ru_utime + used.ru_stime) * 1000)
`;

/** What one pass took. */
interface Measured {
  /** In milliseconds. */
  wall: number;
  /** Processor time of all threads, in milliseconds. */
  cpu: number;
  /** Largest resident memory in MB. */
  memory: number;
  /** Milliseconds until the first error was known, where there is one. */
  firstError?: number;
}

const options = { baseModel, maxRecords: 1e9 };
const passes = {
  parse: async (path: string) => parseLines(path),
  oneThread: (path: string) => checkDataset(path, { ...options, policy: scanOff, quality: false, threads: 1 }),
  format: (path: string) => checkDataset(path, { ...options, policy: scanOff, quality: false }),
  scanners: (path: string) => checkDataset(path, { ...options, quality: false }),
  everything: (path: string) => checkDataset(path, options),
  nova: (path: string) => checkDataset(path, { ...options, baseModel: novaModel, policy: scanOff, quality: false }),
  novaThread: (path: string) =>
    checkDataset(path, { ...options, baseModel: novaModel, policy: scanOff, quality: false, threads: 1 }),
  python: async (path: string) => runPython(script, path),
  novaPython: async (path: string) => runPython(novaScript, path),
} as const;
type Pass = keyof typeof passes;
const names = Object.keys(passes) as Pass[];
/** Passes over the same two files, which take turns. */
const turns = names.filter((name) => name !== "novaThread");

/** Processor time of a script of Python in milliseconds. The child says it: Node does not know it of its children. */
function runPython(file: string, path: string): number {
  const used = execFileSync("python3", ["-c", timed, file, path], { encoding: "utf8" });
  return Number(used.trim().split("\n").at(-1));
}

/** A plain parse of every line: reads 1 MiB at a time, decodes each line and parses it. */
function parseLines(path: string): void {
  const buffer = Buffer.alloc(MEGABYTE);
  const file = openSync(path, "r");
  let rest = Buffer.alloc(0);
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    const bytes = Buffer.concat([rest, buffer.subarray(0, read)]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      JSON.parse(bytes.toString("utf8", start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  closeSync(file);
}

/** The example data set over and over, so that the text is real; with a broken first line where an error is wanted. */
function writeData(path: string, size: number, first = ""): void {
  writeBlocks(path, size, readFileSync(join(__dirname, "../examples/legal-clauses/data/train.jsonl")), first);
}

interface Example {
  readonly prompt: string;
  readonly completion: string;
}

/** The records of the example data set, each as the line that `lineOf` makes of it, over and over. */
function writeExamples(path: string, size: number, lineOf: (example: Example, index: number) => string): void {
  const lines = readFileSync(join(__dirname, "../examples/legal-clauses/data/train.jsonl"), "utf8").trim().split("\n");
  const records = lines.map((line, index) => lineOf(JSON.parse(line) as Example, index));
  writeBlocks(path, size, Buffer.from(`${records.join("\n")}\n`));
}

/** A conversation that asks and answers `turns` times, the same each time. */
function conversation({ prompt, completion }: Example, turns: number): string {
  const turn = [
    { role: "user", content: [{ text: prompt }] },
    { role: "assistant", content: [{ text: completion }] },
  ];
  return JSON.stringify({
    schemaVersion: "bedrock-conversation-2024",
    system: [{ text: "You explain clauses of licences." }],
    messages: Array.from({ length: turns }, () => turn).flat(),
  });
}

/** Files as other programs write them. */
const styles: Record<
  string,
  { readonly model?: string; readonly lineOf: (example: Example, index: number) => string }
> = {
  "conversations of one to eight turns": {
    model: novaModel,
    lineOf: (one, index) => conversation(one, 1 + (index % 8)),
  },
  "keys in either order": {
    lineOf: ({ prompt, completion }, index) =>
      JSON.stringify(index % 3 === 0 ? { completion, prompt } : { prompt, completion }),
  },
  "quotation marks and dashes beyond ASCII": {
    lineOf: ({ prompt, completion }) =>
      JSON.stringify({ prompt: prompt.replaceAll("'", "’"), completion: `“${completion.replaceAll(", ", " – ")}”` }),
  },
  "no letter of ASCII": {
    lineOf: ({ prompt, completion }) => JSON.stringify({ prompt: inGreek(prompt), completion: inGreek(completion) }),
  },
  "the same, spelled in escapes": {
    lineOf: ({ prompt, completion }) =>
      JSON.stringify({ prompt: inGreek(prompt), completion: inGreek(completion) }).replace(
        /[^\x20-\x7E]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      ),
  },
  "a line feed in each sentence, blanks at the ends, CR LF": {
    lineOf: ({ prompt, completion }) =>
      `${JSON.stringify({ prompt: `${prompt.replaceAll(". ", ".\n\n")}\n`, completion: ` ${completion}` })}\r`,
  },
  "a key that is warned of in each record": {
    lineOf: ({ prompt, completion }, index) => JSON.stringify({ id: index, prompt, completion }),
  },
};

function inGreek(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => String.fromCharCode(0x370 + (letter.charCodeAt(0) & 0x3f)));
}

function writeBlocks(path: string, size: number, block: Buffer, first = ""): void {
  const file = openSync(path, "w");
  writeSync(file, first);
  for (let written = 0; written < size * MEGABYTE; written += block.length) writeSync(file, block);
  closeSync(file);
}

function measure(pass: Pass | "firstError", path: string): Measured {
  const args = [...process.execArgv, __filename, pass, path];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Measured;
}

function compare(directory: string): Figure[] {
  const path = join(directory, "data.jsonl");
  writeData(path, megabytes);
  const size = statSync(path).size / 1e6;
  const results = Object.fromEntries(names.map((name) => [name, [] as Measured[]])) as Record<Pass, Measured[]>;
  const conversations = join(directory, "conversations.jsonl");
  writeExamples(conversations, megabytes, (one) => conversation(one, 1));
  const fileOf = (name: Pass): string => (name === "nova" || name === "novaPython" ? conversations : path);
  for (let round = 0; round < rounds; round++) {
    for (const name of turns) results[name].push(measure(name, fileOf(name)));
  }
  const middle = (pass: Pass, unit: "wall" | "cpu"): number => median(results[pass].map((one) => one[unit]));
  const speed = (pass: Pass): string =>
    `${((size / middle(pass, "wall")) * 1000).toFixed(0)} MB/s; ${((size / middle(pass, "cpu")) * 1000).toFixed(0)} MB per second of processor`;
  const ratio = (slow: Pass, fast: Pass): string =>
    `${(middle(slow, "wall") / middle(fast, "wall")).toFixed(2)} ×; ${(middle(slow, "cpu") / middle(fast, "cpu")).toFixed(2)} × by processor time`;
  const memory = (pass: Pass): string => `${Math.max(...results[pass].map((one) => one.memory)).toFixed(0)} MB`;
  writeData(path, megabytes, "{\n");
  const first = measure("firstError", path).firstError ?? Number.NaN;
  return [
    { what: `Plain JSON.parse of every line, file of ${size.toFixed(0)} MB`, value: speed("parse") },
    { what: "Format and limits", value: speed("format") },
    { what: "Speed of that beside JSON.parse", value: ratio("parse", "format"), limit: "0.7 ×" },
    { what: "The same on one thread, beside JSON.parse", value: ratio("parse", "oneThread") },
    { what: "Speed beside AWS's validator of conversations", value: ratio("novaPython", "nova"), limit: "10 ×" },
    { what: "Speed beside the same checks in plain Python", value: ratio("python", "format") },
    { what: "With all scanners", value: speed("scanners"), limit: "200 MB/s on two cores" },
    { what: "With scanners and data quality, as the command runs", value: speed("everything") },
    { what: "Peak memory with all scanners", value: memory("scanners"), limit: "250 MB" },
    { what: "Peak memory with data quality, too", value: memory("everything"), limit: "250 MB" },
    { what: "Time to the first error", value: `${(first / 1000).toFixed(2)} s`, limit: "1 s" },
  ];
}

/** Format and limits of files in other styles, on one thread, beside a parse of the same file. */
function compareStyles(directory: string): Figure[] {
  const path = join(directory, "style.jsonl");
  return Object.entries(styles).map(([what, { model, lineOf }]) => {
    writeExamples(path, megabytes, lineOf);
    const pass = model === novaModel ? "novaThread" : "oneThread";
    const taken = Array.from({ length: rounds }, () => [measure("parse", path), measure(pass, path)] as const);
    const ratio = (unit: "wall" | "cpu"): string =>
      (median(taken.map(([plain]) => plain[unit])) / median(taken.map(([, ours]) => ours[unit]))).toFixed(2);
    return { what: `Beside JSON.parse: ${what}`, value: `${ratio("wall")} ×; ${ratio("cpu")} × by processor time` };
  });
}

/** Memory by the size of the file. */
function memoryOf(directory: string): Figure[] {
  return sizes.map((size) => {
    const path = join(directory, "large.jsonl");
    writeData(path, Number(size));
    const { memory, wall } = measure("scanners", path);
    const speed = `${(statSync(path).size / 1e3 / wall).toFixed(0)} MB/s`;
    return {
      what: `Peak memory with all scanners, file of ${size} MB`,
      value: `${memory.toFixed(0)} MB, ${speed}`,
      limit: "250 MB",
    };
  });
}

/** Runs one pass in this process, and prints what it took. */
async function run(name: string, path: string): Promise<void> {
  const started = performance.now();
  const before = process.cpuUsage();
  let firstError: number | undefined;
  let inChild: number | undefined;
  if (name === "firstError") {
    const onProgress = ({ firstError: found }: { firstError?: unknown }): void => {
      if (found !== undefined) firstError ??= performance.now() - started;
    };
    await checkDataset(path, { ...options, onProgress });
  } else {
    const pass = names.find((one) => one === name);
    if (pass === undefined) throw new Error(`No pass "${name}"; there are ${names.join(", ")}, firstError.`);
    const result = await passes[pass](path);
    if (typeof result === "number") inChild = result;
  }
  const { user, system } = process.cpuUsage(before);
  const wall = performance.now() - started;
  const cpu = inChild ?? (user + system) / 1000;
  console.log(JSON.stringify({ wall, cpu, memory: process.resourceUsage().maxRSS / 1024, firstError }));
}

async function main(): Promise<void> {
  const [name, path] = process.argv.slice(2);
  if (name !== undefined && path !== undefined) return run(name, path);
  const directory = mkdtempSync(join(tmpdir(), "bench-dataset-"));
  try {
    figure("npm run bench:dataset")([...compare(directory), ...compareStyles(directory), ...memoryOf(directory)]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
