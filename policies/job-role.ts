/** Least privilege of the role of a customization job: what it may really do, asked of its documents. */
import type { Statement } from "../iam/types";
import { customizationOf } from "./customization";
import * as documents from "./documents";
import { decide } from "./evaluator";
import { inParts } from "./judge";
import type { PolicyRule } from "./model";
import * as probes from "./probes";
import { s3Location } from "./s3-uri";
import { stackIn, type StackView } from "./stack";
import type { Subject } from "./subject";
import { CUSTOMIZATION_JOBS, ROLES } from "./tokens";

const onlyTheJob: PolicyRule = {
  id: "job-role-does-only-its-job",
  family: "least-privilege",
  severity: "critical",
  level: "mandatory",
  title: "The role of a customization job reaches the data, the key and the network of that job only",
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
  appliesTo: CUSTOMIZATION_JOBS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(job, context) {
    const stack = stackIn(context.stack);
    const role = roleOf(job, stack);
    if (role === undefined) return;
    yield* inParts(permissionsOf(role, stack), (document) => excessOf(document, job));
  },
};

/** The policies on the role of a job. */
export const jobRole: readonly PolicyRule[] = [onlyTheJob];

/** The role of a customization job, if it is in the stack: by dependency, else by ARN or name. */
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

/** The inline policies of a role, in it and as resources of their own. */
function permissionsOf(role: Subject, stack: StackView): documents.HeldDocument[] {
  const split = stack.belongingTo(role, {
    types: ["aws:iam/rolePolicy:RolePolicy"],
    property: "role",
    ownerTypes: ROLES,
    identities: ["id", "name", "arn"],
  });
  return [role, ...split].flatMap((holder) => documents.identityDocumentsOf(holder));
}

interface Attempt {
  readonly what: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys that differ from what the statement wants. */
  readonly context?: probes.ProbeContext;
}

function* excessOf(document: documents.HeldDocument, job: Subject): Generator<string> {
  const text = documents.textOf(document);
  const partition = probes.partitionIn(text);
  const account = probes.accountIn(customizationOf(job).role.string() ?? "") ?? probes.ownStandIn(text);
  const place = `${partition}:${account}`;
  const key = probes.keyLeftToIam(account, partition);
  for (const [index, statement] of documents.statementsOf(document).entries()) {
    if (statement.Effect !== "Allow" || documents.isInverted(statement)) continue;
    const identity = [documents.allowedBy(document, statement)];
    const [direct, withKey] = [{ identity }, { identity, key }];
    const wanted = probes.contextFor(statement, { principal: "own", resource: "own" });
    const found = attemptsFor(job, statement, place).filter(({ action, resource, context }) => {
      const caller = probes.roleIn(account, partition);
      const request = { caller, action, resource, resourceAccount: account, context: { ...wanted, ...context } };
      return decide(request, action.startsWith("kms:") ? withKey : direct).outcome === "allowed";
    });
    const name = documents.nameOfStatement(statement, index);
    for (const what of new Set(found.map((attempt) => attempt.what))) {
      yield `${document.source}: ${name} lets the job's role ${what}.`;
    }
  }
}

function attemptsFor(job: Subject, statement: Statement, place: string): Attempt[] {
  const [partition = "aws", account = ""] = place.split(":");
  const regional = (service: string, resource: string) => {
    return `arn:${partition}:${service}:probe-region-1:${account}:${resource}`;
  };
  const elsewhere = `arn:${partition}:s3:::unrelated-${account}/probe`;
  const { training, validation } = customizationOf(job);
  const inputs = [training, ...validation].flatMap((uri) => s3Location(uri) ?? []);
  const object = (bucket: string, key: string) => `arn:${partition}:s3:::${bucket}/${key}`;
  const keys = documents.many(statement.Resource).map((pattern) => {
    return probes.resourceWitness(pattern, "kms", account, partition);
  });
  return [
    { what: "read other buckets", action: "s3:GetObject", resource: elsewhere },
    { what: "write to other buckets", action: "s3:PutObject", resource: elsewhere },
    ...inputs.flatMap(({ bucket, key }): Attempt[] => [
      ...(key.includes("/")
        ? [{ what: `read all of ${bucket}`, action: "s3:GetObject", resource: object(bucket, "unrelated-probe/probe") }]
        : []),
      { what: `change the data of ${bucket}`, action: "s3:PutObject", resource: object(bucket, key) },
      { what: `delete the data of ${bucket}`, action: "s3:DeleteObject", resource: object(bucket, key) },
    ]),
    { what: "use other keys", action: "kms:Decrypt", resource: regional("kms", "key/unrelated") },
    ...keys
      .filter((arn) => arn.includes(":kms:"))
      .map((resource) => ({
        what: "use its key through any service",
        action: "kms:Decrypt",
        resource,
        context: { "kms:viaservice": "probe.probe-region-1.amazonaws.com" },
      })),
    {
      what: "make network interfaces in other subnets",
      action: "ec2:CreateNetworkInterface",
      resource: regional("ec2", "subnet/subnet-unrelated"),
    },
  ];
}
