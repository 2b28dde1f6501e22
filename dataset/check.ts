import { createHash } from "node:crypto";
import { DatasetError } from "./errors";
import { FindingCollector, placeFindings } from "./findings";
import { type CustomizationType, limitsFor } from "./limits";
import { Preflight, type PreflightOptions } from "./preflight";
import { grouped } from "./quantities";
import type { DatasetReport, DatasetRole, FindingSet } from "./report";
import type { ScanPolicy } from "./scan/policy";
import { type DatasetSource, localFile } from "./source";

/** What a dataset is checked against. */
export interface CheckOptions {
  /** Base model id, with or without context suffix, or ARN of a foundation model or of a custom model to train further. */
  readonly baseModel: string;
  /** Default `train`. */
  readonly role?: DatasetRole;
  /** Default `FINE_TUNING`. */
  readonly customizationType?: CustomizationType;
  /** Most findings in the report; all are counted. Default 50. */
  readonly maxFindings?: number;
  /** The account's quota of training and validation records, where AWS has raised it. Default: the default quota. */
  readonly maxRecords?: number;
  /** What the scanners for sensitive data and poisoning do. Default: every rule with its own severity. */
  readonly policy?: ScanPolicy;
}

/** The report of a training file with its validation file. */
export interface PairReport extends FindingSet {
  readonly train: DatasetReport;
  readonly validation: DatasetReport;
}

const DEFAULT_MAX_FINDINGS = 50;

/** Training records whose digests are held to find overlap: ten times the largest default quota, about 30 MB. */
const MAX_COMPARED_RECORDS = 200_000;

/**
 * Checks one JSONL file against what a base model accepts: encoding, lines, JSON, format, counts, sizes. Reads it once, as a stream.
 *
 * @param source - path of a local file, or any other source of bytes
 * @throws DatasetError when the check cannot run: unreadable file, unknown model or customization type, bad option.
 *   Everything that is wrong with the data is in the report instead.
 */
export async function checkDataset(source: string | DatasetSource, options: CheckOptions): Promise<DatasetReport> {
  return read(source, options);
}

/**
 * Checks a training file and its validation file, and what only shows when they are seen together: the sum of their
 * records, and records that stand in both (equal after JSON parsing, so spacing and escapes do not matter).
 * The files' own findings are in `train` and `validation`; `ok` means that all three are fine.
 *
 * @throws DatasetError as {@link checkDataset}
 */
export async function checkPair(
  train: string | DatasetSource,
  validation: string | DatasetSource,
  options: Omit<CheckOptions, "role">,
): Promise<PairReport> {
  const limits = limitsFor(options.baseModel, options.customizationType);
  const trainLines = new Map<string, number>();
  const trainReport = await read(train, { ...options, role: "train" }, (record, line, text) => {
    if (trainLines.size < MAX_COMPARED_RECORDS) trainLines.set(digest(record, text), line);
  });
  const validationName = sourceOf(validation).name;
  const findings = new FindingCollector(validationName, options.maxFindings ?? DEFAULT_MAX_FINDINGS);
  const validationReport = await read(validation, { ...options, role: "validation" }, (record, line, text) => {
    const same = trainLines.get(digest(record, text));
    if (same === undefined) return;
    const message = `the same record is line ${same} of ${trainReport.file}`;
    placeFindings({ number: line, text }, [{ draft: findings.add("record-in-both", message), offset: 0 }]);
  });
  if (trainReport.records > MAX_COMPARED_RECORDS) {
    const compared = `only the first ${grouped(MAX_COMPARED_RECORDS)} training records were compared with the validation records`;
    findings.add("overlap-not-checked", compared);
  }
  const max = options.maxRecords ?? limits.records.max;
  const sum = trainReport.records + validationReport.records;
  if (sum > max && trainReport.records <= max && validationReport.records <= max) {
    const parts = `${grouped(trainReport.records)} training and ${grouped(validationReport.records)} validation records`;
    findings.add(
      "too-many-records",
      `${parts} are ${grouped(sum)}; the quota of ${limits.family} is ${grouped(max)} together`,
    );
  }
  const totalFindings = findings.totals();
  const errors = findings.count("error");
  return {
    ok: errors === 0 && trainReport.ok && validationReport.ok,
    train: trainReport,
    validation: validationReport,
    errors,
    warnings: findings.count("warning"),
    findings: findings.list(),
    totalFindings,
  };
}

async function read(
  source: string | DatasetSource,
  options: CheckOptions,
  onRecord?: PreflightOptions["onRecord"],
): Promise<DatasetReport> {
  const {
    baseModel,
    role = "train",
    customizationType,
    maxFindings = DEFAULT_MAX_FINDINGS,
    maxRecords,
    policy,
  } = options;
  requireCount("maxFindings", maxFindings);
  if (maxRecords !== undefined) requireCount("maxRecords", maxRecords);
  const limits = limitsFor(baseModel, customizationType);
  const bytes = sourceOf(source);
  const preflight = new Preflight({
    file: bytes.name,
    baseModel,
    limits,
    role,
    maxFindings,
    maxRecords,
    policy,
    onRecord,
  });
  for await (const chunk of bytes.chunks()) preflight.push(chunk);
  return preflight.finish();
}

function sourceOf(source: string | DatasetSource): DatasetSource {
  return typeof source === "string" ? localFile(source) : source;
}

function requireCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new DatasetError("bad-option", `${option} is ${value}; it must be a whole number of at least 1.`);
}

/** Equal for records that parse to the same value. Falls back to the text where nesting is too deep to write out again. */
function digest(record: unknown, text: string): string {
  return createHash("sha256").update(canonical(record, text)).digest("base64");
}

function canonical(record: unknown, text: string): string {
  try {
    return JSON.stringify(record);
  } catch (error) {
    if (error instanceof RangeError) return text;
    throw error;
  }
}
