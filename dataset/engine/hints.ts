/** Beginnings of files that are no text, and what such files are. Sources: RFC 1952, PKWARE's APPNOTE, the format of Apache Parquet. */
const formats: readonly (readonly [string, string])[] = [
  ["\xFE\xFF", "UTF-16"],
  ["\xFF\xFE", "UTF-16"],
  ["\x1F\x8B", "gzipped; unzip it once"],
  ["PK\x03\x04", "a ZIP archive; unzip it"],
  ["PAR1", "Apache Parquet; export it as JSONL"],
];

/** What a file is by its first bytes, to be said after "the file is"; undefined for anything else. */
export function formatOf(bytes: Buffer): string | undefined {
  const beginning = bytes.toString("latin1", 0, 4);
  return formats.find(([mark]) => beginning.startsWith(mark))?.[1];
}

/**
 * Why a line may not be JSON, where it tells about the file as a whole; else the empty text. To be put after a message.
 *
 * @param offset - UTF-16 offset of what is wrong
 * @param number - 1-based number of the line
 */
export function whyNoJson(text: string, offset: number, number: number): string {
  if (text.includes("\0")) return "; the line has NUL characters: is the file UTF-16?";
  const isBroken = text.lastIndexOf("\r", offset) >= 0;
  if (isBroken) return "; a line must end in LF or CR LF, and here is a CR alone";
  const isDocument = number === 1 && /^\s*(?:\[|\{\s*$)/.test(text);
  return isDocument ? "; is the file one JSON document? Each line must hold one record" : "";
}
