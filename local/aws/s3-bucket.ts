import type { ObjectIdentifier, S3, ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import type { BucketArgs } from "@pulumi/aws/s3/bucket";
import type { BucketServerSideEncryptionConfigurationArgs } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { property, resource, type AnyDefinition, type Inputs, type PropertySpec } from "./definition";
import { RequestError, orUndefined } from "./errors";
import { partitionFor } from "./partition";
import { tagChanges, tagList, tagMap } from "./tags";
import type { Properties } from "./wire";

/** Zone ids of the S3 website hosts that Route 53 aliases point to. Source: AWS General Reference, S3 website endpoints. */
const hostedZones: Readonly<Record<string, string>> = {
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-west-1": "Z2F56UZL2M1ACD",
  "us-west-2": "Z3BJ6K6RIION7M",
  "ap-south-1": "Z11RGJOFQNVJUP",
  "ap-northeast-1": "Z2M4EHUR26P7ZW",
  "ap-northeast-2": "Z3W03O7B5YMIYP",
  "ap-southeast-1": "Z3O0J2DXBE1FTB",
  "ap-southeast-2": "Z1WCIGYICN2BYD",
  "ca-central-1": "Z1QDHH18159H29",
  "eu-central-1": "Z21DNDUVLTQW6Q",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-west-2": "Z3GKZC51ZF0DB4",
  "eu-west-3": "Z3R1K369G5AVDG",
  "eu-north-1": "Z3BAZG2TWCNX0D",
  "sa-east-1": "Z7KQH4QJS55SO",
};

/** What S3 allows as a bucket name, apart from the reserved beginnings and endings. */
export const bucketName = {
  test: /^(?!xn--)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){1,61}[a-z0-9]$/u,
  says: "3 to 63 lower-case letters, digits, dots and hyphens, that begin and end with a letter or digit",
};

/** One rule of a bucket's default encryption, as `rules[]` and as the inline `rule`. */
export const encryptionRule: PropertySpec = property.object({
  applyServerSideEncryptionByDefault: property.object({
    kmsMasterKeyId: property.string(),
    sseAlgorithm: property.string({ required: true, oneOf: ["AES256", "aws:kms", "aws:kms:dsse"] }),
  }),
  blockedEncryptionTypes: property.unsupported("the emulator does not keep it"),
  bucketKeyEnabled: property.boolean(),
});

type EncryptionRule = NonNullable<Inputs<BucketServerSideEncryptionConfigurationArgs>["rules"]>[number];

/** Writes default encryption rules to a bucket. */
export async function putEncryption(s3: S3, Bucket: string, rules: readonly EncryptionRule[]): Promise<void> {
  const Rules = rules.map(({ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled }) => ({
    ...(byDefault
      ? {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: byDefault.sseAlgorithm as "aws:kms",
            KMSMasterKeyID: byDefault.kmsMasterKeyId,
          },
        }
      : {}),
    BucketKeyEnabled: bucketKeyEnabled,
  }));
  await s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
}

/** Default encryption rules as `rules[]`. */
export function encryptionRules(rules: readonly ServerSideEncryptionRule[] | undefined): Properties[] {
  return (rules ?? []).map(({ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled }) => ({
    ...(byDefault
      ? {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: byDefault.SSEAlgorithm,
            ...(byDefault.KMSMasterKeyID ? { kmsMasterKeyId: byDefault.KMSMasterKeyID } : {}),
          },
        }
      : {}),
    bucketKeyEnabled: BucketKeyEnabled ?? false,
  }));
}

/** Deletes every version and delete marker, of one key or of the whole bucket. */
export async function deleteVersions(s3: S3, Bucket: string, key?: string, bypassGovernance = false): Promise<void> {
  for (let page: { KeyMarker?: string; VersionIdMarker?: string } = {}; ;) {
    const listed = await s3.listObjectVersions({ Bucket, ...(key === undefined ? {} : { Prefix: key }), ...page });
    const Objects: ObjectIdentifier[] = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])]
      .filter(({ Key }) => key === undefined || Key === key)
      .map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length > 0) {
      const { Errors = [] } = await s3.deleteObjects({
        Bucket,
        Delete: { Objects, Quiet: true },
        ...(bypassGovernance ? { BypassGovernanceRetention: true } : {}),
      });
      const [first] = Errors;
      if (first)
        throw new Error(`S3 did not delete s3://${Bucket}/${first.Key ?? ""}: ${first.Code}: ${first.Message}`);
    }
    if (!listed.IsTruncated) return;
    page = { KeyMarker: listed.NextKeyMarker, VersionIdMarker: listed.NextVersionIdMarker };
  }
}

/** Addresses and names that follow from a bucket's name and region. */
export function bucketNames(bucket: string, region: string): Properties {
  const { id: partition, dnsSuffix } = partitionFor(region);
  return {
    arn: `arn:${partition}:s3:::${bucket}`,
    bucket,
    bucketDomainName: `${bucket}.s3.${dnsSuffix}`,
    bucketRegion: region,
    bucketRegionalDomainName: `${bucket}.s3.${region}.${dnsSuffix}`,
    hostedZoneId: hostedZones[region] ?? "",
  };
}

const separate = (resourceName: string): PropertySpec =>
  property.unsupported(`it is deprecated inside Bucket; use aws.s3.${resourceName}`);

const bucket = resource<BucketArgs>({
  token: "aws:s3/bucket:Bucket",
  tags: true,
  autoName: { property: "bucket", prefix: "bucketPrefix", maxLength: 63, base: (name) => name.toLowerCase() },
  inputs: {
    accelerationStatus: property.unsupported("transfer acceleration has no meaning on one machine"),
    acl: property.unsupported(
      "new buckets have ACLs switched off; use aws.s3.BucketOwnershipControls and aws.s3.BucketAcl",
    ),
    bucket: property.string({ replace: true, pattern: bucketName }),
    bucketNamespace: property.unsupported("the emulator has the global namespace only"),
    bucketPrefix: property.string({ replace: true, writeOnly: true }),
    corsRules: separate("BucketCorsConfiguration"),
    forceDestroy: property.boolean({ default: false, writeOnly: true }),
    grants: separate("BucketAcl"),
    lifecycleRules: separate("BucketLifecycleConfiguration"),
    logging: separate("BucketLogging"),
    objectLockConfiguration: separate("BucketObjectLockConfiguration"),
    objectLockEnabled: property.boolean({ computed: true, replace: true }),
    policy: separate("BucketPolicy"),
    replicationConfiguration: separate("BucketReplicationConfig"),
    requestPayer: separate("BucketRequestPaymentConfiguration"),
    serverSideEncryptionConfiguration: property.object(
      { rule: { ...encryptionRule, required: true } },
      { computed: true, notImported: true },
    ),
    versioning: property.object(
      { enabled: property.boolean(), mfaDelete: property.unsupported("the emulator has no MFA devices") },
      { computed: true, notImported: true },
    ),
    website: separate("BucketWebsiteConfiguration"),
  },
  outputs: ["arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName", "hostedZoneId"],
  async create(context, inputs, exists) {
    const s3 = await context.s3();
    const Bucket = inputs.bucket ?? "";
    const { region } = context;
    // In this one region S3 answers 200 when the account has the bucket already, and it would be adopted unasked.
    if (region === "us-east-1" && (await orUndefined(() => s3.headBucket({ Bucket })))) {
      throw new RequestError(`the bucket ${Bucket} exists already; choose another name, or import it`);
    }
    await s3.createBucket({
      Bucket,
      ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } }),
      ...(inputs.objectLockEnabled ? { ObjectLockEnabledForBucket: true } : {}),
    });
    exists(Bucket);
    const TagSet = tagList(inputs.tagsAll);
    if (TagSet) await s3.putBucketTagging({ Bucket, Tagging: { TagSet } });
    await putInline(s3, Bucket, inputs);
    return Bucket;
  },
  async read(context, id) {
    const s3 = await context.s3();
    await s3.headBucket({ Bucket: id });
    const [tags, lock, encryption, versioning] = await Promise.all([
      orUndefined(() => s3.getBucketTagging({ Bucket: id })),
      orUndefined(() => s3.getObjectLockConfiguration({ Bucket: id })),
      orUndefined(() => s3.getBucketEncryption({ Bucket: id })),
      s3.getBucketVersioning({ Bucket: id }),
    ]);
    const [rule] = encryptionRules(encryption?.ServerSideEncryptionConfiguration?.Rules);
    return {
      ...bucketNames(id, context.region),
      objectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
      ...(rule ? { serverSideEncryptionConfiguration: { rule } } : {}),
      versioning: { enabled: versioning.Status === "Enabled" },
      tagsAll: tagMap(tags?.TagSet),
    };
  },
  async update(context, id, { olds, news, changed }) {
    const s3 = await context.s3();
    await putInline(s3, id, {
      ...(changed("versioning") ? { versioning: news.versioning } : {}),
      ...(changed("serverSideEncryptionConfiguration")
        ? { serverSideEncryptionConfiguration: news.serverSideEncryptionConfiguration }
        : {}),
    });
    const { removed, put } = tagChanges(olds.tagsAll, news.tagsAll);
    if (removed.length === 0 && Object.keys(put).length === 0) return;
    const TagSet = tagList(news.tagsAll);
    if (TagSet) await s3.putBucketTagging({ Bucket: id, Tagging: { TagSet } });
    else await s3.deleteBucketTagging({ Bucket: id });
  },
  async delete(context, id, { forceDestroy }) {
    const s3 = await context.s3();
    if (forceDestroy) await deleteVersions(s3, id, undefined, true);
    await s3.deleteBucket({ Bucket: id });
  },
});

async function putInline(
  s3: S3,
  Bucket: string,
  {
    versioning,
    serverSideEncryptionConfiguration: encryption,
  }: Pick<Inputs<BucketArgs>, "versioning" | "serverSideEncryptionConfiguration">,
): Promise<void> {
  if (versioning) {
    const Status = versioning.enabled ? "Enabled" : "Suspended";
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } });
  }
  if (encryption) await putEncryption(s3, Bucket, [encryption.rule]);
}

/** The bucket itself. */
export const bucketResources: readonly AnyDefinition[] = [bucket];
