import type * as Tinyld from "tinyld";
import { detached } from "./completions";

/** A text of the sample, with the number that decides whether it stays in it. */
export interface SampledText {
  readonly key: number;
  readonly line: number;
  readonly text: string;
}

/** A language of a file. */
export interface LanguageShare {
  /** ISO 639-1 code. */
  readonly language: string;
  /** Records of the sample. */
  readonly records: number;
  /** First lines with it, at most three. */
  readonly lines: readonly number[];
}

/** Texts whose language is told: enough for shares to 3 percentage points. */
export const SAMPLE = 256;
/** Texts of these that are given to the detector; each takes it half a millisecond. The others are told by frequent words. */
const DETECTED = 64;
const SNIPPET = 400;
/** Shorter texts are not kept; of Chinese and the like, eight characters are enough. */
const SHORTEST = 8;
/** Shorter texts do not show their language. */
const MIN_LETTERS = 40;
/** Probability of the best language, and its distance from the second, below which a text counts as unknown. */
const SURE = 0.5;
const AHEAD = 2;

/** Keeps the texts with the smallest keys: a sample that does not depend on order or on parts. */
export class LanguageSample {
  private texts: SampledText[] = [];
  private limit = Infinity;

  add(key: number, line: number, text: string): void {
    if (key >= this.limit || text.length < SHORTEST) return;
    const start = Math.max(0, Math.floor((text.length - SNIPPET) / 2));
    this.absorb([{ key, line, text: detached(text.slice(start, start + SNIPPET)) }]);
  }

  take(): readonly SampledText[] {
    return this.texts;
  }

  absorb(texts: readonly SampledText[]): void {
    this.texts = [...this.texts, ...texts].sort((a, b) => a.key - b.key || a.line - b.line).slice(0, SAMPLE);
    if (this.texts.length === SAMPLE) this.limit = this.texts[SAMPLE - 1]!.key;
  }

  /**
   * Languages of the sample, the most frequent first; texts that are too short or not sure are left out.
   *
   * @param share - texts that are not plain are given to the detector only if they are at least this share of all
   */
  languages(share: number): LanguageShare[] {
    const found = new Map<string, number[]>();
    const add = (language: string | undefined, line: number): void => {
      if (language !== undefined) found.set(language, [...(found.get(language) ?? []), line]);
    };
    const open: { readonly line: number; readonly words: string }[] = [];
    for (const { text, line } of this.texts) {
      const words = wordsIn(text);
      const language = words === "" ? undefined : plainlyTold(words);
      if (words !== "" && language === undefined) open.push({ line, words });
      add(language, line);
    }
    if (open.length >= share * this.texts.length) {
      for (const { line, words } of open.slice(0, DETECTED)) add(detectedLanguage(words), line);
    }
    return [...found]
      .map(([language, lines]) => ({
        language,
        records: lines.length,
        lines: lines.sort((a, b) => a - b).slice(0, 3),
      }))
      .sort((a, b) => b.records - a.records || (a.language < b.language ? -1 : 1));
  }
}

/** Languages that are told apart: with fewer of them, names and terms mislead the detector less. */
const languages = [
  ...["en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "fi", "pl", "cs", "ro", "hu", "el", "ru", "uk", "tr"],
  ...["ar", "he", "fa", "hi", "bn", "th", "vi", "id", "zh", "ja", "ko"],
];

/** Frequent short words that stand in no other of these languages. */
const telling: Readonly<Record<string, readonly string[]>> = {
  en: ["the", "of", "and", "to", "is", "with", "that", "this", "for", "you", "are", "not", "which"],
  de: ["der", "und", "nicht", "ist", "das", "ein", "eine", "mit", "auf", "für", "wird", "sich"],
  fr: ["les", "des", "et", "est", "une", "pour", "dans", "qui", "sur", "pas", "avec", "vous"],
  es: ["los", "las", "el", "y", "una", "por", "con", "para", "está", "pero", "del", "como"],
  nl: ["het", "een", "niet", "voor", "zijn", "wordt", "ook", "maar", "dat", "aan", "bij", "naar"],
};

/** The words of a text without addresses and code; empty where they are too few to show a language. */
function wordsIn(text: string): string {
  const words = text.replace(/\S*[\d:/_@<>{}()=\\]\S*/g, " ").toLowerCase();
  const letters = words.replace(/\P{L}/gu, "").length;
  return letters >= MIN_LETTERS || /[\u3040-\u9fff\uac00-\ud7a3]{8}/.test(words) ? words : "";
}

/** ISO 639-1 code of a text's language; undefined where it is too short or not sure. */
export function languageOf(text: string): string | undefined {
  const words = wordsIn(text);
  return words === "" ? undefined : (plainlyTold(words) ?? detectedLanguage(words));
}

/** A language whose frequent words stand in the text while those of the others do not: spares the detector. */
function plainlyTold(text: string): string | undefined {
  const words = new Set(text.split(/\P{L}+/u));
  const counts = Object.entries(telling)
    .map(([language, list]) => ({ language, count: list.filter((word) => words.has(word)).length }))
    .sort((a, b) => b.count - a.count);
  const [first, second] = counts;
  return first && second && first.count >= 2 && second.count * 3 <= first.count ? first.language : undefined;
}

function detectedLanguage(text: string): string | undefined {
  // Loaded only where a text is not plain: its tables take a tenth of a second to load.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { detectAll } = require("tinyld") as typeof Tinyld;
  const [first, second] = detectAll(text, { only: languages });
  const isSure = first && first.accuracy >= SURE && first.accuracy >= AHEAD * (second?.accuracy ?? 0);
  return isSure ? first.lang : undefined;
}
