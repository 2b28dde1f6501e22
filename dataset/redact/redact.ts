import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { type FileHandle, link, open, rename, rm, stat } from "node:fs/promises";
import { DatasetError } from "../errors";
import { openSource } from "../input/open";
import { isS3Uri } from "../s3-uri";
import { LineSplitter, type RawLine } from "../lines";
import { grouped } from "../quantities";
import type { RuleId } from "../rules";
import { credentials } from "../scan/credentials";
import { DetectorSet } from "../scan/detector-set";
import { personal } from "../scan/personal";
import type { ServiceUse } from "../report";
import { isAccepted, type ScanPolicy } from "../scan/policy";
import { askAbout } from "../service/ask";
import { LineParts, type TextPart } from "../service/line-parts";
import type { ComprehendSettings } from "../service/settings";
import { redactLine, sensitiveParts, withoutLine } from "./redact-line";

/** How a copy is made. */
export interface RedactOptions {
  /** Rules that it allows stay as they are; so does what it suppresses. Default: everything sensitive is replaced. */
  readonly policy?: ScanPolicy;
  /** Replace an existing output. Default false. */
  readonly force?: boolean;
  /** Replaces what Amazon Comprehend finds, too. Sends all texts to the service, and costs. Default: nothing is sent anywhere. */
  readonly comprehend?: ComprehendSettings;
  /** Called with what the service is going to be asked, before anything is sent. */
  readonly onServiceUse?: (use: ServiceUse) => void;
}

/** What was done. Holds no text of the file. */
export interface RedactReport {
  readonly input: string;
  readonly output: string;
  readonly lines: number;
  readonly changedLines: number;
  /** Replacements by rule. */
  readonly replaced: Readonly<Partial<Record<RuleId, number>>>;
  /** First lines that were changed, at most 1,000, with the rules. */
  readonly changes: readonly { readonly line: number; readonly rules: readonly RuleId[] }[];
  /** SHA-256 of the copy, in hexadecimal. */
  readonly sha256: string;
  /** What a service was asked; absent where none was chosen. */
  readonly serviceUse?: ServiceUse;
}

/** Longest line that is redacted, in bytes. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const MAX_CHANGES = 1_000;
const BYTE_ORDER_MARK = "\uFEFF";
const WRITE_BYTES = 256 * 1024;

/**
 * Writes a copy of a dataset in which personal data and credentials are replaced by placeholders such as `[EMAIL]`, line by
 * line, and checks the copy. The input is never changed; the output appears under its name only when it is complete and clean.
 *
 * @param input - path or `s3://` URI; a `.gz` is unzipped
 * @param output - path of the copy
 * @throws DatasetError `bad-option` where the output is the input or exists; `unreadable` where the input cannot be read,
 *   the output cannot be written, or a line is too long to be redacted;
 *   with Comprehend as {@link askAbout}
 */
export async function redact(input: string, output: string, options: RedactOptions = {}): Promise<RedactReport> {
  await requireOther(input, output, options.force ?? false);
  const partial = `${output}.${process.pid}.partial`;
  try {
    const report = await copyOf(input, output, partial, options);
    if (options.force) await rename(partial, output);
    else await link(partial, output);
    return report;
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError("unreadable", `Cannot write the copy ${output}: ${reason}`, { cause: error });
  } finally {
    await rm(partial, { force: true });
  }
}

async function requireOther(input: string, output: string, force: boolean): Promise<void> {
  if (isS3Uri(output)) {
    throw new DatasetError(
      "bad-option",
      `The copy ${output} must be a file on this machine; upload it once it is checked.`,
    );
  }
  const there = await statOf(output);
  if (!there) return;
  const source = isS3Uri(input) ? undefined : await statOf(input);
  if (source && source.dev === there.dev && source.ino === there.ino) {
    throw new DatasetError(
      "bad-option",
      `The copy ${output} is the input itself. Name another file: nothing is changed in place.`,
    );
  }
  if (!force)
    throw new DatasetError(
      "bad-option",
      `The copy ${output} exists. Name another file, or give --force to replace it.`,
    );
}

async function statOf(path: string): Promise<{ dev: number; ino: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new DatasetError("unreadable", `Cannot look at ${path}: ${String(error)}`, { cause: error });
  }
}

async function copyOf(
  input: string,
  output: string,
  partial: string,
  { policy = {}, comprehend, onServiceUse }: RedactOptions,
): Promise<RedactReport> {
  const file = await open(partial, "wx");
  try {
    if (!comprehend) return (await writeCopy(input, file, policy)).report(output);
    const asked = { source: openSource(input), maxLineBytes: MAX_LINE_BYTES };
    const { result, use } = await askAbout(asked, comprehend, onServiceUse, async (answers, sha256) => {
      const found = new LineParts(answers, comprehend, policy);
      const copy = await writeCopy(input, file, policy, found).finally(() => found.close());
      if (copy.inputSha256 !== sha256) {
        throw new DatasetError("unreadable", `The dataset ${input} changed while it was read. Try again.`);
      }
      return copy;
    });
    return { ...result.report(output), serviceUse: use };
  } finally {
    await file.close();
  }
}

async function writeCopy(input: string, file: FileHandle, policy: ScanPolicy, found?: LineParts): Promise<Copy> {
  const copy = new Copy(input, policy);
  let lines: RawLine[] = [];
  const splitter = new LineSplitter((line) => lines.push({ ...line, bytes: Buffer.from(line.bytes) }), MAX_LINE_BYTES);
  const write = async (): Promise<void> => {
    for (const line of lines) {
      copy.line(line, found ? await found.of(line.number) : []);
      if (copy.pendingBytes >= WRITE_BYTES) await file.writeFile(copy.take());
    }
    lines = [];
  };
  for await (const chunk of openSource(input).chunks()) {
    copy.read(chunk);
    splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    await write();
  }
  splitter.end();
  await write();
  await file.writeFile(copy.take());
  await found?.end();
  return copy;
}

/** The lines of the copy, and what was done to them. */
class Copy {
  pendingBytes = 0;
  private pending: Buffer[] = [];
  private readonly hash = createHash("sha256");
  private readonly inputHash = createHash("sha256");
  private readonly detectors = new Map<string, DetectorSet>();
  private readonly counts = new Map<RuleId, number>();
  private readonly changes: { line: number; rules: RuleId[] }[] = [];
  private lines = 0;
  private changed = 0;

  constructor(
    private readonly input: string,
    private readonly policy: ScanPolicy,
  ) {}

  /** SHA-256 of what was read, in hexadecimal. Must be asked for once, last. */
  get inputSha256(): string {
    return this.inputHash.digest("hex");
  }

  /** Takes bytes of the input, in order. */
  read(bytes: Uint8Array): void {
    this.inputHash.update(bytes);
  }

  /** Takes the next line, and what a service found in its texts. */
  line({ bytes, number, length, terminated }: RawLine, more: readonly TextPart[]): void {
    if (length > bytes.length) {
      const has = `Line ${number} of ${this.input} has ${grouped(length)} bytes`;
      throw new DatasetError("unreadable", `${has}; lines of at most ${grouped(MAX_LINE_BYTES)} can be redacted.`);
    }
    this.lines++;
    // What is not UTF-8 is read byte by byte, so that it is written as it was.
    const encoding = isUtf8(bytes) ? "utf8" : "latin1";
    const detectors = this.detectorsFor(number);
    const source = bytes.toString(encoding);
    const mark = number === 1 && source.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
    // A service is asked about the text that a broken line reads as, whose places are not those of its bytes.
    const isLost = encoding === "latin1" && more.length > 0;
    const { text: rest, replaced } = isLost
      ? withoutLine(more)
      : redactLine(source.slice(mark.length), detectors, more);
    const text = mark + rest;
    if (sensitiveParts(text, detectors).length > 0) {
      throw new DatasetError(
        "unreadable",
        `Line ${number} of ${this.input} cannot be redacted. Remove it, then try again.`,
      );
    }
    if (replaced.length > 0) this.note(number, replaced);
    this.write(replaced.length > 0 ? Buffer.from(text, encoding) : Buffer.from(bytes));
    if (terminated) this.write(Buffer.from("\n"));
  }

  /** The bytes of the copy that are not written yet. */
  take(): Buffer {
    const bytes = Buffer.concat(this.pending, this.pendingBytes);
    this.pending = [];
    this.pendingBytes = 0;
    return bytes;
  }

  report(output: string): RedactReport {
    return {
      input: this.input,
      output,
      lines: this.lines,
      changedLines: this.changed,
      replaced: Object.fromEntries([...this.counts].sort(([, a], [, b]) => b - a)),
      changes: this.changes,
      sha256: this.hash.digest("hex"),
    };
  }

  private note(line: number, rules: readonly RuleId[]): void {
    this.changed++;
    if (this.changes.length < MAX_CHANGES) this.changes.push({ line, rules: [...new Set(rules)] });
    for (const rule of rules) this.counts.set(rule, (this.counts.get(rule) ?? 0) + 1);
  }

  private write(bytes: Buffer): void {
    this.hash.update(bytes);
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
  }

  /** What to look for in a line: not what the policy allows or accepts there. */
  private detectorsFor(line: number): DetectorSet {
    const { policy } = this;
    const wanted = [...credentials, ...personal].filter(
      ({ rule }) => policy.rules?.[rule] !== "allow" && !isAccepted(policy, rule, line),
    );
    const key = policy.suppressions === undefined ? "" : wanted.map(({ rule }) => rule).join();
    let set = this.detectors.get(key);
    if (!set) this.detectors.set(key, (set = new DetectorSet(wanted)));
    return set;
  }
}
