/** What the statements of documents say, one saying for each action, resource and principal. */
import { parsePolicy, PolicySyntaxError, toDocument, type Statement } from "../iam";
import type { PlacedDocument, StackAccess } from "./access";
import { demandOf, type Demand, type Reach, type Scope } from "./covers";

/** One saying. */
export interface Saying extends Scope {
  readonly effect: Statement["Effect"];
  /** What grants, or what only bounds what others grant; sayings of different kinds say nothing about each other. */
  readonly place: string;
  readonly at: string;
  /** Its meaning as text. */
  readonly said: string;
  /** The actions as they are written. */
  readonly shownActions: Reach;
  /** Document and statement. */
  readonly written: string;
  /** The line for the reader: document, statement and meaning. */
  readonly line: string;
}

/** What the documents of a stack say; documents that cannot be read are left out. */
export function sayingsOf({ documents, partition }: Pick<StackAccess, "documents" | "partition">): Saying[] {
  return documents.flatMap((placed) => {
    const statements = read(placed);
    return statements.flatMap((statement, index) => sayings(statement, index, placed, partition));
  });
}

/** Why a document cannot be read; undefined when it can. */
export function whyUnreadable({ policy, kind }: PlacedDocument): string | undefined {
  try {
    parsePolicy(policy.document, kind, policy.source);
    return undefined;
  } catch (error) {
    if (error instanceof PolicySyntaxError) return error.message;
    throw error;
  }
}

function read(placed: PlacedDocument): Statement[] {
  if (whyUnreadable(placed) !== undefined) return [];
  const { policy, kind } = placed;
  const document = toDocument(parsePolicy(policy.document, kind, policy.source));
  const statements = [document.Statement].flat();
  // Without version 2012-10-17 a variable is literal text.
  return document.Version === "2012-10-17" ? statements : statements.map(literal);
}

function literal(statement: Statement): Statement {
  return JSON.parse(JSON.stringify(statement).replaceAll("${", "${$}{")) as Statement;
}

/** Kinds that speak of what their holder may do, or of who may use what they protect. */
const PLACES: Partial<Record<PlacedDocument["kind"], string>> = { resource: "protects", key: "protects" };

function sayings(
  statement: Statement,
  index: number,
  { kind, at, policy }: PlacedDocument,
  partition: string,
): Saying[] {
  const { Effect: effect, Sid, Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const demands = Object.entries(Condition)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => demandOf(operator, key, [values].flat())),
    )
    .toSorted((one, other) => (meaning(one) < meaning(other) ? -1 : 1));
  const actions = reaches(Action, NotAction, (text) => (text === "*:*" ? "*" : text));
  const resources = reaches(
    Resource ?? (NotResource === undefined ? "the role" : undefined),
    NotResource,
    (one) => one,
  );
  return actions.flatMap((action) =>
    resources.flatMap((resource) =>
      principalsOf(statement, partition).map((who): Saying => {
        const what = `${textOf(action)} on ${textOf(resource)}${who === undefined ? "" : ` for ${who}`}`;
        const shown = demands.length === 0 ? "" : ` if ${demands.map(({ text }) => text).join(" and ")}`;
        return {
          effect,
          place: PLACES[kind] ?? kind,
          at,
          actions: { ...action, patterns: action.patterns.map((one) => one.toLowerCase()) },
          shownActions: action,
          resources: resource,
          ...(who === undefined ? {} : { who }),
          demands,
          said: JSON.stringify([textOf(action).toLowerCase(), textOf(resource), who, ...demands.map(meaning)]),
          written: `${policy.source}, ${Sid ?? `${index}`}`,
          line: `${policy.source}, ${Sid ?? `${index}`}: ${what}${shown}`,
        };
      }),
    ),
  );
}

function reaches(
  listed: string | string[] | undefined,
  excepted: string | string[] | undefined,
  normal: (text: string) => string,
): Reach[] {
  if (listed !== undefined) return [listed].flat().map((one) => ({ allBut: false, patterns: [normal(one)] }));
  return [{ allBut: true, patterns: [excepted ?? []].flat().map(normal) }];
}

const textOf = ({ allBut, patterns }: Reach): string => (allBut ? "all but " : "") + patterns.join(", ");

const meaning = ({ operator, key, values }: Demand): string => `${operator} ${key} ${JSON.stringify(values)}`;

/** Each principal by itself; an exception from everybody cannot be taken apart. An account is written as its root. */
function principalsOf({ Principal, NotPrincipal }: Statement, partition: string): (string | undefined)[] {
  const byArn = (value: unknown): string =>
    JSON.stringify(value).replace(/"(\d{12})"/gu, `"arn:${partition}:iam::$1:root"`);
  if (NotPrincipal !== undefined) return [byArn({ not: NotPrincipal })];
  if (Principal === undefined) return [undefined];
  if (typeof Principal === "string") return [byArn({ AWS: [Principal] })];
  return Object.entries(Principal).flatMap(([type, names]) => [names].flat().map((name) => byArn({ [type]: [name] })));
}
