/**
 * What import and evaluation jobs need beside the environment of a customization job: trust, permissions and files.
 */
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  ACCOUNT,
  emulatorClients,
  type Environment,
  jsonl,
  licenceRecords,
  REGION,
  type TestStatement,
} from "./environment";

/** Files of a model that can be imported, by their names below the prefix. */
export const MODEL_FILES: Record<string, string> = {
  "model-00001-of-00002.safetensors": "weights",
  "model-00002-of-00002.safetensors": "weights",
  "model.safetensors.index.json": "{}",
  "config.json": JSON.stringify({ architectures: ["LlamaForCausalLM"] }),
  "tokenizer_config.json": JSON.stringify({ chat_template: "{{ messages }}" }),
  "tokenizer.json": "{}",
};

/** Lets the role of an environment serve import and evaluation jobs as well. */
export async function attachForModelJobs(
  environment: Environment,
  evaluated: string[] = ["*"],
  region: string = REGION,
): Promise<void> {
  const { documents, bucket } = environment;
  const kinds = ["model-customization-job", "model-import-job", "evaluation-job", "custom-model"];
  const trust = documents.trust.map((statement) => ({
    ...statement,
    Condition: {
      ...statement.Condition,
      ArnEquals: { "aws:SourceArn": kinds.map((kind) => `arn:aws:bedrock:${region}:${ACCOUNT}:${kind}/*`) },
    },
  }));
  const arn = `arn:aws:s3:::${bucket}`;
  const allow = (Sid: string, Action: string[], Resource: string | string[]): TestStatement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  const role = [
    ...documents.role,
    allow("ListAll", ["s3:ListBucket"], arn),
    allow("ReadSources", ["s3:GetObject"], [`${arn}/models/*`, `${arn}/prompts/*`]),
    allow("WriteEvaluations", ["s3:PutObject"], `${arn}/evaluations/*`),
    allow("Invoke", ["bedrock:InvokeModel"], evaluated),
  ];
  await environment.attach({ trust, role });
}

/** Puts objects into the bucket of an environment. */
export async function putFiles(environment: Environment, prefix: string, files: Record<string, string>): Promise<void> {
  for (const [name, Body] of Object.entries(files)) {
    const object = { Bucket: environment.bucket, Key: `${prefix}/${name}`, Body };
    await environment.clients.s3.send(new PutObjectCommand(object));
  }
}

/** Uploads 20 prompts with their references, taken from what the environment's models are trained on. */
export async function putPrompts(environment: Environment): Promise<string> {
  const records = (await licenceRecords(20)).map(({ prompt, completion }) => ({
    prompt,
    referenceResponse: completion,
  }));
  await putFiles(environment, "prompts", { "clauses.jsonl": jsonl(records) });
  return `s3://${environment.bucket}/prompts/clauses.jsonl`;
}

/** A key in another Region. */
export async function keyIn(emulatorUrl: string, region: string): Promise<string> {
  const { kms } = emulatorClients(emulatorUrl, region);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "target of a copy" }));
  return KeyMetadata!.Arn!;
}
