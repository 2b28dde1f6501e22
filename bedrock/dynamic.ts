/** Properties of a dynamic resource as they travel between the engine and a handler: plain JSON values. */
export type Properties = Record<string, unknown>;

/** One reason why `check` refuses an input; `reason` names the value received and what is allowed. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** The answer of `diff`: whether to do anything, and which properties force a new resource. */
export interface DiffAnswer {
  changes: boolean;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/**
 * What stands behind a dynamic resource. The methods are those of Pulumi's `ResourceProvider`; `olds` and `props` are the
 * stored outputs, `news` and `inputs` the checked inputs. All of them carry `__provider`, which is passed through.
 */
export interface LifecycleHandler {
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: CheckFailure[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<DiffAnswer>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
  /** An empty `id` means that the resource is gone. */
  read(id: string, props: Properties): Promise<{ id: string; props: Properties; inputs?: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

/** What the engine hands over, whatever the declared type, for a value that is not known before the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is unknown, or an array or object holds an unknown at any depth. */
export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (value !== null && typeof value === "object") return Object.values(value).some(containsUnknown);
  return false;
}

/** A copy without members that are undefined: the engine's wire format has no such value. */
export function compact(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/**
 * The error that makes the engine keep a resource although its operation failed: it is stored under `id` with
 * `properties`, `reasons` are shown, and the next update calls `update` on it.
 */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly properties: Properties,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
    this.name = "PartialFailure";
  }
}

/**
 * Builds a {@link PartialFailure}. `__provider` is always taken over from the inputs: the dynamic provider process adds
 * it to a success but not to a failure, and without it the resource could be neither refreshed nor deleted again.
 */
export function partialFailure(failure: {
  id: string;
  inputs: Properties;
  properties: Properties;
  reasons: string[];
}): PartialFailure {
  const properties = { ...compact(failure.properties), __provider: failure.inputs["__provider"] };
  return new PartialFailure(failure.id, properties, failure.reasons);
}
