import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkDataset, checkFiles } from "./check";
import { type CheckCommand, parseCommand, type RedactCommand, usage } from "./cli-arguments";
import { estimateCost, formatCost, formatServiceUse } from "./cost";
import { DatasetError } from "./errors";
import { printable } from "./excerpt";
import { formatFindingSet, formatReport } from "./format-report";
import { reportDocument } from "./output/document";
import { toSarif } from "./output/sarif";
import { htmlPage, type PageReport } from "./profile/html";
import { formatProfile } from "./profile/terminal";
import { ProgressBar, type ProgressStream } from "./progress-bar";
import { grouped } from "./quantities";
import { redact } from "./redact/redact";
import type { DatasetReport, FindingSet, ServiceUse } from "./report";
import { bytesSource, type DatasetSource } from "./source";

/** Where the command writes. */
export interface CliStreams {
  readonly stdout: Pick<NodeJS.WriteStream, "write" | "isTTY">;
  readonly stderr: ProgressStream;
  /** What the file `-` stands for. Default: nothing. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Environment variables. `NO_COLOR` with any text and `TERM=dumb` are heeded. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Version of this project in reports, from `package.json`. */
const version = "0.1.0";

/**
 * Runs `check` or `redact` with the arguments after the script's name. Never throws for a user's mistake: it says it on
 * stderr.
 *
 * @returns the exit code: 0, 1 for findings, 2 when the command cannot run
 */
export async function main(args: readonly string[], streams: CliStreams): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    streams.stdout.write(usage);
    return 0;
  }
  const bar = new ProgressBar(isDumb(streams) ? { write: (text) => streams.stderr.write(text) } : streams.stderr);
  try {
    const command = parseCommand(args);
    const onServiceUse = (use: ServiceUse, file: string): void => {
      bar.end();
      streams.stderr.write(`${printable(file)}: ${formatServiceUse(use)}\n`);
    };
    if (command.command === "redact") {
      return await runRedact(command, (use) => onServiceUse(use, command.file), streams);
    }
    const options = { ...command.options, onProgress: bar.update, onServiceUse };
    return await runCheck({ ...command, options }, streams);
  } catch (error) {
    bar.end();
    if (!(error instanceof DatasetError)) throw error;
    streams.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function runCheck(command: CheckCommand, streams: CliStreams): Promise<number> {
  const { prices, epochs, html, format } = command;
  const pages: PageReport[] = [];
  const take = (report: DatasetReport): void => {
    const page = {
      report,
      ...(prices && report.role === "train" ? { cost: estimateCost(report, prices, epochs) } : {}),
    };
    pages.push(page);
    if (format === "text") writeText(page, command, streams);
  };
  let together: FindingSet | undefined;
  if (command.validation === undefined) {
    for (const file of command.files) take(await checkDataset(sourceOf(file, streams), command.options));
  } else {
    const training = sourceOf(command.files[0]!, streams);
    const validation = command.validation.map((file) => sourceOf(file, streams));
    const { train, validations, ...rest } = await checkFiles(training, validation, command.options);
    together = rest;
    for (const report of [train, ...validations]) take(report);
    if (format === "text") streams.stdout.write(`${formatFindingSet(rest, { color: isColored(streams) })}\n`);
  }
  const sets: FindingSet[] = [...pages.map(({ report }) => report), ...(together ? [together] : [])];
  if (format === "json") {
    const reports = pages.map(({ report, cost }) => ({ ...report, ...(cost && { cost }) }));
    writeJson(streams, reportDocument(reports, together));
  }
  if (format === "sarif") writeJson(streams, toSarif(sets, version));
  if (html !== undefined) writeFile(html, htmlPage(pages, together?.findings));
  const failed = sets.some(({ errors, warnings }) => errors > 0 || (command.strict && warnings > 0));
  return failed ? 1 : 0;
}

function sourceOf(file: string, { stdin }: CliStreams): string | DatasetSource {
  return file === "-" ? bytesSource("stdin", stdin ?? []) : file;
}

function writeText({ report, cost }: PageReport, { profile }: CheckCommand, streams: CliStreams): void {
  const { stdout } = streams;
  stdout.write(`${formatReport(report, { color: isColored(streams) })}\n`);
  if (cost) stdout.write(`${formatCost(cost)}\n`);
  if (profile) stdout.write(`${formatProfile(report)}\n`);
}

async function runRedact(
  { file, out, policy, comprehend, force, report: path, format }: RedactCommand,
  onServiceUse: (use: ServiceUse) => void,
  streams: CliStreams,
): Promise<number> {
  const report = await redact(file, out, { policy, force, comprehend, onServiceUse });
  if (path !== undefined) writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  if (format === "json") writeJson(streams, report);
  else {
    const { lines, changedLines, replaced } = report;
    const kinds = Object.entries(replaced).map(([rule, count]) => `${rule} ${grouped(count)}`);
    const what = kinds.length > 0 ? `replaced ${kinds.join(", ")} in ${grouped(changedLines)}` : "nothing to replace";
    const checked = comprehend
      ? "a check of the copy by the local rules found nothing"
      : "a check of the copy found nothing";
    streams.stdout.write(`${out}: ${what} of ${grouped(lines)} lines; ${checked}\n`);
  }
  return 0;
}

/** Whether the terminal cannot move its cursor, nor show colors. */
function isDumb({ env }: CliStreams): boolean {
  return env?.TERM === "dumb";
}

/** Colors are for a terminal that shows them, and for who has not said no: https://no-color.org. */
function isColored(streams: CliStreams): boolean {
  return streams.stdout.isTTY && !isDumb(streams) && !streams.env?.NO_COLOR;
}

function writeJson({ stdout }: CliStreams, value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function writeFile(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError("bad-option", `${path} cannot be written: ${reason}`, { cause: error });
  }
}

if (require.main === module) {
  // Whoever reads the report may stop early, as `head` does: that is no fault, and changes nothing about the exit code.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  // npm runs a script in the project's folder; whoever calls it elsewhere means paths from where they are.
  const { INIT_CWD, npm_package_json, npm_lifecycle_event } = process.env;
  const byNpm = npm_lifecycle_event === "dataset" && npm_package_json === join(process.cwd(), "package.json");
  if (byNpm && INIT_CWD !== undefined) process.chdir(INIT_CWD);
  main(process.argv.slice(2), process).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 2;
    },
  );
}
