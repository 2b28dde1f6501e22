import type { RuleId } from "../rules";
import { type Folded, foldText } from "./fold";
import type { CharacterKind } from "./kinds";
import type { RunKind } from "./long-runs";

/** A part of a text that a rule is about: UTF-16 offsets, end exclusive. */
export interface TextHit {
  readonly rule: RuleId;
  readonly start: number;
  readonly end: number;
  /** What was found, without the text itself. */
  readonly message: string;
}

/** What is to be said of a candidate that counts, where that differs from the detector's own words or pattern. */
export interface Accepted {
  readonly message?: string;
  /** Offset in the text where the hit begins. Default: where the candidate begins. */
  readonly start?: number;
  /** Offset in the text where the hit ends; the search goes on there. Default: where the candidate ends. */
  readonly end?: number;
}

/**
 * Looks for one kind of thing. What a text with a hit must have (`words`, `digits`, `nonAscii`, `probe`, `run`) can be asked
 * for all detectors at once, see `DetectorSet`; a test holds it to be true of every hit.
 */
export interface Detector {
  readonly rule: RuleId;
  readonly message: string;
  /** Groups of words; one of each group must be in the text, in any case. `0` stands for any digit. Default: none. */
  readonly words?: readonly (readonly string[])[];
  /**
   * Digits of one number, with at most three other bytes between two of them: blanks, letters, characters beyond ASCII, or one of
   * `.-/()_`. Default: none.
   */
  readonly digits?: number;
  /** Digits with at most three bytes of any kind between two of them. Default: none. */
  readonly spreadDigits?: number;
  /** A character beyond U+007F, of a kind. Default: none. */
  readonly nonAscii?: CharacterKind;
  /** A match of this expression, which is much cheaper than the pattern. Default: none. */
  readonly probe?: RegExp;
  /** A kind of long run. Default: none. */
  readonly run?: RunKind;
  /** Candidates: global, and linear in the length of the text. */
  readonly pattern: RegExp;
  /** Decides about a candidate. Default: every candidate counts. */
  readonly accept?: (candidate: string, text: string, start: number) => boolean | Accepted;
}

/** Hits of one detector in one text at most; a text with more is broken anyway, and holding them all would cost memory. */
export const MAX_HITS = 10_000;

/**
 * Candidates of one detector in one text at most. Judging one can take microseconds, so a line of 16 MiB made of them
 * would take minutes; no record that a model can take has as many.
 */
export const MAX_CANDIDATES = 50_000;

/** Adds the hits of one detector in one text, of at most {@link MAX_CANDIDATES} candidates and at most {@link MAX_HITS}. */
export function search({ rule, message, pattern, accept }: Detector, text: string, hits: TextHit[]): void {
  // Not matchAll: it makes a new expression at each call, which costs more than most searches.
  pattern.lastIndex = 0;
  let left = MAX_HITS;
  let candidates = MAX_CANDIDATES;
  for (let match = pattern.exec(text); match && left > 0 && candidates > 0; match = pattern.exec(text)) {
    candidates--;
    const at = match.index;
    const verdict = accept ? accept(match[0], text, at) : true;
    if (verdict === false) continue;
    const { start = at, end = at + match[0].length, ...said } = verdict === true ? {} : verdict;
    pattern.lastIndex = Math.max(end, at + 1);
    hits.push({ rule, start, end, message: said.message ?? message });
    left--;
  }
}

/** Hits of all detectors in one text, in the order of the detectors, each looking through the whole text. */
export function detect(detectors: readonly Detector[], text: string): TextHit[] {
  const hits: TextHit[] = [];
  for (const detector of detectors) search(detector, text, hits);
  const folded = foldText(text);
  if (folded) {
    const found: TextHit[] = [];
    for (const detector of detectors) if (isFolding(detector)) search(detector, folded.text, found);
    addFolded(folded, found, hits);
  }
  return settle(hits);
}

/** Whether a detector looks through folded text as well: all do but those of what folding takes away. */
export function isFolding({ rule }: Detector): boolean {
  return rule !== "hidden-text" && rule !== "homoglyphs";
}

/** Adds what was found in a folded text, at its places in the original, less what was found there as it is. */
export function addFolded(folded: Folded, found: readonly TextHit[], hits: TextHit[]): void {
  const known = new Map<RuleId, Covered>();
  for (const hit of [...hits].sort((a, b) => a.start - b.start)) {
    const covered = known.get(hit.rule) ?? { starts: [], ends: [] };
    known.set(hit.rule, covered);
    covered.starts.push(hit.start);
    covered.ends.push(Math.max(covered.ends.at(-1) ?? 0, hit.end));
  }
  for (const hit of found) {
    const [start, end] = [folded.place(hit.start), folded.place(hit.end)];
    if (!overlaps(known.get(hit.rule), start, end)) hits.push({ ...hit, start, end });
  }
}

/** Where hits of a rule stand: their starts in order, and the greatest end up to each. A text can have very many. */
interface Covered {
  readonly starts: number[];
  readonly ends: number[];
}

function overlaps(covered: Covered | undefined, start: number, end: number): boolean {
  if (!covered) return false;
  let [from, to] = [0, covered.starts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (covered.starts[middle]! < end) from = middle + 1;
    else to = middle;
  }
  return from > 0 && covered.ends[from - 1]! > start;
}

/**
 * Without the personal data that are part of a longer or more telling find: a phone number inside an IBAN, the
 * assignment of what is an AWS key. Only among these: text that hides something is reported wherever it stands.
 */
export function settle(hits: TextHit[]): TextHit[] {
  if (hits.length < 2) return hits;
  const ordered = [...hits].sort((a, b) => a.start - b.start || b.end - a.end || rank(a.rule) - rank(b.rule));
  const dropped = new Set<TextHit>();
  let widest: TextHit | undefined;
  for (const hit of ordered) {
    if (widest && isPartOf(hit, widest)) dropped.add(hit);
    else if (/^(?:pii|secret)-/.test(hit.rule) && hit.end > (widest?.end ?? 0)) widest = hit;
  }
  return dropped.size === 0 ? hits : hits.filter((hit) => !dropped.has(hit));
}

function isPartOf(hit: TextHit, other: TextHit): boolean {
  const isWeak = hit.rule.startsWith("pii-") || hit.rule === "secret-assignment";
  return isWeak && hit.rule !== other.rule && hit.start >= other.start && hit.end <= other.end;
}

/** Of two finds in the same place the first in this order counts. */
const ranks: readonly string[] = [
  "secret",
  "pii-iban",
  "pii-card",
  "pii-us-ssn",
  "pii-national-id",
  "pii-email",
  "pii-ip",
];

function rank(rule: RuleId): number {
  const found = ranks.findIndex(
    (start) => rule === start || (start === "secret" && /^secret-(?!assignment)/.test(rule)),
  );
  return found < 0 ? ranks.length : found;
}

/** The characters before a candidate, for rules that need a word beside a number. The window also covers the words' own length. */
export function before(text: string, start: number, length = 40): string {
  return text.slice(Math.max(0, start - length), start);
}
