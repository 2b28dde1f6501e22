import type { Detector } from "./detector";

/**
 * Letters and marks in few ranges, for a class of an expression. The hundreds of ranges of `\p{L}` take V8 most of a millisecond to
 * compile at each place where they stand, and in expressions for many languages they stand at nearly a hundred. A few
 * signs and digits between the letters of a script count as letters here; its marks of punctuation do not.
 */
export const LETTERS =
  "A-Za-z\\xAA\\xB5\\xBA\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02C1\\u02C6-\\u02D1\\u02E0-\\u02E4\\u0300-\\u037D\\u037F\\u0386\\u0388-\\u0559" +
  "\\u0560-\\u0588\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7-\\u05F2\\u0610-\\u061A\\u0620-\\u0669\\u066E-\\u06D3" +
  "\\u06D5-\\u0963\\u0966-\\u1FFF\\u2071-\\u209C\\u2C00-\\u2DFF\\u3005\\u3006\\u3031-\\u3035\\u3041-\\u309F\\u30A1-\\u30FA\\u30FC-\\uD7FF" +
  "\\uF900-\\uFDFF\\uFE70-\\uFEFC\\uFF21-\\uFF3A\\uFF41-\\uFF5A\\uFF66-\\uFFDC";

/** Detectors whose expressions for text in any case ask for {@link LETTERS} where they asked for `\p{L}`. */
export function withFewRanges(detectors: readonly Detector[]): readonly Detector[] {
  return detectors.map((detector) => {
    const { pattern, rule } = detector;
    // A disguise is told by the very kind of a letter.
    if (!pattern.ignoreCase || rule === "homoglyphs" || !pattern.source.includes("\\p{L}")) return detector;
    const source = inFewRanges(pattern.source);
    // Without the flag for Unicode, V8 searches for many words many times as fast; whole characters are only needed beyond U+FFFF.
    const flags = /\\p\{|\\u\{|[\uD800-\uDFFF]/i.test(source) ? pattern.flags : pattern.flags.replace("u", "");
    return { ...detector, pattern: new RegExp(source, flags) };
  });
}

/** The source of an expression with the letters of `\p{L}` as {@link LETTERS}, in a class as they are, elsewhere as a class. */
function inFewRanges(source: string): string {
  let isClass = false;
  return source.replace(/\\p\{L\}|\\.|[[\]]/gs, (part) => {
    if (part === "[") isClass = true;
    else if (part === "]") isClass = false;
    else if (part === "\\p{L}") return isClass ? LETTERS : `[${LETTERS}]`;
    return part;
  });
}
