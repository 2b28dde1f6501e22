import { crc32 } from "node:zlib";
import { property, type FunctionDefinition } from "./definition";
import { RequestError } from "./errors";
import { roleState } from "./iam-role";
import { tagMap } from "./tags";
import type { Properties } from "./wire";

const texts = property.list(property.string());
const principals = property.list(
  property.object({
    identifiers: property.list(property.string(), { required: true }),
    type: property.string({ required: true }),
  }),
);

interface StatementInput {
  sid?: string;
  effect?: string;
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  notPrincipals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

type Statement = Record<string, unknown> & { Sid?: string };

interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: Statement[];
}

/** One value stands alone; several are sorted backwards. That is how the real provider writes them. */
function oneOrSorted(values: readonly string[]): string | string[] {
  return values.length === 1 ? (values[0] ?? "") : [...values].sort().reverse();
}

/** `&{aws:username}` is how a policy variable is written where `${}` means something else. */
function variables(values: readonly string[]): string[] {
  return values.map((value) => value.replaceAll("&{", "${"));
}

function principalOf(entries: NonNullable<StatementInput["principals"]>): unknown {
  const [first] = entries;
  if (entries.length === 1 && first?.type === "*" && first.identifiers.join() === "*") return "*";
  const byType = new Map<string, string[]>();
  for (const { type, identifiers } of entries)
    byType.set(type, [...(byType.get(type) ?? []), ...variables(identifiers)]);
  return Object.fromEntries([...byType].map(([type, names]) => [type, oneOrSorted(names)]));
}

function conditionOf(entries: NonNullable<StatementInput["conditions"]>): Record<string, Record<string, unknown>> {
  const result: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of entries) {
    const wanted = variables(values);
    const known = (result[test] ??= {})[variable];
    const all =
      known === undefined ? wanted : [...(Array.isArray(known) ? (known as string[]) : [String(known)]), ...wanted];
    result[test][variable] = all.length === 1 ? all[0] : all;
  }
  return result;
}

function statementOf(input: StatementInput): Statement {
  const given = <T>(list: readonly T[] | undefined): list is readonly T[] => list !== undefined && list.length > 0;
  return {
    ...(input.sid ? { Sid: input.sid } : {}),
    Effect: input.effect ?? "Allow",
    ...(given(input.actions) ? { Action: oneOrSorted(input.actions) } : {}),
    ...(given(input.notActions) ? { NotAction: oneOrSorted(input.notActions) } : {}),
    ...(given(input.resources) ? { Resource: oneOrSorted(variables(input.resources)) } : {}),
    ...(given(input.notResources) ? { NotResource: oneOrSorted(variables(input.notResources)) } : {}),
    ...(given(input.principals) ? { Principal: principalOf([...input.principals]) } : {}),
    ...(given(input.notPrincipals) ? { NotPrincipal: principalOf([...input.notPrincipals]) } : {}),
    ...(given(input.conditions) ? { Condition: conditionOf([...input.conditions]) } : {}),
  };
}

function parseDocument(text: string, where: string): PolicyDocument {
  let document: Omit<PolicyDocument, "Statement"> & { Statement?: Statement | Statement[] };
  try {
    document = JSON.parse(text) as typeof document;
  } catch (error) {
    throw new RequestError(`${where} is not a JSON policy document: ${String(error)}`);
  }
  const { Statement: statements = [] } = document;
  return { ...document, Statement: Array.isArray(statements) ? statements : [statements] };
}

/** Puts `added` over `base`: its version and id win, and a statement with a known Sid takes that one's place. */
function merge(base: PolicyDocument, added: PolicyDocument): PolicyDocument {
  const statements = [...base.Statement];
  for (const statement of added.Statement) {
    const index = statement.Sid ? statements.findIndex(({ Sid }) => Sid === statement.Sid) : -1;
    if (index >= 0) statements[index] = statement;
    else statements.push(statement);
  }
  return { Version: added.Version ?? base.Version, Id: added.Id ?? base.Id, Statement: statements };
}

function refuseRepeatedSids(statements: readonly Statement[], where: string): void {
  const seen = new Set<string>();
  for (const { Sid } of statements) {
    if (!Sid) continue;
    if (seen.has(Sid))
      throw new RequestError(`${where}: the Sid "${Sid}" occurs twice; give each statement its own, or leave them out`);
    seen.add(Sid);
  }
}

/**
 * The JSON text of a policy document built from statements and other documents, member for member as the real provider
 * writes it: sources first, then the statements, then the overrides.
 */
export function policyDocumentJson(inputs: Properties): { json: string; minifiedJson: string } {
  const sources = [inputs.sourceJson, ...((inputs.sourcePolicyDocuments ?? []) as unknown[])]
    .filter(Boolean)
    .map(String);
  const overrides = [...((inputs.overridePolicyDocuments ?? []) as unknown[]), inputs.overrideJson]
    .filter(Boolean)
    .map(String);
  const parsedSources = sources.map((text, index) => parseDocument(text, `source document ${index}`));
  refuseRepeatedSids(
    parsedSources.flatMap(({ Statement }) => Statement),
    "sourcePolicyDocuments",
  );
  const own = ((inputs.statements ?? []) as StatementInput[]).map(statementOf);
  refuseRepeatedSids(own, "statements");
  const id = inputs.policyId === undefined ? {} : { Id: String(inputs.policyId) };
  const start: PolicyDocument = { Version: String(inputs.version ?? "2012-10-17"), ...id, Statement: [] };
  let document = parsedSources.reduce(merge, start);
  document = merge(document, {
    ...(inputs.version === undefined ? {} : { Version: String(inputs.version) }),
    ...id,
    Statement: own,
  });
  document = overrides.map((text, index) => parseDocument(text, `override document ${index}`)).reduce(merge, document);
  const { Version, Id, Statement } = document;
  const ordered = { Version, ...(Id === undefined ? {} : { Id }), Statement };
  return { json: escapeHtml(JSON.stringify(ordered, null, 2)), minifiedJson: escapeHtml(JSON.stringify(ordered)) };
}

/** The real provider's JSON writer escapes what HTML would read as markup. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&]/gu, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

const getPolicyDocument: FunctionDefinition = {
  token: "aws:iam/getPolicyDocument:getPolicyDocument",
  inputs: {
    overrideJson: property.string(),
    overridePolicyDocuments: texts,
    policyId: property.string(),
    sourceJson: property.string(),
    sourcePolicyDocuments: texts,
    statements: property.list(
      property.object({
        actions: texts,
        conditions: property.list(
          property.object({
            test: property.string({ required: true }),
            values: property.list(property.string(), { required: true }),
            variable: property.string({ required: true }),
          }),
        ),
        effect: property.string({ default: "Allow", oneOf: ["Allow", "Deny"] }),
        notActions: texts,
        notPrincipals: principals,
        notResources: texts,
        principals,
        resources: texts,
        sid: property.string(),
      }),
    ),
    version: property.string({ oneOf: ["2008-10-17", "2012-10-17"] }),
  },
  invoke(_, inputs) {
    const { json, minifiedJson } = policyDocumentJson(inputs);
    return Promise.resolve({ ...inputs, id: String(crc32(json)), json, minifiedJson });
  },
};

const getRole: FunctionDefinition = {
  token: "aws:iam/getRole:getRole",
  inputs: { name: property.string({ required: true }), tags: property.map() },
  async invoke(context, { name }) {
    const { Role: role } = await (await context.iam()).getRole({ RoleName: String(name) });
    if (!role) throw new RequestError(`IAM knows no role ${String(name)}`);
    const { LastUsedDate, Region } = role.RoleLastUsed ?? {};
    return {
      ...roleState(role),
      id: role.RoleName,
      roleLastUseds: LastUsedDate ? [{ lastUsedDate: LastUsedDate, region: Region ?? "" }] : [],
      tags: tagMap(role.Tags),
    };
  },
};

/** Functions of the module `aws.iam`. */
export const iamFunctions: readonly FunctionDefinition[] = [getPolicyDocument, getRole];
