import { baseModel } from "./models";

/** What ARNs of Bedrock name that is no base model, by the type in them. */
const OTHERS: Record<string, string> = {
  "imported-model": "an imported model, which Bedrock serves and does not customize",
  "provisioned-model": "Provisioned Throughput, which serves a model",
  "custom-model-deployment": "a deployment, which serves a custom model",
  "inference-profile": "an inference profile, which is for asking a model",
  "application-inference-profile": "an application inference profile, which is for asking a model",
  "model-customization-job": "a customization job, not the model that it makes",
};

const ARN = /^arn:[\w-]+:([\w-]+):[\w-]*:\d*:([\w-]+)[/:](.+)$/;
/** A system inference profile: a geography, then the id of a model. */
const PROFILE = /^[a-z]{2,6}(?:-[a-z]{2,4})?\.([a-z0-9-]+\.[a-z0-9-]+(?::[\w:]+)?)$/;

/**
 * Why a value cannot be the base model of a customization job, whatever models there are: it names something else. Undefined
 * for ids, ARNs of foundation and custom models, and names of custom models.
 *
 * @returns what it names, and what to give instead; to be put after the value
 */
export function whyNoBase(model: string): string | undefined {
  const [, service, type = "", name = model] = ARN.exec(model) ?? [];
  const inner = PROFILE.exec(name)?.[1];
  if (service !== undefined && service !== "bedrock") return `this is an ARN of ${service}; ${instead(inner)}`;
  const what = OTHERS[type] ?? (inner === undefined ? undefined : OTHERS["inference-profile"]);
  if (what !== undefined) return `this is ${what}; ${instead(inner)}`;
  const isKnown = service === undefined || type === "foundation-model" || type === "custom-model";
  return isKnown ? undefined : `this is an ARN for "${type}"; ${instead(inner)}`;
}

function instead(inner: string | undefined): string {
  if (inner === undefined) return "give a foundation model, or the ARN of a custom model to go on with";
  const isCustomized = baseModel(inner) !== undefined;
  return `give the foundation model, ${inner}${isCustomized ? ", with its context suffix" : ", if it can be customized"}`;
}
