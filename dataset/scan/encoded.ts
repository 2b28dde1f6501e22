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
  if (bytes.length > 16 && bytes[1] === 0 && bytes[3] === 0)
    return saysSomething(Buffer.from(bytes.filter((_, i) => i % 2 === 0)));
  const text = bytes.toString("latin1");
  return /^[A-Z0-9+/\s]{24,}(?:={1,2}\s*)?$/i.test(text) && saysSomething(Buffer.from(text, "base64"));
}

/** The bytes that a row of `%69`, `&#105;`, `&#x69;`, `\\x69`, `\\u0069` or `\\u{69}` stands for. */
function decodeCodes(text: string): Buffer {
  const decimal = text.startsWith("&#") && !/^&#x/i.test(text);
  const codes = text.match(decimal ? /\d+/g : /[\da-f]{2,4}/gi) ?? [];
  return Buffer.from(codes.map((code) => Number.parseInt(code, decimal ? 10 : 16) & 0xff));
}

const numbersIn = (text: string, base: number): Buffer =>
  Buffer.from((text.match(/[\da-f]+/gi) ?? []).map((code) => Number.parseInt(code, base) & 0xff));

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function decodeBase32(text: string): Buffer {
  const bytes: number[] = [];
  let [bits, held] = [0, 0];
  for (const letter of text.replace(/=/g, "")) {
    held = ((held << 5) | base32.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}

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
    accept: (text) => [text, text.slice(0, text.search(/\s|$/))].some((part) => holdsText(Buffer.from(part, "base64"))),
  },
  {
    rule: "encoded-payload",
    message: "base32 that decodes to text",
    run: "base32",
    pattern: /\b[A-Z2-7]{24,8192}={0,6}(?![\w=])/g,
    accept: (text) => saysSomething(decodeBase32(text)),
  },
  {
    rule: "encoded-payload",
    message: "hexadecimal that decodes to text",
    run: "hex",
    pattern: /\b(?:[\da-f]{2}){12,4096}\b/gi,
    accept: (text) => saysSomething(Buffer.from(text, "hex")),
  },
  {
    rule: "encoded-payload",
    message: "numbers of bytes that decode to text",
    spreadDigits: 12,
    pattern:
      /(?<![\w.])(?:(?:0x)?[\da-f]{2}[ ,:]{1,2}){11,2048}(?:0x)?[\da-f]{2}\b|(?<![\w.])(?:[01]{8} ?){8,1024}(?!\w)|(?:\\[01]\d{2}){10,2048}|(?<![\w.])(?:\d{2,3}[ ,]{1,2}){14,2048}\d{2,3}(?![\w.])/gi,
    accept: (text) => {
      if (/^[01 ]+$/.test(text)) return saysSomething(numbersIn(text.replace(/ /g, "").replace(/.{8}/g, "$& "), 2));
      if (text.startsWith("\\")) return saysSomething(numbersIn(text, 8));
      return saysSomething(numbersIn(text, 10)) || saysSomething(numbersIn(text.replace(/0x/gi, ""), 16));
    },
  },
  {
    rule: "encoded-payload",
    message: "characters written as percent, entity or hexadecimal codes that decode to text",
    words: [["%0", "%6", "%7", "&#", "\\x", "\\u00", "\\u{"]],
    pattern:
      /(?:%[\da-f]{2}){10,2048}|(?:&#x[\da-f]{2,4};){8,1024}|(?:&#\d{2,4};){8,1024}|(?:\\x[\da-f]{2}){10,2048}|(?:\\u00[\da-f]{2}){8,1024}|(?:\\u\{[\da-f]{2,4}\}){8,1024}/gi,
    accept: (text) => saysSomething(decodeCodes(text)),
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
