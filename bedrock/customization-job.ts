import * as pulumi from "@pulumi/pulumi";
import type { CustomizationType, Distillation, InvocationLogs, Reinforcement } from "./customization-types";
import type { JobArgs, JobVpcArgs } from "./job-args";
import type { JobPhase } from "./job-outputs";
import type { MetricsRow } from "./metrics";
import { identityIn, lifecycleProvider } from "./provider";

export type { CustomizationType, Distillation, InvocationLogs, Reinforcement };

/** What a customization job is made of. */
export interface CustomizationJobArgs extends JobArgs {
  /** The service role that Bedrock assumes; its ARN. */
  roleArn: pulumi.Input<string>;
  /** A foundation model id, such as `meta.llama3-1-8b-instruct-v1:0:128k`, its ARN, or the ARN of a custom model. */
  baseModel: pulumi.Input<string>;
  /**
   * Default `FINE_TUNING`. Which types a base model takes is checked at preview; no base model of October 2026 takes
   * `CONTINUED_PRE_TRAINING`.
   */
  customizationType?: pulumi.Input<CustomizationType>;
  /** Required with `DISTILLATION`, and refused without: the teacher. A change means a new job. */
  distillation?: pulumi.Input<Distillation>;
  /** Required with `REINFORCEMENT_FINE_TUNING`, and refused without: the grader. A change means a new job. */
  reinforcement?: pulumi.Input<Reinforcement>;
  /** With distillation or reinforcement: take invocation logs in place of `trainingDataUri`. A change means a new job. */
  invocationLogs?: pulumi.Input<InvocationLogs>;
  /** Of fine-tuning and continued pre-training. Names and ranges depend on the base model; numbers are sent as the strings that the API takes. */
  hyperParameters?: pulumi.Input<Record<string, pulumi.Input<string | number | boolean>>>;
  /** The training file, `s3://…`. Required unless `invocationLogs` takes its place. */
  trainingDataUri?: pulumi.Input<string>;
  /** Validation files, up to 10; none with `DISTILLATION`, where Bedrock sets records aside by itself. */
  validationDataUris?: pulumi.Input<pulumi.Input<string>[]>;
  /** The prefix under which Bedrock writes metrics, `s3://…`. */
  outputDataUri: pulumi.Input<string>;
  /** The key that encrypts the model: ARN, id or alias. There is no default: a model is encrypted with it or not made. */
  modelKmsKeyArn: pulumi.Input<string>;
  /** Where the job's network interfaces are made: 1 to 16 subnets, 1 to 5 security groups. */
  vpcConfig: pulumi.Input<JobVpcArgs>;
  /**
   * A job name is used up for ever. Default: `<prefix>-<8 digits>`, derived from the resource, its inputs and the attempt.
   * A name given here gets such digits too when it is taken, and from the second attempt on.
   */
  jobName?: pulumi.Input<string>;
  /** Default: the name of the resource. At most 54 characters. */
  jobNamePrefix?: pulumi.Input<string>;
  /** Model names are unique; with a name given here, a replacement deletes the old model first. Default: derived. */
  customModelName?: pulumi.Input<string>;
  /** Default: the name of the resource. At most 54 characters. */
  customModelNamePrefix?: pulumi.Input<string>;
  /** Tags of the job only, beside `tags`; of two with the same key this one counts. They change in place. */
  jobTags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Tags of the model only, beside `tags`; of two with the same key this one counts. They change in place. */
  customModelTags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Change it to train again on the same inputs, for example when the file behind `trainingDataUri` changed. */
  clientTokenSeed?: pulumi.Input<string>;
  /**
   * How soon the end of the job must be noticed, in seconds from 15. Each look is an API call: 60 s cost about 280 calls
   * in four hours. Default: within a third of the time that the job took, at most 462 s, with at most 60 calls.
   */
  noticeWithinSeconds?: pulumi.Input<number>;
}

/**
 * A model customization job and the custom model it makes. It is started once and paid once: an update that was killed,
 * interrupted or timed out is resumed by the next. A failed job stays in the state as failed. Destroy stops a running
 * job and deletes the model; Bedrock keeps the job itself for ever. When the model of a completed job was deleted behind
 * our back, a refresh drops the resource and the next update trains, and pays, again. Project, stack, parents and name make
 * a job this resource's own: under another name or parent it is the same when `aliases` say so, and a new job when not.
 */
export class CustomizationJob extends pulumi.dynamic.Resource {
  declare public readonly jobArn: pulumi.Output<string>;
  declare public readonly jobName: pulumi.Output<string>;
  declare public readonly modelArn: pulumi.Output<string>;
  declare public readonly modelName: pulumi.Output<string>;
  /** `Completed`, or where the job stands after a partial failure. */
  declare public readonly status: pulumi.Output<string>;
  declare public readonly phases: pulumi.Output<JobPhase[]>;
  declare public readonly trainingLoss: pulumi.Output<number | undefined>;
  declare public readonly validationLosses: pulumi.Output<number[]>;
  /** Rows of the step-wise metrics files, evenly thinned to 200. */
  declare public readonly metrics: pulumi.Output<{ training: MetricsRow[]; validation: MetricsRow[] }>;
  declare public readonly metricsUris: pulumi.Output<{ training?: string; validation?: string }>;
  /** Why metrics are missing; undefined when all were read. */
  declare public readonly metricsProblem: pulumi.Output<string | undefined>;
  declare public readonly startedAt: pulumi.Output<string>;
  declare public readonly endedAt: pulumi.Output<string>;
  declare public readonly durationSeconds: pulumi.Output<number>;
  /**
   * About how many tokens the training was billed for: of the training file, at six characters per token, times the epochs.
   * Undefined for distillation and reinforcement, whose bill depends on what the job generates, and when the file cannot be read.
   */
  declare public readonly billedTokensEstimate: pulumi.Output<number | undefined>;
  declare public readonly clientRequestToken: pulumi.Output<string>;
  /** The attempt that ran, counted from 1. */
  declare public readonly attempt: pulumi.Output<number>;

  constructor(name: string, args: CustomizationJobArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      jobArn: undefined,
      modelArn: undefined,
      modelName: undefined,
      status: undefined,
      phases: undefined,
      trainingLoss: undefined,
      validationLosses: undefined,
      metrics: undefined,
      metricsUris: undefined,
      metricsProblem: undefined,
      startedAt: undefined,
      endedAt: undefined,
      durationSeconds: undefined,
      billedTokensEstimate: undefined,
      clientRequestToken: undefined,
      jobName: undefined,
      attempt: undefined,
    };
    const identity = identityIn(name, opts);
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "CustomizationJob");
  }
}

const provider = lifecycleProvider("CustomizationJob");
