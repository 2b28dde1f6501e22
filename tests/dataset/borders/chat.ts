import { type Border, type BorderTable, counts, fileOf } from "./table";

const say = (role: unknown, content: unknown): object => ({ role, content });
const question = say("user", "Why?");
const answer = say("assistant", "So.");

const claudeRecord = (messages: unknown, rest: object = {}): object => ({ ...rest, messages });
const claudeGood = claudeRecord([question, answer], { system: "Be brief." });

const claude: BorderTable = {
  title: "system and messages (Claude)",
  setting: { model: "anthropic.claude-3-haiku-20240307-v1:0:200k" },
  good: claudeGood,
  borders: [
    { rule: "missing-field", inside: claudeGood, outside: { system: "a" }, at: "^{" },
    { rule: "wrong-type", inside: claudeGood, outside: claudeRecord("a"), at: '"messages":^"a"' },
    { rule: "wrong-type", inside: claudeGood, outside: claudeRecord([question, null]), at: ",^null" },
    {
      rule: "wrong-type",
      inside: claudeRecord([question, answer]),
      outside: claudeRecord([question, answer], { system: [{ text: "a" }] }),
      at: '"system":^[',
    },
    {
      rule: "wrong-type",
      inside: claudeGood,
      outside: claudeRecord([question, say("assistant", [{ text: "So." }])]),
      at: '"content":^[',
    },
    { rule: "empty-text", inside: claudeGood, outside: claudeRecord([question, say("assistant", " ")]), at: '^" "' },
    { rule: "empty-text", inside: claudeGood, outside: claudeRecord([question, answer], { system: "" }), at: ':^""' },
    { rule: "too-few-messages", inside: claudeGood, outside: claudeRecord([question]), at: '"messages":^[' },
    {
      rule: "unknown-role",
      inside: claudeGood,
      outside: claudeRecord([say("system", "a"), question, answer]),
      at: '"role":^"system"',
    },
    {
      rule: "role-order",
      inside: claudeRecord([question, answer, question, answer]),
      outside: claudeRecord([question, question, answer]),
      at: '},{"role":^"user"',
    },
    {
      rule: "last-role",
      inside: claudeRecord([question, answer, question, answer]),
      outside: claudeRecord([question, answer, question]),
      at: 'So."},{"role":^"user"',
    },
    { rule: "unknown-key", inside: claudeGood, outside: { ...claudeGood, prompt: "a" }, at: '^"prompt"' },
    {
      rule: "tokens-over-limit",
      inside: claudeRecord([say("user", "x".repeat(32_000 * 6 - 3)), answer]),
      outside: claudeRecord([say("user", "x".repeat(32_000 * 6 - 2)), answer]),
      tolerated: ["tokens-near-limit"],
      at: "^{",
    },
    ...counts(claudeGood, 32, 10_000),
    {
      rule: "too-many-records",
      inside: fileOf(1_000, claudeGood),
      outside: fileOf(1_001, claudeGood),
      alone: true,
      setting: { role: "validation" },
    },
  ],
};

const graded = (messages: unknown, rest: object = { reference_answer: "4" }): object => ({ messages, ...rest });
const gradedGood = graded([say("system", "Be brief."), question]);

/** The reference answer may be anything, and fields of other names are for the grader. */
const anyAnswers = [{ solution: "x = 4", steps: ["a"] }, 4, ["a"], false].map((answered): Border => ({
  rule: "no-reference-answer",
  inside: graded([question], { reference_answer: answered, tools: [{ name: "sum" }], task_id: 1, id: "sample-001" }),
  outside: graded([question], {}),
  at: "^{",
}));

const reinforcement: BorderTable = {
  title: "chats with reference answers (reinforcement fine-tuning)",
  setting: { model: "amazon.nova-2-lite-v1:0:256k", type: "REINFORCEMENT_FINE_TUNING" },
  good: gradedGood,
  borders: [
    ...anyAnswers,
    { rule: "missing-field", inside: gradedGood, outside: { reference_answer: 1 }, at: "^{" },
    { rule: "wrong-type", inside: gradedGood, outside: graded({}), at: '"messages":^{' },
    { rule: "wrong-type", inside: gradedGood, outside: graded([say("user", [{ text: "a" }])]), at: '"content":^[' },
    {
      rule: "wrong-type",
      inside: graded([question], { id: "1", reference_answer: 1 }),
      outside: graded([question], { id: 1, reference_answer: 1 }),
      at: '"id":^1',
    },
    { rule: "empty-text", inside: gradedGood, outside: graded([say("user", "")]), at: '"content":^""' },
    { rule: "too-few-messages", inside: graded([question]), outside: graded([]), at: '"messages":^[]' },
    { rule: "unknown-role", inside: gradedGood, outside: graded([say("tool", "a"), question]), at: '^"tool"' },
    {
      rule: "role-order",
      inside: graded([question, answer, question]),
      outside: graded([question, answer, say("system", "Be brief."), question]),
      at: '"role":^"system"',
    },
    { rule: "role-order", inside: graded([question]), outside: graded([answer, question]), at: '^"assistant"' },
    { rule: "last-role", inside: graded([question]), outside: graded([question, answer]), at: '^"assistant"' },
    {
      rule: "unknown-key",
      inside: gradedGood,
      outside: graded([{ ...question, name: "Bob" }]),
      at: '^"name"',
    },
    ...counts(gradedGood, 100, Infinity),
  ],
};

/** Tables of the formats whose messages are strings. */
export const chatTables: readonly BorderTable[] = [claude, reinforcement];
