/** Stands for any digit in a word of a {@link WordMachine}. */
export const ANY_DIGIT = "0";

/** Stands for any blanks in a row in a word: spaces, tabs, ends of lines. A phrase is often broken over lines. */
const BLANK = " ";
const blanks = Buffer.from(" \t\n\v\f\r");

/** Letters that stand for blanks behind a backslash, in a string of JSON. */
const escapedBlanks = Buffer.from("ntr");
const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Brackets that are taken for each other. */
const closing = Buffer.from(")]}");

/** Groups that have a bit in one number. */
export const GROUPS_OF_MASK = 31;

/** Bits of a class: a state's row begins at the state shifted by these. */
export const CLASS_BITS = 6;

/** Bytes with the same meaning share a class: letters in either case, all digits, and all bytes that no word holds. */
const MAX_CLASSES = 1 << CLASS_BITS;

/** A {@link WordMachine} as data, for another thread. */
export type WordTables = Pick<
  WordMachine,
  "classes" | "jsonClasses" | "next" | "firstAccepting" | "low" | "high" | "top"
>;

/**
 * Finds which of many words are in a text, all at once: a machine after Aho and Corasick over the bytes of UTF-8, one
 * table look-up per byte however many words there are. ASCII letters count in either case, and a blank in a word for any blanks
 * in a row. A word with a closing bracket or a byte beyond ASCII is found, too, where another such stands: a row of the table holds few
 * classes, and small tables are fast.
 */
export class WordMachine {
  /** Class of each byte of a text. */
  readonly classes: Uint8Array = new Uint8Array(256);
  /** Class of each byte of JSON, where a backslash begins an escape. A character spelled as `\u` or `\/` is not understood. */
  readonly jsonClasses: Uint8Array;
  /** Next state by `state << CLASS_BITS | class`; the first state is 0. */
  readonly next: Uint16Array;
  /** States from this one on end a word or are a digit. */
  readonly firstAccepting: number = 0;
  /** Groups of the words that end in a state, as bits of three numbers, by state. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly top: Int32Array;

  /**
   * @param groups - at most 93 groups of words of at least one character; the n-th sets bit n
   */
  constructor(groups: readonly (readonly string[])[]) {
    if (groups.length > 3 * GROUPS_OF_MASK)
      throw new Error(`There are ${groups.length} groups of words; at most ${3 * GROUPS_OF_MASK} fit.`);
    const escape = this.classify(groups);
    this.jsonClasses = Uint8Array.from(this.classes);
    this.jsonClasses[BACKSLASH] = escape;
    const trie = new Trie(this.classes);
    groups.forEach((words, group) => words.forEach((word) => trie.add(variants(word), group)));
    trie.add([Buffer.from(ANY_DIGIT)], undefined);
    const linked = trie.link(escape);
    const { size, nearest } = linked;
    const order = new Uint16Array(size);
    let count = 0;
    // Those near to the first are the most frequent: side by side, they stay in the processor's cache.
    for (const accepting of [0, 1]) {
      if (accepting === 1) this.firstAccepting = count;
      for (const node of nearest) if (linked.accepting[node] === accepting) order[node] = count++;
    }
    this.next = new Uint16Array(size << CLASS_BITS);
    this.low = new Int32Array(size);
    this.high = new Int32Array(size);
    this.top = new Int32Array(size);
    for (let node = 0; node < size; node++) {
      const state = order[node]!;
      this.low[state] = linked.low[node]!;
      this.high[state] = linked.high[node]!;
      this.top[state] = linked.top[node]!;
    }
    for (let node = 0; node < size; node++) {
      const [from, to] = [node << CLASS_BITS, order[node]! << CLASS_BITS];
      for (let byteClass = 0; byteClass < MAX_CLASSES; byteClass++)
        this.next[to | byteClass] = order[linked.next[from | byteClass]!]!;
    }
  }

  /** Gives each byte a class. Returns the one after the last, which no byte of a text has. */
  private classify(groups: readonly (readonly string[])[]): number {
    const words = [...groups.flat(), ANY_DIGIT, BLANK].flatMap(variants).flatMap((word) => [...word]);
    const bytes = new Set([...words, ...escapedBlanks, BACKSLASH, QUOTE]);
    let count = 1;
    for (const byte of bytes) {
      if (this.classes[byte] !== 0) continue;
      if (byte >= 0x80) this.classes.fill(count, 0x80);
      if (closing.includes(byte)) for (const other of closing) this.classes[other] = count;
      this.classes[byte] = count;
      const character = String.fromCharCode(byte);
      if (byte < 0x80) this.classes[character.toUpperCase().charCodeAt(0)] = count;
      if (character === ANY_DIGIT) for (let digit = 0x30; digit <= 0x39; digit++) this.classes[digit] = count;
      if (character === BLANK) for (const blank of blanks) this.classes[blank] = count;
      count++;
    }
    if (count >= MAX_CLASSES)
      throw new Error(`The words have ${count} different characters; at most ${MAX_CLASSES - 1} fit.`);
    return count;
  }
}

/** A word as bytes: in lower case, and with letters beyond ASCII in upper case, too. */
function variants(word: string): Buffer[] {
  const lower = word.toLowerCase().replace(/\s+/g, BLANK);
  const upper = lower.replace(/[^\0-\x7F]/g, (letter) => letter.toUpperCase());
  return (upper === lower ? [lower] : [lower, upper]).map((one) => Buffer.from(one));
}

/** A machine whose states are numbered in the order in which the words were added. */
interface Linked {
  readonly size: number;
  /** All nodes, those near to the first before the others. */
  readonly nearest: readonly number[];
  readonly next: Uint16Array;
  readonly accepting: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly top: readonly number[];
}

/** No child yet; the first node is nobody's child. */
const NONE = 0;

class Trie {
  private size = 1;
  private next = new Uint16Array(2048 << CLASS_BITS);
  private readonly accepting = [0];
  private readonly low = [0];
  private readonly high = [0];
  private readonly top = [0];

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
      const mask = [this.low, this.high, this.top][Math.floor(group / GROUPS_OF_MASK)]!;
      mask[node]! |= 1 << (group % GROUPS_OF_MASK);
    }
  }

  /**
   * Completes the transitions: where a word does not go on, the longest end of it that begins another word does; further
   * blanks change nothing; and what a backslash begins counts as the character that it spells.
   */
  link(escape: number): Linked {
    const { size, next, accepting, low, high, top } = this;
    const fail = new Uint16Array(size);
    const open = [0];
    const children: number[] = [];
    const blank = this.classes[Buffer.from(BLANK)[0]!]!;
    const blankNodes: number[] = [];
    for (let i = 0; i < open.length; i++) {
      const node = open[i]!;
      const row = node << CLASS_BITS;
      const fallback = fail[node]! << CLASS_BITS;
      children.length = 0;
      for (let byteClass = 0; byteClass < MAX_CLASSES; byteClass++) {
        if (next[row | byteClass] !== NONE) children.push(byteClass, next[row | byteClass]!);
      }
      if (node !== 0) next.copyWithin(row, fallback, fallback + MAX_CLASSES);
      for (let k = 0; k < children.length; k += 2) {
        const child = children[k + 1]!;
        const beside = node === 0 ? 0 : next[fallback | children[k]!]!;
        next[row | children[k]!] = child;
        fail[child] = beside;
        accepting[child]! |= accepting[beside]!;
        low[child]! |= low[beside]!;
        high[child]! |= high[beside]!;
        top[child]! |= top[beside]!;
        if (children[k] === blank) blankNodes.push(child);
        open.push(child);
      }
    }
    for (const node of blankNodes) next[(node << CLASS_BITS) | blank] = node;
    const first = this.size;
    this.addEscapes(escape);
    for (let node = first; node < this.size; node++) open.push(node);
    return { size: this.size, nearest: open, next: this.next, accepting, low, high, top };
  }

  /** Adds the nodes behind a backslash, one for all nodes from which its escapes lead to the same. */
  private addEscapes(escape: number): void {
    const { size } = this;
    const nodes = new Map<number, number>();
    const [blank, backslash, quote] = [Buffer.from(BLANK)[0]!, BACKSLASH, QUOTE].map((byte) => this.classes[byte]!);
    for (let node = 0; node < size; node++) {
      const row = node << CLASS_BITS;
      const [behindBlank, behindBackslash, behindQuote] = [blank, backslash, quote].map(
        (one) => this.next[row | one!]!,
      );
      const key = (behindBlank! * size + behindBackslash!) * size + behindQuote!;
      let target = nodes.get(key);
      if (target === undefined) {
        target = this.newNode();
        nodes.set(key, target);
        const to = target << CLASS_BITS;
        for (const letter of escapedBlanks) this.next[to | this.classes[letter]!] = behindBlank!;
        this.next[to | escape] = behindBackslash!;
        this.next[to | quote!] = behindQuote!;
      }
      this.next[row | escape] = target;
    }
  }

  private newNode(): number {
    const needed = (this.size + 1) << CLASS_BITS;
    if (needed > this.next.length) {
      const larger = new Uint16Array(this.next.length * 2);
      larger.set(this.next);
      this.next = larger;
    }
    for (const values of [this.accepting, this.low, this.high, this.top]) values.push(0);
    return this.size++;
  }
}
