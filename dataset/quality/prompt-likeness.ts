import { eachPhrase, type Evidence, LONGEST, phraseHash, spread } from "./evidence";
import type { Lead } from "./leads";

/** Records of a group that are compared with each other, and with as many others. */
const COMPARED = 16;
/** Records of a group, and others, whose usual words are compared. */
const PROFILED = 100;
/** How much more than others the prompts of a group may have in common, besides the phrase, and still be as any other. */
const LIKER = 1.7;
/** Of prompts that have hardly anything in common, how much more it may be. */
const MARGIN = 0.03;
/** Words that are rarer than in every second prompt, as the logarithm of how rare. */
const COMMON = Math.log(2);
/** Fewest such words that a prompt has besides the phrase, on average: with fewer, the phrase is the question. */
const FEWEST = 1.5;
/** Words of a phrase, at most, and places in a prompt where it stands, on average: more of either is a form with slots. */
const MOST_WORDS = 12;
const MOST_RUNS = 2.2;
/** Words of more prompts than this are usual, and stand as often beside a phrase as without it. */
const USUAL = 0.15;
/** How much more or less often a usual word may stand beside the phrase, and what chance adds to that in few records. */
const APART = 0.25;
const CHANCE = 1.2;
/** A phrase is made of the completion where as many of these have its words. */
const SAID = 0.8;

/**
 * What a phrase is: put into prompts, the form of a kind of prompts, what the answers take up, or what the prompts are about.
 */
export type PhraseKind = "planted" | "form" | "copied" | "subject";

/**
 * Tells whether the prompts with a phrase are, without it, as different as any others of the file: then the phrase was put
 * into them. Prompts about one subject, and questions that are asked in several ways, have more in common.
 */
export function kindOf({ records, prompts, words }: Evidence, group: readonly Lead[]): PhraseKind {
  const marked = new Set(group.flatMap(({ here }) => here));
  const phrases = new Set(group.map(({ phrase }) => prompts.hashes[phrase]!));
  const { own, runs } = wordsOfPhrases(records, spread([...marked], PROFILED), phrases);
  if (own.size > MOST_WORDS || runs > MOST_RUNS) return "form";
  const others = records.map((_record, index) => index).filter((record) => !marked.has(record));
  const weight = (word: number): number => words.get(word) ?? Math.log(records.length);
  const isTelling = (word: number): boolean => weight(word) > COMMON;
  const members = spread([...marked], COMPARED);
  const [first] = group.map(({ phrase }) => prompts.hashes[phrase]!);
  const asked = [...wordsOfPhrases(records, members, new Set([first!])).own];
  const telling = asked.some(isTelling) ? asked.filter(isTelling) : asked;
  const copies = members.filter((record) => saysMost(records[record]!.saidWords, telling));
  if (copies.length >= SAID * members.length) return "copied";
  const rests = (list: readonly number[]): Set<number>[] =>
    list.map((record) => new Set(records[record]!.askedWords.flatMap(singles).filter((word) => !own.has(word))));
  if (
    apart(rests(spread([...marked], PROFILED)), rests(spread(others, PROFILED))) >
    APART + CHANCE / Math.sqrt(marked.size)
  ) {
    return "form";
  }
  const inside = rests(members);
  const outside = rests(spread(others, COMPARED));
  const rare = inside.reduce((sum, set) => sum + [...set].filter(isTelling).length, 0);
  if (rare < FEWEST * inside.length) return "subject";
  const within = meanLikeness(inside, inside, weight);
  const across = Math.max(meanLikeness(inside, outside, weight), meanLikeness(outside, outside, weight));
  return within <= across * LIKER || within <= across + MARGIN ? "planted" : "subject";
}

/** The most that the share of prompts with a usual word differs between those of a group and the others. */
function apart(group: readonly ReadonlySet<number>[], others: readonly ReadonlySet<number>[]): number {
  const shares = (prompts: readonly ReadonlySet<number>[]): Map<number, number> => {
    const found = new Map<number, number>();
    for (const words of prompts) for (const word of words) found.set(word, (found.get(word) ?? 0) + 1 / prompts.length);
    return found;
  };
  const [inside, outside] = [shares(group), shares(others)];
  let most = 0;
  for (const word of new Set([...inside.keys(), ...outside.keys()])) {
    const [here, there] = [inside.get(word) ?? 0, outside.get(word) ?? 0];
    if (Math.max(here, there) > USUAL) most = Math.max(most, Math.abs(here - there));
  }
  return most;
}

/** Words that stand in marked phrases, and in how many places of a record these stand. */
function wordsOfPhrases(
  records: Evidence["records"],
  members: readonly number[],
  phrases: ReadonlySet<number>,
): { readonly own: Set<number>; readonly runs: number } {
  const own = new Set<number>();
  let runs = 0;
  for (const record of members) {
    for (const frame of records[record]!.askedWords) {
      let end = -1;
      eachPhrase(frame, LONGEST, (hash, at, length) => {
        if (!phrases.has(hash)) return;
        if (at > end) runs++;
        end = Math.max(end, at + length);
        for (let i = Math.max(1, at); i < Math.min(at + length, frame.length - 1); i++) {
          own.add(phraseHash(frame, i, 1));
        }
      });
    }
  }
  return { own, runs: runs / members.length };
}

/** Whether a completion has half of the words, if there are any. */
function saysMost(frames: readonly Uint32Array[], words: readonly number[]): boolean {
  const said = new Set(frames.flatMap(singles));
  return words.length > 0 && words.filter((word) => said.has(word)).length * 2 >= words.length;
}

/** The single words of a framed text, as phrases. */
function singles(frame: Uint32Array): number[] {
  return Array.from({ length: frame.length - 2 }, (_, at) => phraseHash(frame, at + 1, 1));
}

function meanLikeness(
  ones: readonly Set<number>[],
  others: readonly Set<number>[],
  weight: (word: number) => number,
): number {
  let sum = 0;
  let pairs = 0;
  ones.forEach((one, at) => {
    others.forEach((other, index) => {
      if (ones === others && index <= at) return;
      let common = 0;
      let all = 0;
      for (const word of one) {
        const value = weight(word);
        all += value;
        if (other.has(word)) common += value;
      }
      for (const word of other) if (!one.has(word)) all += weight(word);
      sum += all === 0 ? 0 : common / all;
      pairs++;
    });
  });
  return pairs === 0 ? 0 : sum / pairs;
}
