import { gunzipSync, inflateSync } from "node:zlib";
import type { Detector } from "./detector";

/** Whether decoded bytes are text with words, rather than a picture, a digest, a key or a certificate. */
function saysSomething(bytes: Buffer): boolean {
  const text = bytes.toString("latin1");
  if (text.startsWith("-----BEGIN ")) return false;
  const odd = text.replace(/[\x21-\x7E\s]/g, "").length;
  return odd === 0 && /[a-z]{3,} [a-z]{2,}|<script|https?:\/\//i.test(text);
}

/** Bytes of compressed text that are read; enough to see words. */
const MAX_UNZIPPED = 64 * 1024;

/** What bytes hold that begin as zlib or gzip do; nothing where they are neither, or too much. */
function unzipped(bytes: Buffer): Buffer {
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, { maxOutputLength: MAX_UNZIPPED });
    if (bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0)
      return inflateSync(bytes, { maxOutputLength: MAX_UNZIPPED });
  } catch (error) {
    // Broken or larger than is read: then it is not known to be text.
    if (!(error instanceof Error)) throw error;
  }
  return Buffer.alloc(0);
}

/** Whether bytes say something, also in UTF-16, compressed, or as base64 once more. */
function holdsText(bytes: Buffer): boolean {
  if (saysSomething(bytes) || saysSomething(unzipped(bytes))) return true;
  const zero = [0, 1].find((at) => bytes.length > 16 && bytes[at] === 0 && bytes[at + 2] === 0);
  if (zero !== undefined) return saysSomething(Buffer.from(bytes.filter((_, i) => i % 2 !== zero)));
  const text = bytes.toString("latin1");
  return /^[A-Z0-9+/\s]{24,}(?:={1,2}\s*)?$/i.test(text) && saysSomething(Buffer.from(text, "base64"));
}

/** The bytes that a row of `%69`, `&#105;`, `&#x69;`, `\\x69`, `\\u0069` or `\\u{69}` stands for. */
function decodeCodes(text: string): Buffer {
  const decimal = /^(?:&#\d|chr)/i.test(text);
  const codes = text.match(decimal ? /\d+/g : /(?<=u\+?|[x%=\\{])[\da-f]{2,4}/gi) ?? [];
  return Buffer.from(codes.map((code) => Number.parseInt(code, decimal ? 10 : 16) & 0xff));
}

const numbersIn = (text: string, base: number): Buffer =>
  Buffer.from((text.match(/[\da-f]+/gi) ?? []).map((code) => Number.parseInt(code, base) & 0xff));

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const base32Hex = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

function decodeBase32(text: string, alphabet: string): Buffer {
  const bytes: number[] = [];
  let [bits, held] = [0, 0];
  for (const letter of text.replace(/=/g, "")) {
    held = ((held << 5) | alphabet.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}

const isIn = (text: string, alphabet: string): boolean => new RegExp(`^[${alphabet}]+=*$`, "i").test(text);

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** The bytes of a number with 58 digits, as wallets write it. */
function decodeBase58(text: string): Buffer {
  let value = 0n;
  for (const letter of text) value = value * 58n + BigInt(base58.indexOf(letter));
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

/** The bytes of Ascii85 between its signs. */
function decodeAscii85(text: string): Buffer {
  const bytes: number[] = [];
  const letters = text.replace(/^<~|~>$|\s/g, "").replaceAll("z", "!!!!!");
  for (let at = 0; at < letters.length; at += 5) {
    const group = letters.slice(at, at + 5);
    const value = [...group.padEnd(5, "u")].reduce((sum, letter) => sum * 85 + letter.charCodeAt(0) - 33, 0);
    bytes.push(...[24, 16, 8, 0].slice(0, group.length - 1).map((shift) => Math.floor(value / 2 ** shift) & 0xff));
  }
  return Buffer.from(bytes);
}

/** The bytes of lines as `uuencode` writes them. */
function decodeUu(text: string): Buffer {
  const bytes: number[] = [];
  for (const line of text.split("\n").slice(1)) {
    const codes = [...line.slice(1)].map((letter) => (letter.charCodeAt(0) - 32) & 63);
    for (let at = 0; at + 3 < codes.length; at += 4) {
      const value = codes.slice(at, at + 4).reduce((sum, code) => (sum << 6) | code, 0);
      bytes.push((value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
    }
  }
  return Buffer.from(bytes.filter((byte) => byte !== 0));
}

/** Text with codes for some of its letters. */
const decodeMixed = (text: string): string =>
  text
    .replace(/%25(?=[\da-f]{2})/gi, "%")
    .replace(/[%=]([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#x([\da-f]{1,6});?/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#(\d{1,7});?/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Codes for plain letters, which nothing needs. */
const needless =
  /[%=](?:25)?(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])|&#(?:0{0,4}(?:6[5-9]|[789]\d|1[01]\d|12[0-2])|x0{0,3}[4-7][\da-f]);?/gi;
const hidesLetters = (text: string): boolean =>
  (text.match(needless)?.length ?? 0) > 5 && saysSomething(Buffer.from(decodeMixed(text)));

/** A part of a URL is written with codes for its blanks as a matter of course; instructions in it are not. */
const orders =
  /\b(?:ignore|disregard|forget|system prompt|instructions?|developer mode|jailbreak|password|you are now)\b/i;

/** Text in a code that a reader does not read and a model does. */
export const encoded: readonly Detector[] = [
  {
    rule: "encoded-payload",
    message: "base64 that decodes to text",
    run: "base64",
    pattern: /(?<![\w+/.-])[\w+/-]{24,8192}(?:\r?\n[\w+/-]{16,120}){0,200}={0,2}(?![\w+/])/g,
    // The line behind it may be a word that is none of it.
    accept: (text) => {
      const parts = [text, text.slice(0, text.search(/\s|$/)), [...text].reverse().join("")];
      if (text.startsWith("+")) parts.push(text.slice(1));
      return parts.some((part) => holdsText(Buffer.from(part, "base64")));
    },
  },
  {
    rule: "encoded-payload",
    message: "base32 that decodes to text",
    run: "base32",
    pattern: /\b(?:[A-Z\d]{24,8192}|[a-z\d]{24,8192})={0,6}(?![\w=])/g,
    accept: (text) =>
      [base32, base32Hex].some(
        (alphabet) => isIn(text, alphabet) && saysSomething(decodeBase32(text.toUpperCase(), alphabet)),
      ),
  },
  {
    rule: "encoded-payload",
    message: "hexadecimal that decodes to text",
    run: "hex",
    pattern: /(?:\b|\b0x)(?:[\da-f]{2}){12,4096}\b/gi,
    accept: (text) => saysSomething(Buffer.from(text.replace(/^0x/i, ""), "hex")),
  },
  {
    rule: "encoded-payload",
    message: "base58 that decodes to text",
    run: "mixed",
    pattern: /\b(?=[a-z\d]{0,24}[A-Z])(?=[A-Z\d]{0,24}[a-z])[1-9A-HJ-NP-Za-km-z]{24,400}\b/g,
    // What stands for a text has digits; long names mostly have none.
    accept: (text) => /\d/.test(text) && saysSomething(decodeBase58(text)),
  },
  {
    rule: "encoded-payload",
    message: "numbers of bytes that decode to text",
    spreadDigits: 12,
    pattern:
      /(?<![\w.])(?:(?:0x)?[\da-f]{2}[ ,:-]{1,2}){11,2048}(?:0x)?[\da-f]{2}\b|(?<![\w.])(?:[\da-f]{2,8} ){7,1024}[\da-f]{2,8}\b|(?<![\w.])(?:[01]{8} ?){8,1024}(?!\w)|(?<![\w.])(?:[01]{7} ){8,1024}[01]{7}\b|(?:\\[01]\d{2}){10,2048}|(?<![\w.])(?:\d{2,3}[ ,]{1,2}){14,2048}\d{2,3}(?![\w.])/gi,
    accept: (text) => {
      if (/^[01 ]+$/.test(text)) {
        if (/^[01]{7} /.test(text)) return saysSomething(numbersIn(text, 2));
        return saysSomething(numbersIn(text.replace(/ /g, "").replace(/.{8}/g, "$& "), 2));
      }
      if (text.startsWith("\\")) return saysSomething(numbersIn(text, 8));
      const [plain, whole] = [text.replace(/0x/gi, ""), Buffer.from(text.replace(/ /g, ""), "hex")];
      return [numbersIn(text, 10), numbersIn(plain, 16), numbersIn(text, 8), whole].some(saysSomething);
    },
  },
  {
    rule: "encoded-payload",
    message: "characters written as percent, entity or hexadecimal codes that decode to text",
    words: [["%0", "%6", "%7", "&#", "\\x", "\\u00", "\\u{", "\\00 ", "u+00", "chr(", "=00="]],
    pattern:
      /(?:\\[\da-f]{2} ){8,1024}|(?:U\+00[\da-f]{2}[ ,]{0,2}){8,1024}|(?:chr\(\d{2,3}\)[+.&, ]{0,3}){8,1024}|(?:&#\d{2,7}){8,1024}|(?:&#x[\da-f]{2}){8,1024}|(?:=[\da-f]{2}){10,2048}|(?:\\\\u00[\da-f]{2}){8,1024}|(?:%[\da-f]{2}){10,2048}|(?:&#x[\da-f]{2,4};){8,1024}|(?:&#\d{2,4};){8,1024}|(?:\\x[\da-f]{2}){10,2048}|(?:\\u00[\da-f]{2}){8,1024}|(?:\\u\{[\da-f]{2,4}\}){8,1024}/gi,
    accept: (text) => saysSomething(decodeCodes(text)),
  },
  {
    rule: "encoded-payload",
    message: "text with codes for letters that need none",
    words: [["%0", "&#"]],
    pattern:
      /%(?:25)?[\da-f]{2}(?:[\w.,!'+-]{0,16}%(?:25)?[\da-f]{2}){5,2048}[\w.,!'-]{0,16}|&#x?[\da-f]{2,7};(?:[\w .,!'-]{0,16}&#x?[\da-f]{2,7};){5,2048}/gi,
    accept: hidesLetters,
  },
  {
    rule: "encoded-payload",
    message: "Ascii85 or uuencoded lines that decode to text",
    words: [["<~", "begin 000 "]],
    pattern: /<~[^\s~v-y{|}]{20,8192}~>|\bbegin \d{3} \S{1,64}\n[^\na-z{|}~]{20,80}(?:\n[^\na-z{|}~]{1,80}){0,200}/g,
    accept: (text) => saysSomething(text.startsWith("<~") ? decodeAscii85(text) : decodeUu(text)),
  },
  {
    rule: "encoded-payload",
    message: "instructions written with percent codes for their blanks",
    words: [["%20"]],
    pattern: /(?:[\w.,!'-]{1,24}%20){3,200}[\w.,!'-]{1,24}/g,
    accept: (text) => orders.test(text.replaceAll("%20", " ")),
  },
  {
    rule: "encoded-payload",
    message: "Morse code",
    words: [[".- ", "-. ", "... ", "--- "]],
    pattern: /(?<![\w.-])(?:[.-]{1,6}(?: \/)? ){12,2048}[.-]{1,6}(?![\w.-])/g,
    accept: (text) => text.includes(".-") && text.includes("-.") && new Set(text.split(" ")).size > 6,
  },
];
