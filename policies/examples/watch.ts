/** What watches over the example environment: guardrail, trail, flow log, events, alarms, budget. */
import { json, type ExampleResource } from "./example";
import { ACCOUNT, KEY_ARN, LOGS, OUTPUT, REGION, TRAINING } from "./names";

const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:undelivered`;
const LOG_ARN = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/events/*`;
/** Calls that raise an alarm. */
const WATCHED = [
  "DisableKey",
  "ScheduleKeyDeletion",
  "PutKeyPolicy",
  "PutBucketPolicy",
  "DeleteBucketPolicy",
  "PutRolePolicy",
  "AttachRolePolicy",
  "UpdateAssumeRolePolicy",
  "CreateRoute",
  "ReplaceRoute",
  "AttachInternetGateway",
  "CreateVpcPeeringConnection",
  "AuthorizeSecurityGroup*",
  "StopLogging",
  "DeleteTrail",
  "UpdateTrail",
  "UpdateGuardrail",
  "DeleteGuardrail",
];

/** The statement by which EventBridge sends for the rules of the account. */
export function sends(action: string, resource: string): Readonly<Record<string, unknown>> {
  return {
    Sid: "EventsSend",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: action,
    Resource: resource,
    Condition: {
      StringEquals: { "aws:SourceAccount": ACCOUNT },
      ArnEquals: { "aws:SourceArn": `arn:aws:events:${REGION}:${ACCOUNT}:rule/job-events` },
    },
  };
}

/** The statement that refuses an action without TLS. */
export function deniesPlain(action: string, resource: string): Readonly<Record<string, unknown>> {
  const Condition = { Bool: { "aws:SecureTransport": "false" } };
  return { Sid: "DenyWithoutTls", Effect: "Deny", Principal: "*", Action: action, Resource: resource, Condition };
}

/** The resources. */
export const watch: readonly ExampleResource[] = [
  {
    type: "aws:bedrock/guardrail:Guardrail",
    name: "guardrail",
    properties: {
      name: "chat",
      kmsKeyArn: KEY_ARN,
      contentPolicyConfig: {
        filtersConfigs: [
          { type: "PROMPT_ATTACK", inputStrength: "HIGH", outputStrength: "NONE" },
          { type: "HATE", inputStrength: "HIGH", outputStrength: "MEDIUM" },
        ],
      },
      sensitiveInformationPolicyConfig: { piiEntitiesConfigs: [{ type: "EMAIL", action: "ANONYMIZE" }] },
    },
    dependencies: { kmsKeyArn: ["key"] },
  },
  {
    type: "aws:bedrock/guardrailVersion:GuardrailVersion",
    name: "guardrail-version",
    properties: { description: "1" },
    dependencies: { guardrailArn: ["guardrail"] },
  },
  {
    type: "aws:cloudtrail/trail:Trail",
    name: "trail",
    properties: {
      isMultiRegionTrail: true,
      enableLogFileValidation: true,
      kmsKeyId: KEY_ARN,
      cloudWatchLogsGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:trail:*`,
      s3BucketName: LOGS,
      advancedEventSelectors: [
        {
          fieldSelectors: [
            { field: "eventCategory", equals: ["Data"] },
            { field: "resources.type", equals: ["AWS::S3::Object"] },
            { field: "resources.ARN", startsWiths: [`arn:aws:s3:::${TRAINING}/`, `arn:aws:s3:::${OUTPUT}/`] },
          ],
        },
      ],
    },
    dependencies: { kmsKeyId: ["key"] },
  },
  {
    type: "aws:ec2/flowLog:FlowLog",
    name: "flow-log",
    properties: { vpcId: "vpc-0aaa", trafficType: "ALL" },
    dependencies: { vpcId: ["vpc"] },
  },
  {
    type: "aws:bedrockmodel/invocationLoggingConfiguration:InvocationLoggingConfiguration",
    name: "invocation-logging",
    properties: { loggingConfig: { cloudwatchConfig: { logGroupName: "/bedrock/invocations" } } },
  },
  {
    type: "aws:cloudwatch/eventRule:EventRule",
    name: "job-events",
    properties: {
      name: "job-events",
      eventPattern: JSON.stringify({
        source: ["aws.bedrock"],
        "detail-type": ["Model Customization Job State Change"],
      }),
    },
  },
  {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    name: "job-events-target",
    properties: { rule: "job-events", arn: TOPIC_ARN, deadLetterConfig: { arn: QUEUE_ARN } },
    dependencies: { rule: ["job-events"], arn: ["alerts"], deadLetterConfig: ["undelivered"] },
  },
  {
    type: "aws:sns/topic:Topic",
    name: "alerts",
    properties: { name: "alerts", arn: TOPIC_ARN, kmsMasterKeyId: KEY_ARN },
    dependencies: { kmsMasterKeyId: ["key"] },
  },
  {
    type: "aws:sns/topicPolicy:TopicPolicy",
    name: "alerts-policy",
    properties: {
      arn: TOPIC_ARN,
      policy: json(sends("sns:Publish", TOPIC_ARN), deniesPlain("sns:Publish", TOPIC_ARN)),
    },
    dependencies: { arn: ["alerts"] },
  },
  {
    type: "aws:sqs/queue:Queue",
    name: "undelivered",
    properties: { name: "undelivered", arn: QUEUE_ARN, kmsMasterKeyId: KEY_ARN },
    dependencies: { kmsMasterKeyId: ["key"] },
  },
  {
    type: "aws:sqs/queuePolicy:QueuePolicy",
    name: "undelivered-policy",
    properties: {
      queueUrl: "https://sqs.us-west-2.amazonaws.com/111122223333/undelivered",
      policy: json(sends("sqs:SendMessage", QUEUE_ARN), deniesPlain("sqs:SendMessage", QUEUE_ARN)),
    },
    dependencies: { queueUrl: ["undelivered"] },
  },
  {
    type: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    name: "delivery",
    properties: { policyName: "delivery", policyDocument: json(sends("logs:PutLogEvents", LOG_ARN)) },
  },
  {
    type: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    name: "changes",
    properties: {
      logGroupName: "trail",
      pattern: `{ ${WATCHED.map((name) => `($.eventName = ${name})`).join(" || ")} || ($.errorCode = AccessDenied*) || ($.errorCode = "*UnauthorizedOperation") }`,
      metricTransformation: { name: "Changes", namespace: "Safeguards", value: "1" },
    },
  },
  {
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    name: "changes-alarm",
    properties: { metricName: "Changes", namespace: "Safeguards", alarmActions: [TOPIC_ARN] },
    dependencies: { alarmActions: ["alerts"] },
  },
  {
    type: "aws:budgets/budget:Budget",
    name: "budget",
    properties: { budgetType: "COST", notifications: [{ threshold: 80, subscriberSnsTopicArns: [TOPIC_ARN] }] },
  },
];
