/** Least privilege: what nearly all statements of a stack demand, and one forgot. */
import type { Statement } from "../iam/types";
import { isEmptyCondition } from "./conditions";
import * as documents from "./documents";
import type { PolicyRule } from "./model";
import { conditionsOf, valuesOf } from "./probes";
import { stackIn, type StackView } from "./stack";
import { Unjudgeable, type Subject } from "./subject";
import { isBoundary } from "./boundary-policies";

/** How many others must have a bound, so that the one without it is the exception. */
const OTHERS = 2;
const MAKES = /^bedrock:(?:Create\w+|TagResource)$/i;
const USE = /^kms:(?:Decrypt|Encrypt|GenerateDataKey|ReEncrypt|CreateGrant)/i;
/** Services of which the region of a request says nothing about the place of the data. */
const GLOBAL = /^(?:iam|sts|organizations|cloudfront|budgets|route53)$/;

/** The groups of a statement, each with the conditions that its members share. */
type Grouping = (statement: Statement, kind: string) => readonly (readonly [group: string, keys: readonly string[]])[];

const GROUPINGS: readonly Grouping[] = [
  (statement) => servicesOf(statement).map((name) => [`for ${name}`, ["aws:sourceaccount", "aws:sourcearn"]]),
  (statement, kind) => {
    const via = valuesOf(statement, "kms:viaservice").map((name) => name.split(".")[0] ?? name);
    const uses = documents.many(statement.Action).some((action) => USE.test(action));
    if (!uses || servicesOf(statement).length > 0) return [];
    const context =
      kind === "key" ? via.map((name) => [`a key through ${name}`, ["kms:encryptioncontext"]] as const) : [];
    return kind === "endpoint" ? [] : [[`use of keys in ${kind}`, ["kms:viaservice"]], ...context];
  },
  (statement, kind) => {
    const s3 = documents.many(statement.Action).every((action) => /^s3:(?!ListAllMyBuckets)/i.test(action));
    return s3 && kind === "identity" ? [["buckets", ["aws:resourceaccount"]]] : [];
  },
  (statement, kind) => {
    const lists = documents.many(statement.Action).every((action) => /^s3:ListBucket$/i.test(action));
    return lists && kind === "identity" ? [["listing of folders", ["s3:prefix"]]] : [];
  },
  (statement, kind) => {
    const makes = documents.many(statement.Action).every((action) => MAKES.test(action));
    return makes && kind === "identity" ? [["what is made on Bedrock", ["aws:requesttag"]]] : [];
  },
  (statement, kind) => {
    const principal = statement.Principal;
    const accounts =
      typeof principal === "object" && documents.many(principal.AWS).some((name) => /^\d{12}$|:root$/.test(name));
    return accounts && kind === "trust" ? [["roles that an account takes on", ["aws:principalarn"]]] : [];
  },
  (statement, kind) => {
    if (kind !== "endpoint") return [];
    const principals = ["aws:principalaccount", "aws:principalorgid"];
    // What is AWS's own belongs to no organization: demanding one would let nobody through.
    const groups: [string, string[]][] = [["endpoints", principals]];
    if (!isAwsOwned(statement)) groups.push(["endpoints to what is one's own", ["aws:resourceorgid"]]);
    return groups;
  },
  (statement, kind) => {
    const services = documents.many(statement.Action).map((action) => action.split(":")[0] ?? "");
    return kind === "boundary" && !services.some((name) => GLOBAL.test(name))
      ? [["boundary", ["aws:requestedregion"]]]
      : [];
  },
  (statement, kind) => {
    const demands = ["aws:multifactorauthpresent", "aws:multifactorauthage"];
    const isForPeople = kind === "trust" && demands.some((key) => valuesOf(statement, key).length > 0);
    return isForPeople ? [["people who sign in", demands]] : [];
  },
];

const noException: PolicyRule = {
  id: "no-statement-is-the-exception",
  family: "least-privilege",
  severity: "medium",
  level: "mandatory",
  title: "A bound that all statements of a stack for the same purpose have is missing in none",
  threat: "What everybody believes to hold everywhere does not hold in one place, and that place is found.",
  remediation: {
    text: "Add the condition that the others have.",
    code: `Condition: { StringEquals: { "aws:SourceAccount": account }, ArnEquals: { "aws:SourceArn": rule.arn } }`,
  },
  frameworks: { "NIST 800-53": ["AC-6", "CM-6"], "SOC 2": ["CC6.3"], "OWASP LLM Top 10": ["LLM06"] },
  replaces: [],
  appliesTo: documents.DOCUMENT_HOLDERS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(subject, context) {
    const members = membersOf(stackIn(context.stack));
    for (const { group, keys, place, bounds } of members.bySubject.get(subject) ?? []) {
      for (const key of keys) {
        if (has(bounds, key)) continue;
        const others = (members.byGroup.get(group) ?? []).filter((other) => other.place !== place);
        if (others.length < OTHERS || !others.every((other) => has(other.bounds, key))) continue;
        if (members.open.size > 0)
          throw new Unjudgeable("it is not known yet whether all others of the stack demand more");
        yield `${place} demands no ${key}, as all ${others.length} others of the stack for ${group} do.`;
      }
    }
    const open = members.open.get(subject);
    if (open !== undefined) throw open;
  },
};

/** The policies on exceptions. */
export const outliers: readonly PolicyRule[] = [noException];

interface Member {
  readonly group: string;
  readonly keys: readonly string[];
  readonly place: string;
  readonly bounds: readonly string[];
}

interface Members {
  readonly bySubject: Map<Subject, Member[]>;
  readonly byGroup: Map<string, Member[]>;
  /** Holders whose document cannot be read yet. */
  readonly open: Map<Subject, Unjudgeable>;
}

/** Asked for each document of a stack, and the same for all. */
const membersOfStack = new WeakMap<StackView, Members>();

function membersOf(stack: StackView): Members {
  const kept = membersOfStack.get(stack);
  if (kept !== undefined) return kept;
  const members: Members = { bySubject: new Map(), byGroup: new Map(), open: new Map() };
  for (const subject of stack.ofTypes(documents.DOCUMENT_HOLDERS)) {
    try {
      const found = documents.documentsOf(subject).flatMap((document) => membersIn(document, subject, stack));
      members.bySubject.set(subject, found);
      for (const member of found)
        members.byGroup.set(member.group, [...(members.byGroup.get(member.group) ?? []), member]);
    } catch (error) {
      if (!(error instanceof Unjudgeable)) throw error;
      members.open.set(subject, error);
    }
  }
  membersOfStack.set(stack, members);
  return members;
}

function membersIn(document: documents.HeldDocument, subject: Subject, stack: StackView): Member[] {
  const kind = document.kind === "identity" && isBoundary(subject, stack) ? "boundary" : document.kind;
  return documents.statementsOf(document).flatMap((statement, index) => {
    if (statement.Effect !== "Allow") return [];
    const place = `${document.source}: ${documents.nameOfStatement(statement, index)}`;
    const bounds = conditionsOf(statement)
      .filter(([operator, key, values]) => isEmptyCondition(operator, key, values) === undefined)
      .map(([, key]) => key.toLowerCase());
    const groups = GROUPINGS.flatMap((grouping) => grouping(statement, kind));
    return groups.map(([group, keys]) => ({ group, keys, place, bounds }));
  });
}

/** Whether all resources of a statement are AWS's own, such as foundation models: their ARNs name no account. */
function isAwsOwned({ Resource }: Statement): boolean {
  const arns = documents.many(Resource);
  return arns.length > 0 && arns.every((arn) => /^arn:[^:]+:bedrock:[^:]*::/.test(arn));
}

function has(bounds: readonly string[], key: string): boolean {
  return bounds.some((bound) => bound === key || bound.startsWith(`${key}:`) || bound.startsWith(`${key}/`));
}

function servicesOf(statement: Statement): string[] {
  const principal = statement.Principal;
  return principal === undefined || typeof principal === "string" ? [] : documents.many(principal.Service);
}
