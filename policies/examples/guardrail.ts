/** Examples of the policies on guardrails. */
import { environment } from "./environment";
import { changed, detached, pick, without, type Examples } from "./example";

const guardrail = pick(environment, "guardrail", "guardrail-version");
const filters = (...filtersConfigs: object[]) =>
  changed(guardrail, "guardrail", "contentPolicyConfig", { filtersConfigs });
const attack = { type: "PROMPT_ATTACK", inputStrength: "HIGH", outputStrength: "NONE" };
const hate = { type: "HATE", inputStrength: "HIGH", outputStrength: "MEDIUM" };
const personal = (...piiEntitiesConfigs: object[]) =>
  changed(guardrail, "guardrail", "sensitiveInformationPolicyConfig", { piiEntitiesConfigs });

/** Examples by policy. */
export const guardrailExamples: Readonly<Record<string, Examples>> = {
  "guardrail-filters-block": {
    good: guardrail,
    bad: [
      filters(hate),
      filters(attack),
      filters({ ...attack, inputStrength: "LOW" }, hate),
      filters(attack, { ...hate, outputStrength: "NONE" }),
      filters({ ...attack, inputAction: "NONE" }, hate),
      filters(attack, { ...hate, outputEnabled: false }),
      personal(),
      personal({ type: "EMAIL", action: "NONE" }),
      personal({ type: "EMAIL", action: "BLOCK", inputEnabled: false }),
    ],
  },
  "guardrail-version-is-pinned": { good: guardrail, bad: [without(guardrail, "guardrail-version")] },
  "guardrail-uses-a-customer-key": {
    good: guardrail,
    bad: [
      detached(guardrail, "guardrail", "kmsKeyArn", undefined),
      detached(guardrail, "guardrail", "kmsKeyArn", "alias/aws/bedrock"),
    ],
  },
};
