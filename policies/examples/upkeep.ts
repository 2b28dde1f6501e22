/** Examples of the policies on the upkeep of buckets, on messages, and on who watches. */
import { ACCOUNT, denyOutside, denyTheRest, denyWithoutTls, environment, FOREIGN_ACCOUNT } from "./environment";
import { changed, detached, json, pick, without, type Examples } from "./example";
import { deniesPlain, sends } from "./watch";

const owned = pick(environment, "training", "training-ownership", "job");
const logged = pick(environment, "training", "training-logging", "logs", "job");
const apart = pick(environment, "training", "training-logging", "output", "logs", "trail", "job");
const cleared = pick(environment, "training", "training-lifecycle", "job");
const guarded = pick(environment, "training", "training-policy", "job");
const closed = [...guarded, ...pick(environment, "s3-endpoint")];
const topic = pick(environment, "alerts", "alerts-policy", "key", "job");
const queue = pick(environment, "undelivered", "undelivered-policy", "key", "job");
const delivery = pick(environment, "delivery", "key", "job");
const TOPIC_ARN = `arn:aws:sns:us-west-2:${ACCOUNT}:alerts`;
const QUEUE_ARN = `arn:aws:sqs:us-west-2:${ACCOUNT}:undelivered`;
const LOG_ARN = `arn:aws:logs:us-west-2:${ACCOUNT}:log-group:/events/*`;
const publishes = sends("sns:Publish", TOPIC_ARN);
const topicPolicy = (...list: Readonly<Record<string, unknown>>[]) =>
  changed(topic, "alerts-policy", "policy", json(...list));
const queuePolicy = (...list: Readonly<Record<string, unknown>>[]) =>
  changed(queue, "undelivered-policy", "policy", json(...list));
const trail = pick(environment, "trail", "key", "job");
const selecting = (...values: string[]) => [
  { readWriteType: "All", dataResources: [{ type: "AWS::S3::Object", values }] },
];
const classic = changed(trail, "trail", "advancedEventSelectors", undefined);
const alarm = pick(environment, "changes-alarm", "alerts", "job");
const events = pick(environment, "job-events", "job-events-target", "job");
const pattern = (type: string) => JSON.stringify({ source: ["aws.bedrock"], "detail-type": [type] });
const changes = pick(environment, "changes", "changes-alarm", "job");

/** Examples by policy. */
export const upkeepExamples: Readonly<Record<string, Examples>> = {
  "bucket-has-no-access-lists": {
    good: owned,
    bad: [
      without(owned, "training-ownership"),
      changed(owned, "training-ownership", "rule", { objectOwnership: "ObjectWriter" }),
      changed(owned, "training", "acl", "public-read"),
      [
        ...owned,
        {
          type: "aws:s3/bucketAcl:BucketAcl",
          name: "acl",
          properties: { bucket: "acme-training", acl: "authenticated-read" },
        },
      ],
    ],
  },
  "bucket-access-is-recorded": { good: logged, bad: [without(logged, "training-logging")] },
  "training-results-and-logs-are-apart": {
    good: apart,
    bad: [
      changed(apart, "training-logging", "targetBucket", "acme-training"),
      changed(apart, "trail", "s3BucketName", "acme-output"),
    ],
  },
  "bucket-removes-unfinished-uploads": {
    good: cleared,
    bad: [
      without(cleared, "training-lifecycle"),
      changed(cleared, "training-lifecycle", "rules", [
        { id: "off", status: "Disabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
      ]),
    ],
  },
  "bucket-refuses-access-from-outside": {
    good: closed,
    bad: [
      changed(
        closed,
        "training-policy",
        "policy",
        json(denyWithoutTls("acme-training"), ...denyTheRest("acme-training")),
      ),
      changed(
        closed,
        "training-policy",
        "policy",
        json(denyWithoutTls("acme-training"), ...denyTheRest("acme-training"), {
          ...denyOutside("acme-training"),
          Action: "s3:PutObject",
        }),
      ),
      changed(
        closed,
        "training-policy",
        "policy",
        json(
          denyWithoutTls("acme-training"),
          ...denyTheRest("acme-training"),
          denyOutside("acme-training", ["vpce-0aaa", "vpce-0other"]),
        ),
      ),
    ],
  },
  "topic-uses-a-customer-key": {
    good: topic,
    bad: [
      detached(topic, "alerts", "kmsMasterKeyId", undefined),
      detached(topic, "alerts", "kmsMasterKeyId", "alias/aws/sns"),
      detached(topic, "alerts", "kmsMasterKeyId", `arn:aws:kms:us-west-2:${FOREIGN_ACCOUNT}:key/1`),
    ],
  },
  "queue-is-encrypted": {
    good: queue,
    bad: [
      detached(queue, "undelivered", "kmsMasterKeyId", undefined),
      changed(
        detached(queue, "undelivered", "kmsMasterKeyId", undefined),
        "undelivered",
        "sqsManagedSseEnabled",
        false,
      ),
    ],
  },
  "topic-policy-keeps-strangers-out": {
    good: topic,
    bad: [
      topicPolicy(publishes),
      topicPolicy({ ...publishes, Condition: undefined }, deniesPlain("sns:Publish", TOPIC_ARN)),
      topicPolicy({ ...publishes, Principal: "*", Condition: undefined }, deniesPlain("sns:Publish", TOPIC_ARN)),
    ],
  },
  "queue-policy-keeps-strangers-out": {
    good: queue,
    bad: [
      queuePolicy(sends("sqs:SendMessage", QUEUE_ARN)),
      queuePolicy(
        { ...sends("sqs:SendMessage", QUEUE_ARN), Principal: { AWS: "*" }, Condition: undefined },
        deniesPlain("sqs:SendMessage", QUEUE_ARN),
      ),
    ],
  },
  "log-resource-policy-keeps-strangers-out": {
    good: delivery,
    bad: [
      changed(
        delivery,
        "delivery",
        "policyDocument",
        json({ ...sends("logs:PutLogEvents", LOG_ARN), Principal: "*", Condition: undefined }),
      ),
    ],
  },
  "trail-records-data-events": {
    good: trail,
    bad: [
      classic,
      changed(classic, "trail", "eventSelectors", selecting("arn:aws:s3:::acme-training/")),
      changed(classic, "trail", "eventSelectors", [{ ...selecting("arn:aws:s3")[0], readWriteType: "WriteOnly" }]),
    ],
  },
  "alarms-tell-somebody": {
    good: alarm,
    bad: [
      changed(alarm, "changes-alarm", "actionsEnabled", false),
      changed(alarm, "changes-alarm", "alarmActions", []),
      changed(alarm, "changes-alarm", "alarmActions", undefined),
    ],
  },
  "job-events-reach-somebody": {
    good: events,
    bad: [
      without(events, "job-events-target"),
      changed(events, "job-events-target", "deadLetterConfig", undefined),
      changed(events, "job-events", "state", "DISABLED"),
      changed(events, "job-events", "eventPattern", pattern("Bedrock Guardrail Something")),
    ],
  },
  "changes-of-safeguards-raise-an-alarm": {
    good: changes,
    bad: [without(changes, "changes-alarm"), changed(changes, "changes", "pattern", "{ $.eventName = DisableKey }")],
  },
};
