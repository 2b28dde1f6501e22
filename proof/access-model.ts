/**
 * The access model of a stack as data: who may do what, on which resource, on what condition, and what is denied. One row for
 * each statement and action. The policy pack and other tools may read it; it holds no decision.
 */
import type { ConditionOf, PolicyKind, PrincipalOf } from "../iam";
import { accessOf, type OpaquePolicy, type PlacedDocument, type StackAccess, type Unread } from "./access";
import type { AccessModel } from "./model";
import { statementsOf } from "./stack";

/** One thing that a statement says. */
export interface AccessRow {
  effect: "Allow" | "Deny";
  /** ARNs of the roles to which the document is attached, or whom the statement names. */
  who: string[] | PrincipalOf<string> | { not: PrincipalOf<string> };
  /** An action, or a pattern of actions; `{ allBut }` for NotAction. */
  action: string | { allBut: string[] };
  /** ARNs and patterns. A key, bucket or endpoint policy is bound to its own resource besides. */
  resources: string[] | { allBut: string[] };
  /** All of it must hold; absent: always. */
  condition?: ConditionOf<string>;
  /** The document and the statement in it. */
  document: { kind: PolicyKind; source: string; statement: string };
}

/** {@link StackAccess} for readers outside: plain data. */
export interface AccessModelData {
  stack: string;
  account: string;
  region: string;
  rows: AccessRow[];
  /** Policies that are attached, and whose documents the stack does not hold: they grant what their owner says. */
  opaque: OpaquePolicy[];
  /** What could not be read, with the reason. */
  unread: Unread[];
}

/**
 * The access model as data, in the order of documents and statements.
 *
 * Kinds `boundary` and `endpoint` grant nothing: their rows bound what others grant.
 */
export function accessModelOf(of: AccessModel | StackAccess): AccessModelData {
  const { stack, account, region, documents, opaque, unread } = "documents" in of ? of : accessOf(of);
  const byDocument = new Map<string, PlacedDocument[]>();
  for (const one of documents) {
    const id = JSON.stringify([one.kind, one.policy.source, one.policy.document]);
    byDocument.set(id, [...(byDocument.get(id) ?? []), one]);
  }
  return { stack, account, region, rows: [...byDocument.values()].flatMap(rowsOf), opaque, unread };
}

/**
 * The access of an environment, with the documents of its stack that do not belong to the environment.
 *
 * @param own What the environment consists of; its documents go first, under the names that the proof gives them.
 */
export function withOthers(own: StackAccess, all: StackAccess): StackAccess {
  const meaning = ({ kind, policy }: PlacedDocument): string => {
    const { document } = policy;
    return `${kind} ${typeof document === "string" ? JSON.stringify(JSON.parse(document)) : JSON.stringify(document)}`;
  };
  const known = new Set(own.documents.map(meaning));
  const others = all.documents.filter((one) => !known.has(meaning(one)));
  return { ...all, stack: own.stack, documents: [...own.documents, ...others] };
}

function rowsOf(placed: readonly PlacedDocument[]): AccessRow[] {
  const [first] = placed;
  if (first === undefined) return [];
  const { kind, policy } = first;
  const holding = placed.map(({ at }) => at);
  return statementsOf(policy.document).flatMap((statement, index) => {
    const { Effect, Sid, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
    const who = Principal ?? (NotPrincipal === undefined ? holding : { not: NotPrincipal });
    const actions = Action === undefined ? [{ allBut: [NotAction ?? []].flat() }] : [Action].flat();
    // A trust policy names no resource: it is about its role.
    const own = kind === "trust" ? holding : [Resource ?? []].flat();
    return actions.map((action): AccessRow => ({
      effect: Effect,
      who,
      action,
      resources: NotResource === undefined ? own : { allBut: [NotResource].flat() },
      ...(Condition === undefined ? {} : { condition: Condition }),
      document: { kind, source: policy.source, statement: Sid ?? `${index}` },
    }));
  });
}
