/** A record by its line, with its length in characters. */
export interface Extreme {
  readonly line: number;
  readonly characters: number;
}

/** Lengths as a worker hands them over. */
export interface LengthsPart {
  readonly counts: Float64Array;
  readonly longest: readonly Extreme[];
  readonly shortest: readonly Extreme[];
}

/** Steps per doubling: a quantile is exact to 9 %. */
const STEPS = 8;
const SIZE = 32 * STEPS;
/** Texts beyond a limit are outliers while they are at most this share of all; more of them are texts of another kind. */
const FEW = 0.05;
/** Extreme records that are kept at each end. */
const KEPT = 64;

/** A histogram of lengths in steps that grow with the length, and the records at both ends. */
export class Lengths {
  readonly counts = new Float64Array(SIZE);
  private longest: Extreme[] = [];
  private shortest: Extreme[] = [];
  total = 0;

  add(characters: number, line: number): void {
    this.counts[stepOf(characters)]!++;
    this.total++;
    const last = this.longest[KEPT - 1];
    if (!last || characters > last.characters) this.longest = extremes(this.longest, [{ line, characters }], -1);
    const first = this.shortest[KEPT - 1];
    if (!first || characters < first.characters) this.shortest = extremes(this.shortest, [{ line, characters }], 1);
  }

  take(): LengthsPart {
    return { counts: this.counts, longest: this.longest, shortest: this.shortest };
  }

  absorb({ counts, longest, shortest }: LengthsPart): void {
    counts.forEach((count, step) => {
      this.counts[step]! += count;
      this.total += count;
    });
    this.longest = extremes(this.longest, longest, -1);
    this.shortest = extremes(this.shortest, shortest, 1);
  }

  /** The length that a share of the records does not exceed; 0 without records. */
  quantile(share: number): number {
    let left = share * this.total;
    for (let step = 0; step < SIZE; step++) {
      left -= this.counts[step]!;
      if (left <= 0 && this.counts[step]! > 0) return lengthOf(step);
    }
    return 0;
  }

  /** Longest record, in characters. */
  get greatest(): number {
    return this.longest[0]?.characters ?? 0;
  }

  /**
   * Records far outside of the rest: over `factor` times the distance from the median to the quartile beyond the
   * quartile, on a scale of ratios, and at least `ratio` times longer or shorter than the median. Longest first.
   * Where one in twenty texts or more is so, the file has texts of several kinds, and none is an outlier.
   */
  outliers(factor: number, ratio: number): { readonly long: readonly Extreme[]; readonly short: readonly Extreme[] } {
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => this.quantile(share)) as [number, number, number];
    if (this.total === 0 || middle === 0) return { long: [], short: [] };
    const longer = Math.max(high * (high / middle) ** factor, middle * ratio);
    const shorter = Math.min(low * (low / middle) ** factor, middle / ratio);
    const isFew = (holds: (length: number) => boolean): boolean => {
      const count = this.counts.reduce((sum, times, step) => (holds(lengthOf(step)) ? sum + times : sum), 0);
      return count <= Math.max(1, FEW * this.total);
    };
    return {
      long: isFew((length) => length > longer) ? this.longest.filter(({ characters }) => characters > longer) : [],
      short: isFew((length) => length < shorter) ? this.shortest.filter(({ characters }) => characters < shorter) : [],
    };
  }
}

function stepOf(characters: number): number {
  return characters <= 0 ? 0 : Math.min(SIZE - 1, Math.floor(Math.log2(characters) * STEPS) + 1);
}

/** Middle of a step. */
function lengthOf(step: number): number {
  return step === 0 ? 0 : Math.round(2 ** ((step - 0.5) / STEPS));
}

function extremes(kept: readonly Extreme[], more: readonly Extreme[], direction: 1 | -1): Extreme[] {
  return [...kept, ...more].sort((a, b) => direction * (a.characters - b.characters) || a.line - b.line).slice(0, KEPT);
}
