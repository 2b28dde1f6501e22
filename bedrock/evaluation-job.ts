import * as pulumi from "@pulumi/pulumi";
import type { MetricScore } from "./evaluation-results";
import type { NamedJobArgs } from "./job-args";
import { identityIn, lifecycleProvider } from "./provider";

/** A data set of an evaluation. */
export interface EvaluationDatasetArgs {
  /** A name for your own data set, or a data set of the service, such as `Builtin.BoolQ`. */
  name: pulumi.Input<string>;
  /** Your own data set, `s3://…`: JSON lines with `prompt`, `referenceResponse` and `category`, at most 1000. */
  uri?: pulumi.Input<string>;
  taskType: pulumi.Input<"Summarization" | "Classification" | "QuestionAndAnswer" | "Generation" | "Custom">;
  /** `Builtin.Accuracy`, `Builtin.Robustness`, `Builtin.Toxicity`; with `judgeModel` those that a model judges. */
  metrics: pulumi.Input<pulumi.Input<string>[]>;
}

/** What an automatic evaluation is made of. */
export interface EvaluationJobArgs extends NamedJobArgs {
  /** The service role that Bedrock assumes; its ARN. */
  roleArn: pulumi.Input<string>;
  /**
   * What is evaluated: a foundation model, an inference profile, a provisioned throughput or an imported model. An automatic
   * evaluation takes one; to hold a custom model against its base, evaluate both and use {@link compareEvaluations}.
   */
  model: pulumi.Input<string>;
  /** 1 to 5 data sets with their metrics. */
  datasets: pulumi.Input<pulumi.Input<EvaluationDatasetArgs>[]>;
  /** The prefix under which Bedrock writes the results, `s3://…`. */
  outputDataUri: pulumi.Input<string>;
  /** The key that encrypts the job: ARN, id or alias. */
  kmsKeyArn: pulumi.Input<string>;
  /** The model that judges, for metrics that need one. */
  judgeModel?: pulumi.Input<string>;
  /** Inference parameters of the model, as JSON text. Default: the model's own. */
  inferenceParams?: pulumi.Input<string>;
  description?: pulumi.Input<string>;
  /** The job is named `<prefix>-<8 digits>`, in lower case. Default: the name of the resource. At most 54 characters. */
  namePrefix?: pulumi.Input<string>;
}

/**
 * An automatic evaluation of a model with built-in metrics, and its results. Started once, resumed by the next update when
 * the wait was interrupted. Destroy stops a running job and deletes its record; the results in S3 stay.
 */
export class EvaluationJob extends pulumi.dynamic.Resource {
  declare public readonly jobArn: pulumi.Output<string>;
  declare public readonly jobName: pulumi.Output<string>;
  /** `Completed`, or where the job stands after a partial failure. */
  declare public readonly status: pulumi.Output<string>;
  /** The mean of every metric over the prompts of every data set. */
  declare public readonly scores: pulumi.Output<MetricScore[]>;
  /** The files with the result of every prompt, `s3://…`. */
  declare public readonly resultUris: pulumi.Output<string[]>;
  /** Why results are missing; undefined when all were read. */
  declare public readonly resultsProblem: pulumi.Output<string | undefined>;
  declare public readonly startedAt: pulumi.Output<string>;
  declare public readonly endedAt: pulumi.Output<string>;
  /** The attempt that ran, counted from 1. */
  declare public readonly attempt: pulumi.Output<number>;

  constructor(name: string, args: EvaluationJobArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      jobArn: undefined,
      jobName: undefined,
      status: undefined,
      scores: undefined,
      resultUris: undefined,
      resultsProblem: undefined,
      startedAt: undefined,
      endedAt: undefined,
      attempt: undefined,
    };
    const identity = identityIn(name, opts);
    super(provider, name, { ...outputs, ...args, identity }, opts, "bedrock", "EvaluationJob");
  }
}

/** One metric on one data set, of a base model and of the model made from it. */
export interface ScoreChange {
  dataset: string;
  taskType: string;
  metric: string;
  base: number;
  custom: number;
  /** `custom` less `base`. More is better for accuracy, less for robustness and toxicity. */
  change: number;
}

/** Holds the scores of a custom model against those of its base: every metric that both have on the same data set. */
export function scoreChanges(base: readonly MetricScore[], custom: readonly MetricScore[]): ScoreChange[] {
  return custom.flatMap(({ dataset, taskType, metric, mean }) => {
    const before = base.find((one) => one.dataset === dataset && one.taskType === taskType && one.metric === metric);
    return before === undefined
      ? []
      : [{ dataset, taskType, metric, base: before.mean, custom: mean, change: mean - before.mean }];
  });
}

/** What a customization has changed, by two evaluations with the same data sets. */
export function compareEvaluations(base: EvaluationJob, custom: EvaluationJob): pulumi.Output<ScoreChange[]> {
  return pulumi.all([base.scores, custom.scores]).apply(([before, after]) => scoreChanges(before, after));
}

const provider = lifecycleProvider("EvaluationJob");
