import { isAscii, isUtf8 } from "node:buffer";
import { createAnalysis, type AnalysisRequest, type RecordAnalysis, type RecordView } from "../analysis";
import { FindingCollector, placeFindings } from "../findings";
import { createChecker } from "../formats";
import { type FileState, isObject, kindOf, quotedKey, type RecordChecker, type RecordSize } from "../formats/format";
import { hasDuplicateKeys, inspectJson, mayHoldLoneSurrogate } from "../json-inspect";
import type { ModelLimits } from "../limits";
import { checkTokens, grouped } from "../quantities";
import type { DatasetRole } from "../report";
import type { RuleId } from "../rules";
import { type ScanPolicy, severityUnder } from "../scan/policy";
import { Scanner } from "../scan/scanner";
import type { WordTables } from "../scan/word-machine";
import type { TextField } from "../texts";
import { firstInvalidUtf8 } from "../utf8";
import type { AnalysisPart, Block, BlockResult } from "./block";
import { formatOf, whyNoJson, whyNoObject, whyNoUtf8 } from "./hints";
import { Drafts, View } from "./record-view";
import { NON_ASCII, RecordShapes, RESPELLED } from "./shapes";

/** What a file is checked against. Plain data, so that a worker can be given it. */
export interface CheckSetup {
  /** File name for findings. */
  readonly file: string;
  readonly limits: ModelLimits;
  readonly role: DatasetRole;
  readonly maxFindings: number;
  /** Longest line in bytes. */
  readonly maxLineBytes: number;
  readonly policy: ScanPolicy;
  readonly analyses: readonly Pick<AnalysisRequest, "name" | "options">[];
  /** Words of the scanners, where another thread has made them. */
  readonly words?: WordTables;
}

/** What is known about the file when a block is checked. */
export interface Known {
  readonly state: FileState;
  /** Rules of which enough findings are kept. */
  readonly full: readonly RuleId[];
  /** The same for the findings of each analysis. */
  readonly analysesFull: readonly (readonly RuleId[])[];
  /** True when the block is checked again, with another state: its analyses have run. Default false. */
  readonly again?: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const OPEN_BRACE = 0x7b;

/** Where one line stands, and how to read it. */
interface Line {
  readonly bytes: Buffer;
  readonly number: number;
  /** Offset of its first byte in the file. */
  readonly offset: number;
  /** Length in bytes, also of what was cut off. */
  readonly length: number;
  readonly terminated: boolean;
  readonly encoding: "latin1" | "utf8" | "unknown";
}

/** Where a line stands in its block. */
interface Span {
  readonly encoding: "latin1" | "utf8";
  readonly start: number;
  /** Offset of the CR LF or LF that ends it. */
  readonly end: number;
  readonly number: number;
  readonly isCrlf: boolean;
}

/** Checks blocks of one file, one after the other; not necessarily all of them, since several work on one file. */
export class BlockChecker {
  private readonly findings: FindingCollector;
  private readonly drafts: Drafts;
  private readonly checker: RecordChecker;
  private readonly shapes: RecordShapes | undefined;
  private readonly scanner: Scanner;
  private readonly analyses: readonly { readonly analysis: RecordAnalysis; readonly findings: FindingCollector }[];
  private analysing = true;
  private records = 0;
  private characters = 0;
  private longest: { line: number; characters: number } | undefined;
  private leadingBlank = 0;
  private blank: { first: number; count: number } | undefined;

  constructor(private readonly setup: CheckSetup) {
    const { file, maxFindings, policy, limits } = setup;
    const collector = () => new FindingCollector(file, maxFindings, (rule) => severityUnder(policy, rule));
    this.findings = collector();
    this.drafts = new Drafts(this.findings);
    this.scanner = new Scanner(policy, setup.words);
    this.checker = createChecker(limits.format);
    this.shapes = RecordShapes.of(this.checker);
    this.analyses = setup.analyses.map((one) => ({ analysis: createAnalysis(one), findings: collector() }));
  }

  /** Checks one block. */
  check(block: Block, { state, full, analysesFull, again = false }: Known): BlockResult {
    this.findings.onlyCount(full);
    this.analyses.forEach(({ findings }, index) => findings.onlyCount(analysesFull[index] ?? []));
    this.checker.resume?.(state);
    this.analysing = !again && this.analyses.length > 0;
    this.records = this.characters = this.leadingBlank = 0;
    this.longest = this.blank = undefined;
    this.lines(block);
    if (this.records === 0) this.endBlank();
    return {
      index: block.index,
      records: this.records,
      characters: this.characters,
      longest: this.longest,
      leadingBlank: this.leadingBlank,
      trailingBlank: this.blank,
      findings: this.findings.take(),
      state: this.checker.state?.() ?? {},
      analyses: again ? [] : this.analyses.map(({ analysis, findings }) => take(analysis, findings)),
    };
  }

  /** The setup for another thread, with what was made of it here and would be made again. */
  get shared(): CheckSetup {
    const { words } = this.scanner;
    return { ...this.setup, ...(words && { words }) };
  }

  /** What the analyses learned from all blocks that were checked here. */
  takeAll(): unknown[] {
    return this.analyses.map(({ analysis }) => analysis.takeAll?.());
  }

  private lines(block: Block): void {
    const { bytes, firstLine, offset, cutLine } = block;
    const encoding = isAscii(bytes) ? "latin1" : isUtf8(bytes) ? "utf8" : "unknown";
    if (cutLine !== undefined) {
      this.line({ bytes, number: firstLine, offset, length: cutLine, terminated: false, encoding });
      return;
    }
    const { maxLineBytes, limits } = this.setup;
    const shortest = Math.min(maxLineBytes, limits.maxLineBytes ?? maxLineBytes);
    const isSearchable = encoding !== "unknown" && bytes.byteOffset % 4 === 0;
    const known = isSearchable && this.shapes && this.scanner.look(bytes) ? this.shapes : undefined;
    const lastLine = known?.begin(bytes) ?? 0;
    let number = firstLine;
    for (let start = 0; start < bytes.length; number++) {
      const knownEnd = known && start < lastLine ? known.endOf(start) : -1;
      if (known && encoding !== "unknown" && knownEnd >= 0 && knownEnd - start <= shortest) {
        this.endBlank();
        this.records++;
        const isCrlf = bytes[knownEnd - 1] === CARRIAGE_RETURN;
        this.knownRecord(known, block, { encoding, start, end: isCrlf ? knownEnd - 1 : knownEnd, number, isCrlf });
        start = knownEnd + 1;
        continue;
      }
      const lineFeed = bytes.indexOf(LINE_FEED, start);
      const end = lineFeed < 0 ? bytes.length : lineFeed;
      const isPlain = bytes[start] === OPEN_BRACE && bytes[end - 1] !== CARRIAGE_RETURN && end - start <= shortest;
      if (isPlain && encoding !== "unknown") {
        this.endBlank();
        this.records++;
        this.record(bytes.toString(encoding, start, end), number, offset + start);
      } else {
        this.line({
          bytes: bytes.subarray(start, Math.min(end, start + maxLineBytes)),
          number,
          offset: offset + start,
          length: end - start,
          terminated: lineFeed >= 0,
          encoding,
        });
      }
      start = end + 1;
    }
  }

  private line(line: Line): void {
    const { number, encoding } = line;
    let bytes = line.bytes;
    if (number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      bytes = bytes.subarray(3);
      this.add("bom", "the file begins with a byte order mark", number, () => beginning(bytes));
    }
    const isCut = line.length > line.bytes.length;
    if (line.terminated && !isCut && bytes.at(-1) === CARRIAGE_RETURN) {
      bytes = bytes.subarray(0, -1);
      this.reportCrlf(number, () => bytes.toString("utf8"));
    }
    if (!isCut && isBlank(bytes)) {
      this.blank ??= { first: number, count: 0 };
      this.blank.count++;
      return;
    }
    this.endBlank();
    this.records++;
    const longest = this.setup.limits.maxLineBytes;
    if (!isCut && longest !== undefined && line.length > longest) {
      const message = `the line has ${grouped(line.length)} bytes; at most ${grouped(longest)} are taken`;
      this.add("line-over-limit", message, number, () => beginning(bytes));
    }
    if (isCut) {
      const message = `the line has ${grouped(line.length)} bytes; at most ${grouped(line.bytes.length)} are read`;
      this.add("line-too-long", message, number, () => beginning(bytes));
    } else if (encoding !== "unknown" || isUtf8(bytes)) this.record(bytes.toString("utf8"), number, line.offset);
    else this.reportInvalidUtf8(bytes, number);
  }

  private reportCrlf(number: number, text: () => string): void {
    this.add("crlf", "the line ends in CR LF", number, text, ({ length }) => length);
  }

  private endBlank(): void {
    if (!this.blank) return;
    if (this.records === 0) this.leadingBlank = this.blank.count;
    else reportBlank(this.findings, "empty-line", this.blank);
    this.blank = undefined;
  }

  private record(text: string, number: number, offset: number): void {
    let record: unknown;
    try {
      record = JSON.parse(text);
    } catch (error) {
      const fault = inspectJson(text).fault ?? { offset: 0, message: String(error) };
      this.add(
        "invalid-json",
        fault.message + whyNoJson(text, fault, number),
        number,
        () => text,
        () => fault.offset,
      );
      return;
    }
    if (!isObject(record)) {
      const start = (): number => text.length - text.trimStart().length;
      const message = `expected an object, found ${kindOf(record)}${whyNoObject(record, number)}`;
      this.add("not-an-object", message, number, () => text, start);
      return;
    }
    const before = this.findings.added;
    if (hasDuplicateKeys(text, record) || mayHoldLoneSurrogate(text)) this.inspect(text, number);
    const size = this.checker.check(record, this.drafts.report);
    const hits = this.scanner.hits(record);
    if (hits) this.search(record, number);
    else if (this.findings.added === before) this.shapes?.learn(text, record, size);
    this.drafts.place(text, number);
    this.measure(size, number, () => text);
    if (this.analysing) this.analyse(record, text, number, offset);
  }

  /** A record of a known shape: the format has nothing against it, and it is parsed only where that is needed. */
  private knownRecord(shapes: RecordShapes, { bytes, offset }: Block, span: Span): void {
    const { encoding, start, end, number } = span;
    const decoded = (): string => bytes.toString(encoding, start, end);
    if (span.isCrlf) this.reportCrlf(number, decoded);
    const hits = this.hits(shapes, bytes, encoding);
    this.measure(shapes, number, decoded);
    if (!hits && !this.analysing) return;
    const text = decoded();
    const record = JSON.parse(text) as RecordView["record"];
    if (hits) {
      this.search(record, number);
      this.drafts.place(text, number);
    }
    if (this.analysing) this.analyse(record, text, number, offset + start);
  }

  /** Whether a scanner finds something in a text of a record of known shape. Nothing was found in the rest when it was learned. */
  private hits({ count, starts, ends, flags }: RecordShapes, bytes: Buffer, encoding: Span["encoding"]): boolean {
    const { scanner } = this;
    if (!scanner.searches) return false;
    for (let i = 0; i < count; i++) {
      const [start, end, flag] = [starts[i]!, ends[i]!, flags[i]!];
      const isRespelled = (flag & RESPELLED) !== 0;
      if (!isRespelled && !scanner.mayHit(bytes, start, end, (flag & NON_ASCII) === 0)) continue;
      const text = JSON.parse(bytes.toString(encoding, start - 1, end + 1)) as string;
      if (isRespelled ? scanner.hitsIn(text) : scanner.hitsInAsked(text)) return true;
    }
    return false;
  }

  private search(record: RecordView["record"], number: number): void {
    for (const { rule, message, path, start } of this.scanner.find(record, number)) {
      this.drafts.report(rule, message, { path, at: start });
    }
  }

  private measure(size: RecordSize, number: number, text: () => string): void {
    checkTokens(size, this.setup.limits, (rule, message) => this.add(rule, message, number, text));
    const characters = size.input + size.output;
    this.characters += characters;
    if (characters > (this.longest?.characters ?? 0)) this.longest = { line: number, characters };
  }

  private analyse(record: RecordView["record"], text: string, number: number, offset: number): void {
    let texts: readonly TextField[] | undefined;
    for (const { analysis, findings } of this.analyses) {
      const view = new View(record, text, number, offset, findings, texts);
      analysis.record(view);
      texts = view.known;
      view.place();
    }
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
        const message = `the key ${quotedKey(key)} stands twice in one object`;
        return { draft: this.findings.add("duplicate-key", message), offset };
      }),
      ...loneSurrogates.map((offset) => {
        const message = `${text.slice(offset, offset + 6)} is half of a surrogate pair`;
        return { draft: this.findings.add("lone-surrogate", message), offset };
      }),
    ];
    placeFindings({ number, text }, places);
  }

  private reportInvalidUtf8(bytes: Buffer, number: number): void {
    const at = firstInvalidUtf8(bytes);
    const format = number === 1 ? formatOf(bytes) : undefined;
    const hex = bytes[at]!.toString(16).toUpperCase();
    const byte = `byte 0x${hex} is not valid UTF-8`;
    const message = format === undefined ? byte + whyNoUtf8(bytes, at) : `the file is ${format}`;
    const decodedLength = (): number => bytes.toString("utf8", 0, at).length;
    this.add("invalid-utf8", message, number, () => bytes.toString("utf8"), decodedLength);
  }
}

function take(analysis: RecordAnalysis, findings: FindingCollector): AnalysisPart {
  return { findings: findings.take(), part: analysis.takeBlock?.() };
}

/** Adds the finding about a run of blank lines. */
export function reportBlank(
  findings: FindingCollector,
  rule: "empty-line" | "trailing-blank-line",
  { first, count }: { first: number; count: number },
): void {
  const what = count === 1 ? "an empty line" : `${grouped(count)} empty lines (${first} to ${first + count - 1})`;
  const draft = findings.add(rule, `${what} ${rule === "empty-line" ? "between records" : "at the end of the file"}`);
  placeFindings({ number: first, text: "" }, [{ draft, offset: 0 }]);
}

/** Enough of a line for an excerpt at its first column. */
function beginning(bytes: Buffer): string {
  return bytes.toString("utf8", 0, 400);
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== CARRIAGE_RETURN) return false;
  return true;
}
