import { credentials } from "./credentials";
import type { Detector } from "./detector";
import { personal } from "./personal";
import { isAccepted, type ScanPolicy } from "./policy";
import { poisoning } from "./poisoning";
import { findInRecord, type RecordHit } from "./record-hits";

/** Looks through every string of every record of one file, under one policy. */
export class Scanner {
  private readonly detectors: readonly Detector[];

  constructor(private readonly policy: ScanPolicy) {
    const all = [...credentials, ...poisoning, ...personal];
    this.detectors = all.filter(({ rule }) => policy.rules?.[rule] !== "allow");
  }

  /** Hits that the policy does not accept. */
  scan(record: unknown, line: number): RecordHit[] {
    if (this.detectors.length === 0) return [];
    return findInRecord(this.detectors, record).filter(({ rule }) => !isAccepted(this.policy, rule, line));
  }
}
