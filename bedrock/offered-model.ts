import type { Bedrock, FoundationModelSummary } from "@aws-sdk/client-bedrock";
import { baseOfCustomModel, modelIdOf } from "./arns";
import type { Caller } from "./client";
import { describe } from "./errors";
import { baseModel, nearlyNamed, type Serving, servingFor } from "./models";

/** What Bedrock says about a foundation model, over all its context variants in a Region. */
export interface OfferedModel {
  /** `GONE`: Bedrock lists no such model in the Region; it is retired, or was never offered there. */
  lifecycle: "ACTIVE" | "LEGACY" | "GONE";
  /** ISO 8601; since when the model is Legacy, and when it ends. */
  legacySince?: string;
  endOfLife?: string;
  /** Whether throughput can be bought for the model, and so for what is made from it. */
  provisioned: boolean;
  /** How it can be customized. The API names no reinforcement fine-tuning. */
  customizations: string[];
}

/** Why Bedrock was not asked, or did not answer. */
export interface Unasked {
  unasked: string;
}

/**
 * Asks Bedrock about a foundation model, or about the one behind a custom model. Never rejects: without credentials, permission
 * or network the dated table has to do.
 */
export async function offeredModel(
  ask: Caller<Bedrock>,
  region: string,
  model: string,
): Promise<OfferedModel | Unasked> {
  const id = baseOfCustomModel(model) ?? modelIdOf(model);
  if (id.startsWith("arn:") || !id.includes(".")) return { unasked: `${model} does not tell its foundation model` };
  try {
    const { modelSummaries = [] } = await ask(region, (bedrock) => bedrock.listFoundationModels({}));
    return summarize(id, modelSummaries);
  } catch (error) {
    return { unasked: describe(error) };
  }
}

/** Sums up the variants of a model; the id may leave out version and context variant. */
export function summarize(id: string, summaries: readonly FoundationModelSummary[]): OfferedModel {
  const [name = "", version] = id.split(":");
  const stem = version === undefined ? name : `${name}:${version}`;
  const variants = summaries.filter(({ modelId = "" }) => modelId === stem || modelId.startsWith(`${stem}:`));
  const has = (list: "inferenceTypesSupported" | "customizationsSupported"): string[] => [
    ...new Set(variants.flatMap((one) => one[list] ?? [])),
  ];
  const states = variants.flatMap(({ modelLifecycle }) => modelLifecycle ?? []);
  const legacy = states.find(({ status }) => status === "LEGACY");
  const lifecycle = variants.length === 0 ? "GONE" : legacy === undefined ? "ACTIVE" : "LEGACY";
  return {
    lifecycle,
    legacySince: iso(legacy, "legacyTime"),
    endOfLife: iso(legacy, "endOfLifeTime"),
    provisioned: has("inferenceTypesSupported").includes("PROVISIONED"),
    customizations: has("customizationsSupported"),
  };
}

function iso(lifecycle: object | undefined, member: "legacyTime" | "endOfLifeTime"): string | undefined {
  const time: unknown = (lifecycle as Record<string, unknown> | undefined)?.[member];
  return time instanceof Date ? time.toISOString() : typeof time === "string" ? time : undefined;
}

/**
 * How a model customized from a base model can be served: throughput as Bedrock says, deployments on demand as the dated table
 * says, since no operation tells of them. What neither knows is undefined.
 */
export function servingOf(
  model: string,
  offered: OfferedModel | Unasked,
  today: string = new Date().toISOString().slice(0, 10),
): Serving | undefined {
  const known = servingFor(model, today);
  if ("unasked" in offered || known === "none") return known;
  if (offered.lifecycle === "GONE") return "none";
  const onDemand = known !== "provisioned";
  if (onDemand) return offered.provisioned ? "both" : "onDemand";
  return offered.provisioned ? "provisioned" : "none";
}

/** What stands in the way of a new customization job, by what Bedrock says: empty when nothing does. */
export function reasonsAgainst(model: string, region: string, type: string, offered: OfferedModel): string[] {
  if (offered.lifecycle === "GONE") {
    const meant = nearlyNamed(model);
    const typed = meant === undefined ? "" : `; if it is a typing error, ${meant} is meant`;
    return [
      `Bedrock lists no such model in ${region}: it is retired, or not offered there; choose an active one${typed}`,
    ];
  }
  if (offered.lifecycle === "LEGACY") {
    const since = offered.legacySince === undefined ? "" : ` since ${offered.legacySince.slice(0, 10)}`;
    const until = offered.endOfLife === undefined ? "" : `, its end of life is ${offered.endOfLife.slice(0, 10)}`;
    return [`this model is Legacy${since}${until}: it takes no new customization jobs; choose an active one`];
  }
  // Where the table knows better, as of reinforcement, which the API does not name, it decides.
  const inTable = baseModel(model)?.customizations.some((known) => known === type) === true;
  if (inTable || offered.customizations.includes(type) || type === "REINFORCEMENT_FINE_TUNING") return [];
  const can = offered.customizations.length === 0 ? "not at all" : `by ${offered.customizations.join(", ")}`;
  return [`Bedrock says that it can be customized ${can}, not by ${type}`];
}
