import type { AnyDefinition, FunctionDefinition } from "./definition";
import { RequestError } from "./errors";
import { nearest } from "./names";
import { services } from "./services";

interface Entry<T> {
  definition: T;
  file: string;
}

const resources = new Map<string, Entry<AnyDefinition>>();
const functions = new Map<string, Entry<FunctionDefinition>>();
for (const { file, resources: ofService = [], functions: functionsOfService = [] } of services) {
  for (const definition of ofService) resources.set(definition.token, { definition, file });
  for (const definition of functionsOfService) functions.set(definition.token, { definition, file });
}

/** Tokens of every resource type served, in the order of the services. */
export function resourceTokens(): string[] {
  return [...resources.keys()];
}

/** Tokens of every function served. */
export function functionTokens(): string[] {
  return [...functions.keys()];
}

/**
 * The definition of a resource type and the file that holds it.
 * @throws RequestError naming the nearest type and the file to extend when it is not served
 */
export function findResource(token: string): Entry<AnyDefinition> {
  return find(resources, token, "resource type");
}

/**
 * The definition of a function and the file that holds it.
 * @throws RequestError naming the nearest function and the file to extend when it is not served
 */
export function findFunction(token: string): Entry<FunctionDefinition> {
  return find(functions, token, "function");
}

function find<T>(entries: ReadonlyMap<string, Entry<T>>, token: string, what: string): Entry<T> {
  const entry = entries.get(token);
  if (entry) return entry;
  const module = token.split(":")[1]?.split("/")[0] ?? "";
  const sameModule = [...entries].find(([known]) => known.startsWith(`aws:${module}/`));
  const guess = nearest(token, entries.keys()) ?? "";
  throw new RequestError(
    `the aws provider of the rehearsal does not serve the ${what} ${token}; the nearest is ${guess}. ` +
      `Add it in ${sameModule?.[1].file ?? `local/aws/${module}.ts (and list that file in local/aws/services.ts)`}`,
  );
}
