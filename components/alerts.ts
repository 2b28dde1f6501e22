import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import { deadLetterPolicy, topicPolicy, type Senders } from "./documents/audit";
import type { EnvironmentNames } from "./naming";

/** Arguments of {@link Alerts}. */
export interface AlertsArgs {
  context: AwsContext;
  names: EnvironmentNames;
  /** Who sends to the topic. */
  senders: Senders;
  /** Service role of customization jobs: by it the events of this environment's jobs are told from others. */
  customizationRoleArn: string;
  /** Whether state changes of jobs are sent. */
  events: boolean;
  keyArn: pulumi.Input<string>;
  /** Addresses that are sent every alert, once their owner has confirmed. Default: none. */
  emails?: readonly string[];
  tags: Record<string, string>;
}

/** Events that are sent to the topic. */
export interface SentEvents {
  /** Part of the rule's name. */
  part: string;
  description: string;
  /** What EventBridge compares events with. */
  pattern: Record<string, unknown>;
  /** Parts of an event by name, as paths. */
  paths: Record<string, string>;
  /** The message, in which `<name>` stands for a part of the event. */
  message: string;
}

/** Characters of a topic's display name that SNS takes. */
const longestDisplayName = 100;

/** Days for which an event that could not be delivered is kept. */
const keptDays = 14;

/**
 * An encrypted topic for alerts, and the rule that sends it the end of each customization job. What cannot be delivered is
 * kept in an encrypted queue.
 *
 * EventBridge delivers Bedrock's events as best it can; whether a job has ended is asked of Bedrock itself.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-eventbridge.html
 */
export class Alerts extends pulumi.ComponentResource {
  /** ARN of the topic, known at preview. */
  public readonly topicArn: string;
  /** The topic and its policy, for whoever sends to it. */
  public readonly ready: pulumi.Resource[];
  /** Name of the queue. Undefined without events. */
  public readonly deadLetterQueue: string | undefined;

  private readonly send: (name: string, events: SentEvents, opts: pulumi.CustomResourceOptions) => void = () =>
    undefined;

  public constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-model-customization:index:Alerts", name, {}, opts);
    const { context, names, tags } = args;
    const parent = { parent: this };
    const arn = (service: string, resource: string) =>
      `arn:${context.partition}:${service}:${context.region}:${context.accountId}:${resource}`;
    const topicName = names.tagName("alerts");
    this.topicArn = arn("sns", topicName);
    const topic = new aws.sns.Topic(
      `${name}-topic`,
      {
        name: topicName,
        displayName: `Alerts of ${names.marker}`.slice(0, longestDisplayName),
        kmsMasterKeyId: args.keyArn,
        tags,
      },
      parent,
    );
    const policy = new aws.sns.TopicPolicy(
      `${name}-topic-policy`,
      { arn: topic.arn, policy: JSON.stringify(topicPolicy(context, this.topicArn, args.senders)) },
      parent,
    );
    this.ready = [topic, policy];
    (args.emails ?? []).forEach((endpoint, index) => {
      new aws.sns.TopicSubscription(
        `${name}-email-${index + 1}`,
        { topic: topic.arn, protocol: "email", endpoint },
        parent,
      );
    });
    const { rulePattern } = args.senders;
    if (args.events && rulePattern !== undefined) {
      this.deadLetterQueue = names.queue("undelivered");
      this.send = this.sender(name, args, policy, { queueName: this.deadLetterQueue, rulePattern, arn });
      for (const [part, description, jobStatus] of jobRules) {
        const events: SentEvents = {
          part,
          description,
          pattern: {
            source: ["aws.bedrock"],
            "detail-type": ["Model Customization Job State Change"],
            detail: { jobStatus, roleArn: [args.customizationRoleArn] },
          },
          paths: { job: "$.detail.jobName", status: "$.detail.jobStatus", message: "$.detail.failureMessage" },
          message: "Customization job <job> is <status>. <message>",
        };
        this.sendEvents(`${name}-${part}`, events, parent);
      }
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /** Sends events to the topic, where the settings of the environment ask for events; otherwise does nothing. */
  public sendEvents(name: string, events: SentEvents, opts: pulumi.CustomResourceOptions): void {
    this.send(name, events, opts);
  }

  private sender(
    name: string,
    args: AlertsArgs,
    policy: pulumi.Resource,
    queueArgs: { queueName: string; rulePattern: string; arn: (service: string, resource: string) => string },
  ): Alerts["send"] {
    const { queueName, rulePattern, arn } = queueArgs;
    const { context, names, tags } = args;
    const parent = { parent: this };
    const queueArn = arn("sqs", queueName);
    const queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        name: queueName,
        kmsMasterKeyId: args.keyArn,
        kmsDataKeyReusePeriodSeconds: 300,
        messageRetentionSeconds: keptDays * 24 * 3600,
        tags,
      },
      parent,
    );
    const queuePolicy = new aws.sqs.QueuePolicy(
      `${name}-queue-policy`,
      { queueUrl: queue.url, policy: JSON.stringify(deadLetterPolicy(context, queueArn, rulePattern)) },
      parent,
    );
    return (ruleName, { part, description, pattern, paths, message }, opts) => {
      const rule = new aws.cloudwatch.EventRule(
        ruleName,
        { name: names.alert(part), description, eventPattern: JSON.stringify(pattern), state: "ENABLED", tags },
        opts,
      );
      new aws.cloudwatch.EventTarget(
        `${ruleName}-target`,
        {
          rule: rule.name,
          targetId: "alerts",
          arn: this.topicArn,
          deadLetterConfig: { arn: queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 24 * 3600, maximumRetryAttempts: 185 },
          inputTransformer: { inputPaths: paths, inputTemplate: JSON.stringify(message) },
        },
        { ...opts, dependsOn: [policy, queue, queuePolicy] },
      );
    };
  }
}

/** One rule for failures, which has an alarm of its own, and one for the other ends. */
const jobRules = [
  ["failed-jobs", "A customization job of this environment failed", ["Failed"]],
  ["ended-jobs", "A customization job of this environment ended", ["Completed", "Stopped"]],
] as const;
