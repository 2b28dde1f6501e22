import { type BorderTable, counts, fileOf, times } from "./table";

const prompted = (rest: object = {}): object => ({ prompt: "Why?", referenceResponse: "So.", ...rest });
const mine = (modelIdentifier: unknown = "mine", response: unknown = "So."): object => ({ response, modelIdentifier });
const own = (...modelResponses: object[]): object => prompted({ category: "why", modelResponses });

const setting = { model: "amazon.nova-pro-v1:0", role: "evaluation" } as const;

/** The rows of {@link counts} that are about this role. */
const upTo1000 = (good: object): BorderTable["borders"] =>
  counts(good, 1, 1_000).filter((border) => border.setting === undefined);

const models: BorderTable = {
  ...{ title: "evaluation sets for models", setting, good: prompted() },
  borders: [
    { rule: "missing-field", inside: prompted(), outside: { referenceResponse: "So." }, at: "^{" },
    { rule: "no-reference-response", inside: prompted(), outside: { prompt: "Why?" }, at: "^{" },
    { rule: "wrong-type", inside: prompted({ category: "1" }), outside: prompted({ category: 1 }), at: ":^1" },
    { rule: "empty-text", inside: prompted(), outside: prompted({ referenceResponse: "" }), at: ':^""' },
    { rule: "empty-text", inside: prompted(), outside: prompted({ category: " " }), at: ':^" "' },
    { rule: "unknown-key", inside: prompted(), outside: prompted({ reference: "a" }), at: '^"reference"' },
    { rule: "model-responses", inside: own(mine()), outside: own(), at: '"modelResponses":^[' },
    { rule: "model-responses", inside: own(mine()), outside: own(mine(), mine()), at: '"modelResponses":^[' },
    { rule: "wrong-type", inside: own(mine()), outside: prompted({ modelResponses: {} }), at: ":^{}" },
    { rule: "missing-field", inside: own(mine()), outside: own({ response: "So." }), at: "[^{" },
    {
      rule: "answer-source",
      inside: [own(mine()), own(mine())],
      outside: [own(mine()), prompted(), own(mine("other"))],
      line: 3,
      at: '"modelIdentifier":^"other"',
    },
    ...upTo1000(prompted()),
  ],
};

const said = (text: unknown): object => ({ content: [{ text }] });
const turn = (rest: object = {}): object => ({ prompt: said("Why?"), referenceResponses: [said("So.")], ...rest });
const turns = (...conversationTurns: unknown[]): object => ({ conversationTurns });
const found = { retrievalResults: [{ name: "a", content: { text: "It is so." }, metadata: { page: 1 } }] };
const output = (rest: object = {}): object =>
  turns(turn({ output: { knowledgeBaseIdentifier: "mine", retrievedResults: found, ...rest } }));
const generated = { text: "So.", modelIdentifier: "m", retrievedResults: undefined, retrievedPassages: found };

const retrieval: BorderTable = {
  ...{ title: "evaluation sets for retrieval", setting, good: turns(turn()) },
  borders: [
    { rule: "turn-count", inside: turns(turn()), outside: turns(), at: '"conversationTurns":^[' },
    {
      rule: "turn-count",
      inside: turns(...times(5, turn())),
      outside: turns(...times(5, turn()), turn({ referenceContexts: [said("Here.")] })),
      at:
        '{"prompt":{"content":[{"text":"Why?"}]},"referenceResponses":[{"content":[{"text":"So."}]}]},'.repeat(5) +
        "^{",
    },
    { rule: "wrong-type", inside: turns(turn()), outside: { conversationTurns: {} }, at: ":^{}" },
    { rule: "wrong-type", inside: turns(turn()), outside: turns("Why?"), at: '[^"Why?"' },
    { rule: "missing-field", inside: turns(turn()), outside: turns(turn({ prompt: undefined })), at: "[^{" },
    {
      rule: "no-reference-response",
      inside: turns(turn({ referenceResponses: undefined, referenceContexts: [said("Here.")] })),
      outside: turns(turn({ referenceResponses: undefined })),
      at: "[^{",
    },
    { rule: "content-shape", inside: turns(turn()), outside: turns(turn({ prompt: "Why?" })), at: ':^"Why?"' },
    { rule: "content-shape", inside: turns(turn()), outside: turns(turn({ prompt: { content: [] } })), at: ":^{" },
    { rule: "empty-text", inside: turns(turn()), outside: turns(turn({ prompt: said("") })), at: ':^""' },
    { rule: "unknown-key", inside: turns(turn()), outside: turns(turn({ answer: "a" })), at: '^"answer"' },
    { rule: "unknown-key", inside: turns(turn()), outside: { ...turns(turn()), category: "a" }, at: '^"category"' },
    { rule: "wrong-type", inside: output(), outside: turns(turn({ output: "So." })), at: '"output":^"' },
    {
      rule: "missing-field",
      inside: output(generated),
      outside: output({ knowledgeBaseIdentifier: undefined }),
      at: '"output":^{',
    },
    {
      rule: "missing-field",
      inside: output(generated),
      outside: output({ ...generated, retrievedPassages: undefined }),
      at: '"output":^{',
    },
    {
      rule: "content-shape",
      inside: output(),
      outside: output({ retrievedResults: [] }),
      at: '"retrievedResults":^[',
    },
    {
      rule: "content-shape",
      inside: output(),
      outside: output({ retrievedResults: { retrievalResults: [{ content: "So." }] } }),
      at: '"retrievalResults":[^{',
    },
    { rule: "empty-text", inside: output(generated), outside: output({ ...generated, text: " " }), at: '^" "' },
    {
      rule: "answer-source",
      inside: [output(), output()],
      outside: [output(), output({ knowledgeBaseIdentifier: "other" })],
      line: 2,
      at: '^"other"',
    },
    ...upTo1000(turns(turn())),
    { rule: "too-many-records", inside: fileOf(1_000, prompted()), outside: fileOf(1_001, prompted()) },
  ],
};

/** Tables of evaluation jobs. */
export const evaluationTables: readonly BorderTable[] = [models, retrieval];
