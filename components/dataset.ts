import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { extname } from "node:path";
import { datasetPrefix } from "./layout";
import type { DataBucket } from "./storage";

/** A local file that has passed the preflight. */
export interface DatasetFile {
  /** Path of the file, from the program's folder. */
  path: string;
  /** SHA-256 of its bytes, in hex, as the preflight computed it. */
  sha256: string;
}

/** Arguments of {@link Dataset}. */
export interface DatasetArgs {
  bucket: DataBucket;
  /** Key that encrypts the objects, whatever the bucket's default is. A change writes them anew. */
  keyArn: pulumi.Input<string>;
  /** Default: none; the job learns from invocation logs. */
  training?: DatasetFile;
  /** Default: none. Files with the same bytes are one object. */
  validation?: DatasetFile[];
  tags: Record<string, string>;
}

/** What a job does with a file. */
export type DatasetPart = "training" | "validation";

/**
 * Key of a data set's object: the folder of the environment, then what the file is for and the start of its content's
 * hash. Other content is another object, so a job's inputs say which bytes it saw; a file that is renamed or moved is the
 * same object, so no job is run again for it.
 */
export function objectKey(part: DatasetPart, file: DatasetFile): string {
  // Bedrock tells records from logs by the ending; its S3 URIs take letters, digits and -!_*'(). in a segment.
  const extension = extname(file.path).replace(/[^\w.-]+/gu, "-");
  return `${datasetPrefix}${part}-${file.sha256.slice(0, 12)}${extension}`;
}

/**
 * The data sets of a job, uploaded under the environment's key. A file is uploaded again only when its content changes,
 * and then to another key; the object of the earlier content is deleted after the new job. The provider uploads through
 * the SDK's upload manager, in parts, so a file may have more than the 5 GB that one request can send.
 *
 * An object's name in the stack is its place in S3. So no two resources ever stand for one object, whichever order the
 * files are given in: deleting the one would delete every version of the other. Jobs that learn from the same bytes share
 * one component.
 */
export class Dataset extends pulumi.ComponentResource {
  /** Known at preview. In an update it is rejected when the file no longer has the bytes that were checked. */
  public readonly trainingUri: pulumi.Input<string> | undefined;
  /** As {@link trainingUri}, one for each object, in the order of the files. */
  public readonly validationUris: pulumi.Input<string>[];
  /** The uploaded objects, for jobs that read them. */
  public readonly objects: pulumi.Resource[];

  public constructor(name: string, args: DatasetArgs, opts?: pulumi.ComponentResourceOptions) {
    // Stacks made under the component's earlier name keep their objects.
    const aliases = [{ type: "secure-model-customization:index:TrainingData" }];
    super("secure-model-customization:index:Dataset", name, {}, pulumi.mergeOptions(opts, { aliases }));
    const { bucketName, ready } = args.bucket;
    const upload = (part: DatasetPart, file: DatasetFile, earlierName: string) => {
      const key = objectKey(part, file);
      const object = new aws.s3.BucketObjectv2(
        `${bucketName}/${key}`,
        {
          bucket: bucketName,
          key,
          source: new pulumi.asset.FileAsset(file.path),
          contentType: "application/jsonl",
          serverSideEncryption: "aws:kms",
          kmsKeyId: args.keyArn,
          metadata: { sha256: file.sha256 },
          tags: args.tags,
        },
        { parent: this, dependsOn: ready, aliases: [{ name: earlierName }] },
      );
      const uri = `s3://${bucketName}/${key}`;
      if (pulumi.runtime.isDryRun()) return { object, uri };
      return { object, uri: object.urn.apply((urn) => requireUnchanged(file, urn)).apply(() => uri) };
    };
    const training = args.training && upload("training", args.training, `${name}-training`);
    const hashes = (args.validation ?? []).map(({ sha256 }) => sha256);
    const validation = (args.validation ?? []).flatMap((file, index) =>
      hashes.indexOf(file.sha256) === index ? [upload("validation", file, `${name}-validation-${index}`)] : [],
    );

    this.objects = [...(training ? [training] : []), ...validation].map(({ object }) => object);
    this.trainingUri = training?.uri;
    this.validationUris = validation.map(({ uri }) => uri);
    this.registerOutputs({ trainingUri: this.trainingUri, validationUris: this.validationUris });
  }
}

/**
 * Reads a file that has been uploaded once more: between the check and the upload somebody may have changed it, and a job
 * would learn from bytes that nobody checked.
 *
 * @throws {pulumi.RunError} when its bytes are not the checked ones
 */
async function requireUnchanged({ path, sha256 }: DatasetFile, urn: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  if (hash.digest("hex") === sha256) return;
  throw new pulumi.RunError(
    `${path} was changed after it had been checked, so no job is started on it. Run the same command again when nothing ` +
      "writes to the file: it is checked and uploaded anew. If you put the earlier content back, say that its object is to " +
      `be written again, since the engine takes it for unchanged: --replace '${urn}'`,
  );
}
