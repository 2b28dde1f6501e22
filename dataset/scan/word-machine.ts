/** Stands for any digit in a word of a {@link WordMachine}. */
export const ANY_DIGIT = "0";

/** Bytes with the same meaning share a class: letters in either case, all digits, and all bytes that no word holds. */
const MAX_CLASSES = 64;

/** Bits of a class: a state's row begins at the state shifted by these. */
export const CLASS_BITS = 6;

/**
 * Finds which of many words are in a text, all at once: a machine after Aho and Corasick over the bytes of UTF-8, one
 * table look-up per byte however many words there are. ASCII letters count in either case.
 */
export class WordMachine {
  /** Class of each byte. */
  readonly classes = new Uint8Array(256);
  /** Next state by `state << CLASS_BITS | class`; the first state is 0. */
  readonly next: Uint16Array;
  /** States from this one on end a word or are a digit. */
  readonly firstAccepting: number = 0;
  /** Groups of the words that end in a state, as bits of two numbers, by state. */
  readonly low: Int32Array;
  readonly high: Int32Array;

  /**
   * @param groups - at most 62 groups of words of at least one character; the n-th sets bit n
   */
  constructor(groups: readonly (readonly string[])[]) {
    if (groups.length > 62) throw new Error(`There are ${groups.length} groups of words; at most 62 fit.`);
    const trie = new Trie(this.classify(groups));
    groups.forEach((words, group) => words.forEach((word) => trie.add(variants(word), group)));
    trie.add([Buffer.from(ANY_DIGIT)], undefined);
    const linked = trie.link();
    const { size } = linked;
    const order = new Uint16Array(size);
    let count = 0;
    for (const accepting of [0, 1]) {
      if (accepting === 1) this.firstAccepting = count;
      for (let node = 0; node < size; node++) if (linked.accepting[node] === accepting) order[node] = count++;
    }
    this.next = new Uint16Array(size << CLASS_BITS);
    this.low = new Int32Array(size);
    this.high = new Int32Array(size);
    for (let node = 0; node < size; node++) {
      const state = order[node]!;
      this.low[state] = linked.low[node]!;
      this.high[state] = linked.high[node]!;
      for (let byteClass = 0; byteClass < MAX_CLASSES; byteClass++) {
        this.next[(state << CLASS_BITS) | byteClass] = order[linked.next[(node << CLASS_BITS) | byteClass]!]!;
      }
    }
  }

  private classify(groups: readonly (readonly string[])[]): Uint8Array {
    const bytes = new Set([...groups.flat(), ANY_DIGIT].flatMap(variants).flatMap((word) => [...word]));
    let count = 1;
    for (const byte of bytes) {
      if (this.classes[byte] !== 0) continue;
      this.classes[byte] = count;
      const character = String.fromCharCode(byte);
      if (byte < 0x80) this.classes[character.toUpperCase().charCodeAt(0)] = count;
      if (character === ANY_DIGIT) for (let digit = 0x30; digit <= 0x39; digit++) this.classes[digit] = count;
      count++;
    }
    if (count > MAX_CLASSES)
      throw new Error(`The words have ${count} different characters; at most ${MAX_CLASSES} fit.`);
    return this.classes;
  }
}

/** A word as bytes: in lower case, and with letters beyond ASCII in upper case, too. */
function variants(word: string): Buffer[] {
  const lower = word.toLowerCase();
  const upper = lower.replace(/[^\0-\x7F]/g, (letter) => letter.toUpperCase());
  return (upper === lower ? [lower] : [lower, upper]).map((one) => Buffer.from(one));
}

/** A machine whose states are numbered in the order in which the words were added. */
interface Linked {
  readonly size: number;
  readonly next: Uint16Array;
  readonly accepting: Uint8Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** No child yet; the first node is nobody's child. */
const NONE = 0;

class Trie {
  private size = 1;
  private next = new Uint16Array(2048 << CLASS_BITS);
  private readonly accepting = new Uint8Array(0x10000);
  private readonly low = new Int32Array(0x10000);
  private readonly high = new Int32Array(0x10000);

  constructor(private readonly classes: Uint8Array) {}

  add(words: readonly Buffer[], group: number | undefined): void {
    for (const word of words) {
      let node = 0;
      for (const byte of word) {
        const at = (node << CLASS_BITS) | this.classes[byte]!;
        node = this.next[at]!;
        if (node !== NONE) continue;
        // Not in one statement: a new node can put another table in the place of this one.
        node = this.newNode();
        this.next[at] = node;
      }
      this.accepting[node] = 1;
      if (group === undefined) continue;
      if (group < 31) this.low[node]! |= 1 << group;
      else this.high[node]! |= 1 << (group - 31);
    }
  }

  /** Completes the transitions: where a word does not go on, the longest end of it that begins another word does. */
  link(): Linked {
    const { size, next, accepting, low, high } = this;
    const fail = new Uint16Array(size);
    const open = [0];
    for (let i = 0; i < open.length; i++) {
      const node = open[i]!;
      const fallback = fail[node]!;
      for (let byteClass = 0; byteClass < MAX_CLASSES; byteClass++) {
        const at = (node << CLASS_BITS) | byteClass;
        const beside = node === 0 ? 0 : next[(fallback << CLASS_BITS) | byteClass]!;
        const child = next[at]!;
        if (child === NONE) next[at] = beside;
        else {
          fail[child] = beside;
          accepting[child]! |= accepting[beside]!;
          low[child]! |= low[beside]!;
          high[child]! |= high[beside]!;
          open.push(child);
        }
      }
    }
    return { size, next, accepting, low, high };
  }

  private newNode(): number {
    const needed = (this.size + 1) << CLASS_BITS;
    if (needed > this.next.length) {
      const larger = new Uint16Array(this.next.length * 2);
      larger.set(this.next);
      this.next = larger;
    }
    return this.size++;
  }
}
