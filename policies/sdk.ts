/**
 * Carries the catalogue to the engine; the only file that knows `@pulumi/policy`.
 *
 * The SDK drops a whole policy when one value that it reads is unknown, and reports that as advisory even for a
 * mandatory policy. Here each unknown stays with the resource that has it: what cannot be judged on the inputs of one
 * resource is tried again with the stack, where dependencies are known; what is still open is collected and reported by
 * the policy {@link SUMMARY_POLICY}, whose level decides whether open judgements block.
 */
import {
  Secret,
  UnknownValueError,
  type Policies,
  type PolicyConfigSchema,
  type PolicyResource,
  type ResourceValidation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidation,
  type StackValidationArgs,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { exemptionReports, exemptionsPolicy, type ReportAtLevel } from "./exemption-policies";
import { judge, settingsOf } from "./judge";
import type { Context, Level, PolicyRule, Verdict } from "./model";
import { levelOf } from "./pack-settings";
import { applyChanges, remedies } from "./remedies";
import { settingsPolicy } from "./settings-policy";
import { stackIsSeen } from "./sdk-memo";
import { Session, type VerdictListener } from "./session";
import type { StackView } from "./stack";
import { Subject, UNKNOWN, type RawResource } from "./subject";
import { summarize } from "./summary";
import { unreadIn } from "./unread";

/** Id of the policy that reports what could not be judged. Advisory by default; set it to mandatory to block. */
export const SUMMARY_POLICY = "every-judgement-is-made";

/**
 * The policies of the catalogue in the shape of the SDK, between those about settings and exemptions, with the summary as the last one.
 *
 * @param rules The catalogue.
 * @param onVerdict Called with each final verdict. Default: nothing.
 */
export function toSdkPolicies(rules: readonly PolicyRule[], onVerdict: VerdictListener = () => undefined): Policies {
  const session = new Session(new Set(rules.map(({ id }) => id)), onVerdict);
  const policies = rules.map((rule) =>
    rule.phase === "resource" ? resourcePolicy(rule, session) : stackPolicy(rule, session),
  );
  return [
    settingsPolicy(session, new Set(rules.map(({ id }) => id)), (args) => stackOf(session, args)),
    exemptionsPolicy(session, {
      resource: (args) => {
        session.judging(args.type);
        session.remember(args.urn, () => resourceOf(args));
      },
      stack: (args) => stackOf(session, args),
    }),
    ...policies.map(withRemedy(rules, session)),
    ...exemptionReports(session),
    summaryPolicy(rules, session),
  ];
}

function resourcePolicy(rule: PolicyRule, session: Session): ResourceValidationPolicy & StackValidationPolicy {
  const validateResource: ResourceValidation = (args, report) => {
    session.remember(args.urn, () => resourceOf(args));
    if (!rule.appliesTo.includes(args.type)) args.notApplicable(`judges ${rule.appliesTo.join(", ")}`);
    const context: Context = { settings: settingsOf(rule, args.getConfig(), session.pack.shared) };
    const subject = new Subject(resourceOf(args));
    const level = levelOf(rule, subject.stackName, session.pack);
    if (level === "disabled") return;
    for (const verdict of judge(rule, subject, context)) {
      if (verdict.kind === "couldNotJudge") session.defer(rule.id, args.urn);
      else settle(rule, verdict, session, atLevel(rule, level, report));
    }
  };
  const validateStack: StackValidation = (args, report) => {
    const stack = stackOf(session, args);
    const deferred = session.takeDeferred(rule.id);
    if (deferred.size === 0) return;
    const context: Context = { settings: settingsOf(rule, args.getConfig(), session.pack.shared), stack };
    const subjects = stack.ofTypes(rule.appliesTo).filter((subject) => deferred.has(subject.urn));
    judgeAll(rule, subjects, context, session, report);
  };
  const [anyType = ""] = rule.appliesTo;
  return {
    ...metadata(rule),
    validateResource: skippedFor(validateResource, () => {
      const { type } = session;
      return type === undefined || rule.appliesTo.includes(type) ? undefined : anyType;
    }),
    validateStack: skippedFor(validateStack, () =>
      session.view === undefined || session.hasDeferred(rule.id) ? undefined : "that was left open",
    ),
  };
}

function stackPolicy(rule: PolicyRule, session: Session): StackValidationPolicy {
  const validateStack: StackValidation = (args, report) => {
    const stack = stackOf(session, args);
    if (rule.onlyWithBedrock && !stack.worksOnModels) args.notApplicable("the stack works on no Bedrock model");
    const subjects = stack.ofTypes(rule.appliesTo);
    if (subjects.length === 0) args.notApplicable(`judges ${rule.appliesTo.join(", ")}`);
    judgeAll(
      rule,
      subjects,
      { settings: settingsOf(rule, args.getConfig(), session.pack.shared), stack },
      session,
      report,
    );
  };
  const [anyType = ""] = rule.appliesTo;
  return {
    ...metadata(rule),
    validateStack: skippedFor(validateStack, () =>
      session.view === undefined || session.view.ofTypes(rule.appliesTo).length > 0 ? undefined : anyType,
    ),
  };
}

/**
 * Lets the SDK see, before it converts all resources for a policy, that the policy does not apply: it skips a function
 * whose `__pulumiType` no resource has, as it does for its own typed policies. A policy for several types has no single
 * one, so that the answer is given when it is asked.
 *
 * @param validate What the policy does.
 * @param absent A type that is not there, when the policy need not run; else `undefined`.
 */
function skippedFor<Validate extends object>(validate: Validate, absent: () => string | undefined): Validate {
  return Object.defineProperty(validate, "__pulumiType", { get: absent });
}

/** Adds to each policy the remedy of its findings. The SDK runs it when the level of the policy is `remediate`. */
function withRemedy(rules: readonly PolicyRule[], session: Session) {
  return (policy: Policies[number], index: number): Policies[number] => {
    const rule = rules[index];
    const remedy = rule && remedies[rule.id];
    if (rule === undefined || remedy === undefined) return policy;
    return {
      ...policy,
      remediateResource: (args: ResourceValidationArgs) => {
        if (!remedy.types.includes(args.type)) args.notApplicable(`mends ${remedy.types.join(", ")}`);
        const changes = [
          ...remedy.changes(new Subject(resourceOf(args)), settingsOf(rule, args.getConfig(), session.pack.shared)),
        ];
        if (changes.length === 0) return undefined;
        applyChanges(args.props, changes);
        return args.props;
      },
    };
  };
}

function judgeAll(
  rule: PolicyRule,
  subjects: readonly Subject[],
  context: Context,
  session: Session,
  report: (message: string, urn?: string) => void,
): void {
  const level = levelOf(rule, subjects[0]?.stackName ?? "", session.pack);
  if (level === "disabled") return;
  const reportAt = atLevel(rule, level, report);
  for (const subject of subjects) {
    for (const verdict of judge(rule, subject, context)) {
      settle(rule, verdict, session, (message) => reportAt(message, verdict.urn));
    }
  }
}

type Report = (message: string, urn?: string) => void;

/** Reports at the level that the settings of the pack give; without one, at the level that the engine has. */
function atLevel(rule: PolicyRule, level: Level | undefined, report: Report): Report {
  if (level === undefined || level === "disabled") return report;
  const reportAt = report as unknown as ReportAtLevel;
  return (message, urn) =>
    reportAt({ message: `${rule.title}.\n${message}`, enforcementLevel: level, ...(urn !== undefined && { urn }) });
}

/** Reports a verdict, unless the platform team has accepted the finding. */
function settle(rule: PolicyRule, verdict: Verdict, session: Session, report: (message: string) => void): void {
  if (verdict.kind === "couldNotJudge") session.open(verdict);
  if (verdict.kind !== "violation") {
    session.onVerdict(verdict);
    return;
  }
  const exemption = session.exemptions?.accept(verdict.policy, verdict.urn, verdict.message);
  if (exemption === undefined) report(messageOf(rule, verdict.message));
  session.onVerdict(exemption === undefined ? verdict : { ...verdict, kind: "exempted", exemption });
}

/** The view of the stack that the engine shows. */
function stackOf(session: Session, args: StackValidationArgs): StackView {
  const stack = session.stackOf((inputsOf) =>
    args.resources.map((resource) => resourceOf(resource, inputsOf(resource.urn))),
  );
  stackIsSeen();
  return stack;
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
      const text = summarize(session.stillOpen, phases, unreadIn(stackOf(session, args)));
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

/**
 * A resource of the SDK as the policies read it. Properties are copied one by one, when they are first read.
 *
 * @param inputs The same resource as it was declared; decides where an output is unknown.
 */
function resourceOf(resource: ResourceValidationArgs | PolicyResource, inputs?: RawResource): RawResource {
  // The SDK's argument leads to the whole call, with its stream. What is remembered until the stack is judged must not.
  const { type, urn, name, props } = resource;
  const providerProps = resource.provider?.props;
  const stackSide = "propertyDependencies" in resource ? resource.propertyDependencies : undefined;
  const read = new Map<string, unknown>();
  return {
    type,
    urn,
    name,
    property(property) {
      if (!read.has(property)) {
        const given = snapshot(props, property);
        const value = property === "id" && given === undefined ? idIn(type, snapshot(props, "arn")) : given;
        // Outputs of a component need not repeat its inputs.
        const isOpen = value === UNKNOWN || value === undefined;
        read.set(property, isOpen && inputs !== undefined ? inputs.property(property) : value);
      }
      return read.get(property);
    },
    declared: (property) => (stackSide === undefined ? snapshot(props, property) : inputs?.property(property)),
    providerProperty: (property) => (providerProps === undefined ? undefined : snapshot(providerProps, property)),
    dependenciesOf: (property) => urnsOf(stackSide?.[property]),
    dependencies: "dependencies" in resource ? urnsOf(resource.dependencies) : [],
  };
}

/** The id in the ARN of a resource of EC2: not every provider repeats a resource's id among its properties. */
function idIn(type: string, arn: unknown): unknown {
  if (!/^aws:(?:ec2|vpc)\//.test(type)) return undefined;
  return typeof arn === "string" ? arn.slice(arn.lastIndexOf("/") + 1) : arn;
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
  // A remedy sees secrets wrapped. It works as if they were not known, so that none is taken out of its wrapping.
  if (value instanceof Secret) return UNKNOWN;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => snapshot(value, index));
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.keys(value).map((name) => [name, snapshot(value, name)]));
}
