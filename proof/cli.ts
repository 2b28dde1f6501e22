/**
 * The command `npm run proof`. Exit code 0: everything is as expected (a diff: nobody gained anything); 1: something is
 * not; 2: wrong arguments, or a stack that cannot be read.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PolicySyntaxError, RequestError } from "../iam";
import { diffAccess } from "./diff";
import { ProofError, type AccessModel } from "./model";
import { prove } from "./prove";
import { readExport } from "./read-export";
import { renderDiff, renderProof, type Format } from "./render";

const usage = `Usage: npm run proof -- SOURCE [--format text|json|html]
  --stack NAME                    a deployed stack, read with \`pulumi stack export\`
  --file EXPORT.json              an exported stack
  --before A.json --after B.json  who can do what in B that could not in A`;

/** What the command answers. */
export interface Answer {
  code: 0 | 1 | 2;
  output: string;
  /** What went wrong, for standard error. */
  problem?: string;
}

/** Runs the command with its arguments, without printing. */
export function runProof(args: string[]): Answer {
  try {
    const { stack, file, before, after, format } = readArguments(args);
    if (before !== undefined && after !== undefined) {
      const diff = diffAccess(fromFile(before), fromFile(after));
      const wider = diff.gained.length > 0 || diff.grantsAdded.length > 0 || diff.deniesRemoved.length > 0;
      return { code: wider ? 1 : 0, output: renderDiff(diff, format) };
    }
    const report = prove(file === undefined ? fromStack(stack ?? "") : fromFile(file));
    return { code: report.passed ? 0 : 1, output: renderProof(report, format) };
  } catch (error) {
    if (error instanceof ProofError || error instanceof PolicySyntaxError || error instanceof RequestError) {
      return { code: 2, output: "", problem: error.message };
    }
    throw error;
  }
}

interface Arguments {
  stack?: string;
  file?: string;
  before?: string;
  after?: string;
  format: Format;
}

const text = { type: "string" } as const;

function readArguments(args: string[]): Arguments {
  let values: Partial<Record<keyof Arguments, string>>;
  try {
    ({ values } = parseArgs({ args, options: { stack: text, file: text, before: text, after: text, format: text } }));
  } catch (error) {
    throw new ProofError(`${(error as Error).message}\n${usage}`);
  }
  const { format = "text", ...sources } = values;
  if (format !== "text" && format !== "json" && format !== "html") {
    throw new ProofError(`--format is "${format}"; allowed are text, json and html.`);
  }
  const given = Object.keys(sources).sort().join(" ");
  if (!["stack", "file", "after before"].includes(given)) throw new ProofError(`Name one source.\n${usage}`);
  return { ...sources, format };
}

function fromFile(path: string): AccessModel {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw new ProofError(`${path} cannot be read: ${(error as Error).message}`);
  }
  return readExport(content);
}

function fromStack(name: string): AccessModel {
  let content: string;
  try {
    content = execFileSync("pulumi", ["stack", "export", "--stack", name], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    throw new ProofError(`Stack ${name} cannot be exported: ${stderr.trim() || message}`);
  }
  return readExport(content, name);
}

if (require.main === module) {
  // A reader such as `head` may close the pipe before the whole report is written.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const { code, output, problem } = runProof(process.argv.slice(2));
  if (problem !== undefined) console.error(problem);
  process.stdout.write(output);
  process.exitCode = code;
}
