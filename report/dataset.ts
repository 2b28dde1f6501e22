/** What the preflight says about the data sets that a stack names. */
import { namespace, parseConfig } from "../config";
import {
  DatasetError,
  formatCost,
  formatFindingSet,
  formatReport,
  summarizeReport,
  type DatasetReport,
} from "../dataset";
import { check, writeReports } from "../preflight";

/** One data set of the stack. */
export interface DatasetLine {
  readonly summary: string;
  /** The findings, as `npm run dataset -- check` prints them; empty when there is none. */
  readonly findings: string;
}

/** The data sets of a stack, or why they cannot be reported. */
export type DatasetSection = { readonly files: readonly DatasetLine[] } | { readonly unknown: string };

/**
 * Checks the data sets again, as the preview did: the engine's output has the findings only when they stop it.
 *
 * @param config The stack's configuration by full key.
 * @param folder Where the preflight writes its page and its data. Default: nowhere.
 */
export async function datasetSection(
  config: Readonly<Record<string, string>>,
  folder?: string,
): Promise<DatasetSection> {
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${namespace}:`));
  try {
    const { customization, dataset } = parseConfig(
      Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length + 1), value])),
    );
    const checked = await check(customization, dataset);
    if (folder !== undefined) writeReports(folder, checked, "--datasets");
    const { reports, together, cost } = checked;
    const files = reports.map(lineOf);
    if (together && together.errors + together.warnings > 0) {
      const summary = `The files together: ${together.errors} errors, ${together.warnings} warnings`;
      files.push({ summary, findings: formatFindingSet(together) });
    }
    return { files: cost ? [...files, { summary: formatCost(cost), findings: "" }] : files };
  } catch (error) {
    if (error instanceof DatasetError || (error instanceof Error && error.name === "RunError")) {
      return { unknown: error.message };
    }
    throw error;
  }
}

function lineOf(report: DatasetReport): DatasetLine {
  const clean = report.errors + report.warnings === 0;
  return { summary: summarizeReport(report), findings: clean ? "" : formatReport(report) };
}
