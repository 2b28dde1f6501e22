import type { S3 } from "@aws-sdk/client-s3";
import { parseS3Uri } from "./arns";
import { describe } from "./errors";
import { type ListedObject, listObjects } from "./s3-listing";

/** The mean of one metric over the prompts of one data set. */
export interface MetricScore {
  dataset: string;
  taskType: string;
  /** As the service writes it, such as `Accuracy`. */
  metric: string;
  mean: number;
  /** How many prompts have this metric. */
  prompts: number;
}

/** The results of an evaluation as read back from S3. */
export interface EvaluationResults {
  scores: MetricScore[];
  /** The files with the result of every prompt. */
  resultUris: string[];
  /** Why something is missing, for the reader; absent when all was found and read. */
  resultsProblem?: string;
}

const LARGEST_FILE = 64 * 1024 * 1024;

/**
 * Reads the results of an evaluation below `<output>/<job name>/`, where the service writes one file per data set
 * (`…/models/<model>/taskTypes/<task>/datasets/<data set>/<uuid>_output.jsonl`). Never rejects: an evaluation that completed
 * stays completed when its results cannot be read.
 */
export async function readEvaluationResults(
  s3: <T>(use: (client: S3) => Promise<T>) => Promise<T>,
  outputDataUri: string,
  jobName: string,
): Promise<EvaluationResults> {
  const { bucket, key } = parseS3Uri(outputDataUri);
  const prefix = `${key === "" ? "" : `${key}/`}${jobName}/`;
  const results: EvaluationResults = { scores: [], resultUris: [] };
  const problems: string[] = [];
  try {
    const objects = await s3((client) => listObjects(client, bucket, prefix));
    const files = newestRun(
      objects.filter((object) => object.key.endsWith("_output.jsonl")),
      prefix,
    );
    if (files.length === 0) problems.push(`no results under s3://${bucket}/${prefix}`);
    for (const file of files) {
      const uri = `s3://${bucket}/${file.key}`;
      results.resultUris.push(uri);
      try {
        if (file.size > LARGEST_FILE)
          throw new Error(`${file.size} bytes are more than the ${LARGEST_FILE} that are read`);
        const text = await s3(async (client) => {
          const object = await client.getObject({ Bucket: bucket, Key: file.key });
          return (await object.Body?.transformToString()) ?? "";
        });
        results.scores.push(...meansOf(text, placeOf(file.key)));
      } catch (error) {
        problems.push(`${uri}: ${describe(error)}`);
      }
    }
  } catch (error) {
    problems.push(`s3://${bucket}/${prefix}: ${describe(error)}`);
  }
  return problems.length === 0 ? results : { ...results, resultsProblem: problems.join("; ") };
}

/** Files of the run that wrote last: those of a job that was deleted stay, under the name that its successor bears. */
function newestRun(files: readonly ListedObject[], prefix: string): ListedObject[] {
  const runOf = ({ key }: ListedObject): string => key.slice(prefix.length).split("/")[0] ?? "";
  const last = files.reduce<ListedObject | undefined>(
    (newest, file) => (newest === undefined || file.modified > newest.modified ? file : newest),
    undefined,
  );
  return files.filter((file) => last !== undefined && runOf(file) === runOf(last));
}

function placeOf(key: string): { dataset: string; taskType: string } {
  const parts = key.split("/");
  const after = (name: string): string => parts[parts.indexOf(name) + 1] ?? "";
  return { dataset: after("datasets"), taskType: after("taskTypes") };
}

/**
 * The mean of every metric in a result file. Prompts for which the service could not compute a metric are left out of its mean.
 *
 * @throws Error that names the line, when one is not a result
 */
export function meansOf(jsonLines: string, place: { dataset: string; taskType: string }): MetricScore[] {
  const sums = new Map<string, { sum: number; prompts: number }>();
  jsonLines.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    for (const { metricName, result } of scoresOf(line, index + 1)) {
      const { sum, prompts } = sums.get(metricName) ?? { sum: 0, prompts: 0 };
      sums.set(metricName, { sum: sum + result, prompts: prompts + 1 });
    }
  });
  return [...sums].map(([metric, { sum, prompts }]) => ({ ...place, metric, mean: sum / prompts, prompts }));
}

function scoresOf(line: string, number: number): { metricName: string; result: number }[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw new Error(`line ${number} is not JSON`, { cause: error });
  }
  const scores = (parsed as { automatedEvaluationResult?: { scores?: unknown } } | null)?.automatedEvaluationResult
    ?.scores;
  if (!Array.isArray(scores)) throw new Error(`line ${number} has no automatedEvaluationResult.scores`);
  return scores.flatMap((score: unknown) => {
    const { metricName, result } = score as { metricName?: unknown; result?: unknown };
    if (typeof metricName !== "string") return [];
    return typeof result === "number" && Number.isFinite(result) ? [{ metricName, result }] : [];
  });
}
