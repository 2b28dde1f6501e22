/** Where JSON text stops being JSON: a UTF-16 offset into the text, and what was expected there. */
export interface JsonFault {
  readonly offset: number;
  readonly message: string;
}

/** One open object or array while the walker is inside it. */
export interface JsonFrame {
  readonly kind: "object" | "array";
  /** Offset of the opening bracket. */
  readonly start: number;
  /** Key of the member that is being read; undefined in an array. */
  key?: string;
  /** Offset of that key's opening quote. */
  keyStart: number;
  /** Index of the element that is being read; stays 0 in an object. */
  index: number;
}

/** What a caller may listen to. Offsets are UTF-16 offsets into the text; `frames` is live, copy what must be kept. */
export interface JsonHooks {
  /** A member's key was read; the innermost frame is its object. */
  key?(frames: readonly JsonFrame[], key: string, offset: number): void;
  /** A value starts at `offset`. */
  value?(frames: readonly JsonFrame[], offset: number): void;
  /** A string (key or value) spans `start` (opening quote) to `end` (just after the closing quote). */
  string?(start: number, end: number): void;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[-+]?\d+)?/iy;
const hexPattern = /[0-9a-f]{4}/iy;
const literals = ["true", "false", "null"] as const;

/**
 * Walks JSON text once, in linear time and without recursion, so that nesting depth cannot exhaust the stack.
 * It accepts exactly what `JSON.parse` accepts; what it adds is where things are: offsets of keys, values and the first fault.
 */
export class JsonWalker {
  private position = 0;
  private readonly frames: JsonFrame[] = [];
  private fault: JsonFault | undefined;

  constructor(
    private readonly text: string,
    private readonly hooks: JsonHooks = {},
  ) {}

  /** Reads the whole text. Returns the first fault, or undefined when the text is one JSON value. */
  walk(): JsonFault | undefined {
    this.skipSpace();
    while (this.value() && this.afterValue());
    return this.fault;
  }

  /** Reads one scalar, or opens a container and stands at its first value. False when the walk must stop. */
  private value(): boolean {
    for (;;) {
      this.hooks.value?.(this.frames, this.position);
      const code = this.text.charCodeAt(this.position);
      if (code === OPEN_OBJECT) {
        this.open("object");
        if (this.at(CLOSE_OBJECT)) return this.close();
        if (!this.member()) return false;
      } else if (code === OPEN_LIST) {
        this.open("array");
        if (this.at(CLOSE_LIST)) return this.close();
      } else return this.scalar(code);
    }
  }

  /** After a value: goes on to the next one, or closes containers. False at the end of the text and on a fault. */
  private afterValue(): boolean {
    for (;;) {
      this.skipSpace();
      const frame = this.frames.at(-1);
      if (!frame) {
        if (this.position < this.text.length) this.fail("there is text after the end of the JSON value");
        return false;
      }
      const closing = frame.kind === "object" ? CLOSE_OBJECT : CLOSE_LIST;
      if (this.at(closing)) {
        this.close();
        continue;
      }
      const bracket = String.fromCharCode(closing);
      if (!this.at(COMMA)) return this.fail(`expected "," or "${bracket}"`);
      this.position++;
      this.skipSpace();
      if (this.at(closing)) return this.fail(`there is a comma before "${bracket}"`);
      if (frame.kind === "object") return this.member();
      frame.index++;
      return true;
    }
  }

  private open(kind: JsonFrame["kind"]): void {
    this.frames.push({ kind, start: this.position, keyStart: -1, index: 0 });
    this.position++;
    this.skipSpace();
  }

  private close(): true {
    this.frames.pop();
    this.position++;
    return true;
  }

  private member(): boolean {
    const start = this.position;
    if (!this.at(QUOTE)) return this.fail("expected a key in double quotes");
    const plain = this.string();
    if (plain === undefined) return false;
    const raw = this.text.slice(start, this.position);
    const key = plain ? raw.slice(1, -1) : (JSON.parse(raw) as string);
    this.skipSpace();
    if (!this.at(COLON)) return this.fail('expected ":" after the key');
    const frame = this.frames[this.frames.length - 1]!;
    frame.key = key;
    frame.keyStart = start;
    this.hooks.key?.(this.frames, key, start);
    this.position++;
    this.skipSpace();
    return true;
  }

  private scalar(code: number): boolean {
    if (code === QUOTE) return this.string() !== undefined;
    const literal = literals.find((word) => this.text.startsWith(word, this.position));
    if (literal) {
      this.position += literal.length;
      return true;
    }
    numberPattern.lastIndex = this.position;
    const number = numberPattern.exec(this.text);
    if (!number) return this.fail("expected a value");
    this.position += number[0].length;
    return true;
  }

  /** Reads a string. True: it has no escapes; false: it has; undefined: it is broken. */
  private string(): boolean | undefined {
    const start = this.position;
    let plain = true;
    for (let i = start + 1; i < this.text.length; i++) {
      const code = this.text.charCodeAt(i);
      if (code === QUOTE) {
        this.position = i + 1;
        this.hooks.string?.(start, this.position);
        return plain;
      }
      if (code < SPACE) {
        const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
        this.fail(`the control character ${name} must be escaped inside a string`, i);
        return undefined;
      }
      if (code !== BACKSLASH) continue;
      plain = false;
      const length = this.escapeLength(i);
      if (length === 0) {
        this.fail('bad escape: after "\\" only one of " \\ / b f n r t or u with four hexadecimal digits may stand', i);
        return undefined;
      }
      i += length - 1;
    }
    this.fail("the string that starts here is not closed", start);
    return undefined;
  }

  private escapeLength(at: number): number {
    const letter = this.text[at + 1];
    if (letter === undefined) return 2;
    if (letter !== "u") return '"\\/bfnrt'.includes(letter) ? 2 : 0;
    hexPattern.lastIndex = at + 2;
    return hexPattern.test(this.text) ? 6 : 0;
  }

  private at(code: number): boolean {
    return this.text.charCodeAt(this.position) === code;
  }

  private skipSpace(): void {
    for (; this.position < this.text.length; this.position++) {
      const code = this.text.charCodeAt(this.position);
      if (code !== SPACE && code !== LF && code !== TAB && code !== CR) return;
    }
  }

  private fail(message: string, offset = this.position): false {
    const ended = offset >= this.text.length;
    this.fault = { offset, message: ended ? `the line ends too early: ${message}` : message };
    return false;
  }
}
