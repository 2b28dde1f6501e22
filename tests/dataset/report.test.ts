import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { formatReport, summarizeReport } from "../../dataset";
import { main } from "../../dataset/cli";
import { checkText, LLAMA_31, pair } from "./records";

const good = Array.from({ length: 120 }, (_, index) => pair(index));
const broken = good.with(2, '{"prompt": "x", }');

describe("report as text", () => {
  it("shows a finding as a compiler does, with the caret under the fault, and the totals at the end", async () => {
    const content = broken.join("\n");
    const report = await checkText(content, LLAMA_31);
    const bytes = Buffer.byteLength(content).toLocaleString("en-US");
    assert.deepEqual(formatReport(report).split("\n"), [
      'data.jsonl:3:17: error invalid-json: there is a comma before "}"',
      '  {"prompt": "x", }',
      "                  ^",
      `data.jsonl: 1 error, 0 warnings in 120 records (${bytes} bytes, about ${report.estimatedTokens} tokens) for Llama 3.1, train`,
    ]);
  });

  it("is the same text with colours", async () => {
    const report = await checkText(broken.join("\n"), LLAMA_31);
    const colored = formatReport(report, { color: true });
    assert.notEqual(colored, formatReport(report));
    assert.equal(stripVTControlCharacters(colored), formatReport(report));
  });

  it("says how many findings are not shown", async () => {
    const text = formatReport(await checkText(Array(70).fill("[]").join("\n"), LLAMA_31));
    assert.match(text, /21 more findings not shown; all together: not-an-object 70, too-few-records 1/);
  });

  it("fits in one line for a failed check, with the first error", async () => {
    const line = summarizeReport(await checkText(broken.join("\n"), LLAMA_31));
    assert.equal(
      line,
      'data.jsonl is not ready for Llama 3.1: 1 error (invalid-json 1); first: line 3, column 17: there is a comma before "}"',
    );
    assert.match(
      summarizeReport(await checkText(good.join("\n"), LLAMA_31)),
      /^data\.jsonl is ready for Llama 3\.1: 120 records/,
    );
  });
});

describe("the check command", () => {
  let directory: string;
  const path = (name: string) => join(directory, name);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "dataset-cli-"));
    await writeFile(path("good.jsonl"), good.join("\n"));
    await writeFile(path("crlf.jsonl"), good.join("\r\n"));
    await writeFile(path("broken.jsonl"), broken.join("\n"));
    await writeFile(path("overlap.jsonl"), pair(7));
  });
  after(() => rm(directory, { recursive: true }));

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const text = { out: "", err: "" };
    const collect = (to: "out" | "err") => ({
      write: (part: string | Uint8Array) => ((text[to] += String(part)), true),
      isTTY: false,
    });
    const code = await main(args, { stdout: collect("out"), stderr: collect("err") });
    return { code, ...text };
  }

  it("ends with 0 for good files, 1 for errors, and counts warnings only when told so", async () => {
    assert.equal((await run("check", path("good.jsonl"), "--model", LLAMA_31)).code, 0);
    assert.equal((await run("check", path("good.jsonl"), path("broken.jsonl"), "--model", LLAMA_31)).code, 1);
    assert.equal((await run("check", path("crlf.jsonl"), "--model", LLAMA_31)).code, 0);
    assert.equal((await run("check", path("crlf.jsonl"), "--model", LLAMA_31, "--strict")).code, 1);
  });

  it("shows colors and a moving bar only on a terminal that can, and where nobody said no", async () => {
    const written = async (env: Record<string, string>): Promise<string> => {
      let text = "";
      const stream = { isTTY: true, write: (part: string | Uint8Array) => ((text += String(part)), true) };
      await main(["check", path("broken.jsonl"), "--model", LLAMA_31], { stdout: stream, stderr: stream, env });
      return text;
    };
    assert.ok((await written({ TERM: "xterm" })).includes("\u001B[3"));
    assert.ok((await written({ NO_COLOR: "" })).includes("\u001B[3"));
    assert.ok(!(await written({ NO_COLOR: "1" })).includes("\u001B[3"));
    assert.ok(!(await written({ TERM: "dumb" })).includes("\u001B"));
  });

  it("says nothing of its own when who reads the report stops early", async () => {
    const bad = Array.from({ length: 5000 }, (_, index) => `{"prompt":"a","completion":${index}}\n`);
    await writeFile(path("bad.jsonl"), bad.join(""));
    const cli = join(__dirname, "../../dataset/cli.ts");
    const options = ["--model", LLAMA_31, "--no-quality", "--max-findings", "5000"];
    const args = ["--require", "ts-node/register/transpile-only", cli, "check", path("bad.jsonl"), ...options];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], cwd: join(__dirname, "../..") });
    let errors = "";
    child.stderr.on("data", (part: Buffer) => (errors += part.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 1);
    // A slow machine shows progress.
    assert.doesNotMatch(errors, /EPIPE|^ +at /m);
  });

  it("checks a training file together with its validation file", async () => {
    const files = [path("good.jsonl"), "--validation", path("overlap.jsonl"), "--model", LLAMA_31];
    const { code, out } = await run("check", ...files);
    assert.equal(code, 1);
    assert.match(out, /overlap\.jsonl:1:1: error record-in-both: the same record is line 8 of .*good\.jsonl/);
    const json = JSON.parse((await run("check", ...files, "--format", "json")).out) as {
      ok: boolean;
      together: { errors: number };
    };
    assert.deepEqual([json.ok, json.together.errors], [false, 1]);
    const three = await run("check", ...files, "--validation", path("good.jsonl"), "--format", "json", "--no-quality");
    const { reports, together } = JSON.parse(three.out) as {
      reports: { role: string }[];
      together: { totalFindings: Record<string, number> };
    };
    assert.deepEqual(
      reports.map(({ role }) => role),
      ["train", "validation", "validation"],
    );
    assert.ok(together.totalFindings["record-in-both"]! > 100);
  });

  it("writes JSON that holds the reports", async () => {
    const { out } = await run("check", path("broken.jsonl"), "--model", LLAMA_31, "--format", "json");
    const { ok, reports } = JSON.parse(out) as {
      ok: boolean;
      reports: { findings: { rule: string; line: number }[] }[];
    };
    assert.equal(ok, false);
    assert.deepEqual(
      reports[0]!.findings.map(({ rule, line }) => [rule, line]),
      [["invalid-json", 3]],
    );
  });

  it("writes SARIF, a page, a profile and an estimate when asked", async () => {
    await writeFile(path("prices.json"), JSON.stringify({ trainingPer1000Tokens: 0.01, asOf: "2026-10-01" }));
    const priced = ["--price", path("prices.json"), "--epochs", "3"];
    const sarif = await run("check", path("broken.jsonl"), "--model", LLAMA_31, "--format", "sarif");
    const { runs } = JSON.parse(sarif.out) as { runs: { results: { ruleId: string }[] }[] };
    assert.deepEqual([sarif.code, runs[0]!.results.some(({ ruleId }) => ruleId === "invalid-json")], [1, true]);
    const text = await run("check", path("good.jsonl"), "--model", LLAMA_31, "--profile", ...priced);
    assert.match(text.out, /Estimate at your prices of 2026-10-01: training .* × 3 epochs/);
    assert.match(text.out, /Profile of .*good\.jsonl/);
    const json = await run("check", path("good.jsonl"), "--model", LLAMA_31, "--format", "json", ...priced);
    const { reports } = JSON.parse(json.out) as { reports: { cost: { epochs: number }; profile: object }[] };
    assert.deepEqual([reports[0]!.cost.epochs, typeof reports[0]!.profile], [3, "object"]);
    const page = await run("check", path("broken.jsonl"), "--model", LLAMA_31, "--html", path("page.html"));
    assert.equal(page.code, 1);
    assert.match(await readFile(path("page.html"), "utf8"), /Not ready for a job/);
  });

  it("ends with 2 and one clear message when it cannot run", async () => {
    const file = path("good.jsonl");
    const cases: [string[], RegExp][] = [
      [[], /No command/],
      [["test", file], /Unknown command "test"\.\n/],
      [["chekc", file], /Unknown command "chekc"\. Did you mean check\?/],
      [["check", file, "--modle", LLAMA_31], /^Unknown option --modle\. Did you mean --model\?\n.*--help lists all/],
      [["check", file, "--zzz"], /^Unknown option --zzz\.\n/],
      [["redact", file, "--ouy", "copy"], /Unknown option --ouy\. Did you mean --out\?/],
      [["check", file, "--model", "meta.llama3-1-8b"], /Did you mean meta\.llama3-1-8b-instruct-v1:0:128k\?/],
      [["check", file, "--model", LLAMA_31, "--format", "sarfi"], /Did you mean sarif\?/],
      [["redact", "-", "--out", "copy"], /"-" cannot be one/],
      [["check", "-", "--validation", "-", "--model", LLAMA_31], /standard input, which can be one file only/],
      [["check", "-", "--comprehend", "c.json", "--model", LLAMA_31], /reads a file twice/],
      [["check", "--model", LLAMA_31], /No FILE/],
      [["check", file], /--model is missing/],
      [["check", file, "--model", "gpt-4"], /"gpt-4".*Known: .*amazon\.nova-lite-v1:0/],
      [["check", file, "--model", LLAMA_31, "--typ", "x"], /--typ/],
      [["check", file, "--model", LLAMA_31, "--type", "DPO"], /"DPO".*FINE_TUNING/],
      [["check", file, "--model", LLAMA_31, "--role", "test"], /"test".*train, validation/],
      [["check", file, "--model", LLAMA_31, "--format", "xml"], /"xml".*text, json/],
      [["check", file, "--model", LLAMA_31, "--max-findings", "0"], /"0".*at least 1/],
      [["check", file, file, "--model", LLAMA_31, "--validation", file], /one training FILE, not with 2/],
      [["check", path("none.jsonl"), "--model", LLAMA_31], /none\.jsonl: there is no such file/],
      [["check", directory, "--model", LLAMA_31], /it is a directory/],
      [["check", file, "--model", LLAMA_31, "--epochs", "2"], /--epochs goes with --price/],
      [["check", file, "--model", LLAMA_31, "--price", path("none.json")], /--price .*none\.json cannot be read/],
      [["check", file, "--model", LLAMA_31, "--html", join(directory, "no", "page.html")], /cannot be written/],
    ];
    for (const [args, message] of cases) {
      const { code, out, err } = await run(...args);
      assert.deepEqual([code, args.includes("--html") ? "" : out], [2, ""], args.join(" "));
      assert.match(err, message);
    }
  });

  it("names no model twice where it lists those that it knows", async () => {
    const { err } = await run("check", path("good.jsonl"), "--model", "gpt-4");
    const known = /Known: (?<list>.*?) \(/u.exec(err)?.groups?.list?.split(", ") ?? [];
    assert.ok(known.length > 10);
    assert.equal(new Set(known).size, known.length);
  });

  it("reads the standard input, alone and as a part of a pair", async () => {
    const stdin = (lines: readonly string[]) => [lines.join("\n")].map((text) => Buffer.from(text));
    let out = "";
    const stdout = { write: (part: string | Uint8Array) => ((out += String(part)), true), isTTY: false };
    const read = async (lines: readonly string[], ...args: string[]) => {
      out = "";
      const streams = { stdout, stderr: { write: () => true, isTTY: false }, stdin: Readable.from(stdin(lines)) };
      return { code: await main(["check", ...args, "--model", LLAMA_31], streams), out };
    };
    assert.match((await read(broken, "-")).out, /^stdin:3:17: error invalid-json/u);
    assert.equal((await read(good, "-")).code, 0);
    assert.equal((await read(good, path("broken.jsonl"), "-")).code, 1);
    const pairs = await read([pair(7)], path("good.jsonl"), "--validation", "-", "--format", "json");
    assert.match(pairs.out, /"rule": "record-in-both"/u);
  });

  it("takes paths from where npm was called, not from the folder of the project", async () => {
    const project = join(__dirname, "..", "..");
    const npm = spawn(
      "npm",
      ["run", "-s", "--prefix", project, "dataset", "--", "check", "good.jsonl", "--model", LLAMA_31],
      {
        cwd: directory,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let printed = "";
    npm.stdout.on("data", (text: Buffer) => (printed += text.toString()));
    const [code] = (await once(npm, "close")) as [number];
    assert.deepEqual([code, /^good\.jsonl: 0 errors/u.test(printed)], [0, true], printed);
  });

  it("explains itself", async () => {
    const { code, out } = await run("--help");
    assert.equal(code, 0);
    assert.match(out, /Exit code: 0/);
  });
});
