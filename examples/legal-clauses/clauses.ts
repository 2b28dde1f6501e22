import { collapse, type Licence, words } from "./licences";

/** A clause as it stands in a licence, in one line. */
export interface Clause {
  readonly licence: Licence;
  /** Heading of its section, without number; absent when the licence has none. */
  readonly title?: string;
  readonly text: string;
}

/** Lengths in characters that make a clause worth summarizing and still easy to read. */
const MIN_CLAUSE = 220;
const MAX_CLAUSE = 2400;

/** From here on a licence holds notes on how to use it, not terms. */
const endOfTerms = /^(?:end of terms|how to (?:apply|use)|appendix|exhibit|schedule|annex|addendum)\b/i;

/** Copyright lines, addresses, placeholders to fill in, broken characters, e-mail addresses: not terms, or not for training. */
const unwanted = [
  /^(?:\W*|portions? )(?:copyright|copr\b|©|\(c\) ?\d)/i,
  /\(c\) ?(?:\d{4}|copyright)/i,
  /<[a-z][^<>]{2,40}>/i,
  /\[(?:year|yyyy|name|insert|fullname|copyright)[^\]]*\]/i,
  /_{3,}|\.{5,}|\*{4,}|={4,}|-{5,}/,
  /\b(?:street|suite|floor|avenue|blvd)\b.+\b\d{5}\b/i,
  /[Ê\uFFFD]/,
  /[^\s@]+@[^\s@]+|\bat\b.{1,20}\bdot (?:com|org|edu)\b/i,
];

/** Number of a section or subsection: "4.", "Section 4 –", "IV.", "3.2", "10)". */
const sectionNumber =
  /^(?:(?:section|article|clause) )?(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}(?=[.):]))[.):]?(?: [–—-])?\s+/i;

/** List item that belongs to what announces it. */
const subItem = /^(?:\(?[a-z]\)|\([ivx\d]{1,4}\)|[a-z]\.\s|[-*•·o]\s)/i;

/** Heading that stands before the text of its own paragraph: "6. Limitation on Liability. In no event ...". */
const runInHeading = /^([A-Z][^.:;,]{3,60})[.:] ["“(]?[A-Z]/;

/**
 * Cuts a licence into clauses. Paragraphs are separated by blank lines; a heading or a numbered paragraph begins a new
 * clause, list items stay with the paragraph that announces them. Paragraphs that are not terms are left out, and so is
 * what is too short, too long or not English.
 */
export function clausesOf(licence: Licence): Clause[] {
  const clauses: Clause[] = [];
  let title: string | undefined;
  let parts: string[] = [];
  const finish = (): void => {
    const text = parts.join(" ");
    parts = [];
    if (isUsable(text)) clauses.push({ licence, ...(title === undefined ? {} : { title }), text });
  };
  for (const paragraph of paragraphs(licence.text)) {
    const heading = headingOf(paragraph);
    if (endOfTerms.test(heading ?? paragraph)) break;
    if (heading !== undefined) {
      finish();
      title = isNameOf(licence, heading) ? undefined : heading;
      continue;
    }
    if (!continues(parts, paragraph)) finish();
    if (parts.length === 0 && sectionNumber.test(paragraph)) title = runIn(paragraph);
    parts.push(paragraph);
  }
  finish();
  return clauses;
}

function paragraphs(text: string): string[] {
  return withoutCommentStars(text)
    .split(/\n[ \t]*\n/)
    .flatMap(splitHeadingLine)
    .map(collapse)
    .filter((paragraph) => paragraph !== "");
}

/** Some licences are the comment at the top of a source file: nearly every line begins with a star. */
function withoutCommentStars(text: string): string {
  const lines = text.split("\n");
  const starred = lines.filter((line) => /^\s*\*/.test(line)).length;
  return starred * 2 > lines.length ? lines.map((line) => line.replace(/^\s*\*+\/?/, "")).join("\n") : text;
}

/** Some licences put a heading on the line above its paragraph without a blank line between. */
function splitHeadingLine(block: string): string[] {
  const end = block.trimStart().indexOf("\n");
  if (end < 0) return [block];
  const first = block.trimStart().slice(0, end);
  return headingOf(collapse(first)) === undefined ? [block] : [first, block.trimStart().slice(end)];
}

/** The heading without its number, if the paragraph is nothing else: short, in title case or capitals, no sentence. */
function headingOf(line: string): string | undefined {
  if (line.length > 90 || /^\(|\bcopyright \d/i.test(line) || /^\W*copyright\b/i.test(line)) return undefined;
  const bare = line.replace(sectionNumber, "").replace(/[.:]$/, "").trim();
  return isTitle(bare) && !/[,;.]/.test(bare) ? bare : undefined;
}

/** Whether a heading only repeats the name of the licence, or says no more than "License". */
function isNameOf(licence: Licence, heading: string): boolean {
  const name = new Set([...words(licence.name), "license", "licence", "the"]);
  return words(heading).every((word) => name.has(word));
}

function runIn(paragraph: string): string | undefined {
  const heading = runInHeading.exec(paragraph.replace(sectionNumber, ""))?.[1];
  return heading !== undefined && isTitle(heading) ? heading : undefined;
}

/** At most nine words, and every word of more than four letters begins with a capital. */
function isTitle(text: string): boolean {
  const all = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (all.length === 0 || all.length > 9 || !/^["“(]?[A-Z]/.test(text)) return false;
  return all.every((word) => word.length < 5 || /^[\p{Lu}\p{N}]/u.test(word));
}

function continues(parts: readonly string[], next: string): boolean {
  const last = parts.at(-1);
  if (last === undefined) return true;
  if (sectionNumber.test(next)) return false;
  return /[:;,]$|\b(?:and|or)$/.test(last) || /^[a-z]/.test(next) || subItem.test(next);
}

function isUsable(text: string): boolean {
  if (text.length < MIN_CLAUSE || text.length > MAX_CLAUSE) return false;
  return !unwanted.some((pattern) => pattern.test(text)) && isEnglish(text);
}

const commonEnglish = new Set("the of and to or any in this that for is by be not with you may as are it".split(" "));

/** At least a fifth of the words are among the most common English ones; other languages stay below a twentieth. */
function isEnglish(text: string): boolean {
  const all = words(text);
  return all.filter((word) => commonEnglish.has(word)).length * 5 >= all.length;
}

/**
 * Leaves out clauses that nearly repeat an earlier one, so that the same disclaimer is not learned fifty times: of the
 * four-word sequences of a clause, more than 70 % stand in one earlier clause.
 */
export function withoutNearDuplicates(clauses: readonly Clause[]): Clause[] {
  const owners = new Map<string, number[]>();
  return clauses.filter((clause, index) => {
    const all = words(clause.text);
    const sequences = new Set(all.slice(3).map((_, at) => all.slice(at, at + 4).join(" ")));
    const shared = new Map<number, number>();
    for (const sequence of sequences) {
      for (const owner of owners.get(sequence) ?? []) shared.set(owner, (shared.get(owner) ?? 0) + 1);
    }
    if (Math.max(0, ...shared.values()) > sequences.size * 0.7) return false;
    for (const sequence of sequences) {
      const list = owners.get(sequence);
      if (list) list.push(index);
      else owners.set(sequence, [index]);
    }
    return true;
  });
}
