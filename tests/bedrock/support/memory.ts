import type { Bedrock } from "@aws-sdk/client-bedrock";
import type { Caller } from "../../../bedrock/client";

/** What may go wrong with one call. */
export type Mishap =
  "throttled" | "lost before" | "lost after" | "denied" | "expired" | "killed before" | "killed after";

/** How the engine's process ends when it is killed: no handler catches it on the way to the state. */
export class Killed extends Error {
  override readonly name = "Killed";
}

interface MemoryJob {
  arn: string;
  name: string;
  token: string;
  modelName: string;
  looks: number;
  status: string;
  modelArn?: string;
  request: Record<string, unknown>;
}

const LOOKS_UNTIL_DONE = 3;

/** Bedrock's jobs and models in memory, called without a wire; every call may be given a mishap. */
export class MemoryBedrock {
  readonly jobs: MemoryJob[] = [];
  readonly models = new Map<string, string>();
  /** The most jobs that ever ran at the same time. */
  mostRunning = 0;
  /** The mishap of the next call. */
  next: () => Mishap | undefined = () => undefined;
  /** Whether the next job that is started fails. */
  nextFails: () => boolean = () => false;
  private readonly doomed = new Set<string>();

  readonly call: Caller<Bedrock> = (_region, use) => use(this.client as unknown as Bedrock);

  private readonly client = {
    createModelCustomizationJob: (request: Record<string, unknown>) => this.guarded(() => this.create(request)),
    getModelCustomizationJob: ({ jobIdentifier }: { jobIdentifier: string }) =>
      this.guarded(() => this.look(this.find(jobIdentifier))),
    stopModelCustomizationJob: ({ jobIdentifier }: { jobIdentifier: string }) =>
      this.guarded(() => {
        const job = this.find(jobIdentifier);
        if (job.status !== "InProgress") throw named("ConflictException", `the job is ${job.status}`);
        job.status = "Stopped";
        return {};
      }),
    getCustomModel: ({ modelIdentifier }: { modelIdentifier: string }) =>
      this.guarded(() => {
        this.model(modelIdentifier);
        return { modelStatus: "Active" };
      }),
    deleteCustomModel: ({ modelIdentifier }: { modelIdentifier: string }) =>
      this.guarded(() => {
        this.model(modelIdentifier);
        this.models.delete(modelIdentifier);
        return {};
      }),
    listTagsForResource: () => this.guarded(() => ({ tags: [] })),
    tagResource: () => this.guarded(() => ({})),
    untagResource: () => this.guarded(() => ({})),
  };

  private async guarded<T>(effect: () => T): Promise<T> {
    const mishap = this.next();
    if (mishap === "throttled") throw named("ThrottlingException", "slow down");
    if (mishap === "lost before") throw named("TimeoutError", "no answer");
    if (mishap === "denied") throw named("AccessDeniedException", "not authorized");
    if (mishap === "expired") throw named("ExpiredTokenException", "expired");
    if (mishap === "killed before") throw new Killed();
    const answer = effect();
    if (mishap === "lost after") throw named("TimeoutError", "no answer");
    if (mishap === "killed after") throw new Killed();
    return answer;
  }

  private create(request: Record<string, unknown>): { jobArn: string } {
    const name = String(request["jobName"]);
    if (this.jobs.some((job) => job.name === name)) {
      throw named("ValidationException", "The provided job name is currently in use.");
    }
    const arn = `arn:aws:bedrock:us-west-2:123456789012:model-customization-job/base/${this.jobs.length}`;
    const [token, modelName] = [String(request["clientRequestToken"]), String(request["customModelName"])];
    this.jobs.push({ arn, name, token, modelName, looks: 0, status: "InProgress", request });
    if (this.nextFails()) this.doomed.add(arn);
    const running = this.jobs.filter((job) => job.status === "InProgress").length;
    this.mostRunning = Math.max(this.mostRunning, running);
    return { jobArn: arn };
  }

  private look(job: MemoryJob): Record<string, unknown> {
    if (job.status === "InProgress" && ++job.looks > LOOKS_UNTIL_DONE) {
      job.status = this.doomed.has(job.arn) ? "Failed" : "Completed";
      if (job.status === "Completed") {
        job.modelArn = `${job.arn.replace("model-customization-job", "custom-model")}`;
        this.models.set(job.modelArn, job.modelName);
      }
    }
    const { arn, name, token, modelName, status, modelArn, request } = job;
    return {
      ...request,
      jobArn: arn,
      jobName: name,
      outputModelName: modelName,
      outputModelArn: modelArn,
      clientRequestToken: token,
      status,
    };
  }

  private find(identifier: string): MemoryJob {
    const job = this.jobs.find((one) => one.arn === identifier || one.name === identifier);
    if (job === undefined) throw named("ResourceNotFoundException", "no such job");
    return job;
  }

  private model(arn: string): void {
    if (!this.models.has(arn)) throw named("ResourceNotFoundException", "no such model");
  }
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
