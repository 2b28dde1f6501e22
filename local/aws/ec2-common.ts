import type { EC2, ResourceType, TagSpecification } from "@aws-sdk/client-ec2";
import type { Context } from "./definition";
import { tagChanges, tagList, type Tags } from "./tags";

/** Tags for a create call; undefined when there are none. */
export function tagSpecifications(ResourceType: ResourceType, tags: Tags | undefined): TagSpecification[] | undefined {
  const Tags = tagList(tags);
  return Tags && [{ ResourceType, Tags }];
}

/** Brings the tags of an EC2 resource from one state to another. */
export async function updateTags(ec2: EC2, id: string, olds: Tags | undefined, news: Tags | undefined): Promise<void> {
  const { removed, put } = tagChanges(olds, news);
  if (removed.length > 0) await ec2.deleteTags({ Resources: [id], Tags: removed.map((Key) => ({ Key })) });
  const Tags = tagList(put);
  if (Tags) await ec2.createTags({ Resources: [id], Tags });
}

/** ARN of an EC2 resource of this account and region. */
export async function ec2Arn(context: Context, kind: string, id: string, owner?: string): Promise<string> {
  return `arn:${context.partition}:ec2:${context.region}:${owner ?? (await context.accountId())}:${kind}/${id}`;
}

/** What to add and what to remove so that the set `olds` becomes `news`. */
export function setChanges(
  olds: readonly string[] = [],
  news: readonly string[] = [],
): { add: string[]; remove: string[] } {
  return { add: news.filter((item) => !olds.includes(item)), remove: olds.filter((item) => !news.includes(item)) };
}
