/**
 * Policy variables: `${aws:username}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`
 * (IAM User Guide, "IAM policy elements: Variables and tags").
 */
import { canonicalKey, conditionKeyProblem } from "./condition-keys";
import { globOf, toUnits, type Glob } from "./match";

/** A place in a text where the value of a condition key goes. */
export interface Variable {
  /** Canonical name of the condition key. */
  readonly key: string;
  /** Value when the request does not carry the key. */
  readonly fallback?: string;
}

/** A text of a policy with its variables still open. */
export interface Template {
  readonly parts: readonly (readonly number[] | Variable)[];
  /** The pattern, when there is no variable. */
  readonly constant?: Glob;
}

/** How a text is read. */
export interface TemplateOptions {
  /** Whether `${…}` is a variable: only in documents of version 2012-10-17. */
  variables: boolean;
  /** Whether `*` and `?` outside of `${…}` are wildcards. */
  wildcards: boolean;
}

/** Values of a condition key, or undefined when the request does not carry it. */
export type Lookup = (canonicalKey: string) => readonly string[] | undefined;

/** A text whose variables are malformed. */
export class TemplateError extends Error {}

const ESCAPES = ["*", "?", "$"];

/**
 * Reads a text of a policy.
 *
 * @throws TemplateError when a variable is not closed, is empty, or names no condition key.
 */
export function parseTemplate(text: string, options: TemplateOptions): Template {
  const parts: (readonly number[] | Variable)[] = [];
  let units: number[] = [];
  let from = 0;
  while (from < text.length) {
    const start = options.variables ? text.indexOf("${", from) : -1;
    units.push(...toUnits(text.slice(from, start < 0 ? text.length : start), options.wildcards));
    if (start < 0) break;
    const { content, end } = readVariable(text, start);
    if (ESCAPES.includes(content)) {
      units.push(content.charCodeAt(0));
    } else {
      parts.push(units, toVariable(content, text));
      units = [];
    }
    from = end;
  }
  if (parts.length === 0) return { parts: [units], constant: globOf(units) };
  return { parts: [...parts, units] };
}

/** Finds the end of the variable that starts at `start`; a brace between quotes does not close it. */
function readVariable(text: string, start: number): { content: string; end: number } {
  let quoted = false;
  for (let index = start + 2; index < text.length; index++) {
    if (text[index] === "'") quoted = !quoted;
    else if (text[index] === "}" && !quoted) return { content: text.slice(start + 2, index), end: index + 1 };
  }
  throw new TemplateError(`the variable in "${text}" is not closed; write \${key} or, for a dollar sign, \${$}.`);
}

function toVariable(content: string, text: string): Variable {
  const comma = content.indexOf(",");
  const key = (comma < 0 ? content : content.slice(0, comma)).trim();
  const problem = conditionKeyProblem(key);
  if (problem !== undefined) throw new TemplateError(`the variable \${${content}} in "${text}" is unknown: ${problem}`);
  if (comma < 0) return { key: canonicalKey(key) };
  const quoted = content.slice(comma + 1).trim();
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'") || quoted.slice(1, -1).includes("'")) {
    throw new TemplateError(`the default value of \${${content}} in "${text}" must stand between single quotes.`);
  }
  return { key: canonicalKey(key), fallback: quoted.slice(1, -1) };
}

/**
 * Puts the values of the request into a text. A value is literal text: its stars are not wildcards.
 *
 * @returns The pattern, or undefined when a variable has no single value and no default (a multivalued key cannot be used
 * as a variable).
 */
export function resolveTemplate(template: Template, lookup: Lookup): Glob | undefined {
  if (template.constant !== undefined) return template.constant;
  const units: number[] = [];
  for (const part of template.parts) {
    if (!("key" in part)) {
      units.push(...part);
      continue;
    }
    const values = lookup(part.key);
    const value = values?.length === 1 ? values[0] : part.fallback;
    if (value === undefined) return undefined;
    units.push(...toUnits(value, false));
  }
  return globOf(units);
}
