import type { Fault } from "../../../local/bedrock/faults";
import { leaveRunning, type Scenario } from "./scenarios";
import type { Serving, Story } from "./story";

/** A kind of fault that any call can meet; the SDK itself repeats a call up to three times. */
export interface CallFault {
  shown: string;
  fault: Pick<Fault, "kind" | "times">;
}

/** The columns of the second table. */
export const CALL_FAULTS: readonly CallFault[] = [
  { shown: "500, five times", fault: { kind: "500", times: 5 } },
  { shown: "dropped before it took effect", fault: { kind: "drop", times: 1 } },
  { shown: "dropped after it took effect", fault: { kind: "dropAfter", times: 1 } },
  { shown: "HTML in place of JSON", fault: { kind: "malformed", times: 1 } },
  { shown: "access denied", fault: { kind: "accessDenied", times: 1 } },
  { shown: "throttled", fault: { kind: "throttle", times: 1 } },
];

/** One row of the second table: a call, and the command that makes it. */
export interface Call {
  operation: string;
  serving: Serving;
  during: Scenario["during"];
  /** Before the first update, where the usual inputs do not lead to the call. */
  first?(story: Story): void;
  /** What changes, for a change; what comes between the first update and the end, for a destroy. */
  change?(story: Story): void | Promise<void>;
  /** Jobs that are started in the end; 1 when left out. */
  jobs?: number;
}

const rename = (story: Story): void => void (story.servingChanges = { name: "clauses" });
const retag = (story: Story): void => void (story.servingChanges = { tags: { team: "risk" } });

const tagTwice = (story: Story): void => void (story.servingChanges = { tags: { team: "risk", cost: "a" } });
const trainAgain = (story: Story): void => void (story.jobChanges.clientTokenSeed = "trained again");

/** The rows of the second table: every call that the three resources make to the control plane, and the reads of S3. */
export const CALLS: readonly Call[] = [
  { operation: "CreateModelCustomizationJob", serving: "throughput", during: "up" },
  { operation: "GetModelCustomizationJob", serving: "throughput", during: "up" },
  { operation: "GetCustomModel", serving: "throughput", during: "up" },
  { operation: "ListObjectsV2", serving: "throughput", during: "up" },
  { operation: "GetObject", serving: "throughput", during: "up" },
  { operation: "CreateProvisionedModelThroughput", serving: "throughput", during: "up" },
  { operation: "GetProvisionedModelThroughput", serving: "throughput", during: "up" },
  { operation: "UpdateProvisionedModelThroughput", serving: "throughput", during: "change", change: rename },
  { operation: "ListTagsForResource", serving: "throughput", during: "change", change: retag },
  { operation: "TagResource", serving: "throughput", during: "change", change: retag },
  { operation: "UntagResource", serving: "throughput", during: "change", first: tagTwice, change: retag },
  { operation: "DeleteProvisionedModelThroughput", serving: "throughput", during: "destroy" },
  {
    operation: "StopModelCustomizationJob",
    serving: "throughput",
    during: "destroy",
    change: leaveRunning,
    jobs: 2,
  },
  { operation: "GetModelCustomizationJob", serving: "throughput", during: "destroy" },
  { operation: "DeleteCustomModel", serving: "throughput", during: "destroy" },
  { operation: "CreateCustomModelDeployment", serving: "deployment", during: "up" },
  { operation: "GetCustomModelDeployment", serving: "deployment", during: "up" },
  {
    operation: "UpdateCustomModelDeployment",
    serving: "deployment",
    during: "change",
    change: trainAgain,
    jobs: 2,
  },
  { operation: "DeleteCustomModelDeployment", serving: "deployment", during: "destroy" },
];
