/** The policy that carries the settings of the pack, in the shape of the SDK. Must be the first one. */
import type {
  PolicyConfigSchema,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { DEFAULT_PACK_SETTINGS, packSettings, SETTINGS_POLICY } from "./pack-settings";
import type { Session } from "./session";

const texts = { type: "array", items: { type: "string" } } as const;
const SCHEMA: PolicyConfigSchema = {
  properties: {
    levels: {
      type: "object",
      default: {},
      description: "Level (advisory, mandatory, disabled) by family or by id of a policy, which wins over its family.",
    },
    productionStacks: {
      ...texts,
      default: [...DEFAULT_PACK_SETTINGS.productionStacks],
      description: "Names of stacks that are production; * and ? are wildcards.",
    },
    productionLevels: {
      type: "object",
      default: {},
      description: "As levels, for production stacks; wins over levels.",
    },
    accounts: { ...texts, description: "Account ids that every policy trusts as the stack's own." },
    sharedBuckets: { ...texts, description: "Names of buckets outside the stack that jobs may use, for every policy." },
  },
};

/**
 * Hands the settings of the pack on to the policies after it, which the SDK gives their own configuration only.
 *
 * @param policies Ids of the policies of the catalogue.
 * @param see Called first with each stack, which the SDK shows to one policy only.
 */
export function settingsPolicy(
  session: Session,
  policies: ReadonlySet<string>,
  see: (args: StackValidationArgs) => void,
): ResourceValidationPolicy & StackValidationPolicy {
  const read = (args: { getConfig<T extends object>(): T }): void => {
    session.settle(packSettings(args.getConfig<Record<string, unknown>>(), policies));
  };
  return {
    name: SETTINGS_POLICY,
    displayName: "The settings of the pack name what exists",
    description: "The settings of the pack name what exists.",
    enforcementLevel: "mandatory",
    severity: "high",
    tags: ["governance"],
    remediationSteps: "Correct the setting that the message names in the pack's configuration.",
    configSchema: SCHEMA,
    validateResource: read,
    validateStack: (args) => {
      see(args);
      read(args);
    },
  };
}
