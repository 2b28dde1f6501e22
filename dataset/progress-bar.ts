import { displayWidth, printable } from "./excerpt";
import type { Progress } from "./progress";
import { grouped } from "./quantities";

/** Where a {@link ProgressBar} is shown. */
export interface ProgressStream {
  write(text: string): unknown;
  /** True for a terminal, where one line is written over and over. */
  readonly isTTY?: boolean;
  /** Width of the terminal; it may change at any time. Default: not known, nothing is shortened. */
  readonly columns?: number;
}

/** Milliseconds before anything is shown: a check that is done by then needs no bar. */
const SILENT = 1000;

/** Milliseconds between two updates, on a terminal and elsewhere. */
const PAUSE = { terminal: 100, plain: 5000 } as const;

const WIDTH = 24;
const CLEAR_LINE = "\r\u001B[K";

/** Shows how far checks are: a bar on a terminal, a plain line every few seconds elsewhere. The first error is told at once. */
export class ProgressBar {
  private file: string | undefined;
  private started = 0;
  private shown = -Infinity;
  private toldError = false;
  private drawn = false;

  /**
   * @param stream - usually stderr, so that the report on stdout stays clean
   * @param now - the time in milliseconds, from any beginning
   */
  constructor(
    private readonly stream: ProgressStream,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes how far a file is; shows it when it is time, and removes it when the file is done. */
  readonly update = (progress: Progress): void => {
    const time = this.now();
    if (progress.file !== this.file) {
      this.end();
      Object.assign(this, { file: progress.file, started: time, shown: -Infinity, toldError: false });
    }
    if (progress.done) this.end();
    const elapsed = time - this.started;
    const { firstError } = progress;
    if (elapsed < SILENT || progress.done) return;
    if (firstError && !this.toldError) {
      this.toldError = true;
      const place = firstError.line === undefined ? "" : `:${firstError.line}:${firstError.column}`;
      this.line(
        `${printable(progress.file)}${place}: first error, ${firstError.rule}: ${printable(firstError.message)}`,
      );
    }
    if (time - this.shown < (this.stream.isTTY === true ? PAUSE.terminal : PAUSE.plain)) return;
    this.shown = time;
    const [name, ...parts] = describe(progress, elapsed);
    if (this.stream.isTTY !== true) {
      this.line([name, ...parts].join(" "));
      return;
    }
    this.stream.write(`${CLEAR_LINE}${fitted(bar(progress), name, parts, this.stream.columns || Infinity)}`);
    this.drawn = true;
  };

  /** Removes the bar, so that something else can be written: also after a check that failed. */
  end(): void {
    if (this.drawn) this.stream.write(CLEAR_LINE);
    this.drawn = false;
  }

  private line(text: string): void {
    this.end();
    this.stream.write(`${text}\n`);
  }
}

function bar({ bytes, totalBytes }: Progress): string {
  if (totalBytes === undefined || totalBytes === 0) return "";
  const filled = Math.round(Math.min(1, bytes / totalBytes) * WIDTH);
  return `[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}] `;
}

/**
 * The line of a terminal, in one row of it: a longer one would be wrapped, and only its last row could be removed. What
 * tells least goes first: counts from the end, the bar, the beginning of the file's name.
 */
function fitted(drawn: string, name: string, parts: readonly string[], columns: number): string {
  // A terminal that is written to its last column may begin a new row.
  const room = columns - 1;
  const shorter = parts.map((_, index) => parts.slice(0, parts.length - index).join(" "));
  const rows = [drawn, ""].flatMap((first) => shorter.map((rest) => `${first}${name} ${rest}`));
  const fits = (row: string) => displayWidth(row) <= room;
  const row = rows.find(fits);
  if (row !== undefined) return row.replace(/,$/u, "");
  const rest = shorter.find((text) => text.length <= room) ?? "";
  const letters = [...name];
  while (letters.length > 0 && displayWidth(letters.join("")) > room - rest.length - 2) letters.shift();
  return `${letters.length < 4 ? "" : `…${letters.join("")} `}${rest.replace(/,$/u, "")}`;
}

/** The parts of a line: share, throughput, time left, and what was found so far. Without the size of the file no share and no time. */
function describe(
  { file, bytes, totalBytes, records, errors, warnings }: Progress,
  elapsed: number,
): [name: string, ...string[]] {
  const perSecond = (bytes / elapsed) * 1000;
  const parts = [`${(perSecond / 1e6).toFixed(0)} MB/s,`];
  if (totalBytes !== undefined && totalBytes > 0) {
    const left = Math.max(0, totalBytes - bytes) / perSecond;
    parts.unshift(`${Math.floor(Math.min(1, bytes / totalBytes) * 100)} %,`);
    parts.push(`${clock(left)} left,`);
  }
  const counts = `${grouped(records)} records, ${grouped(errors)} errors, ${grouped(warnings)} warnings`;
  return [`${printable(file)}:`, ...parts, counts];
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), String(whole % 60).padStart(2, "0")];
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}
