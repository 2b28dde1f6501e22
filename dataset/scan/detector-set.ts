import type { Detector, TextHit } from "./detector";
import { addFolded, isFolding, search, settle } from "./detector";
import { foldText } from "./fold";
import { characterKinds, kindsIn } from "./kinds";
import { longRuns, quadsOf, runKinds } from "./long-runs";
import { CLASS_BITS, GROUPS_OF_MASK, WordMachine, type WordTables } from "./word-machine";

/** Characters of a text that are looked at in one go; longer texts are looked at in overlapping parts. */
const PART = 32 * 1024;

/** Longer than any word, and than the digits that {@link Detector.digits} asks for with all that may stand between them. */
const OVERLAP = 128;

/** Bytes that may stand between two digits of one number. */
export const MAX_GAP = 3;

export const DIGIT_0 = 0x30;
export const DIGIT_9 = 0x39;

/** What is known of a text, or at least allowed for: the detectors that need more than this cannot have a hit. */
export interface Gate {
  /** Groups of words that are in it, as bits. */
  readonly low: number;
  readonly high: number;
  readonly top: number;
  /** Most digits of one number, and with whatever between them; see {@link Detector.digits}. */
  readonly digits: number;
  readonly spread: number;
  readonly ascii: boolean;
  /** Kinds of long runs, as bits of `runKinds`. */
  readonly runs: number;
}

/** The gate of a text that holds nothing, to be opened. */
export function closedGate(): { -readonly [Member in keyof Gate]: Gate[Member] } {
  return { low: 0, high: 0, top: 0, digits: 0, spread: 0, ascii: true, runs: 0 };
}

/** What detectors need of a gate, number by number: short texts are many, and each is asked for each detector. */
interface Needs {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly top: Int32Array;
  readonly digits: Int32Array;
  readonly spread: Int32Array;
  /** Bits of `runKinds`, and what is needed beyond ASCII. */
  readonly other: Uint16Array;
}

/** Bits before those of what a text beyond ASCII has. */
const RUN_BITS = 5;
/** Whatever a text beyond ASCII may have. */
const ANY = 0xff << RUN_BITS;

const nothing: readonly TextHit[] = [];

/**
 * Many detectors as one: looks at each byte of a text once, to learn which detectors can have a hit at all, and runs only
 * those. Finds exactly what they find one by one.
 */
export class DetectorSet {
  /** Finds the words of all detectors. */
  readonly machine: WordTables;
  private readonly needs: Needs;
  private readonly bytes = Buffer.allocUnsafeSlow(PART * 3);
  private readonly quads = quadsOf(this.bytes);
  private readonly gate = closedGate();

  /** @param machine - that of a set of the same detectors. Default: one is built. */
  constructor(
    private readonly detectors: readonly Detector[],
    machine?: WordTables,
  ) {
    const groups: (readonly string[])[] = [];
    const numbers = new Map<string, number>();
    const bitOf = (group: readonly string[]): number => {
      const key = JSON.stringify(group);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, groups.length);
      return groups.push(group) - 1;
    };
    const count = detectors.length;
    const [low, high, top] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
    const [digits, spread] = [new Int32Array(count), new Int32Array(count)];
    const other = new Uint16Array(count);
    detectors.forEach((detector, index) => {
      for (const bit of (detector.words ?? []).map(bitOf)) {
        const mask = [low, high, top][Math.floor(bit / GROUPS_OF_MASK)]!;
        mask[index]! |= 1 << (bit % GROUPS_OF_MASK);
      }
      digits[index] = detector.digits ?? 0;
      spread[index] = detector.spreadDigits ?? 0;
      const beyond = detector.nonAscii === undefined ? 0 : characterKinds[detector.nonAscii];
      other[index] = (beyond << RUN_BITS) | (detector.run === undefined ? 0 : runKinds[detector.run]);
    });
    this.needs = { low, high, top, digits, spread, other };
    this.machine = machine ?? new WordMachine(groups);
  }

  /** Hits in one text, in the order of the detectors. */
  find(text: string): readonly TextHit[] {
    return this.search(text, this.look(text));
  }

  /** Hits in one text of which a gate is known. */
  search(text: string, gate: Gate): readonly TextHit[] {
    let hits: TextHit[] | undefined;
    const kinds = gate.ascii ? 0 : kindsIn(text);
    const beyond = kinds << RUN_BITS;
    for (let at = this.nextOpen(gate, beyond, 0); at >= 0; at = this.nextOpen(gate, beyond, at + 1)) {
      const detector = this.detectors[at]!;
      if (detector.probe?.test(text) !== false) search(detector, text, (hits ??= []));
    }
    if (kinds !== 0) {
      const folded = foldText(text, kinds);
      if (folded) addFolded(folded, this.searchFolded(folded.text), (hits ??= []));
    }
    return hits ? settle(hits) : nothing;
  }

  /** Hits in a text that was folded; what hides a text is looked for in the text itself. */
  private searchFolded(text: string): TextHit[] {
    const gate = this.look(text);
    const hits: TextHit[] = [];
    const beyond = gate.ascii ? 0 : kindsIn(text) << RUN_BITS;
    for (let at = this.nextOpen(gate, beyond, 0); at >= 0; at = this.nextOpen(gate, beyond, at + 1)) {
      const detector = this.detectors[at]!;
      if (isFolding(detector) && detector.probe?.test(text) !== false) search(detector, text, hits);
    }
    return hits;
  }

  /** Whether a text with this gate can have a hit at all. */
  mayHit(gate: Gate): boolean {
    return this.nextOpen(gate, gate.ascii ? 0 : ANY, 0) >= 0;
  }

  /** The first detector from this one on that can have a hit, or -1. */
  private nextOpen(gate: Gate, beyond: number, from: number): number {
    const { low, high, top, digits, spread, other } = this.needs;
    const [has, hasHigh, hasTop] = [~gate.low, ~gate.high, ~gate.top];
    const lacks = ~(beyond | gate.runs);
    for (let at = from; at < low.length; at++) {
      if (((low[at]! & has) | (high[at]! & hasHigh) | (top[at]! & hasTop)) !== 0) continue;
      if (digits[at]! > gate.digits || spread[at]! > gate.spread) continue;
      if ((other[at]! & lacks) === 0) return at;
    }
    return -1;
  }

  private look(text: string): Gate {
    const { gate } = this;
    gate.low = gate.high = gate.top = gate.digits = gate.spread = gate.runs = 0;
    gate.ascii = true;
    if (text.length <= PART) this.lookAt(text);
    else for (let at = 0; at < text.length; at += PART - OVERLAP) this.lookAt(text.slice(at, at + PART));
    return gate;
  }

  private lookAt(part: string): void {
    const { bytes, gate } = this;
    const length = bytes.write(part, 0, "utf8");
    if (length !== part.length) gate.ascii = false;
    gate.runs |= longRuns(bytes, this.quads, 0, length);
    const { classes, next, firstAccepting, low: lows, high: highs, top: tops } = this.machine;
    let { low, high, top, digits, spread } = gate;
    let state = 0;
    let [run, spreadRun, last] = [0, 0, -MAX_GAP - 2];
    for (let i = 0; i < length; i++) {
      const byte = bytes[i]!;
      state = next[(state << CLASS_BITS) | classes[byte]!]!;
      if (state < firstAccepting) continue;
      low |= lows[state]!;
      high |= highs[state]!;
      top |= tops[state]!;
      if (byte < DIGIT_0 || byte > DIGIT_9) continue;
      const isNear = i - last <= MAX_GAP + 1;
      spreadRun = isNear ? spreadRun + 1 : 1;
      run = isNear && isOneNumber(bytes, last, i) ? run + 1 : 1;
      last = i;
      if (run > digits) digits = run;
      if (spreadRun > spread) spread = spreadRun;
    }
    gate.low = low;
    gate.high = high;
    gate.top = top;
    gate.digits = digits;
    gate.spread = spread;
  }
}

/** 1 for bytes that may stand between two digits of one number. */
const withinNumbers = new Uint8Array(256).fill(1, 0x80);
for (const byte of Buffer.from(" .-/()_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) withinNumbers[byte] = 1;

/** Whether two digits can belong to one number, by what stands between them; see {@link Detector.digits}. */
export function isOneNumber(bytes: Uint8Array, first: number, second: number): boolean {
  for (let i = first + 1; i < second; i++) if (withinNumbers[bytes[i]!] === 0) return false;
  return true;
}
