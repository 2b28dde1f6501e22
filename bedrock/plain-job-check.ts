import { type InputCheck, MOST_TAGS, RULES } from "./checks";
import { containsUnknown, type Properties } from "./dynamic";
import { checkTagSets } from "./job-tags";

/** Longest prefix that leaves room for a hyphen and eight hexadecimal digits in a name of 63 characters. */
export const LONGEST_PREFIX = 54;

/**
 * Checks the inputs that import, copy and evaluation jobs share.
 *
 * @param kind what their ARNs name, such as `model-import-job`
 * @param ownTags inputs with tags beside `tags`
 * @returns the Region, when it is known and looks like one
 */
export function checkPlainInputs(
  check: InputCheck,
  inputs: Properties,
  kind: string,
  ownTags: readonly string[] = [],
): string | undefined {
  const region = check.text("region", RULES.region);
  const allowed = `${RULES.modelName.allowed}; a prefix has at most ${LONGEST_PREFIX}`;
  check.text("namePrefix", { ...RULES.modelName, max: LONGEST_PREFIX, allowed }, { optional: true });
  // One tag is ours, by which the job is known again.
  checkTagSets(check, inputs, ownTags, MOST_TAGS - 1);
  check.integer("attempt", 1, 1_000);
  check.integer("waitLimitMinutes", 1, 14 * 1440);
  const adopted = {
    min: 1,
    max: 1011,
    pattern: new RegExp(`^arn:aws(?:-[a-z-]+)?:bedrock:[a-z0-9-]{1,20}:\\d{12}:${kind}/[a-z0-9]+$`),
    allowed: `the ARN of a job is allowed, arn:…:${kind}/…`,
  };
  check.text("adoptJobArn", adopted, { optional: true });
  const retry = inputs["retryFailed"];
  if (retry !== undefined && typeof retry !== "boolean" && !containsUnknown(retry)) {
    check.reject("retryFailed", retry, "true or false is allowed");
  }
  return region;
}

/** Checks where a job has its network interfaces: 1 to 16 subnets, 1 to 5 security groups. */
export function checkVpc(check: InputCheck, value: unknown): void {
  check.nested("vpcConfig", value, (inner, { subnetIds, securityGroupIds }) => {
    inner.list("subnetIds", RULES.networkId, { min: 1, max: 16 }, subnetIds ?? []);
    inner.list("securityGroupIds", RULES.networkId, { min: 1, max: 5 }, securityGroupIds ?? []);
  });
}
