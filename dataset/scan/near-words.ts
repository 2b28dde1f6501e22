/** Edits that make one word of another: letters put in, left out or exchanged, and neighbours that changed places. */
export function edits(from: string, to: string): number {
  let [before, last] = [[] as number[], Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[to.length]!;
}

/** Whether a word of at least five letters is one of others but for one slip, or two in a word of nine letters. */
export function isNearly(word: string, others: readonly string[]): boolean {
  const plain = word.toLowerCase();
  if (plain.length < 5) return others.includes(plain);
  const allowed = plain.length < 8 ? 1 : 2;
  return others.some((other) => Math.abs(other.length - plain.length) <= allowed && edits(plain, other) <= allowed);
}
