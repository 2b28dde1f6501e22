/** Least privilege: who takes on a role, whatever the role is for. */
import type { Statement } from "../iam/types";
import { ownAccounts } from "./accounts";
import * as documents from "./documents";
import { decide } from "./evaluator";
import { inParts, listSetting } from "./judge";
import type { PolicyRule } from "./model";
import { ACCOUNTS } from "./parameters";
import * as probes from "./probes";
import { stackIn } from "./stack";
import { strangerContexts } from "./strangers";
import { ROLES } from "./tokens";
import { isEverybody } from "./trust";

const strangersOut: PolicyRule = {
  id: "role-trust-keeps-strangers-out",
  family: "least-privilege",
  severity: "critical",
  level: "mandatory",
  title: "A role cannot be taken on by anyone, by an account that is not trusted, or by any repository",
  threat: "Whoever can take on a role has all its rights, and nobody needs to steal anything.",
  remediation: {
    text: "Name principals of your account; demand sts:ExternalId of partners, and the repository of pipelines.",
    code: `{ Effect: "Allow", Principal: { Federated: githubProviderArn }, Action: "sts:AssumeRoleWithWebIdentity", Condition: {
  StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
  StringLike: { "token.actions.githubusercontent.com:sub": "repo:my-org/my-repo:ref:refs/heads/main" } } }`,
  },
  frameworks: { "NIST 800-53": ["AC-3", "IA-2"], "SOC 2": ["CC6.1"], "OWASP LLM Top 10": ["LLM06"] },
  replaces: ["CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_358", "iam_no_custom_policy_permissive_role_assumption"],
  appliesTo: ROLES,
  phase: "stack",
  parameters: { accounts: ACCOUNTS },
  *judge(role, context) {
    const own = ownAccounts(stackIn(context.stack), listSetting(context, "accounts"));
    const trust = documents.documentsOf(role).filter(({ kind }) => kind === "trust");
    yield* inParts(trust, (document) => strangersIn(document, own));
  },
};

/** The policies on trust in general. */
export const roleTrust: readonly PolicyRule[] = [strangersOut];

function* strangersIn(document: documents.HeldDocument, own: ReadonlySet<string> | undefined): Generator<string> {
  const text = documents.textOf(document);
  const stranger = probes.strangerAccount(text);
  for (const [index, statement] of documents.statementsOf(document).entries()) {
    if (statement.Effect !== "Allow") continue;
    const place = `${document.source}: ${documents.nameOfStatement(statement, index)}`;
    if (isEverybody(statement.Principal) && assumes(document, statement, stranger)) {
      yield `${place} lets a role of any AWS account take on the role.`;
    }
    const callers = probes.namedCallers(statement, probes.partitionIn(text));
    const accounts = new Set(callers.flatMap((caller) => probes.accountOf(caller) ?? []));
    for (const account of accounts) {
      if (own === undefined || own.has(account) || demandsMore(statement)) continue;
      yield `${place} lets account ${account} take on the role without sts:ExternalId.`;
    }
    yield* anyRepository(statement, place);
  }
}

function assumes(document: documents.HeldDocument, statement: Statement, account: string): boolean {
  const partition = probes.partitionIn(documents.textOf(document));
  const home = probes.ownStandIn(documents.textOf(document));
  const request = {
    caller: probes.roleFor(statement, account, partition),
    action: "sts:AssumeRole",
    resource: `arn:${partition}:iam::${home}:role/probe`,
    resourceAccount: home,
  };
  const policies = { trust: documents.allowedBy(document, statement), identity: [probes.allowAll(false)] };
  return strangerContexts(statement, account).some(
    (context) => decide({ ...request, context }, policies).outcome === "allowed",
  );
}

/** Whether a statement asks another account for more than its number. */
function demandsMore(statement: Statement): boolean {
  const keys = probes.conditionsOf(statement).map(([, key]) => key.toLowerCase());
  return ["sts:externalid", "aws:principalorgid", "aws:principalorgpaths"].some((key) => keys.includes(key));
}

/** Providers of identities that anybody can have: a condition must say whose they are. */
const PUBLIC_PROVIDERS: readonly (readonly [host: string, key: string])[] = [
  ["token.actions.githubusercontent.com", "sub"],
  ["gitlab.com", "sub"],
  ["agent.buildkite.com", "sub"],
  ["app.terraform.io", "sub"],
  ["api.pulumi.com/oidc", "sub"],
  ["cognito-identity.amazonaws.com", "aud"],
  ["accounts.google.com", "aud"],
];

function* anyRepository(statement: Statement, place: string): Generator<string> {
  const principal = statement.Principal;
  const federated = principal === undefined || typeof principal === "string" ? [] : documents.many(principal.Federated);
  for (const provider of federated) {
    const known = PUBLIC_PROVIDERS.find(([host]) => provider.endsWith(host));
    if (known === undefined) continue;
    const [host, key] = known;
    const values = probes.valuesOf(statement, `${host}:${key}`.toLowerCase());
    const open = values.find((value) => value.startsWith("*") || isAnyOwner(value));
    if (values.length === 0) yield `${place} demands no ${host}:${key}; anybody of ${host} takes on the role.`;
    if (open !== undefined) yield `${place} accepts ${host}:${key} ${open}; name the organization and the repository.`;
  }
}

/**
 * Whether the owner is a pattern, so that others can have a name that fits: of a repository (`repo:<owner>/<name>:…`), a
 * project (`project_path:<owner>/<name>:…`) or an organization (`organization:<owner>:…`).
 */
function isAnyOwner(subject: string): boolean {
  const [, kind = "", rest = ""] = /^(repo|project_path|organization):(.*)$/.exec(subject) ?? [];
  const [owner = ""] = rest.split(kind === "organization" ? ":" : "/");
  return kind !== "" && /[*?]/.test(owner);
}
