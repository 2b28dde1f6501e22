import type { Exchange } from "./exchanges";

/** Different short completions of a file that are told apart; more are no labels. */
const MAX_LABELS = 256;
const LABEL_LENGTH = 60;
const LABEL_WORDS = 4;
/** Lines with one-word completions that are kept. */
const KEPT_LINES = 64;
const MAX_GROUPS = 256;
/** Completions that are remembered from their first time to their second; a power of two. */
const SEEN = 1 << 15;
/** Records with the same completion. */
export interface Group {
  readonly text: string;
  count: number;
  line: number;
}

/** What a worker hands over. */
export interface CompletionsPart {
  readonly records: number;
  readonly oneWord: number;
  readonly oneWordLines: readonly number[];
  readonly labels: readonly (readonly [string, number])[];
  readonly labelled: number;
  readonly overflow: boolean;
  readonly dropped: number;
  readonly groups: readonly (readonly [number, Group])[];
}

/**
 * Counts completions: those of one word, labels, and completions that come again and again. Of the last it holds the
 * {@link MAX_GROUPS} most frequent, in the way of the Space-Saving algorithm, so that memory does not grow with the file.
 */
export class Completions {
  records = 0;
  oneWord = 0;
  oneWordLines: number[] = [];
  labels = new Map<string, number>();
  /** Records whose completion is one of {@link labels}. */
  labelled = 0;
  /** True when there are more different short completions than labels can be. */
  overflow = false;
  private groups = new Map<number, Group>();
  /** How often rare groups were forgotten. */
  private dropped = 0;
  /** Completions that were seen once, as far as there is room, and where. */
  private readonly seen = new Uint32Array(SEEN);
  private readonly seenAt = new Float64Array(SEEN);

  /**
   * @param hash - of the completion
   * @param repeats - whether the whole record repeats an earlier one
   */
  add(hash: number, line: number, { completion }: Exchange, repeats: boolean): void {
    this.records++;
    const words = completion.length <= LABEL_LENGTH ? wordCount(completion.trim()) : Infinity;
    if (words === 1 && completion.trim() !== "") {
      this.oneWord++;
      if (this.oneWordLines.length < KEPT_LINES) this.oneWordLines.push(line);
    }
    if (words <= LABEL_WORDS) this.label(completion.trim().toLowerCase(), 1);
    const group = this.groups.get(hash);
    if (!group) {
      if (repeats) return;
      const slot = hash & (SEEN - 1);
      if (this.seen[slot] !== hash >>> 0) {
        this.seen[slot] = hash;
        this.seenAt[slot] = line;
        return;
      }
      if (this.groups.size >= MAX_GROUPS) this.dropRare();
      const text = detached(completion.slice(0, 200));
      this.groups.set(hash, { text, count: 2, line: this.seenAt[slot]! });
      return;
    }
    group.count++;
  }

  take(): CompletionsPart {
    const { records, oneWord, oneWordLines, labels, labelled, overflow, dropped } = this;
    const groups = [...this.groups];
    return { records, oneWord, oneWordLines, labels: [...labels], labelled, overflow, dropped, groups };
  }

  absorb(part: CompletionsPart): void {
    this.records += part.records;
    this.oneWord += part.oneWord;
    this.oneWordLines = [...this.oneWordLines, ...part.oneWordLines].sort((a, b) => a - b).slice(0, KEPT_LINES);
    this.overflow ||= part.overflow;
    this.dropped += part.dropped;
    for (const [text, count] of part.labels) this.label(text, count);
    for (const [hash, other] of part.groups) {
      const group = this.groups.get(hash);
      if (!group) this.groups.set(hash, { ...other });
      else {
        group.count += other.count;
        group.line = Math.min(group.line, other.line);
      }
    }
  }

  /** Completions that stand more than once, the most frequent first. */
  frequent(): Group[] {
    return [...this.groups.values()].sort((a, b) => b.count - a.count || a.line - b.line);
  }

  /**
   * The labels, if the file is for classification: at most `most` different short completions, or of longer ones that come
   * again and again, which nearly all records have and which each stand several times on average; the most frequent first.
   */
  labelSet(most: number): (readonly [string, number])[] | undefined {
    if (!this.overflow && this.areLabels(this.labels.size, this.labelled, most)) {
      return [...this.labels].sort(([, a], [, b]) => b - a);
    }
    const groups = this.frequent();
    const grouped = groups.reduce((sum, { count }) => sum + count, 0);
    const isSet = this.dropped === 0 && this.areLabels(groups.length, grouped, most);
    return isSet ? groups.map(({ text, count }) => [text, count] as const) : undefined;
  }

  private areLabels(labels: number, records: number, most: number): boolean {
    return labels >= 2 && labels <= most && records >= 0.9 * this.records && records >= 5 * labels;
  }

  private label(text: string, count: number): void {
    const known = this.labels.get(text);
    if (known === undefined && this.labels.size >= MAX_LABELS) {
      this.overflow = true;
      return;
    }
    this.labels.set(text, (known ?? 0) + count);
    this.labelled += count;
  }

  /** Makes room: forgets the rarer half. What is left is what comes again and again. */
  private dropRare(): void {
    this.dropped++;
    const counts = [...this.groups.values()].map(({ count }) => count).sort((a, b) => a - b);
    const middle = counts[Math.floor(counts.length / 2)]!;
    let left = Math.ceil(counts.length / 2);
    for (const [hash, { count }] of this.groups) {
      if (count > middle || left === 0) continue;
      this.groups.delete(hash);
      left--;
    }
  }
}

/** Scripts that are written without blanks between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese. */
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/;
/** The longest text without blanks whose words are counted one by one; in a longer one three characters count as a word. */
const SEGMENTED = 3 * LABEL_WORDS;
/** Up to this many characters without a blank are one word, such as 是的. */
const ONE_WORD = 3;
let segmenter: Intl.Segmenter | undefined;

/** Words of a short text, at most one more than a label has, also where no blank stands between them. */
export function wordCount(text: string): number {
  const parts = text.split(/\s+/, LABEL_WORDS + 1);
  if (parts.length > LABEL_WORDS || !unspaced.test(text)) return parts.length;
  if (text.length <= ONE_WORD) return parts.length;
  if (text.length > SEGMENTED) return LABEL_WORDS + 1;
  segmenter ??= new Intl.Segmenter("und", { granularity: "word" });
  let words = 0;
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike) words++;
  return Math.max(1, Math.min(words, LABEL_WORDS + 1));
}

/** A copy that does not keep the text alive that it is a part of. */
export function detached(part: string): string {
  return Buffer.from(part).toString();
}
