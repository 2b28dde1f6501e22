import * as pulumi from "@pulumi/pulumi";
import { identityIn, lifecycleProvider } from "./provider";

/** Which account shall have no public bucket. */
export interface AccountPublicAccessBlockArgs {
  /** Region whose S3 is asked; the block holds in all of them. */
  region: pulumi.Input<string>;
  /** The account; a change is another block. */
  accountId: pulumi.Input<string>;
}

/**
 * The S3 public access block of an account, with all four parts on. There is only one, so what is there is read first, at
 * preview already: one with all four parts is adopted and left at destroy, a weaker one is never changed and ends the
 * preview, since a bucket of another team may rely on it. Destroy removes a block that this resource made, unless
 * somebody has changed it since.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export class AccountPublicAccessBlock extends pulumi.dynamic.Resource {
  /** `created` or `adopted`. */
  declare public readonly ownership: pulumi.Output<string>;

  constructor(name: string, args: AccountPublicAccessBlockArgs, opts?: pulumi.CustomResourceOptions) {
    const identity = identityIn(name, opts);
    const outputs = { ownership: undefined, configuration: undefined };
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "AccountPublicAccessBlock");
  }
}

const provider = lifecycleProvider("AccountPublicAccessBlock");
