/** Pairs of neighbouring letters of a word, with its ends. */
function pairsOf(word: string): Set<string> {
  const letters = [..."^", ...word.toLowerCase(), "$"];
  return new Set(letters.slice(1).map((letter, index) => `${letters[index]}${letter}`));
}

/**
 * The known word that a writer probably meant: the one with the most pairs of letters in common.
 *
 * @param word - what was written
 * @param known - what is allowed
 * @returns undefined when none shares half of the pairs
 */
export function meant(word: string, known: readonly string[]): string | undefined {
  const pairs = pairsOf(word);
  let [best, most]: [string | undefined, number] = [undefined, 0.5];
  for (const candidate of known) {
    const others = pairsOf(candidate);
    const share = (2 * [...pairs].filter((pair) => others.has(pair)).length) / (pairs.size + others.size);
    if (share > most || (share === most && best === undefined)) [best, most] = [candidate, share];
  }
  return best;
}

/** "Did you mean …?" with a blank before it, or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const best = meant(word, known);
  return best === undefined ? "" : ` Did you mean ${best}?`;
}
