/** Bedrock: where a model is copied to, and under which key it lies there. */
import { matchesAny } from "./evaluator";
import { inParts, listSetting } from "./judge";
import type { PolicyRule } from "./model";
import { stackIn, type StackView } from "./stack";
import { UNKNOWN, Unjudgeable, type Reader, type Subject } from "./subject";
import { COPY_JOBS, CUSTOMIZATION_JOBS, IMPORT_JOBS, KEY_LIKE } from "./tokens";

const copiesStay: PolicyRule = {
  id: "model-copy-stays-where-it-may-be",
  family: "bedrock",
  severity: "high",
  level: "mandatory",
  title: "A model is copied within its geography, or into an allowed region, under a key of that region",
  threat: "A model remembers what it was trained on: a copy takes personal data under another law, outside its guard.",
  remediation: {
    text: "Copy within the geography, or have the platform team allow the region; use a key of the target region.",
    code: `{ "model-copy-stays-where-it-may-be": { "copyRegions": ["eu-*", "us-east-1"] } }`,
  },
  frameworks: {
    "NIST 800-53": ["AC-4", "SA-9", "SC-12"],
    GDPR: ["Art. 44", "Art. 32"],
    "EU AI Act": ["Art. 10"],
    "SOC 2": ["CC6.7"],
  },
  replaces: [],
  appliesTo: COPY_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: {
    copyRegions: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Regions into which models may be copied; * and ? are wildcards. Default: those of the source's geography, as eu-* is.",
    },
  },
  *judge(copy, context) {
    const stack = stackIn(context.stack);
    const declared = copy.at("region");
    const region = declared.exists ? declared : copy.provider("region");
    const target = region.string();
    if (target === undefined) return;
    const [source, key] = [copy.at("sourceModelArn"), copy.at("modelKmsKeyArn")];
    const allowed = listSetting(context, "copyRegions");
    yield* inParts([source, key], function* (reader) {
      if (!reader.exists) return;
      const from = regionOf(reader, copy, reader === key ? KEY_LIKE : MODELS, stack);
      if (from === undefined) return;
      if (reader === key) {
        if (from !== target)
          yield `${key.path} is a key in ${from}; one in ${target}, where the copy lies, is required.`;
      } else if (allowed.length > 0 && !matchesAny(allowed, target)) {
        yield `region is ${target}; models may be copied to ${allowed.join(", ")}.`;
      } else if (allowed.length === 0 && geographyOf(target) !== geographyOf(from)) {
        yield `region is ${target}, and the source is in ${from}; models may be copied within ${geographyOf(from)}-*.`;
      }
    });
  },
};

/** The policies on copies of models. */
export const modelCopy: readonly PolicyRule[] = [copiesStay];

const MODELS = [...CUSTOMIZATION_JOBS, ...IMPORT_JOBS, ...COPY_JOBS];

/** `eu` of `eu-west-1`, `us-gov` of `us-gov-west-1`. */
function geographyOf(region: string): string {
  return region.split("-").slice(0, -2).join("-");
}

/**
 * The region of what a property names: of its ARN, else of the resource that it depends on; `undefined` where none tells.
 *
 * @throws Unjudgeable while it is not known yet.
 */
function regionOf(reader: Reader, holder: Subject, types: readonly string[], stack: StackView): string | undefined {
  if (!reader.isUnknown) return /^arn:[^:]*:[^:]*:([a-z0-9-]+):/.exec(reader.string() ?? "")?.[1];
  const [named] = stack.dependencies(holder, reader.path, types);
  const region = named?.raw.property("region") ?? named?.raw.providerProperty("region");
  if (named === undefined || region === UNKNOWN) throw new Unjudgeable(`${reader.path} is not known yet`);
  return typeof region === "string" ? region : undefined;
}
