import { type InputCheck, MOST_TAGS } from "./checks";
import type { Properties } from "./dynamic";
import type { JobInputs } from "./job-spec";
import type { Tags } from "./tags";

type Tagged = Pick<JobInputs, "tags" | "jobTags" | "customModelTags">;

/**
 * Checks the tags that more than one thing bears, and those of one of them: each bears both.
 *
 * @param own inputs with the tags of one thing only
 * @param most how many tags a program may set on one thing
 */
export function checkTagSets(check: InputCheck, inputs: Properties, own: readonly string[], most = MOST_TAGS): void {
  for (const property of ["tags", ...own]) check.tags(property, most);
  const keysOf = (value: unknown): string[] => (value !== null && typeof value === "object" ? Object.keys(value) : []);
  const shared = keysOf(inputs["tags"]);
  for (const property of own) {
    const keys = keysOf(inputs[property]);
    const count = new Set([...shared, ...keys]).size;
    if (shared.length <= most && keys.length <= most && count > most) {
      check.reject(property, count, `at most ${most} tags are allowed, those of \`tags\` among them`);
    }
  }
}

/** The tags of the job: those of both, and its own, which win. */
export function tagsOfJob({ tags, jobTags }: Tagged): Tags {
  return { ...tags, ...jobTags };
}

/** The tags of the model: those of both, and its own, which win. */
export function tagsOfModel({ tags, customModelTags }: Tagged): Tags {
  return { ...tags, ...customModelTags };
}

/**
 * The inputs that would have led to the tags that a job bears: what belongs to its own tags is one of them, and the rest is
 * one of both. An input that holds no tag and was not given is left out.
 */
export function inputsForJobTags(read: Tags, { tags, jobTags }: Tagged): Pick<JobInputs, "tags" | "jobTags"> {
  const own = jobTags ?? {};
  const isOwn = ([key]: [string, string]): boolean => key in own;
  const hidden = Object.entries(tags ?? {}).filter(isOwn);
  const shared = [...hidden, ...Object.entries(read).filter((entry) => !isOwn(entry))];
  return {
    ...(shared.length > 0 || tags !== undefined ? { tags: Object.fromEntries(shared) } : {}),
    ...(jobTags === undefined ? {} : { jobTags: Object.fromEntries(Object.entries(read).filter(isOwn)) }),
  };
}
