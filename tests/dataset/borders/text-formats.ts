import { type Border, type BorderTable, counts, fileOf, times } from "./table";

const pair = (prompt: unknown, completion: unknown = "So."): object => ({ prompt, completion });
const good = pair("Why?");
const line = JSON.stringify(good);

/** A line of this many bytes. */
function longLine(bytes: number): string {
  const [before, after] = ['{"prompt":"', '","completion":"So."}'];
  return `${before}${"x".repeat(bytes - before.length - after.length)}${after}`;
}

const MEGABYTE = 1024 ** 2;

/** A file of this many bytes, in records that are all short enough. */
function fileOfBytes(bytes: number): Buffer {
  const lineBytes = 10_400;
  const whole = Math.floor(bytes / (lineBytes + 1)) - 1;
  const rest = bytes - whole * (lineBytes + 1) - 1;
  return Buffer.from(`${longLine(lineBytes)}\n`.repeat(whole) + `${longLine(rest)}\n`);
}

function fileEnd(inside: string, outside: string): { inside: Buffer; outside: Buffer } {
  const lines = times(100, line).join("\n");
  return { inside: Buffer.from(lines + inside), outside: Buffer.from(lines + outside) };
}

/** Everything about bytes, lines and JSON, and `{"prompt", "completion"}`. */
const promptCompletion: BorderTable = {
  title: "prompt and completion (Llama 3.1)",
  setting: { model: "meta.llama3-1-8b-instruct-v1:0:128k" },
  good,
  borders: [
    { rule: "bom", inside: line, outside: `\ufeff${line}`, at: "^{" },
    { rule: "crlf", inside: `${line}\n${line}`, outside: `${line}\r\n${line}`, at: "}^" },
    { rule: "empty-line", inside: [line, line], outside: [line, "", line], at: "^", line: 2 },
    { rule: "empty-line", inside: [line, line], outside: [line, " \t", line], at: "^", line: 2 },
    { rule: "trailing-blank-line", ...fileEnd("\n", "\n\n"), at: "^", line: 101 },
    { rule: "trailing-blank-line", ...fileEnd("", "\n \n"), at: "^", line: 101 },
    {
      rule: "line-too-long",
      inside: longLine(16 * MEGABYTE),
      outside: longLine(16 * MEGABYTE + 1),
      tolerated: ["tokens-over-limit"],
      at: "^{",
    },
    {
      rule: "invalid-utf8",
      inside: Buffer.from(`${`${line}\n`.repeat(99)}{"prompt":"é","completion":"So."}\n`),
      outside: Buffer.from(`${`${line}\n`.repeat(99)}{"prompt":"\xe9","completion":"So."}\n`, "latin1"),
      at: '"prompt":"^',
      line: 100,
    },
    {
      rule: "lone-surrogate",
      inside: '{"prompt":"\\ud83d\\ude00","completion":"So."}',
      outside: '{"prompt":"\\ud83d \\ude00","completion":"So."}',
      at: '"prompt":"^\\ud83d',
    },
    { rule: "invalid-json", inside: line, outside: line.replace("}", ",}"), at: '"So.",^}' },
    { rule: "invalid-json", inside: `\t ${line} \t`, outside: `${line} {}`, at: "} ^{" },
    { rule: "not-an-object", inside: line, outside: `[${line}]`, at: "^[" },
    {
      rule: "duplicate-key",
      inside: pair('"prompt":', "prompt"),
      outside: '{"prompt":"a","pr\\u006fmpt":"b","completion":"c"}',
      at: '^"pr\\u006fmpt"',
    },
    {
      rule: "unknown-key",
      inside: good,
      outside: { ...good, Prompt: "Why?" },
      at: '^"Prompt"',
    },
    { rule: "missing-field", inside: good, outside: { completion: "So." }, at: "^{" },
    { rule: "missing-field", inside: good, outside: { prompt: "Why?" }, at: "^{" },
    { rule: "wrong-type", inside: pair("4"), outside: pair(4), at: '"prompt":^4' },
    { rule: "wrong-type", inside: pair("Why?", "null"), outside: pair("Why?", null), at: '"completion":^null' },
    { rule: "empty-text", inside: pair(" x "), outside: pair(" \n\t\u00a0"), at: '"prompt":^"' },
    { rule: "empty-text", inside: pair("Why?", "0"), outside: pair("Why?", ""), at: '"completion":^"' },
    ...tokenBorders(16_000),
    { rule: "compressed-file", inside: good, outside: good, outsideSetting: { file: "data.jsonl.GZ" } },
    { rule: "model-retired", inside: good, outside: good, outsideSetting: { model: "cohere.command-text-v14" } },
    ...counts(good, 100, 10_000),
    {
      rule: "validation-records",
      inside: fileOf(1_000, good),
      outside: fileOf(1_001, good),
      alone: true,
      setting: { role: "validation" },
    },
  ],
};

/** Borders of the tokens per record: an error at 6 characters for each, a warning at 4. */
function tokenBorders(tokens: number): Border[] {
  const [near, over] = [tokens * 4, tokens * 6];
  const of = (characters: number): object => pair("x", "y".repeat(characters - 1));
  return [
    { rule: "tokens-near-limit", inside: of(near), outside: of(near + 1), at: "^{" },
    {
      rule: "tokens-over-limit",
      inside: of(over),
      outside: of(over + 1),
      tolerated: ["tokens-near-limit"],
      at: "^{",
    },
  ];
}

/** Titan Text, which can no longer be customized. */
const titanText: BorderTable = {
  title: "prompt and completion (Titan Text)",
  setting: { model: "amazon.titan-text-express-v1" },
  good,
  borders: [
    ...tokenBorders(4_096),
    ...counts(good, 1, 10_000),
    {
      rule: "file-too-large",
      inside: fileOfBytes(100 * MEGABYTE),
      outside: fileOfBytes(100 * MEGABYTE + 1),
      setting: { role: "validation" },
      others: ["too-many-records"],
      tolerated: ["too-many-records"],
    },
  ],
};

const titanPremier: BorderTable = {
  title: "prompt and completion (Titan Text Premier)",
  setting: { model: "amazon.titan-text-premier-v1:0" },
  good,
  borders: counts(good, 1, 20_000),
};

/** Cohere: input and output have limits of their own. */
const cohere: BorderTable = {
  title: "prompt and completion (Cohere)",
  setting: { model: "cohere.command-light-text-v14:7:4k" },
  good,
  borders: [
    {
      rule: "tokens-over-limit",
      inside: pair("x".repeat(4_096 * 6), "y".repeat(2_048 * 4)),
      outside: pair("x".repeat(4_096 * 6 + 1), "y".repeat(2_048 * 4)),
      tolerated: ["tokens-near-limit"],
      at: "^{",
    },
    {
      rule: "tokens-over-limit",
      inside: pair("x", "y".repeat(2_048 * 6)),
      outside: pair("x", "y".repeat(2_048 * 6 + 1)),
      tolerated: ["tokens-near-limit"],
      at: "^{",
    },
    ...counts(good, 1, 10_000),
    {
      rule: "too-many-records",
      inside: fileOf(1_000, good),
      outside: fileOf(1_001, good),
      alone: true,
      setting: { role: "validation" },
    },
  ],
};

const read = (input: unknown): object => ({ input });

const preTraining: BorderTable = {
  title: "continued pre-training",
  setting: { model: "amazon.titan-text-lite-v1", type: "CONTINUED_PRE_TRAINING" },
  good: read("A text."),
  borders: [
    { rule: "missing-field", inside: read("A text."), outside: {}, at: "^{" },
    { rule: "wrong-type", inside: read("[]"), outside: read([]), at: '"input":^[' },
    { rule: "empty-text", inside: read("."), outside: read(" "), at: '"input":^"' },
    { rule: "unknown-key", inside: read("a"), outside: { input: "a", completion: "b" }, at: '^"completion"' },
    {
      rule: "tokens-over-limit",
      inside: read("x".repeat(4_096 * 6)),
      outside: read("x".repeat(4_096 * 6 + 1)),
      tolerated: ["tokens-near-limit"],
      at: "^{",
    },
    ...counts(read("A text."), 1, 100_000),
  ],
};

/** Tables of the formats whose records are texts. */
export const textTables: readonly BorderTable[] = [promptCompletion, titanText, titanPremier, cohere, preTraining];
