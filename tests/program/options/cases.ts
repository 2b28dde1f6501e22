/** Every option of the configuration with values at its borders, and what the pack then objects to. */
import type { ExistingParts } from "../../../components/existing";
import type { ExistingNetwork } from "../../../components/existing-network";
import { ACCOUNT } from "../../policies/compiled";

/** A value of an option. */
export interface OptionCase {
  /** The option, or several, as paths of the configuration. */
  options: readonly string[];
  /** Sections of the configuration. */
  config: Readonly<Record<string, unknown>>;
  /** Policies that object to it, whatever the preset. Each is named where the option is described. */
  objecting?: readonly string[];
  /** Presets in which the value contradicts another. Default: none. */
  contradictsIn?: readonly ("minimal" | "dev" | "prod")[];
  /** Parts of the environment that exist. */
  existing?: ExistingParts;
  existingNetwork?: ExistingNetwork;
  /** Name of the stack. Default: `dev`. */
  stack?: string;
  region?: string;
}

const iam = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
const stranger = "210987654321";
const all = ["operator", "steward", "invoker", "auditor"];
const guarded = { roles: ["invoker"] };
const doors = { endpoints: ["kms", "bedrock-runtime"] };
const safeguards = "stack-has-its-safeguards";
const alarms = "changes-of-safeguards-raise-an-alarm";
const of = (options: string, config: OptionCase["config"], more: Partial<OptionCase> = {}): OptionCase => ({
  options: options.split(" "),
  config,
  ...more,
});

/** One option, or two that go together, changed in each preset. */
export const cases: readonly OptionCase[] = [
  of("preset", {}),
  of("namePrefix", { namePrefix: "a1" }),
  of("namePrefix", { namePrefix: "a-name-of-12" }),
  of("namePrefix", {}, { stack: "a".repeat(100) }),
  of("namePrefix", {}, { stack: "Team_A.Stage-2" }),
  of("owner costCenter dataClassification", { owner: "o", costCenter: "1234", dataClassification: "restricted" }),
  of("deployerArns", { deployerArns: [iam("role/Deployer"), iam("user/ci")] }),
  of("forceDestroyBuckets", { forceDestroyBuckets: true }),
  of("encryption.keys", { encryption: { keys: "one" } }),
  of("encryption.keys", { encryption: { keys: "separate" } }),
  of("encryption.administratorArns", { encryption: { administratorArns: [iam("role/Keys"), iam("role/Deployer")] } }),
  of("storage.deletionProtection", { storage: { deletionProtection: true } }),
  of("storage.deletionProtection", { storage: { deletionProtection: false } }),
  of("storage.accessLogs", { storage: { accessLogs: false } }, { objecting: ["bucket-access-is-recorded"] }),
  of("storage.keepVersionsDays", { storage: { keepVersionsDays: 1 } }),
  of("storage.keepVersionsDays", { storage: { keepVersionsDays: 3653 } }),
  of("storage.keepLogsDays", { storage: { keepLogsDays: 365, objectLockDays: 365 } }),
  of("storage.objectLock", { storage: { objectLock: "none" } }),
  of("storage.objectLock", { storage: { objectLock: "COMPLIANCE", objectLockDays: 30 } }),
  of(
    "storage.objectLockDays",
    { storage: { objectLock: "GOVERNANCE", objectLockDays: 1, accessLogs: true } },
    { objecting: ["bucket-locks-keep-what-they-lock"] },
  ),
  of("network.cidrBlock", { network: { cidrBlock: "172.16.0.0/16" } }),
  of("network.cidrBlock network.zones", { network: { cidrBlock: "10.0.0.0/26", zones: 3 } }),
  of(
    "network.zones network.cidrBlock",
    { network: { cidrBlock: "10.0.0.0/28", zones: 1 } },
    { objecting: ["customization-job-runs-in-a-vpc"] },
  ),
  of("network.zones", { network: { zones: "all" } }),
  of("network.availabilityZones", { network: { availabilityZones: ["us-west-2a", "us-west-2c"] } }),
  of("network.endpoints", { network: { endpoints: ["kms"] } }, { contradictsIn: ["dev", "prod"] }),
  of("network.endpoints", { network: { endpoints: ["kms", "bedrock-runtime"] } }),
  of("network.endpoints", { network: { endpoints: ["kms", "bedrock", "bedrock-runtime", "sts", "logs"] } }),
  of("network.flowLogs", { network: { flowLogs: false } }, { objecting: [safeguards] }),
  of(
    "access.roles guardrail.enabled",
    { access: { roles: [] }, guardrail: { enabled: false } },
    { objecting: [safeguards] },
  ),
  ...all.map((role) =>
    of(
      "access.roles guardrail.enabled",
      { access: { roles: [role] }, guardrail: { enabled: false }, network: doors },
      { objecting: [safeguards] },
    ),
  ),
  of("access.roles", { access: { roles: all }, network: doors }),
  ...[[], ["import"], ["evaluation"], ["invocation-logging"]].map((serviceRoles) =>
    of("access.serviceRoles", { access: { serviceRoles } }),
  ),
  of("access.permissionsBoundary", { access: { permissionsBoundary: true } }),
  of(
    "access.permissionsBoundary guardrail.enabled",
    { access: { permissionsBoundary: true, roles: ["auditor"] }, guardrail: { enabled: false } },
    {
      objecting: [safeguards],
    },
  ),
  of("access.permissionsBoundary", { access: { permissionsBoundary: false } }),
  of("access.people", {
    access: {
      roles: all,
      people: {
        operator: { assumedBy: [iam("saml-provider/Directory")], maxSessionHours: 12 },
        steward: { assumedBy: [iam("role/Data*"), iam("user/ana")], requireMfa: false },
        invoker: { assumedBy: [iam("role/application")] },
        auditor: { requireMfa: true, maxSessionHours: 1 },
      },
    },
    network: { endpoints: ["kms", "bedrock-runtime", "sts"] },
  }),
  of(
    "access.people.steward.assumedBy guardrail.enabled",
    {
      access: { roles: ["steward"], people: { steward: { assumedBy: [`arn:aws:iam::${stranger}:role/data`] } } },
      guardrail: { enabled: false },
    },
    { objecting: ["role-trust-keeps-strangers-out", "documents-name-known-accounts", safeguards] },
  ),
  of("access.applicationEndpointIds", {
    access: { ...guarded, applicationEndpointIds: ["vpce-0a", "vpce-0b"] },
    network: { endpoints: ["kms"] },
  }),
  of("access.organizationId", { access: { organizationId: "o-a1b2c3d4e5" } }),
  of(
    "audit.trail audit.alarms",
    { audit: { trail: false, alarms: false, dashboard: false } },
    { objecting: [safeguards, alarms] },
  ),
  of(
    "audit.trail audit.alarms audit.events",
    { audit: { trail: false, alarms: false, dashboard: false, events: false } },
    { objecting: [safeguards, alarms] },
  ),
  of("audit.events", { audit: { events: false } }, { objecting: [safeguards] }),
  of("audit.alarms", { audit: { alarms: false, dashboard: false } }, { objecting: [alarms] }),
  of("audit.alarms audit.dashboard", { audit: { trail: true, alarms: true, dashboard: true } }),
  of("audit.retentionDays", { audit: { retentionDays: 30 } }, { objecting: ["log-group-keeps-events"] }),
  of("audit.retentionDays", { audit: { retentionDays: 3653 } }),
  of("audit.monthlyBudgetUsd", { audit: { monthlyBudgetUsd: 0 } }),
  of("audit.monthlyBudgetUsd", { audit: { monthlyBudgetUsd: 1 } }),
  of("audit.alertEmails", { audit: { events: true, alertEmails: ["a@example.com", "b@example.com"] } }),
  of("guardrail.enabled", { guardrail: { enabled: false } }, { objecting: [safeguards] }),
  of("guardrail.enabled", { guardrail: { enabled: true }, access: { roles: ["invoker"] }, network: doors }),
  of("guardrail.topics guardrail.words guardrail.groundingThreshold", {
    guardrail: { topics: [], words: [], groundingThreshold: 0 },
  }),
  of("guardrail.anonymize", { guardrail: { anonymize: [], block: [] } }, { objecting: ["guardrail-filters-block"] }),
  of("guardrail.anonymize guardrail.block", { guardrail: { anonymize: ["EMAIL"], block: ["PASSWORD"] } }),
  of("account.macie account.publicAccessBlock", { account: { macie: true, publicAccessBlock: true } }),
  of("account.invocationLogging access.serviceRoles", {
    access: { serviceRoles: ["invocation-logging"] },
    account: { invocationLogging: true },
  }),
];
