/** Compiles an environment with a job, of any configuration, and asks the pack and the proof about it. */
import type { AccessModel } from "../../../proof/model";
import { prove, type ProofReport } from "../../../proof/prove";
import { readModel } from "../../../proof/stack";
import { findingsIn, type Finding } from "../../policies/judging";
import { AccountSafeguards } from "../../../account";
import { CustomizationJob } from "../../../bedrock/customization-job";
import { discoverContext } from "../../../components/context";
import { SecureCustomizationEnvironment } from "../../../components/environment";
import type { ExistingParts } from "../../../components/existing";
import type { ExistingNetwork } from "../../../components/existing-network";
import { environmentNames } from "../../../components/naming";
import { environmentSettings, parseConfig } from "../../../config";
import { compile, type Compiled } from "../../policies/compiled";

/** A stack to compile. */
export interface Stack {
  name: string;
  /** Sections of the configuration besides those that every stack has. */
  config: Readonly<Record<string, unknown>>;
  region?: string;
  existing?: ExistingParts;
  existingNetwork?: ExistingNetwork;
}

const everyStack = {
  owner: "ml-platform",
  costCenter: "research",
  dataClassification: "internal",
  customization: {
    baseModel: "meta.llama3-1-8b-instruct-v1:0:128k",
    modelName: "clauses",
    trainingData: "train.jsonl",
    hyperParameters: { epochCount: 1 },
  },
};

/**
 * Compiles what the program makes of a configuration, without data set and serving.
 *
 * @throws {pulumi.RunError} where the program refuses the configuration
 */
export async function deploy({
  name,
  config,
  region = "us-west-2",
  existing = {},
  existingNetwork,
}: Stack): Promise<Compiled> {
  const raw = Object.entries({ ...everyStack, ...config }).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const checked = parseConfig(Object.fromEntries(raw) as Record<string, string>);
  const run = {
    project: "secure-model-customization",
    stack: name,
    config: { "aws:region": region },
    phase: "update",
  } as const;
  return compile(run, async () => {
    const context = await discoverContext();
    const identity = { namePrefix: checked.namePrefix, environment: name };
    const settings = environmentSettings(checked);
    const environment = new SecureCustomizationEnvironment("environment", {
      context,
      identity,
      settings,
      cidrBlock: checked.network.cidrBlock,
      availabilityZones: checked.network.availabilityZones,
      existing,
      existingNetwork,
      deployerArns: checked.deployerArns,
      keyAdministratorArns: checked.encryption.administratorArns,
      people: checked.access.people,
      applicationEndpointIds: checked.access.applicationEndpointIds,
      organizationId: checked.access.organizationId,
      guardrailContent: checked.guardrail,
      alertEmails: checked.audit.alertEmails,
      macie: checked.account.macie,
      forceDestroyBuckets: checked.forceDestroyBuckets,
      tags: {
        Project: run.project,
        Environment: name,
        Owner: checked.owner,
        CostCenter: checked.costCenter,
        DataClassification: checked.dataClassification,
      },
    });
    const { tags } = environment;
    if (Object.values(checked.account).includes(true)) {
      const names = environmentNames(identity, context);
      const { retentionDays } = settings.audit;
      new AccountSafeguards("account", { context, choices: checked.account, names, environment, retentionDays });
    }
    new CustomizationJob(
      "customization",
      {
        region: context.region,
        baseModel: checked.customization.baseModel,
        customizationType: checked.customization.type,
        customModelNamePrefix: checked.customization.modelName,
        jobNamePrefix: checked.customization.modelName,
        roleArn: environment.customizationRole.arn,
        trainingDataUri: `s3://${environment.training.bucketName}/fine-tuning-datasets/train.jsonl`,
        validationDataUris: [],
        outputDataUri: environment.outputUri,
        modelKmsKeyArn: environment.keys.model.keyArn,
        vpcConfig: environment.jobNetwork,
        hyperParameters: checked.customization.hyperParameters,
        attempt: 1,
        waitLimitMinutes: 60,
        tags,
      },
      { dependsOn: environment.jobPrerequisites },
    );
  });
}

/** What the pack objects to. */
export function objections(name: string, { resources, outputs }: Compiled): Finding[] {
  return findingsIn(resources, outputs, name);
}

/**
 * The access model of what was compiled.
 *
 * @param renamed changes what is read, as text: the ids that AWS would have chosen are the same in every compilation
 */
export function modelOf({ resources, outputs }: Compiled, renamed = (text: string): string => text): AccessModel {
  const deployed = resources.map(({ type, name, properties }) => ({
    type,
    urn: `urn:pulumi:stack::secure-model-customization::${type}::${name}`,
    outputs: { ...properties, ...outputs[name] },
  }));
  return readModel(JSON.parse(renamed(JSON.stringify(deployed))) as typeof deployed);
}

/** The proof of what was compiled. */
export function proofOf(made: Compiled): ProofReport {
  return prove(modelOf(made));
}

/** What speaks against a proof, one line each; empty when it holds. */
export function failures({ mustAllow, mustDeny, grants, findings }: ProofReport): string[] {
  return [
    ...[...mustAllow, ...mustDeny]
      .filter(({ asExpected }) => !asExpected)
      .map(({ name, reason }) => `${name}: ${reason}`),
    ...grants
      .filter(({ neededBy }) => neededBy === undefined)
      .map(({ source, statement, action }) => `${action} in ${statement} of ${source} is needed by nothing`),
    ...findings.map(({ document, path, message }) => `${document}: ${path} ${message}`),
  ];
}
