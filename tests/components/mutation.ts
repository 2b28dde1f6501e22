/** Documents that lack one thing, to see whether anybody notices. */
import type { ConditionOf, PolicyDocument, Statement } from "../../iam";
import type { Documents } from "./support";

/** A document after one change. */
export interface Mutation {
  /** The change in words. */
  what: string;
  document: PolicyDocument;
}

/** Documents that grant; the bucket policies only deny. */
export const granting: readonly (keyof Documents)[] = [
  "trust",
  "data",
  "keyAccess",
  "network",
  "key",
  "s3Endpoint",
  "kmsEndpoint",
];

export const denying: readonly (keyof Documents)[] = ["trainingBucket", "outputBucket"];

/** Statements that are for an emergency, not for an ordinary run. */
const forRecovery: ReadonlySet<string> = new Set(["AccountAdministersKey"]);

function statementsOf(document: PolicyDocument): Statement[] {
  return Array.isArray(document.Statement) ? document.Statement : [document.Statement];
}

const actionsOf = (statement: Statement): string[] => [statement.Action ?? []].flat();

/** The document with one statement changed, or taken out when `changed` is undefined. */
function replaced(document: PolicyDocument, index: number, changed: Statement | undefined): PolicyDocument {
  const statements = statementsOf(document).flatMap((statement, position) =>
    position === index ? (changed ?? []) : statement,
  );
  // A document needs a statement; the whole one turned into its opposite allows just as little.
  const nothing = statementsOf(document).map((statement): Statement => ({ ...statement, Effect: "Deny" }));
  return { ...document, Statement: statements.length > 0 ? statements : nothing };
}

function ofStatements(
  document: PolicyDocument,
  mutate: (statement: Statement, change: (what: string, changed: Statement | undefined) => Mutation) => Mutation[],
): Mutation[] {
  return statementsOf(document).flatMap((statement, index) =>
    forRecovery.has(statement.Sid ?? "")
      ? []
      : mutate(statement, (what, changed) => ({
          what: `${what} in ${statement.Sid}`,
          document: replaced(document, index, changed),
        })),
  );
}

/** The document without one action, once for each action of each statement. */
export function withoutOneAction(document: PolicyDocument): Mutation[] {
  return ofStatements(document, (statement, change) =>
    actionsOf(statement).map((action) => {
      const rest = actionsOf(statement).filter((other) => other !== action);
      return change(action, rest.length > 0 ? { ...statement, Action: rest } : undefined);
    }),
  );
}

/** The document without one statement, once for each. */
export function withoutOneStatement(document: PolicyDocument): Mutation[] {
  return ofStatements(document, (_statement, change) => [change("everything", undefined)]);
}

function withoutKey(condition: ConditionOf<string>, operator: string, key: string): ConditionOf<string> | undefined {
  const rest = Object.entries(condition).flatMap(([name, block]) => {
    const kept = Object.entries(block).filter(([other]) => name !== operator || other !== key);
    return kept.length > 0 ? [[name, Object.fromEntries(kept)] as const] : [];
  });
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

/** The document without one condition, once for each condition key of each statement. */
export function withoutOneCondition(document: PolicyDocument): Mutation[] {
  return ofStatements(document, (statement, change) => {
    const { Condition: condition = {}, ...bare } = statement;
    return Object.entries(condition).flatMap(([operator, block]) =>
      Object.keys(block).map((key) => {
        const rest = withoutKey(condition, operator, key);
        return change(`${operator} ${key}`, rest === undefined ? bare : { ...bare, Condition: rest });
      }),
    );
  });
}

/** The document with one statement that is bound to resources let loose on every resource, once for each. */
export function withEveryResource(document: PolicyDocument): Mutation[] {
  return ofStatements(document, (statement, change) =>
    statement.Resource === undefined || statement.Resource === "*"
      ? []
      : [change("the bound on resources", { ...statement, Resource: "*" })],
  );
}
