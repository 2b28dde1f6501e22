import * as pulumi from "@pulumi/pulumi";
import type { CustomizationRole, PurposeRole } from "./access";
import { Audit } from "./audit";
import { MonthlyBudget } from "./budget";
import { chooseZones, type AwsContext } from "./context";
import { deployerPatterns } from "./documents/principals";
import type { ModelSources } from "./documents/sources";
import { environmentKeys, type Encryption, type EnvironmentKeys } from "./encryption";
import { serviceEndpoints } from "./endpoint-uses";
import { PrivateEndpoints } from "./endpoints";
import { environmentBuckets } from "./environment-buckets";
import { environmentRoles } from "./environment-roles";
import type { ExistingParts } from "./existing";
import type { ExistingNetwork } from "./existing-network";
import { InferenceGuardrail } from "./guardrail";
import type { GuardrailContent } from "./guardrail-content";
import { outputPrefix } from "./layout";
import { environmentNames, environmentTag, type EnvironmentIdentity } from "./naming";
import { PrivateNetwork } from "./network";
import { assumers, type PeopleChoice } from "./people-roles";
import { planEnvironment } from "./plan";
import { policyKeepers } from "./policy-keepers";
import { presets } from "./presets";
import type { EnvironmentSettings, Persona, ServiceRoleName } from "./settings";
import { checkSettings } from "./settings-check";
import type { DataBucket, SecureBucket } from "./storage";

/** Arguments of {@link SecureCustomizationEnvironment}. */
export interface SecureCustomizationEnvironmentArgs {
  /** Where the environment is deployed, from `discoverContext()`. */
  context: AwsContext;
  /** Prefix and environment, from which every physical name is computed. A change replaces nearly everything. */
  identity: EnvironmentIdentity;
  /** What the environment has. Default: the preset `dev`. */
  settings?: EnvironmentSettings;
  /** IPv4 block of the private network, /16 to /28. Default: `10.40.0.0/16`. A change replaces the network. */
  cidrBlock?: string;
  /**
   * Zones that get a private subnet and a network interface of each endpoint. Default: as many as the settings say.
   * Leaving one out removes its subnet.
   */
  availabilityZones?: string[];
  /** What a job learns from beside the data sets here: a teacher, a grader, invocation logs. Default: nothing. */
  sources?: ModelSources;
  /** A VPC that exists, from `inspectNetwork()`. Default: a VPC is made. */
  existingNetwork?: ExistingNetwork;
  /** Parts that exist, looked at by `inspectExisting()`. Default: everything is made. */
  existing?: ExistingParts;
  /**
   * ARNs (or patterns) of the principals that deploy: they may upload data sets under the key and order model and
   * throughput, and they alone may change policies and settings of the buckets. Default: whoever runs this deployment, and whoever
   * may by IAM changes the policies. Name them when people and pipelines take turns, or the key policy changes with each.
   */
  deployerArns?: string[];
  /**
   * ARNs (or patterns) of the principals that administer the keys and may not use them. Default: whoever has the
   * permission by IAM in the account. The deployers must be among them while they change the keys.
   */
  keyAdministratorArns?: string[];
  /** Who may assume the roles for people and applications. Default: whoever deploys. */
  people?: Partial<Record<Persona, PeopleChoice>>;
  /** Ids of endpoints for Bedrock's runtime in other VPCs, through which applications call as invoker. Default: none. */
  applicationEndpointIds?: string[];
  /** Id of the AWS organization to which who and what passes an endpoint must belong. Default: the account is the bound. */
  organizationId?: string;
  /** What the guardrail lets through. Default: its defaults. */
  guardrailContent?: GuardrailContent;
  /** Addresses that are sent every alert, once their owner has confirmed. Default: none. */
  alertEmails?: readonly string[];
  /** Whether Macie of the account may read the data buckets. Default: false. */
  macie?: boolean;
  /**
   * Whether destroying the stack may delete buckets that still hold data. Default: false. With true, data sets and results
   * are lost with the stack.
   */
  forceDestroyBuckets?: boolean;
  /** Tags of every resource. */
  tags?: Record<string, string>;
}

/** Subnets and groups of a job, in the form that Bedrock takes. */
export interface JobNetwork {
  subnetIds: pulumi.Output<string>[];
  securityGroupIds: pulumi.Output<string>[];
}

/**
 * A private place to customize a foundation model: customer managed keys, buckets encrypted with them, a VPC without
 * internet whose endpoints lead to these buckets and this key only, a service role that can do what a customization
 * job does and nothing else, and one role for each kind of people around it.
 */
export class SecureCustomizationEnvironment extends pulumi.ComponentResource {
  /** Key of the data, and of everything else unless the keys are separate. */
  public readonly encryption: Encryption;
  /** The keys by purpose. */
  public readonly keys: EnvironmentKeys;
  /** Bucket of training and validation data, below `fine-tuning-datasets/`. */
  public readonly training: DataBucket;
  /** Bucket of the jobs' results, below `outputs/`. */
  public readonly output: DataBucket;
  /** Bucket of logs. Undefined when nothing writes logs into a bucket. */
  public readonly logs: SecureBucket | undefined;
  public readonly network: PrivateNetwork;
  public readonly endpoints: PrivateEndpoints;
  public readonly customizationRole: CustomizationRole;
  /** Roles for people and applications, and for Bedrock's other jobs: those that the settings ask for. */
  public readonly roles: Partial<Record<Persona | ServiceRoleName, PurposeRole>>;
  /** Guardrail of inference, with its pinned version. Undefined without one. */
  public readonly guardrail: InferenceGuardrail | undefined;
  public readonly audit: Audit;
  /** S3 URI under which jobs write their metrics. */
  public readonly outputUri: string;
  /** What a job names as its VPC configuration. */
  public readonly jobNetwork: JobNetwork;
  /** Tags of everything in the environment. Models and what serves them must carry them: roles are bound by them. */
  public readonly tags: Record<string, string>;

  private readonly budgetName: string;

  public constructor(name: string, args: SecureCustomizationEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-model-customization:index:SecureCustomizationEnvironment", name, {}, opts);
    const { context, settings = presets.dev, existing = {}, organizationId } = args;
    checkSettings(settings, { existing, applicationEndpointIds: args.applicationEndpointIds ?? [] });
    const names = environmentNames(args.identity, context);
    this.tags = { ...args.tags, [environmentTag]: names.marker };
    this.budgetName = names.budget;
    const common = { context, tags: this.tags };
    const parent = { parent: this };
    const deployers = args.deployerArns ?? deployerPatterns(context.callerArn);
    const plan = planEnvironment({
      context,
      names,
      settings,
      existing,
      deployers,
      policyKeepers: policyKeepers(args.deployerArns, context.callerArn),
      keyAdministrators: args.keyAdministratorArns,
      macie: args.macie ?? false,
    });
    const { customizationRoleArn, data } = plan;
    const protection = { deletionProtection: settings.storage.deletionProtection };

    this.keys = environmentKeys(
      name,
      {
        ...common,
        ...protection,
        keys: settings.encryption.keys,
        alias: names.keyAlias,
        purposeAlias: names.purposeAlias,
        users: plan.keyUsers,
        existingKeyArn: existing.keyArn,
      },
      parent,
    );
    this.encryption = this.keys.data;

    this.network = new PrivateNetwork(
      `${name}-network`,
      {
        ...common,
        cidrBlock: args.cidrBlock ?? "10.40.0.0/16",
        zones: chooseZones(context.availabilityZones, args.availabilityZones, settings.network.zones),
        existing: args.existingNetwork,
        clients: settings.network.endpoints.some((service) => service !== "kms"),
        tagName: names.tagName,
      },
      parent,
    );
    this.endpoints = new PrivateEndpoints(
      `${name}-endpoints`,
      {
        ...common,
        network: this.network,
        customizationRoleArn,
        keyArn: this.keys.model.keyArn,
        data,
        sources: args.sources,
        services: serviceEndpoints(settings.network.endpoints, {
          context,
          plan,
          deployers,
          assumers: assumers(settings.access.roles, deployers, args.people ?? {}),
          names,
          guarded: settings.guardrail.enabled,
        }),
        organizationId,
        tagName: names.tagName,
      },
      parent,
    );

    const buckets = environmentBuckets(
      name,
      {
        ...common,
        names,
        settings: settings.storage,
        plan,
        keys: this.keys,
        existing,
        endpointId: this.endpoints.s3EndpointId,
        forceDestroy: args.forceDestroyBuckets,
      },
      parent,
    );
    this.training = buckets.training;
    this.output = buckets.output;
    this.logs = buckets.logs;

    if (settings.guardrail.enabled) {
      this.guardrail = new InferenceGuardrail(
        `${name}-guardrail`,
        {
          ...common,
          guardrailName: names.guardrail,
          keyArn: this.keys.model.keyArn,
          content: args.guardrailContent,
        },
        parent,
      );
    }
    const { customizationRole, roles, boundaryArn } = environmentRoles(
      name,
      {
        ...common,
        names,
        settings,
        plan,
        keys: this.keys,
        network: this.network,
        endpoints: this.endpoints,
        guardrail: this.guardrail,
        sources: args.sources,
        existing,
        deployers,
        people: args.people ?? {},
        applicationEndpointIds: args.applicationEndpointIds ?? [],
      },
      parent,
    );
    this.customizationRole = customizationRole;
    this.roles = roles;
    this.audit = new Audit(
      `${name}-audit`,
      {
        ...common,
        names,
        settings,
        plan,
        vpcId: this.network.vpcId,
        keyArn: this.keys.logs.keyArn,
        logs: this.logs,
        guardrail: this.guardrail,
        emails: args.alertEmails,
        permissionsBoundary: boundaryArn,
      },
      parent,
    );

    this.outputUri = `s3://${data.outputBucket}/${outputPrefix}`;
    this.jobNetwork = {
      subnetIds: this.network.subnets.map((subnet) => subnet.id),
      securityGroupIds: [this.network.jobGroupId],
    };
    this.registerOutputs({
      keyArn: this.encryption.keyArn,
      trainingBucket: this.training.bucketName,
      outputBucket: this.output.bucketName,
      customizationRoleArn: this.customizationRole.arn,
      vpcId: this.network.vpcId,
    });
  }

  /**
   * Sets a monthly budget for what carries the environment's tag: for throughput, which is billed by the hour, used or not.
   * Without alerts nobody would be told, so there is none then.
   */
  public createBudget(name: string, limitUsd: number): void {
    const { alerts } = this.audit;
    if (alerts !== undefined) {
      const marker = this.tags[environmentTag] ?? "";
      new MonthlyBudget(
        name,
        {
          budgetName: this.budgetName,
          marker,
          limitUsd,
          topicArn: alerts.topicArn,
          ready: alerts.ready,
          tags: this.tags,
        },
        { parent: this },
      );
    }
  }

  /** Everything that a job relies on without naming it: permissions, routes, rules, endpoints, encryption of its buckets. */
  public get jobPrerequisites(): pulumi.Resource[] {
    return [
      ...this.customizationRole.permissions,
      this.network,
      ...this.training.ready,
      ...this.output.ready,
      this.endpoints,
    ];
  }
}
