import { RunError } from "@pulumi/pulumi";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatasetFile } from "./components/dataset";
import type { StackConfig } from "./config";
import {
  checkDataset,
  checkFiles,
  type CostEstimate,
  DatasetError,
  type DatasetReport,
  estimateCost,
  type FindingSet,
  formatCost,
  formatFindingSet,
  formatReport,
  formatServiceUse,
  htmlPage,
  parsePolicy,
  reportDocument,
  type ScanPolicy,
  summarizeReport,
  toSarif,
} from "./dataset";
import { dataset as settingsSchema, type DatasetSettings } from "./dataset-config";

/** Files of a job that have passed the preflight. */
export interface CheckedFiles {
  /** Absent when the job learns from invocation logs. */
  training?: DatasetFile;
  validation: DatasetFile[];
  /** What was found, for the stack's outputs. Holds no text of the files. */
  report: PreflightSummary;
  /** One line for each file that has warnings, and one for the estimate of cost. */
  notes: string[];
}

/** What was found in the files of a job: figures and counts. */
export interface PreflightSummary {
  files: (Pick<DatasetReport, "file" | "role" | "records" | "bytes" | "sha256" | "estimatedTokens"> & {
    /** How often each rule fired. */
    findings: DatasetReport["totalFindings"];
  })[];
  /** Findings that only show when the files are seen together. */
  together: FindingSet["totalFindings"];
  /** Absent without prices, and without a training file. */
  cost?: CostEstimate;
}

/** What every check found in the files of a job. */
export interface Checked {
  readonly reports: readonly DatasetReport[];
  readonly together?: FindingSet;
  readonly cost?: CostEstimate;
}

const asFile = (report: DatasetReport): DatasetFile => ({ path: report.file, sha256: report.sha256 });

/**
 * Checks the data sets of a job before anything is deployed: format, limits of the base model, what they hold, overlap of
 * training and validation data. Errors in a file would otherwise appear one by one, minutes to hours into a paid job.
 *
 * @throws {RunError} with every finding by line and column, or with the reason why a file cannot be checked
 */
export async function preflight(
  customization: StackConfig["customization"],
  settings: DatasetSettings = settingsSchema.parse({}),
): Promise<CheckedFiles> {
  try {
    const checked = await check(customization, settings);
    if (settings.reportFolder !== undefined) writeReports(settings.reportFolder, checked, "dataset.reportFolder");
    return accept(checked, settings.strict, commandFor(customization, settings));
  } catch (error) {
    throw error instanceof DatasetError ? new RunError(`The data set cannot be checked: ${error.message}`) : error;
  }
}

/** Runs every check on the files of a job under the settings of its stack. */
export async function check(
  customization: StackConfig["customization"],
  { policyFile, maxFindings, prices, comprehend }: DatasetSettings,
): Promise<Checked> {
  const { baseModel, type: customizationType, trainingData, validationData, hyperParameters } = customization;
  const elsewhere = [trainingData ?? "", ...validationData].find((file) => file.startsWith("s3://"));
  if (elsewhere !== undefined) {
    const copy = "the environment uploads the data itself, under its key. Name a local file";
    throw new DatasetError("bad-option", `"${elsewhere}" stands in S3; ${copy}.`);
  }
  const policy = policyFile === undefined ? undefined : readPolicy(policyFile);
  const options = { baseModel, customizationType, maxFindings, policy, comprehend };
  const validate = (file: string) => checkDataset(file, { ...options, role: "validation" });
  if (trainingData === undefined) return { reports: await Promise.all(validationData.map(validate)) };
  const { train, validations, ...together } = await checkFiles(trainingData, validationData, options);
  const epochs = Number(hyperParameters.epochCount ?? 1);
  return {
    reports: [train, ...validations],
    together: validations.length > 0 ? together : undefined,
    cost: prices && estimateCost(train, prices, Number.isFinite(epochs) ? epochs : 1),
  };
}

function readPolicy(path: string): ScanPolicy {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError("bad-option", `the policy ${path} (dataset.policyFile) cannot be read: ${reason}`);
  }
  return parsePolicy(value, path);
}

/**
 * Writes what was found as `dataset.html`, `dataset.json` and `dataset.sarif`, in a folder that is made where it is absent.
 *
 * @param asked - option that names the folder, for the message
 * @throws {DatasetError} `bad-option` when they cannot be written
 */
export function writeReports(folder: string, { reports, together, cost }: Checked, asked: string): void {
  const pages = reports.map((report) => ({ report, ...(cost && report.role === "train" ? { cost } : {}) }));
  const sets: FindingSet[] = [...reports, ...(together ? [together] : [])];
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "dataset.html"), htmlPage(pages, together?.findings));
    const document = reportDocument(
      pages.map(({ report, ...priced }) => ({ ...report, ...priced })),
      together,
    );
    writeFileSync(join(folder, "dataset.json"), `${JSON.stringify(document, null, 2)}\n`);
    writeFileSync(join(folder, "dataset.sarif"), `${JSON.stringify(toSarif(sets, "0.1.0"), null, 2)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError("bad-option", `the reports cannot be written to ${folder} (${asked}): ${reason}`);
  }
}

/** The command that shows the same report, for a POSIX shell. */
function commandFor(
  { baseModel, type, trainingData, validationData }: StackConfig["customization"],
  { policyFile, strict, maxFindings }: DatasetSettings,
): string {
  const quoted = (text: string) => (/^[\w./:@%+=-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const options = [
    `--model ${quoted(baseModel)}`,
    ...(type === "FINE_TUNING" ? [] : [`--type ${type}`]),
    ...(policyFile === undefined ? [] : [`--policy ${quoted(policyFile)}`]),
    ...(strict ? ["--strict"] : []),
    `--max-findings ${maxFindings}`,
  ];
  const files = validationData.map(quoted);
  const wanted =
    trainingData === undefined
      ? [...files, "--role validation"]
      : [quoted(trainingData), ...files.map((file) => `--validation ${file}`)];
  return `npm run dataset -- check ${[...wanted, ...options].join(" ")}`;
}

function accept({ reports, together, cost }: Checked, strict: boolean, command: string): CheckedFiles {
  const sets: FindingSet[] = [...reports, ...(together ? [together] : [])];
  if (sets.some(({ errors, warnings }) => errors > 0 || (strict && warnings > 0))) {
    const texts = [...reports.map((report) => formatReport(report)), ...(together ? [formatFindingSet(together)] : [])];
    throw new RunError(
      `The data set is not ready, so nothing has been deployed or paid for:\n${texts.join("\n")}\n` +
        `Correct the lines, then run the same command again. This shows the same report:\n  ${command}\n`,
    );
  }
  const training = reports.find(({ role }) => role === "train");
  return {
    training: training && asFile(training),
    validation: reports.filter(({ role }) => role === "validation").map(asFile),
    report: {
      files: reports.map(({ file, role, records, bytes, sha256, estimatedTokens, totalFindings }) => {
        return { file, role, records, bytes, sha256, estimatedTokens, findings: totalFindings };
      }),
      together: together?.totalFindings ?? {},
      ...(cost ? { cost } : {}),
    },
    notes: [
      ...reports.filter(({ warnings }) => warnings > 0).map(summarizeReport),
      ...reports.flatMap(({ file, serviceUse }) => (serviceUse ? [`${file}: ${formatServiceUse(serviceUse)}`] : [])),
      ...(cost ? [formatCost(cost)] : []),
    ],
  };
}
