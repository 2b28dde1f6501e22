import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import { keyPolicy, type KeyUsers } from "./documents/key";

/** Arguments of {@link Encryption}. */
export interface EncryptionArgs {
  context: AwsContext;
  /** Alias of the key, `alias/…`. A change moves the alias, the key stays. */
  alias: string;
  /** Who may use the key, and for which buckets. A change updates the key policy in place. */
  users: KeyUsers;
  tags: Record<string, string>;
}

/**
 * The environment's customer managed key: symmetric, rotated every year, deleted only after 30 days, used by nobody but
 * the principals that its policy means.
 *
 * Destroying it schedules its deletion. A model that is encrypted with it can no longer be used from that moment on.
 */
export class Encryption extends pulumi.ComponentResource {
  /** ARN of the key. */
  public readonly keyArn: pulumi.Output<string>;
  /** The key, for resources that must wait for it. */
  public readonly key: aws.kms.Key;

  public constructor(name: string, args: EncryptionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-model-customization:index:Encryption", name, {}, opts);

    this.key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `Encrypts data sets, results and customized models of ${args.alias.replace("alias/", "")}`,
        customerMasterKeySpec: "SYMMETRIC_DEFAULT",
        keyUsage: "ENCRYPT_DECRYPT",
        enableKeyRotation: true,
        rotationPeriodInDays: 365,
        deletionWindowInDays: 30,
        multiRegion: false,
        policy: JSON.stringify(keyPolicy(args.context, args.users)),
        tags: args.tags,
      },
      { parent: this },
    );
    new aws.kms.Alias(`${name}-alias`, { name: args.alias, targetKeyId: this.key.keyId }, { parent: this });

    this.keyArn = this.key.arn;
    this.registerOutputs({ keyArn: this.keyArn });
  }
}
