import { createHash } from "node:crypto";
import licenceList from "spdx-license-list/full";

/** One licence of the SPDX list, as the package `spdx-license-list` gives it. */
export interface Licence {
  /** SPDX identifier. */
  readonly id: string;
  readonly name: string;
  /** Page that holds the text; some licences have none. Addresses of mails in archives are left out. */
  readonly url?: string;
  readonly osiApproved: boolean;
  readonly text: string;
}

/** Which file a record goes to. */
export type Split = "train" | "validation";

/** The package's types say that every field is there, but some licences have no address and no text of their own. */
const entries: Readonly<Record<string, Partial<(typeof licenceList)[string]>>> = licenceList;

/** Every licence, sorted by identifier so that the order does not depend on the package. */
export function licences(): Licence[] {
  return Object.entries(entries)
    .map(([id, { name = id, url = "", osiApproved = false, licenseText = "" }]) => ({
      id,
      name: collapse(name),
      url: url.split(/\s+/).find((part) => part.startsWith("http") && !part.includes("@")),
      osiApproved,
      text: licenseText.replace(/\r\n?/g, "\n"),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Licences with different texts: of those that share one (GPL-2.0, GPL-2.0-only, ...) only the first is kept. */
export function distinctLicences(): Licence[] {
  const seen = new Set<string>();
  return licences().filter(({ text }) => {
    const key = normalized(text);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * The file of a licence. Whole families go to one file (all BSD licences, all GNU licences), because texts of one family
 * are nearly alike, and a validation record that is nearly a training record measures nothing.
 * Decided by a hash of the family's name, so it stays when licences are added. About one family in ten is for validation.
 */
export function splitOf({ id }: Licence): Split {
  const prefix = /^[a-z]+/i.exec(id)?.[0].toUpperCase() ?? id;
  const family = /^(?:[AL]?GPL|GFDL)$/.test(prefix) ? "GNU" : prefix;
  return pick(family, 10) === 0 ? "validation" : "train";
}

/** The name with the article that a sentence needs: "the MIT License". */
export function withArticle({ name }: Licence): string {
  return `the ${name.replace(/^the /i, "")}`;
}

/** A number from 0 to `count - 1` that depends on nothing but the text. */
export function pick(text: string, count: number): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) % count;
}

/** The text in one line with single blanks. */
export function collapse(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Lower-case words only: equal for texts that differ in case, punctuation or line breaks. */
export function normalized(text: string): string {
  return words(text).join(" ");
}

/** The words of a text, lower case. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
