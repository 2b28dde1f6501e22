/**
 * The life of a customization job: Validation, Data processing, Training, each step at its simulated time, each with the calls
 * that the real service makes as the role (service-calls.ts) and the real work on the real data.
 */
import { extract, pack } from "./answers";
import { DataRefused, tokensOfAll } from "./dataset-reader";
import { DocumentReader } from "./documents";
import { JobFailed, modelOf, readData, writeObject } from "./job-data";
import { messageOf, traceOf } from "./errors";
import { trainingParameters } from "./hyperparameters";
import { createInterfaces, deleteInterfaces, interfacesOf, metricsKeys, readFacts } from "./job-facts";
import { checkRecordCounts, parametersOf, taught } from "./job-source";
import { type JobFacts, outputKey, PROBE } from "./planned-calls";
import { ASSUME_ROLE, callsOf } from "./service-calls";
import { assumeRole, CallDenied, ServiceRole } from "./service-role";
import { arnOf, newId, type RegionContext, save, setTags } from "./service";
import { type CustomizationJob, type JobStep, type PhaseName } from "./state";
import { metricsCsv, rewardsCsv, train } from "./trainer";

const SECOND = 1000;
/** How long each part of a job takes, in simulated milliseconds. */
export const DURATIONS = {
  validation: 180 * SECOND,
  dataProcessing: 120 * SECOND,
  trainingStart: 600 * SECOND,
  /** Tokens that the service trains on in a second. */
  tokensPerSecond: 1500,
  stopping: 60 * SECOND,
} as const;

const PHASE_OF: Record<Exclude<JobStep, "stop">, PhaseName> = {
  validate: "validation",
  process: "dataProcessing",
  startTraining: "training",
  complete: "training",
};

/** Plans the next step of a job. */
export function planStep(context: RegionContext, job: CustomizationJob, step: JobStep, at: number): void {
  job.next = { step, at };
  resume(context, job);
}

/** Puts the planned step of a job on the clock; used for every unfinished job at start. */
export function resume(context: RegionContext, job: CustomizationJob): void {
  if (!job.next) return;
  const { step, at } = job.next;
  context.clock.schedule(job.arn, at, () => runStep(context, job, step));
}

async function runStep(context: RegionContext, job: CustomizationJob, step: JobStep): Promise<void> {
  if (step === "stop") return finishStop(context, job);
  const phase = PHASE_OF[step];
  const isCurrent = (): boolean => job.status === "InProgress" && job.next?.step === step;
  try {
    const forced = context.faults.takeJob(job.name, phase);
    if (forced !== undefined) throw new JobFailed(forced);
    await STEPS[step](context, job, isCurrent);
  } catch (error) {
    // A job that was stopped meanwhile is no longer this step's business.
    if (isCurrent()) await fail(context, job, phase, error);
  }
  // A step that was overtaken by a stop may have made interfaces after the stop had taken them away.
  if (job.status === "Stopped") await releaseInterfaces(context, job);
  save(context);
}

type Step = (context: RegionContext, job: CustomizationJob, isCurrent: () => boolean) => Promise<void>;

const STEPS: Record<Exclude<JobStep, "stop">, Step> = {
  async validate(context, job, isCurrent) {
    const { facts, role } = await begin(context, job);
    const calls = callsOf("validate");
    for (const call of calls.before) await role.make(call);
    if (facts.network) {
      await createInterfaces(context, facts);
      facts.interfaces = await interfacesOf(context, job);
      job.networkInterfaces = facts.interfaces.map((one) => one.id);
    }
    for (const call of calls.after) await role.make(call);
    await writeObject(context, facts.output.bucket, outputKey(facts.output, PROBE), "");
    const { model, training, validation } = await readData(context, job);
    checkRecordCounts(job, { training: training.length, validation: validation.length }, model);
    if (!isCurrent()) return;
    const now = context.clock.now();
    enter(job, "validation", "Completed", now);
    enter(job, "dataProcessing", "InProgress", now);
    planStep(context, job, "process", now + DURATIONS.dataProcessing);
  },

  async process(context, job, isCurrent) {
    const { role } = await begin(context, job);
    for (const call of callsOf("process").after) await role.make(call);
    const { training: read, validation, tooLong } = await readData(context, job);
    if (tooLong !== undefined) throw new DataRefused(tooLong);
    const training = job.customizationType === "DISTILLATION" ? taught(read, (prompt) => extract(prompt)) : read;
    if (!isCurrent()) return;
    job.trainingTokens = tokensOfAll(training);
    context.records.set(job.arn, { training, validation });
    const now = context.clock.now();
    enter(job, "dataProcessing", "Completed", now);
    planStep(context, job, "startTraining", now);
  },

  async startTraining(context, job, isCurrent) {
    if (!hasFreePlace(context, job)) {
      // Woken by the next job that ends.
      job.next = undefined;
      return;
    }
    enter(job, "training", "InProgress", context.clock.now());
    const { role } = await begin(context, job);
    for (const call of callsOf("startTraining").after) await role.make(call);
    const { training: read, validation } = context.records.get(job.arn) ?? (await readData(context, job));
    const training = taught(read, (prompt) => extract(prompt));
    const parameters = trainingParameters(modelOf(context, job), parametersOf(job));
    const trained = await train(training, validation, parameters, job.clientRequestToken ?? job.name);
    context.records.delete(job.arn);
    if (!isCurrent()) return;
    job.learned = pack(trained.model, training);
    const reinforced = job.customizationType === "REINFORCEMENT_FINE_TUNING";
    job.metrics = { training: reinforced ? rewardsCsv(trained.steps) : metricsCsv("training", trained.steps) };
    if (!reinforced) job.trainingLoss = rounded(trained.steps.at(-1)!.loss);
    if (trained.validations.length > 0) {
      job.metrics.validation = metricsCsv("validation", trained.validations);
      job.validationLosses = [rounded(trained.validations.at(-1)!.loss)];
    }
    const length =
      DURATIONS.trainingStart + ((job.trainingTokens ?? 0) * parameters.epochs * SECOND) / DURATIONS.tokensPerSecond;
    // Training has begun when the phase has: what computing it took here is part of its length.
    planStep(context, job, "complete", job.phases.training.creationTime + Math.round(length));
  },

  async complete(context, job, isCurrent) {
    const { facts, role } = await begin(context, job);
    for (const call of callsOf("complete").after) await role.make(call);
    if (!isCurrent()) return;
    const keys = metricsKeys(job);
    if (job.metrics) await writeObject(context, facts.output.bucket, keys.training, job.metrics.training);
    if (job.metrics?.validation !== undefined)
      await writeObject(context, facts.output.bucket, keys.validation, job.metrics.validation);
    for (const call of callsOf("cleanUp").after) await role.make(call);
    await deleteInterfaces(context, facts.interfaces);
    job.networkInterfaces = [];
    if (!isCurrent()) return;
    makeModel(context, job);
  },
};

/** Reads the facts and takes on the role, with the documents as they are now. */
async function begin(context: RegionContext, job: CustomizationJob): Promise<{ facts: JobFacts; role: ServiceRole }> {
  const reader = new DocumentReader(context.emulator, context.region);
  const documents = await reader.role(job.roleArn);
  const assumed = assumeRole(documents, job, context.account, new Date(context.clock.now()).toISOString());
  job.calls.push(assumed);
  if (!documents || assumed.outcome !== "allowed") {
    throw new CallDenied(ASSUME_ROLE.failure, assumed);
  }
  const facts = await readFacts(context, reader, job);
  if (typeof facts === "string") throw new JobFailed(`Could not validate the VPC configuration: ${facts}`);
  return {
    facts,
    role: new ServiceRole(
      reader,
      documents,
      facts,
      () => context.clock.now(),
      (call) => job.calls.push(call),
    ),
  };
}

function makeModel(context: RegionContext, job: CustomizationJob): void {
  const now = context.clock.now();
  const arn = arnOf(context, `custom-model/${job.baseModelId}/${newId()}`);
  context.state.models[arn] = {
    arn,
    name: job.outputModelName,
    jobArn: job.arn,
    jobName: job.name,
    creationTime: now,
    learned: job.learned,
    baseModelId: job.baseModelId,
    sourceModelArn: job.sourceModelArn,
    customizationType: job.customizationType,
    hyperParameters: job.hyperParameters,
    trainingDataConfig: job.trainingDataConfig,
    validationDataConfig: job.validationDataConfig,
    outputDataConfig: job.outputDataConfig,
    customizationConfig: job.customizationConfig,
    modelKmsKeyArn: job.modelKmsKeyArn,
    trainingLoss: job.trainingLoss,
    validationLosses: job.validationLosses,
  };
  setTags(context, arn, job.customModelTags);
  enter(job, "training", "Completed", now);
  job.outputModelArn = arn;
  end(context, job, "Completed", now);
}

async function fail(context: RegionContext, job: CustomizationJob, phase: PhaseName, error: unknown): Promise<void> {
  const now = context.clock.now();
  const known = error instanceof CallDenied || error instanceof DataRefused || error instanceof JobFailed;
  job.failureMessage = known
    ? error.message
    : "Encountered an unexpected error when processing the request, please try again";
  const reason = error instanceof CallDenied ? error.record.reason : traceOf(error);
  context.log(`job ${job.name} failed in ${phase}: ${job.failureMessage} (${reason})`);
  enter(job, phase, "Failed", now);
  end(context, job, "Failed", now);
  await releaseInterfaces(context, job);
}

async function finishStop(context: RegionContext, job: CustomizationJob): Promise<void> {
  const now = context.clock.now();
  for (const phase of Object.keys(job.phases) as PhaseName[]) {
    if (job.phases[phase].status === "Stopping") enter(job, phase, "Stopped", now);
  }
  end(context, job, "Stopped", now);
  await releaseInterfaces(context, job);
  save(context);
}

/** Takes the interfaces of a job that is over away, if the role still may; what stays behind is named in the log. */
async function releaseInterfaces(context: RegionContext, job: CustomizationJob): Promise<void> {
  if (job.networkInterfaces.length === 0) return;
  try {
    const { facts, role } = await begin(context, job);
    for (const call of callsOf("cleanUp").after) await role.make(call);
    await deleteInterfaces(context, facts.interfaces);
    job.networkInterfaces = [];
  } catch (error) {
    context.log(`job ${job.name} left the interfaces ${job.networkInterfaces.join(", ")} behind: ${messageOf(error)}`);
  }
}

/** Sets the status of a phase. */
export function enter(
  job: CustomizationJob,
  phase: PhaseName,
  status: CustomizationJob["phases"][PhaseName]["status"],
  now: number,
): void {
  const record = job.phases[phase];
  if (record.status === "NotStarted") record.creationTime = now;
  record.status = status;
  record.lastModifiedTime = now;
  job.lastModifiedTime = now;
}

function end(
  context: RegionContext,
  job: CustomizationJob,
  status: "Completed" | "Failed" | "Stopped",
  now: number,
): void {
  job.status = status;
  job.endTime = now;
  job.lastModifiedTime = now;
  job.next = undefined;
  // What was learned lives on in the model only.
  job.learned = undefined;
  job.metrics = undefined;
  context.records.delete(job.arn);
  const waiting = Object.values(context.state.jobs)
    .filter((other) => other.status === "InProgress" && !other.next && other.phases.training.status === "NotStarted")
    .sort((a, b) => a.creationTime - b.creationTime);
  if (waiting[0]) planStep(context, waiting[0], "startTraining", now);
}

function hasFreePlace(context: RegionContext, job: CustomizationJob): boolean {
  const training = Object.values(context.state.jobs).filter(
    (other) => other !== job && other.status === "InProgress" && other.phases.training.status === "InProgress",
  );
  return training.length < context.quotas.concurrentTrainings;
}

const rounded = (loss: number): number => Number(loss.toFixed(6));
