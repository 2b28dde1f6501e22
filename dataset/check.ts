// First: it keeps the code of what is loaded after it.
import "./engine/kept-code";
import type { AnalysisRequest } from "./analysis";
import { MAX_LINE_BYTES } from "./engine/block";
import type { CheckSetup } from "./engine/block-check";
import { FileCheck } from "./engine/file-check";
import { runBlocks } from "./engine/run";
import { DatasetError } from "./errors";
import { openSource } from "./input/open";
import { FindingCollector } from "./findings";
import { baseModelId, type CustomizationType, limitsFor } from "./limits";
import { comparedOnly, MAX_COMPARED_RECORDS, type OverlapOptions, RecordList } from "./overlap";
import { profileOf } from "./profile/profile";
import { type Progress, progressOf } from "./progress";
import { grouped } from "./quantities";
import type { RecordRows } from "./quality/rows";
import { QualitySummary, type TrainedRecords } from "./quality/summary";
import type { DatasetReport, DatasetRole, FindingSet, ServiceUse } from "./report";
import type { RuleId, Severity } from "./rules";
import type { ScanPolicy } from "./scan/policy";
import { searchWithComprehend } from "./service/search";
import type { ComprehendSettings } from "./service/settings";
import type { DatasetSource } from "./source";
import { limitsForFile } from "./variants";

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
  /** What the scanners and the rules of data quality do. Default: every rule with its own severity. */
  readonly policy?: ScanPolicy;
  /** Whether texts are compared with each other: duplicates, labels, lengths, languages, triggers. Default true. */
  readonly quality?: boolean;
  /** Finds sensitive data with Amazon Comprehend, too. Sends all texts to the service, and costs. Default: nothing is sent anywhere. */
  readonly comprehend?: ComprehendSettings;
  /** Called with what a service is going to be asked, before anything is sent. */
  readonly onServiceUse?: (use: ServiceUse, file: string) => void;
  /** Threads that work on one file, the calling one included. Default: one per processor, at most 4. */
  readonly threads?: number;
  /** Called while a file is read, about once per MiB. */
  readonly onProgress?: (progress: Progress) => void;
}

/** The report of a training file with its validation file. */
export interface PairReport extends FindingSet {
  readonly train: DatasetReport;
  readonly validation: DatasetReport;
}

/** The report of a training file with all validation files of its job; the findings are about files together. */
export interface FilesReport extends FindingSet {
  readonly train: DatasetReport;
  /** In the order in which the files were given. */
  readonly validations: readonly DatasetReport[];
}

const DEFAULT_MAX_FINDINGS = 50;

/**
 * Checks one JSONL file against what a base model accepts: encoding, lines, JSON, format, counts, sizes. Reads it once, as a stream.
 *
 * @param source - path of a local file or `s3://` URI, unzipped where it ends in `.gz`; or any other source of bytes
 * @throws DatasetError when the check cannot run: unreadable file, unknown model or customization type, bad option.
 *   Everything that is wrong with the data is in the report instead.
 */
export async function checkDataset(source: string | DatasetSource, options: CheckOptions): Promise<DatasetReport> {
  return (await read(sourceOf(source), options, [])).report;
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
  const { validations, ...rest } = await checkFiles(train, [validation], options);
  return { ...rest, validation: validations[0]! };
}

/**
 * As {@link checkPair}, for a job with any number of validation files: each is compared with the training file, and the quota
 * holds for the records of all.
 *
 * @throws DatasetError as {@link checkDataset}
 */
export async function checkFiles(
  train: string | DatasetSource,
  validations: readonly (string | DatasetSource)[],
  options: Omit<CheckOptions, "role">,
): Promise<FilesReport> {
  const limits = limitsFor(options.baseModel, options.customizationType);
  const list = new RecordList();
  const listing = { name: "overlap", options: { mode: "list" } satisfies OverlapOptions, summary: list } as const;
  const { report: trainReport, rows } = await read(
    sourceOf(train),
    { ...options, role: "train" },
    validations.length > 0 ? [listing] : [],
  );
  const maxFindings = options.maxFindings ?? DEFAULT_MAX_FINDINGS;
  const reports: DatasetReport[] = [];
  const together: FindingCollector[] = [];
  for (const source of validations.map(sourceOf)) {
    const findings = new FindingCollector(source.name, maxFindings);
    const compare: OverlapOptions = { mode: "compare", lines: list.lines, file: trainReport.file };
    const { report } = await read(
      source,
      { ...options, role: "validation" },
      [{ name: "overlap", options: compare, summary: {}, findings }],
      rows && { file: trainReport.file, rows },
    );
    if (trainReport.records > MAX_COMPARED_RECORDS) findings.add("overlap-not-checked", comparedOnly());
    reports.push(report);
    together.push(findings);
  }
  const max = options.maxRecords ?? limits.records.max;
  const last = together.at(-1);
  if (last) reportSum(trainReport, reports, { max, family: limits.family }, last);
  const count = (severity: Severity): number => together.reduce((sum, one) => sum + one.count(severity), 0);
  const errors = count("error");
  return {
    ok: errors === 0 && [trainReport, ...reports].every(({ ok }) => ok),
    train: trainReport,
    validations: reports,
    errors,
    warnings: count("warning"),
    findings: together.flatMap((one) => one.list()).slice(0, maxFindings),
    totalFindings: totalOf(together),
  };
}

/** Reports a sum of records over the quota, where no file is over it by itself. */
function reportSum(
  train: DatasetReport,
  validations: readonly DatasetReport[],
  { max, family }: { max: number; family: string },
  findings: FindingCollector,
): void {
  const validation = validations.reduce((sum, { records }) => sum + records, 0);
  const sum = train.records + validation;
  if (sum <= max || [train, ...validations].some(({ records }) => records > max)) return;
  const parts = `${grouped(train.records)} training and ${grouped(validation)} validation records`;
  findings.add("too-many-records", `${parts} are ${grouped(sum)}; the quota of ${family} is ${grouped(max)} together`);
}

function totalOf(collectors: readonly FindingCollector[]): FindingSet["totalFindings"] {
  const totals: Partial<Record<RuleId, number>> = {};
  for (const [rule, count] of collectors.flatMap((one) => Object.entries(one.totals()) as [RuleId, number][])) {
    totals[rule] = (totals[rule] ?? 0) + count;
  }
  return totals;
}

async function read(
  source: DatasetSource,
  options: CheckOptions,
  more: readonly AnalysisRequest[],
  trained?: TrainedRecords,
): Promise<{ report: DatasetReport; rows: RecordRows | undefined }> {
  const {
    baseModel,
    role = "train",
    customizationType,
    maxFindings = DEFAULT_MAX_FINDINGS,
    maxRecords,
    policy = {},
    quality = true,
    threads,
    comprehend,
    onServiceUse,
    onProgress,
  } = options;
  requireCount("maxFindings", maxFindings);
  if (maxRecords !== undefined) requireCount("maxRecords", maxRecords);
  if (threads !== undefined) requireCount("threads", threads);
  const summary = quality ? new QualitySummary(policy, trained) : undefined;
  const analyses = summary ? [...more, { name: "quality", options: undefined, summary } as const] : more;
  const limits = limitsForFile(source.name, baseModel, customizationType, role);
  const setup: CheckSetup = {
    file: source.name,
    limits,
    role,
    maxFindings,
    maxLineBytes: MAX_LINE_BYTES,
    policy,
    analyses: analyses.map(({ name, options: given }) => ({ name, options: given })),
  };
  const file = new FileCheck(setup, maxRecords, analyses);
  const tell = onProgress && (await progressOf(source, file, onProgress));
  const totalBytes = await source.size?.();
  await runBlocks(source, setup, file, { threads, totalBytes, onProgress: () => tell?.(false) });
  tell?.(true);
  // Taken now: where a service is asked, the source is read again.
  const stored = source.stored?.();
  const { sha256, findings } = file;
  const searched = { source, sha256, maxLineBytes: MAX_LINE_BYTES, policy, findings };
  const serviceUse =
    comprehend && (await searchWithComprehend(searched, comprehend, (use) => onServiceUse?.(use, source.name)));
  const finished = file.finish(baseModelId(baseModel) ?? baseModel);
  const report = { ...finished, ...stored, ...(serviceUse ? { serviceUse } : {}) };
  const profile = summary?.profile && profileOf(summary.profile);
  return { report: profile ? { ...report, profile } : report, rows: summary?.rows };
}

function sourceOf(source: string | DatasetSource): DatasetSource {
  return typeof source === "string" ? openSource(source) : source;
}

function requireCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new DatasetError("bad-option", `${option} is ${value}; it must be a whole number of at least 1.`);
}
