/** A bucket name as S3 takes it, and a key. */
const pattern = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s;

/** Whether a name is meant as the address of an object in S3. */
export function isS3Uri(name: string): boolean {
  return name.startsWith("s3://");
}

/** Bucket and key of `s3://bucket/key`; undefined for any other text, also where the bucket's name is none or the key is empty. */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = pattern.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
