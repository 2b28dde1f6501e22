import type { Bedrock } from "@aws-sdk/client-bedrock";
import type { CheckFailure, Properties } from "./dynamic";
import type { Verdict, WaitSurroundings } from "./lifecycle";
import { fingerprint, nameWithHash, prefixFrom } from "./naming";
import type { Surroundings } from "./surroundings";
import type { Tags } from "./tags";

/** The inputs that every import, copy and evaluation job has. */
export interface PlainJobInputs extends Properties {
  region: string;
  identity: string;
  namePrefix?: string;
  tags?: Tags;
  /** Where the service takes tags of the job and of what it makes apart: beside `tags`, those of the job. */
  jobTags?: Tags;
  attempt?: number;
  retryFailed?: boolean;
  waitLimitMinutes?: number;
  adoptJobArn?: string;
}

/** The names of {@link PlainJobInputs}, for reading them back out of the stored outputs. */
export const PLAIN_INPUT_NAMES = [
  "region",
  "identity",
  "namePrefix",
  "tags",
  "jobTags",
  "attempt",
  "retryFailed",
  "waitLimitMinutes",
  "adoptJobArn",
] as const;

/** Stored outputs of such a job. */
export interface PlainJobState extends PlainJobInputs {
  status?: string;
  /** The attempt that was asked for; `attempt` is the one that ran. */
  requestedAttempt?: number;
}

/** One way to start a job: an attempt, and a name for it; job and model bear the same. */
export interface PlainCandidate {
  attempt: number;
  name: string;
  /** Client request token, and the value of the tag that says whose the job is. */
  token: string;
}

/**
 * In what import, copy and evaluation jobs differ; `T` is what `Get` answers. None of their answers holds the client request
 * token, so a job of ours is known by a tag.
 */
export interface PlainJobKind<T> {
  /** Such as `model import job`. */
  what: string;
  /** Names of the inputs beside {@link PLAIN_INPUT_NAMES}. */
  inputNames: readonly string[];
  /** Names of the inputs that hold tags. */
  tagInputs: readonly string[];
  /** The tags that the inputs want on each of {@link tagged}, in that order. */
  tagSets(inputs: PlainJobInputs): readonly (Tags | undefined)[];
  check(inputs: Properties): CheckFailure[];
  /**
   * The inputs that make the job what it is, by input name, in one spelling: a difference means another job. `known` holds
   * what the service made of them, such as the ARN of a key that was given by its alias.
   */
  substance(inputs: PlainJobInputs, known?: Properties): Properties;
  /** What can be seen before a job is started and would make it fail; `olds` are the inputs of the last update, if any. */
  inspect?(surroundings: Surroundings, news: PlainJobInputs, olds: Properties): Promise<CheckFailure[]>;
  /** Refuses to start what would fail; throws the reason. */
  beforeStart?(surroundings: Surroundings, inputs: PlainJobInputs): Promise<void>;
  find(bedrock: Bedrock, candidate: PlainCandidate): Promise<T | undefined>;
  get(bedrock: Bedrock, id: string): Promise<T | undefined>;
  /** The value of our tag; undefined when the job is not ours. Throws when it cannot be seen. */
  claimOf(bedrock: Bedrock, observed: T): Promise<string | undefined>;
  /** Starts the job and gives its ARN. `tags` are all tags of the first thing that bears some, ours among them. */
  start(bedrock: Bedrock, inputs: PlainJobInputs, candidate: PlainCandidate, tags: Tags): Promise<string>;
  idOf(observed: T): string;
  judge(observed: T): Verdict;
  /** Whether what a completed job made still exists. */
  isThere(bedrock: Bedrock, observed: T): Promise<boolean>;
  /** What is stored about the job in whatever state it is; `status` among it. */
  outputs(observed: T): Properties;
  /** What is stored about a completed job beside {@link outputs}. Failing to read it is no failure of the job. */
  results?(surroundings: Surroundings, inputs: PlainJobInputs, observed: T): Promise<Properties>;
  /** ARNs that bear the program's tags, the one with our own first. */
  tagged(observed: T): string[];
  /** Substance as the service reports it, by input name; what it does not report is left out. */
  reported(observed: T): Properties;
  /** Ends what runs and deletes what was made; what is gone already counts as deleted. */
  remove(surroundings: Surroundings, around: WaitSurroundings, id: string, props: PlainJobState): Promise<void>;
}

/** How long an update waits for an import, copy or evaluation when the program does not say: a day. */
export const PLAIN_WAIT_LIMIT_MINUTES = 1440;

const MOST_NAMES_PER_ATTEMPT = 5;
const MOST_ATTEMPTS = 50;

/** All names to look under or start under, in a fixed order: the same in every run for the same resource and substance. */
export function* plainAttempts<T>(kind: PlainJobKind<T>, inputs: PlainJobInputs): Generator<PlainCandidate[]> {
  const first = Number(inputs.attempt ?? 1);
  const prefix = inputs.namePrefix ?? prefixFrom(inputs.identity);
  const base = [kind.what, inputs.identity, kind.substance(inputs)];
  for (let attempt = first; attempt < first + MOST_ATTEMPTS; attempt++) {
    const token = `${fingerprint(base, 40)}-${attempt}`;
    yield Array.from({ length: MOST_NAMES_PER_ATTEMPT }, (_, turn) => {
      const seed = turn === 0 ? [...base, attempt] : [...base, attempt, turn];
      return { attempt, name: nameWithHash(prefix, seed), token };
    });
  }
}
