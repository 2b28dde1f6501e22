import assert from "node:assert/strict";
import { eventCounts } from "../../components/alarm-table";
import { SecureCustomizationEnvironment } from "../../components/environment";
import { presets, settingsOf } from "../../components/presets";
import { record, type Recording } from "./recording";
import { contextOf } from "./support";

const context = contextOf();
const identity = { namePrefix: "smc", environment: "prod" };
const keyOfLogs = "arn:of:environment-log-encryption-key";

function build(settings = presets.prod): SecureCustomizationEnvironment {
  return new SecureCustomizationEnvironment("environment", { context, identity, settings, tags: {} });
}

/** Whether an event matches a pattern of EventBridge: each named field holds one of the listed values. */
function matches(pattern: Record<string, unknown>, event: Record<string, unknown>): boolean {
  return Object.entries(pattern).every(([field, wanted]) =>
    Array.isArray(wanted)
      ? wanted.includes(event[field])
      : matches(wanted as Record<string, unknown>, (event[field] ?? {}) as Record<string, unknown>),
  );
}

describe("audit of an environment", () => {
  let made: Recording;
  before(async () => {
    made = await record("update", () => build().createBudget("environment-budget", 5000));
  });

  it("records management and data events, validated and encrypted", () => {
    const { inputs } = made.one("-audit-trail-trail");
    assert.equal(inputs.enableLogFileValidation, true);
    assert.equal(inputs.isMultiRegionTrail, true);
    assert.equal(inputs.kmsKeyId, keyOfLogs);
    assert.equal(inputs.s3BucketName, "smc-prod-logs-123456789012-us-west-2");
    const selectors = inputs.advancedEventSelectors as {
      fieldSelectors: { field: string; equals?: string[]; startsWiths?: string[] }[];
    }[];
    const watched = selectors.flatMap(({ fieldSelectors }) => fieldSelectors.flatMap(({ equals = [] }) => equals));
    for (const category of ["Management", "AWS::S3::Object", "AWS::Bedrock::Guardrail", "AWS::Bedrock::Model"]) {
      assert.ok(watched.includes(category), category);
    }
    const folders = selectors.flatMap(({ fieldSelectors }) =>
      fieldSelectors.flatMap(({ startsWiths = [] }) => startsWiths),
    );
    assert.deepEqual(
      folders,
      ["training", "output", "logs"].map((part) => `arn:aws:s3:::smc-prod-${part}-123456789012-us-west-2/`),
    );
  });

  it("waits with the trail until the log bucket takes its logs", () => {
    assert.ok(made.one("-audit-trail-trail").waitsFor.includes("environment-logs-policy"));
  });

  it("encrypts every log group, topic and queue with the key of logs, and keeps logs as long as asked", () => {
    const groups = made.ofType("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs);
    assert.deepEqual(
      groups.map(({ kmsKeyId }) => kmsKeyId),
      groups.map(() => keyOfLogs),
    );
    assert.deepEqual(
      groups.map(({ retentionInDays }) => retentionInDays),
      groups.map(() => 365),
    );
    assert.equal(made.one("-alerts-topic").inputs.kmsMasterKeyId, keyOfLogs);
    assert.equal(made.one("-alerts-queue").inputs.kmsMasterKeyId, keyOfLogs);
  });

  it("sends the end of this environment's jobs, and of no other", () => {
    const patterns = made
      .ofType("aws:cloudwatch/eventRule:EventRule")
      .map(({ inputs }) => JSON.parse(inputs.eventPattern as string) as Record<string, unknown>);
    const roleArn = "arn:aws:iam::123456789012:role/smc-prod-customization-us-west-2";
    const event = (jobStatus: string, changes: object = {}) => ({
      source: "aws.bedrock",
      "detail-type": "Model Customization Job State Change",
      detail: { jobStatus, roleArn, ...changes },
    });
    const matching = (one: Record<string, unknown>) => patterns.filter((pattern) => matches(pattern, one)).length;
    for (const status of ["Completed", "Failed", "Stopped"]) {
      assert.equal(matching(event(status)), 1, status);
      assert.equal(matching(event(status, { roleArn: roleArn.replace("prod", "dev") })), 0);
    }
    assert.equal(matching(event("InProgress")), 0);
    assert.equal(matching({ ...event("Failed"), source: "custom" }), 0);
  });

  it("keeps events that cannot be delivered", () => {
    for (const { inputs } of made.ofType("aws:cloudwatch/eventTarget:EventTarget")) {
      assert.deepEqual(inputs.deadLetterConfig, { arn: "arn:aws:sqs:us-west-2:123456789012:smc-prod-undelivered" });
    }
  });

  it("raises an alarm for everything that is watched, and tells the topic", () => {
    const alarms = made.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs);
    const topic = "arn:aws:sns:us-west-2:123456789012:smc-prod-alerts";
    assert.deepEqual(
      alarms.map(({ name }) => name).sort(),
      [...eventCounts.map(({ name }) => name), "failed-jobs", "guardrail-interventions", "undelivered-events"]
        .map((name) => `smc-prod_${name}`)
        .sort(),
    );
    for (const { alarmActions, actionsEnabled } of alarms) {
      assert.deepEqual([alarmActions, actionsEnabled], [[topic], true]);
    }
    for (const filter of made.ofType("aws:cloudwatch/logMetricFilter:LogMetricFilter")) {
      const { name, namespace } = filter.inputs.metricTransformation as { name: string; namespace: string };
      const alarm = alarms.find(({ metricName }) => metricName === name);
      assert.equal(alarm?.namespace, namespace, `${name} is counted and nobody looks`);
    }
  });

  it("counts the events by the names that CloudTrail gives them, in patterns of a length that it takes", () => {
    const counted = eventCounts.flatMap(({ pattern }) =>
      [...pattern.matchAll(/eventName = "(\w+)"/gu)].map(([, name]) => name),
    );
    for (const name of [
      "DeleteBucketPublicAccessBlock",
      "PutBucketVersioning",
      "CreatePolicyVersion",
      "DeleteAlarms",
    ]) {
      assert.ok(counted.includes(name), name);
    }
    // These are names of the API, under which no event is recorded.
    for (const name of ["DeletePublicAccessBlock", "PutPublicAccessBlock", "PutBucketLifecycleConfiguration"]) {
      assert.ok(!counted.includes(name), name);
    }
    assert.equal(new Set(counted).size, counted.length, "an event raises two alarms");
    for (const { name, pattern } of eventCounts) assert.ok(pattern.length <= 1024, `${name}: ${pattern.length}`);
  });

  it("shows each alarm on the dashboard", () => {
    const body = made.one("-dashboard-dashboard").inputs.dashboardBody as string;
    for (const { inputs } of made.ofType("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      assert.ok(body.includes(`:alarm:${String(inputs.name)}`), String(inputs.name));
    }
  });

  it("sets a budget for what carries the environment's tag", () => {
    const { inputs } = made.one("environment-budget-budget");
    assert.deepEqual(inputs.costFilters, [{ name: "TagKeyValue", values: ["user:CustomizationEnvironment$smc-prod"] }]);
    assert.equal(inputs.limitAmount, "5000");
  });

  it("locks the logs where the settings ask for it", async () => {
    assert.equal(made.one("environment-logs-bucket").inputs.objectLockEnabled, true);
    assert.deepEqual(made.one("environment-logs-lock").inputs.rule, {
      defaultRetention: { mode: "GOVERNANCE", days: 365 },
    });
    const open = await record("update", () => build(settingsOf("dev")));
    assert.equal(open.one("environment-logs-bucket").inputs.objectLockEnabled, undefined);
    assert.ok(!open.resources.some(({ name }) => name === "environment-logs-lock"));
  });

  it("has a name of its own for each resource, so a template says for which it is", () => {
    const names = made.resources.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  it("is left out as the settings say", async () => {
    const small = await record("update", () => build(settingsOf("minimal")));
    const watching = /cloudtrail|cloudwatch|sns|sqs|budgets|flowLog|guardrail|logging/iu;
    assert.deepEqual(
      small.resources.filter(({ type }) => watching.test(type) && !type.includes(":index:")),
      [],
    );
  });

  it("makes separate keys, and uses each for its purpose", () => {
    const encryption = (bucket: string) => JSON.stringify(made.one(`environment-${bucket}-encryption`).inputs.rules);
    assert.ok(encryption("training").includes('"arn:of:environment-encryption-key"'));
    assert.ok(encryption("output").includes('"arn:of:environment-encryption-key"'));
    assert.ok(encryption("logs").includes(`"${keyOfLogs}"`));
    assert.equal(made.one("-guardrail-guardrail").inputs.kmsKeyArn, "arn:of:environment-model-encryption-key");
  });

  it("bounds every role that the environment makes", () => {
    for (const { name, inputs } of made.ofType("aws:iam/role:Role")) {
      assert.equal(inputs.permissionsBoundary, "arn:of:environment-boundary-policy", name);
    }
  });
});
