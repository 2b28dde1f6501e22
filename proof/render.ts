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

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td{border-top:1px solid #ccc;padding:.3rem .6rem;vertical-align:top;overflow-wrap:anywhere}
td:first-child{white-space:nowrap;font-weight:600}.bad{background:#fde7e7}.open{background:#fff6da}small{display:block;color:#444}`;

function asHtml(title: string, summary: string, sections: Section[]): string {
  const kind = (mark: string): string =>
    mark === "OPEN" ? "open" : ["UNEXPECTED", "NOT NEEDED", "CHECK", "WIDER"].includes(mark) ? "bad" : "";
  const tables = sections.map(({ title: heading, rows }) => {
    const cells = rows.map(
      ({ mark, title: text, details }) =>
        `<tr class="${kind(mark)}"><td>${escaped(mark)}</td><td>${escaped(text)}` +
        `${details.map((detail) => `<small>${escaped(detail)}</small>`).join("")}</td></tr>`,
    );
    return `<h2>${escaped(heading)}</h2>\n<table>\n${cells.join("\n")}\n</table>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>${style}</style>
<h1>${escaped(title)}</h1>
<p>${escaped(summary)}</p>
${tables.join("\n")}
</html>
`;
}
