import { words } from "./licences";

const functionWords = new Set(
  (
    "a an the of and to or any all in on at this that these those for from is are was be been by not no nor with without " +
    "you your we our it its he they them their may can will would should must shall as if such other which who whom what " +
    "than then so but into under upon each both only own same herein hereof thereof hereunder"
  ).split(" "),
);

const abbreviation = /(?:\b(?:e\.g|i\.e|etc|inc|ltd|co|corp|no|vs?|sec|art|u\.s|viz|cf)|^\W*\w{1,3}|[ (]\w)\.$/i;

/** Cuts a text into sentences: at . ! ? before a capital, a quote or a bracket, but not after abbreviations and numbers of list items. */
export function sentences(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (const match of text.matchAll(/[.!?]["”')]*\s+(?=["“'(]?[A-Z0-9(])/g)) {
    const end = match.index + match[0].trimEnd().length;
    const sentence = text.slice(start, end).trim();
    if (abbreviation.test(sentence)) continue;
    found.push(sentence);
    start = end;
  }
  const rest = text.slice(start).trim();
  if (rest !== "") found.push(rest);
  return found;
}

const DAMPING = 0.85;
const ROUNDS = 30;

/**
 * How central each sentence is, by TextRank (Mihalcea and Tarau, 2004): sentences that share many content words with
 * others rank high. Normalized by square roots instead of logarithms, because square roots are exact on every machine.
 *
 * @returns one score per sentence
 */
export function centrality(list: readonly string[]): number[] {
  const bags = list.map(
    (sentence) => new Set(words(sentence).filter((word) => word.length > 2 && !functionWords.has(word))),
  );
  const weights = bags.map((a, i) =>
    bags.map((b, j) => {
      if (i === j || a.size === 0 || b.size === 0) return 0;
      const shared = [...a].filter((word) => b.has(word)).length;
      return shared / (Math.sqrt(a.size) + Math.sqrt(b.size));
    }),
  );
  const sums = weights.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  let scores = list.map(() => 1);
  for (let round = 0; round < ROUNDS; round++) {
    scores = scores.map((_, i) => {
      const received = scores.reduce(
        (sum, score, j) => sum + (sums[j]! > 0 ? (score * weights[j]![i]!) / sums[j]! : 0),
        0,
      );
      return 1 - DAMPING + DAMPING * received;
    });
  }
  return scores;
}

/** The most central of the sentences, in their own order. Ties go to the earlier one. */
export function mostCentral(list: readonly string[], count: number): string[] {
  const scores = centrality(list);
  return list
    .map((sentence, index) => ({ sentence, index, score: scores[index]! }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ sentence }) => sentence);
}

/** Whether a sentence obliges somebody to do something or not to do it. */
export function isObligation(sentence: string): boolean {
  const obliges =
    /\b(?:must|shall|may not|required to|agrees? to|provided that|responsible for|obligated|prohibited)\b/i;
  const onlyDescribes =
    /^nothing\b|\bin no event\b|\b(?:shall|must) (?:mean|include|be (?:governed|regulated|construed|deemed|liable|limited))\b/i;
  return obliges.test(sentence) && !onlyDescribes.test(sentence);
}

/** Whether a sentence can stand alone in a summary: neither a heading nor the middle of a list. */
export function isWholeStatement(sentence: string): boolean {
  return words(sentence).length >= 7 && /[.!?"”)]$/.test(sentence) && !/\s\(?[a-z][.)]\s/.test(sentence);
}

/** The sentence without the number or letter that it has in the licence. */
export function withoutNumber(sentence: string): string {
  return sentence.replace(/^(?:\d{1,2}(?:\.\d{1,2})*[.):]?|\(?[a-z][.)]|\([ivx\d]{1,4}\)|[-*•·])\s+/i, "");
}
