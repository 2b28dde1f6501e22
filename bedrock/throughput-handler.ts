import type { Bedrock, GetProvisionedModelThroughputCommandOutput } from "@aws-sdk/client-bedrock";
import { baseOfCustomModel, sameModel } from "./arns";
import { InputCheck, MOST_TAGS, RULES } from "./checks";
import {
  type CheckFailure,
  compact,
  containsUnknown,
  type DiffAnswer,
  type LifecycleHandler,
  type Properties,
} from "./dynamic";
import { MalformedAnswer, orUndefined } from "./errors";
import { baseModel, servingFor } from "./models";
import { servingHandler } from "./serving-handler";
import type { ServingInputs, ServingKind, ServingState } from "./serving-kind";
import type { Surroundings } from "./surroundings";
import { sameTags, type Tags, toTagList } from "./tags";

type Throughput = GetProvisionedModelThroughputCommandOutput;

interface ThroughputInputs extends ServingInputs {
  modelUnits: number;
  commitmentDuration?: "OneMonth" | "SixMonths";
}

const COMMITMENTS = ["OneMonth", "SixMonths"] as const;
const MOST_UNITS = 10_000;

/** The lifecycle of a provisioned throughput; the id is its ARN. */
export function provisionedThroughputHandler(surroundings: Surroundings): LifecycleHandler {
  return servingHandler(surroundings, KIND);
}

const KIND: ServingKind<Throughput> = {
  what: "provisioned throughput",
  inputNames: [
    "region",
    "identity",
    "name",
    "modelArn",
    "modelUnits",
    "commitmentDuration",
    "tags",
    "waitLimitMinutes",
    "adoptArn",
  ],
  check: checkThroughput,
  diff: diffThroughput,
  substance: ({ region, modelUnits, commitmentDuration, modelArn }) => ({
    region,
    modelUnits: Number(modelUnits),
    commitmentDuration,
    base: baseOfCustomModel(modelArn),
  }),
  fixed: (inputs) => ({
    modelUnits: Number(inputs["modelUnits"]),
    commitmentDuration: inputs["commitmentDuration"],
  }),
  fixedOf: ({ modelUnits, commitmentDuration }) => ({ modelUnits, commitmentDuration }),
  get: (bedrock, id) => orUndefined(bedrock.getProvisionedModelThroughput({ provisionedModelId: id })),
  create: createThroughput,
  change: async (bedrock, id, now, wanted) => {
    const desiredProvisionedModelName = now.provisionedModelName === wanted.name ? undefined : wanted.name;
    const desiredModelId = now.desiredModelArn === wanted.modelArn ? undefined : wanted.modelArn;
    if (desiredProvisionedModelName === undefined && desiredModelId === undefined) return;
    await bedrock.updateProvisionedModelThroughput({
      provisionedModelId: id,
      desiredProvisionedModelName,
      desiredModelId,
    });
  },
  delete: async (bedrock, id) => {
    await bedrock.deleteProvisionedModelThroughput({ provisionedModelId: id });
  },
  arnOf: (observed) => observed.provisionedModelArn ?? "",
  nameOf: (observed) => observed.provisionedModelName ?? "",
  judge: (observed, wanted) => {
    if (observed.status === "Failed") {
      return { state: "failed", message: observed.failureMessage ?? "Bedrock gives no reason" };
    }
    const asWanted = observed.modelArn === wanted.modelArn && observed.provisionedModelName === wanted.name;
    if (observed.status === "InService" && asWanted) return { state: "done" };
    return { state: "pending", phase: observed.status ?? "no status yet" };
  },
  isChanging: (observed) => observed.status === "Updating",
  outputs: throughputOutputs,
  deletionBlock: (observed, now) => {
    const until = observed.commitmentExpirationTime;
    if (until === undefined || until.getTime() <= now) return undefined;
    return (
      `its commitment of ${observed.commitmentDuration} lasts until ${until.toISOString()} and is billed until then; ` +
      "destroy again after that date (it renews itself at the end of the term), " +
      "or take it out of the state with `pulumi state delete` and delete it by hand"
    );
  },
};

async function createThroughput(bedrock: Bedrock, inputs: ServingInputs, name: string, tags: Tags): Promise<string> {
  const { modelArn, modelUnits, commitmentDuration } = inputs as ThroughputInputs;
  const answer = await bedrock.createProvisionedModelThroughput({
    provisionedModelName: name,
    modelId: modelArn,
    modelUnits: Number(modelUnits),
    commitmentDuration,
    tags: toTagList(tags),
  });
  if (answer.provisionedModelArn === undefined)
    throw new MalformedAnswer(`Bedrock accepted ${name} without naming its ARN`);
  return answer.provisionedModelArn;
}

function throughputOutputs(observed: Throughput): Properties {
  return compact({
    arn: observed.provisionedModelArn,
    actualName: observed.provisionedModelName,
    modelArn: observed.modelArn,
    foundationModelArn: observed.foundationModelArn,
    status: observed.status,
    createdAt: observed.creationTime?.toISOString(),
    commitmentExpirationTime: observed.commitmentExpirationTime?.toISOString(),
  });
}

/** What the service would refuse in a provisioned throughput: all problems at once. */
export function checkThroughput(inputs: Properties): CheckFailure[] {
  const check = new InputCheck(inputs);
  check.text("region", RULES.region);
  check.text("name", RULES.modelName, { optional: true });
  const model = check.text("modelArn", RULES.model);
  if (inputs["modelUnits"] === undefined)
    check.reject("modelUnits", undefined, "a whole number of at least 1 is required");
  check.integer("modelUnits", 1, MOST_UNITS);
  check.choice("commitmentDuration", COMMITMENTS);
  check.integer("waitLimitMinutes", 1, 14 * 1440);
  check.tags("tags", MOST_TAGS - 1);
  check.text("adoptArn", RULES.throughputArn, { optional: true });
  const known = model === undefined ? undefined : baseModel(model);
  if (model !== undefined && known !== undefined && servingFor(model) === "onDemand") {
    check.reject("modelArn", model, `a model made from ${known.id} is served by an on-demand deployment only`);
  }
  return check.failures;
}

/**
 * Name, model and tags change in place; units, commitment, region and another base model need a new throughput. One that
 * is not in service is always a change, because `update` resumes its wait; one that failed is replaced.
 */
export function diffThroughput(olds: ServingState, news: ServingInputs): DiffAnswer {
  const replaces = ["region", "modelUnits", "commitmentDuration"].filter(
    (name) => containsUnknown(news[name]) || String(olds[name] ?? "") !== String(news[name] ?? ""),
  );
  const bases = [olds.modelArn, news.modelArn].map((arn) => (arn === undefined ? undefined : baseOfCustomModel(arn)));
  const [oldBase, newBase] = bases;
  if (oldBase !== undefined && newBase !== undefined && !sameModel(oldBase, newBase)) replaces.push("modelArn");
  if (olds.status === "Failed") replaces.push("status");
  const changes =
    replaces.length > 0 ||
    olds.status !== "InService" ||
    olds.modelArn !== news.modelArn ||
    (news.name !== undefined && olds.name !== news.name) ||
    containsUnknown(news.tags) ||
    !sameTags(olds.tags, news.tags);
  return { changes, replaces, deleteBeforeReplace: false };
}
