import { type CostEstimate, formatCost, formatServiceUse } from "../cost";
import { atCaret } from "../excerpt";
import type { Finding } from "../findings";
import { grouped } from "../quantities";
import type { DatasetReport, FindingSet } from "../report";
import { type RuleId, rules, type Severity } from "../rules";
import { pageStyle } from "./html-style";
import type { DatasetProfile, LengthProfile } from "./profile";

/** A report with what its file costs, if prices were given. */
export interface PageReport {
  readonly report: DatasetReport;
  readonly cost?: CostEstimate;
}

/**
 * One page about one or several files: totals, findings, histograms, languages, labels. It needs nothing but itself: no
 * script, no address that is loaded. Every text of a file is escaped, and sensitive parts are masked as in the report.
 */
export function htmlPage(pages: readonly PageReport[], together: readonly Finding[] = []): string {
  const failed = pages.some(({ report }) => !report.ok) || together.some(({ severity }) => severity === "error");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(["Data set report", ...pages.map(({ report }) => report.file)].join(" · "))}</title>
<style>${pageStyle}</style>
</head>
<body>
<header><h1>Data set report</h1><p class="verdict ${failed ? "bad" : "good"}">${failed ? "Not ready for a job" : "Ready for a job"}</p></header>
<main>
${pages.map((page, index) => section(page, `file-${index + 1}`)).join("\n")}
${together.length > 0 ? `<section aria-labelledby="together"><h2 id="together">Files together</h2>${findingsTable({ findings: together })}</section>` : ""}
</main>
</body>
</html>
`;
}

/** Text that stands for itself in HTML, also inside of attributes; what does not print is shown as a sign. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function section({ report, cost }: PageReport, id: string): string {
  const { file, role, family, format, sha256, profile, serviceUse } = report;
  const parts = [
    `<h2 id="${id}">${escapeHtml(file)}</h2>`,
    `<p class="about">${escapeHtml(`${role}, ${family}, ${format}`)}<br>SHA-256 <code>${escapeHtml(sha256)}</code></p>`,
    tiles(report),
    ...(cost ? [`<p class="cost">${escapeHtml(formatCost(cost))}</p>`] : []),
    ...(serviceUse ? [`<p class="cost">${escapeHtml(formatServiceUse(serviceUse))}</p>`] : []),
    ...(profile ? [charts(profile)] : []),
    "<h3>Findings</h3>",
    rulesTable(report),
    findingsTable(report),
  ];
  return `<section aria-labelledby="${id}">\n${parts.join("\n")}\n</section>`;
}

function tiles({ records, bytes, estimatedTokens, errors, warnings, profile }: DatasetReport): string {
  const figures: [string, number, string][] = [
    ["Records", records, ""],
    ["Bytes", bytes, ""],
    ["Tokens, estimated", estimatedTokens, ""],
    ["Errors", errors, errors > 0 ? "bad" : "good"],
    ["Warnings", warnings, warnings > 0 ? "warn" : "good"],
    ...(profile
      ? ([
          ["Repeated", profile.duplicates, profile.duplicates > 0 ? "warn" : ""],
          ["Nearly repeated", profile.nearDuplicates, profile.nearDuplicates > 0 ? "warn" : ""],
        ] as [string, number, string][])
      : []),
  ];
  const tile = ([name, value, kind]: [string, number, string]): string =>
    `<div class="tile ${kind}"><dt>${name}</dt><dd>${grouped(value)}</dd></div>`;
  return `<dl class="tiles">${figures.map(tile).join("")}</dl>`;
}

function charts({ prompts, completions, languages, labels, triggers }: DatasetProfile): string {
  const share = (name: string, rows: readonly (readonly [string, number])[]): string =>
    rows.length === 0 ? "" : `<figure><figcaption>${name}</figcaption>${shareBars(rows)}</figure>`;
  const phrases = triggers.map(
    ({ phrase, completion, records }) =>
      `<li><q>${escapeHtml(phrase)}</q> calls up <q>${escapeHtml(completion)}</q> in ${grouped(records)} records</li>`,
  );
  return `<div class="charts">
${histogram("Prompts", prompts)}
${histogram("Completions", completions)}
${share(
  "Languages of a sample",
  languages.map(({ language, records }) => [language, records]),
)}
${share("Labels", labels?.map(({ label, records }) => [label, records]) ?? [])}
</div>${phrases.length > 0 ? `<h3>Phrases that call up one answer</h3><ul>${phrases.join("")}</ul>` : ""}`;
}

const CHART = { width: 460, height: 170, left: 8, bottom: 34, top: 10 } as const;

/** A histogram as SVG: each bar has its figures as a tooltip, and the text below says what the picture shows. */
function histogram(name: string, profile: LengthProfile): string {
  const { histogram: bars, records, median, low, high, longest } = profile;
  if (records === 0) return "";
  const most = Math.max(...bars.map((bar) => bar.records));
  const width = (CHART.width - 2 * CHART.left) / bars.length;
  const base = CHART.height - CHART.bottom;
  const every = Math.ceil(bars.length / 7);
  const drawn = bars.map(({ from, to, records: count }, index) => {
    const height = count === 0 ? 0 : Math.max(1.5, (count / most) * (base - CHART.top));
    const x = CHART.left + index * width;
    const label =
      index % every === 0
        ? `<text x="${(x + width / 2).toFixed(1)}" y="${base + 16}" text-anchor="middle">${grouped(from)}</text>`
        : "";
    return (
      `<g><title>${grouped(from)} to ${grouped(to)} characters: ${grouped(count)} records</title>` +
      `<rect class="hit" x="${x.toFixed(1)}" y="${CHART.top}" width="${width.toFixed(1)}" height="${base - CHART.top}"/>` +
      `<rect class="bar" x="${(x + 1).toFixed(1)}" y="${(base - height).toFixed(1)}" width="${Math.max(1, width - 2).toFixed(1)}" height="${height.toFixed(1)}" rx="2"/></g>${label}`
    );
  });
  const text = `90 % have ${grouped(low)} to ${grouped(high)} characters; median ${grouped(median)}, longest ${grouped(longest)}`;
  return `<figure><figcaption>${name}</figcaption>
<svg viewBox="0 0 ${CHART.width} ${CHART.height}" role="img" aria-label="${name}: ${text}">
<line x1="${CHART.left}" y1="${base}" x2="${CHART.width - CHART.left}" y2="${base}"/>${drawn.join("")}
<text x="${CHART.width / 2}" y="${CHART.height - 3}" text-anchor="middle">characters</text>
</svg><p>${text}</p></figure>`;
}

function shareBars(rows: readonly (readonly [string, number])[]): string {
  const sum = rows.reduce((total, [, count]) => total + count, 0);
  const row = ([label, count]: readonly [string, number]): string => {
    const percent = ((count / sum) * 100).toFixed(1);
    return `<tr><th scope="row">${escapeHtml(label)}</th><td><div class="share" style="width:${percent}%"></div></td><td>${percent} %</td></tr>`;
  };
  return `<table class="shares">${rows.slice(0, 20).map(row).join("")}</table>`;
}

function rulesTable({ totalFindings, findings }: DatasetReport): string {
  const entries = Object.entries(totalFindings) as [RuleId, number][];
  if (entries.length === 0) return "<p>No rule has anything to say.</p>";
  const severityOf = (rule: RuleId): Severity =>
    findings.find((finding) => finding.rule === rule)?.severity ?? rules[rule].severity;
  const row = ([rule, count]: [RuleId, number]): string =>
    `<tr class="${severityOf(rule)}"><td><span class="badge">${severityOf(rule)}</span> <code>${rule}</code></td>` +
    `<td class="number">${grouped(count)}</td><td>${escapeHtml(rules[rule].explanation)}</td></tr>`;
  const isWarning = (rule: RuleId): number => (severityOf(rule) === "error" ? 0 : 1);
  const head =
    '<thead><tr><th scope="col">Rule</th><th scope="col">Findings</th><th scope="col">What it means</th></tr></thead>';
  return `<table>${head}<tbody>${entries
    .sort(([one, a], [other, b]) => isWarning(one) - isWarning(other) || b - a)
    .map(row)
    .join("")}</tbody></table>`;
}

/** Findings with their places. Where fewer are shown than there are, it says so. */
function findingsTable({ findings, totalFindings = {} }: Partial<FindingSet> & Pick<FindingSet, "findings">): string {
  if (findings.length === 0) return "";
  const hidden = Object.values(totalFindings).reduce((sum, count) => sum + count, 0) - findings.length;
  const more =
    hidden > 0 ? `<p class="more">${grouped(hidden)} more ${hidden === 1 ? "is" : "are"} not shown.</p>` : "";
  const row = ({ severity, rule, line, column, message, excerpt }: Finding): string => {
    const place = line === undefined ? "file" : `${line}:${column}`;
    const [before, marked, after] = excerpt ? atCaret(excerpt).map(escapeHtml) : [];
    const mark = marked === "" ? "" : `<mark>${marked}</mark>`;
    const shown = excerpt && excerpt.text !== "" ? `<pre>${before}${mark}${after}</pre>` : "";
    return `<tr class="${severity}"><td class="number">${place}</td><td><span class="badge">${severity}</span> <code>${rule}</code></td><td>${escapeHtml(message)}${shown}</td></tr>`;
  };
  const head =
    '<thead><tr><th scope="col">Line:column</th><th scope="col">Rule</th><th scope="col">Finding</th></tr></thead>';
  return `<div class="wide" role="region" aria-label="Findings by line" tabindex="0"><table>${head}<tbody>${findings.map(row).join("\n")}</tbody></table></div>${more}`;
}
