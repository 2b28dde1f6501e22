/** Reads the elements of a statement: principals, actions, resources, conditions. */
import { canonicalKey, conditionKeyProblem } from "./condition-keys";
import { compileCondition, readOperator, type CompiledCondition } from "./conditions";
import type { Report } from "./errors";
import { compileGlob } from "./match";
import type { CompiledAction, CompiledResource } from "./normalize";
import { ValueError } from "./operators";
import { readPrincipal, type CompiledPrincipal } from "./principals";
import { compileResource } from "./resource-pattern";
import { nearest } from "./suggest";
import type { ConditionLiteral, PolicyKind } from "./types";
import { parseTemplate, TemplateError } from "./variables";

/** Where an element stands, and how its texts are read. */
export interface Place {
  path: string;
  variables: boolean;
  report: Report;
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A received value in words, short, and safe for values that are not JSON (an unresolved Output, for instance). */
export function show(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** Reports keys that are not elements of the policy language. */
export function unknownElements(
  value: Record<string, unknown>,
  known: readonly string[],
  path: string,
  report: Report,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    report(path === "" ? key : `${path}.${key}`, `is not an element here; did you mean ${nearest(key, known)}?`);
  }
}

/** A string or a list of strings, never empty. */
function readStrings(value: unknown, { path, report }: Place, what: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) report(path, `is empty; list at least one ${what}.`);
  return list.filter((item, index): item is string => {
    if (typeof item === "string" && item !== "") return true;
    report(list.length > 1 ? `${path}[${index}]` : path, `is ${show(item)}; expected ${what} as a string.`);
    return false;
  });
}

const PRINCIPAL_TYPES = ["AWS", "Service", "Federated", "CanonicalUser"];

/** Reads Principal or NotPrincipal. */
export function readPrincipals(value: unknown, place: Place): CompiledPrincipal[] {
  if (value === "*") return readPrincipalType("AWS", "*", place);
  if (!isRecord(value) || Object.keys(value).length === 0) {
    place.report(place.path, `is ${show(value)}; expected "*" or an object such as {"AWS": "<ARN>"}.`);
    return [];
  }
  unknownElements(value, PRINCIPAL_TYPES, place.path, place.report);
  return PRINCIPAL_TYPES.filter((type) => value[type] !== undefined).flatMap((type) =>
    readPrincipalType(type, value[type], { ...place, path: `${place.path}.${type}` }),
  );
}

function readPrincipalType(type: string, value: unknown, place: Place): CompiledPrincipal[] {
  const principals: CompiledPrincipal[] = [];
  for (const text of readStrings(value, place, "principal")) {
    const principal = readPrincipal(type, text);
    if (typeof principal === "string") place.report(place.path, principal);
    else principals.push(principal);
  }
  return principals;
}

const ACTION = /^[a-z0-9-]+:[a-z0-9*?]+$/i;

/** Reads Action or NotAction. */
export function readActions(value: unknown, place: Place, kind: PolicyKind): CompiledAction[] {
  return readStrings(value, place, "action").map((text) => {
    if (text !== "*" && text !== "*:*" && !ACTION.test(text)) {
      const hint = kind === "trust" ? "sts:AssumeRole" : "s3:GetObject";
      place.report(place.path, `"${text}" is not an action; write <service>:<Name>, e.g. ${hint}, or "*".`);
    }
    return { text, glob: compileGlob(text.toLowerCase()) };
  });
}

/** Reads Resource or NotResource. */
export function readResources(value: unknown, place: Place): CompiledResource[] {
  const resources: CompiledResource[] = [];
  for (const text of readStrings(value, place, "resource")) {
    const template = attempt(place, () => parseTemplate(text, { variables: place.variables, wildcards: true }));
    if (template === undefined) continue;
    const everything = text === "*";
    const pattern = template.constant === undefined ? undefined : compileResource(template.constant);
    const problem = everything ? undefined : resourceProblem(text, template.constant !== undefined, pattern);
    if (problem !== undefined) place.report(place.path, problem);
    resources.push({ text, everything, template, ...(pattern === undefined ? {} : { pattern }) });
  }
  return resources;
}

function resourceProblem(text: string, constant: boolean, pattern: CompiledResource["pattern"]): string | undefined {
  // What a variable holds is only known with the request; the fixed part must still begin like an ARN.
  if (!constant) return text.startsWith("arn:") || text.startsWith("${") ? undefined : `"${text}" is not an ARN.`;
  const [, partition, service] = text.split(":");
  // IAM User Guide, "IAM JSON policy elements: Resource": no wildcard in the segment that names the service.
  if (text.startsWith("arn:") && service !== undefined && /[*?]/.test(service) && text.split(":").length > 3) {
    return `"${text}" must name its service; no wildcard is allowed in the third segment of an ARN.`;
  }
  if (!text.startsWith("arn:") || partition === "" || pattern === undefined || pattern.segments?.[5]?.literal === "") {
    return `"${text}" is not an ARN; write arn:<partition>:<service>:<region>:<account>:<resource>, or "*".`;
  }
  return undefined;
}

/** Reads a Condition block. An absent or empty block is no condition. */
export function readConditions(value: unknown, place: Place): CompiledCondition[] {
  if (value === undefined) return [];
  if (!isRecord(value)) {
    place.report(place.path, 'must be an object such as {"StringEquals": {"aws:SourceVpce": "vpce-1"}}.');
    return [];
  }
  const seen = new Set<string>();
  return Object.entries(value).flatMap(([operatorText, keys]) => {
    const path = `${place.path}.${operatorText}`;
    const operator = readOperator(operatorText);
    if (typeof operator === "string") {
      place.report(path, operator);
      return [];
    }
    if (seen.has(operator.text)) place.report(path, `repeats ${operator.text} in another spelling; merge the two.`);
    seen.add(operator.text);
    // An operator without keys demands nothing. AWS takes it, and only advises to remove it (IAM Access Analyzer policy checks,
    // "Suggestion - Empty object condition").
    if (!isRecord(keys)) {
      place.report(path, 'must be an object such as {"aws:SourceVpce": "vpce-1"}.');
      return [];
    }
    const seenKeys = new Set<string>();
    return Object.entries(keys).flatMap(([key, literals]) => {
      const at: Place = { ...place, path: `${path}.${key}` };
      const keyProblem = conditionKeyProblem(key);
      if (keyProblem !== undefined) at.report(at.path, keyProblem);
      // IAM Access Analyzer policy checks, "Error - Duplicate keys with different case".
      if (seenKeys.has(canonicalKey(key)))
        at.report(at.path, "repeats a condition key in another case; merge the two.");
      seenKeys.add(canonicalKey(key));
      const values = readLiterals(literals, at);
      const condition = attempt(at, () => compileCondition(operator, key, values, place.variables));
      return condition === undefined ? [] : [condition];
    });
  });
}

function readLiterals(value: unknown, { path, report }: Place): ConditionLiteral[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) report(path, "has no value; list at least one.");
  return list.filter((item): item is ConditionLiteral => {
    if (typeof item === "string" || typeof item === "number" || typeof item === "boolean") return true;
    report(path, `is ${show(item)}; expected a string, a number or a boolean.`);
    return false;
  });
}

/** Runs a reader and turns its refusal into a problem of the document. */
function attempt<T>({ path, report }: Place, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ValueError) && !(error instanceof TemplateError)) throw error;
    report(path, error.message);
    return undefined;
  }
}
