/** Who from outside gets in through a resource-based document (a key policy or a bucket policy), found by asking. */
import type { ApplicablePolicies, Caller, Statement } from "../iam/types";
import { many, nameOfStatement, statementsOf, textOf, withoutDenials, type HeldDocument } from "./documents";
import { namesCanonicalUser } from "./canonical-users";
import { decide } from "./evaluator";
import * as probes from "./probes";
import { isOfAws } from "./service-accounts";
import { serviceContexts, servicesMeant, strangerContexts, writesUnderAccount } from "./strangers";
import { Unjudgeable } from "./subject";
import { isEverybody } from "./trust";

/** What is asked about a document. */
export interface OutsiderQuestion {
  /** Accounts that are not outside; `undefined` when they are not known yet. */
  readonly own: ReadonlySet<string> | undefined;
  /** Service of the resource, e.g. `kms`. */
  readonly service: string;
  /** Actions that an outsider must not be able to do, besides those that the document names. */
  readonly actions: readonly string[];
  /** Whether services that act for another account count. Default: true. */
  readonly services?: boolean;
}

/** Whether a Deny is about the way of a request: where it holds, a statement that lets strangers in is still one. */
function isOfTheWay(statement: Statement): boolean {
  return probes.conditionsOf(statement).some(([, key]) => /^aws:(?:sourcevpce?|sourceip|vpcsourceip)$/i.test(key));
}

/** Load balancers write their logs below the account that they belong to, whatever a statement demands. */
const LOAD_BALANCERS = /^logdelivery\.elasticloadbalancing\./;

interface Outsider {
  readonly who: string;
  readonly caller: Caller;
  /** What its requests can carry. */
  readonly contexts: readonly probes.ProbeContext[];
}

/**
 * One text for each statement and outsider that gets in: anyone, another account that is named, or a service that acts
 * for another account (the confused deputy).
 *
 * @throws Unjudgeable when an account is named and it is not known which accounts are the stack's own.
 */
export function* outsidersLetIn(document: HeldDocument, question: OutsiderQuestion): Generator<string> {
  const text = textOf(document);
  const partition = probes.partitionIn(text);
  const owner = question.own?.values().next().value ?? probes.ownStandIn(text);
  const read = withoutDenials(document, isOfTheWay);
  const layer: ApplicablePolicies = document.kind === "key" ? { key: read } : { resource: read };
  const policies: ApplicablePolicies = { ...layer, identity: [probes.allowAll(false)] };
  let undecided: string | undefined;
  let canonical = false;
  for (const [index, statement] of statementsOf(document).entries()) {
    if (statement.Effect !== "Allow") continue;
    canonical ||= namesCanonicalUser(statement);
    for (const outsider of outsidersOf(statement, text, partition)) {
      const isService = outsider.caller.kind === "service" && !isEverybody(statement.Principal);
      if (isService && question.services === false) continue;
      const account = probes.accountOf(outsider.caller);
      if (account !== undefined && (question.own?.has(account) || isOfAws(account, statement))) continue;
      const action = firstAllowed(outsider, statement, { ...question, owner, partition, policies });
      if (action === undefined) continue;
      if (question.own === undefined && account !== undefined && text.includes(account)) undecided = account;
      else yield `${document.source}: ${nameOfStatement(statement, index)} lets ${outsider.who} call ${action}.`;
    }
  }
  if (canonical) throw new Unjudgeable(`${document.source} names a canonical user id, which does not tell its account`);
  if (undecided !== undefined) {
    throw new Unjudgeable(`it is not known yet whether account ${undecided} is the stack's own (parameter accounts)`);
  }
}

function outsidersOf(statement: Statement, text: string, partition: string): Outsider[] {
  const stranger = probes.strangerAccount(text);
  const contexts = strangerContexts(statement, stranger);
  const role = probes.roleFor(statement, stranger, partition);
  // Everybody includes the services.
  const services = [
    ...probes.namedServices(statement),
    ...(isEverybody(statement.Principal) ? servicesMeant(statement) : []),
  ];
  return [
    { who: "anyone, even unsigned,", caller: { kind: "anonymous" }, contexts },
    { who: "a role of any AWS account", caller: role, contexts },
    ...probes.namedCallers(statement, partition).map((caller) => ({
      who: caller.kind === "role" || caller.kind === "user" ? `${caller.arn} of another account` : "another account",
      caller,
      contexts: [probes.contextFor(statement, { principal: "own", resource: "own" })],
    })),
    ...services
      .filter((service) => !(LOAD_BALANCERS.test(service) && writesUnderAccount(statement)))
      .map((service) => ({
        who: `${service} acting for any AWS account`,
        caller: { kind: "service" as const, service },
        contexts: serviceContexts(statement, service, stranger, partition),
      })),
  ];
}

function firstAllowed(
  outsider: Outsider,
  statement: Statement,
  setting: OutsiderQuestion & { owner: string; partition: string; policies: ApplicablePolicies },
): string | undefined {
  const { service, owner, partition, policies } = setting;
  const actions = [...setting.actions, ...probes.actionWitnesses(statement, service)];
  for (const pattern of many(statement.Resource ?? "*")) {
    const resource = probes.resourceWitness(pattern, service, owner, partition);
    for (const context of outsider.contexts) {
      const sent = probes.withServiceKeys(context, outsider.caller, owner);
      for (const action of actions) {
        const asked = { caller: outsider.caller, action, resource, resourceAccount: owner, context: sent };
        if (decide(asked, policies).outcome === "allowed") return action;
      }
    }
  }
  return undefined;
}
