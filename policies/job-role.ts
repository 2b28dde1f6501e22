/** Least privilege of the role of a job: what it may really do, asked of its documents. */
import { bucketsOf } from "./customization";
import * as documents from "./documents";
import { excessOf } from "./job-excess";
import { inParts, listSetting } from "./judge";
import type { PolicyRule } from "./model";
import { SHARED_BUCKETS } from "./parameters";
import { stackIn, type StackView } from "./stack";
import type { Subject } from "./subject";
import { ENDPOINTS, ENDPOINT_POLICY_JOIN, ROLES, ROLE_JOBS, VPC_JOBS } from "./tokens";

const onlyTheJob: PolicyRule = {
  id: "job-role-does-only-its-job",
  family: "least-privilege",
  severity: "critical",
  level: "mandatory",
  title: "The role of a job of Bedrock reaches the data, the key and the network of that job only",
  threat: "Whoever can start a job acts with its role: with a wide one, on all data and keys of the account.",
  remediation: {
    text: "Name the folders of the job, its key with kms:ViaService, and its subnets and groups.",
    code: `{ Effect: "Allow", Action: "s3:GetObject", Resource: \`\${trainingBucketArn}/fine-tuning-datasets/*\` },
{ Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: key.arn, Condition: { StringEquals: {
  "kms:ViaService": [\`bedrock.\${region}.amazonaws.com\`, \`s3.\${region}.amazonaws.com\`] } } }`,
  },
  frameworks: {
    "NIST 800-53": ["AC-4", "AC-6"],
    "SOC 2": ["CC6.3"],
    "OWASP LLM Top 10": ["LLM04", "LLM06"],
    "EU AI Act": ["Art. 15"],
  },
  replaces: ["KMS.1", "KMS.2"],
  appliesTo: ROLE_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: { sharedBuckets: SHARED_BUCKETS },
  *judge(job, context) {
    const stack = stackIn(context.stack);
    const role = roleOf(job, stack);
    if (role === undefined) return;
    // Jobs that share a role share what it reaches.
    const buckets = [...listSetting(context, "sharedBuckets"), ...jobsOf(role, stack).flatMap(bucketsOf)];
    yield* inParts(permissionsOf(role, stack), (document) => excessOf(document, { job, role, buckets }));
  },
};

const endpointsForTheJob: PolicyRule = {
  id: "job-endpoints-let-only-the-job-through",
  family: "network",
  severity: "high",
  level: "mandatory",
  title: "Where an endpoint of a job's VPC names the job's role, it lets it do the job and nothing else",
  threat: "What the role is allowed by mistake elsewhere then finds its way out through the endpoint.",
  remediation: {
    text: "Name the actions, the folders and the key of the job beside its role.",
    code: `{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: \`\${trainingBucketArn}/fine-tuning-datasets/*\`,
  Condition: { ArnEquals: { "aws:PrincipalArn": jobRoleArn }, StringEquals: { "aws:ResourceAccount": account } } }`,
  },
  frameworks: { "NIST 800-53": ["AC-4", "AC-6", "SC-7"], "SOC 2": ["CC6.6"], "OWASP LLM Top 10": ["LLM02"] },
  replaces: [],
  appliesTo: ENDPOINTS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: { sharedBuckets: SHARED_BUCKETS },
  *judge(endpoint, context) {
    const stack = stackIn(context.stack);
    const held = documents.splitOrInline(endpoint, stack, ENDPOINT_POLICY_JOIN);
    const jobs = stack.ofTypes(VPC_JOBS);
    const buckets = [...listSetting(context, "sharedBuckets"), ...jobs.flatMap(bucketsOf)];
    yield* inParts(jobs, (job) => {
      const role = roleOf(job, stack);
      return inParts(held, (document) => excessOf(document, { job, role, buckets }));
    });
  },
};

/** The policies on what the role of a job can do. */
export const jobRole: readonly PolicyRule[] = [onlyTheJob, endpointsForTheJob];

/** The role of a job, if it is in the stack: by dependency, else by ARN or name. */
export function roleOf(job: Subject, stack: StackView): Subject | undefined {
  const [direct] = stack.dependencies(job, "roleArn", ROLES);
  if (direct !== undefined) return direct;
  const pointer = job.raw.property("roleArn");
  if (typeof pointer !== "string") return undefined;
  return stack.ofTypes(ROLES).find((role) => {
    const name = role.raw.property("name");
    return pointer === role.raw.property("arn") || (typeof name === "string" && pointer.endsWith(`/${name}`));
  });
}

/** The jobs of the stack that use a role. */
export function jobsOf(role: Subject, stack: StackView): Subject[] {
  return stack.ofTypes(ROLE_JOBS).filter((job) => roleOf(job, stack) === role);
}

/** What a role is allowed by the stack: inline, as resources of their own, and by managed policies that are attached. */
export function permissionsOf(role: Subject, stack: StackView): documents.HeldDocument[] {
  const split = ofRole(role, "aws:iam/rolePolicy:RolePolicy", "role", stack);
  const attached = ATTACHMENTS.flatMap(([type, pointer, property]) =>
    ofRole(role, type, pointer, stack).flatMap((attachment) => policiesAt(attachment, property, stack)),
  );
  const managed = new Set([...policiesAt(role, "managedPolicyArns", stack), ...attached]);
  return [role, ...split, ...managed].flatMap((holder) => documents.identityDocumentsOf(holder));
}

/** How managed policies are attached to a role: type, property that points at the role, property with the policies. */
const ATTACHMENTS = [
  ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role", "policyArn"],
  ["aws:iam/policyAttachment:PolicyAttachment", "roles", "policyArn"],
  ["aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "roleName", "policyArns"],
] as const;

function ofRole(role: Subject, type: string, property: string, stack: StackView): Subject[] {
  return stack.belongingTo(role, { types: [type], property, ownerTypes: ROLES, identities: ["id", "name", "arn"] });
}

/** The managed policies of the stack that a property names. */
function policiesAt(holder: Subject, property: string, stack: StackView): Subject[] {
  const depended = stack.dependencies(holder, property, MANAGED_POLICIES);
  const value = holder.raw.property(property);
  const arns = Array.isArray(value) ? (value as unknown[]) : [value];
  const named = stack.ofTypes(MANAGED_POLICIES).filter((policy) => {
    const arn = policy.raw.property("arn");
    return typeof arn === "string" && arns.includes(arn);
  });
  return [...new Set([...depended, ...named])];
}

const MANAGED_POLICIES = ["aws:iam/policy:Policy"];
