/** One physical line of a file. `bytes` is only valid until the listener returns. */
export interface RawLine {
  /** The line without its line feed; cut to the splitter's maximum when `length` is greater. */
  readonly bytes: Buffer;
  /** 1-based. */
  readonly number: number;
  /** Length in bytes, without the line feed. */
  readonly length: number;
  /** False for a last line that the file ends without a line feed. */
  readonly terminated: boolean;
}

const LINE_FEED = 0x0a;

/**
 * Cuts a stream of bytes at line feeds. It works on bytes because a line feed is never part of a multi-byte UTF-8
 * character, so a chunk border inside a character does no harm. Holds at most one line, cut at `maxLineBytes`.
 */
export class LineSplitter {
  private readonly held: Buffer[] = [];
  private heldBytes = 0;
  private length = 0;
  private number = 1;

  /**
   * @param onLine - called for every line, in order; must not keep `bytes`
   * @param maxLineBytes - bytes of one line that are kept; the rest is counted and dropped
   */
  constructor(
    private readonly onLine: (line: RawLine) => void,
    private readonly maxLineBytes: number,
  ) {}

  /** Takes the next bytes of the file. The caller may reuse the buffer afterwards. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.emit(chunk.subarray(start, end), true);
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
  }

  /** Ends the file: gives a last line that has no line feed. */
  end(): void {
    if (this.length > 0) this.emit(Buffer.alloc(0), false);
  }

  private hold(bytes: Buffer): void {
    const room = this.maxLineBytes - this.heldBytes;
    if (room > 0) {
      const kept = Buffer.from(bytes.subarray(0, room));
      this.held.push(kept);
      this.heldBytes += kept.length;
    }
    this.length += bytes.length;
  }

  private emit(bytes: Buffer, terminated: boolean): void {
    let line = bytes;
    let length = bytes.length;
    if (this.length > 0) {
      this.hold(bytes);
      line = Buffer.concat(this.held, this.heldBytes);
      length = this.length;
      this.held.length = 0;
      this.heldBytes = 0;
      this.length = 0;
    } else if (length > this.maxLineBytes) line = bytes.subarray(0, this.maxLineBytes);
    this.onLine({ bytes: line, number: this.number++, length, terminated });
  }
}
