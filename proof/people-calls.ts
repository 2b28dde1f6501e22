/**
 * What the roles for people and applications do in the life of a model, as data. The tasks are those of the roles, written from
 * what their work asks of AWS, not from the documents that allow it.
 *
 * Sources: Service Authorization Reference (which resources an action takes); Bedrock User Guide "security_iam_id-based-policy-examples",
 * "guardrails-permissions-id", "encryption-custom-job"; S3 User Guide "mpuoverview".
 */
import type { Attempt } from "./attempt";
import { viaBedrock, viaS3 } from "./calls";
import { regionalArn, rolesOf, s3Arn, type AccessModel, type RoleModel } from "./model";
import { assumptions, objectArn, roleArnFor, tasksOf, type Tasks } from "./role-tasks";
import { statementsOf } from "./stack";

/** Folders of the environment beside those of the customization job. */
const DATASETS = "fine-tuning-datasets/";
const IMPORTS = "model-imports/";
const PROMPTS = "evaluation-datasets/";

/** The tasks of operator, steward, invoker and auditor, as far as the stack has these roles. */
export function peopleAttempts(model: AccessModel): Attempt[] {
  return [
    ...assumptions(model),
    ...tasksOf(model, "operator", operatorTasks),
    ...tasksOf(model, "steward", stewardTasks),
    ...tasksOf(model, "invoker", invokerTasks),
    ...tasksOf(model, "auditor", auditorTasks),
  ];
}

const named = (service: string, actions: string): string[] =>
  actions.split(" ").map((action) => `${service}:${action}`);

function operatorTasks(tasks: Tasks): ReturnType<Parameters<typeof tasksOf>[2]> {
  const { model, by, all, bedrock, tagged, requested } = tasks;
  const base = regionalArn(model, "bedrock", "foundation-model/base", "");
  const key = model.modelKey.arn;
  const pass = (role: string | undefined) =>
    role === undefined ? [] : [by("iam:PassRole", role, { "iam:PassedToService": "bedrock.amazonaws.com" })];
  const tag = (kind: string) => by("bedrock:TagResource", bedrock(kind), requested);
  const underKey = (actions: string) => all(named("kms", actions), key, viaBedrock(model));
  const grant = by("kms:CreateGrant", key, { ...viaBedrock(model), "kms:GrantIsForAWSResource": true });
  const through = (calls: ReturnType<Tasks["all"]>) =>
    model.endpoints.bedrock === undefined ? [] : calls.map((call) => ({ ...call, via: "bedrock" }));
  const lists = "ListCustomModels ListFoundationModels ListModelCustomizationJobs";
  const looking = [by("bedrock:GetFoundationModel", base), ...all(named("bedrock", lists), "*")];
  const ordering = [base, bedrock("custom-model")].map((arn) =>
    by("bedrock:CreateModelCustomizationJob", arn, requested),
  );
  const following = [
    by("bedrock:GetModelCustomizationJob", bedrock("model-customization-job"), tagged),
    by("bedrock:StopModelCustomizationJob", bedrock("model-customization-job"), tagged),
    by("bedrock:GetCustomModel", bedrock("custom-model"), tagged),
  ];
  const others = "ListCustomModelDeployments ListImportedModels ListModelImportJobs ListProvisionedModelThroughputs";
  const made = (kind: string, actions: string) => all(named("bedrock", actions), bedrock(kind), tagged);
  const s3 = viaS3(model, s3Arn(model, model.output.name));
  const metrics = `${model.output.folder}model-customization-job-abcdefghijkl/metrics.csv`;
  return {
    "The operator looks for models and jobs": [...looking, ...all(named("bedrock", others), "*")],
    "The operator orders a customization job": [
      ...ordering,
      tag("model-customization-job"),
      tag("custom-model"),
      ...pass(model.role.arn),
      ...underKey("DescribeKey GenerateDataKey Decrypt"),
      grant,
    ],
    "The operator orders a job through the Bedrock endpoint": through([...looking, ...ordering, ...following]),
    "The operator orders the import of a model": [
      by("bedrock:CreateModelImportJob", "*", requested),
      tag("model-import-job"),
      tag("imported-model"),
      ...pass(roleArnFor(model, "import")),
    ],
    "The operator orders an evaluation": [
      by("bedrock:CreateEvaluationJob", base, requested),
      tag("evaluation-job"),
      ...pass(roleArnFor(model, "evaluation")),
    ],
    "The operator puts a model in service": [
      by("bedrock:CreateProvisionedModelThroughput", bedrock("custom-model"), { ...requested, ...tagged }),
      tag("provisioned-model"),
      by("bedrock:CreateCustomModelDeployment", bedrock("custom-model"), { ...requested, ...tagged }),
      tag("custom-model-deployment"),
      ...underKey("Decrypt"),
    ],
    "The operator follows what was ordered": [
      ...following,
      ...made("model-import-job", "GetModelImportJob"),
      ...made("evaluation-job", "GetEvaluationJob ListTagsForResource"),
      ...made("imported-model", "GetImportedModel"),
      ...made("provisioned-model", "GetProvisionedModelThroughput"),
      ...made("custom-model-deployment", "GetCustomModelDeployment"),
    ],
    "The operator changes and ends what was ordered": [
      ...made("evaluation-job", "StopEvaluationJob"),
      ...made("custom-model", "DeleteCustomModel"),
      ...made("imported-model", "DeleteImportedModel"),
      ...made("provisioned-model", "UpdateProvisionedModelThroughput DeleteProvisionedModelThroughput"),
      ...made("custom-model-deployment", "UpdateCustomModelDeployment DeleteCustomModelDeployment"),
    ],
    "The operator reads the metrics of a job": [
      by("s3:ListBucket", s3Arn(model, model.output.name), { "s3:prefix": model.output.folder }),
      by("s3:GetObject", objectArn(model, "output", metrics)),
      by("kms:Decrypt", model.dataKey.arn, s3),
    ],
  };
}

function stewardTasks({ model, by, all }: Tasks): ReturnType<Parameters<typeof tasksOf>[2]> {
  const bucket = s3Arn(model, model.training.name);
  const s3 = viaS3(model, bucket);
  const writes = (folder: string) => [
    by("s3:ListBucket", bucket, { "s3:prefix": folder }),
    ...all(named("s3", "PutObject ListMultipartUploadParts AbortMultipartUpload"), `${bucket}/${folder}data.jsonl`),
    by("kms:GenerateDataKey", model.dataKey.arn, s3),
    // S3 decrypts the parts of an upload to join them.
    by("kms:Decrypt", model.dataKey.arn, s3),
  ];
  return {
    "The steward uploads a data set": writes(DATASETS),
    "The steward uploads the files of a model": writes(IMPORTS),
    "The steward uploads prompts for an evaluation": writes(PROMPTS),
  };
}

function invokerTasks({ model, role, by, all, bedrock, tagged }: Tasks): ReturnType<Parameters<typeof tasksOf>[2]> {
  const { guardrail, endpoints } = model;
  const via = endpoints["bedrock-runtime"] === undefined ? "direct" : "bedrock-runtime";
  const guarded: Record<string, string> =
    guardrail === undefined ? {} : { "bedrock:GuardrailIdentifier": guardrail.versionArn };
  const calls = named("bedrock", "InvokeModel InvokeModelWithResponseStream");
  const decrypts = by("kms:Decrypt", model.modelKey.arn, viaBedrock(model));
  // Without an endpoint of Bedrock's runtime the role is for applications elsewhere, whose endpoints it names.
  const elsewhere = via === "direct" ? endpointOf(role) : {};
  if (elsewhere === undefined) return {};
  const context = { ...tagged, ...guarded, ...elsewhere };
  const asks = (kind: string) => [...all(calls, bedrock(kind), context, via), decrypts];
  return {
    "The invoker asks a model on provisioned throughput": asks("provisioned-model"),
    "The invoker asks a model that is deployed on demand": asks("custom-model-deployment"),
    "The invoker asks an imported model": asks("imported-model"),
    "The invoker applies the guardrail":
      guardrail === undefined ? [] : [by("bedrock:ApplyGuardrail", guardrail.arn, elsewhere, via)],
  };
}

/** An endpoint outside the stack through which a role may call, as its own documents name it. */
function endpointOf({ identity }: RoleModel): { "aws:SourceVpce": string } | undefined {
  const conditions = identity.flatMap(({ document }) =>
    statementsOf(document).flatMap(({ Condition = {} }) => Object.values(Condition)),
  );
  const named = conditions.flatMap((block) => [block["aws:SourceVpce"] ?? []].flat()).map(String);
  const endpoint = named.find((id) => id.startsWith("vpce-"));
  return endpoint === undefined ? undefined : { "aws:SourceVpce": endpoint };
}

function auditorTasks({ model, by, all, bedrock }: Tasks): ReturnType<Parameters<typeof tasksOf>[2]> {
  const { training, output, logs, modelKey, dataKey, logKey, logGroups } = model;
  const { trailArn = regionalArn(model, "cloudtrail", "trail/any") } = model;
  const keys = new Set([modelKey.arn, dataKey.arn, ...(logKey === undefined ? [] : [logKey.arn])]);
  const buckets = [training, output, ...(logs === undefined ? [] : [logs])].map(({ name }) => s3Arn(model, name));
  const group = (name: string) => regionalArn(model, "logs", `log-group:${name}`);
  const network =
    "DescribeFlowLogs DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups " +
    "DescribeSubnets DescribeVpcEndpoints DescribeVpcs";
  const settings =
    "GetBucketAcl GetBucketLogging GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy " +
    "GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetEncryptionConfiguration GetLifecycleConfiguration";
  const models =
    "GetModelInvocationLoggingConfiguration ListCustomModels ListGuardrails ListModelCustomizationJobs " +
    "ListProvisionedModelThroughputs";
  const trailObject = (folder: string) => `${s3Arn(model, logs?.name ?? "", folder)}AWSLogs/${model.account}/log.gz`;
  const alarm = regionalArn(model, "cloudwatch", "alarm:any");
  const rule = regionalArn(model, "events", "rule/any");
  const topic = model.channels.find(({ arn }) => arn.includes(":sns:"))?.arn ?? regionalArn(model, "sns", "any");
  return {
    "The auditor looks at models and jobs": [
      ...all(named("bedrock", models), "*"),
      by("bedrock:GetModelCustomizationJob", bedrock("model-customization-job")),
      by("bedrock:GetGuardrail", model.guardrail?.arn ?? bedrock("guardrail")),
      by("bedrock:ListTagsForResource", bedrock("custom-model")),
    ],
    "The auditor looks at the network": all(named("ec2", network), "*"),
    "The auditor looks at buckets": buckets.flatMap((arn) => all(named("s3", settings), arn)),
    "The auditor looks at keys": [
      by("kms:ListAliases", "*"),
      ...[...keys].flatMap((arn) =>
        all(named("kms", "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags"), arn),
      ),
    ],
    "The auditor looks at roles": rolesOf(model)
      .filter(({ purpose }) => purpose !== "flow-logs" && purpose !== "trail")
      .flatMap(({ arn }) => all(named("iam", "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies"), arn)),
    "The auditor looks at the trail, alarms and alerts": [
      ...all(named("cloudtrail", "DescribeTrails LookupEvents"), "*"),
      ...all(named("cloudtrail", "GetEventSelectors GetTrailStatus"), trailArn),
      ...all(named("cloudwatch", "DescribeAlarms DescribeAlarmHistory"), alarm),
      by(
        "cloudwatch:GetDashboard",
        regionalArn(model, "cloudwatch", "dashboard/any").replace(`:${model.region}:`, "::"),
      ),
      by("cloudwatch:GetMetricData", "*"),
      ...all(named("events", "DescribeRule ListTargetsByRule"), rule),
      by("sns:GetTopicAttributes", topic),
      by("logs:DescribeLogGroups", "*"),
      by("logs:DescribeMetricFilters", group(logGroups[0] ?? "any")),
    ],
    "The auditor reads events": logGroups
      .filter((name) => !name.endsWith("/invocations"))
      .flatMap((name) => [
        ...all(named("logs", "DescribeLogStreams FilterLogEvents"), `${group(name)}:log-stream:`),
        by("logs:GetLogEvents", `${group(name)}:log-stream:any`),
      ]),
    "The auditor reads logs":
      logs === undefined || logKey === undefined
        ? []
        : ["trail/", "access/"].flatMap((folder) => [
            by("s3:ListBucket", s3Arn(model, logs.name), { "s3:prefix": folder }),
            by("s3:GetObject", trailObject(folder)),
            by("kms:Decrypt", logKey.arn, viaS3(model, s3Arn(model, logs.name))),
          ]),
  };
}
