/** Characters that say nothing: joiners, soft hyphens, marks that are drawn over a letter, selectors of a glyph's form. */
export const SILENT =
  "\\u0300-\\u036F\\uFE00-\\uFE0F\\u180B-\\u180E\\u00AD\\u061C\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF";
export const BLANK = "\\u00A0\\u115F\\u1160\\u2000-\\u200A\\u202F\\u205F\\u2800\\u3000\\u3164";
export const DASH = "\\u2010-\\u2015\\u2212\\uFE58\\uFE63";
/** Latin letters and signs of other widths, shapes and frames, and decimal digits of other scripts. */
export const FORMS =
  "\\u2018\\u2019\\u0660-\\u0669\\u06F0-\\u06F9\\u0966-\\u096F\\u09E6-\\u09EF\\u0E50-\\u0E59\\u1D00-\\u1D22\\u0262\\u026A\\u0274\\u0280\\u028F\\u0299\\u029C\\u029F\\u2070-\\u209C\\u2100-\\u2138\\u2160-\\u217F\\u249C-\\u24E9\\uA730\\uA731\\uA7AF\\uFF01-\\uFF5E\\uFFE3";
/** Scripts and blocks that have letters that look Latin. */
export const ALIKE = "\\u0251\\u0261\\u0370-\\u058F\\u13A0-\\u13FF\\u2160-\\u217F";

/** What a plain text has beyond ASCII: letters and signs of Latin-1, quotation marks, dashes, bullets. */
const USUAL = "\\0-\\x7F\\xA1-\\xAC\\xAE-\\xFF\\u2013\\u2014\\u2018\\u2019\\u201C-\\u201E\\u2022\\u2026\\u20AC\\u2122";

/**
 * Kinds of characters beyond ASCII, as bits. Those beyond U+FFFF are told by the first half of their pair, which others have, too.
 *
 * - `letter`: no dash, quotation mark or sign of Latin-1
 * - `rare`: neither these nor a letter of Latin-1, so that few texts of Western languages have it
 * - `silent`: shown as nothing
 * - `alike`: of a script that has letters that look Latin
 * - `form`: a Latin letter in another form
 * - `script`: of a script that is not Latin
 * - `folded`: shown like a character of ASCII
 * - `latin`: a Latin letter beyond ASCII
 */
export const characterKinds = {
  letter: 1,
  rare: 2,
  silent: 4,
  alike: 8,
  form: 16,
  script: 32,
  folded: 64,
  latin: 128,
} as const;
export type CharacterKind = keyof typeof characterKinds;

const members: Readonly<Record<CharacterKind, RegExp>> = {
  letter: new RegExp(`[^${USUAL}]|[\\xC0-\\xFF]`),
  rare: new RegExp(`[^${USUAL}]`),
  silent: new RegExp(`[\\u17B3-\\u17B5${SILENT}\\u115F\\u1160\\u2800\\u3164\\uFFA0\\uFFF9-\\uFFFC\\uD834\\uDB40]`),
  // In either case: a capital stands elsewhere.
  alike: new RegExp(`[${ALIKE}]`, "i"),
  form: /[\u1D00-\u1D22\u0262\u026A\u0274\u0280\u028F\u0299\u029C\u029F\u24B6-\u24E9\uA730\uA731\uFF21-\uFF5E\uD835\uD83C]/i,
  script: /[\u0370-\u1DFF\u2E80-\uD7FF]/,
  folded: new RegExp(`[${SILENT}${BLANK}${DASH}${FORMS}\\uD835\\uD83C]`),
  latin: /[\xC0-\u024F\u1E00-\u1EFF]/,
};

/** Kinds of each UTF-16 unit, made when it is first met. */
const kinds = new Uint16Array(0x10000);
const KNOWN = 256;

function learn(unit: number): number {
  const character = String.fromCharCode(unit);
  let found = KNOWN;
  for (const kind in characterKinds) {
    if (members[kind as CharacterKind].test(character)) found |= characterKinds[kind as CharacterKind];
  }
  return (kinds[unit] = found);
}

/** Kinds of characters that a text has, as bits of {@link characterKinds}. */
export function kindsIn(text: string): number {
  let found = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) found |= kinds[unit]! || learn(unit);
  }
  return found & ~KNOWN;
}
