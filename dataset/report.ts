import type { Finding } from "./findings";
import type { CustomizationType } from "./limits";
import type { DatasetProfile } from "./profile/profile";
import type { RuleId } from "./rules";

/** What a file is for: its records are learned from, or measured during training, or asked in an evaluation job. */
export type DatasetRole = "train" | "validation" | "evaluation";

/** Findings and their totals, of a file or of a pair of files. */
export interface FindingSet {
  /** True when there is no error; warnings do not count. */
  readonly ok: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** At most `maxFindings`, in file order; every rule that fired is represented before any is repeated. */
  readonly findings: readonly Finding[];
  /** How often each rule fired, shown above or not. */
  readonly totalFindings: Readonly<Partial<Record<RuleId, number>>>;
}

/** What a service was asked, and what that costs at the price of the settings. */
export interface ServiceUse {
  readonly service: "comprehend";
  readonly requests: number;
  /** Units of 100 characters that are billed. */
  readonly units: number;
  readonly cost: number;
  readonly currency: string;
  /** Day of the price. */
  readonly asOf: string;
  /** When the answers were given, as ISO 8601, where kept ones were used and nothing was sent. */
  readonly answeredAt?: string;
}

/** Everything the preflight found out about one file. Plain data: it can be written as JSON. */
export interface DatasetReport extends FindingSet {
  /** Name as given by the caller. */
  readonly file: string;
  readonly role: DatasetRole;
  /** Base model id without context suffix. */
  readonly baseModel: string;
  readonly family: string;
  readonly customizationType: CustomizationType;
  readonly format: string;
  /** Lines that are not blank. */
  readonly records: number;
  readonly bytes: number;
  /** Lower-case hexadecimal SHA-256 of the raw bytes. */
  readonly sha256: string;
  /** Characters of all texts divided by 6, AWS's own estimate. The model's tokenizer decides. */
  readonly estimatedTokens: number;
  /** The record with the most characters of text; absent when no record could be measured. */
  readonly longestRecord?: { readonly line: number; readonly characters: number; readonly estimatedTokens: number };
  /** What a service for sensitive data was asked; absent where none was chosen. */
  readonly serviceUse?: ServiceUse;
  /** What the texts are like; absent where they were not compared with each other. */
  readonly profile?: DatasetProfile;
}
