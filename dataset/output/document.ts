import type { CostEstimate } from "../cost";
import type { DatasetReport, FindingSet } from "../report";

/** The reports of files as one document: `--format json`, and `dataset.json` of a preview. Its schema is in `schemas/`. */
export interface ReportDocument {
  /** Whether no file has an error, nor the files together. */
  readonly ok: boolean;
  readonly reports: readonly (DatasetReport & { readonly cost?: CostEstimate })[];
  /** What only shows when a training file and its validation file are seen together. */
  readonly together?: Omit<FindingSet, "ok">;
}

/** Puts reports of files, and the findings of a pair, into one document. */
export function reportDocument(reports: ReportDocument["reports"], together?: FindingSet): ReportDocument {
  const ok = reports.every((report) => report.ok);
  if (together === undefined) return { ok, reports };
  const { errors, warnings, findings, totalFindings } = together;
  return { ok: ok && errors === 0, reports, together: { errors, warnings, findings, totalFindings } };
}
