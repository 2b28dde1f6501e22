/** Whether every action that the environment grants is needed: without it, something that must be allowed is denied. */
import type { PolicyDocument, SourcedPolicy, Statement } from "../iam";
import { Judge, type Attempt } from "./attempt";
import type { AccessModel } from "./model";
import { statementsOf } from "./read-export";

/** A granted action and what needs it. */
export interface Grant {
  source: string;
  /** Sid of the statement, or its position. */
  statement: string;
  action: string;
  /** Name of an attempt that fails without the action; absent: nothing needs it. */
  neededBy?: string;
}

/** A document of a model, and the model with another document in its place. */
interface Place {
  policy: SourcedPolicy;
  replaced(document: PolicyDocument): AccessModel;
  /** Statements that are for recovery, not for a job: they name nobody by condition. */
  skips(statement: Statement): boolean;
}

const never = (): boolean => false;

/** The documents whose grants belong to the job and its deployment. */
function placesOf(model: AccessModel): Place[] {
  const { role, key, endpoints } = model;
  const place = (
    policy: SourcedPolicy,
    put: (policy: SourcedPolicy) => AccessModel,
    skips = never as Place["skips"],
  ): Place => ({
    policy,
    replaced: (document) => put({ ...policy, document }),
    skips,
  });
  const ofEndpoint = (name: "s3" | "kms"): Place[] => {
    const endpoint = endpoints[name];
    if (endpoint === undefined) return [];
    return [
      place(endpoint.policy, (policy) => ({ ...model, endpoints: { ...endpoints, [name]: { ...endpoint, policy } } })),
    ];
  };
  return [
    place(role.trust, (trust) => ({ ...model, role: { ...role, trust } })),
    ...role.identity.map((policy, index) =>
      place(policy, (changed) => ({ ...model, role: { ...role, identity: role.identity.with(index, changed) } })),
    ),
    place(
      key.policy,
      (policy) => ({ ...model, key: { ...key, policy } }),
      ({ Condition = {} }) => !/aws:principalarn/iu.test(JSON.stringify(Condition)),
    ),
    ...ofEndpoint("s3"),
    ...ofEndpoint("kms"),
  ];
}

/** Every granted action, each with an attempt that needs it. An Allow by NotAction is one grant that nothing can need. */
export function grantsOf(model: AccessModel, needed: readonly Attempt[]): Grant[] {
  return placesOf(model).flatMap((place) => {
    const statements = statementsOf(place.policy.document);
    return statements.flatMap((statement, index): Grant[] => {
      if (statement.Effect !== "Allow" || place.skips(statement)) return [];
      const named = { source: place.policy.source, statement: statement.Sid ?? `${index}` };
      if (statement.Action === undefined)
        return [{ ...named, action: `everything but ${[statement.NotAction].flat().join(", ")}` }];
      const actions = [statement.Action].flat();
      return actions.map((action) => {
        const rest = actions.filter((other) => other !== action);
        const changed = place.replaced(withStatement(statements, index, rest));
        const judge = new Judge(changed);
        const neededBy = needed.find((attempt) => !judge.judge(attempt).allowed)?.name;
        return { ...named, action, ...(neededBy === undefined ? {} : { neededBy }) };
      });
    });
  });
}

/** The document with other actions in one statement. Without any the statement goes. */
function withStatement(statements: Statement[], index: number, actions: string[]): PolicyDocument {
  const kept = statements.flatMap((statement, position): Statement[] => {
    if (position !== index) return [statement];
    return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
  });
  // A document needs a statement; one that is turned into its opposite grants as little as none.
  const empty = statements.map((statement): Statement => ({ ...statement, Effect: "Deny" }));
  return { Version: "2012-10-17", Statement: kept.length > 0 ? kept : empty };
}
