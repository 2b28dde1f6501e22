import { bucketArn, roleArn, type EnvironmentNames } from "./naming";
import type { AwsContext } from "./context";
import { logGroupArn } from "./documents/flow-logs";
import type { KeyUsers } from "./documents/key";
import type { LogUsers } from "./documents/key-logs";
import type { DataLocations } from "./documents/role";
import type { ExistingParts } from "./existing";
import { accessLogPrefix, datasetPrefix, outputPrefix } from "./layout";
import type { EnvironmentSettings, Persona, ServiceRoleName } from "./settings";

/** What an environment is planned from. */
export interface PlanArgs {
  context: AwsContext;
  names: EnvironmentNames;
  settings: EnvironmentSettings;
  existing: ExistingParts;
  /** `aws:PrincipalArn` patterns of whoever deploys. */
  deployers: string[];
  /** `aws:PrincipalArn` patterns of whoever may change the policies of the buckets. Default: the account. */
  policyKeepers?: string[];
  /** `aws:PrincipalArn` patterns of whoever administers the keys. Default: the account. */
  keyAdministrators?: string[];
  /** Whether Macie of the account looks into the data buckets. */
  macie: boolean;
}

/** Who is who in an environment, and what is where. All of it is known before anything exists. */
export interface EnvironmentPlan {
  customizationRoleArn: string;
  /** ARNs of the roles that the settings ask for, by name. */
  roleArns: Partial<Record<Persona | ServiceRoleName, string>>;
  data: DataLocations;
  /** Whether there is a log bucket: something must write into it. */
  hasLogBucket: boolean;
  /** Data buckets that are the environment's own and whose requests are recorded. */
  loggedBuckets: string[];
  trailArn: string | undefined;
  /** ARNs of every role of the environment, those of flow logs and trail included. */
  allRoleArns: string[];
  /** Log groups of the environment that hold no prompts and no answers. */
  logGroups: string[];
  keyUsers: KeyUsers;
  /** Who reaches the data of each bucket from anywhere. The customization role is not among them: it has the endpoint. */
  principals: Record<"training" | "output" | "logs", string[]>;
  /** Who may change the policies of the buckets. Undefined: whoever may by IAM. */
  policyKeepers: string[] | undefined;
}

/** The role with which Macie reads buckets; AWS makes it when Macie is switched on. */
function macieRole(context: AwsContext): string {
  return roleArn(context, "aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie");
}

/** Plans an environment: ARNs, principals and users of the keys, from names and settings alone. */
export function planEnvironment(args: PlanArgs): EnvironmentPlan {
  const { context, names, settings, existing, deployers } = args;
  const { access, audit, network, storage } = settings;
  const roleArns = Object.fromEntries(
    [...access.roles, ...access.serviceRoles].map((role) => [role, roleArn(context, names.role(role))]),
  ) as EnvironmentPlan["roleArns"];
  const of = (...roles: (Persona | ServiceRoleName)[]): string[] => roles.flatMap((role) => roleArns[role] ?? []);
  const data: DataLocations = {
    trainingBucket: existing.trainingBucket ?? names.trainingBucket,
    trainingPrefix: datasetPrefix,
    outputBucket: existing.outputBucket ?? names.outputBucket,
    outputPrefix,
  };
  const invocations = access.serviceRoles.includes("invocation-logging");
  const hasLogBucket = storage.accessLogs || audit.trail || invocations;
  const own = [
    ...(existing.trainingBucket === undefined ? [data.trainingBucket] : []),
    ...(existing.outputBucket === undefined ? [data.outputBucket] : []),
  ];
  const loggedBuckets = storage.accessLogs ? own : [];
  const inRegion = (service: string, resource: string) =>
    `arn:${context.partition}:${service}:${context.region}:${context.accountId}:${resource}`;
  const trailArn = audit.trail ? inRegion("cloudtrail", `trail/${names.trail}`) : undefined;
  const logGroups = [
    ...(network.flowLogs ? [names.logGroup("flow-logs")] : []),
    ...(audit.trail ? [names.logGroup("trail")] : []),
  ];
  const hasTopic = audit.events || audit.alarms;
  const macie = args.macie ? [macieRole(context)] : [];
  const logs: LogUsers = {
    ...(logGroups.length > 0 || invocations ? { logGroupPattern: logGroupArn(context, names.logGroup("*")) } : {}),
    ...(trailArn === undefined ? {} : { trailArn }),
    ...(loggedBuckets.length > 0 ? { loggedBuckets } : {}),
    ...(audit.events ? { rulePattern: inRegion("events", `rule/${names.alert("*")}`) } : {}),
    ...(audit.alarms ? { alarmPattern: inRegion("cloudwatch", `alarm:${names.alert("*")}`) } : {}),
    budgets: hasTopic && audit.monthlyBudgetUsd > 0,
    invocationLogs: invocations,
    ...(hasLogBucket ? { readers: { bucket: names.logBucket, roles: of("auditor") } } : {}),
  };
  const customizationRoleArn = existing.customizationRoleArn ?? roleArn(context, names.customizationRole);
  return {
    customizationRoleArn,
    roleArns,
    data,
    hasLogBucket,
    loggedBuckets,
    trailArn,
    allRoleArns: [
      customizationRoleArn,
      ...Object.values(roleArns),
      ...[...(network.flowLogs ? ["flow-logs"] : []), ...(audit.trail ? ["trail"] : [])].map((role) =>
        roleArn(context, names.role(role)),
      ),
    ],
    logGroups,
    keyUsers: {
      customizationRoleArn,
      deployers,
      buckets: [data.trainingBucket, data.outputBucket],
      ...(args.keyAdministrators === undefined ? {} : { administrators: args.keyAdministrators }),
      stewards: of("steward"),
      operators: of("operator"),
      invokers: of("invoker"),
      evaluators: of("evaluation"),
      importers: of("import"),
      resultReaders: [...of("operator"), ...macie],
      logs,
    },
    principals: {
      training: [...deployers, ...of("steward", "import", "evaluation"), ...macie],
      output: [...deployers, ...of("operator", "evaluation"), ...macie],
      logs: [...deployers, ...of("auditor")],
    },
    policyKeepers: args.policyKeepers,
  };
}

/** Where requests to a data bucket are recorded; undefined when they are not. */
export function accessLogsOf(
  plan: EnvironmentPlan,
  names: EnvironmentNames,
  bucket: string,
): { bucketName: string; prefix: string } | undefined {
  return plan.loggedBuckets.includes(bucket)
    ? { bucketName: names.logBucket, prefix: `${accessLogPrefix}${bucket}/` }
    : undefined;
}

/** ARNs of all buckets of an environment. */
export function bucketArns(context: AwsContext, plan: EnvironmentPlan, names: EnvironmentNames): string[] {
  const buckets = [plan.data.trainingBucket, plan.data.outputBucket, ...(plan.hasLogBucket ? [names.logBucket] : [])];
  return buckets.map((name) => bucketArn(context, name));
}
