import type { LifecycleRule, LifecycleRuleFilter } from "@aws-sdk/client-s3";
import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { property, type AnyDefinition, type Inputs } from "./definition";
import { bucketSetting, noOwnerCheck } from "./s3-settings";
import { tagList, tagMap } from "./tags";
import type { Properties } from "./wire";

type Rule = NonNullable<Inputs<BucketLifecycleConfigurationArgs>["rules"]>[number];

const storageClass = property.string({
  required: true,
  oneOf: ["GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"],
});

/** `2030-01-01` and `2030-01-01T00:00:00.000Z` are one moment. */
const moment = property.string({
  pattern: { test: /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?$/u, says: "a date as 2030-01-01T00:00:00Z" },
  same: (wanted, actual) => Date.parse(String(wanted)) === Date.parse(String(actual)),
});

const rule = property.object({
  abortIncompleteMultipartUpload: property.object({ daysAfterInitiation: property.number() }),
  expiration: property.object({
    date: moment,
    days: property.number(),
    expiredObjectDeleteMarker: property.boolean(),
  }),
  filter: property.object({
    and: property.object({
      objectSizeGreaterThan: property.number(),
      objectSizeLessThan: property.number(),
      prefix: property.string(),
      tags: property.map(),
    }),
    objectSizeGreaterThan: property.number(),
    objectSizeLessThan: property.number(),
    prefix: property.string(),
    tag: property.object({
      key: property.string({ required: true }),
      value: property.string({ required: true }),
    }),
  }),
  id: property.string({ required: true }),
  noncurrentVersionExpiration: property.object({
    newerNoncurrentVersions: property.number(),
    noncurrentDays: property.number({ required: true }),
  }),
  noncurrentVersionTransitions: property.set(
    property.object({
      newerNoncurrentVersions: property.number(),
      noncurrentDays: property.number({ required: true }),
      storageClass,
    }),
  ),
  prefix: property.string(),
  status: property.string({ required: true, oneOf: ["Enabled", "Disabled"] }),
  transitions: property.set(property.object({ date: moment, days: property.number(), storageClass })),
});

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

function toRule(source: Rule): LifecycleRule {
  const { expiration, noncurrentVersionExpiration: noncurrent, abortIncompleteMultipartUpload: abort } = source;
  return {
    ID: source.id,
    Status: source.status as "Enabled",
    // S3 wants a filter in every rule; without a legacy prefix an empty one means the whole bucket.
    ...(source.prefix && !source.filter ? { Prefix: source.prefix } : { Filter: toFilter(source.filter) }),
    ...(expiration
      ? {
          Expiration: {
            Days: expiration.days,
            Date: date(expiration.date),
            ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker,
          },
        }
      : {}),
    ...(abort ? { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abort.daysAfterInitiation } } : {}),
    ...(noncurrent
      ? {
          NoncurrentVersionExpiration: {
            NoncurrentDays: noncurrent.noncurrentDays,
            NewerNoncurrentVersions: noncurrent.newerNoncurrentVersions,
          },
        }
      : {}),
    Transitions: source.transitions?.map((item) => ({
      Days: item.days,
      Date: date(item.date),
      StorageClass: item.storageClass as "GLACIER",
    })),
    NoncurrentVersionTransitions: source.noncurrentVersionTransitions?.map((item) => ({
      NoncurrentDays: item.noncurrentDays,
      NewerNoncurrentVersions: item.newerNoncurrentVersions,
      StorageClass: item.storageClass as "GLACIER",
    })),
  };
}

function toFilter(filter: Rule["filter"]): LifecycleRuleFilter {
  if (filter?.and) {
    const { prefix, tags, objectSizeGreaterThan, objectSizeLessThan } = filter.and;
    return {
      And: {
        Prefix: prefix,
        Tags: tagList(tags),
        ObjectSizeGreaterThan: objectSizeGreaterThan,
        ObjectSizeLessThan: objectSizeLessThan,
      },
    };
  }
  if (filter?.tag) return { Tag: { Key: filter.tag.key, Value: filter.tag.value } };
  if (filter?.objectSizeGreaterThan !== undefined) return { ObjectSizeGreaterThan: filter.objectSizeGreaterThan };
  if (filter?.objectSizeLessThan !== undefined) return { ObjectSizeLessThan: filter.objectSizeLessThan };
  return { Prefix: filter?.prefix ?? "" };
}

function fromFilter(filter: LifecycleRuleFilter | undefined): Properties | undefined {
  if (!filter) return undefined;
  const { And: and, Tag: tag } = filter;
  if (and) {
    return {
      and: {
        prefix: and.Prefix,
        tags: and.Tags && tagMap(and.Tags),
        objectSizeGreaterThan: and.ObjectSizeGreaterThan,
        objectSizeLessThan: and.ObjectSizeLessThan,
      },
    };
  }
  return {
    prefix: filter.Prefix,
    objectSizeGreaterThan: filter.ObjectSizeGreaterThan,
    objectSizeLessThan: filter.ObjectSizeLessThan,
    ...(tag ? { tag: { key: tag.Key, value: tag.Value } } : {}),
  };
}

function fromRule(source: LifecycleRule): Properties {
  const {
    Expiration: expiration,
    NoncurrentVersionExpiration: noncurrent,
    AbortIncompleteMultipartUpload: abort,
  } = source;
  return {
    id: source.ID,
    status: source.Status,
    prefix: source.Prefix,
    filter: fromFilter(source.Filter),
    ...(expiration
      ? {
          expiration: {
            days: expiration.Days,
            date: expiration.Date?.toISOString(),
            expiredObjectDeleteMarker: expiration.ExpiredObjectDeleteMarker,
          },
        }
      : {}),
    ...(abort ? { abortIncompleteMultipartUpload: { daysAfterInitiation: abort.DaysAfterInitiation } } : {}),
    ...(noncurrent
      ? {
          noncurrentVersionExpiration: {
            noncurrentDays: noncurrent.NoncurrentDays,
            newerNoncurrentVersions: noncurrent.NewerNoncurrentVersions,
          },
        }
      : {}),
    transitions: source.Transitions?.map((item) => ({
      days: item.Days,
      date: item.Date?.toISOString(),
      storageClass: item.StorageClass,
    })),
    noncurrentVersionTransitions: source.NoncurrentVersionTransitions?.map((item) => ({
      noncurrentDays: item.NoncurrentDays,
      newerNoncurrentVersions: item.NewerNoncurrentVersions,
      storageClass: item.StorageClass,
    })),
  };
}

const lifecycle = bucketSetting<BucketLifecycleConfigurationArgs>({
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  inputs: {
    bucket: property.string({ required: true, replace: true }),
    expectedBucketOwner: noOwnerCheck,
    rules: property.list(rule, { required: true }),
    timeouts: property.unsupported("use the resource option customTimeouts"),
    transitionDefaultMinimumObjectSize: property.unsupported("the emulator always answers all_storage_classes_128K"),
  },
  put: (s3, Bucket, { rules = [] }) =>
    s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: rules.map(toRule) } }),
  async get(s3, Bucket) {
    const { Rules, TransitionDefaultMinimumObjectSize } = await s3.getBucketLifecycleConfiguration({ Bucket });
    return {
      rules: (Rules ?? []).map(fromRule),
      transitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize ?? "all_storage_classes_128K",
    };
  },
  remove: (s3, Bucket) => s3.deleteBucketLifecycle({ Bucket }),
});

/** Lifecycle rules of a bucket. */
export const bucketLifecycleResources: readonly AnyDefinition[] = [lifecycle];
