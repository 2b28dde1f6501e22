import type { CustomizationType, DatasetRole, RuleId } from "../../../dataset";

/** What is checked against what. */
export interface Setting {
  readonly model: string;
  readonly type?: CustomizationType;
  readonly role?: DatasetRole;
  /** Name of the file. Default `data.jsonl`. */
  readonly file?: string;
}

/** A record as an object, a line as text, several of these, or the bytes of a whole file. */
export type Data = object | string | readonly (object | string)[] | Buffer;

/** One border: what is just inside of a rule, and what is just outside. */
export interface Border {
  readonly rule: RuleId;
  /** Breaks nothing, except what `inside` rules are named in `tolerated`. */
  readonly inside: Data;
  readonly outside: Data;
  /**
   * Where the first finding about `outside` points: a piece of a line, with `^` before the character that is pointed at.
   * Absent: the finding is about the file and has no line.
   */
  readonly at?: string;
  /** Line of the finding. Default 1. */
  readonly line?: number;
  /** Rules that `inside` breaks, weaker ones of the same kind. */
  readonly tolerated?: readonly RuleId[];
  /** Rules that `outside` breaks besides. */
  readonly others?: readonly RuleId[];
  /** True where good records must not be added up to the fewest that the family takes. */
  readonly alone?: true;
  /** Another setting than that of the table. */
  readonly setting?: Partial<Setting>;
  /** Another setting for `outside` only: then it is the setting that breaks the rule. */
  readonly outsideSetting?: Partial<Setting>;
}

/** The borders of one family. */
export interface BorderTable {
  readonly title: string;
  readonly setting: Setting;
  /** A record that breaks nothing. */
  readonly good: object;
  readonly borders: readonly Border[];
}

export const text = (value: string): object[] => [{ text: value }];
export const user = (content: unknown = text("Why?")): object => ({ role: "user", content });
export const assistant = (content: unknown = text("So.")): object => ({ role: "assistant", content });

/** A record of `bedrock-conversation-2024`. */
export const talk = (messages: unknown, rest: object = {}): object => ({
  schemaVersion: "bedrock-conversation-2024",
  ...rest,
  messages,
});

/** A conversation of one question with this content, and one answer. */
export const asked = (content: unknown): object => talk([user(content), assistant()]);

/** A conversation of one question, and one answer with this content. */
export const answered = (content: unknown): object => talk([user(), assistant(content)]);

/** A conversation of one turn whose system text, question and answer are these. */
export const said = (system: string, question = "Why?", answer = "So."): object =>
  talk([user(text(question)), assistant(text(answer))], { system: text(system) });

/** An image or a video in S3. */
export const media = (kind: "image" | "video", format: unknown, location: object = {}): object => ({
  [kind]: { format, source: { s3Location: { uri: "s3://media/folder/file_1.bin", ...location } } },
});

/** The same element this many times. */
export const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

/** The same record as a whole file, this many times. */
export const fileOf = (count: number, record: object): Buffer =>
  Buffer.from(`${JSON.stringify(record)}\n`.repeat(count));

/** Fewest and most records of a family, for training and validation. */
export function counts(good: object, fewest: number, most: number, others: readonly RuleId[] = []): Border[] {
  const few = (count: number) => fileOf(count, good);
  const validation = { alone: true, setting: { role: "validation" } } as const;
  const tolerated = others.length > 0 ? { tolerated: others, others } : {};
  return [
    { rule: "too-few-records", alone: true, inside: few(fewest), outside: few(fewest - 1) },
    ...(most === Infinity
      ? []
      : [{ rule: "too-many-records", alone: true, inside: few(most), outside: few(most + 1) } as const]),
    { rule: "too-few-records", ...validation, inside: few(1), outside: few(0), ...tolerated },
  ];
}
