import { z } from "zod";
import type { StatementDiff } from "../proof/diff";
import type { ProofReport } from "../proof/prove";
import { threats } from "../proof/threats";

const texts = z.array(z.string());
const literal = z.union([z.string(), z.number(), z.boolean()]);

const result = z.strictObject({
  name: z.string().describe("Stable between runs and stacks."),
  threat: z.enum(threats).optional().describe("Absent in mustAllow."),
  expected: z.enum(["allowed", "denied", "open"]),
  allowed: z.boolean(),
  asExpected: z.boolean().describe("What is known to be open may be either."),
  call: z.string().describe("Who, action and resource of the call that decided."),
  outcome: z.enum(["allowed", "explicitDeny", "implicitDeny"]),
  layer: z
    .enum(["identity", "resource", "key", "trust", "endpoint", "boundary", "session", "scp", "rcp"])
    .describe("Kind of the document that decided."),
  reason: z.string(),
  decidedBy: z
    .array(
      z.strictObject({
        document: z.string(),
        statement: z.string().describe("Sid, or the position."),
        effect: z.enum(["Allow", "Deny"]),
        condition: z.record(z.string(), z.record(z.string(), z.union([literal, z.array(literal)]))).optional(),
      }),
    )
    .describe("Empty when none allows the call."),
  change: z.string().describe("What would turn the answer."),
  open: z.strictObject({ reason: z.string(), accepted: z.boolean() }).optional().describe("Known not to be prevented."),
});

/** What `npm run proof -- --format json` writes of one stack. */
export const accessProof: z.ZodType<ProofReport & { drift?: StatementDiff }> = z.strictObject({
  stack: z.string(),
  account: z.string(),
  region: z.string(),
  mustAllow: z.array(result),
  mustDeny: z.array(result),
  grants: z.array(
    z.strictObject({
      source: z.string(),
      statement: z.string(),
      action: z.string(),
      neededBy: z.string().optional().describe("An attempt that fails without the action; absent: nothing needs it."),
    }),
  ),
  findings: z
    .array(z.strictObject({ document: z.string(), path: z.string(), message: z.string() }))
    .describe("Statements that name what AWS does not have."),
  passed: z.boolean().describe("Whether every result is the expected one and every granted action needed."),
  drift: z
    .strictObject({ grantsAdded: texts, grantsRemoved: texts, deniesAdded: texts, deniesRemoved: texts })
    .optional()
    .describe("With --live: in what the account differs from the stack."),
});
