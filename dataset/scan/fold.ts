/** A text in plain letters, and where its characters stand in the text it was made of. */
export interface Folded {
  readonly text: string;
  /** Offset in the original of an offset in the folded text. */
  place(offset: number): number;
}

/** Characters that say nothing: joiners, soft hyphens, marks that are drawn over a letter, selectors of a glyph's form. */
const SILENT =
  "\\u0300-\\u036F\\uFE00-\\uFE0F\\u180B-\\u180E\\u00AD\\u061C\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF";
const BLANK = "\\u00A0\\u115F\\u1160\\u2000-\\u200A\\u202F\\u205F\\u2800\\u3000\\u3164";
const DASH = "\\u2010-\\u2015\\u2212\\uFE58\\uFE63";
/** Latin letters and signs of other widths, shapes and frames, and decimal digits of other scripts. */
const FORMS =
  "\\u2018\\u2019\\u0660-\\u0669\\u06F0-\\u06F9\\u0966-\\u096F\\u09E6-\\u09EF\\u0E50-\\u0E59\\u1D00-\\u1D22\\u0262\\u026A\\u0274\\u0280\\u028F\\u0299\\u029C\\u029F\\u2070-\\u209C\\u2100-\\u2138\\u2160-\\u217F\\u249C-\\u24E9\\uA730\\uA731\\uA7AF\\uFF01-\\uFF5E\\uFFE3";
const MATH = "\\uD835[\\uDC00-\\uDFFF]|\\uD83C[\\uDD30-\\uDD89]";

/** What a plain text has beyond ASCII: letters and signs of Latin-1, quotation marks, dashes, bullets. None is folded but dashes and the apostrophe. */
const USUAL = "\\0-\\x7F\\xA1-\\xAC\\xAE-\\xFF\\u2013\\u2014\\u2018\\u2019\\u201C-\\u201E\\u2022\\u2026\\u20AC\\u2122";
/** A character that stands in few texts of Western languages. */
const isRare = new RegExp(`[^${USUAL}]`);
const isLatin1Letter = /[\xC0-\xFF]/;
/** What a text beyond ASCII holds: signs, letters of Latin-1, or what is rarer than both. */
export function kindOf(text: string): "signs" | "letter" | "rare" {
  if (isRare.test(text)) return "rare";
  return isLatin1Letter.test(text) ? "letter" : "signs";
}

/** Usual characters where they may stand for those of ASCII: a dash inside a number or between words, an apostrophe of a phrase. */
const isUsualDisguise = /[\u2013\u2014](?:(?<=\S.)(?=\S)|(?<=\d ?.)(?= ?[\d(]))|[\u2018\u2019](?<=[inrtuy].)/i;

const foldable = new RegExp(`[${SILENT}${BLANK}${DASH}${FORMS}]|${MATH}`, "g");
const isSilent = new RegExp(`^[${SILENT}]$`);
const isBlank = new RegExp(`^[${BLANK}]$`);
const isDash = new RegExp(`^[${DASH}]$`);

/** Small capitals, by what they look like. */
const smallCapitals = new Map(
  [..."ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"].map((small, index) => [small, "abcdefghijklmnopqrstuvwyz".charAt(index)]),
);

/** First digits of decimal scripts. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];

const known = new Map<string, string>();

function plainOf(character: string): string {
  if (isSilent.test(character)) return "";
  if (isBlank.test(character)) return " ";
  if (isDash.test(character)) return "-";
  if (character === "\u2018" || character === "\u2019") return "'";
  const code = character.codePointAt(0)!;
  const zero = zeros.find((first) => code >= first && code < first + 10);
  if (zero !== undefined) return String(code - zero);
  if (code >= 0x1f130 && code <= 0x1f189) return String.fromCharCode(0x41 + ((code - 0x1f130) % 0x20));
  const plain = (smallCapitals.get(character) ?? character.normalize("NFKC")).replace(/[()]/g, (sign) =>
    code > 0xff00 ? sign : "",
  );
  return /^[\x20-\x7E]{1,4}$/.test(plain) ? plain : character;
}

function fold(character: string): string {
  let plain = known.get(character);
  if (plain === undefined) known.set(character, (plain = plainOf(character)));
  return plain;
}

/**
 * The text as a reader sees it, where characters are disguised: invisible ones are left out, letters of mathematical, wide,
 * circled and small forms, digits of other scripts, dashes and blanks are plain. Letters of other alphabets stay.
 *
 * @param kind What it holds, where that is known.
 * @returns undefined where there is nothing to fold
 */
export function foldText(original: string, kind = kindOf(original)): Folded | undefined {
  if (kind !== "rare" && !isUsualDisguise.test(original)) return undefined;
  const text = original.replace(foldable, fold);
  if (text === original) return undefined;
  let places: Int32Array | undefined;
  return { text, place: (offset) => (places ??= placesOf(original, text.length))[offset]! };
}

function placesOf(original: string, length: number): Int32Array {
  const places = new Int32Array(length + 1).fill(original.length);
  let [at, to] = [0, 0];
  const copyTo = (end: number): void => {
    while (at < end) places[to++] = at++;
  };
  for (const match of original.matchAll(foldable)) {
    copyTo(match.index);
    const plain = fold(match[0]);
    for (let i = 0; i < plain.length; i++) places[to++] = at;
    at += match[0].length;
  }
  copyTo(original.length);
  return places;
}
