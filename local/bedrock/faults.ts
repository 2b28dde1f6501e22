/**
 * Faults on request: what a test or a rehearsal wants to go wrong, how often.
 */
import { type PhaseName } from "./state";

/**
 * Kinds of faults on an operation. `drop` closes the connection before, `dropAfter` after the request was carried out;
 * `malformed` answers with a page of HTML, as a proxy does, `badGateway` with one and status 502; `clockSkew` refuses a
 * signature as one of the past; `assumeRole` refuses the role, as long as IAM has not told everybody of it; `answer` replaces
 * members of the answer.
 */
export const FAULT_KINDS = [
  "throttle",
  "500",
  "drop",
  "dropAfter",
  "delay",
  "accessDenied",
  "expiredToken",
  "notFound",
  "conflict",
  "malformed",
  "badGateway",
  "clockSkew",
  "assumeRole",
  "answer",
] as const;

/** Kind of a fault on an operation. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault on the next calls of an operation. */
export interface OperationFault {
  /** Operation name, or `*`. */
  operation: string;
  kind: FaultKind;
  /** Default 1. */
  times?: number;
  /** For `delay`: real milliseconds, default 1000. */
  milliseconds?: number;
  /** For `answer`: members that replace those of the answer; null takes one away. */
  members?: Record<string, unknown>;
}

/** Something that serves a model and shall not come into service, or not move to another model. */
export interface ServingFault {
  serving: {
    /** `stuck`: it never ends what it is doing. `fail`: it fails, or its update does. */
    kind: "stuck" | "fail";
    message?: string;
  };
}

/** A job that shall fail, whatever it is. */
export interface JobFault {
  job: {
    /** Job name; absent: the next job that comes to this phase. */
    name?: string;
    failIn: "Validation" | "DataProcessing" | "Training";
    message?: string;
  };
}

/** What a fault of a job without phases may be about, with the ARN of such a job; a model that is created is its own job. */
const MODEL_JOB_KINDS = {
  import: /:model-import-job\//,
  copy: /:model-copy-job\//,
  evaluation: /:evaluation-job\//,
  model: /:custom-model\//,
} as const;

/** An import, copy or evaluation job, or a model that is created, that shall fail when its work is done. */
export interface ModelJobFault {
  modelJob: {
    kind: keyof typeof MODEL_JOB_KINDS;
    message?: string;
  };
}

/** Any fault. */
export type Fault = Partial<OperationFault> & Partial<JobFault> & Partial<ServingFault> & Partial<ModelJobFault>;

const PHASE_OF: Record<JobFault["job"]["failIn"], PhaseName> = {
  Validation: "validation",
  DataProcessing: "dataProcessing",
  Training: "training",
};

/** The service's message for a fault of its own. Source: Bedrock User Guide "fine-tuning-troubleshooting". */
const UNEXPECTED = "Encountered an unexpected error when processing the request, please try again";

/** The faults that are waiting to happen. */
export class Faults {
  private operations: Required<OperationFault>[] = [];
  private jobs: JobFault["job"][] = [];
  private servings: ServingFault["serving"][] = [];
  private modelJobs: ModelJobFault["modelJob"][] = [];

  /**
   * Adds a fault.
   *
   * @throws Error for something that is not a fault
   */
  add(fault: Fault): void {
    if (fault.serving) {
      if (fault.serving.kind !== "stuck" && fault.serving.kind !== "fail") {
        throw new Error(`Unknown kind "${String(fault.serving.kind)}" of a serving fault. Use one of: stuck, fail.`);
      }
      this.servings.push(fault.serving);
      return;
    }
    if (fault.modelJob) {
      if (!Object.hasOwn(MODEL_JOB_KINDS, fault.modelJob.kind)) {
        const kinds = Object.keys(MODEL_JOB_KINDS).join(", ");
        throw new Error(`Unknown kind "${fault.modelJob.kind}" of a modelJob fault. Use one of: ${kinds}.`);
      }
      this.modelJobs.push(fault.modelJob);
      return;
    }
    if (fault.job) {
      if (!(fault.job.failIn in PHASE_OF)) {
        throw new Error(`Unknown phase "${fault.job.failIn}". Use one of: ${Object.keys(PHASE_OF).join(", ")}.`);
      }
      this.jobs.push(fault.job);
      return;
    }
    if (typeof fault.operation !== "string" || !FAULT_KINDS.includes(fault.kind as FaultKind)) {
      throw new Error(
        `A fault needs "operation" and "kind" (one of: ${FAULT_KINDS.join(", ")}), or "job" with "failIn", or "serving", or "modelJob".`,
      );
    }
    this.operations.push({
      operation: fault.operation,
      kind: fault.kind!,
      times: fault.times ?? 1,
      milliseconds: fault.milliseconds ?? 1000,
      members: fault.members ?? {},
    });
  }

  /** Takes the next fault of an operation, if one is waiting. */
  take(operation: string): Required<OperationFault> | undefined {
    const fault = this.operations.find((candidate) => candidate.operation === operation || candidate.operation === "*");
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.operations = this.operations.filter((candidate) => candidate !== fault);
    return fault;
  }

  /** The message with which a job shall fail in a phase, if it shall. */
  takeJob(name: string, phase: PhaseName): string | undefined {
    const index = this.jobs.findIndex(
      (job) => PHASE_OF[job.failIn] === phase && (job.name === undefined || job.name === name),
    );
    return index < 0 ? undefined : (this.jobs.splice(index, 1)[0]!.message ?? UNEXPECTED);
  }

  /** The message with which an import, copy or evaluation job shall fail, if it shall. */
  takeModelJob(arn: string): string | undefined {
    const index = this.modelJobs.findIndex(({ kind }) => MODEL_JOB_KINDS[kind].test(arn));
    return index < 0 ? undefined : (this.modelJobs.splice(index, 1)[0]!.message ?? UNEXPECTED);
  }

  /** What shall happen to the next thing that would come into service, if anything shall. */
  takeServing(): ServingFault["serving"] | undefined {
    return this.servings.shift();
  }

  /** Forgets all faults. */
  clear(): void {
    this.operations = [];
    this.jobs = [];
    this.servings = [];
    this.modelJobs = [];
  }
}
