/**
 * The prompt dataset of an evaluation job. What is right and wrong about it is the preflight's to say, as for training data.
 */
import { checkPrompts, DataRefused } from "./dataset-reader";
import { type EvaluationPrompt } from "./evaluation-metrics";

/**
 * The prompts of a file for the evaluation of models.
 *
 * @param uri - `s3://bucket/key`
 * @throws DataRefused for whatever the preflight calls an error, and for prompts in the form for retrieval
 */
export async function promptsIn(bytes: Buffer, uri: string): Promise<EvaluationPrompt[]> {
  await checkPrompts(bytes, uri);
  const records = bytes
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Partial<EvaluationPrompt>);
  const other = records.findIndex(({ prompt }) => prompt === undefined);
  if (other >= 0) {
    throw new DataRefused(`Record ${other + 1} of the prompt dataset is in the form for retrieval, not for models.`);
  }
  return records as EvaluationPrompt[];
}
