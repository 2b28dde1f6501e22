import { createHash, randomBytes } from "node:crypto";
import { nearest as nearestWord } from "../../iam/suggest";

/** The name of a resource inside its URN (`urn:pulumi:<stack>::<project>::<type>::<name>`). */
export function nameOf(urn: string): string {
  const parts = urn.split("::");
  return parts.slice(3).join("::");
}

/**
 * A unique name in the form that the AWS provider gives: `<beginning><7 hex digits>`.
 * @param beginning cut so that the whole fits `maxLength`
 * @param seed the engine's random seed; the same seed and beginning give the same name, no seed gives a random one
 */
export function uniqueName(beginning: string, seed: Uint8Array, maxLength: number): string {
  const digest =
    seed.length > 0
      ? createHash("sha256").update(seed).update(beginning).digest("hex")
      : randomBytes(8).toString("hex");
  return beginning.slice(0, maxLength - 7) + digest.slice(0, 7);
}

/** The candidate with the smallest edit distance to `name`, or undefined when there is no candidate. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates];
  return known.length === 0 ? undefined : nearestWord(name, known);
}
