/** The catalogue: every policy of the pack, in the order in which it is judged. */
import { audit } from "./audit";
import { bedrock } from "./bedrock";
import { bucketRefusals } from "./bucket-refusals";
import { dangers } from "./dangers";
import { dataProtection } from "./data-protection";
import { encryption } from "./encryption";
import { governance } from "./governance";
import { guardrail } from "./guardrail";
import { jobParts } from "./job-parts";
import { jobRole } from "./job-role";
import { keyUpkeep } from "./key-upkeep";
import { leastPrivilege } from "./least-privilege";
import type { PolicyRule } from "./model";
import { network } from "./network";
import { reachability } from "./reachability";
import { trail } from "./trail";

/** All policies. The engine adds one that reports what could not be judged (`SUMMARY_POLICY`). */
export const catalogue: readonly PolicyRule[] = [
  ...encryption,
  ...keyUpkeep,
  ...network,
  ...reachability,
  ...leastPrivilege,
  ...jobRole,
  ...dangers,
  ...dataProtection,
  ...bucketRefusals,
  ...bedrock,
  ...jobParts,
  ...guardrail,
  ...audit,
  ...trail,
  ...governance,
];
