import { createHash } from "node:crypto";

/** The first `digits` hexadecimal digits of the SHA-256 of a JSON value whose object keys are sorted. */
export function fingerprint(value: unknown, digits: number): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex")
    .slice(0, digits);
}

/** `<prefix>-<8 hexadecimal digits>`, at most 63 characters: the prefix gives way. */
export function nameWithHash(prefix: string, hashed: unknown): string {
  return `${prefix.slice(0, 54).replace(/[-_.+]+$/, "")}-${fingerprint(hashed, 8)}`;
}

/** Whether a name is `requested` itself or was made from it by {@link nameWithHash}. */
export function isNameFrom(requested: string, actual: string): boolean {
  if (actual === requested) return true;
  const [stem, hash] = [actual.slice(0, -9), actual.slice(-9)];
  return /^-[0-9a-f]{8}$/.test(hash) && stem === requested.slice(0, 54).replace(/[-_.+]+$/, "");
}

/** A prefix for names of Bedrock, taken from the last part of an identity such as `project/stack/resource`. */
export function prefixFrom(identity: string): string {
  const last = identity.slice(identity.lastIndexOf("/") + 1);
  const cleaned = last
    .replace(/[^0-9a-z]+/gi, "-")
    .replace(/^-+/, "")
    .replace(/-+$/, "");
  return cleaned === "" ? "customization" : cleaned;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
