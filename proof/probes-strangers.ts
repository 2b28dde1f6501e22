/**
 * Must-deny probes about those who have nothing to do with the environment: identities of another account, callers without
 * credentials, AWS services that were not let in. Each tries every resource of the stack, so that an opening in any document
 * is seen, whether or not an attack on the environment's work would pass through it.
 */
import type { Caller } from "../iam";
import type { Call } from "./attempt";
import { viaBedrock, viaS3 } from "./calls";
import { keysOf, regionalArn, rolesOf, s3Arn, type AccessModel, type KeyModel, type RoleModel } from "./model";
import { channelName, sendingTo } from "./role-tasks";
import { castOf, type Cast, type Probe, type Threat } from "./threats";

type Context = Call["context"];

/** Somebody who has nothing to do with the environment. */
interface Stranger {
  who: string;
  caller: Caller;
  context: Context;
}

/** Probes of strangers on every key, bucket, topic, queue, role and endpoint of the stack. */
export function strangerProbes(model: AccessModel): Probe[] {
  const cast = castOf(model);
  const foreign: Stranger = { who: "A foreign identity", caller: cast.stranger, context: {} };
  const nobody: Stranger = { who: "Somebody without credentials", caller: cast.anonymous, context: {} };
  const service: Stranger = {
    who: "An AWS service that was not let in",
    caller: { kind: "service", service: "ec2.amazonaws.com" },
    context: { "aws:SourceAccount": cast.foreign },
  };
  return [
    ...[foreign, service].flatMap((stranger) => onKeys(model, cast, stranger)),
    ...[foreign, nobody, service].flatMap((stranger) => onBuckets(model, cast, stranger)),
    ...[foreign, nobody, service].flatMap((stranger) => onChannels(model, cast, stranger)),
    ...rolesOf(model).flatMap((role) => onRole(cast, role)),
    ...throughEndpoints(model, cast),
    ...byGrants(model, cast),
  ];
}

/**
 * A grant is as good as the key policy, and no document shows it. Whoever holds one must be an AWS service, a role of the stack
 * or a deployer; each other holder tries what it was granted.
 */
function byGrants(model: AccessModel, cast: Cast): Probe[] {
  const ours = new Set([...rolesOf(model).map(({ arn }) => arn), ...model.deployers]);
  return keysOf(model).flatMap(({ arn, grants = [] }) =>
    grants.flatMap(({ grantee, operations, constraints = {} }): Probe[] => {
      const caller = callerOf(grantee);
      if (caller === undefined || ours.has(grantee) || ours.has("arn" in caller ? caller.arn : "")) return [];
      const pairs = Object.entries({ ...constraints.EncryptionContextEquals, ...constraints.EncryptionContextSubset });
      const context = Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value]));
      const type = constraints.EncryptionContextEquals === undefined ? "Subset" : "Equals";
      const more = { "kms:GrantConstraintType": `EncryptionContext${type}` };
      return operations.map((operation) => ({
        threat: "misuse of the key",
        name: `${grantee} uses the key by a grant: ${operation}`,
        calls: [
          cast.call(caller, `kms:${operation}`, arn, {
            context: { ...context, ...(operation === "CreateGrant" && pairs.length > 0 ? more : {}) },
          }),
        ],
      }));
    }),
  );
}

/** Who calls with a grant; undefined for AWS services. */
function callerOf(grantee: string): Caller | undefined {
  const [, partition = "", service, , account = "", resource = ""] = grantee.split(":");
  const [type, name = "", sessionName] = resource.split("/");
  if (service === "sts") {
    return { kind: "role", arn: `arn:${partition}:iam::${account}:role/${name}`, ...(sessionName && { sessionName }) };
  }
  if (type === "role") return { kind: "role", arn: grantee };
  if (type === "user") return { kind: "user", arn: grantee };
  return type === "root" ? { kind: "root", account, partition } : undefined;
}

/** A probe for each thing that a stranger does to one resource. */
function each(
  { call }: Cast,
  { who, caller, context }: Stranger,
  what: string,
  resource: string,
  tries: readonly (readonly [threat: Threat, verb: string, action: string, more?: Context])[],
): Probe[] {
  return tries.map(([threat, verb, action, more = {}]) => ({
    threat,
    name: `${who} ${verb} ${what}`,
    calls: [call(caller, action, resource, { context: { ...context, ...more } })],
  }));
}

function onKeys(model: AccessModel, cast: Cast, stranger: Stranger): Probe[] {
  const asked = new Set<string>();
  const named: [string, KeyModel | undefined][] = [
    ["the key of the model", model.modelKey],
    ["the key of the data", model.dataKey],
    ["the key of the logs", model.logKey],
  ];
  return named.flatMap(([what, key]) => {
    if (key === undefined || asked.has(key.arn)) return [];
    asked.add(key.arn);
    return each(cast, stranger, what, key.arn, [
      ["misuse of the key", "decrypts at KMS with", "kms:Decrypt"],
      ["misuse of the key", "decrypts through Bedrock with", "kms:Decrypt", viaBedrock(model)],
      ["misuse of the key", "decrypts through S3 with", "kms:Decrypt", viaS3(model, cast.trainingBucket)],
      ["misuse of the key", "encrypts with", "kms:GenerateDataKey"],
      ["misuse of the key", "makes a grant of", "kms:CreateGrant"],
      ["misuse of the key", "changes the policy of", "kms:PutKeyPolicy"],
      ["misuse of the key", "schedules the deletion of", "kms:ScheduleKeyDeletion"],
    ]);
  });
}

function onBuckets(model: AccessModel, cast: Cast, stranger: Stranger): Probe[] {
  const named: [string, string | undefined, Threat, Threat][] = [
    ["training", model.training.name, "exfiltration of training data", "tampering with training data"],
    ["output", model.output.name, "theft or misuse of the model", "tampering with training data"],
    ["log", model.logs?.name, "exfiltration of training data", "disabling the audit"],
  ];
  return named.flatMap(([what, name, reading, changing]) => {
    if (name === undefined) return [];
    const bucket = s3Arn(model, name);
    return [
      ...each(cast, stranger, `an object of the ${what} bucket`, `${bucket}/any`, [
        [reading, "reads", "s3:GetObject"],
        [changing, "writes", "s3:PutObject"],
        [changing, "deletes", "s3:DeleteObject"],
      ]),
      ...each(cast, stranger, `the ${what} bucket`, bucket, [
        [reading, "lists", "s3:ListBucket"],
        [reading, "changes the policy of", "s3:PutBucketPolicy"],
        [changing, "removes the policy of", "s3:DeleteBucketPolicy"],
      ]),
    ];
  });
}

function onChannels(model: AccessModel, cast: Cast, stranger: Stranger): Probe[] {
  return model.channels.flatMap(({ arn }) => {
    const queue = arn.split(":")[2] === "sqs";
    const threat: Threat = "disabling the audit";
    return each(cast, stranger, `the ${channelName(arn)}`, arn, [
      [threat, "sends to", sendingTo(arn)],
      [threat, "listens to", queue ? "sqs:ReceiveMessage" : "sns:Subscribe"],
      [threat, "changes the policy of", queue ? "sqs:SetQueueAttributes" : "sns:SetTopicAttributes"],
      [threat, "deletes", queue ? "sqs:DeleteQueue" : "sns:DeleteTopic"],
    ]);
  });
}

/** Who may assume a role for people or services is asked elsewhere; here it is everybody from outside, for every role. */
function onRole(cast: Cast, role: RoleModel): Probe[] {
  const name = role.arn.slice(role.arn.lastIndexOf("/") + 1);
  const provider: Caller = { kind: "federated", provider: "accounts.google.com" };
  const probe = (who: string, caller: Caller, action: string): Probe => ({
    threat: "privilege escalation",
    name: `${who} assumes role ${name}`,
    calls: [cast.call(caller, action, role.arn)],
  });
  return [
    probe("Somebody of another account", cast.stranger, "sts:AssumeRole"),
    probe("Somebody whom Google knows", provider, "sts:AssumeRoleWithWebIdentity"),
  ];
}

/** What can be carried out through an endpoint with credentials of another account, by the service of the endpoint. */
const CARRIERS: Readonly<Record<string, readonly [action: string, resource: string]>> = {
  bedrock: ["bedrock:CreateModelCustomizationJob", "custom-model/theirs/abcdefghijkl"],
  "bedrock-runtime": ["bedrock:InvokeModel", "provisioned-model/abcdefghijkl"],
  kms: ["kms:Encrypt", "key/00000000-0000-0000-0000-000000000000"],
  logs: ["logs:PutLogEvents", "log-group:theirs:log-stream:loot"],
};

function throughEndpoints(model: AccessModel, cast: Cast): Probe[] {
  return Object.keys(model.endpoints).flatMap((service): Probe[] => {
    const carrier = CARRIERS[service];
    if (carrier === undefined) return [];
    const [action, rest] = carrier;
    const resource = regionalArn(model, action.split(":")[0] ?? "", rest, cast.foreign);
    const outside = { via: service, resourceAccount: cast.foreign };
    return [
      {
        threat: "exfiltration of training data",
        name: `A foreign identity carries data to its own account through our ${service} endpoint`,
        calls: [cast.call(cast.stranger, action, resource, outside)],
      },
    ];
  });
}
