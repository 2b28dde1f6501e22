import type { Fault } from "../../../local/bedrock/faults";
import type { Serving, Story } from "./story";

/** One line of the fault matrix. */
export interface Scenario {
  group:
    "The job" | "The model" | "What serves the model" | "Names and quotas" | "Deletion" | "Network and credentials";
  /** What goes wrong, for the reader. */
  fault: string;
  serving?: Serving;
  /** The command during which it goes wrong; `change` follows a first update that succeeds. */
  during: "up" | "change" | "destroy";
  /** Lets it go wrong; for a change it also says in `story` what changes. */
  arrange(story: Story): void | Promise<void>;
  /** What the user does before the next command, and a word for it. */
  then?: { does: string; act(story: Story): void | Promise<void> };
  /** What the user reads; undefined when the command is to succeed in spite of the fault. */
  reads?: RegExp;
  /** Jobs that are started in the end; 1 when left out. More only where the user asks for more. */
  jobs?: number;
}

const UNEXPECTED = "Encountered an unexpected error when processing the request, please try again";

/** Starts the next job and stops waiting for it. */
export async function leaveRunning(story: Story): Promise<void> {
  story.jobChanges = { clientTokenSeed: "trained again", waitLimitMinutes: 10 };
  await story.up();
}

const attempt2: Scenario["then"] = { does: "sets `attempt: 2`", act: (story) => void (story.jobChanges.attempt = 2) };

const answer = (operation: string, members: Record<string, unknown>, times = 1): Fault => {
  return { operation, kind: "answer", times, members };
};

const phases = (["Validation", "DataProcessing", "Training"] as const).map((failIn): Scenario => ({
  group: "The job",
  fault: `fails in ${failIn}`,
  during: "up",
  arrange: (story) => story.fault({ job: { failIn, message: UNEXPECTED } }),
  then: attempt2,
  reads: new RegExp(`failed in phase ${failIn}: ${UNEXPECTED}; likely fix: .*; next step: .* set attempt to 2`),
  jobs: 2,
}));

const job: Scenario[] = [
  ...phases,
  {
    group: "The job",
    fault: "fails, and the next update does not ask for another attempt",
    during: "up",
    arrange: (story) => story.fault({ job: { failIn: "Training" } }),
    then: {
      does: "updates (the same failure, no job), then sets `retryFailed`",
      async act(story) {
        const again = await story.up();
        if (again === undefined || story.jobsStarted !== 1) throw new Error("a failed job was started again unasked");
        story.jobChanges.retryFailed = true;
      },
    },
    reads: /failed in phase Training/,
    jobs: 2,
  },
  {
    group: "The job",
    fault: "is stopped by someone else",
    during: "up",
    arrange: (story) =>
      story.inTheWait(async () => {
        const id = await story.onlyJob();
        await story.someoneElse((bedrock) => bedrock.stopModelCustomizationJob({ jobIdentifier: id }));
      }),
    then: attempt2,
    reads: /was stopped in phase Validation: Bedrock gives no reason; next step: .*attempt to 2/,
    jobs: 2,
  },
  {
    group: "The job",
    fault: "vanishes in the wait, and a refresh drops it",
    during: "up",
    arrange: (story) =>
      story.inTheWait(() => story.fault({ operation: "GetModelCustomizationJob", kind: "notFound", times: 1000 })),
    then: {
      does: "refreshes; the job is there again",
      async act(story) {
        await story.refresh();
        if (story.job.state !== undefined) throw new Error("a job that is gone is still in the state");
        story.bench.simulator.control.clearFaults();
      },
    },
    reads: /does not exist \(any more\); refresh, then update/,
  },
  {
    group: "The job",
    fault: "takes longer than `waitLimitMinutes`",
    during: "up",
    arrange: (story) => void (story.jobChanges.waitLimitMinutes = 5),
    then: { does: "raises the limit", act: (story) => void (story.jobChanges.waitLimitMinutes = 600) },
    reads: /has not ended after 5 min \(waitLimitMinutes\); it goes on at Bedrock; run the update again/,
  },
  {
    group: "The job",
    fault: "credentials expire in the wait and are renewed",
    during: "up",
    arrange: (story) =>
      story.inTheWait(() => story.fault({ operation: "GetModelCustomizationJob", kind: "expiredToken", times: 8 })),
  },
  {
    group: "The job",
    fault: "a burst of throttling in the wait",
    during: "up",
    arrange: (story) =>
      story.inTheWait(() => story.fault({ operation: "GetModelCustomizationJob", kind: "throttle", times: 4 })),
  },
  {
    group: "The job",
    fault: "Get answers without status, phases and times",
    during: "up",
    arrange: (story) => {
      const members = { status: null, statusDetails: null, lastModifiedTime: null, creationTime: null };
      story.inTheWait(() => story.fault(answer("GetModelCustomizationJob", members, 3)));
    },
  },
  {
    group: "The job",
    fault: "Get answers with a status that does not exist",
    during: "up",
    arrange: (story) => {
      story.inTheWait(() =>
        story.fault(answer("GetModelCustomizationJob", { status: "Paused", statusDetails: {} }, 3)),
      );
    },
  },
  {
    group: "The job",
    fault: "Get answers with dates in another format",
    during: "up",
    arrange: (story) => {
      const members = { creationTime: "yesterday, at noon", lastModifiedTime: "noon" };
      story.inTheWait(() => story.fault(answer("GetModelCustomizationJob", members, 3)));
    },
  },
  {
    group: "The job",
    fault: "is not found for a moment after its creation",
    during: "up",
    arrange: (story) => story.fault({ operation: "GetModelCustomizationJob", kind: "notFound", times: 4 }),
  },
  {
    group: "The job",
    fault: "a refresh is denied: nothing is dropped from the state",
    during: "change",
    async arrange(story) {
      const before = story.job.state;
      story.fault({ operation: "GetModelCustomizationJob", kind: "accessDenied" });
      const refused = await story.job.refresh().then(
        () => false,
        () => true,
      );
      if (!refused || story.job.state !== before) throw new Error("the refresh did not keep the state");
    },
  },
  {
    group: "The job",
    fault: "Create answers without an ARN",
    during: "up",
    arrange: (story) => story.fault(answer("CreateModelCustomizationJob", { jobArn: null })),
  },
];

const model: Scenario[] = [
  {
    group: "The model",
    fault: "fails although its job completed",
    during: "up",
    arrange: (story) =>
      story.fault(answer("GetCustomModel", { modelStatus: "Failed", failureMessage: "The model is broken." })),
    then: attempt2,
    reads: /the job completed but its model .* failed: The model is broken\.; next step: .*attempt to 2/,
    jobs: 2,
  },
  {
    group: "The model",
    fault: "is not named by a job that completed",
    during: "up",
    arrange: (story) =>
      story.inTheWait(() =>
        story.fault(answer("GetModelCustomizationJob", { status: "Completed", outputModelArn: null })),
      ),
    reads: /completed but Bedrock names no model; update again to ask again/,
  },
  {
    group: "The model",
    fault: "is being created for a while after its job completed",
    during: "up",
    arrange: (story) => story.fault(answer("GetCustomModel", { modelStatus: "Creating" }, 5)),
  },
  {
    group: "The model",
    fault: "has a status that does not exist for a while",
    during: "up",
    arrange: (story) => story.fault(answer("GetCustomModel", { modelStatus: "Optimizing" }, 5)),
  },
  {
    group: "The model",
    fault: "is not found for a moment after its job completed",
    during: "up",
    arrange: (story) => story.fault({ operation: "GetCustomModel", kind: "notFound", times: 3 }),
  },
  {
    group: "The model",
    fault: "cannot be read for lack of permission",
    during: "up",
    arrange: (story) => story.fault({ operation: "GetCustomModel", kind: "accessDenied" }),
    reads: /the job completed but its model .* cannot be read: AccessDeniedException.*bedrock:GetCustomModel/,
  },
];

const serving: Scenario[] = [
  {
    group: "What serves the model",
    fault: "throughput stays in Creating",
    during: "up",
    arrange(story) {
      story.servingChanges = { waitLimitMinutes: 30 };
      story.fault({ serving: { kind: "stuck" } });
    },
    then: { does: "AWS Support repairs it", act: (story) => story.repairServing() },
    reads: /is not ready after 30 min \(waitLimitMinutes\); it goes on at Bedrock, and may be billed/,
  },
  {
    group: "What serves the model",
    fault: "throughput fails",
    during: "up",
    arrange: (story) => story.fault({ serving: { kind: "fail", message: "No capacity." } }),
    reads: /failed: No capacity\.; next step: the next update replaces it/,
  },
  {
    group: "What serves the model",
    fault: "throughput is refused a new name",
    during: "change",
    arrange(story) {
      story.servingChanges = { name: "clauses" };
      story.fault({ operation: "UpdateProvisionedModelThroughput", kind: "accessDenied" });
    },
    reads: /could not be changed: AccessDeniedException.*bedrock:UpdateProvisionedModelThroughput/,
  },
  {
    group: "What serves the model",
    fault: "deployment fails",
    serving: "deployment",
    during: "up",
    arrange: (story) => story.fault({ serving: { kind: "fail", message: "No capacity." } }),
    reads: /failed: No capacity\.; next step: the next update replaces it/,
  },
  {
    group: "What serves the model",
    fault: "deployment does not move to the next model",
    serving: "deployment",
    during: "change",
    arrange(story) {
      story.jobChanges.clientTokenSeed = "trained again";
      story.fault({ serving: { kind: "fail", message: "No capacity." } });
    },
    reads: /the change to model .* failed: No capacity\.; it still serves .*tries the change again/,
    jobs: 2,
  },
  {
    group: "What serves the model",
    fault: "Create answers without an ARN",
    during: "up",
    arrange: (story) => story.fault(answer("CreateProvisionedModelThroughput", { provisionedModelArn: null })),
  },
  {
    group: "What serves the model",
    fault: "Get answers without status",
    during: "up",
    arrange: (story) => story.fault(answer("GetProvisionedModelThroughput", { status: null }, 3)),
  },
  {
    group: "What serves the model",
    fault: "Get answers with a status that does not exist",
    during: "up",
    arrange: (story) => story.fault(answer("GetProvisionedModelThroughput", { status: "Warming" }, 3)),
  },
  {
    group: "What serves the model",
    fault: "throughput is not found for a moment after its creation",
    during: "up",
    arrange: (story) => story.fault({ operation: "GetProvisionedModelThroughput", kind: "notFound", times: 4 }),
  },
];

const names: Scenario[] = [
  {
    group: "Names and quotas",
    fault: "the job's name is taken by a foreign job",
    during: "up",
    async arrange(story) {
      story.jobChanges.jobName = "clauses";
      await story.foreignJob("clauses");
    },
  },
  {
    group: "Names and quotas",
    fault: "the job's name is taken by our job, whose creation no state recorded",
    during: "up",
    async arrange(story) {
      await story.job.up(story.inputs);
      story.job.state = undefined;
    },
  },
  {
    group: "Names and quotas",
    fault: "no more jobs may be scheduled",
    during: "up",
    arrange: (story) => story.bench.simulator.control.setQuotas({ scheduledCustomizationJobs: 0 }),
    then: {
      does: "waits for other jobs to end",
      act: (story) => story.bench.simulator.control.setQuotas({ scheduledCustomizationJobs: 10 }),
    },
    reads: /ServiceQuotaExceededException.*no job was started/,
  },
  {
    group: "Names and quotas",
    fault: "there are no model units",
    during: "up",
    arrange: (story) => story.bench.simulator.control.setQuotas({ noCommitmentModelUnits: 0 }),
    then: {
      does: "asks AWS Support for units",
      act: (story) => story.bench.simulator.control.setQuotas({ noCommitmentModelUnits: 2 }),
    },
    reads: /ServiceQuotaExceededException.*likely fix: ask AWS Support for model units/,
  },
];

const deletion: Scenario[] = [
  {
    group: "Deletion",
    fault: "the model is busy for a moment",
    during: "destroy",
    arrange: (story) => story.fault({ operation: "DeleteCustomModel", kind: "conflict", times: 3 }),
  },
  {
    group: "Deletion",
    fault: "something that is not ours serves the model",
    during: "destroy",
    arrange: (story) => story.foreignThroughput(),
    then: { does: "deletes that", act: (story) => story.endForeignThroughput() },
    reads: /is still served by arn:.*provisioned-model.*; delete that first/,
  },
  {
    group: "Deletion",
    fault: "the job still runs",
    during: "destroy",
    async arrange(story) {
      story.jobChanges = { clientTokenSeed: "trained again", waitLimitMinutes: 5 };
      await story.up();
    },
    jobs: 2,
  },
  {
    group: "Deletion",
    fault: "the job still runs, and Get answers without its status",
    during: "destroy",
    async arrange(story) {
      await leaveRunning(story);
      story.fault(answer("GetModelCustomizationJob", { status: null }, 2));
    },
    jobs: 2,
  },
  {
    group: "Deletion",
    fault: "there is no network",
    during: "destroy",
    arrange: (story) => story.fault({ operation: "GetProvisionedModelThroughput", kind: "drop", times: 1000 }),
    then: { does: "destroys again, with a network", act: (story) => story.bench.simulator.control.clearFaults() },
    reads: /provisioned throughput .* cannot be read: .*; it stays in the state, run destroy again/,
  },
  {
    group: "Deletion",
    fault: "someone else deleted everything",
    during: "destroy",
    arrange: (story) => story.deleteAll(),
  },
];

/** The lines that the service causes. */
export const SERVICE_SCENARIOS: readonly Scenario[] = [...job, ...model, ...serving, ...names, ...deletion];
