import { isCustomModel } from "./arns";
import { whyNoBase } from "./base-names";
import { InputCheck, RULES } from "./checks";
import { type CheckFailure, containsUnknown, type Properties } from "./dynamic";
import { checkSource, checkTypeOfModel } from "./job-source-check";
import { LEAST_NOTICE_SECONDS } from "./job-spec";
import { LONGEST_PREFIX, checkVpc } from "./plain-job-check";
import { checkTagSets } from "./job-tags";
import { baseModel, type BaseModel, type HyperParameter, isRetired, MODELS_AS_OF } from "./models";

/**
 * Everything about a customization job that the service would refuse and that can be seen before anything is paid for:
 * all problems at once, each with the property, the value received and what is allowed.
 *
 * @param today the day to judge retired models by, `YYYY-MM-DD`
 * @param options a job that is not new may outlive its base model
 */
export function checkJob(inputs: Properties, today: string, options = { isNew: true }): CheckFailure[] {
  const check = new InputCheck(inputs);
  const region = check.text("region", RULES.region);
  check.text("roleArn", RULES.roleArn);
  checkNames(check);
  check.list("validationDataUris", RULES.s3Uri, { min: 0, max: 10 }, inputs["validationDataUris"]);
  check.text("outputDataUri", RULES.s3Uri);
  check.text("modelKmsKeyArn", {
    ...RULES.kmsKey,
    allowed: `${RULES.kmsKey.allowed}: the model is encrypted with a key of your own or not made`,
  });
  checkNetwork(check, inputs);
  checkTagSets(check, inputs, ["jobTags", "customModelTags"]);
  check.integer("attempt", 1, 1_000);
  check.integer("waitLimitMinutes", 1, 14 * 1440);
  check.integer("noticeWithinSeconds", LEAST_NOTICE_SECONDS, 3600);
  const adopted = check.text("adoptJobArn", ADOPTED_JOB, { optional: true });
  const type = checkSource(check, inputs);
  const model = checkBase(check);
  const known = model === undefined || adopted !== undefined ? undefined : baseModel(model);
  if (model !== undefined && known !== undefined) {
    checkRegion(check, model, known, region);
    if (options.isNew && isRetired(known, today)) {
      const why = `this model reached its end of life on ${known.endOfLife}; choose an active one`;
      check.reject("baseModel", model, why);
    }
    if (type !== undefined) checkTypeOfModel(check, inputs, known, type);
    const tuned = type !== "DISTILLATION" && type !== "REINFORCEMENT_FINE_TUNING";
    if (known.hyperParameters !== undefined && tuned) {
      checkHyperParameters(check, inputs, known.id, known.hyperParameters);
    }
  }
  return check.failures;
}

function checkBase(check: InputCheck): string | undefined {
  const model = check.text("baseModel", RULES.model);
  const why = model === undefined ? undefined : whyNoBase(model);
  if (why !== undefined) check.reject("baseModel", model, why);
  return why === undefined ? model : undefined;
}

const ADOPTED_JOB = {
  min: 1,
  max: 1011,
  pattern: /^arn:aws(?:-[a-z-]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:model-customization-job\/\S+$/,
  allowed: "the ARN of a model customization job is allowed",
};

function checkNames(check: InputCheck): void {
  check.text("jobName", RULES.jobName, { optional: true });
  check.text("customModelName", RULES.modelName, { optional: true });
  const allowed = (rule: { allowed: string }): string => `${rule.allowed}; a prefix has at most ${LONGEST_PREFIX}`;
  const prefix = { max: LONGEST_PREFIX };
  check.text("jobNamePrefix", { ...RULES.jobName, ...prefix, allowed: allowed(RULES.jobName) }, { optional: true });
  const modelPrefix = { ...RULES.modelName, ...prefix, allowed: allowed(RULES.modelName) };
  check.text("customModelNamePrefix", modelPrefix, { optional: true });
}

function checkNetwork(check: InputCheck, inputs: Properties): void {
  const vpc = inputs["vpcConfig"];
  if (vpc !== undefined && vpc !== null) return checkVpc(check, vpc);
  check.reject(
    "vpcConfig",
    undefined,
    "subnetIds and securityGroupIds are required: a job outside a VPC reads the data over public endpoints",
  );
}

function checkRegion(check: InputCheck, model: string, known: BaseModel, region?: string): void {
  if (region === undefined || known.regions.includes(region) || isCustomModel(model)) return;
  check.reject(
    "region",
    region,
    `${known.id} can be fine-tuned in ${known.regions.join(", ")} (as of ${MODELS_AS_OF})`,
  );
}

function checkHyperParameters(
  check: InputCheck,
  inputs: Properties,
  model: string,
  rules: Record<string, HyperParameter>,
): void {
  const values = inputs["hyperParameters"] ?? {};
  if (values === null || typeof values !== "object" || Array.isArray(values)) {
    if (!containsUnknown(values)) check.reject("hyperParameters", values, "a record of names to values is allowed");
    return;
  }
  for (const [name, value] of Object.entries(values)) {
    const rule = rules[name];
    if (rule === undefined) {
      check.reject(`hyperParameters.${name}`, value, `${model} takes ${Object.keys(rules).join(", ")}`);
    } else if (!containsUnknown(value) && !inRange(value, rule)) {
      check.reject(`hyperParameters.${name}`, value, `${model} allows ${rangeText(rule)}`);
    }
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.required && !(name in values)) {
      check.reject(
        `hyperParameters.${name}`,
        undefined,
        `${model} has no default for it and allows ${rangeText(rule)}`,
      );
    }
  }
}

function inRange(value: unknown, rule: HyperParameter): boolean {
  if (rule.word !== undefined && value === rule.word) return true;
  if (typeof value !== "number" && (typeof value !== "string" || value.trim() === "")) return false;
  const number = Number(value);
  if (!Number.isFinite(number) || number < rule.min || number > rule.max) return false;
  return rule.type === "number" || Number.isInteger(number);
}

function rangeText(rule: HyperParameter): string {
  const kind = rule.type === "integer" ? "a whole number" : "a number";
  return `${kind} from ${rule.min} to ${rule.max}${rule.word === undefined ? "" : ` or ${rule.word}`}`;
}
