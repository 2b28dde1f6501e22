import { nearest } from "./nearest";

/** What names a thing of Bedrock that is no base model. */
interface NoBaseModel {
  /** What the thing is, to be said after "is". */
  readonly what: string;
  /** The foundation model inside its name, where there is one. */
  readonly model?: string;
}

const arnPattern = /^arn:([\w-]+):([\w-]+):([\w-]*):(\d*):([\w-]+)[/:](.+)$/;
const idPattern = /^([a-z0-9-]+\.[a-z0-9-]+)(?::(\d+))?(?::\d+k)?$/;
/** System inference profiles: a geography before the id of the model. */
const profilePattern = /^([a-z]{2,6}(?:-[a-z]{2,4})?)\.([a-z0-9-]+\.[a-z0-9-]+(?::[\w:]+)?)$/;

/** Resources of Bedrock that a job might be given by mistake for a base model, by the type in their ARN. */
const resources: Readonly<Record<string, string>> = {
  "imported-model": "an imported model, which Bedrock serves and does not customize",
  "provisioned-model": "Provisioned Throughput, which serves a model",
  "custom-model-deployment": "a deployment, which serves a custom model",
  "inference-profile": "an inference profile, which is for asking a model",
  "application-inference-profile": "an application inference profile, which is for asking a model",
  "model-customization-job": "a customization job, not the model that it makes",
  "prompt-router": "a prompt router, which is for asking models",
  "default-prompt-router": "a prompt router, which is for asking models",
  "model-import-job": "an import job, not the model that it makes",
};

/** Foundation models of which it is known why no job customizes them, by the beginning of their ids. */
const notCustomized: readonly (readonly [string, string])[] = [
  ["amazon.nova-premier", "teaches in distillation, and is not customized itself"],
  ["meta.llama3-1-405b", "teaches in distillation, and is not customized itself"],
  ["openai.gpt-oss", "is fine-tuned through the OpenAI-compatible API of bedrock-mantle, not by a customization job"],
  ["qwen.qwen3", "is fine-tuned through the OpenAI-compatible API of bedrock-mantle, not by a customization job"],
  ["anthropic.", "is a model of Anthropic, none of which can be customized any more"],
];

/** Context suffixes under which jobs take base models, by the beginning of the id. Source: Bedrock User Guide, "custom-model-fine-tuning". */
const contexts: readonly (readonly [string, string])[] = [
  ["amazon.nova-2-lite", "256k"],
  ["amazon.nova-micro", "128k"],
  ["amazon.nova-lite", "300k"],
  ["amazon.nova-pro", "300k"],
  ["meta.llama3", "128k"],
];

/**
 * The base model id without context suffix that an identifier stands for.
 *
 * @param identifier - a base model id with or without version and context suffix (`meta.llama3-1-8b-instruct-v1:0:128k`),
 *   a foundation model ARN, or the ARN of a custom model that is to be trained further
 * @returns for example `meta.llama3-1-8b-instruct-v1:0`; undefined if it is none of these
 */
export function baseModelId(identifier: string): string | undefined {
  const [, , service, , , type, name] = arnPattern.exec(identifier) ?? [];
  const isModel = service === "bedrock" && (type === "foundation-model" || type === "custom-model");
  const [id = "", ...rest] = isModel ? name!.split("/") : [identifier];
  const match = rest.length > (type === "custom-model" ? 1 : 0) ? null : idPattern.exec(id);
  return match ? `${match[1]}:${match[2] ?? "0"}` : undefined;
}

/** What an identifier names where that is known and no base model: another resource of Bedrock, or an inference profile. */
export function namedOtherwise(identifier: string): NoBaseModel | undefined {
  const [, , service, , , type, name] = arnPattern.exec(identifier) ?? [];
  if (service === "bedrock" && type !== undefined) {
    const model = inProfile(name!);
    const what = resources[type] ?? (type === "foundation-model" && model ? resources["inference-profile"] : undefined);
    return what === undefined ? undefined : { what, model };
  }
  const model = inProfile(identifier);
  return model === undefined ? undefined : { what: resources["inference-profile"]!, model };
}

/** Whether an identifier is an ARN of Bedrock, whatever it names, or an inference profile. */
export function isBedrockName(identifier: string): boolean {
  return arnPattern.exec(identifier)?.[2] === "bedrock" || namedOtherwise(identifier) !== undefined;
}

function inProfile(name: string): string | undefined {
  const [, , model] = profilePattern.exec(name) ?? [];
  return model !== undefined && idPattern.test(model) ? model : undefined;
}

/**
 * Why an identifier is no base model whose data can be checked, and what to give instead: to be put after the quoted identifier.
 *
 * @param known - ids of base models without context suffix
 */
export function whyUnknown(identifier: string, known: readonly string[]): string {
  const other = namedOtherwise(identifier);
  if (other) return `is ${other.what}; ${wanted(other.model, known)}`;
  if (/^arn:/i.test(identifier)) return `is ${arnOf(identifier)}; ${wanted(undefined, known)}`;
  const id = baseModelId(identifier);
  const suggested = meantBy((id ?? identifier).trim(), known)
    .map(jobId)
    .join(" or ");
  const meant = suggested === "" ? "" : ` Did you mean ${suggested}?`;
  if (id === undefined) {
    const named = /[.:\s]/.test(identifier)
      ? ""
      : ", and a custom model is named by its ARN, which tells its base model";
    return `is no model id: an id has the form vendor.model-version${named}.${meant}`;
  }
  const [, reason] = notCustomized.find(([beginning]) => id.startsWith(beginning)) ?? [];
  if (reason !== undefined) return `${reason}.`;
  return `is a model whose data format this project does not know.${meant} Is it new? Then it is for dataset/families.ts.`;
}

/** Edits that a typing error takes at most, and ids that are suggested at most. */
const MOST = { edits: 3, ids: 3 } as const;

/** Ids that hold the name, however its parts are joined; else the one that it is nearly. */
function meantBy(name: string, known: readonly string[]): readonly string[] {
  const plain = (text: string): string => text.toLowerCase().replace(/[._\s]/g, "-");
  const [stem = ""] = plain(name).split(":");
  const holding = known.filter((one) => stem.length > 3 && plain(one).includes(stem));
  if (holding.length > 0 && holding.length <= MOST.ids) return holding;
  const one = nearest(name, known, MOST.edits);
  return one === undefined ? [] : [one];
}

function arnOf(identifier: string): string {
  const [, , service, , , type = "", name] = arnPattern.exec(identifier) ?? [];
  if (service === undefined) return "no ARN of Bedrock";
  if (service !== "bedrock") return `an ARN of ${service}, not of Bedrock`;
  if (type === "custom-model" && name?.startsWith("imported/")) {
    return "a custom model made from files, whose ARN does not tell its base model";
  }
  return `an ARN of Bedrock for "${type}"`;
}

function wanted(model: string | undefined, known: readonly string[]): string {
  const id = model === undefined ? undefined : baseModelId(model);
  if (id === undefined) return "customization takes a foundation model, or the ARN of a custom model to go on with.";
  if (known.includes(id)) return `customization takes the foundation model: ${jobId(id)}.`;
  return `customization takes the foundation model, here ${id}, which ${whyUnknown(id, known)}`;
}

/** A base model under the id that jobs take, with its context suffix where it has one. */
export function jobId(id: string): string {
  const [, context] = contexts.find(([beginning]) => id.startsWith(beginning)) ?? [];
  return context === undefined ? id : `${id}:${context}`;
}
