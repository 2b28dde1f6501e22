import { isObject } from "../formats/format";
import { locateAll } from "../json-inspect";
import type { RuleId } from "../rules";
import type { TextHit } from "../scan/detector";
import type { TextPart } from "../service/line-parts";
import type { DetectorSet } from "../scan/detector-set";
import { findInRecord } from "../scan/record-hits";
import { placeholderOf } from "./placeholders";

/** A line without what was sensitive in it. */
export interface RedactedLine {
  readonly text: string;
  /** Rules of what was replaced, once per place. */
  readonly replaced: readonly RuleId[];
}

type Part = Pick<TextHit, "rule" | "start" | "end">;

/** Replacing one thing can bring another to light; after this many rounds the whole text is replaced. */
const MAX_ROUNDS = 4;

const REDACTED_LINE = JSON.stringify({ redacted: "[LINE]" });

/**
 * Replaces everything sensitive in a line of JSONL. Whatever is not sensitive stays as it is written: spacing, order, escapes.
 * A line that was JSON is JSON afterwards; a number that is sensitive becomes a string. A broken line is taken as text.
 *
 * @param more - parts of its texts that are sensitive besides what the detectors find
 */
export function redactLine(line: string, detectors: DetectorSet, more: readonly TextPart[] = []): RedactedLine {
  const replaced: RuleId[] = [];
  let text = line;
  if (more.length > 0) {
    const located = locateParts(line, more);
    const parts = withoutOverlap([...sensitiveParts(line, detectors), ...(located ?? [])]);
    text = replaceParts(line, parts);
    if (!located || parsed(text) === undefined) return withoutLine(more);
    for (const { rule } of parts) replaced.push(rule);
  }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const parts = sensitiveParts(text, detectors);
    if (parts.length === 0) return { text, replaced };
    // One by one: a long line has more parts than a call may have arguments.
    for (const { rule } of parts) replaced.push(rule);
    const wasJson = parsed(text) !== undefined;
    const next = replaceParts(text, parts);
    text = wasJson && parsed(next) === undefined ? JSON.stringify(redactValue(parsed(text)!.value, detectors)) : next;
  }
  if (sensitiveParts(text, detectors).length === 0) return { text, replaced };
  return { text: REDACTED_LINE, replaced };
}

/** What stands for a line of which these parts cannot be told from the others. */
export function withoutLine(parts: readonly Pick<TextPart, "rule">[]): RedactedLine {
  return { text: REDACTED_LINE, replaced: parts.map(({ rule }) => rule) };
}

/** Parts of texts by their place in the source; undefined where one stands nowhere as it reads. */
function locateParts(line: string, parts: readonly TextPart[]): Part[] | undefined {
  const offsets = locateAll(
    line,
    parts.flatMap(({ path, start, end }) => [start, end].map((at) => ({ path, at }))),
  );
  const located = parts.map(({ rule }, index) => ({ rule, start: offsets[index * 2]!, end: offsets[index * 2 + 1]! }));
  return located.every(({ start, end }) => end > start) ? located : undefined;
}

/** What is sensitive in a line, by its place in the source: in its strings as they read, and in the line as it stands. */
export function sensitiveParts(line: string, detectors: DetectorSet): Part[] {
  // Escapes are taken for the blanks that most of them stand for, so that places stay.
  const parts: Part[] = [...detectors.find(line.replace(/\\[nrtbf"\\/]/g, "  "))];
  const record = line.includes("\\") ? parsed(line)?.value : undefined;
  if (isObject(record)) {
    const hits = findInRecord(detectors, record);
    const offsets = locateAll(
      line,
      hits.flatMap(({ path, start, end }) => [start, end].map((at) => ({ path, at }))),
    );
    hits.forEach(({ rule }, index) => {
      const [start, end] = [offsets[index * 2]!, offsets[index * 2 + 1]!];
      if (end > start) parts.push({ rule, start, end });
    });
  }
  return withoutOverlap(parts);
}

/** Parts that overlap become one, of the kind of the first. */
function withoutOverlap(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of [...parts].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined[joined.length - 1];
    if (!last || part.start >= last.end) joined.push(part);
    else joined[joined.length - 1] = { ...last, end: Math.max(last.end, part.end) };
  }
  return joined;
}

function replaceParts(text: string, parts: readonly Part[]): string {
  let result = "";
  let done = 0;
  for (const { rule, start, end } of parts) {
    result += text.slice(done, start) + placeholderOf(rule);
    done = end;
  }
  return result + text.slice(done);
}

/** A parsed value with everything sensitive replaced, in keys, strings and numbers. */
function redactValue(value: unknown, detectors: DetectorSet): unknown {
  if (typeof value === "string") return replaceParts(value, withoutOverlap(detectors.find(value)));
  if (typeof value === "number") {
    const [hit] = detectors.find(String(value));
    return hit ? placeholderOf(hit.rule) : value;
  }
  if (Array.isArray(value)) return value.map((one) => redactValue(one, detectors));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [redactValue(key, detectors), redactValue(child, detectors)]),
  );
}

function parsed(line: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) as unknown };
  } catch (error) {
    // A broken line is an ordinary case: it is redacted as text.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
