import { isDeepStrictEqual } from "node:util";
import { containsUnknown, type DiffAnswer } from "./dynamic";
import type { PlainJobInputs, PlainJobKind, PlainJobState } from "./plain-job-kind";
import { sameTags } from "./tags";

/** Ends from which `retryFailed` starts the next attempt. */
const RETRIED = new Set(["Failed", "Stopped", "ModelMissing"]);

/**
 * Compares what is stored with what is asked for. Another substance, another Region, a later attempt or a wish to retry what
 * failed means another job; tags change in place. A job that has not completed is always a change, because `update` resumes
 * its wait.
 */
export function diffPlainJob<T>(kind: PlainJobKind<T>, olds: PlainJobState, news: PlainJobInputs): DiffAnswer {
  const unknown = [...kind.inputNames, "region"].filter((name) => containsUnknown(news[name]));
  const before = kind.substance(olds, olds);
  const after = unknown.length > 0 ? undefined : kind.substance(news, olds);
  const changed = Object.keys(before).filter((name) => after && !isDeepStrictEqual(before[name], after[name]));
  const replaces = [...unknown, ...changed];
  if (containsUnknown(news.attempt) || Number(news.attempt ?? 1) > Number(olds.attempt ?? 1)) replaces.push("attempt");
  if (news.retryFailed === true && RETRIED.has(olds.status ?? "")) replaces.push("retryFailed");
  if (news.adoptJobArn !== undefined && news.adoptJobArn !== olds["jobArn"]) replaces.push("adoptJobArn");
  const wanted = kind.tagSets(news);
  const tagsDiffer =
    kind.tagInputs.some((name) => containsUnknown(news[name])) ||
    kind.tagSets(olds).some((tags, index) => !sameTags(tags, wanted[index]));
  const changes = replaces.length > 0 || olds.status !== "Completed" || tagsDiffer;
  return { changes, replaces, deleteBeforeReplace: false };
}
