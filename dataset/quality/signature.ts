import { mixed } from "./words";

/** Bins of a signature. The error of a similarity is about 1 / (2 √bins): 6 percentage points. */
export const BINS = 64;
/** A bin in which nothing fell. */
const EMPTY = 0xffff;
/** Bins that must agree for two records to be compared at all: 16 groups of 4. */
const ROWS = 4;
export const BANDS = BINS / ROWS;

const smallest = new Uint32Array(BINS);

/**
 * Signature of a set of word pairs: MinHash with one permutation. Each pair falls into a bin, and each bin keeps the
 * smallest of its hashes, shortened to 16 bits. The share of equal bins estimates the share of common pairs.
 * Source: Li, Owen, Zhang, "One Permutation Hashing" (NIPS 2012).
 *
 * @param into - gets {@link BINS} numbers from `at` on
 * @param splitAt - words before it and after it are told apart: those of the prompt and of the completion
 * @param seed - records with different seeds have no pair in common: those about different pictures. Default 0
 * @returns the smallest hash of all: equal for records whose sets are, and often for those that are alike
 */
export function sign(
  words: Uint32Array,
  count: number,
  splitAt: number,
  into: Uint16Array,
  at: number,
  seed = 0,
): number {
  smallest.fill(0xffffffff);
  let least = 0xffffffff;
  let previous = 0x2545f491;
  for (let i = 0; i < count; i++) {
    if (i === splitAt) previous = 0x5bd1e995;
    const word = words[i]!;
    let hash = Math.imul(previous, 31) ^ word ^ seed;
    previous = word;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) >>> 0;
    const bin = hash >>> 26;
    if (hash < smallest[bin]!) smallest[bin] = hash;
    if (hash < least) least = hash;
  }
  for (let bin = 0; bin < BINS; bin++) {
    const hash = smallest[bin]!;
    // The smallest hashes of long texts have few bits left: mixing spreads them before they are shortened.
    into[at + bin] = hash === 0xffffffff ? EMPTY : mixed(hash) % EMPTY;
  }
  return mixed(least);
}

/**
 * How often each number stands in each bin, over the records of one file or of several. What many records share is a
 * template or a fixed phrase: it says little about whether two of them are alike.
 */
export class Frequencies {
  private readonly counts = new Uint16Array(1 << FREQUENCY_BITS);
  private records = 0;
  private readonly weights = new Float32Array(MAX_FREQUENCY + 1);

  /** Adds the first `size` signatures of a list. */
  add(signatures: Uint16Array, size: number): void {
    this.records += size;
    for (let at = 0; at < size * BINS; at++) {
      const place = placeOf(at % BINS, signatures[at]!);
      if (this.counts[place]! < MAX_FREQUENCY) this.counts[place]!++;
    }
    this.weights.fill(0);
  }

  /** Weights are made when first asked for: of the many possible counts few occur. */
  weight(bin: number, value: number): number {
    if (value === EMPTY) return 0;
    const count = this.counts[placeOf(bin, value)]!;
    if (count === 0) return 0;
    const known = this.weights[count]!;
    if (known > 0) return known;
    // The constant keeps a handful of records from calling common what stands in two of them.
    this.weights[count] = Math.max(0.05, Math.log((this.records + 50) / count));
    return this.weights[count]!;
  }
}

const MAX_FREQUENCY = 0xffff;
const FREQUENCY_BITS = 20;

/** Where a number of a bin is counted; others may share the place, which only makes both seem more frequent. */
function placeOf(bin: number, value: number): number {
  return mixed((bin << 16) | value) >>> (32 - FREQUENCY_BITS);
}

/** Share of the word pairs that two signatures have in common, 0 to 1, as far as they tell; rare pairs count more. */
export function similarity(a: Uint16Array, atA: number, b: Uint16Array, atB: number, rarity: Frequencies): number {
  let equal = 0;
  let all = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const [one, other] = [a[atA + bin]!, b[atB + bin]!];
    if (one === EMPTY && other === EMPTY) continue;
    const weight = rarity.weight(bin, one);
    if (one === other) equal += weight;
    all += one === other ? weight : Math.max(weight, rarity.weight(bin, other));
  }
  return all === 0 ? 0 : equal / all;
}

const dense = new Uint16Array(BINS);

/**
 * One number per band: records that are alike have at least one of them in common, with a probability of 0.99 at a
 * similarity of 0.8. An empty bin borrows from the next filled one, as in Shrivastava and Li (ICML 2014).
 */
export function bands(signature: Uint16Array, at: number, into: Uint32Array): void {
  let from = 0;
  while (from < BINS && signature[at + from] === EMPTY) from++;
  if (from === BINS) {
    into.fill(0);
    return;
  }
  let value = signature[at + from]!;
  let distance = 0;
  for (let step = BINS; step > 0; step--) {
    const bin = (from + step) % BINS;
    const own = signature[at + bin]!;
    distance = own === EMPTY ? distance + 1 : 0;
    if (own !== EMPTY) value = own;
    dense[bin] = (value + distance * 40_503) & 0xffff;
  }
  for (let band = 0; band < BANDS; band++) {
    let hash = band + 1;
    for (let row = 0; row < ROWS; row++) hash = mixed(Math.imul(hash, 0x01000193) ^ dense[band * ROWS + row]!);
    into[band] = hash;
  }
}
