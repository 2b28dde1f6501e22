/** Characters of base64 in a row that may be text in disguise; few words are as long. */
const LONG_RUN = 24;

/** A run as long holds as many bytes from a multiple of this on. */
const STEP = LONG_RUN / 2;

/** Less than the first character of base64, four times: a byte below is a blank, a quote, a mark of percent and the like. */
const PLUS_SIGNS = 0x2b2b2b2b;
const HIGH_BITS = 0x80808080 | 0;

/** 1 for every byte that is a character of base64. */
const base64 = new Uint8Array(256);
for (const byte of Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) base64[byte] = 1;

/** Memory as numbers of four bytes each; what is left at its end is left out. It must begin at a multiple of four. */
export function quadsOf({ buffer, byteOffset, length }: Buffer): Int32Array {
  return new Int32Array(buffer, byteOffset, length >> 2);
}

/**
 * Whether 24 bytes of base64 stand in a row. Looks at twelve at once: in most texts one of them is a blank, and no run
 * holds them all.
 *
 * @param quads - the bytes as numbers, see {@link quadsOf}
 */
export function hasLongRun(bytes: Uint8Array, quads: Int32Array, from: number, to: number): boolean {
  const first = Math.ceil(from / STEP) * STEP;
  for (let at = first; at + STEP <= to; at += STEP) {
    const quad = at >> 2;
    if (((below(quads[quad]!) | below(quads[quad + 1]!) | below(quads[quad + 2]!)) & HIGH_BITS) !== 0) continue;
    let [start, end] = [at, at];
    while (end < to && base64[bytes[end]!] === 1) end++;
    if (end < at + STEP) continue;
    while (start > from && base64[bytes[start - 1]!] === 1) start--;
    if (end - start >= LONG_RUN) return true;
  }
  return false;
}

/** Sets high bits where a byte is below {@link PLUS_SIGNS}, and none where none is. */
function below(four: number): number {
  return (four - PLUS_SIGNS) & ~four;
}
