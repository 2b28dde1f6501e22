import { z } from "zod";
import type { PolicyReport } from "../policies/report/finding";

const count = z.int().min(0);

/** What `npm run policy -- report --format json` writes. */
export const policyReport: z.ZodType<PolicyReport> = z.strictObject({
  findings: z.array(
    z.strictObject({
      pack: z.string().describe("Name of the policy pack."),
      version: z.string().describe("Version of the policy pack."),
      policy: z.string().describe("Name of the policy; those of this pack are listed in docs/policies.md."),
      level: z.string().describe("mandatory stops the update, advisory does not, remediate was mended by the policy."),
      urn: z.string().optional().describe("Resource; absent when the finding is about the stack as a whole."),
      message: z.string(),
    }),
  ),
  mandatory: count.describe("Findings that stop the update."),
  advisory: count.describe("Findings that do not."),
  errors: z.array(z.string()).describe("What the engine complained about."),
});
