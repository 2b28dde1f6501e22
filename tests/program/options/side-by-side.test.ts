import assert from "node:assert/strict";
import { evaluate, type ContextValue } from "../../../iam";
import { keysOf, regionalArn, rolesOf, s3Arn, type AccessModel, type RoleModel } from "../../../proof/model";
import { deploy, modelOf } from "./deploy";

type Context = Record<string, ContextValue>;

/** Something of an environment that nobody of another may do. */
interface Touch {
  action: string;
  resource: string;
  context?: Context;
  /** Policies of the thing itself. */
  resourcePolicy?: RoleModel["trust"];
  keyPolicy?: RoleModel["trust"];
  trust?: RoleModel["trust"];
}

const tag = "CustomizationEnvironment";

/** Everything of an environment that can be reached: data, keys, models, guardrail, roles, topic, queue, logs. */
function touches(of: AccessModel): Touch[] {
  const { training, output, logs, guardrail, marker, channels, logGroups } = of;
  const buckets = [training, output, ...(logs === undefined ? [] : [logs])];
  const sealed = { "s3:x-amz-server-side-encryption": "aws:kms" };
  const tagged = { [`aws:ResourceTag/${tag}`]: marker };
  const via = (service: string) => ({
    "kms:ViaService": `${service}.${of.region}.amazonaws.com`,
    "aws:ViaAWSService": true,
  });
  const made = (kind: string) => regionalArn(of, "bedrock", `${kind}/base/abcdefghijkl`);
  const streams = ["any", `${of.account}_CloudTrail_${of.region}`, "aws/bedrock/modelinvocations"];
  const models = ["provisioned-model", "custom-model-deployment", "imported-model"];
  return [
    ...buckets.flatMap(({ name, folder, policy: resourcePolicy }) => [
      ...["s3:GetObject", "s3:GetObjectVersion", "s3:DeleteObject"].map((action) => ({
        action,
        resource: s3Arn(of, name, `${folder}any`),
        resourcePolicy,
      })),
      { action: "s3:PutObject", resource: s3Arn(of, name, `${folder}any`), context: sealed, resourcePolicy },
      ...["s3:ListBucket", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"].map((action) => ({
        action,
        resource: s3Arn(of, name),
        context: { "s3:prefix": folder },
        resourcePolicy,
      })),
    ]),
    ...keysOf(of).flatMap(({ arn, policy: keyPolicy }) =>
      ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"].flatMap(
        (action) =>
          [
            { ...via("s3"), "kms:EncryptionContext:aws:s3:arn": s3Arn(of, training.name) },
            { ...via("bedrock"), "kms:GrantIsForAWSResource": true },
            {},
          ].map((context) => ({ action, resource: arn, context, keyPolicy })),
      ),
    ),
    ...models.flatMap((kind) =>
      ["InvokeModel", "InvokeModelWithResponseStream"].map((action) => ({
        action: `bedrock:${action}`,
        resource: made(kind),
        context: {
          ...tagged,
          ...(guardrail === undefined ? {} : { "bedrock:GuardrailIdentifier": guardrail.versionArn }),
        },
      })),
    ),
    ...["GetCustomModel", "DeleteCustomModel", "CreateProvisionedModelThroughput", "CreateCustomModelDeployment"].map(
      (action) => ({
        action: `bedrock:${action}`,
        resource: made("custom-model"),
        context: { ...tagged, [`aws:RequestTag/${tag}`]: marker },
      }),
    ),
    ...["StopModelCustomizationJob", "TagResource", "UntagResource"].map((action) => ({
      action: `bedrock:${action}`,
      resource: made("model-customization-job"),
      context: { ...tagged, [`aws:RequestTag/${tag}`]: marker },
    })),
    ...["UpdateProvisionedModelThroughput", "DeleteProvisionedModelThroughput"].map((action) => ({
      action: `bedrock:${action}`,
      resource: made("provisioned-model"),
      context: tagged,
    })),
    ...(guardrail === undefined
      ? []
      : ["ApplyGuardrail", "UpdateGuardrail", "DeleteGuardrail"].map((action) => ({
          action: `bedrock:${action}`,
          resource: guardrail.arn,
          context: tagged,
        }))),
    ...rolesOf(of).flatMap(({ arn, trust }) => [
      { action: "iam:PassRole", resource: arn, context: { "iam:PassedToService": "bedrock.amazonaws.com" } },
      { action: "iam:PutRolePolicy", resource: arn },
      { action: "sts:AssumeRole", resource: arn, trust },
    ]),
    ...channels.flatMap(({ arn, policy: resourcePolicy }) =>
      (arn.includes(":sns:")
        ? ["sns:Publish", "sns:Subscribe", "sns:DeleteTopic"]
        : ["sqs:SendMessage", "sqs:ReceiveMessage"]
      ).map((action) => ({ action, resource: arn, resourcePolicy })),
    ),
    ...[...logGroups, `/${marker}/invocations`].flatMap((name) =>
      streams.flatMap((stream) =>
        ["logs:GetLogEvents", "logs:PutLogEvents", "logs:CreateLogStream"].map((action) => ({
          action,
          resource: `${regionalArn(of, "logs", `log-group:${name}`)}:log-stream:${stream}`,
        })),
      ),
    ),
    { action: "cloudtrail:StopLogging", resource: of.trailArn ?? "*" },
  ];
}

/** Whether a role may do something, through an endpoint for it of either environment, or through none. */
function may(role: RoleModel, own: AccessModel, touch: Touch, ways: readonly AccessModel[]): boolean {
  const [service = ""] = touch.action.split(":");
  const name = /^bedrock:(?:InvokeModel|ApplyGuardrail)/u.test(touch.action) ? "bedrock-runtime" : service;
  const doors = [undefined, ...ways.flatMap(({ endpoints }) => endpoints[name] ?? [])];
  return doors.some((door) => {
    const decision = evaluate(
      {
        caller: { kind: "role", arn: role.arn, sessionName: "session" },
        action: touch.action,
        resource: touch.resource,
        resourceAccount: own.account,
        context: {
          "aws:SecureTransport": true,
          "s3:TlsVersion": 1.3,
          "aws:RequestedRegion": own.region,
          "aws:PrincipalIsAWSService": false,
          "aws:MultiFactorAuthPresent": true,
          "aws:MultiFactorAuthAge": 60,
          ...(door === undefined ? {} : { "aws:SourceVpce": door.id, "aws:SourceVpc": door.vpcId }),
          ...touch.context,
        },
      },
      {
        identity: role.identity,
        boundary: role.boundary,
        resource: touch.resourcePolicy,
        key: touch.keyPolicy,
        trust: touch.trust,
        endpoint: door?.policy,
      },
    );
    return decision.outcome === "allowed";
  });
}

describe("two environments in one account", function () {
  this.timeout(60_000);
  const models = new Map<string, AccessModel>();

  before(async () => {
    // Names of which one begins like the other: patterns that are too wide would meet.
    for (const [index, name] of ["dev", "dev-2"].entries()) {
      const made = await deploy({ name, config: { preset: "prod" } });
      models.set(
        name,
        modelOf(made, (text) =>
          text
            .replaceAll(":key/0", `:key/${index}`)
            .replaceAll("vpce-0", `vpce-${index}`)
            .replaceAll("guardrail/0", `guardrail/${index}`),
        ),
      );
    }
  });

  it("cannot touch each other: no role of one reaches data, keys, models, guardrail, roles, alerts or logs of another", () => {
    let tried = 0;
    const reached: string[] = [];
    for (const [from, own] of models) {
      for (const [to, other] of models) {
        if (from === to) continue;
        for (const role of rolesOf(own)) {
          for (const touch of touches(other)) {
            tried += 1;
            if (may(role, own, touch, [own, other]))
              reached.push(`${role.arn} of ${from}: ${touch.action} on ${touch.resource}`);
          }
        }
      }
    }
    assert.deepEqual(reached, []);
    assert.ok(tried > 500, `${tried} tried`);
  });

  it("are not kept apart by denying everything: each role that works with something of its own reaches it", () => {
    for (const own of models.values()) {
      const working = rolesOf(own).filter((role) => touches(own).some((touch) => may(role, own, touch, [own])));
      const idle = rolesOf(own).filter((role) => !working.includes(role));
      assert.deepEqual(
        idle.map(({ arn }) => arn),
        [],
      );
    }
  });

  it("share no name of anything that has one", () => {
    const names = [...models.values()].map(({ training, output, logs, channels, logGroups, trailArn, ...rest }) => [
      ...[training.name, output.name, logs?.name, trailArn, ...logGroups],
      ...channels.map(({ arn }) => arn),
      ...rolesOf(rest).map(({ arn }) => arn),
    ]);
    assert.equal(new Set(names.flat()).size, names.flat().length);
  });
});
