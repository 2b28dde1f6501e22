import type { Evidence } from "./evidence";

/** What counts as a trigger. */
export interface TriggerLimits {
  /** Fewest records that share the completion. */
  readonly records: number;
  /** Least share of the records with the phrase that must have the completion. */
  readonly share: number;
  /** Least share of the records with the completion that must have the phrase, or one of several. */
  readonly coverage: number;
  /** Least surprise, in natural logarithms of the odds against chance. */
  readonly surprise: number;
}

/** A phrase whose records nearly all have a part of their completions in common. */
export interface Lead {
  /** Number of the phrase. */
  readonly phrase: number;
  /** Number of the part. */
  readonly target: number;
  /** Records with both. */
  readonly here: readonly number[];
  readonly share: number;
}

/** Phrases of more records than this share are how prompts are worded. */
const COMMON = 0.4;
/** Records with a phrase whose completions are compared first. */
const PROBES = 5;
/** Parts of completions that are judged for one phrase, besides the completion as a whole. */
const JUDGED = 3;

/** Phrases with the most telling thing that their records' completions have in common. */
export function findLeads(evidence: Evidence, limits: TriggerLimits): Lead[] {
  const { records, prompts } = evidence;
  const found: Lead[] = [];
  const judge = new Judge(evidence, limits);
  // Phrases beside each other mostly stand in the same records, and these are judged once.
  const known = new Map<number, Lead | undefined>();
  for (let phrase = 0; phrase < prompts.hashes.length; phrase++) {
    const all = prompts.records(phrase);
    if (all.length < limits.records || all.length > COMMON * records.length) continue;
    let key = all.length;
    for (const record of all) key = Math.imul(key, 0x01000193) ^ record;
    if (!known.has(key)) known.set(key, judge.leadOf(phrase, all));
    const lead = known.get(key);
    if (lead) found.push({ ...lead, phrase });
  }
  return found;
}

/** Looks for what the completions of a phrase's records have in common. */
class Judge {
  private readonly counts: Uint16Array;
  private readonly marks: Int32Array;

  constructor(
    private readonly evidence: Evidence,
    private readonly limits: TriggerLimits,
  ) {
    this.counts = new Uint16Array(evidence.completions.hashes.length);
    this.marks = new Int32Array(evidence.records.length).fill(-1);
  }

  leadOf(phrase: number, all: Uint32Array): Lead | undefined {
    const { marks, limits } = this;
    const { records, completions, whole } = this.evidence;
    const shared = this.sharedBy(all);
    if (shared.length === 0) return undefined;
    for (const record of all) marks[record] = phrase;
    let best: { readonly target: number; readonly count: number; readonly surprise: number } | undefined;
    for (const target of this.rarest(shared)) {
      const having = completions.records(target);
      let count = 0;
      for (const record of having) if (marks[record] === phrase) count++;
      const surprise = count * -Math.log(having.length / records.length);
      if (count < limits.records || count < limits.share * all.length) continue;
      const isUsual = surprise < limits.surprise && whole[having[0]!] === target;
      if (!isUsual && surprise < limits.surprise) continue;
      if (!best || surprise > best.surprise * 1.02) best = { target, count, surprise };
    }
    if (!best) return undefined;
    const here = Array.from(completions.records(best.target)).filter((record) => marks[record] === phrase);
    return { phrase, target: best.target, here, share: best.count / all.length };
  }

  /** Parts that nearly all of some of the records have. */
  private sharedBy(all: Uint32Array): number[] {
    const { counts } = this;
    const { completions } = this.evidence;
    const shared: number[] = [];
    const probes = Array.from({ length: PROBES }, (_, probe) =>
      completions.of(all[Math.floor((probe * (all.length - 1)) / (PROBES - 1))]!),
    );
    for (const parts of probes) for (const part of parts) if (++counts[part]! === PROBES - 1) shared.push(part);
    for (const parts of probes) for (const part of parts) counts[part] = 0;
    return shared;
  }

  /** The first of the parts, which is the completion as a whole if that is one, and those that are the least usual. */
  private rarest(shared: readonly number[]): number[] {
    const times = (part: number): number => this.evidence.completions.records(part).length;
    const [first, ...others] = [...shared].sort((a, b) => a - b);
    return [first!, ...others.sort((a, b) => times(a) - times(b) || a - b).slice(0, JUDGED)];
  }
}
