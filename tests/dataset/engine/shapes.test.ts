import assert from "node:assert/strict";
import fc from "fast-check";
import type { Block, BlockResult } from "../../../dataset/engine/block";
import { BlockChecker, type CheckSetup } from "../../../dataset/engine/block-check";
import { RecordShapes } from "../../../dataset/engine/shapes";
import { createChecker } from "../../../dataset/formats";
import { type CustomizationType, limitsFor } from "../../../dataset/limits";
import { credentials } from "../../../dataset/scan/credentials";
import { personal } from "../../../dataset/scan/personal";
import { poisoning } from "../../../dataset/scan/poisoning";
import type { ScanPolicy } from "../../../dataset/scan/policy";
import { conversation, LLAMA_31, LLAMA_33, NOVA_2, NOVA_LITE } from "../records";
import { examples } from "../scan/examples";

/** Good records by model and type, each a function of its texts. */
const formats: readonly {
  model: string;
  type?: CustomizationType;
  texts: number;
  record: (texts: readonly string[]) => object;
}[] = [
  { model: LLAMA_31, texts: 2, record: ([prompt, completion]) => ({ prompt, completion }) },
  {
    model: "amazon.titan-text-express-v1",
    type: "CONTINUED_PRE_TRAINING",
    texts: 1,
    record: ([input]) => ({ input }),
  },
  ...[NOVA_LITE, LLAMA_33].map((model) => ({
    model,
    texts: 3,
    record: ([system, user, assistant]: readonly string[]) =>
      conversation({ system: [{ text: system }], user: [{ text: user }], assistant: [{ text: assistant }] }),
  })),
  {
    model: NOVA_2,
    texts: 3,
    record: ([user, reason, assistant]) =>
      conversation({
        user: [{ text: user }],
        assistant: [{ reasoningContent: { reasoningText: { text: reason } } }, { text: assistant }],
      }),
  },
  {
    model: "anthropic.claude-3-haiku-20240307-v1:0",
    texts: 3,
    record: ([system, user, assistant]) => ({
      system,
      messages: [
        { role: "user", content: user },
        { role: "assistant", content: assistant },
      ],
    }),
  },
  {
    model: NOVA_2,
    type: "REINFORCEMENT_FINE_TUNING",
    texts: 1,
    record: ([user]) => ({ messages: [{ role: "user", content: user }], reference_answer: { sum: 4 } }),
  },
];

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Ways to write the same JSON. */
const spellings: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => json.replace(/[^\x20-\x7E]/g, unicodeEscape),
  (json) => json.replace(/[<>&']/g, unicodeEscape),
  (json) => json.replaceAll("/", "\\/"),
  (json) => json.replace(/[a-zé:@]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`),
];

const planted = Object.values(examples).flatMap(({ bad, good }) => [...bad, ...good]);
const words = [
  "User:",
  "[EOS]",
  "<image>",
  "</thinking>",
  "Thought:",
  "ser:",
  "US",
  "4",
  "12",
  " ",
  "\u00a0",
  "\ufeff",
  "\u3000",
];
const piece = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom(...words, ...planted, "\n", "\t", '"', "\\", "/", "日本", "é", "😀", "\ud800", "\udc00"),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));

function setupOf(model: string, type?: CustomizationType, policy: ScanPolicy = {}): CheckSetup {
  const limits = limitsFor(model, type);
  return { file: "data", limits, role: "train", maxFindings: 50, maxLineBytes: 1 << 20, policy, analyses: [] };
}

function check(checker: BlockChecker, lines: readonly (string | Buffer)[], lastEnd = "\n"): BlockResult {
  const ended = lines.flatMap((line, index) => [
    Buffer.from(line),
    Buffer.from(index < lines.length - 1 ? "\n" : lastEnd),
  ]);
  const joined = Buffer.concat(ended);
  const bytes = Buffer.alloc(joined.length);
  joined.copy(bytes);
  const block: Block = { index: 0, bytes, firstLine: 1, offset: 0 };
  return checker.check(block, { state: {}, full: [], analysesFull: [] });
}

describe("a record of a known shape", () => {
  for (const { model, type, texts, record } of formats) {
    it(`is judged as if it were the first (${limitsFor(model, type).family}, ${texts} texts)`, function () {
      this.timeout(60_000);
      const setup = setupOf(model, type);
      const learned = new BlockChecker(setup);
      const good = JSON.stringify(record(Array.from({ length: texts }, () => "Plain text.")));
      assert.deepEqual(check(learned, [good]).findings.counts, []);
      const anyRecord = fc
        .tuple(
          fc.array(text, { minLength: texts, maxLength: texts }),
          fc.constantFrom(...spellings),
          fc.constantFrom("", "", "\r"),
        )
        .map(([values, spell, lineEnd]) => Buffer.from(spell(JSON.stringify(record(values))) + lineEnd));
      const damage = fc.option(
        fc.tuple(fc.nat(), fc.constantFrom(...[...'"\\u{}[],:\r\t/ x0é\0'], "", "\x80", "\xff")),
      );
      fc.assert(
        fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 3 }), damage, (records, damaged) => {
          const lines = [...records];
          if (damaged) {
            const [line, at] = [lines[0]!, damaged[0] % lines[0]!.length];
            lines[0] = Buffer.concat([line.subarray(0, at), Buffer.from(damaged[1], "latin1"), line.subarray(at + 1)]);
          }
          assert.deepEqual(check(learned, lines), check(new BlockChecker(setup), lines));
          for (const line of lines) {
            assert.deepEqual(check(learned, [line]), check(new BlockChecker(setup), [line]), line.toString());
          }
          assert.deepEqual(check(learned, lines, ""), check(new BlockChecker(setup), lines, ""));
        }),
        { numRuns: 300 },
      );
    });
  }

  it("is judged as if it were the first where turns, keys and line ends vary", function () {
    this.timeout(60_000);
    const setup = setupOf(NOVA_LITE);
    const learned = new BlockChecker(setup);
    const message = fc.record({
      role: fc.constantFrom("user", "assistant", "assistant", "system"),
      texts: fc.array(text, { minLength: 1, maxLength: 2 }),
      swap: fc.boolean(),
    });
    const line = fc
      .record({
        system: fc.option(text),
        messages: fc.array(message, { maxLength: 5 }),
        more: fc.option(fc.constantFrom("id", "image", "messages ")),
        order: fc.shuffledSubarray(["schemaVersion", "system", "messages", "more"], { minLength: 3 }),
        space: fc.constantFrom("", "", " "),
        alternate: fc.boolean(),
      })
      .map(({ system, messages, more, order, space, alternate }) => {
        const parts: Record<string, string | undefined> = {
          schemaVersion: '"schemaVersion": "bedrock-conversation-2024"',
          system: system === null ? undefined : `"system":${space}${JSON.stringify([{ text: system }])}`,
          more: more === null ? undefined : `"${more}":1`,
          messages: `"messages":${JSON.stringify(
            messages.map(({ role, texts, swap }, index) => {
              const turn = alternate ? (["user", "assistant"] as const)[index % 2] : role;
              const content = texts.map((one) => ({ text: one }));
              return swap ? { content, role: turn } : { role: turn, content };
            }),
          )}`,
        };
        return `{${space}${order.flatMap((name) => parts[name] ?? []).join(`,${space}`)}}`;
      });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.constantFrom("", "\r"), (lines, lineEnd) => {
        const ended = lines.map((one) => one + lineEnd);
        const known = check(learned, ended).findings;
        const single = ended.map((one) => check(new BlockChecker(setup), [one]).findings);
        const total = new Map<string, number>();
        for (const [rule, count] of single.flatMap(({ counts }) => counts)) {
          total.set(rule, (total.get(rule) ?? 0) + count);
        }
        assert.deepEqual(new Map(known.counts), total);
        // Findings are kept rule by rule, in the order in which the rules fired first.
        const keptOf = (kept: typeof known.kept, at: number): string[] =>
          kept.flatMap((finding) => (finding.line === at ? JSON.stringify({ ...finding, line: 0 }) : [])).sort();
        single.forEach(({ kept }, index) => assert.deepEqual(keptOf(known.kept, index + 1), keptOf(kept, 1)));
      }),
      { numRuns: 300 },
    );
  });

  it("is known without being parsed", () => {
    for (const { model, type, texts, record } of formats) {
      const { limits } = setupOf(model, type);
      const shapes = RecordShapes.of(createChecker(limits.format))!;
      const lineOf = (value: string): string => JSON.stringify(record(Array.from({ length: texts }, () => value)));
      const knows = (line: string): boolean => {
        const bytes = Buffer.alloc(Buffer.byteLength(line) + 1);
        bytes.write(`${line}\n`);
        shapes.begin(bytes);
        return shapes.endOf(0) === bytes.length - 1;
      };
      const size = createChecker(limits.format).check(JSON.parse(lineOf("Ok.")) as never, () => undefined);
      assert.equal(knows(lineOf("Ok.")), false);
      shapes.learn(lineOf("Ok."), JSON.parse(lineOf("Ok.")) as never, size);
      const other = lineOf('"Né à 日本" 😀\n');
      assert.equal(knows(other), true, model);
      const { input, output } = createChecker(limits.format).check(JSON.parse(other) as never, () => undefined);
      assert.deepEqual([shapes.input, shapes.output], [input, output]);
      for (const beginning of ["\n", "  ", "\t\r\n", "\u00a0", "“", "\u3000", "\ufeff", "🎉", '"', "日"]) {
        assert.equal(knows(lineOf(`${beginning}It begins so.`)), true, JSON.stringify(beginning));
        const escaped = lineOf(`${beginning}<a> & b`).replace(/[^\x20-\x7E]|&/g, unicodeEscape);
        assert.equal(knows(escaped), true, escaped);
      }
      assert.equal(knows(`${lineOf("Other.")}\r`), true);
      assert.equal(knows(lineOf(" ")), false);
      assert.equal(knows(`${lineOf("Ok.").slice(0, -1)},"more":1}`), false);
    }
  });

  it("is not learned where media decide for later records, or where a text is not measured", () => {
    const setup = setupOf(NOVA_LITE);
    const image = { image: { format: "png", source: { s3Location: { uri: "s3://data/cat.png" } } } };
    const video = { video: { format: "mp4", source: { s3Location: { uri: "s3://data/cat.mp4" } } } };
    const lineOf = (media: object): string => JSON.stringify(conversation({ user: [{ text: "What?" }, media] }));
    const checker = new BlockChecker(setup);
    const { findings } = check(checker, [lineOf(image), lineOf(image), lineOf(video), lineOf(image)]);
    assert.deepEqual(
      findings.kept.map(({ line }) => line),
      [3],
    );
  });

  it("is searched by the scanners as every other, under a policy, too", () => {
    const policy: ScanPolicy = {
      rules: { "pii-email": "allow" },
      suppressions: [{ rule: "pii-ip", lines: [2], reason: "known" }],
    };
    const line = (prompt: string): string => JSON.stringify({ prompt, completion: "Fine." });
    const lines = ["Hello.", "Ask 93.184.216.34.", "Write to bob@acme.io.", "Ask 93.184.216.34."].map(line);
    const { findings } = check(new BlockChecker(setupOf(LLAMA_31, undefined, policy)), lines);
    assert.deepEqual(
      findings.kept.map(({ rule, line: at }) => [rule, at]),
      [["pii-ip", 4]],
    );
  });
});

describe("the words of the detectors", () => {
  it("stand in JSON as they stand in the string", () => {
    for (const word of [...credentials, ...poisoning, ...personal].flatMap(({ words: groups }) =>
      (groups ?? []).flat(),
    )) {
      // What JSON must spell with its code is not looked for there: such a string is decoded first.
      if (/^"\\u00[01]/.test(JSON.stringify(word))) continue;
      assert.ok(JSON.stringify(word).includes(word), word);
      // Inside a string, where what comes before it is escaped, too.
      assert.ok(JSON.stringify(`x${word}x`).includes(word), word);
      assert.ok(
        [...word.slice(1)].every((letter) => letter >= " " && !'"\\'.includes(letter)),
        word,
      );
    }
  });
});
