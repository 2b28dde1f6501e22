/**
 * Carries the catalogue to the engine; the only file that knows `@pulumi/policy`.
 *
 * The SDK drops a whole policy when one value that it reads is unknown, and reports that as advisory even for a
 * mandatory policy. Here each unknown stays with the resource that has it: what cannot be judged on the inputs of one
 * resource is tried again with the stack, where dependencies are known; what is still open is collected and reported by
 * the policy {@link SUMMARY_POLICY}, whose level decides whether open judgements block.
 */
import {
  UnknownValueError,
  type Policies,
  type PolicyConfigSchema,
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { judge, settingsOf } from "./judge";
import type { Context, PolicyRule, Verdict } from "./model";
import { StackView } from "./stack";
import { Subject, UNKNOWN, type RawResource } from "./subject";
import { summarize, type OpenJudgement } from "./summary";

/** Id of the policy that reports what could not be judged. Advisory by default; set it to mandatory to block. */
export const SUMMARY_POLICY = "every-judgement-is-made";

/** Told of each verdict, for reports and for measuring preview coverage. */
export type VerdictListener = (verdict: Verdict) => void;

/**
 * The policies of the catalogue in the shape of the SDK, with the summary as the last one.
 *
 * @param rules The catalogue.
 * @param onVerdict Called with each final verdict. Default: nothing.
 */
export function toSdkPolicies(rules: readonly PolicyRule[], onVerdict: VerdictListener = () => undefined): Policies {
  const session = new Session(onVerdict);
  const policies = rules.map((rule) =>
    rule.phase === "resource" ? resourcePolicy(rule, session) : stackPolicy(rule, session),
  );
  return [...policies, summaryPolicy(rules, session)];
}

function resourcePolicy(rule: PolicyRule, session: Session): ResourceValidationPolicy & StackValidationPolicy {
  return {
    ...metadata(rule),
    validateResource: (args, report) => {
      session.remember(args);
      if (!rule.appliesTo.includes(args.type)) args.notApplicable(`judges ${rule.appliesTo.join(", ")}`);
      const context: Context = { settings: settingsOf(rule, args.getConfig()) };
      for (const verdict of judge(rule, new Subject(resourceOf(args)), context)) {
        if (verdict.kind === "violation") report(messageOf(rule, verdict.message));
        if (verdict.kind === "couldNotJudge") session.defer(rule.id, args.urn);
        else session.onVerdict(verdict);
      }
    },
    validateStack: (args, report) => {
      const stack = session.stackOf(args);
      const deferred = session.takeDeferred(rule.id);
      if (deferred.size === 0) return;
      const context: Context = { settings: settingsOf(rule, args.getConfig()), stack };
      const subjects = stack.ofTypes(rule.appliesTo).filter((subject) => deferred.has(subject.urn));
      judgeAll(rule, subjects, context, session, report);
    },
  };
}

function stackPolicy(rule: PolicyRule, session: Session): StackValidationPolicy {
  return {
    ...metadata(rule),
    validateStack: (args, report) => {
      const stack = session.stackOf(args);
      if (rule.onlyWithBedrock && !stack.worksOnModels) args.notApplicable("the stack works on no Bedrock model");
      const subjects = stack.ofTypes(rule.appliesTo);
      if (subjects.length === 0) args.notApplicable(`judges ${rule.appliesTo.join(", ")}`);
      judgeAll(rule, subjects, { settings: settingsOf(rule, args.getConfig()), stack }, session, report);
    },
  };
}

function judgeAll(
  rule: PolicyRule,
  subjects: readonly Subject[],
  context: Context,
  session: Session,
  report: (message: string, urn?: string) => void,
): void {
  for (const subject of subjects) {
    for (const verdict of judge(rule, subject, context)) {
      if (verdict.kind === "violation") report(messageOf(rule, verdict.message), verdict.urn);
      if (verdict.kind === "couldNotJudge") session.open(verdict);
      session.onVerdict(verdict);
    }
  }
}

function summaryPolicy(rules: readonly PolicyRule[], session: Session): StackValidationPolicy {
  const phases = new Map(rules.map((rule) => [rule.id, rule.phase]));
  return {
    name: SUMMARY_POLICY,
    description: "Every policy can judge every resource that it applies to.",
    enforcementLevel: "advisory",
    severity: "medium",
    tags: ["governance"],
    remediationSteps:
      "Build names and ARNs from values that are known at preview, or let the update judge what is open. " +
      "Set this policy to mandatory where nothing may be created unjudged.",
    validateStack: (args, report) => {
      session.stackOf(args);
      const text = summarize(session.takeOpen(), phases);
      if (text !== undefined) report(text);
    },
  };
}

function metadata(rule: PolicyRule) {
  const controls = Object.entries(rule.frameworks).flatMap(([framework, ids]) => ids.map((id) => `${framework} ${id}`));
  const schema: PolicyConfigSchema | undefined = rule.parameters && {
    properties: structuredClone(rule.parameters) as PolicyConfigSchema["properties"],
  };
  return {
    name: rule.id,
    displayName: rule.title,
    description: `${rule.title}.`,
    enforcementLevel: rule.level,
    severity: rule.severity,
    tags: [rule.family, ...controls],
    remediationSteps: `${rule.threat} ${rule.remediation.text}\n\n${rule.remediation.code}`,
    ...(schema && { configSchema: schema }),
  };
}

function messageOf(rule: PolicyRule, finding: string): string {
  return `${finding}\n${rule.remediation.text}`;
}

/** What one operation of the engine has told and what is still open; emptied when its last policy has run. */
class Session {
  private readonly inputs = new Map<string, RawResource>();
  private readonly deferred = new Map<string, Set<string>>();
  private opened: OpenJudgement[] = [];
  private stack: StackView | undefined;

  constructor(readonly onVerdict: VerdictListener) {}

  /** Keeps the inputs of a resource: at preview the stack shows computed properties as unknown, inputs are as written. */
  remember(args: ResourceValidationArgs): void {
    if (!this.inputs.has(args.urn)) this.inputs.set(args.urn, resourceOf(args));
  }

  defer(policy: string, urn: string): void {
    const urns = this.deferred.get(policy);
    if (urns) urns.add(urn);
    else this.deferred.set(policy, new Set([urn]));
  }

  takeDeferred(policy: string): ReadonlySet<string> {
    const urns = this.deferred.get(policy) ?? new Set<string>();
    this.deferred.delete(policy);
    return urns;
  }

  open(judgement: OpenJudgement): void {
    this.opened.push(judgement);
  }

  takeOpen(): OpenJudgement[] {
    const opened = this.opened;
    this.opened = [];
    return opened;
  }

  /**
   * The view of the stack, built once per call of the engine: the SDK runs all policies of one call in microtasks, so
   * that an immediate comes after the last of them.
   */
  stackOf(args: StackValidationArgs): StackView {
    if (this.stack === undefined) {
      this.stack = new StackView(args.resources.map((resource) => resourceOf(resource, this.inputs.get(resource.urn))));
      setImmediate(() => {
        this.stack = undefined;
        this.inputs.clear();
        this.deferred.clear();
        this.opened = [];
      });
    }
    return this.stack;
  }
}

/**
 * A resource of the SDK as the policies read it. Properties are copied one by one, when they are first read.
 *
 * @param inputs The same resource as it was declared; decides where an output is unknown.
 */
function resourceOf(resource: ResourceValidationArgs | PolicyResource, inputs?: RawResource): RawResource {
  const read = new Map<string, unknown>();
  const stackSide = "propertyDependencies" in resource ? resource : undefined;
  return {
    type: resource.type,
    urn: resource.urn,
    name: resource.name,
    property(name) {
      if (!read.has(name)) {
        const value = snapshot(resource.props, name);
        read.set(name, value === UNKNOWN && inputs !== undefined ? inputs.property(name) : value);
      }
      return read.get(name);
    },
    providerProperty: (name) => (resource.provider === undefined ? undefined : snapshot(resource.provider.props, name)),
    dependenciesOf: (property) => urnsOf(stackSide?.propertyDependencies[property]),
    dependencies: urnsOf(stackSide?.dependencies),
  };
}

function urnsOf(resources: readonly PolicyResource[] | undefined): string[] {
  return resources?.map((resource) => resource.urn) ?? [];
}

/** One member of what the SDK gives, free of its guards, with UNKNOWN where a guard refuses. */
function snapshot(container: object, key: string | number): unknown {
  let value: unknown;
  try {
    value = Reflect.get(container, key);
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => snapshot(value, index));
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.keys(value).map((name) => [name, snapshot(value, name)]));
}
