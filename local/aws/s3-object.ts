import { stat } from "node:fs/promises";
import type { HeadObjectCommandOutput, PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { BucketObjectArgs } from "@pulumi/aws/s3/bucketObject";
import type { BucketObjectv2Args } from "@pulumi/aws/s3/bucketObjectv2";
import {
  property,
  resource,
  type AnyDefinition,
  type Change,
  type Context,
  type Inputs,
  type ResourceDefinition,
} from "./definition";
import { RequestError, describeError, isAws, type AwsError } from "./errors";
import { deleteVersions } from "./s3-bucket";
import { putFile } from "./s3-upload";
import { tagChanges, tagList, tagMap } from "./tags";
import { Asset, type Properties } from "./wire";

type ObjectInputs = Inputs<BucketObjectv2Args>;

const inputs: ResourceDefinition<BucketObjectArgs>["inputs"] = {
  acl: property.unsupported("new buckets have ACLs switched off"),
  bucket: property.string({ required: true, replace: true }),
  bucketKeyEnabled: property.boolean({ computed: true }),
  cacheControl: property.string(),
  content: property.string({ writeOnly: true }),
  contentBase64: property.string({ writeOnly: true }),
  contentDisposition: property.string(),
  contentEncoding: property.string(),
  contentLanguage: property.string(),
  contentType: property.string({ computed: true }),
  etag: property.string({ computed: true, writeOnly: true }),
  forceDestroy: property.boolean({ default: false, writeOnly: true }),
  key: property.string({ replace: true }),
  kmsKeyId: property.string({ computed: true }),
  metadata: property.map({
    same: (wanted, actual) => JSON.stringify(lowerKeys(wanted)) === JSON.stringify(lowerKeys(actual)),
  }),
  objectLockLegalHoldStatus: property.string({ oneOf: ["ON", "OFF"] }),
  objectLockMode: property.string({ oneOf: ["GOVERNANCE", "COMPLIANCE"] }),
  objectLockRetainUntilDate: property.string({
    same: (wanted, actual) => Date.parse(String(wanted)) === Date.parse(String(actual)),
  }),
  serverSideEncryption: property.string({ computed: true, oneOf: ["AES256", "aws:kms", "aws:kms:dsse"] }),
  source: property.asset({ writeOnly: true }),
  sourceHash: property.string({ writeOnly: true }),
  storageClass: property.string({ computed: true }),
  websiteRedirect: property.string(),
};

function lowerKeys(value: unknown): [string, unknown][] {
  return Object.entries(value ?? {})
    .map(([key, item]): [string, unknown] => [key.toLowerCase(), item])
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

/** What is uploaded: text at once, a file as a stream. */
async function content(object: ObjectInputs): Promise<{ Body: Buffer } | { path: string; size: number }> {
  const { content, contentBase64 } = object;
  if (content !== undefined) return { Body: Buffer.from(content, "utf8") };
  if (contentBase64 !== undefined) return { Body: Buffer.from(contentBase64, "base64") };
  const source = object.source as unknown;
  if (!(source instanceof Asset)) return { Body: Buffer.alloc(0) };
  const { text, path, uri } = source.source;
  if (text !== undefined) return { Body: Buffer.from(text, "utf8") };
  const file = path ?? (uri?.startsWith("file://") ? new URL(uri).pathname : undefined);
  if (file === undefined) {
    throw new RequestError(
      `source is ${uri === undefined ? `an ${source.kind} of several files` : uri}, and the rehearsal uploads text and local files only; ` +
        "use new pulumi.asset.FileAsset(path) or StringAsset(text)",
    );
  }
  return { path: file, size: (await stat(file)).size };
}

async function put(context: Context, object: ObjectInputs): Promise<void> {
  try {
    await upload(context, object);
  } catch (error) {
    throw explained(error, String(object.bucket));
  }
}

/** The emulator refuses by a bucket policy without a word; this says why. */
function explained(error: unknown, bucket: string): unknown {
  const status = (error as AwsError).$metadata?.httpStatusCode;
  if (status !== 403 || isAws(error, "AccessDenied")) return error;
  return new RequestError(
    `${describeError(error)}. The policy of the bucket ${bucket} denies it; the emulator applies a Deny whether or not its ` +
      "conditions hold, see local/aws/README.md",
    { cause: error },
  );
}

async function upload(context: Context, object: ObjectInputs): Promise<void> {
  const tags = new URLSearchParams(object.tagsAll).toString();
  const request: PutObjectCommandInput = {
    Bucket: String(object.bucket),
    Key: object.key,
    BucketKeyEnabled: object.bucketKeyEnabled,
    CacheControl: object.cacheControl,
    ChecksumAlgorithm: object.checksumAlgorithm as "SHA256" | undefined,
    ContentDisposition: object.contentDisposition,
    ContentEncoding: object.contentEncoding,
    ContentLanguage: object.contentLanguage,
    ContentType: object.contentType ?? "application/octet-stream",
    Metadata:
      object.metadata && Object.fromEntries(lowerKeys(object.metadata).map(([key, value]) => [key, String(value)])),
    ObjectLockLegalHoldStatus: object.objectLockLegalHoldStatus as "ON" | undefined,
    ObjectLockMode: object.objectLockMode as "GOVERNANCE" | undefined,
    ObjectLockRetainUntilDate:
      object.objectLockRetainUntilDate === undefined ? undefined : new Date(object.objectLockRetainUntilDate),
    // A key without an algorithm means SSE-KMS, as in the real provider.
    ServerSideEncryption: (object.serverSideEncryption ?? (object.kmsKeyId ? "aws:kms" : undefined)) as
      "aws:kms" | undefined,
    SSEKMSKeyId: object.kmsKeyId,
    StorageClass: object.storageClass as "STANDARD" | undefined,
    Tagging: tags === "" ? undefined : tags,
    WebsiteRedirectLocation: object.websiteRedirect,
  };
  const uploaded = await content(object);
  const s3 = await context.s3();
  if ("path" in uploaded) await putFile(s3, uploaded.path, uploaded.size, request, { signal: context.signal });
  else await s3.putObject({ ...request, ...uploaded });
}

function objectState(context: Context, bucket: string, key: string, head: HeadObjectCommandOutput): Properties {
  return {
    arn: `arn:${context.partition}:s3:::${bucket}/${key}`,
    bucket,
    key,
    bucketKeyEnabled: head.BucketKeyEnabled ?? false,
    cacheControl: head.CacheControl,
    contentDisposition: head.ContentDisposition,
    contentEncoding: head.ContentEncoding,
    contentLanguage: head.ContentLanguage,
    contentType: head.ContentType,
    etag: head.ETag?.replaceAll('"', ""),
    kmsKeyId: head.SSEKMSKeyId,
    metadata: head.Metadata ?? {},
    objectLockLegalHoldStatus: head.ObjectLockLegalHoldStatus,
    objectLockMode: head.ObjectLockMode,
    objectLockRetainUntilDate: head.ObjectLockRetainUntilDate?.toISOString(),
    serverSideEncryption: head.ServerSideEncryption,
    storageClass: head.StorageClass ?? "STANDARD",
    versionId: head.VersionId ?? "",
    websiteRedirect: head.WebsiteRedirectLocation,
    checksumCrc32: head.ChecksumCRC32 ?? "",
    checksumCrc32c: head.ChecksumCRC32C ?? "",
    checksumCrc64nvme: head.ChecksumCRC64NVME ?? "",
    checksumSha1: head.ChecksumSHA1 ?? "",
    checksumSha256: head.ChecksumSHA256 ?? "",
  };
}

const checksums = ["checksumCrc32", "checksumCrc32c", "checksumCrc64nvme", "checksumSha1", "checksumSha256"];

/** Everything except tags is written with the object's content. */
function rewrites({ changed }: Change<BucketObjectv2Args>): boolean {
  const names = Object.keys(inputs) as (keyof BucketObjectArgs)[];
  return changed(...names.filter((name) => name !== "forceDestroy"), "checksumAlgorithm");
}

function objectDefinition(
  token: string,
  extra: Partial<ResourceDefinition<BucketObjectv2Args>["inputs"]>,
): AnyDefinition {
  return resource<BucketObjectv2Args>({
    token,
    tags: true,
    autoName: { property: "key", maxLength: 1024, plain: true },
    inputs: { ...inputs, ...extra } as ResourceDefinition<BucketObjectv2Args>["inputs"],
    outputs: ["arn", "versionId", ...("checksumAlgorithm" in extra ? checksums : [])],
    check({ content, contentBase64, source }) {
      const given = Object.entries({ content, contentBase64, source }).filter(([, value]) => value !== undefined);
      if (given.length < 2) return [];
      return [{ property: "source", reason: `give one of ${given.map(([name]) => name).join(", ")}, not several` }];
    },
    async create(context, object) {
      await put(context, object);
      return `${String(object.bucket)}/${object.key ?? ""}`;
    },
    async read(context, id) {
      const [bucket, key] = splitId(id);
      const s3 = await context.s3();
      const head = await s3.headObject({ Bucket: bucket, Key: key, ChecksumMode: "ENABLED" });
      const { TagSet } = await s3.getObjectTagging({ Bucket: bucket, Key: key });
      const state = { ...objectState(context, bucket, key, head), tagsAll: tagMap(TagSet) };
      if ("checksumAlgorithm" in extra) return state;
      return Object.fromEntries(Object.entries(state).filter(([name]) => !checksums.includes(name)));
    },
    async update(context, id, change) {
      const { olds, news } = change;
      if (rewrites(change)) return put(context, news);
      const { removed, put: wanted } = tagChanges(olds.tagsAll, news.tagsAll);
      if (removed.length === 0 && Object.keys(wanted).length === 0) return;
      const [Bucket, Key] = splitId(id);
      const TagSet = tagList(news.tagsAll);
      const s3 = await context.s3();
      if (TagSet) await s3.putObjectTagging({ Bucket, Key, Tagging: { TagSet } });
      else await s3.deleteObjectTagging({ Bucket, Key });
    },
    async delete(context, id, { forceDestroy }) {
      const [bucket, key] = splitId(id);
      await deleteVersions(await context.s3(), bucket, key, forceDestroy);
    },
    recomputed: (change) =>
      rewrites(change) ? ["versionId", "etag", ...("checksumAlgorithm" in extra ? checksums : [])] : [],
    importId: (_, given) => Promise.resolve({ id: given.replace(/^s3:\/\//u, "") }),
  });
}

function splitId(id: string): [bucket: string, key: string] {
  const at = id.indexOf("/");
  return [id.slice(0, at), id.slice(at + 1)];
}

/** Objects in buckets. */
export const bucketObjectResources: readonly AnyDefinition[] = [
  objectDefinition("aws:s3/bucketObjectv2:BucketObjectv2", {
    checksumAlgorithm: property.string({
      writeOnly: true,
      oneOf: ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"],
    }),
    overrideProvider: property.unsupported("change defaultTags on the provider instead"),
  }),
  objectDefinition("aws:s3/bucketObject:BucketObject", {}),
];
