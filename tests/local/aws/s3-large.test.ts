import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { crc32 } from "node:zlib";
import { S3, type S3ServiceException } from "@aws-sdk/client-s3";
import { putFile } from "../../../local/aws/s3-upload";
import { startMoto, type Moto } from "./moto";

const MEBIBYTE = 1024 ** 2;
const PART = 5 * MEBIBYTE;

const big = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

describe("an object in several parts, in the rehearsal", function () {
  this.timeout(60_000);
  let moto: Moto;
  let s3: S3;
  let folder: string;
  let path: string;
  const content = Buffer.concat([randomBytes(12 * MEBIBYTE), Buffer.from("the end\n")]);
  const parts = [content.subarray(0, PART), content.subarray(PART, 2 * PART), content.subarray(2 * PART)];
  const Bucket = "data";

  before(async () => {
    moto = await startMoto();
    s3 = client();
    await s3.createBucket({ Bucket });
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    folder = await mkdtemp(join(tmpdir(), "s3-large-"));
    path = join(folder, "large.jsonl");
    await writeFile(path, content);
  });
  after(async () => {
    s3.destroy();
    await moto.stop();
    await rm(folder, { recursive: true });
  });

  const client = (): S3 =>
    new S3({
      endpoint: moto.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      forcePathStyle: true,
      maxAttempts: 2,
    });
  const emulator = async (): Promise<number> => {
    const answer = await fetch(`${moto.endpoint}/_rehearsal/instance`);
    return ((await answer.json()) as { pid: number }).pid;
  };
  const bytesOf = async (Key: string, Range?: string): Promise<Buffer> => {
    const { Body } = await s3.getObject({ Bucket, Key, Range });
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const upload = (Key: string, more: object = {}) =>
    putFile(s3, path, content.length, { Bucket, Key, ...more }, { least: PART });

  it("comes back as it was, whole and in ranges across its parts, with the hash of hashes as its ETag", async () => {
    await upload("whole");
    assert.ok((await bytesOf("whole")).equals(content));
    const ranges: [string, number, number][] = [
      [`bytes=${PART - 3}-${PART + 2}`, PART - 3, PART + 3],
      [`bytes=${PART - 1}-${2 * PART}`, PART - 1, 2 * PART + 1],
      ["bytes=-8", content.length - 8, content.length],
      [`bytes=${2 * PART}-`, 2 * PART, content.length],
    ];
    for (const [range, start, end] of ranges)
      assert.ok((await bytesOf("whole", range)).equals(content.subarray(start, end)), range);
    const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest();
    const head = await s3.headObject({ Bucket, Key: "whole" });
    assert.equal(head.ETag, `"${md5(Buffer.concat(parts.map(md5))).toString("hex")}-3"`);
    assert.equal(head.ContentLength, content.length);
  });

  it("has the checksum of its parts' checksums, or that of its content, as was asked", async () => {
    const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
    const sum = sha256(Buffer.concat(parts.map(sha256))).toString("base64");
    await upload("sha", { ChecksumAlgorithm: "SHA256" });
    const sha = await s3.headObject({ Bucket, Key: "sha", ChecksumMode: "ENABLED" });
    assert.deepEqual([sha.ChecksumSHA256, sha.ChecksumType], [`${sum}-3`, "COMPOSITE"]);

    const full = big(crc32(content)).toString("base64");
    await upload("crc", { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
    const crc = await s3.headObject({ Bucket, Key: "crc", ChecksumMode: "ENABLED" });
    assert.deepEqual([crc.ChecksumCRC32, crc.ChecksumType], [full, "FULL_OBJECT"]);
    assert.ok((await bytesOf("crc")).equals(content));

    await upload("default");
    const kept = await s3.headObject({ Bucket, Key: "default", ChecksumMode: "ENABLED" });
    assert.equal(kept.ChecksumType, "FULL_OBJECT");
    assert.equal(kept.ChecksumCRC64NVME?.length, 12, "eight bytes in base 64");
  });

  it("knows the checksum that S3 computes when none is asked for", async () => {
    // The check value of CRC-64/NVME (NVM Express specification, and the catalogue of parametrised CRC algorithms).
    const check = Buffer.from("ae8b14860a799888", "hex").toString("base64");
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "check" });
    const { ETag } = await s3.uploadPart({ Bucket, Key: "check", UploadId, PartNumber: 1, Body: "123456789" });
    const done = await s3.completeMultipartUpload({
      ...{ Bucket, Key: "check", UploadId },
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    assert.deepEqual([done.ChecksumCRC64NVME, done.ChecksumType], [check, "FULL_OBJECT"]);
  });

  it("is copied whole and by parts, and the copy outlives it", async () => {
    await upload("source");
    await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/source` });
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "pieces" });
    const Parts = [];
    for (const [index, range] of [`bytes=3-${PART + 2}`, "bytes=0-9"].entries()) {
      const { CopyPartResult } = await s3.uploadPartCopy({
        ...{ Bucket, Key: "pieces", UploadId, PartNumber: index + 1 },
        ...{ CopySource: `${Bucket}/source`, CopySourceRange: range },
      });
      Parts.push({ PartNumber: index + 1, ETag: CopyPartResult?.ETag });
    }
    await s3.completeMultipartUpload({ Bucket, Key: "pieces", UploadId, MultipartUpload: { Parts } });
    const { VersionId } = await s3.headObject({ Bucket, Key: "source" });
    await s3.deleteObject({ Bucket, Key: "source", VersionId });
    assert.ok((await bytesOf("copy")).equals(content));
    const copied = await s3.headObject({ Bucket, Key: "copy" });
    assert.equal(copied.ETag, `"${createHash("md5").update(content).digest("hex")}"`);
    assert.ok(
      (await bytesOf("pieces")).equals(Buffer.concat([content.subarray(3, PART + 3), content.subarray(0, 10)])),
    );
  });

  it("keeps each of its versions, and lists them without a look at their content", async () => {
    await upload("versions");
    await s3.putObject({ Bucket, Key: "versions", Body: "small" });
    const { Versions = [] } = await s3.listObjectVersions({ Bucket, Prefix: "versions" });
    assert.deepEqual(
      Versions.map(({ Size, IsLatest }) => [Size, IsLatest]),
      [
        [5, true],
        [content.length, false],
      ],
    );
    const { Body } = await s3.getObject({ Bucket, Key: "versions", VersionId: Versions[1]?.VersionId });
    assert.ok(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(content));
  });

  it("takes no memory of the emulator by its size, while it is sent, joined, copied, listed and read", async () => {
    const pid = await emulator();
    const peak = async () => {
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+) kB/u.exec(status)?.[1]) / 1024;
    };
    const large = join(folder, "larger.jsonl");
    const size = 160 * MEBIBYTE;
    await writeFile(large, Buffer.alloc(size, "records\n"));
    const before = await peak();
    await putFile(s3, large, size, { Bucket, Key: "larger", ChecksumAlgorithm: "SHA256" }, { least: PART });
    await s3.copyObject({ Bucket, Key: "larger-copy", CopySource: `${Bucket}/larger`, ChecksumAlgorithm: "CRC32" });
    await s3.listObjectVersions({ Bucket });
    const read = createHash("sha256");
    const { Body } = await s3.getObject({ Bucket, Key: "larger-copy" });
    for await (const block of Body as AsyncIterable<Buffer>) read.update(block);
    assert.equal(
      read.digest("hex"),
      createHash("sha256")
        .update(await readFile(large))
        .digest("hex"),
    );
    const grown = (await peak()) - before;
    assert.ok(grown < 60, `an object of 160 MiB grew the emulator by ${Math.round(grown)} MiB`);
  });

  it("gives its room on the disk back when its last copy is deleted", async () => {
    const pid = await emulator();
    const files = async () => {
      const links = (await readdir(`/proc/${pid}/fd`)).map((name) =>
        readlink(`/proc/${pid}/fd/${name}`).catch(() => ""),
      );
      return (await Promise.all(links)).filter((target) => target.endsWith("(deleted)")).length;
    };
    const before = await files();
    await upload("room");
    await s3.copyObject({ Bucket, Key: "room-copy", CopySource: `${Bucket}/room` });
    await s3.listObjectVersions({ Bucket });
    const unfinished = { Bucket, Key: "unfinished" };
    const { UploadId } = await s3.createMultipartUpload(unfinished);
    await s3.uploadPart({ ...unfinished, UploadId, PartNumber: 1, Body: "part" });
    assert.equal(await files(), before + 2);
    await s3.abortMultipartUpload({ ...unfinished, UploadId });
    assert.equal(await files(), before + 1);
    for (const Key of ["room", "room-copy"]) {
      const { VersionId } = await s3.headObject({ Bucket, Key });
      await s3.deleteObject({ Bucket, Key, VersionId });
    }
    assert.equal(await files(), before);
  });

  it("arrives when a part finds S3 too busy once", async () => {
    const tried: (number | undefined)[] = [];
    const busy = failing([503], (number) => tried.push(number));
    await putFile(busy, path, content.length, { Bucket, Key: "busy" }, { least: PART });
    assert.deepEqual(tried, [1, 2, 2, 3]);
    assert.ok((await bytesOf("busy")).equals(content));
    busy.destroy();
  });

  it("leaves neither parts nor half an object when a part fails for good, and arrives the next time", async () => {
    const broken = failing([503, 503], () => undefined);
    await assert.rejects(
      putFile(broken, path, content.length, { Bucket, Key: "broken" }, { least: PART }),
      /too busy/u,
    );
    broken.destroy();
    assert.deepEqual((await s3.listMultipartUploads({ Bucket })).Uploads ?? [], []);
    await assert.rejects(s3.headObject({ Bucket, Key: "broken" }), { name: "NotFound" });
    await upload("broken");
    assert.ok((await bytesOf("broken")).equals(content));
  });

  it("leaves nothing when the engine cancels between two parts, and arrives the next time", async () => {
    const cancellation = new AbortController();
    const canceled = failing([], (number) => number === 2 && cancellation.abort(new Error("canceled by the engine")));
    const { signal } = cancellation;
    await assert.rejects(
      putFile(canceled, path, content.length, { Bucket, Key: "canceled" }, { least: PART, signal }),
      /canceled by the engine/u,
    );
    canceled.destroy();
    assert.deepEqual((await s3.listMultipartUploads({ Bucket })).Uploads ?? [], []);
    await assert.rejects(s3.headObject({ Bucket, Key: "canceled" }), { name: "NotFound" });
    await upload("canceled");
    assert.ok((await bytesOf("canceled")).equals(content));
  });

  it("is not there, not even in part, when its process has been killed, and its parts can be found", async () => {
    const before = (await s3.listMultipartUploads({ Bucket })).Uploads?.length ?? 0;
    const script = `
      const { S3 } = require("@aws-sdk/client-s3");
      const { putFile } = require(${JSON.stringify(resolve(__dirname, "../../../local/aws/s3-upload"))});
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const s3 = new S3({ endpoint: process.argv[1], region: "us-east-1", credentials, forcePathStyle: true });
      s3.middlewareStack.add(
        (next) => (args) => (args.input.PartNumber === 2 ? process.kill(process.pid, "SIGKILL") : next(args)),
        { step: "initialize" },
      );
      void putFile(s3, process.argv[2], ${content.length}, { Bucket: "data", Key: "killed" }, { least: ${PART} });`;
    const child = spawn(
      process.execPath,
      ["--require", "ts-node/register/transpile-only", "--eval", script, moto.endpoint, path],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
    assert.deepEqual(await once(child, "exit"), [null, "SIGKILL"]);
    await assert.rejects(s3.headObject({ Bucket, Key: "killed" }), { name: "NotFound" });
    const { Uploads = [] } = await s3.listMultipartUploads({ Bucket });
    assert.deepEqual([Uploads.length - before, Uploads.at(-1)?.Key], [1, "killed"]);
    await upload("killed");
    assert.ok((await bytesOf("killed")).equals(content));
    await s3.abortMultipartUpload({ Bucket, Key: "killed", UploadId: Uploads.at(-1)?.UploadId });
  });

  it("is refused where a part is wrong, lost or in the wrong place", async () => {
    const at = { Bucket, Key: "refused" };
    const { UploadId } = await s3.createMultipartUpload(at);
    const code = async (call: Promise<unknown>) =>
      call.then(
        () => "none",
        (error: unknown) => (error as S3ServiceException).name,
      );
    const wrong = big(crc32("other")).toString("base64");
    const put = { ...at, UploadId, PartNumber: 1 };
    assert.equal(await code(s3.uploadPart({ ...put, Body: "this", ChecksumCRC32: wrong })), "BadDigest");
    assert.deepEqual((await s3.listParts({ ...at, UploadId })).Parts ?? [], []);
    assert.equal(await code(s3.putObject({ ...at, Body: "this", ChecksumCRC32: wrong })), "BadDigest");
    await s3.uploadPart({ ...put, Body: parts[0] });
    await s3.uploadPart({ ...put, PartNumber: 2, Body: "the end" });
    const { Parts = [] } = await s3.listParts({ ...at, UploadId });
    const complete = (...chosen: typeof Parts) =>
      s3.completeMultipartUpload({ ...at, UploadId, MultipartUpload: { Parts: chosen } });
    const [first, second] = Parts;
    assert.ok(first && second);
    assert.equal(await code(complete(second, first)), "InvalidPartOrder");
    assert.equal(await code(complete(first, { ...second, ETag: first.ETag })), "InvalidPart");
    assert.equal(await code(complete(first, { ...second, PartNumber: 3 })), "InvalidPart");
    await s3.abortMultipartUpload({ ...at, UploadId });
    assert.equal(await code(s3.uploadPart({ ...put, Body: "late" })), "NoSuchUpload");
    assert.equal(await code(complete(first)), "NoSuchUpload");
    await assert.rejects(s3.headObject(at), { name: "NotFound" });
  });

  /** A client whose second part is answered with these statuses first. */
  function failing(statuses: number[], onPart: (number: number | undefined) => unknown): S3 {
    const busy = client();
    busy.middlewareStack.add(
      (next) => async (args) => {
        const { PartNumber } = args.input as { PartNumber?: number };
        if (PartNumber === undefined) return next(args);
        onPart(PartNumber);
        const status = PartNumber === 2 ? statuses.shift() : undefined;
        if (status === undefined) return next(args);
        throw Object.assign(new Error("S3 is too busy"), {
          name: "SlowDown",
          $fault: "server",
          $metadata: { httpStatusCode: status },
        });
      },
      { step: "deserialize", priority: "low" },
    );
    return busy;
  }
});
