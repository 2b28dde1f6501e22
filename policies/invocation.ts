/** Bedrock: who calls models does so through the guardrail and the endpoint that the stack has for it. */
import type { ApplicablePolicies } from "../iam/types";
import * as documents from "./documents";
import { decide, matchesAny } from "./evaluator";
import { inParts, listSetting } from "./judge";
import { permissionsOf } from "./job-role";
import type { PolicyRule } from "./model";
import * as probes from "./probes";
import { stackIn, type StackView } from "./stack";
import { SHARED_ENDPOINTS, strangeWays } from "./stack-endpoints";
import { Unjudgeable } from "./subject";
import { ENDPOINTS, ROLES } from "./tokens";
import { trustsBedrock } from "./trust";

const CALLS = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];

const guarded: PolicyRule = {
  id: "models-are-called-as-the-stack-means",
  family: "bedrock",
  severity: "high",
  level: "mandatory",
  title: "A role that calls models can do so only with the guardrail, and through the endpoint, that its stack has",
  threat: "A caller that may leave the guardrail out, or come from anywhere, is who an attacker becomes first.",
  remediation: {
    text: "Demand the guardrail where invoking is allowed, and deny what comes through no endpoint.",
    code: `{ Effect: "Allow", Action: "bedrock:InvokeModel", Resource: model.arn, Condition: { StringEquals: {
  "bedrock:GuardrailIdentifier": \`\${guardrail.guardrailArn}:\${version.version}\` } } },
{ Effect: "Deny", Action: "bedrock:InvokeModel", Resource: "*", Condition: { StringNotEquals: { "aws:SourceVpce": endpoint.id } } }`,
  },
  frameworks: {
    "OWASP LLM Top 10": ["LLM01", "LLM02", "LLM06"],
    "NIST 800-53": ["AC-4", "SC-7"],
    "EU AI Act": ["Art. 15"],
  },
  replaces: ["bedrock_agent_guardrail_enabled"],
  appliesTo: ROLES,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: { sharedEndpoints: SHARED_ENDPOINTS },
  *judge(role, context) {
    const stack = stackIn(context.stack);
    const stacks = demandsOf(stack);
    if (stacks.length === 0) return;
    const trust = documents.documentsOf(role).filter(({ kind }) => kind === "trust");
    if (trust.some(trustsBedrock)) return;
    const held = permissionsOf(role, stack);
    const shared = listSetting(context, "sharedEndpoints");
    const asked = [() => stacks, () => strangeDemands(held, stack, shared)];
    yield* inParts(asked, function* (demands) {
      const these = demands();
      yield* inParts(held, (document) => openCalls(document, held, these));
    });
  },
};

const GUARDED = "bedrock:ApplyGuardrail";

/** The policies on calling models. */
export const invocation: readonly PolicyRule[] = [guarded];

const ENDPOINT = "aws:sourcevpce";
const RUNTIME = "bedrock-runtime";

/** What calls must carry: they are tried without it, or with something else instead. */
interface Demand {
  readonly key: string;
  readonly what: string;
  readonly instead?: probes.ProbeContext;
}

function demandsOf(stack: StackView): Demand[] {
  const guardrails = stack.ofTypes(["aws:bedrock/guardrail:Guardrail"]).length > 0;
  const endpoints = stack.ofTypes(ENDPOINTS).some((endpoint) => {
    const name = endpoint.at("serviceName");
    if (name.isUnknown) throw new Unjudgeable(`serviceName of ${endpoint.name} is not known yet`);
    return name.string()?.endsWith(`.${RUNTIME}`);
  });
  return [
    ...(guardrails ? [{ key: "bedrock:guardrailidentifier", what: "without the guardrail" }] : []),
    ...(endpoints ? [{ key: ENDPOINT, what: "from outside the endpoint" }] : []),
  ];
}

/** Where a role's documents let requests through that come through a stranger's network. */
function strangeDemands(
  held: readonly documents.HeldDocument[],
  stack: StackView,
  shared: readonly string[],
): Demand[] {
  const ways = strangeWays(held.flatMap(documents.statementsOf), stack, RUNTIME, shared);
  return ways.map(({ id, context }) => ({
    key: ENDPOINT,
    what: `through ${id}, which is not the stack's`,
    instead: context,
  }));
}

/** One text for each statement of a document, and each demand without which it lets models be called. */
function* openCalls(
  document: documents.HeldDocument,
  held: readonly documents.HeldDocument[],
  demands: readonly Demand[],
): Generator<string> {
  for (const [index, statement] of documents.statementsOf(document).entries()) {
    const actions = documents.many(statement.Action).map((action) => action.toLowerCase());
    const used = [...CALLS, GUARDED].filter((action) => matchesAny(actions, action.toLowerCase()));
    if (statement.Effect !== "Allow" || used.length === 0) continue;
    const text = documents.textOf(document);
    const [partition, account] = [probes.partitionIn(text), accountIn(text) ?? probes.ownStandIn(text)];
    const policies: ApplicablePolicies = { identity: held.map(documents.sourced) };
    const wanted = {
      ...insideContext(held),
      ...probes.contextFor(statement, { principal: "own", resource: "own" }),
    };
    for (const { key, what, instead } of demands) {
      // The use of a guardrail is no call of a model, but what is sent to it leaves all the same.
      const asked = key === ENDPOINT ? used : used.filter((action) => action !== GUARDED);
      const open = asked.some((action) => {
        const [pattern = "*"] = documents.many(statement.Resource);
        const resource = probes.resourceWitness(pattern, "bedrock", account, partition);
        const request = {
          caller: probes.roleIn(account, partition),
          action,
          resource,
          resourceAccount: probes.accountIn(resource) ?? account,
          context: { ...Object.fromEntries(Object.entries(wanted).filter(([name]) => name !== key)), ...instead },
        };
        return decide(request, policies).outcome === "allowed";
      });
      if (open)
        yield `${document.source}: ${documents.nameOfStatement(statement, index)} lets models be called ${what}.`;
    }
  }
}

/** What the Deny statements of a role's documents except: the values that a request must carry not to be denied. */
function insideContext(held: readonly documents.HeldDocument[]): probes.ProbeContext {
  const context: probes.ProbeContext = {};
  for (const statement of held.flatMap(documents.statementsOf)) {
    if (statement.Effect !== "Deny") continue;
    for (const [operator, key, [first]] of probes.conditionsOf(statement)) {
      if (/Not/.test(operator) && first !== undefined)
        context[key.toLowerCase()] ??= probes.witness(String(first), "probe");
    }
  }
  return context;
}

function accountIn(text: string): string | undefined {
  return /:(\d{12}):/.exec(text)?.[1];
}
