/**
 * Must-deny probes of detours: what an attacker tries where the straight way is closed. Other operations that reach the same
 * data, settings that give data away or destroy them, services that act with the model, and switches of whatever watches.
 */
import type { Caller } from "../iam";
import type { Call } from "./attempt";
import { viaBedrock, viaS3 } from "./calls";
import { regionalArn, s3Arn, type AccessModel, type Purpose } from "./model";
import { bedrockArn } from "./role-tasks";
import { castOf, type Cast, type Probe, type Threat } from "./threats";

type Context = Call["context"];
type Detour = readonly [threat: Threat, what: string, action: string, resource: string, context?: Context];

/** Probes of detours. */
export function detourProbes(model: AccessModel, keepsSettings: boolean): Probe[] {
  const cast = castOf(model);
  return [
    ...onData(model, cast),
    ...(keepsSettings ? onSettings(model, cast) : []),
    ...byRoles(model, cast),
    ...ofOperator(model, cast),
    ...ofInference(model, cast),
  ];
}

function tries({ call }: Cast, who: string, caller: Caller, detours: readonly Detour[]): Probe[] {
  return detours.map(([threat, what, action, resource, context = {}]) => ({
    threat,
    name: `${who} ${what}`,
    calls: [call(caller, action, resource, { context })],
  }));
}

/** Operations that reach data sets as s3:GetObject and s3:PutObject do. */
function onData(model: AccessModel, cast: Cast): Probe[] {
  const { administrator, otherEnvironment, stranger, job, trainingFile, trainingBucket, metrics } = cast;
  const read: Threat = "exfiltration of training data";
  const poison: Threat = "tampering with training data";
  const replicated: Detour = [
    poison,
    "replicates a poisoned data set into the training bucket",
    "s3:ReplicateObject",
    trainingFile,
  ];
  return [
    ...tries(cast, "An administrator", administrator, [
      [read, "reads an old version of a data set", "s3:GetObjectVersion", trainingFile],
      [read, "replicates data sets out of the training bucket", "s3:GetObjectVersionForReplication", trainingFile],
      [read, "fetches a data set by BitTorrent", "s3:GetObjectTorrent", trainingFile],
      [read, "asks for the parts and checksums of a data set", "s3:GetObjectAttributes", trainingFile],
      [read, "lists uploads of data sets that are not complete", "s3:ListBucketMultipartUploads", trainingBucket],
      [read, "lists versions of data sets", "s3:ListBucketVersions", trainingBucket],
      [read, "gives a data set an access control list", "s3:PutObjectAcl", trainingFile],
      [read, "reads an old version of metrics", "s3:GetObjectVersion", metrics],
      replicated,
      [poison, "replicates a deletion into the training bucket", "s3:ReplicateDelete", trainingFile],
      [poison, "gives a data set another tag", "s3:PutObjectTagging", trainingFile],
      [poison, "passes by the retention of a data set", "s3:BypassGovernanceRetention", trainingFile],
    ]),
    ...tries(cast, "The role of another environment", otherEnvironment, [replicated]),
    ...tries(cast, "A foreign identity", stranger, [replicated]),
    ...tries(cast, "The job", job, [
      replicated,
      [read, "replicates data sets to another bucket", "s3:GetObjectVersionForReplication", trainingFile],
      [read, "runs a batch of copies", "s3:CreateJob", "*"],
      [read, "opens an access point", "s3:CreateAccessPoint", regionalArn(model, "s3", "accesspoint/loot")],
    ]),
  ];
}

/** Settings of buckets; only where the stack names who may change them. */
function onSettings(model: AccessModel, cast: Cast): Probe[] {
  const { administrator, otherEnvironment } = cast;
  const buckets = [
    ["training", model.training.name, "tampering with training data"],
    ["output", model.output.name, "theft or misuse of the model"],
    ...(model.logs === undefined ? [] : ([["log", model.logs.name, "disabling the audit"]] as const)),
  ] as const;
  const read: Threat = "exfiltration of training data";
  return buckets.flatMap(([kind, name, loss]) => {
    const of = (verb: string): string => `${verb} the ${kind} bucket`;
    const settings: [Threat, string, string][] = [
      [loss, of("lets a lifecycle rule empty"), "s3:PutLifecycleConfiguration"],
      [loss, of("suspends versioning of"), "s3:PutBucketVersioning"],
      [loss, of("deletes"), "s3:DeleteBucket"],
      [read, of("sets up replication of"), "s3:PutReplicationConfiguration"],
      [read, of("has an inventory sent elsewhere of"), "s3:PutInventoryConfiguration"],
      [read, of("has every new name sent elsewhere from"), "s3:PutBucketNotification"],
      [read, of("takes the block of public access off"), "s3:PutBucketPublicAccessBlock"],
      [read, of("switches access control lists on for"), "s3:PutBucketOwnershipControls"],
      [read, of("writes the access control list of"), "s3:PutBucketAcl"],
      ["wrong key", of("sets another key for"), "s3:PutEncryptionConfiguration"],
      ["disabling the audit", of("sends no more access records from"), "s3:PutBucketLogging"],
    ];
    const detours = settings.map((one): Detour => [...one, s3Arn(model, name)]);
    return [
      ...tries(cast, "An administrator", administrator, detours),
      ...tries(cast, "The role of another environment", otherEnvironment, detours),
    ];
  });
}

/** What neither the job nor any role of the environment may do. */
function byRoles(model: AccessModel, cast: Cast): Probe[] {
  const named = (purpose: Purpose): string => `The ${purpose} role`;
  const callers: [string, Caller][] = [
    ["The job", cast.job],
    ...model.roles.flatMap(({ arn, purpose }): [string, Caller][] =>
      purpose === undefined ? [] : [[named(purpose), { kind: "role", arn, sessionName: "attack" }]],
    ),
  ];
  const escalation: Threat = "privilege escalation";
  const audit: Threat = "disabling the audit";
  const theft: Threat = "theft or misuse of the model";
  const net: Threat = "misuse of the network";
  const key: Threat = "misuse of the key";
  const group = regionalArn(model, "logs", `log-group:${model.logGroups[0] ?? "any"}`);
  const passed = (service: string): Context => ({ "iam:PassedToService": `${service}.amazonaws.com` });
  const user = `arn:${model.partition}:iam::${model.account}:user/somebody`;
  const detours: Detour[] = [
    [escalation, "hands the service role to a function", "iam:PassRole", model.role.arn, passed("lambda")],
    [escalation, "hands the service role to a notebook", "iam:PassRole", model.role.arn, passed("sagemaker")],
    [escalation, "hands the service role to an ETL job", "iam:PassRole", model.role.arn, passed("glue")],
    [escalation, "makes a long-lived key of Bedrock", "iam:CreateServiceSpecificCredential", user],
    [
      audit,
      "lets the trail leave out events",
      "cloudtrail:PutEventSelectors",
      regionalArn(model, "cloudtrail", "trail/any"),
    ],
    [audit, "sends the trail elsewhere", "cloudtrail:UpdateTrail", regionalArn(model, "cloudtrail", "trail/any")],
    [audit, "deletes a log group of the environment", "logs:DeleteLogGroup", group],
    [audit, "shortens the retention of a log group", "logs:PutRetentionPolicy", group],
    ["exfiltration of training data", "has a log group sent elsewhere", "logs:PutSubscriptionFilter", group],
    [audit, "disables a rule for alerts", "events:DisableRule", regionalArn(model, "events", "rule/any")],
    [
      audit,
      "takes the receivers off a rule for alerts",
      "events:RemoveTargets",
      regionalArn(model, "events", "rule/any"),
    ],
    [audit, "deletes an alarm", "cloudwatch:DeleteAlarms", regionalArn(model, "cloudwatch", "alarm:any")],
    [audit, "silences an alarm", "cloudwatch:DisableAlarmActions", regionalArn(model, "cloudwatch", "alarm:any")],
    [audit, "has prompts logged elsewhere", "bedrock:PutModelInvocationLoggingConfiguration", "*"],
    [
      theft,
      "runs a batch of prompts through the model",
      "bedrock:CreateModelInvocationJob",
      bedrockArn(model, "custom-model"),
    ],
    [theft, "builds an agent", "bedrock:CreateAgent", "*"],
    [theft, "builds a knowledge base", "bedrock:CreateKnowledgeBase", "*"],
    [theft, "shares through Resource Access Manager", "ram:CreateResourceShare", "*"],
    [
      net,
      "makes an endpoint with an open policy",
      "ec2:CreateVpcEndpoint",
      regionalArn(model, "ec2", "vpc-endpoint/*"),
    ],
    [
      net,
      "attaches an internet gateway",
      "ec2:AttachInternetGateway",
      regionalArn(model, "ec2", "internet-gateway/igw-1"),
    ],
    [key, "copies the key to another Region", "kms:ReplicateKey", model.modelKey.arn],
    [key, "re-encrypts the model under another key", "kms:ReEncryptFrom", model.modelKey.arn, viaBedrock(model)],
    [
      key,
      "re-encrypts data sets under another key",
      "kms:ReEncryptFrom",
      model.dataKey.arn,
      viaS3(model, cast.trainingBucket),
    ],
  ];
  return callers.flatMap(([who, caller]) => tries(cast, who, caller, detours));
}

/** Money and models: what the operator orders must be of the environment. */
function ofOperator(model: AccessModel, cast: Cast): Probe[] {
  const role = model.roles.find(({ purpose }) => purpose === "operator");
  if (role === undefined) return [];
  const caller: Caller = { kind: "role", arn: role.arn, sessionName: "attack" };
  const requested = { "aws:RequestTag/CustomizationEnvironment": model.marker };
  const theirs = { ...requested, "aws:ResourceTag/CustomizationEnvironment": "another-environment" };
  const base = regionalArn(model, "bedrock", "foundation-model/base", "");
  const theft: Threat = "theft or misuse of the model";
  return tries(cast, "The operator role", caller, [
    [theft, "orders throughput for a base model", "bedrock:CreateProvisionedModelThroughput", base, requested],
    [
      theft,
      "deploys a model of another environment",
      "bedrock:CreateCustomModelDeployment",
      bedrockArn(model, "custom-model"),
      theirs,
    ],
    [
      theft,
      "stops a job of another environment",
      "bedrock:StopModelCustomizationJob",
      model.jobArn,
      { "aws:ResourceTag/CustomizationEnvironment": "another-environment" },
    ],
  ]);
}

/** Streams and batches are inference, too. */
function ofInference(model: AccessModel, { call }: Cast): Probe[] {
  const { guardrail, endpoints, marker } = model;
  if (guardrail === undefined) return [];
  const via = endpoints["bedrock-runtime"] === undefined ? "direct" : "bedrock-runtime";
  const served = bedrockArn(model, "provisioned-model");
  const ours = { "aws:ResourceTag/CustomizationEnvironment": marker };
  const by = (purpose: Purpose, what: string, context: Context, way = via): Probe[] =>
    model.roles
      .filter((one) => one.purpose === purpose)
      .map(({ arn }) => ({
        threat: "inference without the guardrail",
        name: `The ${purpose} role ${what}`,
        calls: [
          call({ kind: "role", arn, sessionName: "attack" }, "bedrock:InvokeModelWithResponseStream", served, {
            context: { ...ours, ...context },
            via: way,
          }),
        ],
      }));
  const reason =
    "An evaluation measures the model as it is. Only Bedrock assumes the role, for evaluation jobs of the account.";
  return [
    ...by("invoker", "streams from the model without the guardrail", {}),
    ...by("invoker", "streams from the model with the draft of the guardrail", {
      "bedrock:GuardrailIdentifier": `${guardrail.arn}:DRAFT`,
    }),
    ...by("evaluation", "asks the model without the guardrail", {}, "direct").map((probe) => ({
      ...probe,
      open: { reason, accepted: true },
    })),
  ];
}
