import type { Bedrock } from "@aws-sdk/client-bedrock";
import { kindOf } from "./errors";

/** Tags as programs write them. */
export type Tags = Record<string, string>;

/** The tag by which a throughput or deployment is known as ours; a job shows its client request token instead. */
export const CLAIM_TAG = "secure-model-customization:claim";

/** Tags in the form of the Bedrock API. */
export function toTagList(tags: Tags | undefined): { key: string; value: string }[] {
  return Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));
}

/** Which tags to write and which keys to take away to get from one set to another. */
export function tagChanges(olds: Tags | undefined, news: Tags | undefined): { set: Tags; remove: string[] } {
  const before = olds ?? {};
  const after = news ?? {};
  return {
    set: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    remove: Object.keys(before).filter((key) => !(key in after)),
  };
}

/** Whether two sets hold the same tags. */
export function sameTags(left: Tags | undefined, right: Tags | undefined): boolean {
  const { set, remove } = tagChanges(left, right);
  return Object.keys(set).length === 0 && remove.length === 0;
}

/** Changes the tags of a resource in place. */
export async function applyTags(bedrock: Bedrock, arn: string, olds?: Tags, news?: Tags): Promise<void> {
  const { set, remove } = tagChanges(olds, news);
  if (Object.keys(set).length > 0) await bedrock.tagResource({ resourceARN: arn, tags: toTagList(set) });
  if (remove.length > 0) await bedrock.untagResource({ resourceARN: arn, tagKeys: remove });
}

/**
 * The tags of a resource, without the one this package writes and those AWS writes. Undefined when the caller may not list them: that is no
 * reason to fail a refresh, the known tags stay.
 */
export async function readTags(bedrock: Bedrock, arn: string): Promise<{ tags: Tags; claim?: string } | undefined> {
  try {
    const answer = await bedrock.listTagsForResource({ resourceARN: arn });
    const all = (answer.tags ?? []).map((tag) => [tag.key ?? "", tag.value ?? ""] as const);
    const tags = all.filter(([key]) => key !== CLAIM_TAG && !key.startsWith("aws:"));
    return { tags: Object.fromEntries(tags), claim: all.find(([key]) => key === CLAIM_TAG)?.[1] };
  } catch (error) {
    if (kindOf(error) === "notFound" || (error instanceof Error && error.name === "AccessDeniedException"))
      return undefined;
    throw error;
  }
}
