import type { RuleId } from "../rules";
import type { Answered } from "./ask";
import type { Piece } from "./documents";
import { ruleOfType, wordsOfType } from "./kinds";
import { type ComprehendSettings, IGNORED } from "./settings";

const DEFAULT_SCORE = 0.8;

/** A find of the service in a piece: UTF-16 offsets in the piece. */
export interface Find {
  readonly piece: Piece;
  readonly rule: RuleId;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What counts as found in a document, in the order of its lines. */
export function findsIn({ document: { text, pieces }, entities }: Answered, settings: ComprehendSettings): Find[] {
  const { minScore = DEFAULT_SCORE, ignore = IGNORED } = settings;
  const wanted = entities.filter(({ type, score }) => score >= minScore && !ignore.includes(type));
  const offsets = utf16Offsets(
    text,
    wanted.flatMap(({ begin, end }) => [begin, end]),
  );
  const found: Find[] = [];
  for (const { type, score, begin, end: last } of wanted) {
    const [from, to] = [offsets.get(begin) ?? text.length, offsets.get(last) ?? text.length];
    const piece = pieces.findLast(({ start }) => start <= from);
    if (!piece) continue;
    const [start, end] = [from - piece.start, Math.min(to - piece.start, piece.text.length)];
    if (end <= start) continue;
    const message = `${wordsOfType(type)}, found by Amazon Comprehend (score ${score.toFixed(2)})`;
    found.push({ piece, rule: ruleOfType(type), message, start, end });
  }
  return found.sort((a, b) => a.piece.line - b.piece.line);
}

/** UTF-16 offsets of code points that are counted from the beginning of a text. */
export function utf16Offsets(text: string, points: readonly number[]): Map<number, number> {
  const offsets = new Map<number, number>();
  let [point, offset] = [0, 0];
  for (const wanted of [...points].sort((a, b) => a - b)) {
    for (; point < wanted && offset < text.length; point++) offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
    offsets.set(wanted, offset);
  }
  return offsets;
}
