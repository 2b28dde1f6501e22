import type { RuleId } from "../rules";

/** A part of a text that a rule is about: UTF-16 offsets, end exclusive. */
export interface TextHit {
  readonly rule: RuleId;
  readonly start: number;
  readonly end: number;
  /** What was found, without the text itself. */
  readonly message: string;
}

/** A text with what gates ask about it, worked out once for all detectors. */
export interface TextView {
  readonly text: string;
  readonly lower: string;
  /** No character beyond U+007F. */
  readonly ascii: boolean;
  readonly digits: boolean;
  /** Holds 32 or more characters of base64 in a row. */
  readonly longRun: boolean;
}

/** Looks for one kind of thing. */
export interface Detector {
  readonly rule: RuleId;
  readonly message: string;
  /** Cheap test that skips almost every text; must be true for every text with a hit. */
  readonly gate: (view: TextView) => boolean;
  /** Candidates: global, and linear in the length of the text. */
  readonly pattern: RegExp;
  /** Decides about a candidate. Default: every candidate counts. */
  readonly accept?: (candidate: string, text: string, start: number) => boolean;
}

/** A gate for texts that hold one of some words, given in lower case. */
export function anyWord(...words: readonly string[]): Detector["gate"] {
  return ({ lower }) => words.some((word) => lower.includes(word));
}

/** Hits of all detectors in one text, in the order of the detectors. */
export function detect(detectors: readonly Detector[], text: string): TextHit[] {
  const hits: TextHit[] = [];
  const view: TextView = {
    text,
    lower: text.toLowerCase(),
    ascii: !/[^\0-\x7F]/.test(text),
    digits: /\d/.test(text),
    longRun: hasRun(text, 32),
  };
  for (const { rule, message, gate, pattern, accept } of detectors) {
    if (!gate(view)) continue;
    // Not matchAll: it makes a new expression at each call, which costs more than most searches.
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const start = match.index;
      if (accept && !accept(match[0], text, start)) continue;
      hits.push({ rule, start, end: start + match[0].length, message });
    }
  }
  return hits;
}

/** Whether `length` characters of base64 stand in a row. Looks at every `length`th character first: a run cannot miss all. */
function hasRun(text: string, length: number): boolean {
  for (let probe = length - 1; probe < text.length; probe += length) {
    if (!isBase64(text.charCodeAt(probe))) continue;
    let start = probe;
    while (start > 0 && probe - start < length && isBase64(text.charCodeAt(start - 1))) start--;
    let end = probe + 1;
    while (end < text.length && end - start < length && isBase64(text.charCodeAt(end))) end++;
    if (end - start >= length) return true;
  }
  return false;
}

function isBase64(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (code >= 0x2f && code <= 0x39) || code === 0x2b;
}

/** The characters before a candidate, for rules that need a word beside a number. */
export function before(text: string, start: number, length = 40): string {
  return text.slice(Math.max(0, start - length), start);
}
