import { setTimeout as pause } from "node:timers/promises";
import { DatasetError } from "../errors";
import { parseS3Uri } from "../s3-uri";
import type { DatasetSource } from "../source";

/** Milliseconds without a byte after which a connection is given up. */
const IDLE = 60_000;

/** Times in a row that reading goes on where the connection ended, without a byte in between. */
const MAX_RESUMED = 5;

/**
 * An object in S3, streamed. Region, credentials and endpoint are those of the AWS SDK's default chain, so
 * `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_S3` hold. An endpoint on this machine is asked with the bucket in the path.
 *
 * A connection that ends or falls silent in between is made anew from the byte where it ended, as long as the object is the same.
 *
 * @param uri - `s3://bucket/key`
 * @param idle - milliseconds without a byte after which a connection is given up; default 60,000
 * @throws DatasetError `bad-option` for another text; `unreadable` while reading, with the service's reason
 */
export function s3Object(uri: string, idle = IDLE): DatasetSource {
  const place = parseS3Uri(uri);
  if (place === undefined) {
    throw new DatasetError("bad-option", `"${uri}" is no address of an object; it must be s3://bucket/key.`);
  }
  return { name: uri, chunks: () => readObject(uri, { Bucket: place.bucket, Key: place.key }, idle) };
}

/** Bucket and key of an object. */
interface Address {
  readonly Bucket: string;
  readonly Key: string;
}

async function* readObject(uri: string, address: Address, idle: number): AsyncGenerator<Uint8Array> {
  // Loaded only here: the client costs more time than the check of a small local file.
  const { GetObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const client = new S3Client({
    forcePathStyle: endpoint !== undefined,
    // The bucket says in which Region it is when it is asked in another.
    followRegionRedirects: true,
    requestHandler: { socketTimeout: idle },
  });
  let [received, resumed] = [0, 0];
  let object: { readonly etag: string; readonly length: number } | undefined;
  try {
    for (;;) {
      try {
        const rest = object && { Range: `bytes=${received}-`, IfMatch: object.etag };
        const answer = await client.send(new GetObjectCommand({ ...address, ...rest }));
        const { Body, ContentLength: length, ContentRange: range, ETag: etag } = answer;
        if (rest && !range?.startsWith(`bytes ${received}-`)) throw new UnreadableError("the service sends no ranges");
        if (etag !== undefined && length !== undefined) object ??= { etag, length };
        const end = object?.length ?? length;
        for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) {
          received += chunk.length;
          resumed = 0;
          yield chunk;
        }
        if (end === undefined || received === end) return;
        throw new Error(`the connection ended after ${received} of ${end} bytes`);
      } catch (error) {
        const mayGoOn = object !== undefined && received < object.length && isFaultOfConnection(error);
        if (!mayGoOn || resumed++ >= MAX_RESUMED) throw error;
        if (resumed > 1) await pause(100 * 2 ** resumed);
      }
    }
  } catch (error) {
    throw new DatasetError("unreadable", `Cannot read the dataset ${uri}: ${reason(error)}`, { cause: error });
  } finally {
    client.destroy();
  }
}

/** What trying again cannot mend. */
class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** Whether the service itself has not refused anything. */
function isFaultOfConnection(error: unknown): boolean {
  return !(error instanceof UnreadableError) && !(error instanceof Error && "$fault" in error);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "PreconditionFailed") return "the object was replaced while it was read. Try again.";
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  if (error.name === "NoSuchKey" || error.name === "NoSuchBucket") {
    return `${error.name}. Check bucket and key, and that your region is the bucket's.`;
  }
  if (error.name === "InvalidObjectState") {
    return `${error.name}. It is in an archive: restore it (aws s3api restore-object), then run the check again.`;
  }
  if (Number($metadata?.httpStatusCode) >= 500) {
    return `${error.name}: ${error.message} The service refused several tries. Run the check again later.`;
  }
  if ($metadata?.httpStatusCode === 403)
    return `${error.name}. You need s3:GetObject on it, and kms:Decrypt on its key.`;
  return `${error.name}: ${error.message}. Check region, credentials and endpoint.`;
}
