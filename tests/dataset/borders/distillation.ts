import { assistant, type Border, type BorderTable, counts, said, talk, text, user } from "./table";

const prompt = talk([user()]);

/** A prompt whose line has this many bytes. */
function lineOf(bytes: number): string {
  const line = JSON.stringify(talk([user(text("é"))]));
  return line.replace("é", `é${"x".repeat(bytes - Buffer.byteLength(line))}`);
}

/** What holds for students of every kind. */
const common: readonly Border[] = [
  { rule: "too-few-messages", inside: prompt, outside: talk([]), at: '"messages":^[]' },
  { rule: "role-order", inside: prompt, outside: talk([assistant()]), at: '"role":^"assistant"' },
  { rule: "empty-text", inside: prompt, outside: talk([user(text(" "))]), at: '"content":^[' },
  { rule: "schema-version", inside: prompt, outside: { messages: [user()] }, at: "^{" },
  { rule: "line-over-limit", inside: lineOf(16 * 1024), outside: lineOf(16 * 1024 + 1), at: "^{" },
  {
    rule: "media-unsupported",
    inside: talk([user(), assistant()]),
    outside: talk([user([...text("What?"), { image: { format: "png" } }])]),
    at: '"image":^{',
  },
  {
    rule: "missing-field",
    inside: prompt,
    outside: { prompt: "Why?" },
    others: ["schema-version", "unknown-key"],
    at: "^{",
  },
  ...counts(prompt, 100, 15_000, ["validation-unsupported"]),
  {
    rule: "validation-unsupported",
    inside: prompt,
    outside: prompt,
    outsideSetting: { role: "validation" },
  },
];

const distilled = (title: string, model: string, borders: readonly Border[]): BorderTable => ({
  ...{ title: `prompts of distillation (${title})`, setting: { model, type: "DISTILLATION" }, good: prompt },
  borders: [...common, ...borders],
});

const oneTurn: Border = {
  rule: "single-turn",
  inside: talk([user(), assistant()], { system: text("Be brief.") }),
  outside: talk([user(), assistant(), user()]),
  at: '},^{"role":"user"',
};

/** A record of model invocation logging; what is given replaces the usual part. */
const log = (parts: { asked?: unknown; answer?: unknown } = {}, rest: object = {}): object => ({
  ...{ schemaType: "ModelInvocationLog", schemaVersion: "1.0", modelId: "amazon.nova-pro-v1:0", operation: "Converse" },
  input: { inputBodyJson: parts.asked ?? { messages: [user()] } },
  output: { outputBodyJson: parts.answer ?? { output: { message: assistant() } } },
  ...rest,
});

const metadata = (count: number, value: unknown = "x"): object =>
  log({}, { requestMetadata: Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value])) });

const longText = text("x".repeat(20_000));

const logs = (title: string, setting: BorderTable["setting"]): BorderTable => ({
  ...{ title: `invocation logs (${title})`, setting: { file: "logs.json.gz", ...setting }, good: log() },
  borders: [
    { rule: "log-shape", inside: log(), outside: log({}, { schemaType: "Log" }), at: '"schemaType":^"' },
    { rule: "log-shape", inside: metadata(16), outside: metadata(17), at: '"requestMetadata":^{' },
    {
      rule: "log-shape",
      inside: metadata(1, "😀".repeat(256)),
      outside: metadata(1, "x".repeat(257)),
      at: '"k0":^"',
    },
    { rule: "log-shape", inside: metadata(1, "1"), outside: metadata(1, 1), at: '"k0":^1' },
    { rule: "log-shape", inside: log(), outside: log({ asked: {} }), at: '"inputBodyJson":^{' },
    {
      rule: "missing-field",
      inside: log({ asked: { prompt: "Why?" }, answer: { generation: "So." } }),
      outside: log({}, { output: undefined, errorCode: "ThrottlingException" }),
      at: "^{",
    },
    { rule: "missing-field", inside: log(), outside: log({}, { modelId: undefined }), at: "^{" },
    {
      rule: "missing-field",
      inside: log({ asked: { messages: [user(longText)] } }),
      outside: log({}, { input: { inputBodyS3Path: "s3://logs/1" } }),
      at: '"input":^{',
    },
    { rule: "wrong-type", inside: log(), outside: log({}, { output: "So." }), at: '"output":^"' },
    { rule: "wrong-type", inside: log(), outside: log({ asked: { messages: "a" } }), at: '"messages":^"' },
    {
      rule: "empty-text",
      inside: log({ answer: { content: [{ type: "text", text: "So." }] } }),
      outside: log({ answer: { content: [] } }),
      at: '"outputBodyJson":^{',
    },
    {
      rule: "single-turn",
      inside: log({ asked: { messages: [user(), assistant()] } }),
      outside: log({ asked: { messages: [user(), assistant(), user()] } }),
      at: '},^{"role":"user"',
    },
    {
      rule: "content-unsupported",
      inside: log(),
      outside: log({ asked: { messages: [user([...text("a"), ...text("b")])] } }),
      at: '"content":^[{"text":"a"',
    },
    {
      rule: "content-unsupported",
      inside: log(),
      outside: log({ asked: { messages: [user([{ image: {} }])] } }),
      at: '"content":^[{"image"',
    },
    {
      rule: "too-few-messages",
      inside: log(),
      outside: log({ asked: { messages: [assistant()] } }),
      at: '"inputBodyJson":^{',
    },
    // Logs are never validation data.
    ...counts(log(), 100, setting.type === "DISTILLATION" ? 15_000 : Infinity).filter(
      (row) => row.setting === undefined,
    ),
  ],
});

/** Tables of distillation, and of what else learns from logs. */
export const distillationTables: readonly BorderTable[] = [
  distilled("Nova", "amazon.nova-micro-v1:0:128k", [
    {
      rule: "last-role",
      inside: talk([user(), assistant(), user()]),
      outside: talk([user(), assistant(), user()]),
      outsideSetting: { type: "FINE_TUNING" },
      others: ["too-few-messages"],
      at: 'So."}]},{"role":^"user"',
    },
    { rule: "reserved-word", inside: said("a", "bot:"), outside: said("a", "Bot:"), at: '"^Bot:' },
  ]),
  distilled("Llama 3.1 8B", "meta.llama3-1-8b-instruct-v1:0:128k", [oneTurn]),
  distilled("Llama 3.3 70B", "meta.llama3-3-70b-instruct-v1:0:128k", [oneTurn]),
  logs("distillation", { model: "amazon.nova-lite-v1:0:300k", type: "DISTILLATION" }),
  logs("reinforcement", { model: "amazon.nova-2-lite-v1:0:256k", type: "REINFORCEMENT_FINE_TUNING" }),
];
