/** The part of a line around a finding, made safe for a terminal, and the display column of the caret under it. */
export interface Excerpt {
  readonly text: string;
  /** Blanks to print before the caret. */
  readonly caret: number;
}

const BEFORE = 48;
const AFTER = 32;
const ELLIPSIS = "…";
/** Start of the Unicode block with pictures of the control characters U+0000 to U+001F. */
const CONTROL_PICTURES = 0x2400;

/**
 * Cuts an excerpt out of a line. Control characters, invisible formatting characters and lone surrogates are shown as
 * `␀`-like pictures or `�`, so that data can neither move the caret nor talk to the terminal. Wide East Asian
 * characters and emoji count two columns, as terminals draw them.
 *
 * @param line - the whole line
 * @param offset - UTF-16 offset that the caret points at
 */
export function excerptAt(line: string, offset: number): Excerpt {
  const start = boundary(line, Math.max(0, offset - BEFORE));
  const end = boundary(line, Math.min(line.length, offset + AFTER));
  const head = (start > 0 ? ELLIPSIS : "") + printable(line.slice(start, offset));
  const tail = printable(line.slice(offset, end)) + (end < line.length ? ELLIPSIS : "");
  return { text: head + tail, caret: displayWidth(head) };
}

/** Moves off the middle of a surrogate pair. */
function boundary(text: string, index: number): number {
  const isLow = (text.charCodeAt(index) & 0xfc00) === 0xdc00;
  const followsHigh = (text.charCodeAt(index - 1) & 0xfc00) === 0xd800;
  return isLow && followsHigh ? index - 1 : index;
}

/** The text with everything a terminal would not print as itself replaced by one visible character each. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(CONTROL_PICTURES + code) : "\uFFFD";
  });
}

/** Wide East Asian characters, and what is shown as an emoji by itself; half of a flag is as wide as a letter. */
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}/u;

/** Marks over other characters, and the parts of Hangul syllables that are drawn into the first one. */
const narrowest = /[\p{Mn}\p{Me}\u1160-\u11ff]/u;

/** Columns that a terminal uses for the text. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += narrowest.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** The text before the caret, the character that it points at, and the rest; the character is empty at the end of the text. */
export function atCaret({ text, caret }: Excerpt): readonly [string, string, string] {
  let [at, width] = [0, 0];
  for (const character of text) {
    if (width >= caret) return [text.slice(0, at), character, text.slice(at + character.length)];
    width += displayWidth(character);
    at += character.length;
  }
  return [text, "", ""];
}
