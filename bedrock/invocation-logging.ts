import * as pulumi from "@pulumi/pulumi";
import { identityIn, lifecycleProvider } from "./provider";

/** A place in S3. */
export interface LogBucketArgs {
  bucketName: pulumi.Input<string>;
  /** Default: the bucket's root. */
  keyPrefix?: pulumi.Input<string>;
}

/** Which kinds of data are delivered; each is true when left out. */
export interface DeliveredDataArgs {
  text?: pulumi.Input<boolean>;
  image?: pulumi.Input<boolean>;
  embedding?: pulumi.Input<boolean>;
  video?: pulumi.Input<boolean>;
  audio?: pulumi.Input<boolean>;
}

/** Where and what an account logs of its model invocations in one Region; at least one destination. */
export interface InvocationLoggingArgs {
  region: pulumi.Input<string>;
  cloudWatch?: pulumi.Input<{
    logGroupName: pulumi.Input<string>;
    /** The role that Bedrock assumes to write there. */
    roleArn: pulumi.Input<string>;
    /** Where bodies beyond 100 KB go. */
    largeData?: pulumi.Input<LogBucketArgs>;
  }>;
  s3?: pulumi.Input<LogBucketArgs>;
  deliver?: pulumi.Input<DeliveredDataArgs>;
  /** Whether a different setting that is there already may be replaced. Default false: the update then fails. */
  takeOver?: pulumi.Input<boolean>;
}

/**
 * The invocation logging of an account in one Region. There is only one, so what is there is read first: an equal setting
 * is adopted and left at destroy, a different one is replaced only with `takeOver` and put back at destroy. A setting
 * that someone else made since is never touched.
 */
export class InvocationLogging extends pulumi.dynamic.Resource {
  /** `created`, `adopted` or `takenOver`. */
  declare public readonly ownership: pulumi.Output<string>;

  constructor(name: string, args: InvocationLoggingArgs, opts?: pulumi.CustomResourceOptions) {
    const identity = identityIn(name, opts);
    const outputs = { ownership: undefined, configuration: undefined, previous: undefined };
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "InvocationLogging");
  }
}

const provider = lifecycleProvider("InvocationLogging");
