/** The proof: what must be allowed is, what must be denied is, and nothing is granted that nothing needs. */
import {
  toDocument,
  type ConditionOf,
  type Decision,
  type NormalizedPolicy,
  type PreparedPolicies,
  type StatementRef,
} from "../iam";
import { documentFindings } from "../iam/action-checks";
import { Judge, type Attempt, type Verdict } from "./attempt";
import { neededAttempts } from "./calls";
import { peopleAttempts } from "./people-calls";
import { serviceAttempts } from "./service-calls";
import { grantsOf, type Grant } from "./minimality";
import { documentsOf, type AccessModel } from "./model";
import { controlProbes } from "./probes-control";
import { dataProbes, keepsSettings } from "./probes-data";
import { detourProbes } from "./probes-detours";
import { peopleProbes } from "./probes-people";
import { serviceProbes } from "./probes-services";
import { strangerProbes } from "./probes-strangers";
import { threats, type Probe, type Threat } from "./threats";

/** A statement that decides. */
export interface DecidingStatement {
  /** Where the document comes from. */
  document: string;
  /** Sid of the statement, or its position. */
  statement: string;
  effect: "Allow" | "Deny";
  /** What must hold for it to count. */
  condition?: ConditionOf<string>;
}

/** A statement that does nothing. */
export interface Finding {
  document: string;
  /** Place in the document, e.g. `Statement[1].Action`. */
  path: string;
  message: string;
}

/** One line of the matrix. */
export interface Result {
  name: string;
  /** Absent in the must-allow matrix. */
  threat?: Threat;
  expected: "allowed" | "denied" | "open";
  allowed: boolean;
  /** Whether the outcome is the expected one. What is known to be open may be either: a stricter stack is no surprise. */
  asExpected: boolean;
  /** Who, action and resource of the call that decided. */
  call: string;
  outcome: Decision["outcome"];
  layer: Decision["layer"];
  /** Document, Sid and condition that decide, in one sentence. */
  reason: string;
  /** The statements that decide; empty when none allows the call. */
  decidedBy: DecidingStatement[];
  /** What would turn the answer. */
  change: string;
  open?: Probe["open"];
}

/** The outcome of a proof; plain data. */
export interface ProofReport {
  stack: string;
  account: string;
  region: string;
  mustAllow: Result[];
  /** In the order of {@link threats}. */
  mustDeny: Result[];
  grants: Grant[];
  /**
   * Statements that name what AWS does not have: they do nothing. They do not end the proof, since the list of what AWS has
   * can be older than the statement.
   */
  findings: Finding[];
  /** Whether every result is the expected one. Grants that nothing needs count as unexpected. */
  passed: boolean;
}

/**
 * Proves a model.
 *
 * @throws PolicySyntaxError when a document of the model is invalid.
 */
export function prove(model: AccessModel): ProofReport {
  const judge = new Judge(model);
  const needed = neededOf(model);
  const probes = probesOf(model);
  const mustAllow = needed.map((attempt) => resultOf(attempt, judge.judge(attempt)));
  const mustDeny = threats.flatMap((threat) =>
    probes.filter((probe) => probe.threat === threat).map((probe) => resultOf(probe, judge.judge(probe))),
  );
  // An attempt that fails anyway would seem to need every action.
  const working = needed.filter((_attempt, index) => mustAllow[index]?.allowed);
  const grants = grantsOf(model, working);
  const passed =
    [...mustAllow, ...mustDeny].every((one) => one.asExpected) &&
    grants.every(({ neededBy }) => neededBy !== undefined);
  const findings = documentsOf(model).flatMap(({ kind, policy }) =>
    documentFindings(policy.document, kind, policy.source).map((one) => ({ document: policy.source, ...one })),
  );
  const { name: stack, account, region } = model;
  return { stack, account, region, mustAllow, mustDeny, grants, findings, passed };
}

/** Everything that must go through. */
export function neededOf(model: AccessModel): Attempt[] {
  return [...neededAttempts(model), ...peopleAttempts(model), ...serviceAttempts(model)];
}

/** Everything that must not. */
export function probesOf(model: AccessModel): Probe[] {
  return [
    ...dataProbes(model),
    ...detourProbes(model, keepsSettings(model)),
    ...controlProbes(model),
    ...peopleProbes(model),
    ...serviceProbes(model),
    ...strangerProbes(model),
  ];
}

function resultOf(attempt: Attempt & Partial<Probe>, { allowed, decision, call, policies }: Verdict): Result {
  const expected = attempt.threat === undefined ? "allowed" : attempt.open === undefined ? "denied" : "open";
  const who =
    "arn" in call.caller ? call.caller.arn : "service" in call.caller ? call.caller.service : call.caller.kind;
  return {
    name: attempt.name,
    ...(attempt.threat === undefined ? {} : { threat: attempt.threat }),
    expected,
    allowed,
    asExpected: expected === "open" || allowed === (expected === "allowed"),
    call: `${who} → ${call.action} → ${call.resource}`,
    outcome: decision.outcome,
    layer: decision.layer,
    reason: decision.reason,
    decidedBy: decision.statements.map((ref) => describe(ref, policies)),
    change: changeOf(decision, call.action),
    ...(attempt.open === undefined ? {} : { open: attempt.open }),
  };
}

function describe(ref: StatementRef, policies: PreparedPolicies): DecidingStatement {
  const document = Object.values(policies)
    .flat()
    .find((policy: NormalizedPolicy | undefined) => policy?.kind === ref.kind && policy.source === ref.source);
  const condition = document && [toDocument(document as NormalizedPolicy).Statement].flat()[ref.index]?.Condition;
  return {
    document: ref.source,
    statement: ref.sid ?? `${ref.index}`,
    effect: ref.effect,
    ...(condition === undefined ? {} : { condition }),
  };
}

function changeOf({ outcome, layer, statements }: Decision, action: string): string {
  const names = statements
    .map(({ sid, index, source }) => `${sid ?? `statement ${index}`} of the ${source}`)
    .join(", ");
  switch (outcome) {
    case "explicitDeny":
      return `Taking out or narrowing ${names}.`;
    case "implicitDeny":
      return `An Allow for ${action} in the ${layer} policy that holds for this call, or a wider condition in one that nearly does.`;
    case "allowed":
      return `A Deny for ${action}, or taking it out of ${names || "the account's own rights"}.`;
  }
}

/** The proof in one line, e.g. for a summary: counts, and what is unexpected. */
export function formatProofSummary({ mustAllow, mustDeny, grants }: ProofReport): string {
  const unexpected = [...mustAllow, ...mustDeny].filter((one) => !one.asExpected).length;
  const unneeded = grants.filter(({ neededBy }) => neededBy === undefined).length;
  const denied = mustDeny.filter(({ allowed }) => !allowed).length;
  const open = mustDeny.filter(({ expected, allowed }) => expected === "open" && allowed).length;
  const allowed = mustAllow.filter((one) => one.allowed).length;
  return (
    `${unexpected === 0 && unneeded === 0 ? "holds" : "DOES NOT HOLD"}: ` +
    `${allowed} of ${mustAllow.length} needed calls allowed, ${denied} of ${mustDeny.length} attacks denied ` +
    `(${open} known to be open, ${unexpected} unexpected), ${grants.length - unneeded} of ${grants.length} granted actions needed`
  );
}
