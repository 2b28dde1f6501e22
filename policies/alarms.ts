/** Audit: what happens to jobs, keys and networks reaches somebody who can act. */
import { whyNotJson } from "../iam/json";
import { inParts, listSetting } from "./judge";
import { counts, type TrailEvent } from "./metric-filter";
import type { PolicyRule } from "./model";
import { stackIn, type StackView } from "./stack";
import { isRecord, Unjudgeable, type Reader, type Subject } from "./subject";
import { splitOrInline } from "./documents";
import { CUSTOMIZATION_JOBS, QUEUES, QUEUE_POLICY_JOIN, TOPICS, TOPIC_POLICY_JOIN } from "./tokens";

const WATCHED = { "NIST 800-53": ["AU-6", "SI-4", "IR-6"], "SOC 2": ["CC7.2", "CC7.3"], "EU AI Act": ["Art. 12"] };
const ALARMS = ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"];
const EVENT_RULES = ["aws:cloudwatch/eventRule:EventRule"];
const EVENT_TARGETS = ["aws:cloudwatch/eventTarget:EventTarget"];
const METRIC_FILTERS = ["aws:cloudwatch/logMetricFilter:LogMetricFilter"];

const alarmsAct: PolicyRule = {
  id: "alarms-tell-somebody",
  family: "audit",
  severity: "medium",
  level: "mandatory",
  title: "An alarm is on and has somebody to tell",
  threat: "An alarm without an action changes its colour on a page that nobody looks at.",
  remediation: {
    text: "Name a topic in alarmActions, and leave actionsEnabled out.",
    code: `new aws.cloudwatch.MetricAlarm("denied", { alarmActions: [alerts.arn], /* … */ });`,
  },
  frameworks: WATCHED,
  replaces: ["CKV_AWS_319", "CloudWatchAlarmAction", "cloudwatch_alarm_actions_enabled"],
  appliesTo: ALARMS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(alarm) {
    const enabled = alarm.at("actionsEnabled");
    if (enabled.exists && !enabled.isTrue()) yield "actionsEnabled is false.";
    const actions = alarm.at("alarmActions");
    // A list that is not known yet and is made of something is not empty.
    const isMade = actions.isUnknown && alarm.raw.dependenciesOf(actions.path).length > 0;
    if (!isMade && actions.list().length === 0) yield "alarmActions is empty; nobody is told.";
  },
};

const jobEventsArrive: PolicyRule = {
  id: "job-events-reach-somebody",
  family: "audit",
  severity: "medium",
  level: "mandatory",
  title: "A rule for events of Bedrock is on, matches changes of jobs, and delivers to a target that loses nothing",
  threat: "A job that fails, or that an intruder starts, stays unseen until the invoice comes.",
  remediation: {
    text: "Match the detail type of job changes, add a target, and a queue for what could not be delivered.",
    code: `new aws.cloudwatch.EventTarget("alerts", { rule: rule.name, arn: topic.arn, deadLetterConfig: { arn: queue.arn } });`,
  },
  frameworks: WATCHED,
  replaces: ["EventBusDLQ"],
  appliesTo: EVENT_RULES,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(rule, context) {
    const pattern = patternOf(rule);
    if (pattern === undefined || !textsAt(pattern, "source").includes("aws.bedrock")) return;
    const state = rule.at("state").string() ?? "ENABLED";
    const enabled = rule.at("isEnabled");
    if (!state.startsWith("ENABLED")) yield `state is ${state}; ENABLED is required.`;
    if (enabled.exists && !enabled.isTrue()) yield "isEnabled is false; the rule is off.";
    const types = textsAt(pattern, "detail-type");
    if (types.length > 0 && !types.some((type) => /job|customization/i.test(type))) {
      yield `detail-type is ${types.join(", ")}; changes of customization jobs are not matched.`;
    }
    const targets = stackIn(context.stack).belongingTo(rule, {
      types: EVENT_TARGETS,
      property: "rule",
      ownerTypes: EVENT_RULES,
      identities: ["name", "id"],
    });
    if (targets.length === 0) yield "The rule has no target; nobody is told.";
    yield* inParts(targets, function* (target) {
      const queue = target.at("deadLetterConfig");
      if (!queue.isUnknown && !queue.at("arn").exists) {
        yield `deadLetterConfig of ${target.name} is not set; what cannot be delivered is lost.`;
      }
      yield* closedToEvents(target, stackIn(context.stack));
    });
  },
};

/** Changes that must raise an alarm, with the service and the calls that make them. */
const CHANGES: Readonly<Record<string, readonly TrailEvent[]>> = {
  "keys that are disabled or deleted": calls("kms", "DisableKey", "ScheduleKeyDeletion"),
  "policies of buckets": calls("s3", "PutBucketPolicy", "DeleteBucketPolicy"),
  "policies of keys and roles": [
    ...calls("kms", "PutKeyPolicy"),
    ...calls("iam", "PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy"),
  ],
  "routes and gateways": calls(
    "ec2",
    "CreateRoute",
    "ReplaceRoute",
    "AttachInternetGateway",
    "CreateVpcPeeringConnection",
  ),
  "security groups": calls("ec2", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
  "trails that are stopped": calls("cloudtrail", "StopLogging", "DeleteTrail", "UpdateTrail"),
  "guardrails that are changed": calls("bedrock", "UpdateGuardrail", "DeleteGuardrail"),
  "calls that are denied": ["AccessDenied", "Client.UnauthorizedOperation"].map((errorCode) => ({
    eventName: "AnyCall",
    eventSource: "any.amazonaws.com",
    errorCode,
  })),
};

function calls(service: string, ...names: readonly string[]): TrailEvent[] {
  return names.map((eventName) => ({
    eventName,
    eventSource: `${service}.amazonaws.com`,
    errorCode: undefined,
  }));
}

const changesAlarmed: PolicyRule = {
  id: "changes-of-safeguards-raise-an-alarm",
  family: "audit",
  severity: "medium",
  level: "advisory",
  title: "Changes of keys, bucket policies, the network, trails and guardrails raise an alarm, and so do denied calls",
  threat: "An intruder opens the place first and takes the data afterwards; between the two there is time to act.",
  remediation: {
    text: "Add a metric filter on the trail's log group and an alarm on its metric, or a rule for the events of the calls.",
    code: `new aws.cloudwatch.LogMetricFilter("keys", { logGroupName: trailLogs.name, pattern: "{ $.eventName = DisableKey || $.eventName = ScheduleKeyDeletion }",
  metricTransformation: { name: "KeyChanges", namespace: "Safeguards", value: "1" } });`,
  },
  frameworks: WATCHED,
  replaces: [
    "AWS-0153",
    "AWS-0154",
    "AWS-0156",
    "AWS-0158",
    "AWS-0159",
    "changes_to_vpcs_alarm_configured",
    "CIS 4.1",
    "CIS 4.5",
  ],
  appliesTo: CUSTOMIZATION_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: {
    required: {
      type: "array",
      items: { type: "string", enum: Object.keys(CHANGES) },
      default: Object.keys(CHANGES),
      description: "Changes that must raise an alarm in the stack itself.",
    },
  },
  *judge(_job, context) {
    const { filters, rules } = watching(stackIn(context.stack));
    const isWatched = (event: TrailEvent) =>
      filters.some((pattern) => counts(pattern, event)) || rules.some((pattern) => pattern.includes(quoted(event)));
    const missing = listSetting(context, "required").flatMap((change) => {
      const unseen = (CHANGES[change] ?? []).filter((event) => !isWatched(event));
      return unseen.length === 0 ? [] : `${change} (${unseen.map(wordOf).join(", ")})`;
    });
    if (missing.length > 0) yield `No alarm is raised on ${missing.join(", ")}.`;
  },
};

/** What an event pattern says when it matches an event: a name stands there whole, a code also by its end. */
function quoted({ eventName, errorCode }: TrailEvent): string {
  return errorCode === undefined ? JSON.stringify(eventName) : (errorCode.split(".").at(-1) ?? "");
}

const wordOf = ({ eventName, errorCode }: TrailEvent): string => errorCode ?? eventName ?? "";

/** The policies on alarms and events. */
export const alarms: readonly PolicyRule[] = [alarmsAct, jobEventsArrive, changesAlarmed];

/** Topics and queues to which a target delivers, though they have no policy: EventBridge may send to none of them. */
function* closedToEvents(target: Subject, stack: StackView): Generator<string> {
  const topics = pointedByArn(target, target.at("arn"), TOPICS, stack);
  const dead = target.at("deadLetterConfig");
  const queues = pointedByArn(target, dead.isUnknown ? dead : dead.at("arn"), QUEUES, stack);
  for (const [holders, join] of [
    [topics, TOPIC_POLICY_JOIN],
    [queues, QUEUE_POLICY_JOIN],
  ] as const) {
    for (const holder of holders) {
      if (splitOrInline(holder, stack, join).length > 0) continue;
      yield `${holder.name} has no policy that lets EventBridge send to it, and none that denies others.`;
    }
  }
}

function pointedByArn(target: Subject, arn: Reader, types: readonly string[], stack: StackView): Subject[] {
  const direct = stack.dependencies(target, arn.path.split(".")[0] ?? arn.path, types);
  if (direct.length > 0 || arn.isUnknown || !arn.exists) return direct;
  return stack.ofTypes(types).filter((holder) => holder.raw.property("arn") === arn.string());
}

/** Patterns of metric filters on whose metric an alarm stands, and patterns of event rules that are on. */
function watching(stack: StackView): { filters: string[]; rules: string[] } {
  const metrics = stack.ofTypes(ALARMS).flatMap((alarm) => metricsOf(alarm));
  const filters = stack.ofTypes(METRIC_FILTERS).flatMap((filter) => {
    const metric = metricAt(filter.at("metricTransformation"), "name");
    const isAlarmed = metrics.some(
      ({ name, namespace }) =>
        name === metric.name && (namespace === undefined || [undefined, namespace].includes(metric.namespace)),
    );
    return isAlarmed ? [filter.at("pattern").string() ?? ""] : [];
  });
  const rules = stack.ofTypes(EVENT_RULES).filter((rule) => rule.at("state").string() !== "DISABLED");
  return { filters, rules: rules.map((rule) => rule.at("eventPattern").string() ?? "") };
}

interface Metric {
  readonly name: string;
  readonly namespace: string | undefined;
}

function metricsOf(alarm: Subject): Metric[] {
  const queries = alarm.at("metricQueries").list();
  const holders = [alarm.at("metricName").exists ? alarm : [], queries.map((query) => query.at("metric"))].flat(2);
  return holders.map((holder) => metricAt(holder, "metricName")).filter(({ name }) => name !== "");
}

function metricAt(holder: Pick<Reader, "at">, name: string): Metric {
  return { name: holder.at(name).string() ?? "", namespace: holder.at("namespace").string() };
}

function patternOf(rule: Subject): Record<string, unknown> | undefined {
  const reader: Reader = rule.at("eventPattern");
  const text = reader.string();
  if (text === undefined) return undefined;
  try {
    const pattern: unknown = JSON.parse(text);
    return isRecord(pattern) ? pattern : undefined;
  } catch (error) {
    throw new Unjudgeable(`${reader.path} is not JSON (${whyNotJson(error)})`);
  }
}

/** The texts of a list in an event pattern; a prefix or wildcard matcher counts as its text. */
function textsAt(pattern: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = pattern[name];
  return (Array.isArray(value) ? value : []).map((entry: unknown) =>
    isRecord(entry) ? String(Object.values(entry)[0] ?? "") : String(entry),
  );
}
