import type { Bedrock } from "@aws-sdk/client-bedrock";
import { compact, type LifecycleHandler, partialFailure, type Properties } from "./dynamic";
import { describe, isNameInUse } from "./errors";
import { explain, likelyFix, reading } from "./failures";
import { startOrAdopt, waitFor, type WaitEnd, type WaitSurroundings, watched } from "./lifecycle";
import { fingerprint, nameWithHash, prefixFrom } from "./naming";
import { elapsedText } from "./schedule";
import { findToAdopt } from "./serving-adopt";
import { DEFAULT_WAIT_LIMIT_MINUTES, deleteServing, UNHEARD_MS, waitUnchanging } from "./serving-delete";
import type { ServingInputs, ServingKind, ServingState, Wanted } from "./serving-kind";
import type { Surroundings } from "./surroundings";
import { applyTags, CLAIM_TAG, readTags } from "./tags";

const START_RETRY_MS = 3 * 60_000;
const APPEAR_WITHIN_MS = 60_000;
const MOST_NAMES = 5;

/** The lifecycle of something that serves a model; the id is its ARN. */
export function servingHandler<T>(surroundings: Surroundings, kind: ServingKind<T>): LifecycleHandler {
  return {
    check: async (_olds, news) => ({ inputs: news, failures: kind.check(news) }),
    diff: async (_id, olds, news) => kind.diff(olds as ServingState, news as ServingInputs),
    create: (inputs) => watched(surroundings, (around) => create(surroundings, around, kind, inputs as ServingInputs)),
    read: (id, props) => read(surroundings, kind, id, props as ServingState),
    update: (id, olds, news) =>
      watched(surroundings, (around) =>
        update(surroundings, around, kind, id, olds as ServingState, news as ServingInputs),
      ),
    delete: (id, props) =>
      watched(surroundings, (around) => deleteServing(surroundings, around, kind, id, props as ServingState)),
  };
}

async function create<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: ServingKind<T>,
  inputs: ServingInputs,
): Promise<{ id: string; outs: Properties }> {
  const call = <R>(use: (bedrock: Bedrock) => Promise<R>): Promise<R> => surroundings.bedrock(inputs.region, use);
  const substance = kind.substance(inputs);
  // Tells ours from others of the same name, so that one whose creation was not recorded is found again. It is a tag and
  // not the client request token: a token that is used again after a deletion may bring back the deleted ARN.
  const claim = fingerprint([inputs.identity, substance, inputs.name], 40);
  const first = inputs.name ?? nameWithHash(prefixFrom(inputs.identity), [inputs.identity, substance]);
  const names = Array.from({ length: MOST_NAMES }, (_, turn) => ({
    name: turn === 0 ? first : nameWithHash(first, [inputs.identity, substance, turn]),
  }));
  const { adoptArn } = inputs;
  let started: { id: string; candidate: { name: string }; adopted: boolean };
  try {
    started =
      adoptArn !== undefined
        ? await findToAdopt(surroundings, kind, inputs, adoptArn)
        : await startOrAdopt<{ name: string }, T>(
            {
              what: kind.what,
              attempts: [names],
              find: ({ name }) => call((bedrock) => kind.get(bedrock, name)),
              claim: async (found) => {
                if (kind.outputs(found)["status"] === "Failed") return "foreign";
                const tags = await call((bedrock) => readTags(bedrock, kind.arnOf(found)));
                if (tags === undefined) {
                  const name = kind.nameOf(found);
                  throw new Error(
                    `${name} exists; whose it is cannot be seen without bedrock:ListTagsForResource, grant it`,
                  );
                }
                return tags.claim === claim ? "ours" : "foreign";
              },
              start: ({ name }) =>
                call((bedrock) => kind.create(bedrock, inputs, name, { ...inputs.tags, [CLAIM_TAG]: claim })),
              idOf: (found) => kind.arnOf(found),
              isNameInUse,
              isPassing: () => false,
              retryForMs: START_RETRY_MS,
            },
            around,
          );
  } catch (error) {
    throw new Error(`${kind.what} of ${inputs.identity}: ${explain(error)}`, { cause: error });
  }
  const { id } = started;
  const wanted = { name: started.candidate.name, modelArn: inputs.modelArn };
  const stored = { ...inputs, arn: id, actualName: wanted.name, status: "Creating" };
  if (started.adopted) await change(surroundings, around, kind, id, inputs, stored, wanted);
  const ended = await waitSettled(surroundings, around, kind, id, inputs, wanted, APPEAR_WITHIN_MS);
  return { id, outs: conclude(kind, id, inputs, stored, ended) };
}

async function update<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: ServingKind<T>,
  id: string,
  olds: ServingState,
  news: ServingInputs,
): Promise<{ outs: Properties }> {
  const renamed = news.name !== undefined && news.name !== olds.name;
  const name = (renamed ? news.name : (olds.actualName ?? news.name)) ?? "";
  const wanted = { name, modelArn: news.modelArn };
  await change(surroundings, around, kind, id, news, olds, wanted);
  const changed = { ...kind, judge: notUnheard(around, kind) };
  const ended = await waitSettled(surroundings, around, changed, id, news, wanted, 0);
  return { outs: conclude(kind, id, news, { ...olds, ...news, actualName: name }, ended) };
}

/** Sends what changes in place, after an earlier change is over. `stored` stays in the state when that fails. */
async function change<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: ServingKind<T>,
  id: string,
  inputs: ServingInputs,
  stored: ServingState,
  wanted: Wanted,
): Promise<void> {
  try {
    await waitUnchanging(surroundings, around, kind, id, inputs);
    await surroundings.bedrock(inputs.region, async (bedrock) => {
      const now = await kind.get(bedrock, id);
      if (now === undefined) return;
      await kind.change(bedrock, id, now, wanted);
      await applyTags(bedrock, id, (await readTags(bedrock, id))?.tags ?? stored.tags, inputs.tags);
    });
  } catch (error) {
    const fix = likelyFix(describe(error));
    const reason = `${kind.what} ${stored.actualName ?? id} could not be changed: ${describe(error)}`;
    throw partialFailure({
      id,
      inputs,
      properties: { ...stored, status: "ChangeFailed" },
      reasons: fix === undefined ? [reason] : [reason, `likely fix: ${fix}`],
    });
  }
}

/** Waits until the wanted model is served under the wanted name. */
function waitSettled<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: ServingKind<T>,
  id: string,
  inputs: ServingInputs,
  wanted: Wanted,
  appearWithinMs: number,
): Promise<WaitEnd<T>> {
  return waitFor<T>(
    {
      what: `${kind.what} ${wanted.name}`,
      observe: () => surroundings.bedrock(inputs.region, (bedrock) => kind.get(bedrock, id)),
      judge: (observed) => kind.judge(observed, wanted),
      limitMs: (inputs.waitLimitMinutes ?? DEFAULT_WAIT_LIMIT_MINUTES) * 60_000,
      appearWithinMs,
    },
    around,
  );
}

/** Judges as the kind does, except that a change which is not even begun after a while counts as failed. */
function notUnheard<T>(around: WaitSurroundings, kind: ServingKind<T>): ServingKind<T>["judge"] {
  const since = around.now();
  return (observed, wanted) => {
    const verdict = kind.judge(observed, wanted);
    const status = kind.outputs(observed)["status"];
    const atRest = (status === "InService" || status === "Active") && !kind.isChanging(observed);
    if (verdict.state !== "pending" || !atRest || around.now() - since < UNHEARD_MS) return verdict;
    return {
      state: "failed",
      message: `Bedrock accepted the change but has not begun it after ${elapsedText(UNHEARD_MS)}`,
    };
  };
}

/** Outputs of a wait that ended well; for every other end, the partial failure that keeps the ARN in the state. */
function conclude<T>(
  kind: ServingKind<T>,
  id: string,
  inputs: ServingInputs,
  stored: ServingState,
  ended: WaitEnd<T>,
): Properties {
  const properties = compact({ ...stored, ...(ended.last === undefined ? {} : kind.outputs(ended.last)) });
  if (ended.end === "done") return properties;
  const status = String(properties["status"]);
  // A status at rest would make the next `diff` see nothing to do.
  const unsettled = status === "InService" || status === "Active" || ended.end === "gone";
  const reasons = reasonsFor(`${kind.what} ${String(properties["actualName"])}`, ended, status === "Failed");
  throw partialFailure({
    id,
    inputs,
    properties: { ...properties, ...(unsettled ? { status: "Unsettled" } : {}) },
    reasons,
  });
}

function reasonsFor<T>(what: string, ended: Exclude<WaitEnd<T>, { end: "done" }>, dead: boolean): string[] {
  const resume = "it goes on at Bedrock, and may be billed; run the update again to resume the wait";
  switch (ended.end) {
    case "failed": {
      const fix = likelyFix(ended.message);
      const reasons = [`${what} failed: ${ended.message}`];
      if (fix !== undefined) reasons.push(`likely fix: ${fix}`);
      reasons.push(`next step: the next update ${dead ? "replaces it" : "tries the change again"}`);
      return reasons;
    }
    case "gone":
      return [`${what} does not exist (any more); refresh, then update to make a new one`];
    case "limit":
      return [`${what} is not ready after ${elapsedText(ended.waitedMs)} (waitLimitMinutes); ${resume}`];
    case "interrupted":
      return [`the wait for ${what} was interrupted (${ended.by}); ${resume}`];
    case "error":
      return [`${what} cannot be read: ${explain(ended.error)}`, resume];
  }
}

async function read<T>(
  surroundings: Surroundings,
  kind: ServingKind<T>,
  id: string,
  props: ServingState,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
  const call = <R>(use: (bedrock: Bedrock) => Promise<R>): Promise<R> => surroundings.bedrock(props.region, use);
  const look = call((bedrock) => kind.get(bedrock, id));
  const observed = await reading(`${kind.what} ${props.actualName ?? id}`, "refresh again", look);
  if (observed === undefined) return { id: "", props: {} };
  const tags = (await call((bedrock) => readTags(bedrock, id)))?.tags;
  const hasTags = tags !== undefined && (Object.keys(tags).length > 0 || props.tags !== undefined);
  const outputs = kind.outputs(observed);
  const renamed = props.name !== undefined && kind.nameOf(observed) !== props.actualName;
  const inputs = compact({
    ...Object.fromEntries(kind.inputNames.map((name) => [name, props[name]])),
    modelArn: outputs["modelArn"],
    ...(renamed ? { name: kind.nameOf(observed) } : {}),
    ...(hasTags ? { tags } : {}),
  });
  return { id, props: compact({ ...props, ...inputs, ...outputs }), inputs };
}
