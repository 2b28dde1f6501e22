import { open, type FileHandle } from "node:fs/promises";
import type { AbortMultipartUploadCommandInput, CompletedPart, PutObjectCommandInput, S3 } from "@aws-sdk/client-s3";

const MEBIBYTE = 1024 ** 2;

/** Files up to this size go in one request, larger ones in parts of it; S3 takes up to 5 GiB in one. */
const ONE_REQUEST = 32 * MEBIBYTE;

/** As many parts as S3 takes in one upload (Amazon S3 User Guide: multipart upload limits). */
const MOST_PARTS = 10_000;

/** A range of a file: `start` and `end` in bytes, both inclusive, as Node.js streams count. */
export interface Part {
  number: number;
  start: number;
  end: number;
}

/** How a file of so many bytes is cut: parts of one size, at most 10,000, the last one shorter. */
export function partsOf(size: number, least = ONE_REQUEST): Part[] {
  const length = Math.max(least, Math.ceil(size / MOST_PARTS));
  return Array.from({ length: Math.ceil(size / length) }, (_, index) => ({
    number: index + 1,
    start: index * length,
    end: Math.min(size, (index + 1) * length) - 1,
  }));
}

/**
 * Puts a file, in parts when it is large, as the real provider does. One part is held at a time: a stream could be sent
 * only once, and the SDK tries a part again that S3 was too busy for. Nothing stands under the key before all parts have
 * arrived. An upload that fails is aborted, so that no parts stay behind; those of an upload whose process has been
 * ended wait for the bucket's lifecycle rule.
 *
 * @param least size of a part in bytes, at least the 5 MiB that S3 asks for; larger where the file has more than 10,000
 * @param signal ends the upload before its next part, and aborts it; with Ctrl-C the engine cancels
 * @throws the error of the request that failed, with that of the abort as its cause if that failed as well
 * @throws {Error} when the file is shorter than `size`: it was changed while it was read
 */
export async function putFile(
  s3: S3,
  path: string,
  size: number,
  object: PutObjectCommandInput,
  { least = ONE_REQUEST, signal }: { least?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const file = await open(path);
  try {
    if (size > least) await putParts(s3, file, partsOf(size, least), object, signal);
    else await s3.putObject({ ...object, Body: await read(file, Buffer.alloc(size), 0) });
  } finally {
    await file.close();
  }
}

async function putParts(
  s3: S3,
  file: FileHandle,
  parts: readonly Part[],
  object: PutObjectCommandInput,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { UploadId } = await s3.createMultipartUpload(object);
  const upload = { Bucket: object.Bucket, Key: object.Key, UploadId };
  try {
    const done: CompletedPart[] = [];
    const buffer = Buffer.alloc((parts[0]?.end ?? -1) + 1);
    for (const { number, start, end } of parts) {
      signal?.throwIfAborted();
      const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } =
        await s3.uploadPart({
          ...upload,
          PartNumber: number,
          Body: await read(file, buffer.subarray(0, end - start + 1), start),
          ChecksumAlgorithm: object.ChecksumAlgorithm,
        });
      const checksums = { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 };
      done.push({ PartNumber: number, ETag, ...checksums });
    }
    await s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts: done } });
  } catch (error) {
    await abort(s3, upload, error);
    throw error;
  }
}

/** The reason of a failed upload is what its user needs; what became of the abort stands behind it. */
async function abort(s3: S3, upload: AbortMultipartUploadCommandInput, reason: unknown): Promise<void> {
  try {
    await s3.abortMultipartUpload(upload);
  } catch (error) {
    if (reason instanceof Error) reason.cause ??= error;
  }
}

async function read(file: FileHandle, buffer: Buffer, start: number): Promise<Buffer> {
  for (let done = 0; done < buffer.length;) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, start + done);
    if (bytesRead === 0) throw new Error("The file has become shorter while it was uploaded; try again.");
    done += bytesRead;
  }
  return buffer;
}
