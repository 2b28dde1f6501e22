import assert from "node:assert/strict";
import { Readable } from "node:stream";
import fc from "fast-check";
import {
  bytesSource,
  checkDataset,
  type CustomizationType,
  type DatasetReport,
  limitsFor,
  type RuleId,
  rules,
  scanRules,
} from "../../../dataset";
import { checkCounts, DataRefused, isTrainable, readRecords } from "../../../local/bedrock/dataset-reader";
import { promptsIn } from "../../../local/bedrock/evaluation-prompts";
import { FOUNDATION_MODELS, type FoundationModel } from "../../../local/bedrock/foundation-models";
import { logRecords, readers } from "../../../local/bedrock/source-records";
import { mutatedLine } from "./mutations";

const policy = { rules: Object.fromEntries(scanRules.map((rule) => [rule, "allow" as const])) };
const trainable = FOUNDATION_MODELS.filter(isTrainable).flatMap((model) =>
  model.customizations.map((type): [FoundationModel, CustomizationType] => [model, type]),
);
/** A model that the preflight does not know: it is pre-trained on the format of all. */
const preTrained: FoundationModel = {
  ...FOUNDATION_MODELS.find(({ family }) => family === "llama31")!,
  id: "vendor.base-v1:0",
  customizations: ["CONTINUED_PRE_TRAINING"],
};
const subjects = [...trainable, [preTrained, "CONTINUED_PRE_TRAINING"] as const];

/** The model under which the preflight checks data for a model of the simulator. */
const checkedAs = ({ id }: FoundationModel): string => (id === preTrained.id ? "amazon.titan-text-express-v1" : id);

const turn = (role: string, ...content: object[]): object => ({ role, content });
const text = (value: string): object => ({ text: value });
const media = (kind: string, format: string): object => ({
  [kind]: { format, source: { s3Location: { uri: `s3://data/a.${format}`, bucketOwner: "123456789012" } } },
});
const question = turn("user", text("Which licence?"));
const answer = turn("assistant", text("The MIT License."));
const version = { schemaVersion: "bedrock-conversation-2024" };
const system = { system: [text("Be brief.")] };
const reasoned = turn("assistant", { reasoningContent: { reasoningText: { text: "Hm." } } }, text("So."));

/** Records of each format that are good for some model, and nearly good for the others. */
const records: Record<string, readonly object[]> = {
  "prompt-completion": [{ prompt: "Which licence?", completion: "The MIT License." }],
  "bedrock-conversation-2024": [
    { ...version, messages: [question, answer] },
    { ...version, ...system, messages: [question, answer, question, answer] },
    { ...version, ...system, messages: [question] },
    { ...version, messages: [turn("user", text("What?"), media("image", "png")), answer] },
    { ...version, messages: [turn("user", media("video", "mp4")), answer] },
    { ...version, messages: [question, reasoned] },
  ],
  "openai-chat": [
    { messages: [{ role: "user", content: "2 + 2?" }], reference_answer: "4" },
    {
      ...{ id: "1", reference_answer: { solution: 4 }, task: "sum" },
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "2 + 2?" },
      ],
    },
  ],
  "continued-pre-training": [{ input: "The MIT License is short." }],
};

const logs: readonly object[] = [
  { messages: [question] },
  { prompt: "Which licence?" },
  { messages: [{ role: "user", content: "Which licence?" }], system: "Be brief." },
].map((inputBodyJson) => ({
  ...{ schemaType: "ModelInvocationLog", modelId: "amazon.nova-pro-v1:0", requestMetadata: { team: "legal" } },
  input: { inputBodyJson },
  output: { outputBodyJson: { output: { message: answer } } },
}));

/** Whether the simulator's answer is that the data are refused. */
async function refuses(read: () => Promise<{ tooLong?: string }>): Promise<boolean> {
  try {
    return (await read()).tooLong !== undefined;
  } catch (error) {
    assert.ok(error instanceof DataRefused, String(error));
    return true;
  }
}

const countRules: readonly RuleId[] = ["too-few-records", "too-many-records"];

/** Rules by which the preflight refuses a file, but for those that are about the model or, if not asked for, the number of records. */
function errorsOf({ totalFindings }: DatasetReport, withCounts = false): RuleId[] {
  const found = Object.keys(totalFindings) as RuleId[];
  return found.filter(
    (rule) =>
      rules[rule].severity === "error" && rule !== "model-retired" && (withCounts || !countRules.includes(rule)),
  );
}

describe("the preflight and the simulator", () => {
  it("know the same models and customization types", () => {
    for (const [model, type] of trainable) assert.equal(limitsFor(model.id, type).customizationType, type);
    assert.ok(trainable.length > 10);
  });

  /** Cases of each kind; a longer run is asked for by this variable. */
  const numRuns = Number(process.env.MUTATIONS ?? 400);

  it("never disagree about a changed record, whatever the change", async function () {
    this.timeout(60_000 + numRuns * 20);
    const seen = { taken: 0, refused: 0 };
    const cases = fc.constantFrom(...subjects).chain(([model, type]) => {
      const good = records[limitsFor(checkedAs(model), type).format.id]!;
      const lines = fc.array(mutatedLine(good), { minLength: 1, maxLength: 3 });
      return fc.tuple(fc.constant(model), fc.constant(type), lines, fc.constantFrom("train", "validation"));
    });
    await fc.assert(
      fc.asyncProperty(cases, fc.constantFrom("data", "other"), async ([model, type, lines, role], bucket) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const uri = `s3://${bucket}/train.jsonl`;
        const options = { baseModel: checkedAs(model), customizationType: type, role, policy, quality: false } as const;
        const report = await checkDataset(bytesSource(uri, [bytes]), { ...options, threads: 1 });
        const errors = errorsOf(report);
        const refused = await refuses(() =>
          readRecords(Readable.from([bytes]), { uri, role }, model, type, readers[type]),
        );
        // No record at all is no matter of the number of records for the service.
        assert.equal(refused, errors.length > 0 || report.records === 0, errors.join());
        seen[refused ? "refused" : "taken"]++;
      }),
      { numRuns },
    );
    assert.ok(seen.taken > numRuns / 50 && seen.refused > numRuns / 4, JSON.stringify(seen));
  });

  it("never disagree about a changed record of invocation logs", async function () {
    this.timeout(60_000 + numRuns * 20);
    const seen = { taken: 0, refused: 0 };
    const students = subjects.filter(([, type]) => type === "DISTILLATION" || type === "REINFORCEMENT_FINE_TUNING");
    const lines = fc.array(mutatedLine(logs), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...students), lines, async ([model, type], some) => {
        // Entries that are none of logging are passed over where they stand among others, so they are no case here.
        fc.pre(some.every((line) => line.includes('"schemaType":"ModelInvocationLog"')));
        const bytes = Buffer.from(some.join("\n"));
        const report = await checkDataset(bytesSource("s3://data/logs.gz", [bytes]), {
          ...{ baseModel: model.id, customizationType: type, policy, quality: false, threads: 1 },
        });
        const refused = await refuses(() => logRecords(bytes, "s3://data/logs.gz", { model, type }, {}));
        assert.equal(refused, errorsOf(report).length > 0, errorsOf(report).join());
        seen[refused ? "refused" : "taken"]++;
      }),
      { numRuns },
    );
    assert.ok(seen.taken > numRuns / 50 && seen.refused > numRuns / 4, JSON.stringify(seen));
  });

  it("never disagree about a changed prompt of an evaluation", async function () {
    this.timeout(60_000 + numRuns * 20);
    const seen = { taken: 0, refused: 0 };
    const own = { modelResponses: [{ response: "MIT.", modelIdentifier: "mine" }] };
    const prompt = { prompt: "Which licence?", referenceResponse: "The MIT License." };
    const lines = fc.array(mutatedLine([prompt, { ...prompt, category: "licences", ...own }]), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(lines, async (some) => {
        const bytes = Buffer.from(some.map((line) => `${line}\n`).join(""));
        const report = await checkDataset(bytesSource("s3://data/prompts.jsonl", [bytes]), {
          ...{ baseModel: "amazon.nova-pro-v1:0", role: "evaluation", policy, quality: false, threads: 1 },
        });
        const refused = await refuses(async () => ({
          tooLong: void (await promptsIn(bytes, "s3://data/prompts.jsonl")),
        }));
        assert.equal(refused, !report.ok, errorsOf(report, true).join());
        seen[refused ? "refused" : "taken"]++;
      }),
      { numRuns },
    );
    assert.ok(seen.taken > numRuns / 50 && seen.refused > numRuns / 4, JSON.stringify(seen));
    const many = Buffer.from(`${JSON.stringify(prompt)}\n`.repeat(1_001));
    await assert.rejects(
      promptsIn(many, "s3://data/prompts.jsonl"),
      /the file has 1,001 records; the quota .* is 1,000$/,
    );
    const turns = { conversationTurns: [{ prompt: { content: [{ text: "Why?" }] }, referenceContexts: [] }] };
    await assert.rejects(promptsIn(Buffer.from(JSON.stringify(turns)), "s3://data/p.jsonl"), /the form for retrieval/);
  });

  it("never disagree about the number of records", async function () {
    this.timeout(120_000);
    for (const [model, type] of trainable) {
      const { records: limits, format } = limitsFor(model.id, type);
      const good = `${JSON.stringify(records[format.id]![0])}\n`;
      const most = limits.max === Infinity ? [] : [limits.max, limits.max + 1];
      for (const count of [limits.min - 1, limits.min, ...most]) {
        const bytes = Buffer.from(good.repeat(count));
        const report = await checkDataset(bytesSource("train.jsonl", [bytes]), {
          ...{ baseModel: model.id, customizationType: type, policy, quality: false },
        });
        const refused = await refuses(async () => {
          const read = await readRecords(
            Readable.from([bytes]),
            { uri: "s3://data/train.jsonl" },
            model,
            type,
            readers[type],
          );
          checkCounts(read.records.length, 0, model, type);
          return read;
        });
        assert.equal(refused, errorsOf(report, true).length > 0, `${model.id} ${type} ${count}`);
      }
    }
  });
});
