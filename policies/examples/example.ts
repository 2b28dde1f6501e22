/** How examples are written: resources as Pulumi shows them, good ones and bad ones beside each other. */

/** A resource of an example. */
export interface ExampleResource {
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Names of the resources on which a property depends. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Stacks for one policy. Resources carry the names that they have in the example environment, so that a bad stack can
 * also stand in the place of the good one there.
 */
export interface Examples {
  /** A stack that the policy accepts. */
  readonly good: readonly ExampleResource[];
  /** Stacks in each of which it finds a violation. */
  readonly bad: readonly (readonly ExampleResource[])[];
}

/** The resources with one property of one of them replaced; `undefined` removes the property. */
export function changed(
  resources: readonly ExampleResource[],
  name: string,
  property: string,
  value: unknown,
): ExampleResource[] {
  if (!resources.some((resource) => resource.name === name)) throw new Error(`The example has no resource ${name}.`);
  return resources.map((resource) => {
    if (resource.name !== name) return resource;
    const properties: Record<string, unknown> = { ...resource.properties, [property]: value };
    if (value === undefined) delete properties[property];
    return { ...resource, properties };
  });
}

/** As {@link changed}, with a value that depends on no resource. */
export function detached(
  resources: readonly ExampleResource[],
  name: string,
  property: string,
  value: unknown,
): ExampleResource[] {
  return changed(resources, name, property, value).map((resource) =>
    resource.name === name ? { ...resource, dependencies: { ...resource.dependencies, [property]: [] } } : resource,
  );
}

/** The resources with the given names, in the order of the names. */
export function pick(resources: readonly ExampleResource[], ...names: readonly string[]): ExampleResource[] {
  return names.map((name) => {
    const found = resources.find((resource) => resource.name === name);
    if (found === undefined) throw new Error(`The example has no resource ${name}.`);
    return found;
  });
}

/** The resources without the given one. */
export function without(resources: readonly ExampleResource[], name: string): ExampleResource[] {
  return resources.filter((resource) => resource !== pick(resources, name)[0]);
}

/** A policy document as it stands in a property: as JSON text. */
export function json(...statements: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
