/** Data protection: what a bucket's policy must refuse, found by asking it. */
import type { ApplicablePolicies, ContextValue } from "../iam/types";
import { bucketNameIn } from "./data-protection";
import { bucketPoliciesOf, sourced, textOf, type HeldDocument } from "./documents";
import { decide } from "./evaluator";
import { inParts } from "./judge";
import type { PolicyRule } from "./model";
import * as probes from "./probes";
import { stackIn } from "./stack";
import type { Subject } from "./subject";
import { BUCKETS } from "./tokens";

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
      for (const action of ["s3:GetObject", "s3:PutObject"]) {
        const sent = { "aws:SecureTransport": true, "s3:TlsVersion": 1.1 };
        if (!refuses(bucket, policy, action, sent)) yield `${policy.source} does not deny ${action} with TLS 1.1.`;
      }
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
    const policies = bucketPoliciesOf(bucket, stackIn(context.stack));
    // Without a policy, bucket-requires-tls has the finding.
    yield* inParts(policies, function* (policy) {
      const text = textOf(policy);
      const foreign = `arn:${probes.partitionIn(text)}:kms:probe-region-1:${probes.strangerAccount(text)}:key/probe`;
      const algorithm = "s3:x-amz-server-side-encryption";
      const sent = { "aws:SecureTransport": true, "s3:TlsVersion": 1.3 };
      if (!refuses(bucket, policy, "s3:PutObject", { ...sent, [algorithm]: "AES256" })) {
        yield `${policy.source} does not deny an upload with AES256.`;
      }
      const otherKey = { [algorithm]: "aws:kms", [`${algorithm}-aws-kms-key-id`]: foreign };
      if (!refuses(bucket, policy, "s3:PutObject", { ...sent, ...otherKey })) {
        yield `${policy.source} does not deny an upload under another key.`;
      }
    });
  },
};

/** The data protection policies that probe the policy of a bucket. */
export const bucketRefusals: readonly PolicyRule[] = [oldTlsRefused, otherKeysRefused];

function refuses(
  bucket: Subject,
  policy: HeldDocument,
  action: string,
  context: Readonly<Record<string, ContextValue>>,
): boolean {
  const text = textOf(policy);
  const account = probes.ownStandIn(text);
  const partition = probes.partitionIn(text);
  const policies: ApplicablePolicies = { resource: sourced(policy), identity: [probes.allowAll(false)] };
  const resource = `arn:${partition}:s3:::${bucketNameIn(bucket, text)}/probe`;
  const caller = probes.roleIn(account, partition);
  return decide({ caller, action, resource, resourceAccount: account, context }, policies).outcome === "explicitDeny";
}
