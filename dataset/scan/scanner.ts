import { credentials } from "./credentials";
import type { Detector } from "./detector";
import { closedGate, DetectorSet, type Gate } from "./detector-set";
import { LineGates } from "./line-gates";
import { personal } from "./personal";
import { isAccepted, type ScanPolicy } from "./policy";
import { poisoning } from "./poisoning";
import { findInRecord, hasHit, type RecordHit } from "./record-hits";
import type { WordTables } from "./word-machine";

/** Looks through every string of every record of one file, under one policy. */
export class Scanner {
  private readonly detectors: DetectorSet | undefined;
  private gates: LineGates | undefined;
  /** What is known of the string that was asked for last. */
  private gate: Gate = closedGate();

  /** @param words - those of a scanner with the same policy. Default: they are made. */
  constructor(
    private readonly policy: ScanPolicy,
    words?: WordTables,
  ) {
    const all = [...credentials, ...poisoning, ...personal];
    this.detectors = setOf(
      all.filter(({ rule }) => policy.rules?.[rule] !== "allow"),
      words,
    );
  }

  /** What to look for, for a scanner in another thread. */
  get words(): WordTables | undefined {
    return this.detectors?.machine;
  }

  /** Whether there is anything to look for. */
  get searches(): boolean {
    return this.detectors !== undefined;
  }

  /** Whether a record has hits, whatever the policy accepts. */
  hits(record: unknown): boolean {
    return this.detectors !== undefined && hasHit(this.detectors, record);
  }

  /** Hits that the policy does not accept. */
  find(record: unknown, line: number): readonly RecordHit[] {
    if (!this.detectors) return [];
    return findInRecord(this.detectors, record).filter(({ rule }) => !isAccepted(this.policy, rule, line));
  }

  /** Looks through a block of lines. True where {@link mayHit} may be asked about them. */
  look(block: Buffer): boolean {
    return this.detectors === undefined || (this.gates ??= new LineGates(this.detectors.machine)).look(block);
  }

  /**
   * Whether a string of the block may have hits, whatever the policy accepts. Strings must be asked for in order.
   *
   * @param ascii - whether it is all ASCII
   */
  mayHit(bytes: Uint8Array, start: number, end: number, ascii: boolean): boolean {
    const { detectors, gates } = this;
    if (!detectors || !gates) return false;
    this.gate = gates.between(bytes, start, end, ascii);
    return detectors.mayHit(this.gate);
  }

  /** Whether the string that {@link mayHit} was asked for last has hits. */
  hitsInAsked(text: string): boolean {
    return this.detectors !== undefined && this.detectors.search(text, this.gate).length > 0;
  }

  /** Whether one string has hits, whatever the policy accepts. */
  hitsIn(text: string): boolean {
    return this.detectors !== undefined && this.detectors.find(text).length > 0;
  }
}

const sets = new Map<string, DetectorSet>();

/** One set for the same detectors, however many files are checked: building it takes longer than a small file. */
function setOf(detectors: readonly Detector[], words: WordTables | undefined): DetectorSet | undefined {
  if (detectors.length === 0) return undefined;
  const key = [...new Set(detectors.map(({ rule }) => rule))].join();
  let set = sets.get(key);
  if (!set) sets.set(key, (set = new DetectorSet(detectors, words)));
  return set;
}
