import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clause, clausesOf, withoutNearDuplicates } from "./clauses";
import { type ClauseKind, kindOf } from "./kinds";
import { distinctLicences, pick, type Split, splitOf, withArticle } from "./licences";
import { isObligation, isWholeStatement, mostCentral, sentences, withoutNumber } from "./summary";

/** One training record for Llama 3.1. */
export interface PromptCompletion {
  readonly prompt: string;
  readonly completion: string;
}

/** So that long licences do not outweigh short ones. */
const MAX_CLAUSES_PER_LICENCE = 20;

/** A summary that repeats more than this share of the clause is none. */
const MAX_SUMMARY_SHARE = 0.6;

/** Every record with the file it belongs to, in the order of the files. */
export function records(): { split: Split; record: PromptCompletion; clause: Clause }[] {
  const clauses = distinctLicences().flatMap((licence) => clausesOf(licence));
  const perLicence = new Map<string, number>();
  return withoutNearDuplicates(clauses).flatMap((clause) => {
    const { id } = clause.licence;
    const used = perLicence.get(id) ?? 0;
    const made = used < MAX_CLAUSES_PER_LICENCE ? recordsOf(clause) : [];
    if (made.length > 0) perLicence.set(id, used + 1);
    return made.map((record) => ({ split: splitOf(clause.licence), record, clause }));
  });
}

/** Up to two records for a clause: what it says, and what it obliges to if that is not the same sentences. */
export function recordsOf(clause: Clause): PromptCompletion[] {
  const statements = sentences(clause.text).filter(isWholeStatement).map(withoutNumber);
  const kind = kindOf(clause);
  const summary = kind && extract(clause, statements);
  const obligations = extract(clause, statements.filter(isObligation));
  const made: PromptCompletion[] = [];
  if (kind && summary) {
    made.push({
      prompt: `${summaryTask(clause, kind)}: ${clause.text}`,
      completion: `${opening(clause, kind)} ${summary}`,
    });
  }
  if (obligations && obligations !== summary) {
    const prompt = `What are the key obligations in this clause: ${clause.text}`;
    made.push({ prompt, completion: `Under ${withArticle(clause.licence)}: ${obligations}` });
  }
  return made;
}

function summaryTask({ title, text }: Clause, kind: ClauseKind): string {
  if (pick(text, 2) === 0) return "Summarize the following legal clause";
  return `Explain the ${title === undefined ? kind.section : `"${title}"`} section of this licence`;
}

function opening({ licence, title }: Clause, kind: ClauseKind): string {
  const where = title === undefined ? "" : `, under "${title}"`;
  return `This clause ${kind.label}. It stands in ${withArticle(licence)}${where}. Its central statement:`;
}

/** The most central of the candidates: two if there are many, else one; undefined where that is hardly shorter than the clause. */
function extract({ text }: Clause, candidates: readonly string[]): string | undefined {
  for (const count of candidates.length > 5 ? [2, 1] : [1]) {
    const summary = mostCentral(candidates, count).join(" ");
    if (summary !== "" && summary.length <= text.length * MAX_SUMMARY_SHARE) return summary;
  }
  return undefined;
}

/**
 * Writes `train.jsonl` and `validation.jsonl` into a directory, which is created. The same package version gives the same bytes.
 *
 * @returns number of records per file
 */
export async function build(directory: string): Promise<Record<Split, number>> {
  await mkdir(directory, { recursive: true });
  const all = records();
  const counts = { train: 0, validation: 0 };
  for (const split of ["train", "validation"] as const) {
    const lines = all.filter((one) => one.split === split).map(({ record }) => `${JSON.stringify(record)}\n`);
    counts[split] = lines.length;
    await writeFile(join(directory, `${split}.jsonl`), lines.join(""));
  }
  return counts;
}

if (require.main === module) {
  build(join(__dirname, "data")).then(
    ({ train, validation }) => console.log(`${train} training records, ${validation} validation records`),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
