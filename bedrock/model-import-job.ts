import * as pulumi from "@pulumi/pulumi";
import type { JobVpcArgs, NamedJobArgs } from "./job-args";
import { identityIn, lifecycleProvider } from "./provider";

/** What the import of a model is made of. */
export interface ModelImportJobArgs extends NamedJobArgs {
  /** The service role that Bedrock assumes to read the files; its ARN. */
  roleArn: pulumi.Input<string>;
  /**
   * The prefix where the model's files lie, `s3://…`: weights in safetensors, `config.json`, `tokenizer_config.json` and the
   * tokenizer. It is listed at preview, when the credentials allow, and before the job starts. A file that can hold a Python
   * pickle (`.bin`, `.pt`, `.pth`, `.pkl`, `.ckpt` …) or an archive anywhere below it ends the update before anything is
   * started. A change means a new import.
   */
  modelDataUri: pulumi.Input<string>;
  /** The key that encrypts the model: ARN, id or alias. There is no default: a model is encrypted with it or not made. */
  modelKmsKeyArn: pulumi.Input<string>;
  /**
   * Where the job's network interfaces are made: 1 to 16 subnets, 1 to 5 security groups. Default: the service's own network,
   * where no endpoint policy of yours bounds what it reads.
   */
  vpcConfig?: pulumi.Input<JobVpcArgs>;
  /** Tags of the job only, beside `tags`; of two with the same key this one counts. They change in place. */
  jobTags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Tags of the model only, beside `tags`; of two with the same key this one counts. They change in place. */
  importedModelTags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The import of a model that was trained elsewhere, and the imported model. Started once, resumed by the next update when
 * the wait was interrupted. An import cannot be stopped: destroy waits for its end and deletes the model.
 */
export class ModelImportJob extends pulumi.dynamic.Resource {
  declare public readonly jobArn: pulumi.Output<string>;
  declare public readonly jobName: pulumi.Output<string>;
  /** The ARN, which is also the model id to invoke. */
  declare public readonly modelArn: pulumi.Output<string>;
  declare public readonly modelName: pulumi.Output<string>;
  /** `Completed`, or where the job stands after a partial failure. */
  declare public readonly status: pulumi.Output<string>;
  declare public readonly modelArchitecture: pulumi.Output<string | undefined>;
  /** Whether the model answers Converse. */
  declare public readonly instructSupported: pulumi.Output<boolean | undefined>;
  /** Custom Model Units of one copy of the model, which inference is billed by. */
  declare public readonly modelUnitsPerCopy: pulumi.Output<number | undefined>;
  declare public readonly startedAt: pulumi.Output<string>;
  declare public readonly endedAt: pulumi.Output<string>;
  /** The attempt that ran, counted from 1. */
  declare public readonly attempt: pulumi.Output<number>;

  constructor(name: string, args: ModelImportJobArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      jobArn: undefined,
      jobName: undefined,
      modelArn: undefined,
      modelName: undefined,
      status: undefined,
      modelArchitecture: undefined,
      instructSupported: undefined,
      modelUnitsPerCopy: undefined,
      startedAt: undefined,
      endedAt: undefined,
      attempt: undefined,
    };
    const identity = identityIn(name, opts);
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "ModelImportJob");
  }
}

const provider = lifecycleProvider("ModelImportJob");
