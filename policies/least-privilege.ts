/** Least privilege: documents that mean what they say, name what they allow, and hand no role to strangers. */
import type { Statement } from "../iam/types";
import { ownAccounts } from "./accounts";
import { ACCOUNTS } from "./parameters";
import * as documents from "./documents";
import { decide, matchesAny, problemsOf } from "./evaluator";
import { inParts, listSetting } from "./judge";
import { purposeOf } from "./customization";
import { jobsOf } from "./job-role";
import type { PolicyRule } from "./model";
import * as probes from "./probes";
import { stackIn } from "./stack";
import { IDENTITY_POLICIES, POLICY_ATTACHMENTS, ROLES } from "./tokens";
import { BEDROCK, trustFaults, trustsBedrock } from "./trust";

const LEAST_PRIVILEGE = { "NIST 800-53": ["AC-6"], "SOC 2": ["CC6.3"], "OWASP LLM Top 10": ["LLM06"] };

const documentsValid: PolicyRule = {
  id: "policy-documents-are-valid",
  family: "least-privilege",
  severity: "high",
  level: "mandatory",
  title: "A policy document is valid",
  threat: "A misspelt operator or element can make a Deny vanish without anybody noticing.",
  remediation: {
    text: "Correct the named element.",
    code: `{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, \`\${arn}/*\`], Condition: { Bool: { "aws:SecureTransport": "false" } } }`,
  },
  frameworks: LEAST_PRIVILEGE,
  replaces: ["parliament MALFORMED"],
  appliesTo: documents.DOCUMENT_HOLDERS,
  phase: "resource",
  *judge(subject) {
    yield* inParts(documents.documentsOf(subject), (document) => {
      const { document: value } = documents.sourced(document);
      return problemsOf(value, document.kind, document.source).map((problem) => `${document.source}: ${problem}`);
    });
  },
};

const actionsNamed: PolicyRule = {
  id: "statements-name-their-actions",
  family: "least-privilege",
  severity: "high",
  level: "mandatory",
  title: "A statement that allows names its actions",
  threat: "A wildcard grants what the service can do today and whatever it learns tomorrow.",
  remediation: { text: "List the actions that are used.", code: `Action: ["s3:GetObject", "s3:ListBucket"]` },
  frameworks: { ...LEAST_PRIVILEGE, "AWS FSBP": ["IAM.1", "IAM.21"] },
  replaces: ["CKV_AWS_1", "CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_49", "AWS-0345", "IAM5[Action::*]", "CT.IAM.PR.3"],
  appliesTo: documents.DOCUMENT_HOLDERS,
  phase: "resource",
  *judge(subject) {
    // A key policy gives kms:* to the account root (AWS documents it so); an endpoint policy grants nothing.
    const held = documents.documentsOf(subject).filter(({ kind }) => kind !== "key" && kind !== "endpoint");
    yield* inParts(held, function* (document) {
      for (const [index, statement] of documents.statementsOf(document).entries()) {
        if (statement.Effect !== "Allow") continue;
        const wide = documents.many(statement.Action).filter(coversAService);
        const name = documents.nameOfStatement(statement, index);
        if (wide.length > 0) yield `${document.source}: ${name} allows ${wide.join(", ")}.`;
      }
    });
  },
};

const listsWhatIsAllowed: PolicyRule = {
  id: "statements-list-what-they-allow",
  family: "least-privilege",
  severity: "high",
  level: "mandatory",
  title: "A statement that allows lists what it allows, not what it leaves out",
  threat: "Allow with NotAction, NotResource or NotPrincipal grants everything that nobody thought of.",
  remediation: {
    text: "Use Action, Resource and Principal.",
    code: `{ Effect: "Allow", Action: ["s3:GetObject"], Resource: [objects] }`,
  },
  frameworks: LEAST_PRIVILEGE,
  replaces: ["IAM_NO_ALLOW_PLUS_NOT_ACTION", "IAM_NO_ALLOW_PLUS_NOT_RESOURCE", "S3 NO_ALLOW_PLUS_NOTPRINCIPAL"],
  appliesTo: documents.DOCUMENT_HOLDERS,
  phase: "resource",
  *judge(subject) {
    yield* inParts(documents.documentsOf(subject), function* (document) {
      for (const [index, statement] of documents.statementsOf(document).entries()) {
        const inverted = (["NotAction", "NotResource", "NotPrincipal"] as const).filter(
          (element) => statement[element],
        );
        if (statement.Effect === "Allow" && inverted.length > 0) {
          yield `${document.source}: ${documents.nameOfStatement(statement, index)} allows with ${inverted.join(", ")}.`;
        }
      }
    });
  },
};

const passRoleBounded: PolicyRule = {
  id: "pass-role-is-bounded",
  family: "least-privilege",
  severity: "critical",
  level: "mandatory",
  title: "Whoever may pass a role may pass a named role to a named service only",
  threat: "Who can pass any role to some service can act with the rights of the strongest role of the account.",
  remediation: {
    text: "Name the role in Resource and the service in the condition iam:PassedToService.",
    code: `{ Effect: "Allow", Action: "iam:PassRole", Resource: jobRoleArn,
  Condition: { StringEquals: { "iam:PassedToService": "bedrock.amazonaws.com" } } }`,
  },
  frameworks: LEAST_PRIVILEGE,
  replaces: ["AWS-0342", "NO_WILDCARD_RESOURCE_ON_PASSROLE"],
  appliesTo: IDENTITY_POLICIES,
  phase: "resource",
  *judge(subject) {
    yield* inParts(documents.identityDocumentsOf(subject), passRoleFaults);
  },
};

const bedrockRoleTrust: PolicyRule = {
  id: "bedrock-role-trusts-only-its-purpose",
  family: "least-privilege",
  severity: "critical",
  level: "mandatory",
  title: "A role for Bedrock can be taken on by Bedrock only, for this account, and for its purpose",
  threat: "Without source conditions a stranger's job in another account can use your role to read your data.",
  remediation: {
    text: "Trust bedrock.amazonaws.com alone, with aws:SourceAccount and an aws:SourceArn of the right type.",
    code: `{ Effect: "Allow", Principal: { Service: "bedrock.amazonaws.com" }, Action: "sts:AssumeRole", Condition: {
  StringEquals: { "aws:SourceAccount": account },
  ArnEquals: { "aws:SourceArn": \`arn:\${partition}:bedrock:\${region}:\${account}:model-customization-job/*\` } } }`,
  },
  frameworks: { ...LEAST_PRIVILEGE, "NIST 800-53": ["AC-3", "AC-6", "IA-9"] },
  replaces: ["iam_role_cross_service_confused_deputy_prevention"],
  appliesTo: ROLES,
  phase: "stack",
  parameters: { accounts: ACCOUNTS },
  *judge(role, context) {
    const stack = stackIn(context.stack);
    const own = ownAccounts(stack, listSetting(context, "accounts"));
    const trust = documents.documentsOf(role).filter((document) => document.kind === "trust");
    const question = { own, purposes: new Set(jobsOf(role, stack).map(purposeOf)) };
    yield* inParts(trust, (document) => {
      return question.purposes.size > 0 || trustsBedrock(document) ? trustFaults(document, question) : [];
    });
  },
};

const noAdministrators: PolicyRule = {
  id: "no-administrator-policy-is-attached",
  family: "least-privilege",
  severity: "critical",
  level: "mandatory",
  title: "No managed policy with administrator rights is attached",
  threat: "A role with administrator rights turns any mistake in what uses it into the loss of the account.",
  remediation: {
    text: "Attach a policy that lists what the role does.",
    code: `new aws.iam.RolePolicy("job", { role: role.id, policy: JSON.stringify(document) });`,
  },
  frameworks: LEAST_PRIVILEGE,
  replaces: [
    "CKV_AWS_274",
    "CKV_AWS_275",
    "CKV2_AWS_56",
    "bedrock_full_access_policy_attached",
    "ROLE_ADMINISTRATOR_ACCESS_POLICY",
  ],
  appliesTo: POLICY_ATTACHMENTS,
  phase: "resource",
  parameters: {
    forbidden: {
      type: "array",
      items: { type: "string" },
      default: [
        "AdministratorAccess*",
        "PowerUserAccess",
        "IAMFullAccess",
        "AmazonBedrockFullAccess",
        "AmazonS3FullAccess",
      ],
      description: "Names of managed policies that nobody may have; * and ? are wildcards.",
    },
  },
  *judge(subject, context) {
    const forbidden = listSetting(context, "forbidden");
    const lists = [subject.at("policyArn"), subject.at("policyArns"), subject.at("managedPolicyArns")];
    yield* inParts(lists, (list) =>
      inParts(list.isUnknown ? [list] : list.list(), function* (reader) {
        // What depends on a policy of the stack is that policy, whose document is judged itself.
        const property = list.path;
        if (reader.isUnknown && (context.stack?.dependencies(subject, property, OWN_POLICIES).length ?? 0) > 0) return;
        const arn = reader.string() ?? "";
        const name = arn.slice(arn.lastIndexOf("/") + 1);
        if (matchesAny(forbidden, name)) yield `${reader.path} is ${arn}.`;
      }),
    );
  },
};

/** Managed policies that a program makes. */
const OWN_POLICIES = ["aws:iam/policy:Policy"];

/** The least-privilege policies. */
export const leastPrivilege: readonly PolicyRule[] = [
  documentsValid,
  actionsNamed,
  listsWhatIsAllowed,
  passRoleBounded,
  bedrockRoleTrust,
  noAdministrators,
];

/** Whether an action pattern covers every action of a service, or of all services. */
export function coversAService(action: string): boolean {
  const [service = "", name = "*"] = action.split(":");
  return service.includes("*") || service.includes("?") || /^[*?]+$/.test(name);
}

function* passRoleFaults(document: documents.HeldDocument): Generator<string> {
  const text = documents.textOf(document);
  const partition = probes.partitionIn(text);
  const account = probes.ownStandIn(text);
  const policies = { identity: [documents.sourced(document)] };
  for (const [index, statement] of documents.statementsOf(document).entries()) {
    if (statement.Effect !== "Allow" || !coversPassRole(statement)) continue;
    const patterns = documents.many(statement.Resource ?? "*");
    const context = probes.contextFor(statement, { principal: "own", resource: "own" });
    const passes = (role: string, service: string) => {
      const owner = probes.accountIn(role) ?? account;
      const request = { action: "iam:PassRole", resource: role, resourceAccount: owner };
      const caller = probes.roleFor(statement, owner, partition);
      return (
        decide({ ...request, caller, context: { ...context, "iam:passedtoservice": service } }, policies).outcome ===
        "allowed"
      );
    };
    const name = `${document.source}: ${documents.nameOfStatement(statement, index)}`;
    const service = String(context["iam:passedtoservice"] ?? BEDROCK);
    const unrelated = patterns.map((pattern) => {
      const owner = probes.accountIn(pattern) ?? account;
      return `arn:${partition}:iam::${owner}:role/unrelated-${account}`;
    });
    if (unrelated.some((role) => passes(role, service))) yield `${name} lets any role be passed.`;
    const named = patterns.map((pattern) => {
      const filled = probes.resourceWitness(pattern, "iam", account, partition);
      return filled.includes(":role/") ? filled : `arn:${partition}:iam::${account}:role/probe`;
    });
    if (named.some((role) => passes(role, "probe.amazonaws.com")))
      yield `${name} lets a role be passed to any service.`;
  }
}

function coversPassRole(statement: Statement): boolean {
  if (statement.NotAction !== undefined) return true;
  const actions = documents.many(statement.Action).map((action) => action.toLowerCase());
  return matchesAny(actions, "iam:passrole");
}
