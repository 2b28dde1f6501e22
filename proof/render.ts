/** Renders a proof or a diff as text, JSON or a page of HTML. */
import type { Comparison } from "./compare";
import { isWider, type AccessDiff, type StatementDiff } from "./diff";
import { formatProofSummary, type ProofReport, type Result } from "./prove";
import { threats } from "./threats";

/** A format of the command. */
export type Format = "text" | "json" | "html";

interface Section {
  title: string;
  rows: { mark: string; title: string; details: string[] }[];
}

const row = (one: Result): Section["rows"][number] => ({
  mark: one.asExpected ? (one.expected === "open" && one.allowed ? "OPEN" : "ok") : "UNEXPECTED",
  title: `${one.name}: ${one.allowed ? "allowed" : "denied"}`,
  details: [
    `Why: ${one.reason}`,
    `Would change it: ${one.change}`,
    ...(one.open === undefined
      ? []
      : [`Known: ${one.open.reason} ${one.open.accepted ? "Accepted by design." : "Not restricted yet."}`]),
  ],
});

function proofSections({ mustAllow, mustDeny, grants, findings }: ProofReport): Section[] {
  return [
    ...threats.map((threat) => ({
      title: `Must be denied: ${threat}`,
      rows: mustDeny.filter((one) => one.threat === threat).map(row),
    })),
    { title: "Must be allowed", rows: mustAllow.map(row) },
    {
      title: "Granted actions",
      rows: grants.map(({ source, statement, action, neededBy }) => ({
        mark: neededBy === undefined ? "NOT NEEDED" : "ok",
        title: `${action} by ${statement} of the ${source}`,
        details: [neededBy === undefined ? "Nothing that must be allowed fails without it." : `Needed by: ${neededBy}`],
      })),
    },
    {
      title: "Statements that do nothing",
      rows: findings.map(({ document, path, message }) => ({
        mark: "CHECK",
        title: `${document}, ${path}`,
        details: [message],
      })),
    },
  ];
}

const statementSections = (diff: StatementDiff): Section[] => {
  const lines = (mark: string, texts: string[]) => texts.map((title) => ({ mark, title, details: [] }));
  return [
    { title: "Granted by statements now", rows: lines("+", diff.grantsAdded) },
    { title: "No longer granted by statements", rows: lines("-", diff.grantsRemoved) },
    { title: "No longer denied by statements", rows: lines("-", diff.deniesRemoved) },
    { title: "Denied by statements now", rows: lines("+", diff.deniesAdded) },
  ];
};

function diffSections(diff: AccessDiff): Section[] {
  return [
    { title: "Can do now, and could not before", rows: diff.gained.map(row) },
    { title: "Could do before, and cannot now", rows: diff.lost.map(row) },
    ...statementSections(diff),
  ];
}

/** What somebody changed behind the stack's back. */
const driftSections = (drift: StatementDiff): Section[] =>
  statementSections(drift).map(({ title, rows }) => ({ title: `Changed since the last update: ${title}`, rows }));

/**
 * The proof in a format.
 *
 * @param drift What the live documents say and the stack does not remember; in JSON its member `drift`. Default: not asked.
 */
export function renderProof(report: ProofReport, format: Format, drift?: StatementDiff): string {
  if (format === "json") return `${JSON.stringify({ ...report, drift }, undefined, 2)}\n`;
  const title = `Access proof of stack ${report.stack} (account ${report.account}, ${report.region})`;
  const summary = `The proof ${formatProofSummary(report)}.`;
  const changed = drift === undefined ? [] : driftSections(drift);
  const warning = " Documents were changed behind the stack's back, and let somebody do more.";
  return render(
    title,
    drift !== undefined && isWider(drift) ? summary + warning : summary,
    [...changed, ...proofSections(report)],
    format,
  );
}

/** The diff in a format. */
export function renderDiff(diff: AccessDiff, format: Format): string {
  if (format === "json") return `${JSON.stringify(diff, undefined, 2)}\n`;
  const title = `Access of ${diff.after}, compared with ${diff.before}`;
  const same = diffSections(diff).every(({ rows }) => rows.length === 0);
  const summary = same
    ? "Nobody can do anything that they could not do before."
    : `${diff.gained.length} attempts newly succeed, ${diff.lost.length} no longer do.`;
  return render(title, summary, diffSections(diff), format);
}

/** A comparison in a format: what got wider comes first, gravest first. */
export function renderComparison(comparison: Comparison, format: Format): string {
  if (format === "json") return `${JSON.stringify(comparison, undefined, 2)}\n`;
  const { before, after, gravest, gained, lost, renamed, unread, attemptsNotMade } = comparison;
  const differences = diffSections(comparison).some(({ rows }) => rows.length > 0);
  const summary = [
    gravest.length > 0 && `${gravest.length} of the changes let somebody do more; the gravest come first.`,
    differences
      ? `${gained.length} attempts newly succeed, ${lost.length} no longer do.`
      : "Nobody can do anything that they could not do before.",
    attemptsNotMade !== undefined && `Attempts were not compared: ${attemptsNotMade}`,
    unread.length > 0 && `${unread.length} documents could not be read; they are listed at the end.`,
  ];
  const sections: Section[] = [
    {
      title: "Look at this first",
      rows: gravest.map(({ what, why }) => ({ mark: "WIDER", title: what, details: [`Why it matters: ${why}`] })),
    },
    ...diffSections(comparison),
    {
      title: "Taken for the same under another name",
      rows: renamed.map((one) => ({ mark: "=", title: `${one.after} was ${one.before}`, details: [] })),
    },
    {
      title: "Not read, and not compared",
      rows: unread.map(({ what, why, side }) => ({
        mark: "CHECK",
        title: `${what}${side === "both" ? "" : ` (only ${side})`}`,
        details: [why],
      })),
    },
  ];
  return render(`Access of ${after}, compared with ${before}`, summary.filter(Boolean).join(" "), sections, format);
}

function render(title: string, summary: string, sections: Section[], format: "text" | "html"): string {
  const filled = sections.filter(({ rows }) => rows.length > 0);
  return format === "text" ? asText(title, summary, filled) : asHtml(title, summary, filled);
}

function asText(title: string, summary: string, sections: Section[]): string {
  const lines = sections.flatMap((section) => [
    "",
    section.title,
    ...section.rows.flatMap(({ mark, title: text, details }) => [
      `  ${mark.padEnd(10)} ${text}`,
      ...details.map((detail) => `             ${detail}`),
    ]),
  ]);
  return [title, summary, ...lines, ""].join("\n");
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/gu, (character) => escapes[character] ?? character);

/** Light and dark by the reader's setting, readable on a narrow screen and on paper. */
const style = `:root{color-scheme:light dark;--ink:#1b2430;--soft:#55606d;--paper:#fff;--rule:#dfe3e8;--good:#1f7a4d;--bad:#b42318;--bad-row:#fdecea;--open:#8a5b00;--open-row:#fff6da}
@media (prefers-color-scheme:dark){:root{--ink:#e7ebf0;--soft:#9aa7b5;--paper:#12161b;--rule:#2c343d;--good:#5cc48f;--bad:#ff8a7a;--bad-row:#3a1c1a;--open:#e0b050;--open-row:#332a12}}
@media print{:root{color-scheme:light;--ink:#1b2430;--soft:#55606d;--paper:#fff;--rule:#ccc;--good:#1f7a4d;--bad:#b42318;--bad-row:#fdecea;--open:#8a5b00;--open-row:#fff6da}tr{break-inside:avoid}}
body{margin:2rem auto;padding:0 1rem;max-width:70rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin:2rem 0 .5rem}a{color:inherit}
nav ul{margin:0;padding-left:1.2rem}nav b,tr.bad td:first-child{color:var(--bad)}nav i,tr.open td:first-child{color:var(--open);font-style:normal;font-weight:600}
table{border-collapse:collapse;width:100%}td{border-top:1px solid var(--rule);padding:.35rem .6rem;vertical-align:top}
td:first-child{width:7.5rem;font-size:.8rem;font-weight:600;color:var(--good);overflow-wrap:normal}
tr.bad{background:var(--bad-row)}tr.open{background:var(--open-row)}small{display:block;color:var(--soft)}
@media (max-width:40rem){td{display:block}td:first-child{width:auto;padding-bottom:0}td+td{border-top:0;padding-top:0}}`;

const badMarks = ["UNEXPECTED", "NOT NEEDED", "CHECK", "WIDER"];

function kindOf(mark: string): "bad" | "open" | "" {
  return mark === "OPEN" ? "open" : badMarks.includes(mark) ? "bad" : "";
}

/** How many rows of a section there are, and how many of them want to be looked at. */
function countOf({ rows }: Section): string {
  const bad = rows.filter(({ mark }) => kindOf(mark) === "bad").length;
  const open = rows.filter(({ mark }) => kindOf(mark) === "open").length;
  const parts = [
    String(rows.length),
    ...(bad > 0 ? [`<b>${bad} to look at</b>`] : []),
    ...(open > 0 ? [`<i>${open} open and known</i>`] : []),
  ];
  return parts.join(", ");
}

/** One page that loads nothing and runs nothing. */
function asHtml(title: string, summary: string, sections: Section[]): string {
  const contents = sections.map(
    (section, index) => `<li><a href="#part-${index + 1}">${escaped(section.title)}</a>: ${countOf(section)}</li>`,
  );
  const tables = sections.map(({ title: heading, rows }, index) => {
    const cells = rows.map(
      ({ mark, title: text, details }) =>
        `<tr class="${kindOf(mark)}"><td>${escaped(mark)}</td><td>${escaped(text)}` +
        `${details.map((detail) => `<small>${escaped(detail)}</small>`).join("")}</td></tr>`,
    );
    const id = `part-${index + 1}`;
    return `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(heading)}</h2>\n<table>\n${cells.join("\n")}\n</table></section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(summary)}</p>
<nav aria-label="Parts"><ul>
${contents.join("\n")}
</ul></nav>
<main>
${tables.join("\n")}
</main>
</body>
</html>
`;
}
