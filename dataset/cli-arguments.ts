import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { CheckOptions } from "./check";
import { parsePrices, type Prices } from "./cost";
import { DatasetError } from "./errors";
import type { CustomizationType } from "./limits";
import type { DatasetRole } from "./report";
import { type ComprehendSettings, parseComprehend } from "./service/settings";
import { parsePolicy, type ScanPolicy } from "./scan/policy";
import { nearest } from "./nearest";

/** What the command says about itself. */
export const usage = `Usage: npm run dataset -- check FILE... --model ID [options]
       npm run dataset -- redact FILE --out COPY [options]

check tells everything that is wrong with JSONL training files before a job is paid for. A FILE is a path or an
s3://bucket/key; one that ends in .gz is unzipped. "-" is the standard input. Findings are named FILE:LINE:COLUMN;
columns count characters (Unicode code points) from 1, as editors do, and a tab is one.

  --model ID            base model id or ARN, for example meta.llama3-1-8b-instruct-v1:0:128k
  --role ROLE           train (default), validation or evaluation: what the files are for
  --validation FILE     check this validation file together with the one training FILE; may be given several times
  --type TYPE           customization type, default FINE_TUNING
  --max-findings N      most findings shown, default 50; all are counted
  --max-records N       your account's record quota, where AWS has raised it
  --policy FILE         JSON: {"rules": {"pii-email": "deny"}, "suppressions": [{"rule", "lines", "reason"}],
                        "thresholds": [{"name", "value", "reason"}]}
  --comprehend FILE     find sensitive data with Amazon Comprehend, too: SENDS ALL TEXTS TO THE SERVICE, and costs. JSON:
                        {"language": "en", "pricePerUnit", "asOf": "YYYY-MM-DD", "maxCost", "currency", "minScore", "ignore",
                        "concurrency", "region", "answersFolder"}
  --strict              warnings make the command fail, too
  --format FORMAT       text (default), json or sarif; with npm run -s, which writes nothing of its own
  --no-quality          leave out duplicates, labels, lengths, languages and trigger phrases
  --profile             show figures and histograms, too
  --html FILE           write report and profile as a page
  --price FILE          JSON with your prices: {"trainingPer1000Tokens", "asOf": "YYYY-MM-DD", "currency", "tokensPerHour",
                        "modelStoragePerMonth", "dataStoragePerGbMonth"}
  --epochs N            epochs of the job, for the estimate; default 1

redact writes a copy without personal data and credentials, and checks it. The FILE is never changed.

  --out COPY            the copy
  --policy FILE         what it allows or suppresses stays
  --comprehend FILE     replace what Amazon Comprehend finds, too: SENDS ALL TEXTS TO THE SERVICE, and costs; as above
  --report FILE         write what was replaced, by line and kind, as JSON
  --force               replace COPY if it exists
  --format FORMAT       text (default) or json

Exit code: 0 nothing found, or the copy is written; 1 errors found (with --strict: or warnings); 2 cannot run.
`;

const types: readonly CustomizationType[] = [
  "FINE_TUNING",
  "CONTINUED_PRE_TRAINING",
  "DISTILLATION",
  "REINFORCEMENT_FINE_TUNING",
];

/** Arguments of `check`. A file `-` is the standard input. */
export interface CheckCommand {
  readonly command: "check";
  readonly files: readonly string[];
  /** Validation files of the one training file; absent where none is named. */
  readonly validation?: readonly string[];
  readonly format: "text" | "json" | "sarif";
  readonly strict: boolean;
  readonly profile: boolean;
  readonly html?: string;
  readonly prices?: Prices;
  readonly epochs: number;
  readonly options: CheckOptions;
}

/** Arguments of `redact`. */
export interface RedactCommand {
  readonly command: "redact";
  readonly file: string;
  readonly out: string;
  readonly report?: string;
  readonly force: boolean;
  readonly format: "text" | "json";
  readonly policy?: ScanPolicy;
  readonly comprehend?: ComprehendSettings;
}

const checkFlags = {
  model: { type: "string" },
  role: { type: "string", default: "train" },
  validation: { type: "string", multiple: true },
  type: { type: "string", default: "FINE_TUNING" },
  "max-findings": { type: "string" },
  "max-records": { type: "string" },
  policy: { type: "string" },
  comprehend: { type: "string" },
  strict: { type: "boolean", default: false },
  format: { type: "string", default: "text" },
  "no-quality": { type: "boolean", default: false },
  profile: { type: "boolean", default: false },
  html: { type: "string" },
  price: { type: "string" },
  epochs: { type: "string" },
} as const;

const redactFlags = {
  out: { type: "string" },
  policy: { type: "string" },
  comprehend: { type: "string" },
  report: { type: "string" },
  force: { type: "boolean", default: false },
  format: { type: "string", default: "text" },
} as const;

/**
 * Reads the arguments after the script's name.
 *
 * @throws DatasetError `bad-option` with the reason and the nearest word that is known; without any argument, the usage
 */
export function parseCommand(args: readonly string[]): CheckCommand | RedactCommand {
  if (args.length === 0) throw new DatasetError("bad-option", `No command given.\n\n${usage.trimEnd()}`);
  return args.find((argument) => !argument.startsWith("-")) === "redact" ? parseRedact(args) : parseCheck(args);
}

function parseCheck(args: readonly string[]): CheckCommand {
  const { values, positionals } = read(args, checkFlags);
  const [command, ...files] = positionals;
  if (command !== "check") {
    const known = ["check", "redact"];
    fail(command === undefined ? "No command given." : `Unknown command "${command}".${suggestion(command, known)}`);
  }
  if (files.length === 0) fail("No FILE given.");
  if (values.model === undefined) return fail("--model is missing: limits and format depend on the base model.");
  if (values.validation !== undefined && files.length > 1) {
    fail(`--validation goes with one training FILE, not with ${files.length}.`);
  }
  requireOneStandardInput([...files, ...(values.validation ?? [])], values.comprehend);
  if (values.epochs !== undefined && values.price === undefined) fail("--epochs goes with --price.");
  const role: DatasetRole = oneOf("--role", values.role, ["train", "validation", "evaluation"]);
  const customizationType = oneOf("--type", values.type, types);
  return {
    command: "check",
    files,
    validation: values.validation,
    format: oneOf("--format", values.format, ["text", "json", "sarif"]),
    strict: values.strict,
    profile: values.profile,
    html: values.html,
    prices: values.price === undefined ? undefined : parsePrices(readJson("--price", values.price), values.price),
    epochs: count("--epochs", values.epochs) ?? 1,
    options: {
      baseModel: values.model,
      role,
      customizationType,
      maxFindings: count("--max-findings", values["max-findings"]),
      maxRecords: count("--max-records", values["max-records"]),
      policy: readPolicy(values.policy),
      quality: !values["no-quality"],
      comprehend: readComprehend(values.comprehend),
    },
  };
}

function parseRedact(args: readonly string[]): RedactCommand {
  const { values, positionals } = read(args, redactFlags);
  const [, file, ...more] = positionals;
  if (file === undefined || more.length > 0) return fail(`redact takes one FILE, not ${positionals.length - 1}.`);
  if (file === "-") return fail('redact checks its copy against the FILE, so "-" cannot be one. Name a file.');
  if (values.out === undefined) return fail("--out is missing: the FILE itself is never changed.");
  return {
    command: "redact",
    file,
    out: values.out,
    report: values.report,
    force: values.force,
    format: oneOf("--format", values.format, ["text", "json"]),
    policy: readPolicy(values.policy),
    comprehend: readComprehend(values.comprehend),
  };
}

function read<T extends typeof checkFlags | typeof redactFlags>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const unknown = /^Unknown option '(?<option>-[^']*)'/.exec(error.message)?.groups?.option;
    if (unknown === undefined) return fail(error.message);
    const known = Object.keys(options).map((name) => `--${name}`);
    return fail(`Unknown option ${unknown}.${suggestion(unknown, known)}`);
  }
}

/** Bytes of the standard input come once: neither two files nor a second reading, for a service, can be had of them. */
function requireOneStandardInput(files: readonly (string | undefined)[], comprehend: string | undefined): void {
  const times = files.filter((file) => file === "-").length;
  if (times > 1) fail('"-" is the standard input, which can be one file only. Name the others.');
  if (times > 0 && comprehend !== undefined)
    fail('--comprehend reads a file twice, so "-" cannot be one. Name a file.');
}

function readPolicy(path: string | undefined): ScanPolicy | undefined {
  return path === undefined ? undefined : parsePolicy(readJson("--policy", path), `--policy ${path}`);
}

function readComprehend(path: string | undefined): ComprehendSettings | undefined {
  return path === undefined ? undefined : parseComprehend(readJson("--comprehend", path), `--comprehend ${path}`);
}

function readJson(flag: string, path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    return fail(`${flag} ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  return found ?? fail(`${flag} is "${value}"; it must be one of ${allowed.join(", ")}.${suggestion(value, allowed)}`);
}

function count(flag: string, value: string | undefined): number | undefined {
  if (value === undefined || /^[1-9]\d{0,14}$/.test(value)) return value === undefined ? undefined : Number(value);
  return fail(`${flag} is "${value}"; it must be a whole number of at least 1.`);
}

function fail(message: string): never {
  throw new DatasetError("bad-option", `${message}\nnpm run dataset -- --help lists all options.`);
}

/** "Did you mean …?" with a blank before it, or nothing. */
function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
}
