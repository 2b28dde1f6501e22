/** Which of CloudTrail's events a metric filter counts, as far as its pattern tells. */
import { matchesAny } from "./evaluator";

/** What is known of an event, e.g. `eventName`; `undefined` is known not to be there, and any other field may be anything. */
export type TrailEvent = Readonly<Record<string, string | undefined>>;

/** An event that no filter is made for. */
const UNRELATED: TrailEvent = { eventName: "Unrelated", eventSource: "unrelated.amazonaws.com", errorCode: undefined };
const TOKEN = /\s*(&&|\|\||!=|[<>]=?|[={}()]|"(?:[^"\\]|\\.)*"|%[^%]*%|[^\s={}()<>!&|"%]+)/y;

/**
 * Whether a filter counts an event, and not simply every event. What a pattern asks of other fields is taken for fulfilled.
 * A pattern of words counts the events whose name is one of them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function counts(pattern: string, event: TrailEvent): boolean {
  if (!pattern.trimStart().startsWith("{")) return isWordOf(pattern, event);
  const tokens = tokensOf(pattern);
  return new Reading(tokens, event).holds() && !new Reading(tokens, UNRELATED).holds();
}

function isWordOf(pattern: string, { eventName, errorCode }: TrailEvent): boolean {
  const words = pattern.split(/[\s?"[\],]+/);
  return [eventName, errorCode].some((name) => name !== undefined && words.includes(name));
}

function tokensOf(pattern: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(pattern); found !== null; found = TOKEN.exec(pattern)) tokens.push(found[1] ?? "");
  return tokens;
}

/** One pattern read for one event, from left to right. */
class Reading {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly event: TrailEvent,
  ) {}

  holds(): boolean {
    this.at = 1;
    return this.any();
  }

  private any(): boolean {
    let result = this.all();
    while (this.next("||")) result = this.all() || result;
    return result;
  }

  private all(): boolean {
    let result = this.one();
    while (this.next("&&")) result = this.one() && result;
    return result;
  }

  private one(): boolean {
    if (!this.next("(")) return this.comparison();
    const result = this.any();
    this.next(")");
    return result;
  }

  private comparison(): boolean {
    const field = /^\$\.(\w+)$/.exec(this.take())?.[1] ?? "";
    const isKnown = Object.hasOwn(this.event, field);
    const value = this.event[field];
    const operator = this.take();
    if (operator === "EXISTS") return !isKnown || value !== undefined;
    const operand = this.take();
    if (!isKnown) return true;
    if (operator === "NOT") return value === undefined;
    if (operator === "=") return value !== undefined && isLike(value, operand);
    return operator === "!=" && value !== undefined && !isLike(value, operand);
  }

  private take(): string {
    return this.tokens[this.at++] ?? "";
  }

  private next(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }
}

/** Whether a value is what a pattern compares with: a text with wildcards, or between per cent signs an expression. */
function isLike(value: string, operand: string): boolean {
  if (operand.startsWith("%")) {
    const parts = operand
      .slice(1, -1)
      .replaceAll(/[()^$]/g, "")
      .split("|");
    return parts.some((part) => part !== "" && value.includes(part));
  }
  return matchesAny([operand.replaceAll(/^"|"$/g, "")], value);
}
