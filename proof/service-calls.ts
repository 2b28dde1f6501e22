/**
 * What AWS services do with the stack's roles, keys and buckets besides customization jobs: model import, evaluation, and the
 * delivery of logs and alerts, as data.
 *
 * Sources: Bedrock User Guide "model-import-iam-role", "automatic-service-roles", "model-invocation-logging"; VPC User Guide
 * "flow-logs-iam-role"; CloudWatch Logs User Guide "encrypt-log-data-kms"; CloudTrail User Guide "create-kms-key-policy-for-cloudtrail"
 * and "create-s3-bucket-policy-for-cloudtrail"; S3 User Guide "enable-server-access-logging"; SNS Developer Guide "sns-key-management".
 */
import type { ContextValue } from "../iam";
import type { Attempt, Call } from "./attempt";
import { viaBedrock, viaS3 } from "./calls";
import { dnsSuffix, regionalArn, s3Arn, type AccessModel, type RoleModel } from "./model";
import { assumedBy, bedrockArn, channelName, objectArn, sendingTo, tasksOf, type Tasks } from "./role-tasks";
import { statementsOf } from "./stack";

const IMPORTS = "model-imports/";
const PROMPTS = "evaluation-datasets/";
const EVALUATIONS = "evaluations/";

/** The tasks of the services, as far as the stack has the roles, the log bucket and the key for them. */
export function serviceAttempts(model: AccessModel): Attempt[] {
  return [
    ...tasksOf(model, "import", importTasks),
    ...tasksOf(model, "evaluation", evaluationTasks),
    ...tasksOf(model, "invocation-logging", loggingTasks),
    ...tasksOf(model, "flow-logs", flowLogTasks),
    ...tasksOf(model, "trail", trailTasks),
    ...logAttempts(model),
  ];
}

type Written = ReturnType<Parameters<typeof tasksOf>[2]>;

/** Bedrock encrypts a model for a role, and keeps the key by a grant. */
function encryptsModel({ model, by }: Tasks): Call[] {
  const key = model.modelKey.arn;
  return [
    by("kms:DescribeKey", key, viaBedrock(model)),
    by("kms:CreateGrant", key, { ...viaBedrock(model), "kms:GrantIsForAWSResource": true }),
    by("kms:GenerateDataKey", key, viaBedrock(model)),
    by("kms:Decrypt", key, viaBedrock(model)),
  ];
}

function importTasks(tasks: Tasks): Written {
  const { model, role, by } = tasks;
  const bucket = s3Arn(model, model.training.name);
  return {
    "Bedrock assumes the import role for a job": [
      assumedBy(model, role, "bedrock.amazonaws.com", bedrockArn(model, "model-import-job")),
    ],
    "The import job reads the files of a model": [
      by("s3:ListBucket", bucket, { "s3:prefix": IMPORTS }),
      by("s3:GetObject", objectArn(model, "training", `${IMPORTS}model.safetensors`)),
      by("kms:Decrypt", model.dataKey.arn, viaS3(model, bucket)),
    ],
    "The import job encrypts the model": encryptsModel(tasks),
  };
}

function evaluationTasks({ model, role, by, all, bedrock, tagged }: Tasks): Written {
  const [input, output] = [s3Arn(model, model.training.name), s3Arn(model, model.output.name)];
  const result = objectArn(model, "output", `${EVALUATIONS}report.jsonl`);
  const calls = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];
  return {
    "Bedrock assumes the evaluation role for a job": [
      assumedBy(model, role, "bedrock.amazonaws.com", bedrockArn(model, "evaluation-job")),
    ],
    "The evaluation reads its prompts": [
      by("s3:ListBucket", input, { "s3:prefix": PROMPTS }),
      by("s3:GetObject", objectArn(model, "training", `${PROMPTS}prompts.jsonl`)),
      by("kms:Decrypt", model.dataKey.arn, viaS3(model, input)),
    ],
    "The evaluation asks the models": [
      ...["provisioned-model", "custom-model-deployment", "imported-model"].flatMap((kind) =>
        all(calls, bedrock(kind), tagged),
      ),
      by("bedrock:GetProvisionedModelThroughput", bedrock("provisioned-model"), tagged),
      by("bedrock:GetImportedModel", bedrock("imported-model"), tagged),
      by("kms:Decrypt", model.modelKey.arn, viaBedrock(model)),
    ],
    "The evaluation writes its results": [
      by("s3:ListBucket", output, { "s3:prefix": EVALUATIONS }),
      ...all(["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], output),
      ...all(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], result),
      by("kms:GenerateDataKey", model.dataKey.arn, viaS3(model, output)),
    ],
  };
}

/** The log group that a role's own policy names, since its name is the environment's choice. */
function groupOf({ identity }: RoleModel): string | undefined {
  const resources = identity.flatMap(({ document }) => statementsOf(document).flatMap(({ Resource = [] }) => Resource));
  // arn:aws:logs:region:account:log-group:name, without what follows the name.
  return resources
    .find((arn) => arn.includes(":log-group:"))
    ?.split(":")
    .slice(0, 7)
    .join(":");
}

function loggingTasks({ model, role, all }: Tasks): Written {
  const group = groupOf(role);
  const stream = `${group}:log-stream:aws/bedrock/modelinvocations`;
  return {
    "Bedrock assumes the role for invocation logs": [
      assumedBy(model, role, "bedrock.amazonaws.com", regionalArn(model, "bedrock", "*")),
    ],
    "Bedrock writes invocation logs":
      group === undefined ? [] : all(["logs:CreateLogStream", "logs:PutLogEvents"], stream),
  };
}

function flowLogTasks({ model, role, by, all }: Tasks): Written {
  const group = groupOf(role);
  const stream = `${group}:log-stream:eni-1-all`;
  return {
    "VPC flow logs assume their role": [
      assumedBy(model, role, "vpc-flow-logs.amazonaws.com", regionalArn(model, "ec2", "vpc-flow-log/fl-1")),
    ],
    "VPC flow logs write records":
      group === undefined
        ? []
        : [
            by("logs:DescribeLogGroups", "*"),
            by("logs:DescribeLogStreams", group),
            ...all(["logs:CreateLogStream", "logs:PutLogEvents"], stream),
          ],
  };
}

function trailTasks({ model, role, all }: Tasks): Written {
  const { trailArn = regionalArn(model, "cloudtrail", "trail/any"), account, region } = model;
  const group = groupOf(role);
  const stream = `${group}:log-stream:${account}_CloudTrail_${region}`;
  return {
    "CloudTrail assumes its role": [assumedBy(model, role, "cloudtrail.amazonaws.com", trailArn)],
    "CloudTrail writes events": group === undefined ? [] : all(["logs:CreateLogStream", "logs:PutLogEvents"], stream),
  };
}

function logAttempts(model: AccessModel): Attempt[] {
  const { logs, logKey, logGroups, training, output, trailArn, channels, endpoints } = model;
  const as = (service: string, action: string, resource: string, context: Record<string, ContextValue>): Call => ({
    caller: { kind: "service", service },
    action,
    resource,
    via: "direct",
    context: { "aws:SourceAccount": model.account, ...context },
  });
  const attempt = (name: string, calls: Call[]): Attempt[] => (calls.length === 0 ? [] : [{ name, calls }]);
  const key = logKey?.arn;
  const under = (service: string, actions: readonly string[], context: Record<string, ContextValue>): Call[] =>
    key === undefined ? [] : actions.map((action) => as(service, `kms:${action}`, key, context));
  const logService = `logs.${model.region}.${dnsSuffix(model)}`;
  const group = (name: string) => regionalArn(model, "logs", `log-group:${name}`);
  // The group of invocations can be made by the stack that answers for the account.
  const ordered = model.roles
    .filter(({ purpose }) => purpose === "invocation-logging")
    .flatMap((role) => groupOf(role)?.split(":").slice(6) ?? []);
  const uses = ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey"];
  const folder = logs === undefined ? "" : s3Arn(model, logs.name);
  const serverLogs = [training, output].map(({ name }) => ({
    name,
    context: { "aws:SourceArn": s3Arn(model, name) },
  }));
  const trail = { "aws:SourceArn": trailArn ?? "" };
  const logged = mentions(model, "logging.s3.amazonaws.com");
  const rule = { "aws:SourceArn": patternFor(model, "events.amazonaws.com") };
  const alarm = { "aws:SourceArn": patternFor(model, "cloudwatch.amazonaws.com") };
  const twice = ["Decrypt", "GenerateDataKey"];
  const invocations = { "aws:SourceArn": regionalArn(model, "bedrock", "*") };
  return [
    ...attempt(
      "CloudWatch Logs encrypts events",
      [...new Set([...logGroups, ...ordered])].flatMap((name) =>
        under(logService, uses, { "kms:EncryptionContext:aws:logs:arn": group(name) }),
      ),
    ),
    ...(trailArn === undefined || logs === undefined
      ? []
      : attempt("CloudTrail delivers the trail", [
          as("cloudtrail.amazonaws.com", "s3:GetBucketAcl", folder, trail),
          as("cloudtrail.amazonaws.com", "s3:PutObject", `${folder}/trail/AWSLogs/${model.account}/log.gz`, {
            ...trail,
            "s3:x-amz-acl": "bucket-owner-full-control",
          }),
          ...under("cloudtrail.amazonaws.com", ["DescribeKey"], trail),
          ...under("cloudtrail.amazonaws.com", ["GenerateDataKey"], {
            ...trail,
            "kms:EncryptionContext:aws:cloudtrail:arn": trailArn,
          }),
        ])),
    ...(logs === undefined || !logged
      ? []
      : attempt(
          "S3 delivers the records of requests",
          serverLogs.flatMap(({ name, context }) => [
            as("logging.s3.amazonaws.com", "s3:PutObject", `${folder}/access/${name}/record`, context),
            ...under("logging.s3.amazonaws.com", twice, context),
          ]),
        )),
    ...(logs === undefined || !mentions(model, "bedrock.amazonaws.com")
      ? []
      : attempt("Bedrock delivers large invocations to the log bucket", [
          as(
            "bedrock.amazonaws.com",
            "s3:PutObject",
            `${folder}/invocations/AWSLogs/${model.account}/BedrockModelInvocationLogs/record`,
            invocations,
          ),
          ...under("bedrock.amazonaws.com", ["GenerateDataKey"], invocations),
        ])),
    ...channels.flatMap(({ arn, policy, senders }) =>
      (["events.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com"] as const)
        .filter((service) => senders.includes(service) || JSON.stringify(policy?.document ?? "").includes(service))
        .flatMap((service) => {
          const context = service.startsWith("events") ? rule : service.startsWith("cloudwatch") ? alarm : {};
          return attempt(`${service} sends to the ${channelName(arn)}`, [
            as(service, sendingTo(arn), arn, context),
            ...under(service, twice, context),
          ]);
        }),
    ),
    ...macieAttempts(model),
    ...(endpoints.logs === undefined
      ? []
      : attempt(
          "An application writes its log through the endpoint",
          ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
            caller: applicationRole(model),
            action,
            resource: `${group(`/${model.marker}/application`)}:log-stream:one`,
            via: "logs",
            context: {},
          })),
        )),
  ];
}

/** Macie reads the data sets and the results, where the key's policy names its role. */
function macieAttempts(model: AccessModel): Attempt[] {
  const { account, partition, dataKey, training, output } = model;
  const name = "aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie";
  const arn = `arn:${partition}:iam::${account}:role/${name}`;
  if (!JSON.stringify(dataKey.policy.document).includes(arn)) return [];
  const caller: Call["caller"] = { kind: "role", arn, sessionName: "macie" };
  const reading = (bucket: string, key: string): Call[] => [
    { caller, action: "s3:ListBucket", resource: s3Arn(model, bucket), via: "direct", context: {} },
    { caller, action: "s3:GetObject", resource: s3Arn(model, bucket, key), via: "direct", context: {} },
    {
      caller,
      action: "kms:Decrypt",
      resource: dataKey.arn,
      via: "direct",
      context: viaS3(model, s3Arn(model, bucket)),
    },
  ];
  return [
    { name: "Macie reads the data sets", calls: reading(training.name, model.trainingFile) },
    { name: "Macie reads the results", calls: reading(output.name, `${output.folder}metrics.csv`) },
  ];
}

/** A role of the account that is not the stack's, in which an application runs. */
function applicationRole({ partition, account }: AccessModel): Call["caller"] {
  return { kind: "role", arn: `arn:${partition}:iam::${account}:role/application`, sessionName: "application" };
}

/** Whether the log bucket's policy lets a service in. */
function mentions({ logs }: AccessModel, service: string): boolean {
  return JSON.stringify(logs?.policy?.document ?? "").includes(service);
}

/** An ARN as the key policy's statement for a service expects it, with its wildcards filled in. */
function patternFor({ logKey }: AccessModel, service: string): string {
  const statements = logKey === undefined ? [] : statementsOf(logKey.policy.document);
  const found = statements.find(({ Principal }) => JSON.stringify(Principal ?? "").includes(service));
  const block = Object.assign({}, ...Object.values(found?.Condition ?? {})) as Record<string, unknown>;
  return String([block["aws:SourceArn"] ?? ""].flat()[0]).replace(/[*?]/gu, "x");
}
