/** Bedrock: whether what a job uses belongs together, in the stack that is judged. */
import { customizationOf } from "./customization";
import { matchesAny } from "./evaluator";
import { roleOf } from "./job-role";
import { inParts, listSetting } from "./judge";
import type { PolicyRule } from "./model";
import { stackIn, type StackView } from "./stack";
import { Unjudgeable, type Reader, type Subject } from "./subject";
import { subnetsOf } from "./topology";
import { KEY_LIKE, MODEL_JOBS, ROLES, VPC_JOBS } from "./tokens";

const ownRoleAndKey: PolicyRule = {
  id: "job-uses-role-and-key-of-its-stack",
  family: "bedrock",
  severity: "high",
  level: "mandatory",
  title: "A job of Bedrock uses a role and a key of its own stack",
  threat: "A role or a key of another environment carries its rights, and its data, into this one.",
  remediation: {
    text: "Use role and key of the stack, or have the platform team add shared ones to sharedRoles and sharedKeys.",
    code: `new CustomizationJob("job", { roleArn: role.arn, modelKmsKeyArn: key.arn, /* … */ });`,
  },
  frameworks: { "NIST 800-53": ["AC-4", "AC-6", "SC-12"], "SOC 2": ["CC6.1"], "OWASP LLM Top 10": ["LLM03"] },
  replaces: [],
  appliesTo: MODEL_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: {
    sharedRoles: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "ARNs of roles outside the stack that jobs may use; * and ? are wildcards.",
    },
    sharedKeys: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "ARNs of keys outside the stack that jobs may use; * and ? are wildcards.",
    },
  },
  *judge(job, context) {
    const stack = stackIn(context.stack);
    const { role, kmsKey } = customizationOf(job);
    const parts = [
      { reader: role, owned: () => roleOf(job, stack) !== undefined, types: ROLES, shared: "sharedRoles" },
      { reader: kmsKey, owned: () => isOwnKey(job, kmsKey, stack), types: KEY_LIKE, shared: "sharedKeys" },
    ];
    yield* inParts(parts, function* ({ reader, owned, types, shared }) {
      // What is not set is found by the policies on the key and by Bedrock itself.
      if (!reader.exists || owned()) return;
      const arn = reader.string() ?? "";
      if (matchesAny(listSetting(context, shared), arn) || /(?:^|:)alias\/aws\//.test(arn)) return;
      if (stack.ofTypes(types).some((candidate) => !isKnown(candidate))) {
        throw new Unjudgeable(`it is not known yet whether ${arn} is one of the stack's`);
      }
      yield `${reader.path} is ${arn}, which is not of the stack.`;
    });
  },
};

const ownGroups: PolicyRule = {
  id: "job-uses-groups-of-its-stack",
  family: "bedrock",
  severity: "high",
  level: "mandatory",
  title: "The security groups of a job are those of the stack that has its network",
  threat: "What a group outside the stack lets in and out is changed by others, and judged by nobody here.",
  remediation: {
    text: "Name the group of the stack, or have the platform team add the shared one to sharedGroups.",
    code: `new CustomizationJob("job", { vpcConfig: { subnetIds, securityGroupIds: [jobGroup.id] }, /* … */ });`,
  },
  frameworks: { "NIST 800-53": ["AC-4", "SC-7"], "SOC 2": ["CC6.6"], "OWASP LLM Top 10": ["LLM02"] },
  replaces: [],
  appliesTo: VPC_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: {
    sharedGroups: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Ids of security groups outside the stack that jobs may use; * and ? are wildcards.",
    },
  },
  *judge(job, context) {
    const stack = stackIn(context.stack);
    const { vpc } = customizationOf(job);
    // A job in the network of another stack has its groups there, too.
    if (!vpc.exists || stack.ofTypes(GROUPS).length === 0 || subnetsOf(job, stack).length === 0) return;
    const property = vpc.path.split(/[.[]/, 1)[0] ?? vpc.path;
    if (stack.dependencies(job, property, GROUPS).length > 0) return;
    const groups = vpc.at("securityGroupIds");
    const own = stack.ofTypes(GROUPS).map((group) => group.raw.property("id"));
    const shared = listSetting(context, "sharedGroups");
    const strange = groups.strings().filter((id) => !own.includes(id) && !matchesAny(shared, id));
    if (strange.length === 0) return;
    if (own.some((id) => typeof id !== "string")) {
      throw new Unjudgeable(`it is not known yet whether ${strange.join(", ")} is one of the stack's`);
    }
    yield `${groups.path} has ${strange.join(", ")}, which is not of the stack.`;
  },
};

/** The policies on what a job is made of. */
export const jobParts: readonly PolicyRule[] = [ownRoleAndKey, ownGroups];

const GROUPS = ["aws:ec2/securityGroup:SecurityGroup"];

const IDENTITIES = ["arn", "keyId", "id", "name"] as const;

function isOwnKey(job: Subject, key: Reader, stack: StackView): boolean {
  const property = key.path.split(/[.[]/, 1)[0] ?? key.path;
  if (stack.dependencies(job, property, KEY_LIKE).length > 0) return true;
  const text = key.string() ?? "";
  return stack.ofTypes(KEY_LIKE).some((candidate) =>
    IDENTITIES.some((identity) => {
      const value = candidate.raw.property(identity);
      return (
        typeof value === "string" &&
        value !== "" &&
        (text === value || text.endsWith(`/${value}`) || text.endsWith(`:${value}`))
      );
    }),
  );
}

/** Whether the ARN of a resource, or for a role its name, is known, so that another ARN is another resource. */
function isKnown(candidate: Subject): boolean {
  const names = candidate.type === ROLES[0] ? (["arn", "name"] as const) : (["arn"] as const);
  return names.some((name) => typeof candidate.raw.property(name) === "string");
}
