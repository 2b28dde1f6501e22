import * as pulumi from "@pulumi/pulumi";
import type { NamedJobArgs } from "./job-args";
import { identityIn, lifecycleProvider } from "./provider";

/** What the copy of a model is made of. */
export interface ModelCopyJobArgs extends NamedJobArgs {
  /** The Region into which the model is copied; the job is started there. */
  region: pulumi.Input<string>;
  /** The custom model to copy, in another Region; its ARN. A change means a new copy. */
  sourceModelArn: pulumi.Input<string>;
  /**
   * The key in the target Region that encrypts the copy: ARN, id or alias. There is no default: a copy is encrypted with it or
   * not made. Whoever deploys must be allowed to decrypt with the key of the source model.
   */
  modelKmsKeyArn: pulumi.Input<string>;
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
