import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { AnalysisRequest } from "../analysis";
import { FindingCollector, placeFindings } from "../findings";
import { initialState } from "../formats";
import type { FileState } from "../formats/format";
import { CHARACTERS_PER_TOKEN, checkRecordCount, grouped } from "../quantities";
import type { DatasetReport } from "../report";
import { isS3Uri, parseS3Uri } from "../s3-uri";
import { severityUnder } from "../scan/policy";
import { isCompressed } from "../variants";
import type { AnalysisPart, BlockResult } from "./block";
import { type CheckSetup, type Known, reportBlank } from "./block-check";

/** Puts together what the blocks of one file contribute, in file order, and judges what only the whole file shows. */
export class FileCheck {
  /** Findings so far, in file order. */
  readonly findings: FindingCollector;
  private readonly hash = createHash("sha256");
  private state: FileState;
  private read = 0;
  private records = 0;
  private characters = 0;
  private longest: BlockResult["longest"];
  private blank: { first: number; count: number } | undefined;

  /**
   * @param maxRecords - quota of training and validation records; default: the family's default quota
   * @param analyses - those of the setup, in the same order
   */
  constructor(
    private readonly setup: CheckSetup,
    private readonly maxRecords: number | undefined,
    private readonly analyses: readonly AnalysisRequest[],
  ) {
    const { file, maxFindings, policy, limits } = setup;
    this.state = initialState(limits.format, file);
    this.findings = new FindingCollector(file, maxFindings, (rule) => severityUnder(policy, rule));
  }

  /** Takes bytes of the file, in order. */
  update(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.read += bytes.length;
  }

  /** Bytes and records that are read and merged so far. */
  get progress(): { bytes: number; records: number } {
    return { bytes: this.read, records: this.records };
  }

  /** SHA-256 of the bytes so far, in lower-case hexadecimal. */
  get sha256(): string {
    return this.hash.copy().digest("hex");
  }

  /** What the next block may build on. */
  known(): Known {
    const analysesFull = this.analyses.map(({ findings = this.findings }) => findings.fullRules());
    return { state: this.state, full: this.findings.fullRules(), analysesFull };
  }

  /**
   * Whether a block must be checked again: it was checked before the blocks in front of it were merged, and its own
   * records decided for the file what these had decided otherwise.
   */
  mustRepeat({ state }: BlockResult): boolean {
    return Object.entries(this.state).some(
      ([name, value]) => value !== undefined && state[name] !== undefined && state[name] !== value,
    );
  }

  /** Takes the next block's result; must be called in the order of the blocks. */
  merge(result: BlockResult, firstLine: number): void {
    const { records, leadingBlank } = result;
    if (leadingBlank > 0) {
      this.blank ??= { first: firstLine, count: 0 };
      this.blank.count += leadingBlank;
    }
    if (records > 0 && this.blank) {
      reportBlank(this.findings, "empty-line", this.blank);
      this.blank = undefined;
    }
    if (result.trailingBlank) this.blank = result.trailingBlank;
    this.findings.absorb(result.findings);
    this.state = { ...result.state, ...defined(this.state) };
    this.records += records;
    this.characters += result.characters;
    if (result.longest && result.longest.characters > (this.longest?.characters ?? 0)) this.longest = result.longest;
  }

  /** Takes what analyses found and learned in a block; in the order of the blocks. */
  mergeAnalyses(parts: readonly AnalysisPart[]): void {
    parts.forEach(({ findings, part }, index) => {
      const { summary, findings: into = this.findings } = this.analyses[index]!;
      into.absorb(findings);
      summary.block?.(part);
    });
  }

  /** Takes what analyses learned in one worker. */
  mergeAll(parts: readonly unknown[]): void {
    parts.forEach((part, index) => this.analyses[index]!.summary.all?.(part));
  }

  /** Ends the file. Must be called once, last. */
  finish(baseModel: string): DatasetReport {
    if (this.blank) reportBlank(this.findings, "trailing-blank-line", this.blank);
    const { limits, role, file } = this.setup;
    checkRecordCount(this.records, role, limits, this.maxRecords, (rule, message) => this.findings.add(rule, message));
    this.checkFile();
    for (const { summary, findings = this.findings } of this.analyses) {
      summary.finish?.((rule, message, line) => {
        const draft = findings.add(rule, message);
        if (line !== undefined) placeFindings({ number: line, text: "" }, [{ draft, offset: 0 }]);
      });
    }
    const errors = this.findings.count("error");
    return {
      file,
      role,
      ok: errors === 0,
      baseModel,
      family: limits.family,
      customizationType: limits.customizationType,
      format: limits.format.id,
      records: this.records,
      bytes: this.read,
      sha256: this.sha256,
      estimatedTokens: estimateTokens(this.characters),
      ...(this.longest
        ? { longestRecord: { ...this.longest, estimatedTokens: estimateTokens(this.longest.characters) } }
        : {}),
      errors,
      warnings: this.findings.count("warning"),
      findings: this.findings.list(),
      totalFindings: this.findings.totals(),
    };
  }

  private checkFile(): void {
    const { limits, role, file } = this.setup;
    if (isCompressed(file) && limits.format.id !== "invocation-log") {
      this.findings.add("compressed-file", "the file is gzipped; this kind of job takes it unzipped");
    }
    const most = limits.maxFileBytes?.[role];
    if (most !== undefined && this.read > most) {
      const has = `the file has ${grouped(this.read)} bytes`;
      this.findings.add("file-too-large", `${has}; ${limits.family} takes at most ${grouped(most)} for ${role}`);
    }
    const name = isS3Uri(file) ? (parseS3Uri(file)?.key ?? file) : basename(file);
    if (limits.plainFileNames && !/^[\w\-/.]+$/.test(name)) {
      const allowed = "may hold letters, digits, _ - / and . only";
      this.findings.add("file-name", `the name ${JSON.stringify(name)} ${allowed} where ${limits.family} reads it`);
    }
    if (limits.retired !== undefined) this.findings.add("model-retired", `${limits.family}: ${limits.retired}`);
  }
}

function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

function defined(state: FileState): FileState {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
}
