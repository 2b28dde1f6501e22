/** Bedrock: what is put in service, and what is recorded of its use. */
import { ownAccounts } from "./accounts";
import { matchesAny } from "./evaluator";
import { listSetting } from "./judge";
import type { PolicyRule } from "./model";
import { accountIn } from "./probes";
import { stackIn } from "./stack";
import { UNKNOWN, Unjudgeable, type Subject } from "./subject";
import { COPY_JOBS, CUSTOMIZATION_JOBS, DEPLOYMENTS, IMPORT_JOBS, THROUGHPUTS } from "./tokens";

const INVOCATION_LOGGING = [
  "aws:bedrockmodel/invocationLoggingConfiguration:InvocationLoggingConfiguration",
  "pulumi-nodejs:dynamic/bedrock:InvocationLogging",
];
/** What makes a model, or stands for one. */
const MODELS = [...CUSTOMIZATION_JOBS, ...IMPORT_JOBS, ...COPY_JOBS];

const ownModelServed: PolicyRule = {
  id: "serving-is-of-a-model-of-its-stack",
  family: "bedrock",
  severity: "high",
  level: "mandatory",
  title: "What is put in service, or copied to another region, is a model of the stack, or a base model",
  threat: "A model of somebody else answers with what somebody else taught it, under your name and at your cost.",
  remediation: {
    text: "Serve the model of the stack's job, or have the platform team add the other one to sharedModels.",
    code: `new ModelDeployment("serving", { modelArn: job.modelArn, /* … */ });`,
  },
  frameworks: { "OWASP LLM Top 10": ["LLM03"], "NIST 800-53": ["SI-7", "SR-4"], "EU AI Act": ["Art. 15"] },
  replaces: [],
  appliesTo: [...DEPLOYMENTS, ...THROUGHPUTS, ...COPY_JOBS],
  phase: "stack",
  parameters: {
    sharedModels: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "ARNs of models outside the stack that may be served; * and ? are wildcards. Default: none.",
    },
  },
  *judge(serving, context) {
    const stack = stackIn(context.stack);
    const copies = COPY_JOBS.some((type) => type === serving.type);
    const model = copies ? serving.at("sourceModelArn") : serving.at("modelArn");
    if (!model.exists) yield `${model.path} is not set.`;
    if (!model.exists || stack.dependencies(serving, model.path, MODELS).length > 0) return;
    const arn = model.string() ?? "";
    if (/:foundation-model\/|^[a-z0-9]+\.[a-z]/.test(arn) || matchesAny(listSetting(context, "sharedModels"), arn))
      return;
    const made = stack
      .ofTypes(MODELS)
      .flatMap((job) => [job.raw.property("modelArn"), job.raw.property("customModelArn")]);
    if (made.includes(arn)) return;
    const account = accountIn(arn);
    const foreign = account !== undefined && ownAccounts(stack, [])?.has(account) === false;
    yield `${model.path} is ${arn}, which is ${foreign ? "a model of another account" : "not made in the stack"}.`;
  },
};

const loggedOnce: PolicyRule = {
  id: "invocations-are-logged-in-one-way",
  family: "audit",
  severity: "medium",
  level: "mandatory",
  title: "A region has one configuration of invocation logging, and it has a destination",
  threat:
    "The configuration belongs to the whole account and region: a second one silently takes the logs from the first.",
  remediation: {
    text: "Keep one configuration, in the stack that speaks for the account.",
    code: `new aws.bedrockmodel.InvocationLoggingConfiguration("account", { loggingConfig: { s3Config: { bucketName: logs.bucket }, textDataDeliveryEnabled: true } });`,
  },
  frameworks: { "NIST 800-53": ["AU-2", "AU-12"], "SOC 2": ["CC7.2"], "EU AI Act": ["Art. 12", "Art. 19"] },
  replaces: ["bedrock_model_invocation_logging_enabled", "SRA invocation_log_s3"],
  appliesTo: INVOCATION_LOGGING,
  phase: "stack",
  *judge(logging, context) {
    const region = regionOf(logging);
    const all = stackIn(context.stack).ofTypes(INVOCATION_LOGGING);
    const others = all.slice(0, all.indexOf(logging));
    const [same] = others.filter((other) => region !== UNKNOWN && regionOf(other) === region);
    if (same !== undefined) yield `${same.name} configures the same region.`;
    const config = logging.at("loggingConfig");
    if (!config.exists) return;
    const destinations = [config.at("cloudwatchConfig", "cloudWatchConfig"), config.at("s3Config")];
    if (!destinations.some((reader) => reader.exists)) yield "loggingConfig has no destination; nothing is recorded.";
    const text = config.at("textDataDeliveryEnabled");
    if (text.exists && !text.isTrue()) yield "textDataDeliveryEnabled is false; prompts and answers are not recorded.";
    const [open] = others.filter((other) => region === UNKNOWN || regionOf(other) === UNKNOWN);
    if (same === undefined && open !== undefined) {
      throw new Unjudgeable(`it is not known yet whether ${open.name} configures the same region`);
    }
  },
};

/** The region of a resource; {@link UNKNOWN} while it is not known, and `undefined` where nothing tells it. */
function regionOf(subject: Subject): unknown {
  return subject.raw.property("region") ?? subject.raw.providerProperty("region");
}

/** The policies on serving. */
export const servingRules: readonly PolicyRule[] = [ownModelServed, loggedOnce];
