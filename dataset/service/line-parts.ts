import type { JsonPath } from "../json-inspect";
import type { RuleId } from "../rules";
import { isAccepted, type ScanPolicy } from "../scan/policy";
import type { Answered } from "./ask";
import { findsIn } from "./finds";
import type { ComprehendSettings } from "./settings";

/** A part of a text of a record that a service found: UTF-16 offsets in the text. */
export interface TextPart {
  readonly rule: RuleId;
  readonly path: JsonPath;
  readonly start: number;
  readonly end: number;
}

interface Found {
  readonly line: number;
  readonly parts: TextPart[];
}

/** What a service found, line by line. Holds one line, however far behind it the next question is. */
export class LineParts {
  private readonly lines: AsyncGenerator<Found, undefined>;
  private next: Found | undefined;
  private isDone = false;

  constructor(answers: AsyncIterable<Answered>, settings: ComprehendSettings, policy: ScanPolicy) {
    this.lines = byLine(answers, settings, policy);
  }

  /** What was found in a line and is not accepted by the policy. Lines must be asked for in order. */
  async of(line: number): Promise<readonly TextPart[]> {
    while (!this.isDone && (this.next?.line ?? 0) < line) {
      const { value, done } = await this.lines.next();
      this.next = value;
      this.isDone = done === true;
    }
    return this.next?.line === line ? this.next.parts : [];
  }

  /** Waits for the last answers, so that all of them are there to be kept. */
  async end(): Promise<void> {
    while (!this.isDone) this.isDone = (await this.lines.next()).done === true;
  }

  /** Gives up what is still to come, and the file that it is read from. */
  async close(): Promise<void> {
    await this.lines.return(undefined);
  }
}

async function* byLine(
  answers: AsyncIterable<Answered>,
  settings: ComprehendSettings,
  policy: ScanPolicy,
): AsyncGenerator<Found, undefined> {
  let found: Found | undefined;
  for await (const answered of answers) {
    for (const { piece, rule, start, end } of findsIn(answered, settings)) {
      const { line, path, at } = piece;
      if (policy.rules?.[rule] === "allow" || isAccepted(policy, rule, line)) continue;
      if (found && found.line !== line) {
        yield found;
        found = undefined;
      }
      found ??= { line, parts: [] };
      found.parts.push({ rule, path, start: at + start, end: at + end });
    }
  }
  if (found) yield found;
  return undefined;
}
