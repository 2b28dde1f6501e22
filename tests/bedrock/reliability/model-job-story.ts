import assert from "node:assert/strict";
import { Bedrock } from "@aws-sdk/client-bedrock";
import { modelCopyJobHandler } from "../../../bedrock/copy-handler";
import type { LifecycleHandler, Properties } from "../../../bedrock/dynamic";
import { evaluationJobHandler } from "../../../bedrock/evaluation-handler";
import { modelImportJobHandler } from "../../../bedrock/import-handler";
import { customizationJobHandler } from "../../../bedrock/job-handler";
import type { Surroundings } from "../../../bedrock/surroundings";
import type { ModelJobFault } from "../../../local/bedrock/faults";
import {
  attachForModelJobs,
  keyIn,
  MODEL_FILES,
  putFiles,
  putPrompts,
} from "../../local/bedrock/model-job-environment";
import { type Bench, type Environment, sdkSettings, startBench } from "../../local/bedrock/support";
import { EngineModel } from "../support/engine";
import { PROVIDER } from "../support/inputs";
import { inputsIn, pointTo, SimulatedSurroundings } from "../support/simulated";
import type { CallFault } from "./calls";

/** Import, copy or evaluation. */
export type ModelJobName = Exclude<ModelJobFault["modelJob"]["kind"], "model">;

const TARGET = "us-east-1";

const HANDLERS: Record<ModelJobName, (surroundings: Surroundings) => LifecycleHandler> = {
  import: modelImportJobHandler,
  copy: modelCopyJobHandler,
  evaluation: evaluationJobHandler,
};

/** What the stories of these jobs need of an environment. */
export interface ModelJobPlace {
  environment: Environment;
  targetKey: string;
  prompts: string;
}

/** Adds files, permissions and a key in another Region to an environment. */
export async function prepareModelJobs(emulatorUrl: string, environment: Environment): Promise<ModelJobPlace> {
  await attachForModelJobs(environment);
  await putFiles(environment, "models/good", MODEL_FILES);
  return { environment, targetKey: await keyIn(emulatorUrl, TARGET), prompts: await putPrompts(environment) };
}

/** A call that these jobs make, and the command that makes it. */
export interface ModelJobCall {
  operation: string;
  kind: ModelJobName;
  during: "up" | "change" | "destroy";
}

/** The rows of the table of calls for these jobs. */
export const MODEL_JOB_CALLS: readonly ModelJobCall[] = [
  { operation: "CreateModelImportJob", kind: "import", during: "up" },
  { operation: "GetModelImportJob", kind: "import", during: "up" },
  { operation: "GetImportedModel", kind: "import", during: "up" },
  { operation: "TagResource", kind: "import", during: "change" },
  { operation: "GetModelImportJob", kind: "import", during: "destroy" },
  { operation: "DeleteImportedModel", kind: "import", during: "destroy" },
  { operation: "CreateModelCopyJob", kind: "copy", during: "up" },
  { operation: "GetModelCopyJob", kind: "copy", during: "up" },
  { operation: "ListModelCopyJobs", kind: "copy", during: "up" },
  { operation: "DeleteCustomModel", kind: "copy", during: "destroy" },
  { operation: "CreateEvaluationJob", kind: "evaluation", during: "up" },
  { operation: "GetEvaluationJob", kind: "evaluation", during: "up" },
  { operation: "ListEvaluationJobs", kind: "evaluation", during: "up" },
  { operation: "BatchDeleteEvaluationJob", kind: "evaluation", during: "destroy" },
];

const MOST_COMMANDS = 4;

/** A program of one such job, run against a simulator of its own. */
export class ModelJobStory {
  private readonly engine: EngineModel;
  private readonly unpoint: () => void;
  private changes: Properties = {};
  private modelArn = "";

  private constructor(
    readonly bench: Bench,
    private readonly place: ModelJobPlace,
    private readonly kind: ModelJobName,
    emulatorUrl: string,
  ) {
    this.unpoint = pointTo(bench.simulator.url, emulatorUrl);
    this.engine = new EngineModel(HANDLERS[kind](new SimulatedSurroundings(bench)));
  }

  static async begin(emulatorUrl: string, place: ModelJobPlace, kind: ModelJobName): Promise<ModelJobStory> {
    const bench = await startBench(emulatorUrl);
    const story = new ModelJobStory(bench, place, kind, emulatorUrl);
    if (kind === "copy") {
      const trained = await customizationJobHandler(new SimulatedSurroundings(bench)).create(
        inputsIn(place.environment),
      );
      story.modelArn = String(trained.outs["modelArn"]);
    }
    return story;
  }

  async end(): Promise<void> {
    this.unpoint();
    await this.bench.close();
  }

  private get inputs(): Properties {
    const { environment, targetKey, prompts } = this.place;
    const common = {
      __provider: PROVIDER,
      identity: `legal/dev/${this.kind}`,
      tags: { team: "legal" },
      ...this.changes,
    };
    const here = { ...common, region: "us-west-2", roleArn: environment.roleArn };
    const metrics = ["Builtin.Toxicity"];
    switch (this.kind) {
      case "import":
        return { ...here, modelDataUri: `s3://${environment.bucket}/models/good`, modelKmsKeyArn: environment.keyArn };
      case "copy":
        return { ...common, region: TARGET, sourceModelArn: this.modelArn, modelKmsKeyArn: targetKey };
      case "evaluation":
        return {
          ...here,
          model: "us.meta.llama3-1-8b-instruct-v1:0",
          datasets: [{ name: "clauses", uri: prompts, taskType: "Generation", metrics }],
          outputDataUri: `s3://${environment.bucket}/evaluations`,
          kmsKeyArn: environment.keyArn,
        };
    }
  }

  /** Lets a fault hit a call, repeats the command until it succeeds, and destroys. Gives what the first command said. */
  async meet(call: ModelJobCall, fault: CallFault["fault"]): Promise<string | undefined> {
    const command = (): Promise<string | undefined> =>
      call.during === "destroy" ? this.engine.destroy() : this.engine.up(this.inputs);
    if (call.during !== "up") assert.equal(await this.engine.up(this.inputs), undefined);
    if (call.during === "change") this.changes = { tags: { team: "risk" } };
    this.bench.simulator.control.addFault({ operation: call.operation, ...fault });
    const first = await command();
    let text = first;
    for (let turn = 1; text !== undefined && turn < MOST_COMMANDS; turn++) text = await command();
    assert.equal(text, undefined, "the command does not recover");
    if (call.during !== "destroy") {
      assert.equal(this.engine.state?.props["status"], "Completed");
      assert.equal(await this.jobs(), 1);
      this.bench.simulator.control.clearFaults();
      assert.equal(await this.engine.destroy(), undefined);
    }
    assert.equal(await this.left(), 0, "something is left");
    return first;
  }

  /** Jobs of this kind that were ever started and still have a record. */
  private jobs(): Promise<number> {
    return this.ask(async (bedrock) => {
      const { kind } = this;
      if (kind === "import") return (await bedrock.listModelImportJobs({})).modelImportJobSummaries?.length ?? 0;
      if (kind === "copy") return (await bedrock.listModelCopyJobs({})).modelCopyJobSummaries?.length ?? 0;
      return (await bedrock.listEvaluationJobs({})).jobSummaries?.length ?? 0;
    });
  }

  /** What is left of the job that costs money or blocks a name. */
  private left(): Promise<number> {
    return this.ask(async (bedrock) => {
      const { kind } = this;
      if (kind === "import") return (await bedrock.listImportedModels({})).modelSummaries?.length ?? 0;
      if (kind === "copy") return (await bedrock.listCustomModels({})).modelSummaries?.length ?? 0;
      return (await bedrock.listEvaluationJobs({})).jobSummaries?.length ?? 0;
    });
  }

  private async ask<T>(use: (bedrock: Bedrock) => Promise<T>): Promise<T> {
    const region = this.kind === "copy" ? TARGET : "us-west-2";
    const client = new Bedrock(sdkSettings(this.bench.simulator.url, region));
    try {
      return await use(client);
    } finally {
      client.destroy();
    }
  }
}
