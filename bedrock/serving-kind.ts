import type { Bedrock } from "@aws-sdk/client-bedrock";
import type { CheckFailure, DiffAnswer, Properties } from "./dynamic";
import type { Verdict } from "./lifecycle";
import type { Tags } from "./tags";

/** The inputs that everything which serves a model has. */
export interface ServingInputs extends Properties {
  region: string;
  identity: string;
  name?: string;
  modelArn: string;
  adoptArn?: string;
  tags?: Tags;
  waitLimitMinutes?: number;
}

/** Stored outputs of something that serves a model. */
export interface ServingState extends ServingInputs {
  actualName?: string;
  status?: string;
}

/** The model to serve and the name to bear. */
export interface Wanted {
  name: string;
  modelArn: string;
}

/** In what provisioned throughputs and on-demand deployments differ; `T` is what `Get` answers. */
export interface ServingKind<T> {
  /** Such as `provisioned throughput`. */
  what: string;
  inputNames: readonly string[];
  check(inputs: Properties): CheckFailure[];
  diff(olds: ServingState, news: ServingInputs): DiffAnswer;
  /** What is fixed at creation: part of the generated name and of the claim. */
  substance(inputs: ServingInputs): unknown;
  /** What needs a new one when it changes, beside the Region: as asked for, and as it is. */
  fixed(inputs: ServingInputs): Properties;
  fixedOf(observed: T): Properties;
  get(bedrock: Bedrock, id: string): Promise<T | undefined>;
  /** Creates and gives the ARN. `tags` are all tags to set. */
  create(bedrock: Bedrock, inputs: ServingInputs, name: string, tags: Tags): Promise<string>;
  /** Sends the changes that can be made in place, if there are any; `name` is the name it should bear. */
  change(bedrock: Bedrock, id: string, now: T, wanted: Wanted): Promise<void>;
  delete(bedrock: Bedrock, id: string): Promise<void>;
  arnOf(observed: T): string;
  nameOf(observed: T): string;
  /** Whether it is at rest with the wanted model and name. */
  judge(observed: T, wanted: Wanted): Verdict;
  /** Whether it is busy with an earlier change and takes no other. */
  isChanging(observed: T): boolean;
  outputs(observed: T): Properties;
  /** Why it cannot be deleted now, for the reader; undefined when it can. */
  deletionBlock?(observed: T, now: number): string | undefined;
}
