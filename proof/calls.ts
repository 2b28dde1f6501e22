/**
 * The must-allow matrix: every call in the life of a customization job, and of whoever deploys it, as data.
 *
 * Sources: Bedrock User Guide "custom-model-job-access-security", "encryption-custom-job", "vpc-s3"; KMS Developer Guide
 * "conditions-kms"; S3 User Guide "UsingKMSEncryption" (encryption context with and without bucket key).
 */
import type { Caller, ContextValue } from "../iam";
import type { Attempt, Call } from "./attempt";
import { dnsSuffix, keysOf, regionalArn, s3Arn, type AccessModel, type Purpose } from "./model";
import { callerFor } from "./role-tasks";

type Context = Record<string, ContextValue>;

/** The object with which Bedrock tries whether it may write. */
const PROBE = ".write_access_check_file.tmp";

/** The service role in a job's session. */
export function jobRole(model: AccessModel): Caller {
  return { kind: "role", arn: model.role.arn, sessionName: "job" };
}

/** Who deploys, as the key policy names them: the first pattern, if one can without wildcards. */
export function deployer(model: AccessModel): { caller: Caller; context: Context } | undefined {
  const pattern = model.deployers.find((one) => !/[*?]/u.test(one)) ?? model.deployers[0];
  return pattern === undefined ? undefined : callerFor(model, pattern);
}

/** What KMS sees when Bedrock uses the key in the caller's name. */
export function viaBedrock(model: AccessModel): Context {
  return {
    "kms:ViaService": `bedrock.${model.region}.${dnsSuffix(model)}`,
    "kms:CallerAccount": model.account,
    "aws:ViaAWSService": true,
  };
}

/** What KMS sees when S3 uses the key for an object in the caller's name. */
export function viaS3(model: AccessModel, boundTo: string): Context {
  return {
    "kms:ViaService": `s3.${model.region}.${dnsSuffix(model)}`,
    "kms:CallerAccount": model.account,
    "kms:EncryptionContext:aws:s3:arn": boundTo,
    "aws:ViaAWSService": true,
  };
}

/** The key that a call with this context is for: that of the data when S3 uses it, that of the model otherwise. */
export function keyFor({ dataKey, modelKey }: AccessModel, context: Context): string {
  return String(context["kms:ViaService"]).startsWith("s3.") ? dataKey.arn : modelKey.arn;
}

/** Tags on the interfaces of a job, under the prefix of a condition key. */
export function jobTags(prefix: string, jobArn: string): Context {
  return { [`${prefix}/BedrockManaged`]: "true", [`${prefix}/BedrockModelCustomizationJobArn`]: jobArn };
}

/** Bedrock assumes the service role. */
export function assume(model: AccessModel): Call {
  return {
    caller: { kind: "service", service: "bedrock.amazonaws.com" },
    action: "sts:AssumeRole",
    resource: model.role.arn,
    via: "direct",
    context: { "aws:SourceAccount": model.account, "aws:SourceArn": model.jobArn },
  };
}

/** A call by the job. */
export function byJob(model: AccessModel, action: string, resource: string, more: Partial<Call> = {}): Call {
  const via = action.startsWith("s3:") ? "s3" : "direct";
  return { caller: jobRole(model), action, resource, via, context: {}, ...more };
}

/** Everything that must go through, in the order of a job's life. */
export function neededAttempts(model: AccessModel): Attempt[] {
  return [
    { name: "Bedrock assumes the service role for a job", calls: [assume(model)] },
    ...dataAttempts(model),
    ...keyAttempts(model),
    ...networkAttempts(model),
    ...deployerAttempts(model),
    ...administratorAttempts(model),
  ];
}

function dataAttempts(model: AccessModel): Attempt[] {
  const { training, output } = model;
  const probe = s3Arn(model, output.name, output.folder + PROBE);
  const job = (name: string, action: string, resource: string, context: Context = {}): Attempt => ({
    name: `The job ${name}`,
    calls: [byJob(model, action, resource, { context })],
  });
  const file = s3Arn(model, training.name, model.trainingFile);
  return [
    job("looks for the data set", "s3:ListBucket", s3Arn(model, training.name), { "s3:prefix": model.trainingFile }),
    job("reads the data set", "s3:GetObject", file),
    job("looks for its probe object", "s3:ListBucket", s3Arn(model, output.name), {
      "s3:prefix": output.folder + PROBE,
    }),
    job("writes its probe object and its metrics", "s3:PutObject", probe),
    job("reads its probe object back", "s3:GetObject", probe),
  ];
}

function keyAttempts(model: AccessModel): Attempt[] {
  const { training, output } = model;
  const job = (name: string, operation: string, context: Context, via: Call["via"] = "direct"): Attempt => ({
    name: `The job ${name}`,
    calls: [byJob(model, `kms:${operation}`, keyFor(model, context), { context, via })],
  });
  const bucket = s3Arn(model, training.name);
  const results = s3Arn(model, output.name);
  return [
    job("has Bedrock look at the key", "DescribeKey", viaBedrock(model)),
    job("grants the key to Bedrock", "CreateGrant", { ...viaBedrock(model), "kms:GrantIsForAWSResource": true }),
    job("has S3 decrypt the data set", "Decrypt", viaS3(model, bucket)),
    job("has S3 decrypt a data set without bucket key", "Decrypt", viaS3(model, `${bucket}/${model.trainingFile}`)),
    job("has S3 encrypt the metrics", "GenerateDataKey", viaS3(model, results)),
    job("has S3 decrypt its probe object", "Decrypt", viaS3(model, results)),
    job("encrypts the model", "GenerateDataKey", viaBedrock(model), "kms"),
    job("decrypts the model", "Decrypt", viaBedrock(model), "kms"),
  ];
}

function networkAttempts(model: AccessModel): Attempt[] {
  const describes = ["Vpcs", "Subnets", "SecurityGroups", "NetworkInterfaces", "DhcpOptions"].map((what): Attempt => ({
    name: `The job looks at ${what}`,
    calls: [byJob(model, `ec2:Describe${what}`, "*")],
  }));
  const interfaces = regionalArn(model, "ec2", "network-interface/*");
  const tags = {
    ...jobTags("aws:RequestTag", model.jobArn),
    "aws:TagKeys": ["BedrockManaged", "BedrockModelCustomizationJobArn"],
  };
  const own = regionalArn(model, "ec2", "network-interface/eni-1");
  const inNetwork = [
    ...model.subnetIds.map((id) => regionalArn(model, "ec2", `subnet/${id}`)),
    ...model.securityGroupIds.map((id) => regionalArn(model, "ec2", `security-group/${id}`)),
  ];
  const onOwn = (name: string, action: string): Attempt => ({
    name: `The job ${name}`,
    calls: model.subnetIds.map((id) =>
      byJob(model, `ec2:${action}`, own, {
        context: {
          "ec2:Subnet": regionalArn(model, "ec2", `subnet/${id}`),
          ...jobTags("ec2:ResourceTag", model.jobArn),
        },
      }),
    ),
  });
  const create = "ec2:CreateNetworkInterface";
  const permission = "NetworkInterfacePermission";
  return [
    ...describes,
    { name: "The job makes a tagged interface", calls: [byJob(model, create, interfaces, { context: tags })] },
    {
      name: "The job makes it in the environment's subnets and group",
      calls: inNetwork.map((arn) => byJob(model, create, arn)),
    },
    {
      name: "The job tags the interface as it makes it",
      calls: [
        byJob(model, "ec2:CreateTags", interfaces, {
          context: { ...tags, "ec2:CreateAction": "CreateNetworkInterface" },
        }),
      ],
    },
    onOwn("permits Bedrock to attach its interface", `Create${permission}`),
    onOwn("takes the permission back", `Delete${permission}`),
    onOwn("deletes its interface", "DeleteNetworkInterface"),
  ].filter(({ calls }) => calls.length > 0);
}

function deployerAttempts(model: AccessModel): Attempt[] {
  const who = deployer(model);
  if (who === undefined) return [];
  const call = (action: string, resource: string, context: Context = {}): Call => ({
    caller: who.caller,
    action,
    resource,
    via: "direct",
    context: { ...who.context, ...context },
  });
  const { training, output, logs, modelKey, dataKey } = model;
  const buckets = [training, output, ...(logs === undefined ? [] : [logs])].map(({ name }) => s3Arn(model, name));
  const file = s3Arn(model, training.name, model.trainingFile);
  const s3 = viaS3(model, s3Arn(model, training.name));
  const bedrock = viaBedrock(model);
  const grant = { ...bedrock, "kms:GrantIsForAWSResource": true };
  return [
    {
      name: "The deployer uploads a data set",
      calls: [
        call("s3:PutObject", file, {
          "s3:x-amz-server-side-encryption": "aws:kms",
          "s3:x-amz-server-side-encryption-aws-kms-key-id": dataKey.arn,
        }),
        call("kms:GenerateDataKey", dataKey.arn, s3),
      ],
    },
    {
      name: "The deployer updates and removes the policies of the buckets",
      calls: buckets.flatMap((arn) => [call("s3:PutBucketPolicy", arn), call("s3:DeleteBucketPolicy", arn)]),
    },
    { name: "The deployer has S3 join the parts of an upload", calls: [call("kms:Decrypt", dataKey.arn, s3)] },
    {
      name: "The deployer orders a model",
      calls: [
        call("kms:DescribeKey", modelKey.arn, bedrock),
        call("kms:CreateGrant", modelKey.arn, grant),
        call("kms:GenerateDataKey", modelKey.arn, bedrock),
      ],
    },
    { name: "The deployer orders throughput for the model", calls: [call("kms:Decrypt", modelKey.arn, bedrock)] },
    ...endpointAttempts(model, (action, resource, via) => ({ ...call(action, resource), via })),
  ];
}

/** What the deployer does through an endpoint, where no role is there for it. */
function endpointAttempts(
  model: AccessModel,
  call: (action: string, resource: string, via: string) => Call,
): Attempt[] {
  const { endpoints, guardrail, roles } = model;
  const without = (purpose: Purpose, service: string): boolean =>
    endpoints[service] !== undefined && roles.every((role) => role.purpose !== purpose);
  const base = regionalArn(model, "bedrock", "foundation-model/base", "");
  const made = (kind: string) => regionalArn(model, "bedrock", `${kind}/base/abcdefghijkl`);
  const steps = (service: string, resource: string, ...actions: string[]): Call[] =>
    actions.map((action) => call(`bedrock:${action}`, resource, service));
  const looking = ["ListCustomModels", "ListFoundationModels", "ListModelCustomizationJobs"];
  return [
    ...(without("operator", "bedrock")
      ? [
          {
            name: "The deployer orders a job through the Bedrock endpoint",
            calls: [
              ...steps("bedrock", "*", ...looking),
              ...steps("bedrock", base, "GetFoundationModel", "CreateModelCustomizationJob"),
              ...steps("bedrock", made("custom-model"), "CreateModelCustomizationJob", "GetCustomModel"),
              ...steps(
                "bedrock",
                made("model-customization-job"),
                "GetModelCustomizationJob",
                "StopModelCustomizationJob",
              ),
            ],
          },
        ]
      : []),
    ...(without("invoker", "bedrock-runtime")
      ? [
          {
            name: "The deployer asks a model through the endpoint of the runtime",
            calls: [
              ...steps("bedrock-runtime", made("provisioned-model"), "InvokeModel", "InvokeModelWithResponseStream"),
              ...(guardrail === undefined ? [] : steps("bedrock-runtime", guardrail.arn, "ApplyGuardrail")),
            ],
          },
        ]
      : []),
  ];
}

/** What whoever is named to administer the keys does with each of them, in its life. */
const ADMINISTRATION =
  "PutKeyPolicy GetKeyPolicy ListKeyPolicies DescribeKey EnableKey DisableKey EnableKeyRotation DisableKeyRotation " +
  "GetKeyRotationStatus ListKeyRotations RotateKeyOnDemand ListGrants ListRetirableGrants RevokeGrant TagResource " +
  "UntagResource ListResourceTags CreateAlias UpdateAlias DeleteAlias UpdateKeyDescription ScheduleKeyDeletion CancelKeyDeletion";

function administratorAttempts(model: AccessModel): Attempt[] {
  return model.administrators.map((pattern, index) => {
    const { caller, context } = callerFor(model, pattern);
    const actions = pattern.endsWith(":root") ? ["PutKeyPolicy"] : ADMINISTRATION.split(" ");
    const who = pattern.endsWith(":root") ? "The root user recovers the keys" : "Whoever is named administers the keys";
    return {
      name: index === 0 || pattern.endsWith(":root") ? who : `${who} (${index + 1})`,
      calls: keysOf(model).flatMap(({ arn }) =>
        actions.map((action) => ({ caller, action: `kms:${action}`, resource: arn, via: "direct", context })),
      ),
    };
  });
}
