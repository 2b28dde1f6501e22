/** Ways on which data leaves without anybody reading it: copies of a bucket that S3 makes, and keys that are handed on. */
import { ownAccounts } from "./accounts";
import { bucketJoin } from "./documents";
import { matchesAny } from "./evaluator";
import { inParts, listSetting } from "./judge";
import type { PolicyRule } from "./model";
import { ACCOUNTS, SHARED_BUCKETS } from "./parameters";
import { accountIn } from "./probes";
import { stackIn, type StackView } from "./stack";
import { Unjudgeable, type Reader, type Subject } from "./subject";
import { BUCKETS, ROLES } from "./tokens";

const REPLICATION = ["aws:s3/bucketReplicationConfig:BucketReplicationConfig"] as const;

const copiedWithin: PolicyRule = {
  id: "bucket-is-copied-within-the-stack",
  family: "data-protection",
  severity: "high",
  level: "mandatory",
  title: "A bucket is replicated to buckets of its stack only",
  threat:
    "Replication takes every new object, and each training set, to wherever one line says, with no request to see.",
  remediation: {
    text: "Replicate to a bucket of the stack, or have the platform team add the other one to sharedBuckets.",
    code: `new aws.s3.BucketReplicationConfig("training", { bucket: training.id, role: role.arn, rules: [{ status: "Enabled",
  destination: { bucket: copies.arn } }] });`,
  },
  frameworks: { "NIST 800-53": ["AC-4", "SC-7"], "SOC 2": ["CC6.7"], GDPR: ["Art. 44", "Art. 32"] },
  replaces: ["s3_bucket_cross_account_access"],
  appliesTo: [...REPLICATION, ...BUCKETS],
  phase: "stack",
  onlyWithBedrock: true,
  parameters: { sharedBuckets: SHARED_BUCKETS },
  *judge(holder, context) {
    const stack = stackIn(context.stack);
    const isBucket = BUCKETS.some((type) => type === holder.type);
    // AWS shows on a bucket what a resource beside it configures.
    if (isBucket && stack.belongingTo(holder, bucketJoin(REPLICATION)).length > 0) return;
    const rules = isBucket ? holder.at("replicationConfiguration").at("rules") : holder.at("rules");
    const shared = listSetting(context, "sharedBuckets");
    const property = isBucket ? "replicationConfiguration" : "rules";
    if (rules.isUnknown && stack.dependencies(holder, property, BUCKETS).length > 0) return;
    yield* inParts(rules.list(), (rule) => foreignTarget(holder, property, rule, stack, shared));
  },
};

const grantsStay: PolicyRule = {
  id: "kms-grants-stay-in-the-account",
  family: "encryption",
  severity: "high",
  level: "mandatory",
  title: "A KMS key is granted to principals of the stack's account only",
  threat: "A grant opens a key to another account beside its policy, where no review of the policy finds it.",
  remediation: {
    text: "Grant to a role of the account, or have the platform team add the other account to accounts.",
    code: `new aws.kms.Grant("job", { keyId: key.keyId, granteePrincipal: jobRole.arn, operations: ["Decrypt"] });`,
  },
  frameworks: { "NIST 800-53": ["AC-3", "SC-12"], "SOC 2": ["CC6.1"], GDPR: ["Art. 32"] },
  replaces: ["CT.KMS.PV.1"],
  appliesTo: ["aws:kms/grant:Grant"],
  phase: "stack",
  parameters: { accounts: ACCOUNTS },
  *judge(grant, context) {
    const stack = stackIn(context.stack);
    const own = ownAccounts(stack, listSetting(context, "accounts"));
    const names = ["granteePrincipal", "retiringPrincipal"] as const;
    yield* inParts(names, function* (name) {
      const principal = grant.at(name);
      if (principal.isUnknown && stack.dependencies(grant, name, ROLES).length > 0) return;
      const account = accountIn(principal.string() ?? "");
      if (account === undefined || own?.has(account)) return;
      if (own === undefined) {
        throw new Unjudgeable(`it is not known yet whether account ${account} is the stack's own (parameter accounts)`);
      }
      yield `${name} is ${principal.string() ?? ""}, of another account.`;
    });
  },
};

/** The policies on the ways of data. */
export const dataWays: readonly PolicyRule[] = [copiedWithin, grantsStay];

function* foreignTarget(
  holder: Subject,
  property: string,
  rule: Reader,
  stack: StackView,
  shared: readonly string[],
): Generator<string> {
  const target = rule.at("destination").at("bucket");
  if (!target.exists) return;
  // The bucket that is copied is one of the dependencies where it is named in a rule, e.g. as its id.
  if (target.isUnknown && stack.dependencies(holder, property, BUCKETS).length > 0) return;
  const name = (target.string() ?? "").split(":::").at(-1) ?? "";
  const own = stack.ofTypes(BUCKETS).map((bucket) => bucket.raw.property("bucket"));
  if (own.includes(name) || matchesAny(shared, name)) return;
  if (own.some((known) => typeof known !== "string")) {
    throw new Unjudgeable(`it is not known yet whether bucket ${name} is one of the stack's`);
  }
  yield `${target.path} is ${name}, which is not a bucket of the stack.`;
}
