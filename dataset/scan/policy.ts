import { DatasetError } from "../errors";
import { type RuleId, rules, type Severity } from "../rules";
import { credentials } from "./credentials";
import { personal } from "./personal";
import { qualityRules } from "../quality/rules";
import { parseThresholds, type ThresholdChoice } from "../quality/thresholds";
import { poisoning } from "./poisoning";

/** What happens when a rule of the scanners or of data quality fires: nothing, a warning, an error. */
export type Action = "allow" | "warn" | "deny";

/** Findings that are known and accepted. */
export interface Suppression {
  readonly rule: RuleId;
  /** Lines that it is about. Default: all. */
  readonly lines?: readonly number[];
  /** Why the findings are accepted; must say something. */
  readonly reason: string;
}

/** What the scanners for sensitive data and poisoning and the rules of data quality do. Plain data, so that it can stand in a file. */
export interface ScanPolicy {
  /** Default per rule: its own severity. */
  readonly rules?: Readonly<Partial<Record<RuleId, Action>>>;
  readonly suppressions?: readonly Suppression[];
  /** Thresholds of data quality that differ from the defaults. */
  readonly thresholds?: readonly ThresholdChoice[];
}

/** Every rule of the scanners. */
export const scanRules: readonly RuleId[] = [
  ...new Set([...personal, ...credentials, ...poisoning].map(({ rule }) => rule)),
];

/** Rules of which only a service finds something. */
const serviceRules: readonly RuleId[] = ["pii-name", "pii-address", "pii-other"];

/** Every rule that a {@link ScanPolicy} can set: those of the scanners and of data quality. Rules of formats cannot be switched off. */
export const policyRules: readonly RuleId[] = [...scanRules, ...serviceRules, ...qualityRules];

const actions: readonly Action[] = ["allow", "warn", "deny"];

/**
 * Reads a policy from data of unknown origin, such as a parsed file.
 *
 * @param where - what the data are, for messages
 * @throws DatasetError `bad-option` that names the entry, its value and what is allowed
 */
export function parsePolicy(value: unknown, where: string): ScanPolicy {
  const fail = (what: string): never => {
    throw new DatasetError("bad-option", `${where}: ${what}`);
  };
  const isObject = (one: unknown): one is Record<string, unknown> =>
    typeof one === "object" && one !== null && !Array.isArray(one);
  if (!isObject(value)) return fail('expected an object with "rules", "suppressions" and "thresholds".');
  const known = `Rules that can be set: ${policyRules.join(", ")}.`;
  for (const key of Object.keys(value)) {
    if (!["rules", "suppressions", "thresholds"].includes(key)) {
      fail(`unknown key "${key}"; known are "rules", "suppressions" and "thresholds".`);
    }
  }
  const { rules: chosen = {}, suppressions = [] } = value;
  if (!isObject(chosen)) return fail('"rules" must be an object of rule ids and actions.');
  for (const [rule, action] of Object.entries(chosen)) {
    if (!policyRules.some((id) => id === rule))
      fail(`"${rule}" is no rule of the scanners or of data quality. ${known}`);
    if (!actions.some((one) => one === action)) {
      fail(`"${rule}" is ${JSON.stringify(action)}; it must be one of ${actions.join(", ")}.`);
    }
  }
  if (!Array.isArray(suppressions)) return fail('"suppressions" must be a list.');
  for (const [index, entry] of suppressions.entries()) {
    const name = `suppression ${index + 1}`;
    if (!isObject(entry)) return fail(`${name} must be an object.`);
    const { rule, lines, reason } = entry;
    if (!policyRules.some((id) => id === rule))
      fail(`${name}: "${String(rule)}" is no rule of the scanners or of data quality. ${known}`);
    const isLines = Array.isArray(lines) && lines.every((line) => Number.isSafeInteger(line) && line > 0);
    if (lines !== undefined && !isLines) fail(`${name}: "lines" must be a list of line numbers from 1.`);
    if (typeof reason !== "string" || reason.trim() === "") fail(`${name}: "reason" must say why it is accepted.`);
  }
  if (value.thresholds !== undefined) parseThresholds(value.thresholds, where);
  return value;
}

/** Severity of a rule under a policy. */
export function severityUnder(policy: ScanPolicy, rule: RuleId): Severity {
  const action = policy.rules?.[rule];
  return action === "deny" ? "error" : action === "warn" ? "warning" : rules[rule].severity;
}

/** Whether a suppression covers a finding of the rule at the line. */
export function isAccepted(policy: ScanPolicy, rule: RuleId, line: number): boolean {
  const covers = (one: Suppression): boolean => one.rule === rule && (one.lines?.includes(line) ?? true);
  return policy.suppressions?.some(covers) ?? false;
}

/** Whether any scanner has something to report. */
export function isScanning(policy: ScanPolicy): boolean {
  return scanRules.some((rule) => policy.rules?.[rule] !== "allow");
}
