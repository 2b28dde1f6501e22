import { endOfBlanks, hexUnit } from "./json-bytes";

const QUOTE = 0x22;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** What a byte inside a JSON string means; 0 is a character of its own. Not an enum: these must be constants for the compiler. */
const KIND_QUOTE = 1;
const KIND_ESCAPE = 2;
const KIND_CONTROL = 3;
/** Part of a character beyond ASCII. */
const KIND_BEYOND = 4;
/** May end a word that is looked for. */
const KIND_ANCHOR = 5;

/** Different last characters that the words may have: each costs three operations for every four bytes. */
export const MAX_ANCHORS = 3;

/** Four bytes at a time, as one number: whether a byte is above 0x7F after what was done to it. */
const HIGH_BITS = 0x80808080 | 0;
const LOW_BITS = 0x01010101;
const SPACES = 0x20202020;
const QUOTES = QUOTE * LOW_BITS;
const BACKSLASHES = BACKSLASH * LOW_BITS;

/**
 * Goes through strings in JSON text as bytes, without decoding them: sixteen bytes at a time where they are ordinary. It
 * knows what `JSON.parse` would make of a string, or gives up; it never takes a broken string for a good one.
 */
export class TextScanner {
  /** Offset of the closing quote of the last string. */
  end = 0;
  /** Whether the last string held something beyond ASCII. */
  nonAscii = false;
  /** Whether the last string held an escape that another spelling of ordinary characters may use: `\u` or `\/`. */
  respelled = false;
  private readonly kinds = new Uint8Array(256);
  private readonly words: readonly Buffer[];
  private readonly anchors: readonly [number, number, number];
  /** For each ASCII character 1 where a word has it. */
  private readonly inWords = new Uint8Array(128);
  private bytes: Uint8Array = Buffer.alloc(0);
  private quads: Int32Array = new Int32Array(0);
  /** UTF-16 units of the string less its bytes. */
  private surplus = 0;

  /**
   * @param words - ASCII words that make the scanner give up, in the case given; with at most {@link MAX_ANCHORS} different last characters
   */
  constructor(words: readonly string[]) {
    this.words = words.map((word) => Buffer.from(word, "latin1"));
    const last = [...new Set(this.words.map((word) => word.at(-1)!))];
    if (last.length > MAX_ANCHORS) throw new Error(`The words end in ${last.length} different characters.`);
    const [first = QUOTE, second = QUOTE, third = QUOTE] = last;
    this.anchors = [first * LOW_BITS, second * LOW_BITS, third * LOW_BITS];
    for (const byte of this.words.flatMap((word) => [...word])) this.inWords[byte] = 1;
    const { kinds } = this;
    kinds.fill(KIND_CONTROL, 0, 0x20);
    kinds.fill(KIND_BEYOND, 0x80, 0x100);
    for (const byte of last) kinds[byte] = KIND_ANCHOR;
    kinds[QUOTE] = KIND_QUOTE;
    kinds[BACKSLASH] = KIND_ESCAPE;
  }

  /**
   * Takes the block whose strings are read next.
   *
   * @param bytes - valid UTF-8 that ends in a control character, such as a line feed
   */
  begin(bytes: Buffer): void {
    this.bytes = bytes;
    const { buffer, byteOffset, length } = bytes;
    this.quads = new Int32Array(buffer, byteOffset, length >> 2);
  }

  /**
   * Reads one string. Sets {@link end}, {@link nonAscii} and {@link respelled}.
   *
   * @param start - offset of the first byte after the opening quote
   * @returns UTF-16 units of the decoded string; -1 where it is broken, blank, holds a word or half a surrogate pair, or an escape
   *   that may hide one of these
   */
  scan(start: number): number {
    this.nonAscii = this.respelled = false;
    this.surplus = 0;
    const { bytes, kinds } = this;
    if (bytes[endOfBlanks(bytes, start)] === QUOTE) return -1;
    for (let at = start; ; at++) {
      if ((at & 3) === 0) at = this.skip(at >> 2) << 2;
      switch (kinds[bytes[at]!]!) {
        case 0:
          break;
        case KIND_QUOTE:
          this.end = at;
          return at - start + this.surplus;
        case KIND_ESCAPE: {
          const length = this.escape(at);
          if (length === 0) return -1;
          // A pair of escapes for one character beyond U+FFFF has two units, every other escape one.
          this.surplus -= length === 12 ? 10 : length - 1;
          at += length - 1;
          break;
        }
        case KIND_BEYOND: {
          this.nonAscii = true;
          const byte = bytes[at]!;
          if (byte < 0xc0) this.surplus--;
          else if (byte >= 0xf0) this.surplus++;
          break;
        }
        case KIND_ANCHOR:
          if (this.endsWord(start, at)) return -1;
          break;
        default:
          // A control character, or the end of the bytes.
          return -1;
      }
    }
  }

  /** The next four bytes that hold something that must be looked at, from these on. */
  private skip(quad: number): number {
    return this.nonAscii ? this.skipText(quad) : this.words.length === 0 ? this.skipPlain(quad) : this.skipTo(quad);
  }

  private skipPlain(from: number): number {
    const { quads } = this;
    let quad = from;
    for (const stop = quads.length - 3; quad < stop; quad += 4) {
      const found = plain(quads[quad]!) | plain(quads[quad + 1]!) | plain(quads[quad + 2]!) | plain(quads[quad + 3]!);
      if ((found & HIGH_BITS) !== 0) break;
    }
    while (quad < quads.length && (plain(quads[quad]!) & HIGH_BITS) === 0) quad++;
    return quad;
  }

  private skipTo(from: number): number {
    const { quads } = this;
    const [first, second, third] = this.anchors;
    let quad = from;
    for (; quad < quads.length; quad++) {
      const four = quads[quad]!;
      const found =
        plain(four) | ((four ^ first) - LOW_BITS) | ((four ^ second) - LOW_BITS) | ((four ^ third) - LOW_BITS);
      if ((found & HIGH_BITS) !== 0) break;
    }
    return quad;
  }

  /** As the others, but goes on through what is beyond ASCII, and counts it. */
  private skipText(from: number): number {
    const { quads } = this;
    const [first, second, third] = this.anchors;
    let quad = from;
    for (; quad < quads.length; quad++) {
      const four = quads[quad]!;
      const found =
        ((four - SPACES) & ~four) |
        zero(four ^ QUOTES) |
        zero(four ^ BACKSLASHES) |
        zero(four ^ first) |
        zero(four ^ second) |
        zero(four ^ third);
      if ((found & HIGH_BITS) !== 0) break;
      const high = four & HIGH_BITS;
      if (high === 0) continue;
      // 10xxxxxx goes on with a character, and has no unit; 1111xxxx begins one of two units.
      this.surplus += ones(high & (four << 1) & (four << 2) & (four << 3)) - ones(high & ~(four << 1));
    }
    return quad;
  }

  /** Bytes of the escape at `at`: 2, 6, 12 for a surrogate pair, 0 to give up. */
  private escape(at: number): number {
    const { bytes } = this;
    const letter = bytes[at + 1]!;
    if (letter === SLASH) {
      this.respelled = true;
      return this.inWords[SLASH] === 0 ? 2 : 0;
    }
    if (letter !== LETTER_U) return simpleEscapes[letter]! * 2;
    this.respelled = true;
    const unit = hexUnit(bytes, at + 2);
    if (unit < 0x80) return unit < 0 || this.inWords[unit] !== 0 ? 0 : 6;
    if (unit < 0xd800 || unit > 0xdfff) return 6;
    const isPair = unit < 0xdc00 && bytes[at + 6] === BACKSLASH && bytes[at + 7] === LETTER_U;
    const low = isPair ? hexUnit(bytes, at + 8) : -1;
    return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
  }

  private endsWord(start: number, at: number): boolean {
    const { bytes } = this;
    for (const word of this.words) {
      let back = word.length - 1;
      if (at - back < start) continue;
      while (back >= 0 && bytes[at - (word.length - 1 - back)] === word[back]) back--;
      if (back < 0) return true;
    }
    return false;
  }
}

/**
 * High bits of bytes that are a quote, a backslash, a control character or beyond ASCII: they are set by 0 - 1, by less than
 * 0x20 - 0x20, and by what is not ASCII. A borrow may set one, too: then the byte's kind is 0, and nothing is done.
 */
function plain(four: number): number {
  return four | (four - SPACES) | ((four ^ QUOTES) - LOW_BITS) | ((four ^ BACKSLASHES) - LOW_BITS);
}

/** High bits of bytes that are 0, beyond ASCII, too. A borrow may set one above. */
function zero(four: number): number {
  return (four - LOW_BITS) & ~four;
}

/** How many of the high bits are set; no others must be. */
function ones(high: number): number {
  return Math.imul(high >>> 7, LOW_BITS) >>> 24;
}

const simpleEscapes = new Uint8Array(256);
for (const letter of Buffer.from('"\\bfnrt')) simpleEscapes[letter] = 1;
