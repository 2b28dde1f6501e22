import { type Evidence, spread } from "./evidence";
import type { Lead } from "./leads";

/** How far beyond the usual the share of records must be whose other words speak for another completion. */
const BEYOND = 0.12;
/** Records of the completion without the phrase that are needed for knowing what is usual. */
const FEWEST = 12;

/** Share of the records with another completion that speak for it clearly. */
const OTHERS = 0.8;
/** Records that tell what is usual, at most. */
const MOST = 400;
/** So many of its most telling words are left out of a usual record: those of a lead are, too. */
const TELLING = 2;

/**
 * How much the words of a prompt speak for one completion, such as a label, and not for the others: a naive Bayes model
 * of the file itself.
 */
export class LabelModel {
  /** Records with each word that have the completion. */
  private readonly inside: Uint32Array;
  private readonly members: number;
  /** What speaks for the completion less than this speaks for another: as do this many of the records with another. */
  private readonly against: number;
  /** Some records with the completion, and whether what they say, but for the most telling of it, speaks for another. */
  private readonly usual: readonly { readonly record: number; readonly isAgainst: boolean }[];

  constructor(
    private readonly evidence: Evidence,
    target: number,
  ) {
    const { records, prompts, words, completions } = evidence;
    const has = new Uint8Array(records.length);
    const members = completions.records(target);
    this.members = members.length;
    for (const record of members) has[record] = 1;
    this.inside = Uint32Array.from(prompts.hashes, (hash, phrase) => {
      let inside = 0;
      if (words.has(hash)) for (const record of prompts.records(phrase)) inside += has[record]!;
      return inside;
    });
    const outside = records.map((_record, index) => index).filter((record) => !has[record]);
    const scores = spread(outside, MOST).map((record) => sum(this.weightsOf(record, false)));
    this.against = scores.sort((a, b) => a - b)[Math.floor(OTHERS * scores.length)] ?? -Infinity;
    this.usual = spread(members, MOST).map((record) => {
      const weights = this.weightsOf(record, true).sort((a, b) => b - a);
      return { record, isAgainst: sum(weights.slice(TELLING)) < this.against };
    });
  }

  /**
   * Odds against chance, as a natural logarithm, that as many records with the phrase have the completion although what
   * else they say speaks for another; 0 where it does not.
   */
  surprise({ here, phrase }: Lead): number {
    const marked = new Set(here);
    const own = this.ownOf(marked, here.length);
    own.add(phrase);
    const usual = this.usual.filter(({ record }) => !marked.has(record));
    if (usual.length < FEWEST) return 0;
    const expected = (usual.filter(({ isAgainst }) => isAgainst).length + 1) / (usual.length + 2);
    const share = here.filter((record) => sum(this.weightsOf(record, true, own)) < this.against).length / here.length;
    return share < expected + BEYOND ? 0 : here.length * divergence(share, expected);
  }

  /** How much each word of a record speaks for the completion, as all the other records tell. */
  private weightsOf(record: number, isMember: boolean, without?: ReadonlySet<number>): number[] {
    const { records, prompts, words } = this.evidence;
    const weights: number[] = [];
    for (const phrase of prompts.of(record)) {
      if (without?.has(phrase) || !words.has(prompts.hashes[phrase]!)) continue;
      const inside = this.inside[phrase]! - (isMember ? 1 : 0);
      const outside = prompts.records(phrase).length - this.inside[phrase]! - (isMember ? 0 : 1);
      weights.push(
        Math.log((inside + 0.5) / (this.members + 1)) - Math.log((outside + 0.5) / (records.length - this.members + 1)),
      );
    }
    return weights;
  }

  /** Phrases that stand in most of the records and hardly elsewhere: the lead's own words. */
  private ownOf(marked: ReadonlySet<number>, count: number): Set<number> {
    const { prompts } = this.evidence;
    const times = new Map<number, number>();
    for (const record of marked) for (const one of prompts.of(record)) times.set(one, (times.get(one) ?? 0) + 1);
    const own = new Set<number>();
    for (const [one, here] of times) {
      if (here >= 0.5 * count && here >= 0.8 * prompts.records(one).length) own.add(one);
    }
    return own;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

/** Kullback-Leibler divergence of two shares. */
function divergence(share: number, expected: number): number {
  const part = (a: number, b: number): number => (a === 0 ? 0 : a * Math.log(a / b));
  return part(share, expected) + part(1 - share, 1 - expected);
}
