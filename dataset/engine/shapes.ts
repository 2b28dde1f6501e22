import type { JsonObject, RecordChecker, RecordSize } from "../formats/format";
import { JsonWalker } from "../json-walk";
import { locateAll } from "../json-inspect";
import { textsOf } from "../texts";
import { MAX_ANCHORS, TextScanner } from "./text-scanner";

/** Nodes of the tree at most: a file whose records all differ in more than their texts teaches nothing. */
const MAX_NODES = 1024;

/** What may follow one text, at most: all of these are compared with each line. */
const MAX_CHOICES = 16;

/** Records that are not learned after one that could not be, at most. The number doubles each time, up to this. */
const MAX_PAUSE = 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Neither a character beyond ASCII nor an escape. */
const plainPattern = /^[\x20-\x5B\x5D-\x7E\t]*$/;

/** Texts of a record at most; records with more are parsed. */
const MAX_TEXTS = 64;

/** A text holds something beyond ASCII. */
export const NON_ASCII = 1;

/** A text has characters in another spelling, see {@link TextScanner.respelled}. */
export const RESPELLED = 2;

/** What stands between two texts, or after the last one. */
interface Node {
  /** Bytes up to and with the opening quote of the next text; for the last node, up to the end of the line. */
  readonly literal: Buffer;
  /** Whether the text that follows is the model's answer; undefined where none follows. */
  readonly output: boolean | undefined;
  readonly next: Node[];
}

/** What a checker says about its records that makes it possible to know them by their shape. */
export type FreeTexts = NonNullable<RecordChecker["freeTexts"]>;

/**
 * Knows records again that differ from a good one in their texts only, by comparing bytes: most records of a file are
 * written by one program, with the same keys in the same order. That costs a fraction of parsing them. Nothing that it takes can
 * have a finding of the format: everything but the texts is the same, byte by byte, and the texts are neither blank nor
 * broken, and hold no word that the format forbids.
 */
export class RecordShapes {
  /** Size of the last record that was known. */
  input = 0;
  output = 0;
  /** How many texts it has, and where they stand, without their quotes. */
  count = 0;
  readonly starts = new Int32Array(MAX_TEXTS);
  readonly ends = new Int32Array(MAX_TEXTS);
  /** What is known of each: {@link NON_ASCII} and {@link RESPELLED}. */
  readonly flags = new Uint8Array(MAX_TEXTS);
  private readonly first: Node[] = [];
  private readonly texts: TextScanner;
  private bytes: Buffer = Buffer.alloc(0);
  private nodes = 0;
  /** False where the last record was not known for what its texts hold: its shape is. */
  private isNew = true;
  private pause = 1;
  private waiting = 0;

  private constructor(private readonly free: FreeTexts) {
    this.texts = new TextScanner(free.forbidden);
  }

  /** Undefined where a format's records cannot be known by their shape. */
  static of({ freeTexts }: RecordChecker): RecordShapes | undefined {
    if (!freeTexts) return undefined;
    const last = new Set(freeTexts.forbidden.map((word) => word.at(-1)));
    return last.size <= MAX_ANCHORS ? new RecordShapes(freeTexts) : undefined;
  }

  /**
   * Takes the block whose lines are asked for next.
   *
   * @param bytes - valid UTF-8, in memory that begins at a multiple of four bytes
   * @returns offset of a last line without line feed, which must not be asked for
   */
  begin(bytes: Buffer): number {
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    this.bytes = bytes;
    this.texts.begin(bytes.subarray(0, end));
    return end;
  }

  /**
   * Offset of the line feed that ends a line of the block, where the line is a record of a shape that has been learned, followed by
   * LF or CR LF; else -1. Sets the public members.
   */
  endOf(start: number): number {
    this.input = this.output = this.count = 0;
    const { texts, bytes } = this;
    let candidates = this.first;
    for (let at = start; ;) {
      const node = find(candidates, bytes, at);
      this.isNew = !node;
      if (!node) return -1;
      at += node.literal.length;
      if (node.output === undefined) return lineFeedAt(bytes, at);
      const characters = texts.scan(at);
      if (characters < 0) return -1;
      if (node.output) this.output += characters;
      else this.input += characters;
      this.starts[this.count] = at;
      this.ends[this.count] = at = texts.end;
      this.flags[this.count++] = (texts.nonAscii ? NON_ASCII : 0) | (texts.respelled ? RESPELLED : 0);
      candidates = node.next;
    }
  }

  /** Learns the shape of a record in which nothing was found: neither by the format nor by a scanner. */
  learn(text: string, record: JsonObject, size: RecordSize): void {
    if (!this.isNew) return;
    if (this.waiting > 0) this.waiting--;
    else if (this.add(text, record, size)) this.pause = 1;
    else {
      // Learning costs many times what parsing does: it must not be tried in vain with each record of a file.
      this.waiting = this.pause;
      this.pause = Math.min(MAX_PAUSE, this.pause * 2);
    }
  }

  /** Returns whether there was something to learn. */
  private add(text: string, record: JsonObject, size: RecordSize): boolean {
    if (this.nodes >= MAX_NODES) return false;
    const fields = textsOf(record).map(({ path, role, text: value }) => ({
      path,
      output: role === "assistant",
      value,
    }));
    const sum = (output: boolean): number =>
      fields.reduce((length, field) => length + (field.output === output ? field.value.length : 0), 0);
    // Where a size is made of anything else, the texts do not tell it.
    if (fields.length === 0 || fields.length > MAX_TEXTS || sum(false) !== size.input || sum(true) !== size.output)
      return false;
    const ends = new Map<number, number>();
    const keys = new Set<string>();
    new JsonWalker(text, {
      key: (_frames, key) => keys.add(key),
      string: (start, end) => ends.set(start, end),
    }).walk();
    if (this.free.without.some((key) => keys.has(key))) return false;
    const starts = locateAll(text, fields);
    const places = fields.map(({ output }, index) => ({ start: starts[index]!, output })).sort(byStart);
    const literals: { literal: string; output: boolean | undefined }[] = [];
    let done = 0;
    for (const { start, output } of places) {
      const end = ends.get(start);
      if (end === undefined || start < done) return false;
      literals.push({ literal: text.slice(done, start + 1), output });
      done = end - 1;
    }
    literals.push({ literal: text.slice(done), output: undefined });
    // What is known of a line's texts is then known of the line.
    if (literals.some(({ literal }) => !plainPattern.test(literal))) return false;
    const before = this.nodes;
    let list: Node[] | undefined = this.first;
    for (const { literal, output } of literals) list &&= this.step(list, literal, output);
    return this.nodes > before;
  }

  private step(list: Node[], text: string, output: boolean | undefined): Node[] | undefined {
    const literal = Buffer.from(text);
    const known = list.find((node) => node.output === output && node.literal.equals(literal));
    if (known) return known.next;
    if (list.length >= MAX_CHOICES) return undefined;
    this.nodes++;
    const node: Node = { literal, output, next: [] };
    list.push(node);
    return node.next;
  }
}

function find(nodes: readonly Node[], bytes: Uint8Array, at: number): Node | undefined {
  for (const node of nodes) {
    const { literal, output } = node;
    const { length } = literal;
    let i = 0;
    while (i < length && bytes[at + i] === literal[i]) i++;
    if (i === length && (output !== undefined || lineFeedAt(bytes, at + length) >= 0)) return node;
  }
  return undefined;
}

/** Offset of the line feed that ends the line here; -1 where it goes on. */
function lineFeedAt(bytes: Uint8Array, at: number): number {
  const next = bytes[at] === CARRIAGE_RETURN ? at + 1 : at;
  return bytes[next] === LINE_FEED ? next : -1;
}

function byStart(a: { readonly start: number }, b: { readonly start: number }): number {
  return a.start - b.start;
}
