import type { AwsContext } from "./context";
import { logGroupArn } from "./documents/flow-logs";
import { bedrockArn, invocable } from "./documents/service-roles";
import type { EndpointUse } from "./documents/endpoint";
import type { ServiceEndpoint } from "./endpoints";
import type { EnvironmentNames } from "./naming";
import type { EnvironmentPlan } from "./plan";
import { personas, type EndpointService } from "./settings";

/** From what the uses of endpoints are worked out. */
export interface EndpointUsesArgs {
  context: AwsContext;
  plan: EnvironmentPlan;
  /** `aws:PrincipalArn` patterns of whoever deploys. */
  deployers: string[];
  /** `aws:PrincipalArn` patterns of whoever may assume the roles for people and applications. */
  assumers: string[];
  names: EnvironmentNames;
  /** Whether there is a guardrail, which the invoker applies. */
  guarded: boolean;
}

/**
 * The endpoints for applications and operators, and what passes each of them. Without the role for which an endpoint is
 * meant, whoever deploys is the only one who passes.
 */
export function serviceEndpoints(services: readonly EndpointService[], args: EndpointUsesArgs): ServiceEndpoint[] {
  const { context, plan, deployers, names } = args;
  const orDeployers = (arn: string | undefined) => (arn === undefined ? deployers : [arn]);
  const invokers = orDeployers(plan.roleArns.invoker);
  const operators = [...new Set([...orDeployers(plan.roleArns.operator), ...deployers])];
  const uses: Record<ServiceEndpoint["service"], EndpointUse[]> = {
    "bedrock-runtime": [
      {
        Sid: "InvokersCallModels",
        actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
        resources: invocable(context),
        principals: invokers,
      },
      ...(args.guarded
        ? [
            {
              Sid: "InvokersUseGuardrails",
              actions: ["bedrock:ApplyGuardrail"],
              resources: [bedrockArn(context, "guardrail/*")],
              principals: invokers,
            },
          ]
        : []),
    ],
    bedrock: [
      {
        Sid: "OperatorsRunJobs",
        actions: [
          "bedrock:CreateModelCustomizationJob",
          "bedrock:GetCustomModel",
          "bedrock:GetModelCustomizationJob",
          "bedrock:StopModelCustomizationJob",
        ],
        resources: [bedrockArn(context, "custom-model/*"), bedrockArn(context, "model-customization-job/*")],
        principals: operators,
      },
      {
        Sid: "OperatorsUseBaseModels",
        actions: ["bedrock:CreateModelCustomizationJob", "bedrock:GetFoundationModel"],
        resources: [`arn:${context.partition}:bedrock:${context.region}::foundation-model/*`],
        principals: operators,
        awsOwned: true,
      },
      {
        Sid: "OperatorsLookAround",
        actions: ["bedrock:ListCustomModels", "bedrock:ListFoundationModels", "bedrock:ListModelCustomizationJobs"],
        resources: ["*"],
        principals: operators,
      },
    ],
    sts: [
      {
        Sid: "RolesOfEnvironmentAreAssumed",
        actions: ["sts:AssumeRole"],
        resources: personas.flatMap((persona) => plan.roleArns[persona] ?? []),
        principals: args.assumers,
      },
    ],
    logs: [
      {
        Sid: "ApplicationsWriteLogs",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [`${logGroupArn(context, names.logGroup("*"))}:*`],
        principals: [`arn:${context.partition}:iam::${context.accountId}:role/*`],
      },
    ],
  };
  return services
    .filter((service) => service !== "kms")
    .filter((service) => uses[service].every(({ resources }) => resources.length > 0))
    .map((service) => ({ service, uses: uses[service] }));
}
