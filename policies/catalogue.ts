/** The catalogue: every policy of the pack, in the order in which it is judged. */
import { administration } from "./administration";
import { alarms } from "./alarms";
import { bucketUpkeep } from "./bucket-upkeep";
import { dataEventRules } from "./data-events";
import { endpointGroups } from "./endpoint-groups";
import { managedOnceRules } from "./managed-once";
import { messaging } from "./messaging";
import { servingRules } from "./serving";
import { spending } from "./spending";
import { wideResources } from "./wide-resources";
import { audit } from "./audit";
import { bedrock } from "./bedrock";
import { bucketLocks } from "./bucket-locks";
import { bucketRefusals } from "./bucket-refusals";
import { conditions } from "./conditions";
import { dangers } from "./dangers";
import { dataProtection } from "./data-protection";
import { dataWays } from "./data-ways";
import { encryption } from "./encryption";
import { governance } from "./governance";
import { guardrail } from "./guardrail";
import { invocation } from "./invocation";
import { jobParts } from "./job-parts";
import { jobRole } from "./job-role";
import { keyUse } from "./key-use";
import { keyUpkeep } from "./key-upkeep";
import { leastPrivilege } from "./least-privilege";
import type { PolicyRule } from "./model";
import { modelCopy } from "./model-copy";
import { namedAccounts } from "./named-accounts";
import { network } from "./network";
import { openGroups } from "./open-groups";
import { outliers } from "./outliers";
import { reachability } from "./reachability";
import { roleTrust } from "./role-trust";
import { separation } from "./separation";
import { serviceStatements } from "./service-statements";
import { siblings } from "./siblings";
import { trail } from "./trail";

/** All policies. The engine adds one that reports what could not be judged (`SUMMARY_POLICY`). */
export const catalogue: readonly PolicyRule[] = [
  ...encryption,
  ...keyUpkeep,
  ...keyUse,
  ...network,
  ...openGroups,
  ...reachability,
  ...endpointGroups,
  ...leastPrivilege,
  ...roleTrust,
  ...jobRole,
  ...dangers,
  ...conditions,
  ...siblings,
  ...outliers,
  ...namedAccounts,
  ...wideResources,
  ...serviceStatements,
  ...separation,
  ...administration,
  ...dataProtection,
  ...dataWays,
  ...bucketRefusals,
  ...bucketUpkeep,
  ...bucketLocks,
  ...messaging,
  ...bedrock,
  ...jobParts,
  ...guardrail,
  ...servingRules,
  ...modelCopy,
  ...invocation,
  ...audit,
  ...trail,
  ...dataEventRules,
  ...alarms,
  ...governance,
  ...managedOnceRules,
  ...spending,
];
