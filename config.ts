import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { ExistingParts } from "./components/existing";
import { settingsOf } from "./components/presets";
import { namePrefixes } from "./components/naming";
import type { EnvironmentSettings } from "./components/settings";
import { customization } from "./customization-config";
import { dataset } from "./dataset-config";
import { nearest } from "./dataset/nearest";
import * as environment from "./environment-config";

/** Namespace of the stack's configuration keys: the project's name in Pulumi.yaml. */
export const namespace = "secure-model-customization";

const tagText = (what: string) =>
  z
    .string()
    .min(1)
    .max(256)
    .regex(/^[\w\s.:/=+@-]*$/u, "letters, digits, spaces and . _ : / = + @ - are allowed in a tag")
    .describe(what);

const serving = z
  .strictObject({
    mode: z
      .enum(["auto", "provisioned", "on-demand", "none"])
      .default("auto")
      .describe("How the model is put in service. auto: on demand where the base model allows it, else provisioned."),
    modelUnits: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe("Model units of provisioned throughput. They are billed by the hour."),
    commitment: z
      .enum(["none", "OneMonth", "SixMonths"])
      .default("none")
      .describe("Commitment of provisioned throughput. A term cannot be ended early and renews by itself."),
  })
  .prefault({});

/** The contract of `Pulumi.<stack>.yaml`: types, defaults, messages and the editor's schema come from here. */
export const stackSchema = z.strictObject({
  namePrefix: z
    .string()
    .regex(namePrefixes.pattern, namePrefixes.meaning)
    .default("smc")
    .describe("Prefix of every physical name. A change replaces nearly everything."),
  owner: tagText("Who answers for the environment; becomes the tag Owner."),
  costCenter: tagText("Who pays; becomes the tag CostCenter."),
  dataClassification: z
    .enum(["public", "internal", "confidential", "restricted"])
    .describe("Classification of the training data; becomes the tag DataClassification."),
  deployerArns: z
    .array(z.string().regex(/^arn:/u, "an ARN of a role or user is expected, wildcards allowed"))
    .min(1)
    .optional()
    .describe(
      "Principals that may upload data and order models; they alone may then change policies and settings of the buckets. Default: whoever runs the update.",
    ),
  forceDestroyBuckets: z
    .boolean()
    .default(false)
    .describe("Whether destroying the stack deletes buckets that still hold data. Lost data do not come back."),
  preset: environment.preset,
  encryption: environment.encryption,
  storage: environment.storage,
  network: environment.network,
  access: environment.access,
  audit: environment.audit,
  guardrail: environment.guardrail,
  account: environment.account,
  acceptedFindings: environment.acceptedFindings,
  customization,
  dataset,
  serving,
});

/** The configuration of a stack, checked and with every default filled in. */
export type StackConfig = z.output<typeof stackSchema>;

/** What the environment has: the preset, with what the stack says otherwise. */
export function environmentSettings(config: StackConfig): EnvironmentSettings {
  return settingsOf(config.preset, config);
}

/** Keys whose value is a text: `1234` as a cost centre is no number. */
const textKeys: ReadonlySet<string> = new Set(["namePrefix", "owner", "costCenter", "dataClassification", "preset"]);

/** Parts of the environment that exist already. */
export function existingParts({ encryption, storage, access }: StackConfig): ExistingParts {
  return {
    keyArn: encryption.existingKeyArn,
    trainingBucket: storage.existingTrainingBucket,
    outputBucket: storage.existingOutputBucket,
    customizationRoleArn: access.existingCustomizationRoleArn,
  };
}

/** Reads a value as `pulumi config` stores it: a structured value or a boolean as JSON, a text as it is. */
function decode(key: string, text: string): unknown {
  if (textKeys.has(key)) {
    return text;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON is the ordinary case of a plain text value, not a failure.
    return text;
  }
}

/** The object schema inside defaults and optionals, if there is one. */
function objectIn(schema: z.core.$ZodType): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) {
    return schema;
  }
  const wrapped = schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return wrapped ? objectIn(schema.unwrap()) : undefined;
}

/** Keys that the schema knows at a path, for a suggestion beside an unknown key. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<z.ZodObject | undefined>((schema, key) => {
    const member = schema?.shape[String(key)];
    return member && objectIn(member);
  }, stackSchema);
  return Object.keys(found?.shape ?? {});
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === "object" ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}

/** A path as `pulumi config set --path` takes it: `customization.validationData[0]`. */
function keyOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return path.length === 0 ? namespace : `${namespace}:${steps.slice(1)}`;
}

/** Describes one problem: the key as it stands in the file, the value received, what is allowed, what to do. */
function describe(issue: z.core.$ZodIssue, root: unknown, secretKeys: ReadonlySet<string>): string[] {
  const key = keyOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((unknown) => {
      const known = keysAt(issue.path);
      const suggestion = nearest(unknown, known);
      const place = issue.path.length === 0 ? `${namespace}:${unknown}` : `${key}.${unknown}`;
      return `${place} is not a known key. ${
        suggestion ? `Did you mean "${suggestion}"?` : `Known here: ${known.join(", ")}.`
      }`;
    });
  }
  const received = valueAt(root, issue.path);
  const secret = secretKeys.has(String(issue.path[0]));
  const flags = `${secret ? "--secret " : ""}${issue.path.length > 1 ? "--path " : ""}`;
  const example = `Set it with: pulumi config set ${flags}'${key}' VALUE`;
  return received === undefined
    ? [`${key} is missing. ${example}`]
    : [`${key} is ${secret ? "[secret]" : JSON.stringify(received)}: ${issue.message}. ${example}`];
}

/**
 * Checks the raw configuration of a stack.
 *
 * @param raw configuration values by key, without the namespace, as `pulumi config` stores them
 * @param secretKeys keys whose values must not be shown
 * @throws {pulumi.RunError} that lists every problem at once
 */
export function parseConfig(raw: Record<string, string>, secretKeys: ReadonlySet<string> = new Set()): StackConfig {
  const values = Object.fromEntries(Object.entries(raw).map(([key, text]) => [key, decode(key, text)]));
  const result = stackSchema.safeParse(values);
  if (result.success) {
    return result.data;
  }
  const problems = result.error.issues.flatMap((issue) => describe(issue, values, secretKeys));
  throw new pulumi.RunError(
    `The configuration of this stack has ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n` +
      problems.map((problem) => `  - ${problem}`).join("\n"),
  );
}

/** Reads and checks the configuration of the current stack. See {@link parseConfig}. */
export function loadConfig(): StackConfig {
  const prefix = `${namespace}:`;
  const withoutPrefix = (key: string) => key.slice(prefix.length);
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  // The language host hands over beside the values which keys are secret; the SDK has no public function that lists them.
  const secret = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]") as string[];
  return parseConfig(
    Object.fromEntries(own.map(([key, value]) => [withoutPrefix(key), value])),
    new Set(secret.filter((key) => key.startsWith(prefix)).map(withoutPrefix)),
  );
}
