import { closedGate, DIGIT_0, DIGIT_9, type Gate, isOneNumber, MAX_GAP } from "./detector-set";
import { longRuns, quadsOf } from "./long-runs";
import { CLASS_BITS, type WordTables } from "./word-machine";

interface Places {
  readonly at: Int32Array;
  readonly state: Uint16Array;
}

const LINE_FEED = 0x0a;
const BACKSLASH = 0x5c;

/** Parts of a block that are looked through at the same time: the processor waits for memory in one while it works on others. */
const STREAMS = 4;

/** Places that are kept of one block; a block with more is made of digits or of words. */
const MAX_PLACES = 1 << 18;

/**
 * What may be in the strings of a block of JSON, without decoding them: the word machine of a {@link DetectorSet} runs over
 * their bytes. A word stands in the bytes as it stands in the string, as long as no character is spelled as `\u` or `\/`: of such
 * strings no gate must be asked. No word may have a quote, a backslash or a control character but as its first character.
 */
export class LineGates {
  /** Offsets of ends of words and of digits, and the machine's state there; stream by stream in the order of the bytes. */
  private readonly found: Places = { at: new Int32Array(MAX_PLACES), state: new Uint16Array(MAX_PLACES) };
  private readonly sorted: Places = { at: new Int32Array(MAX_PLACES), state: new Uint16Array(MAX_PLACES) };
  private readonly gate = closedGate();
  private quads: Int32Array = new Int32Array(0);
  private count = 0;
  private index = 0;

  constructor(private readonly machine: WordTables) {}

  /** Looks through a block of whole lines, in memory that begins at a multiple of four. False where it holds too much to keep: no gate must be asked then. */
  look(bytes: Buffer): boolean {
    this.index = 0;
    this.quads = quadsOf(bytes);
    const starts = [0];
    for (let part = 1; part < STREAMS; part++) {
      const at = Math.max(starts[part - 1]!, Math.floor((bytes.length * part) / STREAMS));
      const lineFeed = bytes.indexOf(LINE_FEED, at);
      starts.push(lineFeed < 0 ? bytes.length : lineFeed + 1);
    }
    const ends = [...starts.slice(1), bytes.length];
    this.count = this.run(bytes, starts, ends);
    if (this.count > MAX_PLACES) return false;
    this.sort(starts);
    return true;
  }

  /** What may be between two offsets. They must be asked for in order; the answer holds until the next question. */
  between(bytes: Uint8Array, start: number, end: number, ascii: boolean): Gate {
    const { gate, count } = this;
    const { at: places, state: states } = this.sorted;
    const { low: lows, high: highs, top: tops } = this.machine;
    let [low, high, top, digits, spread] = [0, 0, 0, 0, 0];
    let [run, spreadRun, last] = [0, 0, -1];
    let index = this.index;
    while (index < count && places[index]! < start) index++;
    for (; index < count; index++) {
      const at = places[index]!;
      if (at >= end) break;
      const state = states[index]!;
      low |= lows[state]!;
      high |= highs[state]!;
      top |= tops[state]!;
      const byte = bytes[at]!;
      if (byte < DIGIT_0 || byte > DIGIT_9) continue;
      const isNear = last >= 0 && areNear(bytes, last, at);
      spreadRun = isNear ? spreadRun + 1 : 1;
      run = isNear && isOneNumber(bytes, last, at) ? run + 1 : 1;
      last = at;
      if (run > digits) digits = run;
      if (spreadRun > spread) spread = spreadRun;
    }
    this.index = index;
    gate.low = low;
    gate.high = high;
    gate.top = top;
    gate.digits = digits;
    gate.spread = spread;
    gate.ascii = ascii;
    gate.runs = longRuns(bytes, this.quads, start, end);
    return gate;
  }

  /** Runs the machine through all streams in step, and through what is left of each. Returns how much was found, kept or not. */
  private run(bytes: Uint8Array, starts: readonly number[], ends: readonly number[]): number {
    const { jsonClasses: classes, next, firstAccepting } = this.machine;
    const { at, state } = this.found;
    const together = Math.min(...starts.map((start, part) => ends[part]! - start)) | 0;
    const [start0, start1, start2, start3] = starts as [number, number, number, number];
    let [state0, state1, state2, state3, count] = [0, 0, 0, 0, 0];
    // What is written beyond the end of these arrays is dropped.
    for (let i = 0; i < together; i++) {
      state0 = next[(state0 << CLASS_BITS) | classes[bytes[start0 + i]!]!]!;
      state1 = next[(state1 << CLASS_BITS) | classes[bytes[start1 + i]!]!]!;
      state2 = next[(state2 << CLASS_BITS) | classes[bytes[start2 + i]!]!]!;
      state3 = next[(state3 << CLASS_BITS) | classes[bytes[start3 + i]!]!]!;
      if (state0 >= firstAccepting) {
        at[count] = start0 + i;
        state[count++] = state0;
      }
      if (state1 >= firstAccepting) {
        at[count] = start1 + i;
        state[count++] = state1;
      }
      if (state2 >= firstAccepting) {
        at[count] = start2 + i;
        state[count++] = state2;
      }
      if (state3 >= firstAccepting) {
        at[count] = start3 + i;
        state[count++] = state3;
      }
    }
    for (const [part, begun] of [state0, state1, state2, state3].entries()) {
      let current = begun;
      for (let i = starts[part]! + together; i < ends[part]!; i++) {
        current = next[(current << CLASS_BITS) | classes[bytes[i]!]!]!;
        if (current < firstAccepting) continue;
        at[count] = i;
        state[count++] = current;
      }
    }
    return count;
  }

  /** Puts what the streams found in turn into the order of the bytes. */
  private sort(starts: readonly number[]): void {
    const { found, sorted, count } = this;
    const [, start1, start2, start3] = starts as [number, number, number, number];
    // Not by branches: the streams found things by turns, so a processor would guess wrong at every second place.
    const streamOf = (at: number): number =>
      3 - (((at - start1) >>> 31) + ((at - start2) >>> 31) + ((at - start3) >>> 31));
    const next = new Int32Array(STREAMS + 1);
    for (let i = 0; i < count; i++) next[streamOf(found.at[i]!) + 1]!++;
    for (let part = 1; part < STREAMS; part++) next[part]! += next[part - 1]!;
    for (let i = 0; i < count; i++) {
      const at = found.at[i]!;
      const to = next[streamOf(at)]!++;
      sorted.at[to] = at;
      sorted.state[to] = found.state[i]!;
    }
  }
}

/** Whether at most {@link MAX_GAP} bytes of the decoded string stand between two digits: an escape is at most two bytes for one. */
function areNear(bytes: Uint8Array, last: number, at: number): boolean {
  let gap = at - last - 1;
  if (gap > MAX_GAP * 2) return false;
  for (let i = last + 1; i < at; i++) if (bytes[i] === BACKSLASH) gap--;
  return gap <= MAX_GAP;
}
