/** What an engine that was killed was about to make, as its state tells it. Pure: nothing here asks AWS. */

/** A resource that may or may not exist: it was ordered, and the engine never saw the answer. */
export interface PendingCreate {
  urn: string;
  /** Type token, such as `aws:iam/role:Role`. */
  type: string;
  /** What was ordered, with every value known. */
  inputs: Readonly<Record<string, unknown>>;
}

interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

interface Exported {
  deployment?: {
    resources?: StateResource[];
    pending_operations?: { type: string; resource: StateResource }[];
  };
}

/**
 * The creations that were never answered.
 *
 * @param text what `pulumi stack export` prints
 * @throws SyntaxError when it is no JSON
 */
export function pendingCreates(text: string): PendingCreate[] {
  const { deployment } = JSON.parse(text) as Exported;
  return (deployment?.pending_operations ?? [])
    .filter(({ type }) => type === "creating")
    .map(({ resource: { urn, type, inputs = {} } }) => ({ urn, type, inputs }));
}

/**
 * The state with what was found taken in and nothing pending. A refresh then reads what was taken in, and takes out what does
 * not exist after all. What was being changed or deleted is in the state as it was.
 *
 * @param text what `pulumi stack export` prints
 * @param ids of what was found, by URN
 * @returns what `pulumi stack import` takes
 */
export function adopted(text: string, ids: ReadonlyMap<string, string>): string {
  const exported = JSON.parse(text) as Exported;
  const { resources = [], pending_operations: pending = [], ...rest } = exported.deployment ?? {};
  const found = pending
    .filter(({ type }) => type === "creating")
    .flatMap(({ resource }): StateResource[] => {
      const id = ids.get(resource.urn);
      return id === undefined ? [] : [{ ...resource, id, outputs: { ...resource.inputs, id } }];
    });
  const known = new Set(resources.map(({ urn }) => urn));
  const taken = found.filter(({ urn }) => !known.has(urn));
  return JSON.stringify({ ...exported, deployment: { ...rest, resources: [...resources, ...taken] } });
}

/** Where a stack lives. */
export interface Home {
  partition: string;
  /** Twelve digits. */
  accountId: string;
}

/** Account and partition of a stack, as an ARN in its state names them; undefined in a stack without one. */
export function placeOf(text: string): Home | undefined {
  const [, partition, accountId] = /"arn:(aws[a-z-]*):[a-z0-9-]+:[a-z0-9-]*:(\d{12}):/u.exec(text) ?? [];
  return partition === undefined || accountId === undefined ? undefined : { partition, accountId };
}

/**
 * Types whose id is a name that was ordered. What is missing is answered idempotently: ordering it again changes nothing, as
 * with topics, queues, metric filters, alarms and rules.
 */
const named: Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => unknown>> = {
  "aws:cloudwatch/logGroup:LogGroup": ({ name }) => name,
  "aws:iam/role:Role": ({ name }) => name,
  "aws:iam/rolePolicy:RolePolicy": ({ role, name }) => `${String(role)}:${String(name)}`,
  "aws:kms/alias:Alias": ({ name }) => name,
  "aws:s3/bucket:Bucket": ({ bucket }) => bucket,
};

/** Types whose id is the ARN of a name, or holds the account. */
const inAccount: Readonly<Record<string, (name: string, place: Home, region: string) => string>> = {
  "aws:budgets/budget:Budget": (name, { accountId }) => `${accountId}:${name}`,
  "aws:cloudtrail/trail:Trail": (name, { partition, accountId }, region) =>
    `arn:${partition}:cloudtrail:${region}:${accountId}:trail/${name}`,
  "aws:iam/policy:Policy": (name, { partition, accountId }) => `arn:${partition}:iam::${accountId}:policy/${name}`,
};

/**
 * The id that a resource has if it exists, where its name tells.
 *
 * @param place where the stack lives; undefined: what needs it is not told
 */
export function idByName({ type, inputs }: PendingCreate, place: Home | undefined, region: string): string | undefined {
  const own = named[type]?.(inputs);
  if (typeof own === "string") return own;
  const arn = inAccount[type];
  return arn === undefined || place === undefined || typeof inputs.name !== "string"
    ? undefined
    : arn(inputs.name, place, region);
}

/** The tags of a resource that tell it from others, or undefined when it has no name of its own among them. */
export function tagsOf({ inputs }: PendingCreate): Record<string, string> | undefined {
  const tags = inputs.tags as Record<string, string> | undefined;
  return tags?.Name === undefined ? undefined : tags;
}
