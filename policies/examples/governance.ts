/** Examples of the governance policies. */
import { environment } from "./environment";
import { changed, pick, type Examples } from "./example";

const job = pick(environment, "job");

/** Examples by policy. */
export const governanceExamples: Readonly<Record<string, Examples>> = {
  "resources-carry-the-required-tags": {
    good: job,
    bad: [changed(job, "job", "tags", undefined), changed(job, "job", "tags", { owner: "ml-platform" })],
  },
  "resources-stay-in-the-allowed-regions": { good: job, bad: [changed(job, "job", "region", "eu-central-1")] },
};
