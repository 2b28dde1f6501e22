/** S3 URIs, taken apart. */
import type { Reader } from "./subject";

/** Bucket, key, and the key as a prefix of a folder, of an S3 URI; `undefined` when absent or no S3 URI. */
export function s3Location(uri: Reader): { bucket: string; key: string; prefix: string } | undefined {
  const text = uri.string() ?? "";
  if (!text.startsWith("s3://")) return undefined;
  const [bucket = "", ...segments] = text.slice("s3://".length).split("/");
  const key = segments.join("/");
  return { bucket, key, prefix: key === "" || key.endsWith("/") ? key : `${key}/` };
}
