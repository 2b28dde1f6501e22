/** Least privilege: who reads the records of others is kept from what is recorded. */
import { customizationOf } from "./customization";
import * as documents from "./documents";
import { decide } from "./evaluator";
import { permissionsOf } from "./job-role";
import { inParts } from "./judge";
import type { PolicyRule } from "./model";
import * as probes from "./probes";
import { s3Location } from "./s3-uri";
import { stackIn, type StackView } from "./stack";
import type { Reader, Subject } from "./subject";
import { BUCKETS, BUCKET_POLICY, MODEL_JOBS, ROLES, TRAILS } from "./tokens";
import { BEDROCK } from "./trust";

const auditorsApart: PolicyRule = {
  id: "auditors-are-kept-from-the-data",
  family: "least-privilege",
  severity: "medium",
  level: "mandatory",
  title: "A role of people that reads the trail is denied the data and the models, whatever else it is allowed",
  threat:
    "One more permission for the auditor, given in haste, and who checks the records can also make what they check.",
  remediation: {
    text: "Deny in the role's own policy what reads or writes data, and what calls models.",
    code: `{ Effect: "Deny", Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
  Resource: [\`\${trainingBucketArn}/*\`, \`\${outputBucketArn}/*\`, \`arn:\${partition}:bedrock:*:*:*\`] }`,
  },
  frameworks: {
    "NIST 800-53": ["AC-5", "AU-9"],
    "SOC 2": ["CC6.3"],
    "ISO/IEC 42001": ["A.7.2"],
    GDPR: ["Art. 25"],
  },
  replaces: [],
  appliesTo: ROLES,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(role, context) {
    const stack = stackIn(context.stack);
    const recorded = stack.ofTypes(TRAILS).flatMap((trail) => bucketNames(trail, trail.at("s3BucketName"), stack));
    const trust = documents.documentsOf(role).filter(({ kind }) => kind === "trust");
    const isForPeople = trust.some((document) => {
      return documents
        .statementsOf(document)
        .some(({ Principal }) => typeof Principal === "object" && Principal.AWS !== undefined);
    });
    if (recorded.length === 0 || !isForPeople) return;
    yield* inParts([permissionsOf(role, stack)], (held) => heldTogether(held, recorded, stack));
  },
};

/** The policies on the separation of duties. */
export const separation: readonly PolicyRule[] = [auditorsApart];

const READS_AND_WRITES = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"];
const CALLS = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];
const CALLED = ["provisioned-model/probe", "custom-model-deployment/probe", "imported-model/probe"];

function* heldTogether(
  held: readonly documents.HeldDocument[],
  recorded: readonly string[],
  stack: StackView,
): Generator<string> {
  const text = held.map(documents.textOf).join("\n");
  const partition = probes.partitionIn(text);
  const account = /:(?:iam|kms|bedrock):[a-z0-9-]*:(\d{12}):/.exec(text)?.[1] ?? probes.ownStandIn(text);
  const caller = probes.roleIn(account, partition);
  const own = held.map(documents.sourced);
  const asks = (identity: typeof own, action: string, resource: string, context: probes.ProbeContext = {}) => {
    return decide({ caller, action, resource, resourceAccount: account, context }, { identity }).outcome;
  };
  const readsTheTrail = held.some((document) =>
    documents.statementsOf(document).some((statement) => {
      if (statement.Effect !== "Allow") return false;
      const context = probes.contextFor(statement, { principal: "own", resource: "own" });
      return documents.many(statement.Resource).some((pattern) => {
        const [bucket = ""] = pattern.replace(/^arn:[^:]*:s3:::/, "").split("/");
        return (
          recorded.includes(bucket) &&
          asks(own, "s3:GetObject", probes.witness(pattern, "probe"), context) === "allowed"
        );
      });
    }),
  );
  if (!readsTheTrail) return;
  const everything = [...own, probes.allowAll(false)];
  const attempts = [
    ...dataBuckets(stack).flatMap((bucket) =>
      READS_AND_WRITES.map((action) => [action, `arn:${partition}:s3:::${bucket}/probe`, bucket] as const),
    ),
    ...invocationsIn(recorded, stack).map(
      (arn) => ["s3:GetObject", probes.witness(arn, "probe"), "records of invocations"] as const,
    ),
    ...CALLED.flatMap((path) =>
      CALLS.map((action) => [action, `arn:${partition}:bedrock:probe-region-1:${account}:${path}`, "models"] as const),
    ),
  ];
  const open = new Map<string, Set<string>>();
  for (const [action, resource, what] of attempts) {
    if (asks(everything, action, resource) === "explicitDeny") continue;
    open.set(what, (open.get(what) ?? new Set()).add(action));
  }
  const sources = held.map(({ source }) => source).join(", ");
  for (const [what, actions] of open) {
    yield `It reads the trail, and nothing in ${sources} denies it ${[...actions].join(", ")} on ${what}.`;
  }
}

/** The buckets with what jobs read and write. */
function dataBuckets(stack: StackView): string[] {
  const names = stack.ofTypes(MODEL_JOBS).flatMap((job) => {
    const { training, output } = customizationOf(job);
    return [training, output].flatMap((uri) =>
      uri.isUnknown ? bucketNames(job, uri, stack) : (s3Location(uri)?.bucket ?? []),
    );
  });
  return [...new Set(names)];
}

/** What Bedrock writes into the buckets of the trail: prompts and answers. */
function invocationsIn(recorded: readonly string[], stack: StackView): string[] {
  const held = stack.ofTypes([...BUCKETS, ...BUCKET_POLICY]).flatMap(documents.documentsOf);
  return held
    .filter(({ reader }) => !reader.isUnknown)
    .flatMap((document) =>
      documents.statementsOf(document).flatMap((statement) => {
        const writes = statement.Effect === "Allow" && probes.namedServices(statement).includes(BEDROCK);
        const patterns = writes ? documents.many(statement.Resource) : [];
        return patterns.filter((pattern) => recorded.some((bucket) => pattern.includes(`:s3:::${bucket}/`)));
      }),
    );
}

/** Names of the buckets to which a property points; a name that is not known yet is that of the bucket it depends on. */
function bucketNames(holder: Subject, name: Reader, stack: StackView): string[] {
  if (!name.isUnknown) return name.strings();
  return stack.dependencies(holder, name.path, BUCKETS).flatMap((bucket) => bucket.at("bucket").strings());
}
