import { isDeepStrictEqual } from "node:util";
import type { Bedrock } from "@aws-sdk/client-bedrock";
import { resolvedKey } from "./arns";
import { compact, type LifecycleHandler, partialFailure, type Properties } from "./dynamic";
import { isNameInUse, isRolePropagation, kindOf } from "./errors";
import { explain, likelyFix, reading } from "./failures";
import { inputsForJobTags } from "./job-tags";
import { startOrAdopt, waitFor, type WaitEnd, type WaitSurroundings, watched } from "./lifecycle";
import { diffPlainJob } from "./plain-job-diff";
import {
  PLAIN_INPUT_NAMES,
  PLAIN_WAIT_LIMIT_MINUTES,
  plainAttempts,
  type PlainCandidate,
  type PlainJobInputs,
  type PlainJobKind,
  type PlainJobState,
} from "./plain-job-kind";
import { elapsedText } from "./schedule";
import type { Surroundings } from "./surroundings";
import { applyTags, CLAIM_TAG, readTags } from "./tags";

const START_RETRY_MS = 3 * 60_000;
const APPEAR_WITHIN_MS = 60_000;

/** The lifecycle of a job without phases: import, copy, evaluation; the id is the ARN of the job. */
export function plainJobHandler<T>(surroundings: Surroundings, kind: PlainJobKind<T>): LifecycleHandler {
  return {
    check: async (olds, news) => {
      const failures = kind.check(news);
      const seen = failures.length > 0 ? [] : await kind.inspect?.(surroundings, news as PlainJobInputs, olds);
      return { inputs: news, failures: [...failures, ...(seen ?? [])] };
    },
    diff: async (_id, olds, news) => diffPlainJob(kind, olds as PlainJobState, news as PlainJobInputs),
    create: (inputs) => watched(surroundings, (around) => create(surroundings, around, kind, inputs as PlainJobInputs)),
    read: (id, props) => read(surroundings, kind, id, props as PlainJobState),
    update: (id, olds, news) =>
      watched(surroundings, (around) =>
        update(surroundings, around, kind, id, olds as PlainJobState, news as PlainJobInputs),
      ),
    delete: (id, props) =>
      watched(surroundings, (around) => kind.remove(surroundings, around, id, props as PlainJobState)),
  };
}

async function create<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: PlainJobKind<T>,
  inputs: PlainJobInputs,
): Promise<{ id: string; outs: Properties }> {
  if (inputs.adoptJobArn !== undefined) {
    const id = await jobToAdopt(surroundings, kind, inputs, inputs.adoptJobArn);
    const known = { ...inputs, ...tagInputsOf(kind, { region: inputs.region, identity: inputs.identity }) };
    return { id, ...(await update(surroundings, around, kind, id, known, inputs)) };
  }
  const { id, candidate } = await start(surroundings, around, kind, inputs);
  return { id, outs: await settle(surroundings, around, kind, id, inputs, candidate.attempt) };
}

async function start<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: PlainJobKind<T>,
  inputs: PlainJobInputs,
): Promise<{ id: string; candidate: PlainCandidate }> {
  const call = <R>(use: (bedrock: Bedrock) => Promise<R>): Promise<R> => surroundings.bedrock(inputs.region, use);
  try {
    return await startOrAdopt<PlainCandidate, T>(
      {
        what: kind.what,
        attempts: plainAttempts(kind, inputs),
        find: (candidate) => call((bedrock) => kind.find(bedrock, candidate)),
        claim: async (found, { token }) => {
          if ((await call((bedrock) => kind.claimOf(bedrock, found))) !== token) return "foreign";
          const { state } = kind.judge(found);
          if (state === "failed") return inputs.retryFailed === true ? "spent" : "ours";
          if (state === "pending") return "ours";
          return (await call((bedrock) => kind.isThere(bedrock, found))) ? "ours" : "spent";
        },
        start: async (candidate) => {
          await kind.beforeStart?.(surroundings, inputs);
          const tags = { ...kind.tagSets(inputs)[0], [CLAIM_TAG]: candidate.token };
          return call((bedrock) => kind.start(bedrock, inputs, candidate, tags));
        },
        idOf: (found) => kind.idOf(found),
        isNameInUse,
        isPassing: isRolePropagation,
        retryForMs: START_RETRY_MS,
      },
      around,
    );
  } catch (error) {
    const next =
      kindOf(error) === "refused"
        ? "no job was started"
        : "should the service have accepted the job all the same, the next update finds and adopts it";
    const text = `${kind.what} of ${inputs.identity}: ${explain(error)}; ${next}`;
    throw new Error(text, { cause: error });
  }
}

async function jobToAdopt<T>(
  surroundings: Surroundings,
  kind: PlainJobKind<T>,
  inputs: PlainJobInputs,
  arn: string,
): Promise<string> {
  const job = await surroundings.bedrock(inputs.region, (bedrock) => kind.get(bedrock, arn));
  if (job === undefined)
    throw new Error(`adoptJobArn: there is no job ${arn} in ${inputs.region}; nothing was started`);
  const asked = kind.substance(inputs, kind.outputs(job));
  const differences = Object.entries(kind.reported(job)).flatMap(([name, is]) =>
    isDeepStrictEqual(asked[name], is)
      ? []
      : [`${name} is ${JSON.stringify(is)}, asked for is ${JSON.stringify(asked[name])}`],
  );
  if (differences.length > 0) {
    throw new Error(
      `adoptJobArn: job ${arn} is not what the inputs describe, nothing was started: ${differences.join("; ")}; ` +
        "make the inputs say what the job is",
    );
  }
  return kind.idOf(job);
}

/** Brings a job that exists to its end; from here on every failure keeps it in the state. */
async function settle<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: PlainJobKind<T>,
  id: string,
  inputs: PlainJobInputs,
  attempt: number,
  known?: PlainJobState,
): Promise<Properties> {
  const call = <R>(use: (bedrock: Bedrock) => Promise<R>): Promise<R> => surroundings.bedrock(inputs.region, use);
  const ended = await waitFor<T>(
    {
      what: `${kind.what} ${id}`,
      observe: () => call((bedrock) => kind.get(bedrock, id)),
      judge: (observed) => kind.judge(observed),
      limitMs: (inputs.waitLimitMinutes ?? PLAIN_WAIT_LIMIT_MINUTES) * 60_000,
      appearWithinMs: known === undefined ? APPEAR_WITHIN_MS : 0,
    },
    around,
  );
  const last = ended.last === undefined ? { status: known?.status ?? "InProgress" } : kind.outputs(ended.last);
  // Tags are changed after the wait; until then those that are set stay in the state.
  const stored = known === undefined ? inputs : { ...inputs, ...tagInputsOf(kind, known) };
  const properties = compact({
    ...known,
    ...stored,
    ...withoutRepeatedKey(stored, last),
    jobArn: id,
    attempt,
    requestedAttempt: inputs.attempt,
  });
  const fail = (reasons: string[], status?: string): Error =>
    partialFailure({ id, inputs, properties: { ...properties, ...(status ? { status } : {}) }, reasons });
  if (ended.end !== "done") {
    throw fail(reasonsFor(ended, `${kind.what} ${id}`, attempt), ended.end === "gone" ? "Gone" : undefined);
  }
  const done = ended.last;
  const made = await waitFor<true>(
    {
      what: `what ${kind.what} ${id} made`,
      observe: async () => (await call((bedrock) => kind.isThere(bedrock, done))) || undefined,
      judge: () => ({ state: "done" }),
      limitMs: APPEAR_WITHIN_MS,
      // What was there before is not something new that has yet to appear everywhere.
      appearWithinMs: known?.status === "Completed" || known?.status === "ModelMissing" ? 0 : APPEAR_WITHIN_MS,
    },
    around,
  );
  if (made.end === "error" || made.end === "interrupted" || made.end === "limit") {
    const why = made.end === "error" ? explain(made.error) : made.end === "interrupted" ? made.by : "no answer";
    throw fail([`${kind.what} ${id} completed, but what it made cannot be read: ${why}`], "Unsettled");
  }
  if (made.end === "gone") {
    const reason = `${kind.what} ${id} completed but what it made does not exist (any more)`;
    throw fail([reason, nextStep(attempt)], "ModelMissing");
  }
  return compact({ ...properties, ...(await kind.results?.(surroundings, inputs, done)) });
}

function withoutRepeatedKey(inputs: Properties, outputs: Properties): Properties {
  const asked = inputs["modelKmsKeyArn"] ?? inputs["kmsKeyArn"];
  const { resolvedKmsKeyArn: reported } = outputs;
  if (typeof asked !== "string" || typeof reported !== "string") return outputs;
  return { ...outputs, resolvedKmsKeyArn: resolvedKey(asked, reported) };
}

function reasonsFor<T>(ended: Exclude<WaitEnd<T>, { end: "done" }>, what: string, attempt: number): string[] {
  const resume = "it goes on at Bedrock; run the update again to resume the wait, nothing is started twice";
  switch (ended.end) {
    case "failed": {
      const fix = likelyFix(ended.message);
      return [`${what} failed: ${ended.message}`, ...(fix ? [`likely fix: ${fix}`] : []), nextStep(attempt)];
    }
    case "gone":
      return [`${what} does not exist (any more); refresh, then update to start a new one`];
    case "limit":
      return [`${what} has not ended after ${elapsedText(ended.waitedMs)} (waitLimitMinutes); ${resume}`];
    case "interrupted":
      return [`the wait for ${what} was interrupted (${ended.by}); ${resume}`];
    case "error":
      return [`${what} cannot be read: ${explain(ended.error)}`, resume];
  }
}

function nextStep(attempt: number): string {
  const next = `set attempt to ${attempt + 1} (or retryFailed to true) and update: a new job is started under a new name`;
  return `next step: the job stays as it is and is not started again by itself; correct the cause, then ${next}`;
}

async function update<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: PlainJobKind<T>,
  id: string,
  olds: PlainJobState,
  news: PlainJobInputs,
): Promise<{ outs: Properties }> {
  const outs = await settle(surroundings, around, kind, id, news, Number(olds.attempt ?? 1), olds);
  try {
    await surroundings.bedrock(news.region, async (bedrock) => {
      const job = await kind.get(bedrock, id);
      for (const [index, arn] of (job === undefined ? [] : kind.tagged(job)).entries()) {
        const now = (await readTags(bedrock, arn))?.tags ?? kind.tagSets(olds)[index];
        await applyTags(bedrock, arn, now, kind.tagSets(news)[index]);
      }
    });
  } catch (error) {
    const reasons = [`tags could not be changed: ${explain(error)}; the next update tries again`];
    throw partialFailure({ id, inputs: news, properties: outs, reasons });
  }
  return { outs: compact({ ...outs, ...tagInputsOf(kind, news) }) };
}

/** The inputs with tags, those that are absent among them. */
function tagInputsOf<T>({ tagInputs }: PlainJobKind<T>, inputs: PlainJobInputs): Properties {
  return Object.fromEntries(tagInputs.map((name) => [name, inputs[name]]));
}

async function read<T>(
  surroundings: Surroundings,
  kind: PlainJobKind<T>,
  id: string,
  props: PlainJobState,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
  const call = <R>(use: (bedrock: Bedrock) => Promise<R>): Promise<R> => surroundings.bedrock(props.region, use);
  const look = call((bedrock) => kind.get(bedrock, id));
  const job = await reading(`${kind.what} ${id}`, "refresh again", look);
  if (job === undefined) return { id: "", props: {} };
  const done = kind.judge(job).state === "done";
  if (done && !(await call((bedrock) => kind.isThere(bedrock, job)))) return { id: "", props: {} };
  const [first] = kind.tagged(job);
  const tags = first === undefined ? undefined : (await call((bedrock) => readTags(bedrock, first)))?.tags;
  const names = [...PLAIN_INPUT_NAMES, ...kind.tagInputs, ...kind.inputNames];
  const inputs = compact({
    ...Object.fromEntries(names.map((name) => [name, props[name]])),
    attempt: props.requestedAttempt,
    ...(tags === undefined ? {} : inputsForJobTags(tags, props)),
    __provider: props["__provider"],
  });
  // A job that ended since the last update stays unfinished here: its results come with the update that `diff` asks for.
  const outputs = props.status !== "Completed" && done ? {} : withoutRepeatedKey(props, kind.outputs(job));
  return { id, props: compact({ ...props, ...inputs, ...outputs, attempt: props.attempt }), inputs };
}
