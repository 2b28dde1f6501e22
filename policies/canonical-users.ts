/**
 * Canonical user ids, with which bucket policies of the older kind name accounts and origin access identities of
 * CloudFront. They tell no account, so that the evaluator takes none; what else a document says can be judged all the same.
 */
import type { Statement } from "../iam/types";
import { isRecord } from "./subject";

/** A principal of an account that is nobody's, which stands for a canonical user. */
const STAND_IN = "arn:aws:iam::cloudfront:user/CanonicalUser ";

/** The document with stand-ins for the canonical users that it names; the same value where it names none, or is no JSON. */
export function withoutCanonicalUsers(document: unknown): unknown {
  if (!isRecord(document)) return replacedIn(document);
  const kept = replaced.get(document) ?? replacedIn(document);
  replaced.set(document, kept);
  return kept;
}

/** Asked for each document by many policies. */
const replaced = new WeakMap<object, unknown>();

function replacedIn(document: unknown): unknown {
  const text = typeof document === "string" ? document : isRecord(document) ? JSON.stringify(document) : "";
  if (!text.includes('"CanonicalUser"')) return document;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // What is wrong with the text is said by the policy on documents.
    return document;
  }
  if (!isRecord(parsed)) return document;
  const statements: unknown = parsed["Statement"];
  const list: unknown[] = Array.isArray(statements) ? statements : [statements];
  const result = { ...parsed, Statement: list.map(inStatement) };
  return typeof document === "string" ? JSON.stringify(result) : result;
}

/** Whether a statement names a stand-in. */
export function namesCanonicalUser({ Principal: principal }: Statement): boolean {
  return JSON.stringify(principal)?.includes(STAND_IN) === true;
}

function inStatement(statement: unknown): unknown {
  if (!isRecord(statement)) return statement;
  const principals = ["Principal", "NotPrincipal"].flatMap((element) => {
    const principal = statement[element];
    if (!isRecord(principal) || principal["CanonicalUser"] === undefined) return [];
    const { CanonicalUser: users, AWS: accounts = [], ...others } = principal;
    const standIns = asList(users).map((user) => `${STAND_IN}${String(user)}`);
    return [[element, { ...others, AWS: [...asList(accounts), ...standIns] }] as const];
  });
  return { ...statement, ...Object.fromEntries(principals) };
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
