import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import { bucketPolicy } from "./documents/bucket";

/** Arguments of {@link SecureBucket}. */
export interface SecureBucketArgs {
  context: AwsContext;
  /** Name of the bucket. A change replaces it. */
  bucketName: string;
  /** Key that encrypts every object. A change applies to objects written from then on. */
  keyArn: pulumi.Input<string>;
  /**
   * Whether destroying the stack may delete a bucket that still holds objects. Default: false. With true, data sets and
   * results are lost with the stack: a choice for environments that can be made anew.
   */
  forceDestroy?: boolean;
  tags: Record<string, string>;
}

/** Days after which the parts of an upload that nobody finished are removed; they are billed and show in no listing. */
const unfinishedUploadDays = 7;

/**
 * A bucket in which every object is encrypted with the environment's key: no public access, no access lists, versions
 * kept, TLS 1.2 or better, no other key.
 */
export class SecureBucket extends pulumi.ComponentResource {
  /** Name of the bucket, known at preview. */
  public readonly bucketName: string;
  public readonly arn: pulumi.Output<string>;

  public constructor(name: string, args: SecureBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-model-customization:index:SecureBucket", name, {}, opts);

    const bucket = new aws.s3.Bucket(
      `${name}-bucket`,
      { bucket: args.bucketName, forceDestroy: args.forceDestroy ?? false, tags: args.tags },
      { parent: this },
    );
    const part = { parent: this };
    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      part,
    );
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      part,
    );
    new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      part,
    );
    const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.id,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
            bucketKeyEnabled: true,
          },
        ],
      },
      part,
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: bucket.id,
        rules: [
          {
            id: "abort-unfinished-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: unfinishedUploadDays },
          },
        ],
      },
      part,
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      { bucket: bucket.id, policy: pulumi.jsonStringify(bucketPolicy(args.context, args.bucketName, args.keyArn)) },
      // While a policy is put, S3 checks it against the block; two writers at once conflict.
      { parent: this, dependsOn: [publicAccess] },
    );

    this.bucketName = args.bucketName;
    this.arn = bucket.arn;
    // Whoever writes into the bucket waits for these: an object that arrives earlier would have another encryption.
    this.ready = [encryption, policy, publicAccess];
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }

  /** What must exist before the first object is written. */
  public readonly ready: pulumi.Resource[];
}
