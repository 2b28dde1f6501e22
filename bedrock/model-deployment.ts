import * as pulumi from "@pulumi/pulumi";
import { identityIn, lifecycleProvider } from "./provider";

/** What an on-demand deployment is made of. */
export interface ModelDeploymentArgs {
  region: pulumi.Input<string>;
  /** The custom model to serve; it changes in place without interruption. */
  modelArn: pulumi.Input<string>;
  /** Default: the resource's name with eight digits. It gets digits when it is taken, as in a replacement. */
  name?: pulumi.Input<string>;
  description?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** How long one update waits, in minutes. Default 120. */
  waitLimitMinutes?: pulumi.Input<number>;
  /** Take over this one, which must be what the other inputs describe; nothing is created. Destroy deletes it. */
  adoptArn?: pulumi.Input<string>;
}

/** An on-demand deployment of a custom model, billed by the token. */
export class ModelDeployment extends pulumi.dynamic.Resource {
  /** The ARN, which is also the model id to invoke. */
  declare public readonly arn: pulumi.Output<string>;
  /** The name it bears. */
  declare public readonly actualName: pulumi.Output<string>;
  declare public readonly modelArn: pulumi.Output<string>;
  /** `Active`, or where it stands after a partial failure. */
  declare public readonly status: pulumi.Output<string>;
  declare public readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: ModelDeploymentArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { arn: undefined, actualName: undefined, status: undefined, createdAt: undefined };
    const identity = identityIn(name, opts);
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "ModelDeployment");
  }
}

const provider = lifecycleProvider("ModelDeployment");
