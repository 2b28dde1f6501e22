import * as pulumi from "@pulumi/pulumi";
import { identityIn, lifecycleProvider } from "./provider";

/** Where Macie shall be on. */
export interface MacieSessionArgs {
  region: pulumi.Input<string>;
}

/**
 * Amazon Macie, switched on for an account in one Region. There is only one session, so what is there is read first, at
 * preview already: one that runs is adopted and left at destroy, with everything that was set in it; one that is paused is
 * never changed and ends the preview. Destroy switches off what this resource switched on, unless classification jobs of
 * somebody else would be deleted with their findings.
 *
 * @see https://docs.aws.amazon.com/macie/latest/APIReference/macie.html
 */
export class MacieSession extends pulumi.dynamic.Resource {
  /** `created` or `adopted`. */
  declare public readonly ownership: pulumi.Output<string>;

  constructor(name: string, args: MacieSessionArgs, opts?: pulumi.CustomResourceOptions) {
    const identity = identityIn(name, opts);
    const outputs = { ownership: undefined, configuration: undefined };
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "MacieSession");
  }
}

const provider = lifecycleProvider("MacieSession");
