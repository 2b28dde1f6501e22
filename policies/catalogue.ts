/** The catalogue: every policy of the pack, in the order in which it is judged. */
import { audit } from "./audit";
import { bedrock } from "./bedrock";
import { dataProtection } from "./data-protection";
import { encryption } from "./encryption";
import { governance } from "./governance";
import { leastPrivilege } from "./least-privilege";
import type { PolicyRule } from "./model";
import { network } from "./network";

/** All policies. The engine adds one that reports what could not be judged (`SUMMARY_POLICY`). */
export const catalogue: readonly PolicyRule[] = [
  ...encryption,
  ...network,
  ...leastPrivilege,
  ...dataProtection,
  ...bedrock,
  ...audit,
  ...governance,
];
