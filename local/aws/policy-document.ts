/** A JSON value after parsing. */
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Members that IAM reads as sets: one string stands for a list of one, and order says nothing. */
const setMembers = new Set(["Action", "NotAction", "Resource", "NotResource"]);
const principalMembers = new Set(["Principal", "NotPrincipal"]);

/**
 * Whether two JSON policy documents say the same: member order, single value against list of one, list order,
 * `"true"` against `true` in a condition, and `"*"` against `{"AWS":"*"}` as a principal do not count.
 * Text that is not JSON is compared as text.
 */
export function samePolicyDocument(left: string, right: string): boolean {
  if (left === right) return true;
  const parsedLeft = parse(left);
  const parsedRight = parse(right);
  if (parsedLeft === undefined || parsedRight === undefined) return false;
  return canonical(parsedLeft) === canonical(parsedRight);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function canonical(document: Json): string {
  return JSON.stringify(sortKeys(isObject(document) && "Statement" in document ? policy(document) : document));
}

function policy(document: { [key: string]: Json }): Json {
  const statements = list(document.Statement ?? []).map((item) => (isObject(item) ? statement(item) : item));
  return { ...document, Statement: statements.map((item) => JSON.stringify(sortKeys(item))).sort() };
}

function statement(source: { [key: string]: Json }): Json {
  const result: { [key: string]: Json } = {};
  for (const [name, value] of Object.entries(source)) {
    if (setMembers.has(name)) result[name] = set(value);
    else if (principalMembers.has(name)) result[name] = principal(value);
    else if (name === "Condition" && isObject(value)) result[name] = condition(value);
    else if (!(name === "Sid" && value === "")) result[name] = value;
  }
  return result;
}

function principal(value: Json): Json {
  if (value === "*") return { AWS: ["*"] };
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, set(names)]));
}

function condition(value: { [key: string]: Json }): Json {
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => [
      operator,
      isObject(keys) ? Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, set(values)])) : keys,
    ]),
  );
}

function set(value: Json): Json {
  return [
    ...new Set(list(value).map((item) => (typeof item === "object" ? JSON.stringify(item) : String(item)))),
  ].sort();
}

function list(value: Json): Json[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] ?? null)]),
  );
}
