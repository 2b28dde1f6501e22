/** Characters of base64 in a row that may be text in disguise; few words are as long. */
const LONG_RUN = 24;

/** A run as long holds as many bytes from a multiple of this on. */
const STEP = LONG_RUN / 2;

/**
 * What a run of 24 or more characters of base64, also in its form for URLs, may be: `base64` of a text, 24 characters of `base32` or
 * `hex`, letters `mixed` with digits, or the first of three parts with points between them, of which the second has six characters, as
 * in `dotted` tokens.
 */
export const runKinds = { base64: 1, base32: 2, hex: 4, mixed: 8, dotted: 16 } as const;
export type RunKind = keyof typeof runKinds;

/** Less than any character of base64, four times: a byte below is a blank, a quote, a mark of percent and the like. */
const PLUS_SIGNS = 0x2b2b2b2b;
const HIGH_BITS = 0x80808080 | 0;
const BACKSLASH = 0x5c;
const POINT = 0x2e;
const PLUS = 0x2b;

/** Value of each byte as a character of base64; {@link NONE} where it is none. */
const sextets = new Uint8Array(256).fill(0xff);
const NONE = 0xff;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
for (const characters of [`${alphabet}+/`, `${alphabet}-_`]) {
  Buffer.from(characters).forEach((byte, value) => (sextets[byte] = value));
}

/** 1 for each byte that text has: printable ASCII and blanks. */
const printable = new Uint8Array(256).fill(1, 0x20, 0x7f).fill(1, 0x09, 0x0e);
printable[0xa0] = 1;

/** 1 for digits of base 16; 2 for those of base32, of which there are two kinds, in capitals, 4 in small letters. */
const digits = new Uint8Array(256);
for (const byte of Buffer.from("0123456789ABCDEFabcdef")) digits[byte]! |= 1;
for (const byte of Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) digits[byte]! |= 2;
for (const byte of Buffer.from("abcdefghijklmnopqrstuvwxyz0123456789")) digits[byte]! |= 4;

/** Memory as numbers of four bytes each; what is left at its end is left out. It must begin at a multiple of four. */
export function quadsOf({ buffer, byteOffset, length }: Buffer): Int32Array {
  return new Int32Array(buffer, byteOffset, length >> 2);
}

/**
 * What the long runs between two offsets may be, as bits of {@link runKinds}. Looks at twelve bytes at once: in most texts one of
 * them is a blank, and no run holds them all.
 *
 * @param bytes - text, or text in a string of JSON
 * @param quads - the bytes as numbers, see {@link quadsOf}
 */
export function longRuns(bytes: Uint8Array, quads: Int32Array, from: number, to: number): number {
  let found = 0;
  const first = Math.ceil(from / STEP) * STEP;
  for (let at = first; at + STEP <= to; at += STEP) {
    const quad = at >> 2;
    if (((below(quads[quad]!) | below(quads[quad + 1]!) | below(quads[quad + 2]!)) & HIGH_BITS) !== 0) continue;
    let [start, end] = [at, at];
    while (end < to && sextets[bytes[end]!] !== NONE) end++;
    if (end < at + STEP) continue;
    while (start > from && sextets[bytes[start - 1]!] !== NONE) start--;
    if (end - start >= LONG_RUN) found |= kindsOf(bytes, start, end);
    at = Math.floor(end / STEP) * STEP;
  }
  return found;
}

/** Sets high bits where a byte is below {@link PLUS_SIGNS}, and none where none is. */
function below(four: number): number {
  return (four - PLUS_SIGNS) & ~four;
}

function kindsOf(bytes: Uint8Array, start: number, end: number): number {
  let found = 0;
  let [hex, capitals, small, numbers] = [0, 0, 0, 0];
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const kind = digits[byte]!;
    if (byte >= 0x30 && byte <= 0x39) numbers++;
    hex = (kind & 1) === 0 ? 0 : hex + 1;
    capitals = (kind & 2) === 0 ? 0 : capitals + 1;
    small = (kind & 4) === 0 ? 0 : small + 1;
    if (hex >= LONG_RUN) found |= runKinds.hex;
    if (capitals >= LONG_RUN || small >= LONG_RUN) found |= runKinds.base32;
  }
  if (numbers > 0 && numbers < end - start) found |= runKinds.mixed;
  // In JSON, the first letter may belong to an escape such as that of a line feed. A sign of plus may stand before the code.
  const mayBeginLater = bytes[start - 1] === BACKSLASH || bytes[start] === PLUS;
  const isText = saysText(bytes, start, 1) || (mayBeginLater && saysText(bytes, start + 1, 1));
  if (isText || saysText(bytes, end - 1, -1)) found |= runKinds.base64;
  if (bytes[end] === POINT && bytes[end + 7] === POINT) found |= runKinds.dotted;
  return found;
}

/**
 * Whether eight characters stand for six bytes that begin a text, one in UTF-16, or what zlib or gzip made.
 *
 * @param step - 1, or -1 for what is written backwards
 */
function saysText(bytes: Uint8Array, at: number, step: 1 | -1): boolean {
  const [a, b, c, d] = fourSextets(bytes, at, step);
  const [e, f, g, h] = fourSextets(bytes, at + 4 * step, step);
  const [first, second, third] = [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d];
  const [fourth, fifth, sixth] = [(e << 2) | (f >> 4), ((f & 15) << 4) | (g >> 2), ((g & 3) << 6) | h];
  if (first === 0x78 || (first === 0x1f && second === 0x8b) || (second === 0 && fourth === 0)) return true;
  return [first, second, third, fourth, fifth, sixth].every((byte) => printable[byte] === 1);
}

function fourSextets(bytes: Uint8Array, at: number, step: 1 | -1): [number, number, number, number] {
  const value = (index: number): number => sextets[bytes[at + index * step]!]!;
  return [value(0), value(1), value(2), value(3)];
}
