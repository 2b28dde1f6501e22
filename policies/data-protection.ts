/** Data protection: buckets that nobody finds open, reads without TLS, overwrites for good, or loses with a destroy. */
import type { ApplicablePolicies } from "../iam/types";
import { ownAccounts } from "./accounts";
import {
  bucketJoin,
  bucketPoliciesOf,
  sourced,
  splitOrInline,
  statementsOf,
  textOf,
  type HeldDocument,
} from "./documents";
import { decide, matchesAny } from "./evaluator";
import { insiderOf } from "./insiders";
import { inParts, listSetting } from "./judge";
import type { PolicyRule } from "./model";
import { outsidersLetIn } from "./outsiders";
import { ACCOUNTS } from "./parameters";
import * as probes from "./probes";
import { stackIn } from "./stack";
import { Unjudgeable, type Subject } from "./subject";
import {
  ACCESS_POINT,
  ACCESS_POINT_POLICY_JOIN,
  BUCKETS,
  BUCKET_PUBLIC_ACCESS_BLOCK,
  BUCKET_VERSIONING,
} from "./tokens";

const CONFIDENTIALITY = { "NIST 800-53": ["AC-3", "SC-7"], "SOC 2": ["CC6.1"], GDPR: ["Art. 32"], CCPA: ["1798.150"] };
const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

const publicAccessBlocked: PolicyRule = {
  id: "bucket-blocks-public-access",
  family: "data-protection",
  severity: "critical",
  level: "mandatory",
  title: "A bucket blocks public access with all four switches, and no access point or account switches them off",
  threat: "One mistaken ACL or policy later makes the training data readable for everybody.",
  remediation: {
    text: "Add a public access block with all four switches on.",
    code: `new aws.s3.BucketPublicAccessBlock("training", { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: true,
  ignorePublicAcls: true, restrictPublicBuckets: true });`,
  },
  frameworks: { ...CONFIDENTIALITY, "AWS FSBP": ["S3.2", "S3.3", "S3.8"] },
  replaces: ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6", "AWS-0086", "AWS-0094", "S3.8"],
  appliesTo: [...BUCKETS, ACCESS_POINT, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"],
  phase: "stack",
  *judge(bucket, context) {
    if (!BUCKETS.some((type) => type === bucket.type)) {
      yield* switchedOff(bucket);
      return;
    }
    const blocks = stackIn(context.stack).belongingTo(bucket, bucketJoin(BUCKET_PUBLIC_ACCESS_BLOCK));
    if (blocks.length === 0) yield "The bucket has no public access block.";
    yield* inParts(blocks, (block) =>
      inParts(FLAGS, function* (flag) {
        if (!block.at(flag).isTrue()) yield `${flag} of ${block.name} is not true.`;
      }),
    );
  },
};

const tlsRequired: PolicyRule = {
  id: "bucket-requires-tls",
  family: "data-protection",
  severity: "high",
  level: "mandatory",
  title: "A bucket refuses every request without TLS, for the bucket and for its objects",
  threat: "Without TLS, whoever is on the way reads and changes the training data.",
  remediation: {
    text: "Deny s3:* on bucket and objects when aws:SecureTransport is false.",
    code: `{ Sid: "DenyWithoutTls", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, \`\${arn}/*\`],
  Condition: { Bool: { "aws:SecureTransport": "false" } } }`,
  },
  frameworks: { "NIST 800-53": ["SC-8", "SC-23"], "SOC 2": ["CC6.7"], GDPR: ["Art. 32"], "AWS FSBP": ["S3.5"] },
  replaces: ["CKV_AWS_379", "S3_BUCKET_SSL_REQUESTS_ONLY", "S10", "CT.S3.PR.8", "s3_bucket_secure_transport_policy"],
  appliesTo: BUCKETS,
  phase: "stack",
  *judge(bucket, context) {
    const policies = bucketPoliciesOf(bucket, stackIn(context.stack));
    if (policies.length === 0) yield "The bucket has no policy; requests without TLS are accepted.";
    yield* inParts(policies, (policy) => acceptedWithoutTls(bucket, policy));
  },
};

const strangersOut: PolicyRule = {
  id: "bucket-policy-keeps-strangers-out",
  family: "data-protection",
  severity: "critical",
  level: "mandatory",
  title: "The policy of a bucket, or of its access point, lets nobody from outside the account in",
  threat: "Whoever gets in reads the training data, or poisons it before the model learns it.",
  remediation: {
    text: "Name roles of your account; give services aws:SourceAccount.",
    code: `{ Effect: "Allow", Principal: { AWS: jobRoleArn }, Action: "s3:GetObject", Resource: \`\${arn}/*\` }`,
  },
  frameworks: { ...CONFIDENTIALITY, "OWASP LLM Top 10": ["LLM04"], "AWS FSBP": ["S3.6"] },
  replaces: ["CKV_AWS_70", "s3_bucket_cross_account_access", "S3 NO_WILDCARD_PRINCIPAL"],
  appliesTo: [...BUCKETS, ACCESS_POINT],
  phase: "stack",
  parameters: { accounts: ACCOUNTS },
  *judge(bucket, context) {
    const stack = stackIn(context.stack);
    const own = ownAccounts(stack, listSetting(context, "accounts"));
    const question = { own, service: "s3", actions: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"] };
    const policies =
      bucket.type === ACCESS_POINT
        ? splitOrInline(bucket, stack, ACCESS_POINT_POLICY_JOIN)
        : bucketPoliciesOf(bucket, stack);
    yield* inParts(policies, (policy) => outsidersLetIn(policy, question));
  },
};

const versioned: PolicyRule = {
  id: "bucket-keeps-versions",
  family: "data-protection",
  severity: "medium",
  level: "mandatory",
  title: "A bucket keeps earlier versions of its objects",
  threat: "Training data that is overwritten or deleted cannot be restored, nor can it be shown what a model learned.",
  remediation: {
    text: "Enable versioning.",
    code: `new aws.s3.BucketVersioning("training", { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } });`,
  },
  frameworks: { "NIST 800-53": ["CP-9", "SI-7"], "SOC 2": ["A1.2"], "EU AI Act": ["Art. 10", "Art. 12"] },
  replaces: ["CKV_AWS_21", "AWS-0090", "s3_bucket_object_versioning", "CT.S3.PR.11"],
  appliesTo: BUCKETS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(bucket, context) {
    const split = stackIn(context.stack).belongingTo(bucket, bucketJoin(BUCKET_VERSIONING));
    if (split.length === 0) {
      if (!bucket.at("versioning", "versionings").at("enabled").isTrue()) yield "The bucket has no versioning.";
    }
    for (const versioning of split) {
      const status = versioning.at("versioningConfiguration").at("status").string();
      if (status !== "Enabled") yield `versioningConfiguration.status of ${versioning.name} is ${status ?? "not set"}.`;
    }
  },
};

const survivesDestroy: PolicyRule = {
  id: "production-bucket-is-not-force-destroyed",
  family: "data-protection",
  severity: "high",
  level: "mandatory",
  title: "A bucket of a production stack is not emptied by a destroy",
  threat: "One destroy on the wrong stack deletes the training data and the evidence of all training runs.",
  remediation: {
    text: "Leave forceDestroy out, or set it to false.",
    code: `new aws.s3.Bucket("training", { forceDestroy: false });`,
  },
  frameworks: { "NIST 800-53": ["CP-9"], "SOC 2": ["A1.2"] },
  replaces: [],
  appliesTo: BUCKETS,
  phase: "resource",
  parameters: {
    productionStacks: {
      type: "array",
      items: { type: "string" },
      default: ["prod*", "*-prod", "live*"],
      description: "Names of stacks that are production; * and ? are wildcards.",
    },
  },
  *judge(bucket, context) {
    if (!bucket.at("forceDestroy").isTrue()) return;
    if (!matchesAny(listSetting(context, "productionStacks"), bucket.stackName)) return;
    yield `forceDestroy is true in the production stack ${bucket.stackName}.`;
  },
};

/** The data protection policies. */
export const dataProtection: readonly PolicyRule[] = [
  publicAccessBlocked,
  tlsRequired,
  strangersOut,
  versioned,
  survivesDestroy,
];

/** The switches that an access point, or the account, has off. An access point has on what it does not name. */
function* switchedOff(holder: Subject): Generator<string> {
  const isPoint = holder.type === ACCESS_POINT;
  const switches = isPoint ? holder.at("publicAccessBlockConfiguration") : undefined;
  yield* inParts(FLAGS, function* (flag) {
    const reader = isPoint ? switches?.at(flag) : holder.at(flag);
    if (reader === undefined || (isPoint && !reader.exists)) return;
    if (!reader.isTrue()) yield `${reader.path} is not true.`;
  });
}

function* acceptedWithoutTls(bucket: Subject, policy: HeldDocument): Generator<string> {
  const text = textOf(policy);
  const arn = `arn:${probes.partitionIn(text)}:s3:::${bucketNameIn(bucket, text)}`;
  const account = probes.ownStandIn(text);
  const policies: ApplicablePolicies = { resource: sourced(policy), identity: [probes.allowAll(false)] };
  const insider = insiderOf(statementsOf(policy), account, probes.partitionIn(text));
  const attempts = [
    ["s3:ListBucket", arn],
    ["s3:GetObject", `${arn}/probe`],
    ["s3:PutObject", `${arn}/probe`],
    ["s3:DeleteObject", `${arn}/probe/probe`],
  ] as const;
  const accepted = attempts.filter(([action, resource]) => {
    const request = {
      caller: insider.caller,
      action,
      resource,
      resourceAccount: account,
      context: { ...insider.context, "aws:SecureTransport": false },
    };
    return decide(request, policies).outcome !== "explicitDeny";
  });
  const actions = accepted.map(([action]) => action);
  if (actions.length > 0) yield `${policy.source} does not deny ${actions.join(", ")} without TLS.`;
}

/**
 * The bucket's name: declared, or, when the cloud names it, the one that the document speaks of.
 *
 * @param text A document about the bucket.
 * @throws Unjudgeable when neither tells.
 */
export function bucketNameIn(bucket: Subject, text: string): string {
  const declared = bucket.raw.property("bucket");
  if (typeof declared === "string") return declared;
  const named = /\barn:[a-z-]*:s3:::([a-z0-9.-]+)/.exec(text)?.[1];
  if (named === undefined) throw new Unjudgeable("the name of the bucket is not known yet");
  return named;
}
