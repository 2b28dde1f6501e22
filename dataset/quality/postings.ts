import { mixed } from "./words";

const SKETCH_BITS = 21;
const START = 1 << 12;

/** Numbers the features that come often enough, in the order in which they first came. */
class Numbers {
  private keys = new Uint32Array(START);
  private values = new Int32Array(START).fill(-1);
  /** Features by number. */
  readonly hashes: number[] = [];

  of(hash: number): number {
    let slot = mixed(hash) & (this.keys.length - 1);
    for (; this.values[slot]! >= 0; slot = (slot + 1) & (this.keys.length - 1)) {
      if (this.keys[slot] === hash) return this.values[slot]!;
    }
    this.keys[slot] = hash;
    this.values[slot] = this.hashes.length;
    this.hashes.push(hash);
    if (this.hashes.length * 2 > this.keys.length) this.grow();
    return this.hashes.length - 1;
  }

  private grow(): void {
    const size = this.keys.length * 2;
    this.keys = new Uint32Array(size);
    this.values = new Int32Array(size).fill(-1);
    this.hashes.forEach((hash, value) => {
      let slot = mixed(hash) & (size - 1);
      while (this.values[slot]! >= 0) slot = (slot + 1) & (size - 1);
      this.keys[slot] = hash;
      this.values[slot] = value;
    });
  }
}

/** Calls `emit` with the hash of each feature of a record, in the same order each time; a hash may come again. */
export type Features = (record: number, emit: (hash: number) => void) => void;

/** Which records have which features, in both directions; features of too few records are left out. */
export class Postings {
  /** Features by number. */
  readonly hashes: readonly number[];
  private readonly forward: Uint32Array;
  private readonly forwardAt: Uint32Array;
  private readonly backward: Uint32Array;
  private readonly backwardAt: Uint32Array;

  /**
   * @param records - how many there are
   * @param least - fewest records of a feature that is kept
   */
  constructor(records: number, features: Features, least: number) {
    const sketch = new Uint16Array(1 << SKETCH_BITS);
    const cell = (hash: number): number => hash >>> (32 - SKETCH_BITS);
    for (let record = 0; record < records; record++) {
      features(record, (hash) => {
        const at = cell(hash);
        if (sketch[at]! < least) sketch[at]!++;
      });
    }
    const numbers = new Numbers();
    const found: number[] = [];
    const last: number[] = [];
    this.forwardAt = new Uint32Array(records + 1);
    for (let record = 0; record < records; record++) {
      features(record, (hash) => {
        if (sketch[cell(hash)]! < least) return;
        const number = numbers.of(hash >>> 0);
        if (last[number] === record) return;
        last[number] = record;
        found.push(number);
      });
      this.forwardAt[record + 1] = found.length;
    }
    this.hashes = numbers.hashes;
    this.forward = Uint32Array.from(found);
    this.backwardAt = new Uint32Array(this.hashes.length + 1);
    for (const number of this.forward) this.backwardAt[number + 1]!++;
    for (let number = 0; number < this.hashes.length; number++)
      this.backwardAt[number + 1]! += this.backwardAt[number]!;
    const next = this.backwardAt.slice();
    this.backward = new Uint32Array(this.forward.length);
    for (let record = 0; record < records; record++) {
      for (const number of this.of(record)) this.backward[next[number]!++] = record;
    }
  }

  /** Numbers of a record's features. */
  of(record: number): Uint32Array {
    return this.forward.subarray(this.forwardAt[record], this.forwardAt[record + 1]);
  }

  /** Records with a feature, in order. */
  records(feature: number): Uint32Array {
    return this.backward.subarray(this.backwardAt[feature], this.backwardAt[feature + 1]);
  }
}
