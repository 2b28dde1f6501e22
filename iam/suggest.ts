/** Finds the known word that a reader probably meant, for error messages. */

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * The known word nearest to `word` by edit distance, without regard to case.
 *
 * @param word - What was written.
 * @param known - What is allowed; must not be empty.
 * @returns The first of the nearest words, however far it is.
 */
export function nearest(word: string, known: readonly string[]): string {
  const wanted = word.toLowerCase();
  let best = known[0] ?? "";
  let least = Infinity;
  for (const candidate of known) {
    const steps = distance(wanted, candidate.toLowerCase());
    if (steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}
