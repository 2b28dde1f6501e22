/**
 * Everything the simulator remembers, and its file. Times are simulated milliseconds since the epoch.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { type ClockSnapshot } from "./clock";
import { type Guardrail } from "./guardrails/config";
import { type RecordedCall } from "./service-role";
import { type ModelJob, type ModelJobsState, noModelJobs } from "./state-model-jobs";
import { type CustomizationConfig, type Tag, type TrainingDataConfig, type VpcConfig } from "./requests";

/** Status of a phase of a job. */
export type PhaseStatus = "NotStarted" | "InProgress" | "Completed" | "Stopping" | "Stopped" | "Failed";

/** The phases of a job, in the order in which they happen. */
export const PHASES = ["validation", "dataProcessing", "training"] as const;

/** Name of a phase, as in `statusDetails.<name>Details`. */
export type PhaseName = (typeof PHASES)[number];

/** Progress of one phase. */
export interface PhaseRecord {
  status: PhaseStatus;
  creationTime: number;
  lastModifiedTime: number;
}

/** What the simulator does next with a job. */
export type JobStep = "validate" | "process" | "startTraining" | "complete" | "stop";

/** What a customization job was asked for; the same members describe the model that it makes. */
export interface CustomizationFacts {
  /** ID of the base model, with its context variant. */
  baseModelId: string;
  /** ARN of the custom model that was customized further, if the base was one. */
  sourceModelArn?: string;
  customizationType: string;
  hyperParameters: Record<string, string>;
  trainingDataConfig: TrainingDataConfig;
  validationDataConfig: { validators: { s3Uri: string }[] };
  outputDataConfig: { s3Uri: string };
  customizationConfig?: CustomizationConfig;
  modelKmsKeyArn?: string;
  trainingLoss?: number;
  validationLosses?: number[];
}

/** A model customization job. */
export interface CustomizationJob extends CustomizationFacts {
  arn: string;
  name: string;
  outputModelName: string;
  outputModelArn?: string;
  roleArn: string;
  clientRequestToken?: string;
  status: "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped";
  phases: Record<PhaseName, PhaseRecord>;
  failureMessage?: string;
  creationTime: number;
  lastModifiedTime: number;
  endTime?: number;
  vpcConfig?: VpcConfig;
  customModelTags: Tag[];
  /** Interfaces that the service holds in the VPC of the job. */
  networkInterfaces: string[];
  /** What happens next and when; absent when the job is over, or waits for a free place to train. */
  next?: { step: JobStep; at: number };
  /** Tokens of the training data, known after data processing. */
  trainingTokens?: number;
  /** Files that training has produced and that completion writes. */
  metrics?: { training: string; validation?: string };
  /** What was learned (see trainer.ts `pack`), until the model exists. */
  learned?: string;
  /** Every call made as the service role, with its decision. */
  calls: RecordedCall[];
}

/** How a custom model comes from artifacts that were trained elsewhere; its ARN and name are those of the model. */
export interface ModelCreation extends ModelJob {
  s3Uri: string;
  roleArn: string;
  modelKmsKeyArn?: string;
}

type Origin = "trainingDataConfig" | "validationDataConfig" | "outputDataConfig" | "hyperParameters";

/** A custom model: of a job, with everything the job was asked for, or of artifacts. */
export interface CustomModel extends Omit<CustomizationFacts, Origin>, Partial<Pick<CustomizationFacts, Origin>> {
  arn: string;
  name: string;
  jobArn?: string;
  jobName?: string;
  creationTime: number;
  /** What a job has learned; absent where nobody here knows the weights. */
  learned?: string;
  creation?: ModelCreation;
}

/** A Provisioned Throughput. */
export interface ProvisionedThroughput {
  arn: string;
  name: string;
  modelUnits: number;
  modelArn: string;
  desiredModelArn: string;
  foundationModelArn: string;
  status: "Creating" | "InService" | "Updating" | "Failed";
  creationTime: number;
  lastModifiedTime: number;
  commitmentDuration?: "OneMonth" | "SixMonths";
  commitmentExpirationTime?: number;
  failureMessage?: string;
  readyAt?: number;
}

/** A custom model deployment (on-demand inference). */
export interface ModelDeployment {
  arn: string;
  name: string;
  modelArn: string;
  description?: string;
  status: "Creating" | "Active" | "Failed";
  creationTime: number;
  lastModifiedTime: number;
  update?: { modelArn: string; updateStatus: "Updating" | "UpdateCompleted" | "UpdateFailed" };
  failureMessage?: string;
  readyAt?: number;
}

/** Where invocations are logged, as the API spells it. */
export interface InvocationLoggingConfig {
  cloudWatchConfig?: {
    logGroupName: string;
    roleArn: string;
    largeDataDeliveryS3Config?: { bucketName: string; keyPrefix?: string };
  };
  s3Config?: { bucketName: string; keyPrefix?: string };
  textDataDeliveryEnabled?: boolean;
  imageDataDeliveryEnabled?: boolean;
  embeddingDataDeliveryEnabled?: boolean;
  videoDataDeliveryEnabled?: boolean;
  audioDataDeliveryEnabled?: boolean;
}

/** What exists in one Region. */
export interface RegionState extends ModelJobsState {
  jobs: Record<string, CustomizationJob>;
  models: Record<string, CustomModel>;
  throughputs: Record<string, ProvisionedThroughput>;
  deployments: Record<string, ModelDeployment>;
  guardrails: Record<string, Guardrail>;
  /** Tags by ARN. */
  tags: Record<string, Tag[]>;
  /** What each client token was used for, by `Operation:token`. */
  tokens: Record<string, { request: string; arn: string }>;
  logging?: InvocationLoggingConfig;
}

/** The whole state. */
export interface State {
  version: 1;
  instanceId: string;
  clock?: ClockSnapshot;
  regions: Record<string, RegionState>;
}

const emptyRegion = (): RegionState => ({
  jobs: {},
  models: {},
  throughputs: {},
  deployments: {},
  guardrails: {},
  ...noModelJobs(),
  tags: {},
  tokens: {},
});

const emptyState = (): State => ({ version: 1, instanceId: randomBytes(8).toString("hex"), regions: {} });

/** Holds the state and writes it to its file after each change. */
export class StateStore {
  state: State;

  /**
   * @param file where the state is kept; none: only in memory
   * @throws Error when the file exists and is not a state of this version
   */
  constructor(private readonly file?: string) {
    this.state = file !== undefined && existsSync(file) ? readState(file) : emptyState();
  }

  /** State of one Region, made when it is first used. */
  region(name: string): RegionState {
    const { regions } = this.state;
    if (!Object.hasOwn(regions, name)) regions[name] = emptyRegion();
    return regions[name]!;
  }

  /** Replaces everything by an empty state with a new instance id. */
  reset(): void {
    this.state = emptyState();
  }

  /** Writes the state; the file is always either the old state or the new one. */
  save(clock: ClockSnapshot): void {
    this.state.clock = clock;
    if (this.file === undefined) return;
    const next = `${this.file}.${process.pid}.next`;
    writeFileSync(next, JSON.stringify(this.state), { mode: 0o600 });
    renameSync(next, this.file);
  }
}

function readState(file: string): State {
  let state: Partial<State>;
  try {
    state = JSON.parse(readFileSync(file, "utf8")) as Partial<State>;
  } catch (cause) {
    throw new Error(`The state file ${file} cannot be read as JSON. Remove it to start with an empty simulator.`, {
      cause,
    });
  }
  if (state.version !== 1 || typeof state.instanceId !== "string" || typeof state.regions !== "object") {
    throw new Error(
      `The state file ${file} has version ${String(state.version)}; this simulator reads version 1. Remove it to start anew.`,
    );
  }
  // A file that was written before a kind of resource existed has none of it.
  const regions = Object.entries(state.regions).map(([name, region]) => [name, { ...emptyRegion(), ...region }]);
  return { ...state, regions: Object.fromEntries(regions) } as State;
}
