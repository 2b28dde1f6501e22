import type { S3 } from "@aws-sdk/client-s3";

/** An object below a prefix. */
export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  /** When it was written last, in milliseconds since the epoch. */
  modified: number;
}

/**
 * All objects below a prefix, page by page.
 *
 * @throws Error when there are more than `most`: a prefix that is too wide is a mistake, and would cost a call per thousand
 */
export async function listObjects(
  client: S3,
  bucket: string,
  prefix: string,
  most = Number.POSITIVE_INFINITY,
): Promise<ListedObject[]> {
  const objects: ListedObject[] = [];
  let token: string | undefined;
  do {
    const page = await client.listObjectsV2({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
    for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
      objects.push({ key: Key, size: Size, modified: LastModified?.getTime() ?? 0 });
    }
    if (objects.length > most) throw new Error(`more than ${most} objects lie below s3://${bucket}/${prefix}`);
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return objects;
}
