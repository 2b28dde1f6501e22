/** Who the documents of an environment name: deployers, administrators of keys, the organization. */
import type { PolicyDocument, Statement } from "../iam";
import type { AccessModel } from "./model";

/** Statements of a document, as a list. */
export function statementsOf(document: PolicyDocument | string): Statement[] {
  const parsed = typeof document === "string" ? (JSON.parse(document) as PolicyDocument) : document;
  return [parsed.Statement].flat();
}

/** Values of condition keys in the Allow statements of a document, by the key's name in lower case. */
function valuesIn(statements: readonly Statement[], name: string): string[] {
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Condition = {} }) => Object.values(Condition))
    .flatMap((block) => Object.entries(block))
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => [value].flat().map(String));
}

/** What encrypts with a key, or hands it on: who may do that makes models. Who may only decrypt reads, or calls them. */
const MAKING = /^kms:(?:\*|GenerateDataKey\*?|CreateGrant|Encrypt)$/iu;

/** Who may make models with the key besides the stack's own roles, as its policy's Allow statements say by `aws:PrincipalArn`. */
export function deployersIn(document: PolicyDocument | string, roleArns: readonly string[]): string[] {
  const making = statementsOf(document).filter(({ Action = [] }) => [Action].flat().some((one) => MAKING.test(one)));
  return [...new Set(valuesIn(making, "aws:principalarn"))].filter((value) => !roleArns.includes(value));
}

/** Who may change a key's policy and is named for it by `aws:PrincipalArn`. */
export function administratorsIn(document: PolicyDocument | string): string[] {
  const changing = statementsOf(document).filter(({ Action = [] }) => [Action].flat().includes("kms:PutKeyPolicy"));
  return [...new Set(valuesIn(changing, "aws:principalarn"))];
}

/** The organization that the endpoints demand of who passes them. */
export function organizationIn(endpoints: AccessModel["endpoints"]): Pick<AccessModel, "organizationId"> {
  const documents = Object.values(endpoints).flatMap((endpoint) => endpoint?.policy.document ?? []);
  const [organizationId] = documents.flatMap((one) => valuesIn(statementsOf(one), "aws:principalorgid"));
  return organizationId === undefined ? {} : { organizationId };
}
