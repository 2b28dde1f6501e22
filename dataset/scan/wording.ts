/** What stands between two words of a phrase: blanks, also several or with a line feed, or a sign that joins words. */
const BETWEEN = "(?:[\\s_.-]{1,5})";

/** Characters that a word between two others has, with the blank before it. */
const WORD = 9;

/** The source of an expression for phrases: a blank in it stands for whatever may stand between two words. */
export function wording(source: string): string {
  return source.replaceAll(" ", BETWEEN);
}

/**
 * About so many words of any kind behind a word, and no end of a sentence. A class with a bound, not a repeated group: that takes
 * the engine tens of milliseconds to compile where a few stand in one expression.
 */
export function upTo(words: number): string {
  return `(?![a-z\\d])[\\s\\w'\u2019-]{0,${words * WORD}}?`;
}

/** The words of a text in which they stand with `|` between them: many short ones are easier to read so than as a list. */
export function list(words: string): readonly string[] {
  return words.split("|");
}
