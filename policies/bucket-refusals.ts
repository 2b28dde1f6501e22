/** Data protection: what a bucket's policy must refuse, found by asking it. */
import type { ApplicablePolicies, ContextValue } from "../iam/types";
import { customizationOf } from "./customization";
import { bucketNameIn } from "./data-protection";
import { bucketPoliciesOf, sourced, statementsOf, textOf, type HeldDocument } from "./documents";
import { encryptionRulesOf } from "./encryption";
import { decide } from "./evaluator";
import { insiderOf, type Insider } from "./insiders";
import { inParts, listSetting } from "./judge";
import type { PolicyRule } from "./model";
import * as probes from "./probes";
import { s3Location } from "./s3-uri";
import { stackIn, type StackView } from "./stack";
import { SHARED_ENDPOINTS, strangeWays } from "./stack-endpoints";
import { Unjudgeable, type Subject } from "./subject";
import { BUCKETS, MODEL_JOBS } from "./tokens";

const oldTlsRefused: PolicyRule = {
  id: "bucket-refuses-old-tls",
  family: "data-protection",
  severity: "medium",
  level: "mandatory",
  title: "A bucket refuses TLS older than 1.2",
  threat: "Older versions of TLS can be broken, and what is recorded today is read later.",
  remediation: {
    text: "Deny s3:* on bucket and objects when s3:TlsVersion is less than 1.2.",
    code: `{ Sid: "DenyOldTls", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, \`\${arn}/*\`],
  Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } }`,
  },
  frameworks: { "NIST 800-53": ["SC-8", "SC-13"], "SOC 2": ["CC6.7"], GDPR: ["Art. 32"] },
  replaces: [],
  appliesTo: BUCKETS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(bucket, context) {
    const policies = bucketPoliciesOf(bucket, stackIn(context.stack));
    // Without a policy, bucket-requires-tls has the finding.
    yield* inParts(policies, function* (policy) {
      const sent = { "aws:SecureTransport": true, "s3:TlsVersion": 1.1 };
      const actions = ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
      const accepted = actions.filter((action) => !refuses(bucket, policy, action, sent));
      if (accepted.length > 0) yield `${policy.source} does not deny ${accepted.join(", ")} with TLS 1.1.`;
    });
  },
};

const otherKeysRefused: PolicyRule = {
  id: "bucket-refuses-other-encryption",
  family: "data-protection",
  severity: "high",
  level: "mandatory",
  title: "A bucket refuses objects that are encrypted in another way than its own",
  threat: "An upload that names another key writes training data that the key's owner can read, or take away.",
  remediation: {
    text: "Deny s3:PutObject when the request names another algorithm than aws:kms, or another key than yours.",
    code: `{ Sid: "DenyOtherKey", Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: \`\${arn}/*\`, Condition: {
  Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
  StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": key.arn } } }`,
  },
  frameworks: { "NIST 800-53": ["SC-12", "SC-28"], "SOC 2": ["CC6.1"], GDPR: ["Art. 32"] },
  replaces: [],
  appliesTo: BUCKETS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(bucket, context) {
    const stack = stackIn(context.stack);
    const policies = bucketPoliciesOf(bucket, stack);
    // Without a policy, bucket-requires-tls has the finding.
    yield* inParts(policies, function* (policy) {
      const text = textOf(policy);
      const foreign = `arn:${probes.partitionIn(text)}:kms:probe-region-1:${probes.strangerAccount(text)}:key/probe`;
      const algorithm = "s3:x-amz-server-side-encryption";
      const sent = { "aws:SecureTransport": true, "s3:TlsVersion": 1.3 };
      if (!refuses(bucket, policy, "s3:PutObject", { ...sent, [algorithm]: "AES256" })) {
        yield `${policy.source} does not deny an upload with AES256.`;
      }
      const own = ownKeyOf(bucket, stack);
      if (own !== undefined) {
        const ownKey = { [algorithm]: "aws:kms", [`${algorithm}-aws-kms-key-id`]: own };
        const put = (headers: object) => refuses(bucket, policy, "s3:PutObject", { ...sent, ...headers });
        if (put(ownKey) && !put({})) {
          yield `${policy.source} denies an upload under the bucket's own key, so it must mean another one.`;
        }
      }
      const otherKey = { [algorithm]: "aws:kms", [`${algorithm}-aws-kms-key-id`]: foreign };
      if (!refuses(bucket, policy, "s3:PutObject", { ...sent, ...otherKey })) {
        yield `${policy.source} does not deny an upload under another key.`;
      }
    });
  },
};

const outsideRefused: PolicyRule = {
  id: "bucket-refuses-access-from-outside",
  family: "data-protection",
  severity: "medium",
  level: "advisory",
  title: "A bucket of a job refuses identities that are not meant, when they do not come through the endpoint",
  threat: "With stolen credentials of the account, the training data can be read from anywhere in the world.",
  remediation: {
    text: "Deny what comes neither through the endpoint, nor from a named role, nor from an AWS service.",
    code: `{ Sid: "DenyFromOutside", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, \`\${arn}/*\`], Condition: {
  StringNotEqualsIfExists: { "aws:SourceVpce": endpoint.id }, ArnNotLikeIfExists: { "aws:PrincipalArn": deployerArns },
  BoolIfExists: { "aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false" } } }`,
  },
  frameworks: { "NIST 800-53": ["AC-3", "AC-4", "SC-7"], "SOC 2": ["CC6.6"], GDPR: ["Art. 32"], CCPA: ["1798.150"] },
  replaces: ["data perimeter: network"],
  appliesTo: BUCKETS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: { sharedEndpoints: SHARED_ENDPOINTS },
  *judge(bucket, context) {
    const stack = stackIn(context.stack);
    // Where the buckets of jobs are closed, all others are meant to be.
    if (!isOfAJob(bucket, stack) && !jobBucketsAreClosed(stack)) return;
    // Without a policy, bucket-requires-tls has the finding.
    yield* inParts(bucketPoliciesOf(bucket, stack), function* (policy) {
      const open = openToOutside(bucket, policy);
      if (open.length > 0) yield `${policy.source} does not deny ${open.join(", ")} from outside the endpoint.`;
      const shared = listSetting(context, "sharedEndpoints");
      for (const { id, context: way } of strangeWays(statementsOf(policy), stack, "s3", shared)) {
        const more = openToOutside(bucket, policy, [way]).filter((action) => !open.includes(action));
        if (more.length > 0)
          yield `${policy.source} does not deny ${more.join(", ")} through ${id}, which is not the stack's.`;
      }
    });
  },
};

/** The data protection policies that probe the policy of a bucket. */
export const bucketRefusals: readonly PolicyRule[] = [oldTlsRefused, otherKeysRefused, outsideRefused];

/** What reads, writes or removes objects, or tells their names. */
const DATA_ACTIONS = [
  "s3:ListBucket",
  "s3:ListBucketVersions",
  "s3:ListBucketMultipartUploads",
  "s3:GetObject",
  "s3:GetObjectVersion",
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
  "s3:RestoreObject",
  "s3:BypassGovernanceRetention",
  "s3:ReplicateObject",
  "s3:ReplicateDelete",
  "s3:ReplicateTags",
];

/** Somebody without an endpoint, and somebody who comes through one of their own. */
const OUTSIDE: readonly probes.ProbeContext[] = [
  {},
  { "aws:SourceVpce": "vpce-0unrelated", "aws:SourceVpc": "vpc-0unrelated" },
];

function openToOutside(bucket: Subject, policy: HeldDocument, ways = OUTSIDE): string[] {
  const sent = { "aws:SecureTransport": true, "s3:TlsVersion": 1.3 };
  return DATA_ACTIONS.filter((action) => {
    return ways.some((way) => !refuses(bucket, policy, action, { ...sent, ...way }, "unrelated"));
  });
}

/** Whether a bucket is known to refuse outsiders; one that cannot be judged yet tells nothing about others. */
function isClosed(bucket: Subject, stack: StackView): boolean {
  try {
    return bucketPoliciesOf(bucket, stack).some((policy) => openToOutside(bucket, policy).length === 0);
  } catch (error) {
    if (error instanceof Unjudgeable) return false;
    throw error;
  }
}

/** Asked for each bucket of a stack, and the same for all. */
const closedIn = new WeakMap<StackView, boolean>();

function jobBucketsAreClosed(stack: StackView): boolean {
  const kept = closedIn.get(stack);
  if (kept !== undefined) return kept;
  const closed = stack
    .ofTypes(BUCKETS)
    .filter((bucket) => isOfAJob(bucket, stack))
    .some((bucket) => isClosed(bucket, stack));
  closedIn.set(stack, closed);
  return closed;
}

/** Whether a job reads from a bucket, or writes to it. */
function isOfAJob(bucket: Subject, stack: StackView): boolean {
  return stack.ofTypes(MODEL_JOBS).some((job) => {
    const { training, validation, output } = customizationOf(job);
    return [training, ...validation, output].some((uri) => {
      const named = bucket.raw.property("bucket");
      if (uri.isUnknown) return stack.dependencies(job, uri.path, BUCKETS).includes(bucket);
      return s3Location(uri)?.bucket === named;
    });
  });
}

/** The ARN of the key with which a bucket encrypts by default; `undefined` when it is not known, or no ARN. */
function ownKeyOf(bucket: Subject, stack: StackView): string | undefined {
  const [rule] = encryptionRulesOf(bucket, stack);
  const key = rule?.rule
    .at("applyServerSideEncryptionByDefault", "applyServerSideEncryptionByDefaults")
    .at("kmsMasterKeyId");
  return typeof key?.value === "string" && key.value.startsWith("arn:") ? key.value : undefined;
}

/**
 * Whether a bucket's policy denies a request.
 *
 * @param who An insider, whom the policy excepts from what it denies to others, or somebody unrelated from outside.
 */
function refuses(
  bucket: Subject,
  policy: HeldDocument,
  action: string,
  context: Readonly<Record<string, ContextValue>>,
  who: "insider" | "unrelated" = "insider",
): boolean {
  const text = textOf(policy);
  const account = accountNamedIn(text) ?? probes.ownStandIn(text);
  const partition = probes.partitionIn(text);
  const policies: ApplicablePolicies = { resource: sourced(policy), identity: [probes.allowAll(false)] };
  const objects = action.startsWith("s3:ListBucket") ? "" : "/probe";
  const resource = `arn:${partition}:s3:::${bucketNameIn(bucket, text)}${objects}`;
  const unrelated: Insider = {
    caller: { kind: "role", arn: `arn:${partition}:iam::${account}:role/unrelated-${account}` },
    context: {},
  };
  const insider = who === "insider" ? insiderOf(statementsOf(policy), account, partition) : unrelated;
  const asked = { action, resource, resourceAccount: account, caller: insider.caller };
  return decide({ ...asked, context: { ...insider.context, ...context } }, policies).outcome === "explicitDeny";
}

function accountNamedIn(text: string): string | undefined {
  return /:iam::(\d{12}):/.exec(text)?.[1];
}
