import { CUT, type ExchangesPart } from "./exchange-sample";
import { Postings } from "./postings";
import { mixed, WordReader } from "./words";

/** Longest phrase that is looked at as one, in words; a longer one shows by its parts. */
export const LONGEST = 3;
/** Stand for the beginning and the end of a text, so that a word in that place is a feature of its own. */
const BEGIN = 0x1b873593;
const END = 0x52dce729;

/** Hash of the words from `at` on. */
export function phraseHash(words: ArrayLike<number>, at: number, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ words[at + i]!, 0x9e3779b1) ^ (hash >>> 15);
  return mixed(hash);
}

/** The words of a text between the marks of its beginning and end. */
export function framed(words: ArrayLike<number>): Uint32Array {
  const frame = new Uint32Array(words.length + 2);
  frame.set(words, 1);
  frame[0] = BEGIN;
  frame[words.length + 1] = END;
  return frame;
}

/** Calls `visit` with each phrase of a framed text. The marks alone are none. */
export function eachPhrase(
  frame: Uint32Array,
  longest: number,
  visit: (hash: number, at: number, length: number) => void,
): void {
  for (let at = 0; at < frame.length; at++) {
    for (let length = 1; length <= longest && at + length <= frame.length; length++) {
      const isMark = length === 1 && (at === 0 || at === frame.length - 1);
      if (!isMark) visit(phraseHash(frame, at, length), at, length);
    }
  }
}

/** A record as words. */
export interface ReadRecord {
  readonly line: number;
  /** Its prompts with the system's, as the texts stand. */
  readonly asked: readonly string[];
  readonly said: readonly string[];
  readonly askedWords: readonly Uint32Array[];
  readonly saidWords: readonly Uint32Array[];
  /** Whether the middle of a prompt is missing. */
  readonly isCut: boolean;
}

/** What prompts and completions of a sample are made of. */
export interface Evidence {
  readonly records: readonly ReadRecord[];
  /** Phrases of one to three words. */
  readonly prompts: Postings;
  /** How rare the single words of prompts are, as the logarithm, by hash; rarer ones than are counted are left out. */
  readonly words: ReadonlyMap<number, number>;
  /** Runs of three words, and the completion as a whole, which has the lower number. */
  readonly completions: Postings;
  /** For each record, the number of its completion as a whole in {@link completions}; -1 where it is too rare. */
  readonly whole: Int32Array;
}

/**
 * @param least - fewest records with a phrase or a part of a completion that is looked at
 */
export function readEvidence({ records: sampled, systems }: ExchangesPart, least: number): Evidence {
  const reader = new WordReader();
  const words = (text: string): Uint32Array => {
    reader.reset();
    reader.read(text);
    return framed(reader.hashes.subarray(0, reader.count));
  };
  const isOneSystem = new Set(sampled.map(({ system }) => system)).size === 1;
  const records = [...sampled]
    .sort((a, b) => a.line - b.line)
    .map(({ line, system, asked, said }): ReadRecord => {
      const texts = isOneSystem || systems[system] === "" ? asked : [systems[system]!, ...asked];
      return {
        ...{ line, asked: texts, said, isCut: texts.some((text) => text.includes(CUT)) },
        ...{ askedWords: texts.map(words), saidWords: said.map(words) },
      };
    });
  const prompts = new Postings(
    records.length,
    (record, emit) => {
      for (const frame of records[record]!.askedWords) eachPhrase(frame, LONGEST, emit);
    },
    least,
  );
  const wholes = records.map(({ saidWords }) => wholeHash(saidWords));
  const completions = new Postings(
    records.length,
    (record, emit) => {
      emit(wholes[record]!);
      for (const frame of records[record]!.saidWords) {
        for (let at = 0; at + LONGEST <= frame.length; at++) emit(phraseHash(frame, at, LONGEST));
      }
    },
    least,
  );
  const whole = Int32Array.from(wholes, (hash, record) => {
    const [first] = completions.of(record);
    return first !== undefined && completions.hashes[first] === hash ? first : -1;
  });
  return { records, prompts, words: singleWords(records, prompts), completions, whole };
}

function singleWords(records: readonly ReadRecord[], prompts: Postings): Map<number, number> {
  const numbers = new Map(prompts.hashes.map((hash, number) => [hash, number]));
  const words = new Map<number, number>();
  for (const { askedWords } of records) {
    for (const frame of askedWords) {
      for (let at = 1; at < frame.length - 1; at++) {
        const hash = phraseHash(frame, at, 1);
        const number = words.has(hash) ? undefined : numbers.get(hash);
        if (number !== undefined) words.set(hash, Math.log(records.length / prompts.records(number).length));
      }
    }
  }
  return words;
}

function wholeHash(frames: readonly Uint32Array[]): number {
  return frames.reduce((hash, frame) => mixed(Math.imul(hash, 31) ^ phraseHash(frame, 0, frame.length)), 0x7a3b);
}

/** At most `most` of a list, from all over it. */
export function spread(list: ArrayLike<number>, most: number): number[] {
  if (list.length <= most) return Array.from(list);
  return Array.from({ length: most }, (_, index) => list[Math.floor((index * list.length) / most)]!);
}
