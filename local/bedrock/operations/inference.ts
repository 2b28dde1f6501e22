/**
 * InvokeModel and Converse. A custom model answers through a throughput or deployment that is in service; a base model that
 * answers on demand gives an extract of the prompt, since no weights of foundation models are here.
 */
import { extract, TrainedAnswers } from "../answers";
import { authorize, openModelKey } from "../authorize";
import { tokensOf } from "../dataset-reader";
import { type Identity } from "../emulator";
import { invalid, notFound } from "../errors";
import { findFoundationModel, type FoundationModel, lifecycleAt } from "../foundation-models";
import { foundationModelArn, type RegionContext } from "../service";
import { type Answer, ok, type Operation } from "./operation";

const DEFAULT_MAX_TOKENS = 512;
const CHARACTERS_PER_TOKEN = 6;

interface Target {
  model: FoundationModel;
  answer: (prompt: string) => string;
}

interface Generated {
  text: string;
  inputTokens: number;
  outputTokens: number;
  cut: boolean;
}

/** A request of the runtime: what it wants and the guardrail that it names. */
export interface InferenceRequest {
  modelId: string;
  body: unknown;
  guardrailIdentifier?: string;
}

/** InvokeModel, with the body of the model's family. */
export const invokeModel: Operation<InferenceRequest> = async (context, request, caller) => {
  const target = await resolve(context, request, caller);
  const body = asObject(request.body);
  if (target.model.family.startsWith("llama")) return ok(llama(target, body));
  if (target.model.family === "nova" || target.model.family === "nova2") return nova(target, body);
  throw invalid(`The local simulator has no request format for ${target.model.id}.`);
};

/** Converse, the same for all models. */
export const converse: Operation<InferenceRequest> = async (context, request, caller) => {
  const body = asObject(request.body);
  const guardrail = (body.guardrailConfig as { guardrailIdentifier?: string } | undefined)?.guardrailIdentifier;
  const target = await resolve(context, { ...request, guardrailIdentifier: guardrail }, caller);
  const generated = generate(target, conversationText(body), maxTokens(body));
  return ok({
    output: { message: { role: "assistant", content: [{ text: generated.text }] } },
    stopReason: generated.cut ? "max_tokens" : "end_turn",
    usage: usage(generated),
    // Nothing is measured: simulated time does not run at the speed of real time.
    metrics: { latencyMs: 0 },
  });
};

/** The streaming operations: refused in words that say so. */
export const refuseStreaming: Operation<InferenceRequest> = () => {
  throw invalid("The local simulator does not answer streaming operations. Use InvokeModel or Converse.");
};

function llama(target: Target, body: Record<string, unknown>): object {
  onlyKeys(body, ["prompt", "max_gen_len", "temperature", "top_p", "images"], ["prompt"]);
  if (typeof body.prompt !== "string") throw malformed("#/prompt: expected type: String");
  const limit = body.max_gen_len ?? DEFAULT_MAX_TOKENS;
  if (typeof limit !== "number" || limit < 1 || limit > 2048)
    throw malformed("#/max_gen_len: must be between 1 and 2048");
  const generated = generate(target, withoutTemplate(body.prompt), limit);
  return {
    generation: generated.text,
    prompt_token_count: generated.inputTokens,
    generation_token_count: generated.outputTokens,
    stop_reason: generated.cut ? "length" : "stop",
  };
}

function nova(target: Target, body: Record<string, unknown>): Answer {
  onlyKeys(
    body,
    ["messages", "system", "inferenceConfig", "toolConfig", "schemaVersion", "additionalModelRequestFields"],
    ["messages"],
  );
  const generated = generate(target, conversationText(body), maxTokens(body));
  return ok({
    output: { message: { content: [{ text: generated.text }], role: "assistant" } },
    stopReason: generated.cut ? "max_tokens" : "end_turn",
    usage: usage(generated),
  });
}

/** What answers under an identifier, after every check that the service makes. */
async function resolve(context: RegionContext, request: InferenceRequest, caller: Identity): Promise<Target> {
  if (request.guardrailIdentifier) {
    throw invalid(
      `The guardrail identifier or version provided in the request does not exist: ${request.guardrailIdentifier}`,
    );
  }
  const { throughputs, deployments, models } = context.state;
  const { modelId } = request;
  const throughput = throughputs[modelId];
  const deployment = deployments[modelId];
  if (throughput || deployment || modelId.includes(":foundation-model/")) {
    await authorize(context, caller, "bedrock:InvokeModel", modelId);
  }
  if (throughput && throughput.status !== "InService" && throughput.status !== "Updating") {
    throw invalid(`The provisioned model ${modelId} is not ready for inference: its status is ${throughput.status}.`);
  }
  if (deployment && deployment.status !== "Active") {
    throw invalid(
      `The custom model deployment ${modelId} is not ready for inference: its status is ${deployment.status}.`,
    );
  }
  const servedArn = throughput?.modelArn ?? deployment?.modelArn;
  const custom = servedArn === undefined ? undefined : models[servedArn];
  if (custom) {
    await openModelKey(context, caller, custom.modelKmsKeyArn);
    const found = findFoundationModel(context.foundationModels, custom.baseModelId);
    if (!found) throw notFound(`The base model of ${custom.arn} does not exist.`);
    let answers = context.answers.get(custom.arn);
    if (!answers) {
      answers = new TrainedAnswers(custom.learned);
      context.answers.set(custom.arn, answers);
    }
    const trained = answers;
    return { model: found.model, answer: (prompt) => trained.answer(prompt) };
  }
  if (/:(?:provisioned-model|custom-model-deployment)\//.test(modelId) && servedArn === undefined) {
    throw notFound(`Could not find the model to invoke: ${modelId}`);
  }
  if (modelId in models) {
    throw invalid(
      `Invocation of model ID ${modelId} with on-demand throughput isn't supported. Retry your request with the ARN of a Provisioned Throughput or of a custom model deployment.`,
    );
  }
  return resolveBase(context, servedArn ?? modelId, caller, throughput !== undefined);
}

/** A base model: on demand by ID, through a system inference profile (`us.…`), or through its own throughput. */
async function resolveBase(
  context: RegionContext,
  identifier: string,
  caller: Identity,
  isProvisioned: boolean,
): Promise<Target> {
  const profile = /^(?:us|eu|apac|us-gov)\.(.+)$/.exec(identifier);
  const found = findFoundationModel(context.foundationModels, profile?.[1] ?? identifier);
  if (!found) throw invalid("The provided model identifier is invalid.");
  if (lifecycleAt(found.model, context.clock.now()) === "RETIRED") {
    throw notFound(
      "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
    );
  }
  if (!isProvisioned && !profile && (!found.model.onDemand || found.id !== found.model.id)) {
    throw invalid(
      `Invocation of model ID ${identifier} with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
    );
  }
  if (!isProvisioned) await authorize(context, caller, "bedrock:InvokeModel", foundationModelArn(context, found.id));
  return { model: found.model, answer: (prompt) => extract(prompt) };
}

function generate(target: Target, prompt: string, limit: number): Generated {
  const whole = target.answer(prompt);
  const text = whole.slice(0, limit * CHARACTERS_PER_TOKEN);
  return { text, inputTokens: tokensOf(prompt), outputTokens: tokensOf(text), cut: text.length < whole.length };
}

const usage = (generated: Generated): object => ({
  inputTokens: generated.inputTokens,
  outputTokens: generated.outputTokens,
  totalTokens: generated.inputTokens + generated.outputTokens,
});

/** Texts of a conversation, as training saw them: system, then the turns. */
function conversationText(body: Record<string, unknown>): string {
  const { messages, system } = body;
  if (!Array.isArray(messages) || messages.length === 0)
    throw invalid("The conversation must have at least one message.");
  const texts: string[] = system === undefined ? [] : textsOf(system);
  for (const [index, message] of messages.entries()) {
    const { role, content } = asObject(message);
    if (index === 0 && role !== "user")
      throw invalid(
        "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
      );
    texts.push(...textsOf(content));
  }
  if (texts.join("").trim() === "")
    throw invalid("The text field in the ContentBlock object is blank. Add text to the text field, and try again.");
  return texts.join("\n");
}

function textsOf(content: unknown): string[] {
  if (!Array.isArray(content)) throw malformed("#/messages: content must be a list of content blocks");
  return content.map((block) => asObject(block).text).filter((text): text is string => typeof text === "string");
}

function maxTokens(body: Record<string, unknown>): number {
  const { maxTokens: limit } = asObject(body.inferenceConfig ?? {});
  if (limit === undefined) return DEFAULT_MAX_TOKENS;
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1) {
    throw invalid(
      `1 validation error detected: Value '${String(limit)}' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  return limit;
}

/** A Llama prompt without the marks of its chat template. */
const withoutTemplate = (prompt: string): string =>
  prompt.replace(/<\|start_header_id\|>[a-z]+<\|end_header_id\|>|<\|[a-z_]+\|>/g, " ").trim();

const malformed = (what: string) =>
  invalid(`Malformed input request: ${what}, please reformat your input and try again.`);

function onlyKeys(body: Record<string, unknown>, allowed: string[], required: string[]): void {
  const extra = Object.keys(body).find((key) => !allowed.includes(key));
  if (extra !== undefined) throw malformed(`#: extraneous key [${extra}] is not permitted`);
  const missing = required.find((key) => body[key] === undefined);
  if (missing !== undefined) throw malformed(`#: required key [${missing}] not found`);
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed("#: expected type: JSONObject");
  return value as Record<string, unknown>;
}
