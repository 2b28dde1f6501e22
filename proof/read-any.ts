/** Reads the resources of a stack from whatever Pulumi writes: an export, a checkpoint, a preview as JSON, a plan file. */
import { ProofError } from "./model";
import { exportedResources } from "./read-export";
import { previewedResources } from "./read-preview";
import type { StackResource } from "./stack";
import { UNKNOWN } from "./state-values";

/**
 * The resources of a file.
 *
 * @param before Resources of the stack as it is, for what a preview or a plan does not show. Default: none.
 * @throws ProofError when the file is none of these.
 */
export function resourcesIn(text: string, before: readonly StackResource[] = []): StackResource[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ProofError(
      `The file is not JSON (${(error as Error).message}). Make it with \`pulumi stack export\`, ` +
        "`pulumi preview --json --show-sames` or `pulumi preview --save-plan`.",
    );
  }
  const file = (parsed ?? {}) as { steps?: unknown; resourcePlans?: unknown };
  if (Array.isArray(file.steps)) return previewedResources(text, before);
  if (typeof file.resourcePlans === "object" && file.resourcePlans !== null) {
    return plannedResources(file.resourcePlans as Record<string, Plan>, before);
  }
  return exportedResources(text);
}

interface Plan {
  goal?: {
    type?: string;
    inputDiff?: { adds?: Record<string, unknown>; updates?: Record<string, unknown>; deletes?: string[] };
  } | null;
  steps?: string[];
  state?: Record<string, unknown>;
}

/** A plan says how inputs change; what it leaves out stays as it was. */
function plannedResources(plans: Record<string, Plan>, before: readonly StackResource[]): StackResource[] {
  const old = new Map(before.map((one) => [one.urn, one]));
  const planned = Object.entries(plans).flatMap(([urn, { goal, steps = [], state = {} }]): StackResource[] => {
    if (steps.length > 0 && steps.every((step) => step.startsWith("delete"))) return [];
    const { adds = {}, updates = {}, deletes = [] } = goal?.inputDiff ?? {};
    const known = Object.entries({ ...old.get(urn)?.outputs, ...unlessUnknown(state), ...adds, ...updates });
    const outputs = Object.fromEntries(known.filter(([name]) => !deletes.includes(name)));
    return [{ type: goal?.type ?? old.get(urn)?.type ?? typeIn(urn), urn, outputs }];
  });
  return [...planned, ...before.filter(({ urn }) => plans[urn] === undefined)];
}

const unlessUnknown = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== UNKNOWN));

/** A URN holds the type, after those of its parents. */
const typeIn = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
