/** Values of a state: what is not known yet, and what is secret. */

/** What the engine prints for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Key of the mark on special values, and the mark of a secret (Pulumi, `sdk/go/common/resource/sig`). */
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The value with secrets that are in plain text unwrapped; encrypted ones stay as they are, with their `ciphertext`. */
export function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== "object" || value === null) return value;
  const marked = value as Record<string, unknown>;
  if (marked[MARK] === SECRET && typeof marked["plaintext"] === "string") {
    try {
      return known(JSON.parse(marked["plaintext"]));
    } catch {
      // Plain text of a secret is JSON; what is not stays as it stands.
      return marked["plaintext"];
    }
  }
  return Object.fromEntries(Object.entries(marked).map(([name, one]) => [name, known(one)]));
}
