import { BLANK, characterKinds, DASH, FORMS, kindsIn, SILENT } from "./kinds";

/** A text in plain letters, and where its characters stand in the text it was made of. */
export interface Folded {
  readonly text: string;
  /** Offset in the original of an offset in the folded text. */
  place(offset: number): number;
}

const MATH = "\\uD835[\\uDC00-\\uDFFF]|\\uD83C[\\uDD30-\\uDD89]";

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
 * @param kinds Kinds of characters that it has, where they are known.
 * @returns undefined where there is nothing to fold
 */
export function foldText(original: string, kinds = kindsIn(original)): Folded | undefined {
  if ((kinds & characterKinds.folded) === 0) return undefined;
  if ((kinds & characterKinds.rare) === 0 && !isUsualDisguise.test(original)) return undefined;
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
