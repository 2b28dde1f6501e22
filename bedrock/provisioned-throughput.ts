import * as pulumi from "@pulumi/pulumi";
import { identityIn, lifecycleProvider } from "./provider";

/** What a provisioned throughput is made of. */
export interface ProvisionedThroughputArgs {
  region: pulumi.Input<string>;
  /** The custom model to serve; it changes in place to another one of the same base model. */
  modelArn: pulumi.Input<string>;
  /** Model units, at least 1; each is billed by the hour. */
  modelUnits: pulumi.Input<number>;
  /** Left out: no commitment. A committed throughput cannot be deleted before its term ends. */
  commitmentDuration?: pulumi.Input<"OneMonth" | "SixMonths">;
  /** Default: the resource's name with eight digits. It gets digits when it is taken, as in a replacement. */
  name?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** How long one update waits, in minutes. Default 120. */
  waitLimitMinutes?: pulumi.Input<number>;
  /** Take over this one, which must be what the other inputs describe; nothing is created. Destroy deletes it. */
  adoptArn?: pulumi.Input<string>;
}

/** Provisioned throughput for a custom model. Its ARN is in the state from the moment it exists, since it is billed. */
export class ProvisionedThroughput extends pulumi.dynamic.Resource {
  /** The ARN, which is also the model id to invoke. */
  declare public readonly arn: pulumi.Output<string>;
  /** The name it bears. */
  declare public readonly actualName: pulumi.Output<string>;
  declare public readonly modelArn: pulumi.Output<string>;
  declare public readonly foundationModelArn: pulumi.Output<string>;
  /** `InService`, or where it stands after a partial failure. */
  declare public readonly status: pulumi.Output<string>;
  declare public readonly createdAt: pulumi.Output<string>;
  /** When the commitment ends, ISO 8601; undefined without one. */
  declare public readonly commitmentExpirationTime: pulumi.Output<string | undefined>;

  constructor(name: string, args: ProvisionedThroughputArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      arn: undefined,
      actualName: undefined,
      foundationModelArn: undefined,
      status: undefined,
      createdAt: undefined,
      commitmentExpirationTime: undefined,
    };
    const identity = identityIn(name, opts);
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "ProvisionedThroughput");
  }
}

const provider = lifecycleProvider("ProvisionedThroughput");
