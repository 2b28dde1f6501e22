import "./stack-traces";
import * as pulumi from "@pulumi/pulumi";
import { AccountSafeguards } from "./account";
import { CustomizationJob } from "./bedrock/customization-job";
import { discoverContext } from "./components/context";
import { Dataset } from "./components/dataset";
import { SecureCustomizationEnvironment } from "./components/environment";
import { environmentNames } from "./components/naming";
import { inspectExisting } from "./components/existing";
import { environmentSettings, existingParts, loadConfig } from "./config";
import type { StackOutputs } from "./outputs";
import { preflight } from "./preflight";
import { askAboutModel, serveModel } from "./serving";

/** The program: configuration → data set → environment → job → serving → outputs. */
export = async () => {
  const config = loadConfig();
  const { customization } = config;
  const identity = { namePrefix: config.namePrefix, environment: pulumi.getStack() };
  const baseTags = {
    Project: pulumi.getProject(),
    Environment: identity.environment,
    Owner: config.owner,
    CostCenter: config.costCenter,
    DataClassification: config.dataClassification,
  };

  // A broken data set or a missing permission to look around ends the preview before the first resource.
  const [files, context] = await Promise.all([preflight(customization, config.dataset), discoverContext()]);

  for (const note of files.notes) void pulumi.log.info(note);

  const settings = environmentSettings(config);
  const existing = existingParts(config);
  const names = environmentNames(identity, context);
  const existingNetwork = await inspectExisting(context, existing, config.network.existing, {
    accepted: config.acceptedFindings,
    names,
    services: settings.network.endpoints,
    wantsBoundary: settings.access.permissionsBoundary,
  });

  const environment = new SecureCustomizationEnvironment("environment", {
    context,
    identity,
    settings,
    sources: {
      teacherModel: customization.distillation?.teacherModel,
      graderLambdaArn: customization.reinforcement?.graderLambdaArn,
      logsUri: customization.invocationLogs?.s3Uri,
    },
    cidrBlock: config.network.cidrBlock,
    availabilityZones: config.network.availabilityZones,
    existing,
    existingNetwork,
    deployerArns: config.deployerArns,
    keyAdministratorArns: config.encryption.administratorArns,
    people: config.access.people,
    applicationEndpointIds: config.access.applicationEndpointIds,
    organizationId: config.access.organizationId,
    guardrailContent: config.guardrail,
    alertEmails: config.audit.alertEmails,
    macie: config.account.macie,
    forceDestroyBuckets: config.forceDestroyBuckets,
    tags: baseTags,
  });
  const { tags } = environment;
  if (Object.values(config.account).includes(true)) {
    const { retentionDays } = settings.audit;
    new AccountSafeguards("account", { context, choices: config.account, names, environment, retentionDays });
  }

  const data = new Dataset("data", {
    bucket: environment.training,
    keyArn: environment.keys.data.keyArn,
    training: files.training,
    validation: files.validation,
    tags,
  });

  const job = new CustomizationJob(
    "customization",
    {
      region: context.region,
      baseModel: customization.baseModel,
      customizationType: customization.type,
      distillation: customization.distillation,
      reinforcement: customization.reinforcement,
      invocationLogs: customization.invocationLogs,
      customModelNamePrefix: customization.modelName,
      jobNamePrefix: customization.modelName,
      roleArn: environment.customizationRole.arn,
      trainingDataUri: data.trainingUri,
      validationDataUris: data.validationUris,
      outputDataUri: environment.outputUri,
      modelKmsKeyArn: environment.keys.model.keyArn,
      vpcConfig: environment.jobNetwork,
      hyperParameters: customization.hyperParameters,
      attempt: customization.attempt,
      waitLimitMinutes: customization.waitLimitMinutes,
      noticeWithinSeconds: customization.noticeWithinSeconds,
      tags,
    },
    { dependsOn: [...environment.jobPrerequisites, ...data.objects] },
  );

  const serving = serveModel("serving", {
    region: context.region,
    name: names.servingName(customization.modelName),
    job,
    baseModel: customization.baseModel,
    offered: await askAboutModel(context.region, customization.baseModel),
    serving: config.serving,
    tags,
  });

  if (serving.mode === "provisioned" && settings.audit.monthlyBudgetUsd > 0) {
    environment.createBudget("environment-budget", settings.audit.monthlyBudgetUsd);
  }

  const outputs: StackOutputs = {
    region: context.region,
    keyArn: environment.keys.data.keyArn,
    modelKeyArn: environment.keys.model.keyArn,
    logKeyArn: environment.keys.logs.keyArn,
    requiredKeyPolicy: existing.keyArn === undefined ? undefined : environment.encryption.policy,
    vpcId: environment.network.vpcId,
    clientSecurityGroupId: environment.network.clientGroupId,
    trainingBucket: environment.training.bucketName,
    outputBucket: environment.output.bucketName,
    logBucket: environment.logs?.bucketName,
    customizationRoleArn: environment.customizationRole.arn,
    roleArns: Object.fromEntries(Object.entries(environment.roles).map(([name, role]) => [name, role.arn])),
    invokerRoleArn: environment.roles.invoker?.arn,
    guardrailArn: environment.guardrail?.arn,
    guardrailVersion: environment.guardrail?.version,
    alertTopicArn: environment.audit.alerts?.topicArn,
    servingArn: serving.arn,
  };
  return {
    ...known(outputs),
    trainingDataUri: data.trainingUri,
    validationDataUris: data.validationUris,
    datasetReport: files.report,
    jobArn: job.jobArn,
    jobStatus: job.status,
    modelArn: job.modelArn,
    phases: job.phases,
    trainingLoss: job.trainingLoss,
    validationLosses: job.validationLosses,
    trainingLossCurve: job.metrics.apply((metrics) => metrics.training.flatMap((row) => row.training_loss ?? [])),
    metricsUris: job.metricsUris,
    servingMode: serving.mode,
  };
};

/** Outputs without those that the environment does not have: the engine warns about an undefined one. */
function known(outputs: StackOutputs): Partial<StackOutputs> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
}
