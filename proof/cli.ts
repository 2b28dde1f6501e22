/**
 * The command `npm run proof`. Exit code 0: everything is as expected (a diff: nobody gained anything); 1: something is
 * not; 2: wrong arguments, or a stack that cannot be read.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PolicySyntaxError, RequestError, type PolicyDocument, type SourcedPolicy } from "../iam";
import { accessOf } from "./access";
import { accessModelOf, withOthers, type AccessModelData } from "./access-model";
import { compare, type Side } from "./compare";
import { diffStatements, isWider } from "./diff";
import { ProofError, type AccessModel } from "./model";
import { prove } from "./prove";
import { resourcesIn } from "./read-any";
import { exportedResources } from "./read-export";
import { readPreview } from "./read-preview";
import { renderComparison, renderProof, type Format } from "./render";
import { readModel, types, type StackResource } from "./stack";
import { readAccess } from "./stack-documents";

const usage = `Usage: npm run proof -- SOURCE [--format text|json|html|model]
  --stack NAME [--live]           a deployed stack, read with \`pulumi stack export\`
  --file EXPORT.json [--live]     an exported stack
  --preview FILE [--file EXPORT.json | --stack NAME]
                                  what \`pulumi preview --json --show-sames\` printed, and the stack as it is
  --before A.json --after B.json  who can do what in B that could not in A: exports, previews or plans of any stack
  --scp FILE, --rcp FILE          organization policies that bind the account: a document or a list of them for each level,
                                  from the root to the account; each may be given several times
  --job NAME                      the customization job whose environment is meant, where a stack holds several
With --live the documents are read from AWS. --format model prints the access model of any stack: who may do what, where, if.`;

/** What the command answers. */
export interface Answer {
  code: 0 | 1 | 2;
  output: string;
  /** What went wrong, for standard error. */
  problem?: string;
}

/** Runs the command with its arguments, without printing. */
export async function runProof(args: string[]): Promise<Answer> {
  try {
    const { format, before, after, ...source } = readArguments(args);
    if (before !== undefined && after !== undefined) {
      if (format === "model")
        throw new ProofError("--format model describes one stack; name it with --stack or --file.");
      return compared(readText(before), readText(after), source.job, format);
    }
    if (format === "model") return { code: 0, output: `${JSON.stringify(modelData(source), undefined, 2)}\n` };
    const { model: read, deployed } = await readSource(source);
    const model = withOrganization(read, source);
    const report = prove(model);
    const drift = deployed === undefined ? undefined : diffStatements(deployed, model);
    const holds = report.passed && !(drift !== undefined && isWider(drift));
    return { code: holds ? 0 : 1, output: renderProof(report, format, drift) };
  } catch (error) {
    if (error instanceof ProofError || error instanceof PolicySyntaxError || error instanceof RequestError) {
      return { code: 2, output: "", problem: error.message };
    }
    throw error;
  }
}

function compared(before: string, after: string, job: string | undefined, format: Format): Answer {
  const side = (resources: readonly StackResource[]): Side => ({
    access: readAccess(resources),
    model: () => readModel(resources, undefined, job),
  });
  const deployed = resourcesIn(before);
  const comparison = compare(side(deployed), side(resourcesIn(after, deployed)));
  const { gained, unread } = comparison;
  const gone = gained.length > 0 || isWider(comparison) || unread.some(({ side: one }) => one === "after");
  return { code: gone ? 1 : 0, output: renderComparison(comparison, format) };
}

/** The access model of whatever stack; the documents of a customization environment under the names of the proof. */
function modelData({ stack, file, preview, job }: Source): AccessModelData {
  const exported = file === undefined ? (stack === undefined ? undefined : exportOf(stack)) : readText(file);
  const kept = exported === undefined ? [] : resourcesIn(exported);
  const resources = preview === undefined ? kept : resourcesIn(readText(preview), kept);
  const all = readAccess(resources, stack);
  if (!resources.some(({ type }) => type === types.job)) return accessModelOf(all);
  return accessModelOf(withOthers(accessOf(readModel(resources, stack, job)), all));
}

/** The model with the organization policies of the files, one level for each file. */
function withOrganization(model: AccessModel, { scp = [], rcp = [] }: Source): AccessModel {
  if (scp.length === 0 && rcp.length === 0) return model;
  const levels = (paths: readonly string[]): SourcedPolicy[][] =>
    paths.map((path) =>
      [documentsIn(path)].flat().map((document, index) => ({ source: `${path} (${index + 1})`, document })),
    );
  return { ...model, organization: { scps: levels(scp), rcps: levels(rcp) } };
}

function documentsIn(path: string): PolicyDocument[] {
  try {
    return [JSON.parse(readText(path)) as PolicyDocument | PolicyDocument[]].flat();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ProofError(`${path} is not JSON (${error.message}); expected a policy document, or a list of them.`);
  }
}

interface Source {
  scp?: string[];
  rcp?: string[];
  stack?: string;
  file?: string;
  preview?: string;
  live?: boolean;
  job?: string;
}

interface Arguments extends Source {
  before?: string;
  after?: string;
  format: Format | "model";
}

const formats = ["text", "json", "html", "model"] as const;
/** Which options name a source together. */
const sources = [
  "stack",
  "file",
  "live stack",
  "file live",
  "preview",
  "file preview",
  "preview stack",
  "after before",
];

function readArguments(args: string[]): Arguments {
  const text = { type: "string" } as const;
  const live = { type: "boolean" } as const;
  const levels = { type: "string", multiple: true } as const;
  const options = {
    scp: levels,
    rcp: levels,
    stack: text,
    file: text,
    preview: text,
    before: text,
    after: text,
    job: text,
    format: text,
    live,
  };
  let values: Partial<Record<keyof Source | "before" | "after" | "format", string | boolean | string[]>>;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    throw new ProofError(`${(error as Error).message}\n${usage}`);
  }
  const { format: wanted = "text", ...given } = values;
  const format = formats.find((one) => one === wanted);
  if (format === undefined) {
    throw new ProofError(`--format is "${String(wanted)}"; allowed are ${formats.slice(0, -1).join(", ")} and model.`);
  }
  const named = Object.keys(given).filter((one) => !["job", "scp", "rcp"].includes(one));
  if (!sources.includes(named.sort().join(" "))) throw new ProofError(`Name one source.\n${usage}`);
  return { ...(given as Omit<Arguments, "format">), format };
}

/** The model to prove, and with `--live` what the stack remembers of it. */
async function readSource({
  stack,
  file,
  preview,
  live,
  job,
}: Source): Promise<{ model: AccessModel; deployed?: AccessModel }> {
  const exported = file === undefined ? (stack === undefined ? undefined : exportOf(stack)) : readText(file);
  const resources = exported === undefined ? [] : exportedResources(exported);
  if (preview !== undefined) return { model: readPreview(readText(preview), resources, job) };
  const model = readModel(resources, stack, job);
  if (live !== true) return { model };
  // The AWS SDK is loaded only by who needs it.
  const { readLive } = await import("./read-live");
  return { model: readModel(await readLive(resources, model.region), stack, job), deployed: model };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ProofError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function exportOf(stack: string): string {
  try {
    return execFileSync("pulumi", ["stack", "export", "--stack", stack], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    throw new ProofError(`Stack ${stack} cannot be exported: ${stderr.trim() || message}`);
  }
}

async function main(): Promise<void> {
  // A reader such as `head` may close the pipe before the whole report is written.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const { code, output, problem } = await runProof(process.argv.slice(2));
  if (problem !== undefined) console.error(problem);
  process.stdout.write(output);
  process.exitCode = code;
}

if (require.main === module) void main();
