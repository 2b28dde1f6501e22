/** Examples of the audit policies. */
import { environment } from "./environment";
import { changed, pick, type Examples } from "./example";

const logs = pick(environment, "invocations", "key", "job");

/** Examples by policy. */
export const auditExamples: Readonly<Record<string, Examples>> = {
  "log-group-uses-a-customer-key": { good: logs, bad: [changed(logs, "invocations", "kmsKeyId", undefined)] },
  "log-group-keeps-events": {
    good: logs,
    bad: [
      changed(logs, "invocations", "retentionInDays", undefined),
      changed(logs, "invocations", "retentionInDays", 7),
    ],
  },
};
