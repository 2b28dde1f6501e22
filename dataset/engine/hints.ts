/** Beginnings of files that are no text, and what such files are. Sources: RFC 1952, PKWARE's APPNOTE, MS-CFB, and the formats' own pages. */
const formats: readonly (readonly [string, string])[] = [
  ["\xFF\xFE\0\0", "UTF-32; save it as UTF-8"],
  ["\xFE\xFF", "UTF-16; save it as UTF-8"],
  ["\xFF\xFE", "UTF-16; save it as UTF-8"],
  ["\x1F\x8B", "gzipped; unzip it once"],
  ["\x28\xB5\x2F\xFD", "packed by zstd; unpack it"],
  ["BZh", "packed by bzip2; unpack it"],
  ["\xFD7zXZ", "packed by xz; unpack it"],
  ["PK\x03\x04", "a ZIP archive; unzip it"],
  ["\xD0\xCF\x11\xE0", "an Excel or other Office file of the old form; export it as JSONL"],
  ["PAR1", "Apache Parquet; export it as JSONL"],
  ["Obj\x01", "Apache Avro; export it as JSONL"],
  ["ARROW1", "Apache Arrow; export it as JSONL"],
  ["SQLite format 3", "an SQLite database; export it as JSONL"],
  ["%PDF-", "a PDF; its text must be written as records"],
];

/** Names of the first entries of the ZIP archives that are files of Office. */
const officePattern = /^PK.{28}(?:\[Content_Types\]|_rels\/|docProps\/|xl\/|word\/)/s;

/** What a file is by its first bytes, to be said after "the file is"; undefined for anything else. */
export function formatOf(bytes: Uint8Array): string | undefined {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString("latin1");
  if (officePattern.test(beginning)) return "an Excel or other Office file; export it as JSONL";
  return formats.find(([mark]) => beginning.startsWith(mark))?.[1];
}

/** What 0x80 to 0x9F are in Windows-1252, a blank where they are nothing. Some versions of Node.js decode them as ISO 8859-1. */
const windows1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/** Why the byte at an offset is not UTF-8, as far as it and the next one tell; to be put after a message. */
export function whyNoUtf8(bytes: Uint8Array, at: number): string {
  const [byte = 0, next = 0] = [bytes[at], bytes[at + 1]];
  const isContinued = next >= 0x80 && next < 0xc0;
  if (byte === 0xed && next >= 0xa0) return "; half of a surrogate pair is encoded here by itself, as in CESU-8";
  if (byte >= 0xc2 && byte <= 0xf4 && isContinued) return "; a character is cut off here";
  const meant = byte < 0xa0 ? (windows1252[byte - 0x80] ?? "") : String.fromCharCode(byte);
  if (meant === "" || meant === " ") return "";
  return `; in Windows-1252 it is "${meant}": convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8`;
}

const oneRecordEach = "Each line must hold one record";

/** What stands where JSON ends to be JSON, and how to mend it. The first that fits is said. */
const mends: readonly (readonly [RegExp, string])[] = [
  [/^-?(?:NaN|[Ii]nf)/, "NaN and infinity are no JSON: write null, or leave the field out"],
  [/^(?:True|False|None)\b/, "this is Python's spelling: write the records with json.dumps, not with str or print"],
  [/^(?:TRUE|FALSE|NULL|Null|nil)\b/, "JSON has true, false and null, in small letters"],
  [/^undefined\b/, "undefined is no JSON: leave the field out"],
  [/^'/, "JSON has double quotes only; Python's str and print write single ones: write the records with json.dumps"],
  [/^[“”„‟‘’‚‛«»＂]/, 'this is a typographic quotation mark; JSON has " only'],
  [/^(?:\/\/|\/\*|#)/, "JSON has no comments"],
  [/^\ufeff/, "a byte order mark stands here: were files put one after the other?"],
  [/^[\u0085\u2028\u2029]/, "this separates lines for some programs, but in JSONL only a line feed does"],
  [/^[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]/, "this is no blank that JSON knows: write a space"],
];

/** As {@link mends}, for a certain fault: the beginning of its message, what stands at it, and how to mend it. */
const mendsOf: readonly (readonly [string, RegExp, string])[] = [
  ["there is text after", /^\{/, "a second record stands here: put it into a line of its own"],
  ["there is text after", /^,\s*$/, "records are separated by line feeds alone, without commas"],
  ["there is text after", /^\\n/, "here stand the two characters \\ and n in place of a line feed"],
  ["expected a key", /^[\p{L}_$]/u, "keys stand in double quotes"],
  ["expected a value", /^[+.]/, "a number begins with a digit, or with - and a digit"],
  ["expected a value", /^\p{L}/u, "texts stand in double quotes"],
  ['expected ":"', /^=/, "JSON has a colon between key and value"],
  ["the string that starts here", /^/, 'a line feed inside a text is written \\n, a quotation mark \\"'],
  ["the control character U+0009", /^/, "a tab is written \\t"],
  ["the control character U+000D", /^/, "a carriage return is written \\r"],
  ["the control character", /^/, "it is written \\u and its four hexadecimal digits"],
  ["bad escape", /^/, "a backslash itself is written \\\\"],
];

/** Enough to see what stands at a fault. */
const LOOKED_AT = 64;

/**
 * Why a line may not be JSON, and how to mend it: what the file as a whole seems to be, or what stands at the fault; else the
 * empty text. To be put after the message.
 *
 * @param fault - what is wrong: the message, and its UTF-16 offset
 * @param number - 1-based number of the line
 */
export function whyNoJson(
  text: string,
  { message, offset }: { readonly message: string; readonly offset: number },
  number: number,
): string {
  const format = number === 1 ? formatOf(Buffer.from(text.slice(0, LOOKED_AT))) : undefined;
  if (format !== undefined) return `; the file is ${format}`;
  const beginning = text.slice(0, LOOKED_AT);
  if (beginning.replaceAll("\0", "").length * 4 < beginning.length * 3) {
    return "; the line has many NUL characters: is the file UTF-16?";
  }
  if (text.lastIndexOf("\r", offset - 1) >= 0 && offset > 0) {
    return "; a line must end in LF or CR LF, and here is a CR alone";
  }
  const kind = number === 1 ? kindOfFile(text, offset) : "";
  if (kind !== "") return kind;
  const rest = text.slice(offset, offset + LOOKED_AT);
  const mend =
    mends.find(([at]) => at.test(rest)) ?? mendsOf.find(([what, at]) => message.startsWith(what) && at.test(rest));
  const how = mend?.at(-1) ?? mendBetween(text, offset, message);
  if (how === undefined) return "";
  const code = rest.codePointAt(0) ?? 0;
  const name = code > 0x7f ? `U+${code.toString(16).toUpperCase().padStart(4, "0")}: ` : "";
  return `; ${name}${String(how)}`;
}

/** What a file seems to be by its first line, which is not JSON. */
function kindOfFile(text: string, offset: number): string {
  const line = text.trimStart();
  if (/^\[\s*$/.test(line) || (line.startsWith("[") && offset >= text.trimEnd().length)) {
    return `; is the file one JSON document? ${oneRecordEach}: jq -c '.[]' FILE writes it so`;
  }
  if (/^\{\s*$/.test(line)) return `; is the file one JSON document? ${oneRecordEach}: jq -c . FILE writes it so`;
  if (line.startsWith("<")) return `; is the file XML or HTML? ${oneRecordEach}, as JSON`;
  const isAtStart = offset === text.length - line.length;
  if (/^(?:---\s*$|[\w-]+:(?:\s|$))/.test(line)) return `; is the file YAML? ${oneRecordEach}, as JSON`;
  const isTable = isAtStart ? /^[\w -]+[,;\t]/.test(line) : line.startsWith('"') && /^[,;\t]/.test(text.slice(offset));
  return isTable ? `; is the file CSV? ${oneRecordEach}, as JSON: export it as JSONL` : "";
}

/** How to mend what stands between a value and the next: a missing comma, a bare quotation mark, a number in another form. */
function mendBetween(text: string, offset: number, message: string): string | undefined {
  if (!message.startsWith('expected ","')) return undefined;
  const [before = "", here = ""] = [text[offset - 1], text[offset]];
  if (/\d/.test(before) && /[\dxXob._]/.test(here)) {
    return "a number has no leading zeros, only decimal digits, and a digit after its point";
  }
  if (before === '"' && here !== "" && !/["\s]/.test(here)) return 'a quotation mark inside a text is written \\"';
  return here === '"' ? "a comma is missing" : undefined;
}

/** Why a line is JSON but no object, where it shows; to be put after the message. */
export function whyNoObject(value: unknown, number: number): string {
  if (Array.isArray(value) && number === 1) return `. ${oneRecordEach}: jq -c '.[]' FILE writes a list so`;
  const isRecord = typeof value === "string" && /^\s*\{/.test(value);
  return isRecord ? ". The record was written as a text: was it turned into JSON twice?" : "";
}
