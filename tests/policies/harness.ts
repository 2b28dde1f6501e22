/** Runs the pack on example stacks as the engine does: each resource on its inputs first, then the whole stack. */
import assert from "node:assert/strict";
import {
  UnknownValueError,
  unknownCheckingProxy,
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { catalogue } from "../../policies/catalogue";
import type { ExampleResource } from "../../policies/examples/example";
import type { PolicyRule, Verdict } from "../../policies/model";
import { toSdkPolicies } from "../../policies/sdk";

/** What the engine sends in the place of a text that it does not know yet. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A reported violation. */
export interface Report {
  readonly policy: string;
  readonly resource: string;
  readonly message: string;
}

/** What a run of the pack gave. */
export interface Outcome {
  readonly reports: readonly Report[];
  readonly verdicts: readonly Verdict[];
  /** Policies that said they do not apply. */
  readonly notApplicable: ReadonlySet<string>;
}

/** How a run differs from the default. */
export interface RunOptions {
  readonly rules?: readonly PolicyRule[];
  readonly stack?: string;
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Outputs that the stack phase shows in addition to, or instead of, the inputs. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly provider?: Readonly<Record<string, unknown>>;
}

class NotApplicable extends Error {}

/** Runs the policies on a stack. */
export async function runPack(resources: readonly ExampleResource[], options: RunOptions = {}): Promise<Outcome> {
  const verdicts: Verdict[] = [];
  const reports: Report[] = [];
  const notApplicable = new Set<string>();
  const policies = toSdkPolicies(options.rules ?? catalogue, (verdict) => verdicts.push(verdict));
  const call = async (policy: string, body: () => unknown): Promise<void> => {
    try {
      await body();
    } catch (error) {
      if (error instanceof UnknownValueError)
        throw new Error(`Policy ${policy} was lost to an unknown value`, { cause: error });
      if (!(error instanceof NotApplicable)) throw error;
      notApplicable.add(policy);
    }
  };
  for (const resource of resources) {
    const seen = common(resource, resource.properties, options);
    for (const policy of policies) {
      const { validateResource } = policy as ResourceValidationPolicy;
      if (typeof validateResource !== "function") continue;
      await call(policy.name, () =>
        validateResource({ ...seen, ...environmentArgs(policy.name, options) }, (message) =>
          reports.push({ policy: policy.name, resource: resource.name, message }),
        ),
      );
    }
  }
  const stack = stackResources(resources, options);
  for (const policy of policies) {
    const { validateStack } = policy as StackValidationPolicy;
    if (typeof validateStack !== "function") continue;
    await call(policy.name, () =>
      validateStack(
        { resources: stack, ...environmentArgs(policy.name, options) },
        (given: string | { message: string }, urn?: string) => {
          const message = typeof given === "string" ? given : given.message;
          reports.push({ policy: policy.name, resource: urn?.split("::")[3] ?? "", message });
        },
      ),
    );
  }
  await new Promise((resolve) => setImmediate(resolve));
  for (const [copy, original] of shared.splice(0)) {
    assert.deepEqual(copy, structuredClone(original), "a policy has changed its input");
  }
  return { reports, verdicts, notApplicable };
}

/** `policy on resource` of each violation, sorted and without repetitions; summaries are left out. */
export function violations(outcome: Outcome): string[] {
  const lines = outcome.reports
    .filter(({ policy }) => policy !== "every-judgement-is-made" && policy !== "exempted-findings-are-shown")
    .map(({ policy, resource }) => `${policy} on ${resource}`);
  return [...new Set(lines)].sort();
}

/** `policy on resource` of each judgement that stayed open. */
export function open(outcome: Outcome): string[] {
  const lines = outcome.verdicts.flatMap((verdict) =>
    verdict.kind === "couldNotJudge" ? [`${verdict.policy} on ${verdict.urn.split("::")[3]}`] : [],
  );
  return [...new Set(lines)].sort();
}

function urnOf(resource: ExampleResource, options: RunOptions): string {
  return `urn:pulumi:${options.stack ?? "dev"}::customization::${resource.type}::${resource.name}`;
}

const OPTIONS = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs: [],
};

/** Copies that all policies see, each with what it is a copy of: none of them may change it for the next. */
const shared: [copy: object, original: object][] = [];

function copied(original: object): object {
  const copy = structuredClone(original);
  shared.push([copy, original]);
  return copy;
}

function common(resource: ExampleResource, properties: object, options: RunOptions) {
  return {
    type: resource.type,
    name: resource.name,
    urn: urnOf(resource, options),
    props: unknownCheckingProxy(copied(properties)) as Record<string, unknown>,
    opts: OPTIONS,
    isType: () => false,
    asType: () => undefined,
    ...(options.provider && {
      provider: {
        type: "pulumi:providers:aws",
        name: "default",
        urn: "urn:pulumi:dev::customization::pulumi:providers:aws::default",
        props: unknownCheckingProxy(structuredClone(options.provider)) as Record<string, unknown>,
      },
    }),
  };
}

function environmentArgs(policy: string, options: RunOptions) {
  return {
    stackTags: new Map<string, string>(),
    getConfig: <T extends object>() => (options.config?.[policy] ?? {}) as T,
    notApplicable: (reason?: string): never => {
      throw new NotApplicable(reason);
    },
  };
}

/** The resources of a stack, for all policies: made for each of them, as the SDK does, they cost more than the judgements. */
function stackResources(resources: readonly ExampleResource[], options: RunOptions): PolicyResource[] {
  const shown = new Map<string, PolicyResource>();
  const byName = new Map<string, PolicyResource>();
  const keyOf = ({ type, name }: ExampleResource) => `${type}::${name}`;
  for (const resource of resources) {
    const outputs = options.outputs?.[keyOf(resource)] ?? options.outputs?.[resource.name];
    const properties = { ...resource.properties, ...outputs };
    const item = { ...common(resource, properties, options), dependencies: [], propertyDependencies: {} };
    shown.set(keyOf(resource), item);
    byName.set(resource.name, item);
  }
  for (const resource of resources) {
    const target = shown.get(keyOf(resource));
    for (const [property, names] of Object.entries(resource.dependencies ?? {})) {
      const found = names.flatMap((name) => shown.get(name) ?? byName.get(name) ?? []);
      if (target === undefined) continue;
      target.propertyDependencies[property] = found;
      target.dependencies = [...new Set([...target.dependencies, ...found])];
    }
  }
  return [...shown.values()];
}
