import type { BucketNotificationArgs } from "@pulumi/aws/s3/bucketNotification";
import type { Event, FilterRule, NotificationConfiguration } from "@aws-sdk/client-s3";
import { property, type AnyDefinition, type Inputs, type PropertySpec } from "./definition";
import { bucketSetting } from "./s3-settings";
import type { Properties } from "./wire";

const target = (arn: string): PropertySpec =>
  property.set(
    property.object({
      events: property.set(property.string(), { required: true }),
      filterPrefix: property.string(),
      filterSuffix: property.string(),
      id: property.string({ computed: true }),
      [arn]: property.string({ required: true }),
    }),
  );

interface Target {
  id?: string;
  events: string[];
  filterPrefix?: string;
  filterSuffix?: string;
}

interface AwsTarget {
  Id?: string;
  Events?: Event[];
  Filter?: { Key?: { FilterRules?: FilterRule[] } };
}

function toTarget({ id, events, filterPrefix, filterSuffix }: Target): AwsTarget & { Events: Event[] } {
  const FilterRules: FilterRule[] = [
    ...(filterPrefix ? [{ Name: "prefix" as const, Value: filterPrefix }] : []),
    ...(filterSuffix ? [{ Name: "suffix" as const, Value: filterSuffix }] : []),
  ];
  return {
    Id: id,
    Events: events as Event[],
    ...(FilterRules.length > 0 ? { Filter: { Key: { FilterRules } } } : {}),
  };
}

function fromTarget({ Id, Events, Filter }: AwsTarget): Properties {
  const value = (name: string): string | undefined =>
    Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)?.Value;
  return { id: Id, events: Events, filterPrefix: value("prefix"), filterSuffix: value("suffix") };
}

function toConfiguration(inputs: Inputs<BucketNotificationArgs>): NotificationConfiguration {
  return {
    ...(inputs.eventbridge ? { EventBridgeConfiguration: {} } : {}),
    TopicConfigurations: inputs.topics?.map((item) => ({ ...toTarget(item), TopicArn: item.topicArn })),
    QueueConfigurations: inputs.queues?.map((item) => ({ ...toTarget(item), QueueArn: item.queueArn })),
    LambdaFunctionConfigurations: inputs.lambdaFunctions?.map((item) => ({
      ...toTarget(item),
      LambdaFunctionArn: item.lambdaFunctionArn,
    })),
  };
}

const notification = bucketSetting<BucketNotificationArgs>({
  token: "aws:s3/bucketNotification:BucketNotification",
  inputs: {
    bucket: property.string({ required: true, replace: true }),
    eventbridge: property.boolean({ default: false }),
    lambdaFunctions: target("lambdaFunctionArn"),
    queues: target("queueArn"),
    topics: target("topicArn"),
  },
  put: (s3, Bucket, inputs) =>
    s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: toConfiguration(inputs) }),
  async get(s3, Bucket, known) {
    const found = await s3.getBucketNotificationConfiguration({ Bucket });
    return {
      // The emulator sends the events but does not tell the setting back.
      eventbridge: found.EventBridgeConfiguration !== undefined || known.eventbridge === true,
      topics: found.TopicConfigurations?.map((item) => ({ ...fromTarget(item), topicArn: item.TopicArn })),
      queues: found.QueueConfigurations?.map((item) => ({ ...fromTarget(item), queueArn: item.QueueArn })),
      lambdaFunctions: found.LambdaFunctionConfigurations?.map((item) => ({
        ...fromTarget(item),
        lambdaFunctionArn: item.LambdaFunctionArn,
      })),
    };
  },
  remove: (s3, Bucket) => s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: {} }),
});

/** What a bucket tells others. */
export const bucketNotificationResources: readonly AnyDefinition[] = [notification];
