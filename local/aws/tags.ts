import type { ProviderConfig } from "./config";

/** Tags as AWS lists them. */
export interface TagEntry {
  Key?: string;
  Value?: string;
}

/** Tags as Pulumi has them. */
export type Tags = Record<string, string>;

/** `[{Key, Value}]` from a map; undefined when there are none, because several operations refuse an empty list. */
export function tagList(tags: Tags | undefined): { Key: string; Value: string }[] | undefined {
  const entries = Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  return entries.length > 0 ? entries : undefined;
}

/** A map from `[{Key, Value}]`, without the tags that AWS itself puts (`aws:`). */
export function tagMap(entries: readonly TagEntry[] | undefined): Tags {
  return Object.fromEntries(
    (entries ?? []).flatMap(({ Key, Value }) =>
      Key === undefined || Key.startsWith("aws:") ? [] : [[Key, Value ?? ""]],
    ),
  );
}

/** What to remove and what to put so that `olds` become `news`. */
export function tagChanges(olds: Tags = {}, news: Tags = {}): { removed: string[]; put: Tags } {
  return {
    removed: Object.keys(olds).filter((key) => !(key in news)),
    put: Object.fromEntries(Object.entries(news).filter(([key, value]) => olds[key] !== value)),
  };
}

/** The provider's default tags under the resource's own, without those that the provider ignores. */
export function mergeTags(config: Pick<ProviderConfig, "defaultTags" | "ignoreTags">, own: Tags | undefined): Tags {
  return withoutIgnored(config, { ...config.defaultTags, ...own });
}

/** Tags that the provider does not ignore. */
export function withoutIgnored(config: Pick<ProviderConfig, "ignoreTags">, tags: Tags): Tags {
  const { keys, keyPrefixes } = config.ignoreTags;
  return Object.fromEntries(
    Object.entries(tags).filter(
      ([key]) => !keys.includes(key) && !keyPrefixes.some((prefix) => key.startsWith(prefix)),
    ),
  );
}

/** The resource's own part of all its tags: what is not there because of the provider's defaults, or what it names itself. */
export function ownTags(defaults: Tags, all: Tags, known: Tags | undefined): Tags {
  return Object.fromEntries(
    Object.entries(all).filter(([key, value]) => defaults[key] !== value || (known !== undefined && key in known)),
  );
}
