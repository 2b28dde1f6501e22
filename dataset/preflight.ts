import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { type Draft, FindingCollector, placeFindings } from "./findings";
import { createChecker } from "./formats";
import { isObject, kindOf, type RecordChecker } from "./formats/format";
import { hasDuplicateKeys, inspectJson, type JsonPlace, locateAll, mayHoldLoneSurrogate } from "./json-inspect";
import { LineSplitter, type RawLine } from "./lines";
import { baseModelId, type ModelLimits } from "./limits";
import { CHARACTERS_PER_TOKEN, checkRecordCount, checkTokens, grouped } from "./quantities";
import type { DatasetReport, DatasetRole } from "./report";
import type { RuleId } from "./rules";
import { type ScanPolicy, severityUnder } from "./scan/policy";
import { Scanner } from "./scan/scanner";
import { firstInvalidUtf8 } from "./utf8";

/**
 * Longest line that is read, in bytes. The largest published limit, 32,000 tokens at 6 characters each written as 6-byte
 * escapes, is 1.2 MB: a line over 16 MiB is no record. Reading on would only cost memory.
 */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** What a {@link Preflight} needs to know. */
export interface PreflightOptions {
  /** File name for findings and report. */
  readonly file: string;
  readonly baseModel: string;
  readonly limits: ModelLimits;
  readonly role: DatasetRole;
  readonly maxFindings: number;
  /** Quota of training and validation records; default: the family's default quota. */
  readonly maxRecords?: number;
  /** Longest line in bytes. Default {@link MAX_LINE_BYTES}. */
  readonly maxLineBytes?: number;
  /** What the scanners for sensitive data and poisoning do. Default: every rule with its own severity. */
  readonly policy?: ScanPolicy;
  /** Called with every record that is a JSON object, and where it stands. */
  readonly onRecord?: (record: unknown, line: number, text: string) => void;
}

/** Bytes in, report out: checks one file that arrives in chunks, in one pass, holding one line at a time. */
export class Preflight {
  private readonly hash = createHash("sha256");
  private readonly splitter: LineSplitter;
  private readonly findings: FindingCollector;
  private readonly checker: RecordChecker;
  private readonly scanner: Scanner;
  private bytes = 0;
  private records = 0;
  private characters = 0;
  private longest: { line: number; characters: number } | undefined;
  private blank: { first: number; count: number } | undefined;

  constructor(private readonly options: PreflightOptions) {
    this.splitter = new LineSplitter((line) => this.line(line), options.maxLineBytes ?? MAX_LINE_BYTES);
    const { policy = {} } = options;
    this.findings = new FindingCollector(options.file, options.maxFindings, (rule) => severityUnder(policy, rule));
    this.scanner = new Scanner(policy);
    this.checker = createChecker(options.limits.format);
  }

  /** Takes the next bytes of the file; the caller may reuse them afterwards. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.hash.update(bytes);
    this.bytes += bytes.length;
    this.splitter.push(bytes);
  }

  /** Ends the file. Must be called once, last. */
  finish(): DatasetReport {
    this.splitter.end();
    if (this.blank) this.reportBlank("trailing-blank-line", "at the end of the file");
    const { limits, role, file, baseModel, maxRecords } = this.options;
    checkRecordCount(this.records, role, limits, maxRecords, (rule, message) => this.findings.add(rule, message));
    this.checkFile();
    const totalFindings = this.findings.totals();
    const errors = this.findings.count("error");
    return {
      file,
      role,
      ok: errors === 0,
      baseModel: baseModelId(baseModel) ?? baseModel,
      family: limits.family,
      customizationType: limits.customizationType,
      format: limits.format.id,
      records: this.records,
      bytes: this.bytes,
      sha256: this.hash.digest("hex"),
      estimatedTokens: Math.ceil(this.characters / CHARACTERS_PER_TOKEN),
      ...(this.longest
        ? {
            longestRecord: {
              ...this.longest,
              estimatedTokens: Math.ceil(this.longest.characters / CHARACTERS_PER_TOKEN),
            },
          }
        : {}),
      errors,
      warnings: this.findings.count("warning"),
      findings: this.findings.list(),
      totalFindings,
    };
  }

  private checkFile(): void {
    const { limits, role } = this.options;
    const most = limits.maxFileBytes?.[role];
    if (most !== undefined && this.bytes > most) {
      const has = `the file has ${grouped(this.bytes)} bytes`;
      this.findings.add("file-too-large", `${has}; ${limits.family} takes at most ${grouped(most)} for ${role}`);
    }
    if (limits.retired !== undefined) this.findings.add("model-retired", `${limits.family}: ${limits.retired}`);
  }

  private line(line: RawLine): void {
    const { number } = line;
    let bytes = line.bytes;
    if (number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      bytes = bytes.subarray(3);
      this.add("bom", "the file begins with a byte order mark", number, () => beginning(bytes));
    }
    const isCut = line.length > line.bytes.length;
    if (line.terminated && !isCut && bytes.at(-1) === 0x0d) {
      bytes = bytes.subarray(0, -1);
      this.add(
        "crlf",
        "the line ends in CR LF",
        number,
        () => bytes.toString("utf8"),
        (text) => text.length,
      );
    }
    if (!isCut && isBlank(bytes)) {
      this.blank ??= { first: number, count: 0 };
      this.blank.count++;
      return;
    }
    if (this.blank) this.reportBlank("empty-line", "between records");
    this.records++;
    const longest = this.options.limits.maxLineBytes;
    if (!isCut && longest !== undefined && line.length > longest) {
      const message = `the line has ${grouped(line.length)} bytes; at most ${grouped(longest)} are taken`;
      this.add("line-over-limit", message, number, () => beginning(bytes));
    }
    if (isCut) {
      const message = `the line has ${grouped(line.length)} bytes; at most ${grouped(line.bytes.length)} are read`;
      this.add("line-too-long", message, number, () => beginning(bytes));
    } else if (isUtf8(bytes)) this.record(bytes.toString("utf8"), number);
    else this.reportInvalidUtf8(bytes, number);
  }

  private record(text: string, number: number): void {
    let record: unknown;
    try {
      record = JSON.parse(text);
    } catch (error) {
      const fault = inspectJson(text).fault ?? { offset: 0, message: String(error) };
      this.add(
        "invalid-json",
        fault.message,
        number,
        () => text,
        () => fault.offset,
      );
      return;
    }
    if (!isObject(record)) {
      const start = (): number => text.length - text.trimStart().length;
      this.add("not-an-object", `expected an object, found ${kindOf(record)}`, number, () => text, start);
      return;
    }
    if (hasDuplicateKeys(text, record) || mayHoldLoneSurrogate(text)) this.inspect(text, number);
    const drafts: { draft: Draft; place: JsonPlace }[] = [];
    const size = this.checker.check(record, (rule, message, place) => {
      const draft = this.findings.add(rule, message);
      if (draft) drafts.push({ draft, place });
    });
    for (const { rule, message, path, start } of this.scanner.scan(record, number)) {
      const draft = this.findings.add(rule, message);
      if (draft) drafts.push({ draft, place: { path, at: start } });
    }
    if (drafts.length > 0) {
      const offsets = locateAll(
        text,
        drafts.map(({ place }) => place),
      );
      placeFindings(
        { number, text },
        drafts.map(({ draft }, index) => ({ draft, offset: offsets[index]! })),
      );
    }
    checkTokens(size, this.options.limits, (rule, message) => this.add(rule, message, number, () => text));
    const characters = size.input + size.output;
    this.characters += characters;
    if (characters > (this.longest?.characters ?? 0)) this.longest = { line: number, characters };
    this.options.onRecord?.(record, number, text);
  }

  /** Adds one finding, and decodes the line and finds the place only if it is kept. */
  private add(
    rule: RuleId,
    message: string,
    number: number,
    text: () => string,
    offset: (text: string) => number = () => 0,
  ): void {
    const draft = this.findings.add(rule, message);
    if (!draft) return;
    const line = { number, text: text() };
    placeFindings(line, [{ draft, offset: offset(line.text) }]);
  }

  private inspect(text: string, number: number): void {
    const { duplicateKeys, loneSurrogates } = inspectJson(text);
    const places = [
      ...duplicateKeys.map(({ key, offset }) => {
        const message = `the key ${JSON.stringify(key)} stands twice in one object`;
        return { draft: this.findings.add("duplicate-key", message), offset };
      }),
      ...loneSurrogates.map((offset) => {
        const message = `${text.slice(offset, offset + 6)} is half of a surrogate pair`;
        return { draft: this.findings.add("lone-surrogate", message), offset };
      }),
    ];
    placeFindings({ number, text }, places);
  }

  private reportBlank(rule: "empty-line" | "trailing-blank-line", where: string): void {
    if (!this.blank) return;
    const { first, count } = this.blank;
    const what = count === 1 ? "an empty line" : `${grouped(count)} empty lines (${first} to ${first + count - 1})`;
    this.add(rule, `${what} ${where}`, first, () => "");
    this.blank = undefined;
  }

  private reportInvalidUtf8(bytes: Buffer, number: number): void {
    const at = firstInvalidUtf8(bytes);
    const mark = bytes.length > 1 ? bytes.readUInt16BE(0) : 0;
    const isUtf16 = number === 1 && (mark === 0xfffe || mark === 0xfeff);
    const hex = bytes[at]!.toString(16).toUpperCase();
    const message = isUtf16 ? "the file is UTF-16" : `byte 0x${hex} is not valid UTF-8`;
    const decodedLength = (): number => bytes.toString("utf8", 0, at).length;
    this.add("invalid-utf8", message, number, () => bytes.toString("utf8"), decodedLength);
  }
}

/** Enough of a line for an excerpt at its first column. */
function beginning(bytes: Buffer): string {
  return bytes.toString("utf8", 0, 400);
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
