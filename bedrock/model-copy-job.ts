import * as pulumi from "@pulumi/pulumi";
import { identityIn, lifecycleProvider } from "./provider";

/** What the copy of a model is made of. */
export interface ModelCopyJobArgs {
  /** The Region into which the model is copied; the job is started there. */
  region: pulumi.Input<string>;
  /** The custom model to copy, in another Region; its ARN. A change means a new copy. */
  sourceModelArn: pulumi.Input<string>;
  /**
   * The key in the target Region that encrypts the copy: ARN, id or alias. There is no default: a copy is encrypted with it or
   * not made. Whoever deploys must be allowed to decrypt with the key of the source model.
   */
  modelKmsKeyArn: pulumi.Input<string>;
  /** The copy is named `<prefix>-<8 digits>`. Default: the name of the resource. At most 54 characters. */
  namePrefix?: pulumi.Input<string>;
  /** Tags of the copy; they change in place. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The attempt to reach, from 1. Raise it after a failed job to start the next one. */
  attempt?: pulumi.Input<number>;
  /** Whether every update starts the next attempt when the job has failed. Default false. */
  retryFailed?: pulumi.Input<boolean>;
  /** How long one update waits before it leaves the job running, in minutes. Default 1440. */
  waitLimitMinutes?: pulumi.Input<number>;
  /** Take over this job, which must be what the other inputs describe; nothing is started. Destroy deletes its model. */
  adoptJobArn?: pulumi.Input<string>;
}

/**
 * A copy of a custom model in another Region. Started once, resumed by the next update when the wait was interrupted. A copy
 * cannot be stopped: destroy waits for its end and deletes the model that was copied to, never the source.
 */
export class ModelCopyJob extends pulumi.dynamic.Resource {
  declare public readonly jobArn: pulumi.Output<string>;
  /** The copy; its ARN. */
  declare public readonly modelArn: pulumi.Output<string>;
  declare public readonly modelName: pulumi.Output<string>;
  /** `Completed`, or where the job stands after a partial failure. */
  declare public readonly status: pulumi.Output<string>;
  declare public readonly startedAt: pulumi.Output<string>;
  /** The attempt that ran, counted from 1. */
  declare public readonly attempt: pulumi.Output<number>;

  constructor(name: string, args: ModelCopyJobArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      jobArn: undefined,
      modelArn: undefined,
      modelName: undefined,
      status: undefined,
      startedAt: undefined,
      attempt: undefined,
    };
    const identity = identityIn(name, opts);
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "ModelCopyJob");
  }
}

const provider = lifecycleProvider("ModelCopyJob");
