const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/**
 * The first character of a JSON string that `trim` would leave, or what follows the blanks: the closing quote of a string that is
 * blank. What is no valid escape counts as a character,
 * as does a raw control character.
 *
 * @param bytes - valid UTF-8
 * @param start - offset in the string
 * @returns an offset
 */
export function endOfBlanks(bytes: Uint8Array, start: number): number {
  for (let at = start; ;) {
    const length = blankLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
}

/** Bytes of the blank at `at`, spelled in whatever way; 0 where there is none. */
function blankLength(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  if (byte === BACKSLASH) {
    const letter = bytes[at + 1]!;
    if (letter === LETTER_U) return isBlankUnit(hexUnit(bytes, at + 2)) ? 6 : 0;
    return blankEscapes[letter]! * 2;
  }
  if (byte < 0x80) return byte === 0x20 ? 1 : 0;
  const second = bytes[at + 1]! & 0x3f;
  if (byte < 0xe0) return isBlankUnit(((byte & 0x1f) << 6) | second) ? 2 : 0;
  // No blank is beyond U+FFFF, but the bytes of one that is may look like one of three bytes.
  if (byte >= 0xf0) return 0;
  return isBlankUnit(((byte & 0x0f) << 12) | (second << 6) | (bytes[at + 2]! & 0x3f)) ? 3 : 0;
}

/** What `trim` removes: white space and line terminators of ECMAScript. */
function isBlankUnit(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  switch (unit) {
    case 0xa0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x3000:
    case 0xfeff:
      return true;
    default:
      return unit >= 0x2000 && unit <= 0x200a;
  }
}

const blankEscapes = new Uint8Array(256);
for (const letter of Buffer.from("fnrt")) blankEscapes[letter] = 1;

const hexDigits = new Int8Array(256).fill(-1);
for (const [value, digit] of [..."0123456789abcdef"].entries()) {
  hexDigits[digit.charCodeAt(0)] = hexDigits[digit.toUpperCase().charCodeAt(0)] = value;
}

/** The number that four hexadecimal digits make; -1 where they are none. */
export function hexUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = hexDigits[bytes[i]!]!;
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}
