import { image, images, mediaOfNova, noMedia, shown, video } from "./media";
import { answered, asked, assistant, type Border, type BorderTable, counts, said, talk } from "./table";
import { text, times, user } from "./table";

const good = talk([user(), assistant()]);
const version = { schemaVersion: "bedrock-conversation-2024" };
const { messages } = good as { messages: object[] };
const tool = { toolUse: { toolUseId: "1", name: "look", input: {} } };

/** What holds for every model that takes conversations. */
const roles: readonly Border[] = [
  { rule: "missing-field", inside: good, outside: version, at: "^{" },
  { rule: "wrong-type", inside: good, outside: talk({}), at: '"messages":^{' },
  { rule: "wrong-type", inside: good, outside: talk([user(), "So."]), at: ',^"So."' },
  { rule: "schema-version", inside: good, outside: { messages }, at: "^{" },
  { rule: "schema-version", inside: good, outside: talk(messages, { schemaVersion: "1" }), at: '^"1"' },
  { rule: "unknown-key", inside: good, outside: talk(messages, { toolConfig: {} }), at: '^"toolConfig"' },
  {
    rule: "unknown-key",
    inside: good,
    outside: talk([user(), { ...assistant(), name: "Bot" }]),
    at: '^"name"',
  },
  { rule: "too-few-messages", inside: good, outside: talk([user()]), at: '"messages":^[' },
  { rule: "too-few-messages", inside: good, outside: talk([]), at: '"messages":^[' },
  {
    rule: "unknown-role",
    inside: good,
    outside: talk([{ role: "system", content: text("Be brief.") }, user(), assistant()]),
    at: '"role":^"system"',
  },
  {
    rule: "unknown-role",
    inside: good,
    outside: talk([{ role: "User", content: text("Why?") }, assistant()]),
    at: '"role":^"User"',
  },
  { rule: "missing-field", inside: good, outside: talk([user(), { content: text("So.") }]), at: ',^{"content"' },
  {
    rule: "role-order",
    inside: talk([user(), assistant(), user(), assistant()]),
    outside: talk([user(), user(), assistant()]),
    at: '},{"role":^"user"',
  },
  {
    rule: "role-order",
    inside: good,
    outside: talk([assistant(), user(), assistant()]),
    at: '[{"role":^"assistant"',
  },
  {
    rule: "last-role",
    inside: talk([user(), assistant(), user(), assistant()]),
    outside: talk([user(), assistant(), user()]),
    at: 'So."}]},{"role":^"user"',
  },
  { rule: "content-shape", inside: good, outside: asked("Why?"), at: '"content":^"Why?"' },
  { rule: "content-shape", inside: good, outside: asked([]), at: '"content":^[]' },
  { rule: "content-shape", inside: good, outside: asked(["Why?"]), at: '[^"Why?"' },
  { rule: "content-unsupported", inside: good, outside: answered([tool]), at: '^{"toolUse"' },
  { rule: "content-unsupported", inside: good, outside: asked([{}]), at: "^{}" },
  { rule: "wrong-type", inside: good, outside: asked([{ text: 5 }]), at: '"text":^5' },
  { rule: "empty-text", inside: asked(text(" x")), outside: asked(text(" ")), at: '"content":^[{"text":" "' },
  {
    rule: "empty-text",
    inside: answered([...text(""), ...text(".")]),
    outside: answered([...text(""), ...text("\t")]),
    at: '"content":^[{"text":""',
  },
  { rule: "missing-field", inside: good, outside: talk([user(), { role: "assistant" }]), at: ',^{"role"' },
  { rule: "system-shape", inside: said("Be brief."), outside: talk(messages, { system: "Be brief." }), at: ':^"Be b' },
  { rule: "system-shape", inside: said("Be brief."), outside: talk(messages, { system: [{}] }), at: '"system":[^{}' },
  { rule: "empty-text", inside: said("."), outside: said(""), at: '"text":^""' },
];

const reservedWords = ["User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]"];

/** Words of Nova's own template: an error where the documentation says so, a warning where only AWS's validator does. */
const reserved: readonly Border[] = [
  ...reservedWords.flatMap((word): Border[] => {
    const almost = word.startsWith("<") ? word.toUpperCase() : word.toLowerCase();
    const at = `é 😀 ^${word}`;
    return [
      {
        rule: "reserved-word",
        inside: said("Be brief.", `é 😀 ${almost}`),
        outside: said("Be brief.", `é 😀 ${word}`),
        at,
      },
      { rule: "reserved-word", inside: said(`é 😀 ${almost}`), outside: said(`é 😀 ${word}`), at },
      {
        rule: "reserved-word-validator",
        inside: said("Be brief.", "Why?", `é 😀 ${almost}`),
        outside: said("Be brief.", "Why?", `é 😀 ${word}`),
        at,
      },
    ];
  }),
  ...["SYSTEM:", "USER:", "BOT:", "ASSISTANT:", "Thought:"].map((word): Border => {
    const almost = word.slice(0, -1);
    return { rule: "reserved-word-validator", inside: said("a", almost), outside: said("a", word), at: `"^${word}` };
  }),
];

/** AWS's validator of Nova takes null for an absent value. */
const nulls: readonly Border[] = [
  { rule: "null-field", inside: good, outside: talk(messages, { system: null }), at: '"system":^null' },
  { rule: "null-field", inside: good, outside: talk(messages, { schemaVersion: null }), at: '"schemaVersion":^null' },
  { rule: "null-field", inside: good, outside: asked([{ text: "Why?", image: null }]), at: '"image":^null' },
  {
    rule: "content-unsupported",
    inside: asked([{ text: "Why?", video: null }]),
    outside: asked([{ text: null, video: null }]),
    tolerated: ["null-field"],
    at: '[^{"text"',
  },
];

/** A record of this many characters. */
const ofSize = (characters: number): object => said("x".repeat(characters - 2), "y", "z");

function tokens(limit: number): Border[] {
  return [
    { rule: "tokens-near-limit", inside: ofSize(limit * 4), outside: ofSize(limit * 4 + 1), at: "^{" },
    {
      rule: "tokens-over-limit",
      inside: ofSize(limit * 6),
      outside: ofSize(limit * 6 + 1),
      tolerated: ["tokens-near-limit"],
      at: "^{",
    },
  ];
}

const reasoning = (value: unknown = { reasoningText: { text: "Hm." } }): object => ({ reasoningContent: value });

const table = (title: string, model: string, borders: readonly Border[]): BorderTable => ({
  ...{ title: `conversations (${title})`, setting: { model }, good },
  borders: [...roles, ...borders],
});

const oneSystem: Border = {
  rule: "system-shape",
  inside: said("Be brief."),
  outside: talk(messages, { system: [...text("Be brief."), ...text("Be kind.")] }),
  at: '},^{"text":"Be kind."',
};

const plainName: Border = {
  rule: "file-name",
  inside: good,
  outside: good,
  setting: { file: "s3://data/train/A_b-1.jsonl" },
  outsideSetting: { file: "some where/my data.jsonl" },
};

const unusedValidation: Border = {
  rule: "validation-unsupported",
  inside: good,
  outside: good,
  outsideSetting: { role: "validation" },
};

/** Borders that hold for Nova of either version. */
const nova: readonly Border[] = [...reserved, ...nulls];

/** Tables of fine-tuning by conversations. */
export const conversationTables: readonly BorderTable[] = [
  table("Nova Micro", "amazon.nova-micro-v1:0:128k", [
    ...[...nova, ...noMedia, plainName],
    ...[...tokens(32_000), ...counts(good, 8, 20_000)],
  ]),
  table("Nova Lite", "amazon.nova-lite-v1:0:300k", [
    ...[...nova, ...images, ...mediaOfNova, plainName],
    { rule: "media-format", inside: shown(image("webp")), outside: shown(image("tiff")), at: '^"tiff"' },
    { rule: "media-format", inside: shown(video("webm")), outside: shown(video("ogg")), at: '^"ogg"' },
    {
      rule: "media-count",
      inside: shown(...times(10, image())),
      outside: talk([user(times(9, image())), assistant(), user([image(), image("gif")]), assistant()]),
      at: '"image":^{"format":"gif"',
    },
    {
      rule: "media-count",
      inside: shown(video()),
      outside: shown(video(), video("mov")),
      at: '"video":^{"format":"mov"',
    },
    { rule: "content-unsupported", inside: good, outside: answered([reasoning(), ...text("So.")]), at: '^{"reason' },
    ...[...tokens(32_000), ...counts(good, 8, 20_000)],
  ]),
  table("Nova 2 Lite", "amazon.nova-2-lite-v1:0:256k", [
    ...[...nova, ...images, ...mediaOfNova, unusedValidation],
    { rule: "media-format", inside: shown(image("gif")), outside: shown(image("webp")), at: '^"webp"' },
    { rule: "media-format", inside: shown(video("mp4")), outside: shown(video("webm")), at: '^"webm"' },
    {
      rule: "reasoning-shape",
      inside: answered([reasoning(), ...text("So.")]),
      outside: answered([...text("So."), reasoning()]),
      at: '"reasoningContent":^{',
    },
    {
      rule: "reasoning-shape",
      inside: answered([reasoning(), ...text("So.")]),
      outside: answered([reasoning({ redactedContent: "aGk=" }), ...text("So.")]),
      at: '"reasoningContent":^{',
    },
    {
      rule: "reasoning-shape",
      inside: asked(text("Why?")),
      outside: asked([reasoning(), ...text("Why?")]),
      at: '"reasoningContent":^{',
    },
    {
      rule: "empty-text",
      inside: answered([reasoning(), ...text("So.")]),
      outside: answered([reasoning()]),
      at: '"content":^[{"reasoning',
    },
    {
      rule: "unknown-key",
      inside: answered([reasoning(), ...text("So.")]),
      outside: answered([reasoning({ reasoningText: { text: "Hm.", signature: "x" } }), ...text("So.")]),
      at: '^"signature"',
    },
    {
      rule: "thinking-tag",
      inside: answered(text("thinking> So.")),
      outside: answered(text("<thinking> So.")),
      at: "^<thinking>",
    },
    ...counts(good, 200, 20_000, ["validation-unsupported"]),
  ]),
  table("Llama 3.2 1B", "meta.llama3-2-1b-instruct-v1:0:128k", [
    ...[...noMedia, oneSystem],
    ...[...tokens(16_000), ...counts(good, 100, 10_000)],
  ]),
  table("Llama 3.2 11B Vision", "meta.llama3-2-11b-instruct-v1:0:128k", [
    ...[...images, oneSystem],
    {
      rule: "media-uri",
      inside: [shown(image("webp", { uri: "s3://one/my cat.png" })), shown(image("png", { uri: "s3://two/k" }))],
      outside: shown(image("png", { uri: "s3://One/k" })),
      at: '"uri":^"s3',
    },
    { rule: "media-unsupported", inside: shown(...times(11, image())), outside: shown(video()), at: '"video":^{' },
    ...[...tokens(16_000), ...counts(good, 100, 10_000)],
  ]),
  table("Llama 3.2 90B Vision", "meta.llama3-2-90b-instruct-v1:0:128k", [
    ...[...images, oneSystem],
    ...[...tokens(10_000), ...counts(good, 100, 10_000)],
  ]),
  table("Llama 3.3 70B", "meta.llama3-3-70b-instruct-v1:0:128k", [
    ...[...noMedia, oneSystem],
    { rule: "schema-version", inside: said("a", "User: <image>"), outside: { messages }, at: "^{" },
    ...[...tokens(16_000), ...counts(good, 100, 10_000)],
  ]),
];
