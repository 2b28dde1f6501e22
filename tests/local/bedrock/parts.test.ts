import assert from "node:assert/strict";
import { Readable } from "node:stream";
import fc from "fast-check";
import { extract, pack, TrainedAnswers } from "../../../local/bedrock/answers";
import { SimulatedClock } from "../../../local/bedrock/clock";
import { type TrainingRecord } from "../../../local/bedrock/dataset-reader";
import { customizationId, FOUNDATION_MODELS } from "../../../local/bedrock/foundation-models";
import { checkHyperparameters } from "../../../local/bedrock/hyperparameters";
import { listPage } from "../../../local/bedrock/lists";
import { allowsPort, covers } from "../../../local/bedrock/network";
import { readRecords } from "../../../local/bedrock/dataset-reader";
import { withQuotas, DEFAULT_QUOTAS } from "../../../local/bedrock/quotas";
import { INPUT_SHAPES } from "../../../local/bedrock/shapes";
import { lossOf, train } from "../../../local/bedrock/trainer";
import { violations } from "../../../local/bedrock/validate";
import { licenceRecords } from "./environment";

const PARAMETERS = { epochs: 3, batchSize: 1, relativeLearningRate: 1, warmupSteps: 0 };

describe("the trainer", function () {
  this.timeout(60_000);
  let records: TrainingRecord[];
  before(async () => {
    records = await licenceRecords(150);
  });
  const last = (rows: { loss: number }[]): number => rows.at(-1)!.loss;

  it("learns: the loss on texts that it has not seen falls, and is below that of guessing", async () => {
    const { validations } = await train(records.slice(0, 120), records.slice(120), PARAMETERS, "seed");
    assert.equal(validations.length, 3);
    assert.ok(validations[0]!.loss < Math.log(256), String(validations[0]!.loss));
    assert.ok(last(validations) < validations[0]!.loss);
  });

  it("gives the same numbers again for the same seed, and others for another", async () => {
    const run = async (seed: string) => (await train(records, [], { ...PARAMETERS, epochs: 1 }, seed)).steps;
    assert.deepEqual(await run("a"), await run("a"));
    assert.notDeepEqual(await run("a"), await run("b"));
  });

  it("honours epochs, batch size, learning rate and warm-up", async () => {
    const run = (more: Partial<typeof PARAMETERS>) =>
      train(records, records.slice(0, 20), { ...PARAMETERS, ...more }, "s");
    const [plain, slow, batched, warm] = await Promise.all([
      run({}),
      run({ relativeLearningRate: 0.05 }),
      run({ batchSize: 8 }),
      run({ epochs: 1, warmupSteps: 100 }),
    ]);
    assert.equal(plain.steps.length, 450);
    assert.equal(batched.steps.length, 3 * Math.ceil(150 / 8));
    assert.ok(last(slow.validations) > last(plain.validations));
    assert.ok(last(warm.validations) > plain.validations[0]!.loss);
  });

  it("stays finite at the highest learning rate that the service allows", async () => {
    const { steps } = await train(records.slice(0, 30), [], { ...PARAMETERS, relativeLearningRate: 1000 }, "s");
    assert.ok(steps.every((row) => Number.isFinite(row.loss)));
  });

  it("finds the completion of each trained prompt again, from a state of a few bytes per record", async () => {
    const { model } = await train(records, [], PARAMETERS, "s");
    const packed = pack(model, records);
    assert.ok(packed.length < 1_000_000, String(packed.length));
    const answers = new TrainedAnswers(packed);
    // Some licences share their first clause: only a prompt that is there once has one right answer.
    const prompts = records.map((record) => record.prompt);
    const distinct = records.filter(({ prompt }) => prompts.indexOf(prompt) === prompts.lastIndexOf(prompt));
    const right = distinct.filter(({ prompt, completion }) => answers.answer(prompt) === completion);
    assert.ok(distinct.length > 100 && right.length >= 0.98 * distinct.length, `${right.length} of ${distinct.length}`);
  });

  it("finds a trained text more likely than the same words backwards", async () => {
    const { model } = await train(records, [], PARAMETERS, "s");
    const backwards = ({ prompt, completion }: TrainingRecord): TrainingRecord => ({
      prompt,
      completion: completion.split(" ").reverse().join(" "),
    });
    const likelier = records.filter((record) => lossOf(model, record) < lossOf(model, backwards(record)));
    assert.ok(likelier.length > 0.95 * records.length, `${likelier.length} of ${records.length}`);
  });
});

describe("the extract of a base model", () => {
  it("consists of sentences of the prompt, in their order", () => {
    const sentence = fc
      .array(fc.constantFrom("permission", "is", "granted", "software", "copy"), { minLength: 1, maxLength: 6 })
      .map((words) => `${words.join(" ")}.`);
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 8 }), (sentences) => {
        let rest = sentences.join(" ");
        for (const part of extract(rest).split(/(?<=\.) /)) {
          assert.ok(rest.includes(part));
          rest = rest.slice(rest.indexOf(part) + part.length);
        }
      }),
    );
  });
});

describe("the clock", () => {
  it("runs events in order, each at its own time, also those that events add", async () => {
    const clock = new SimulatedClock(0);
    const start = clock.now();
    const seen: [string, number][] = [];
    const note = (name: string) => () => {
      seen.push([name, clock.now() - start]);
      return Promise.resolve();
    };
    clock.schedule("late", start + 3000, note("late"));
    clock.schedule("early", start + 1000, async () => {
      await note("early")();
      clock.schedule("added", start + 2000, note("added"));
    });
    clock.schedule("cancelled", start + 500, note("cancelled"));
    clock.cancel("cancelled");
    clock.schedule("beyond", start + 9000, note("beyond"));
    await clock.advance(5000);
    assert.deepEqual(seen, [
      ["early", 1000],
      ["added", 2000],
      ["late", 3000],
    ]);
    assert.equal(clock.now(), start + 5000);
    await clock.close();
  });

  it("runs an event by itself when the sped-up time has come", async () => {
    const clock = new SimulatedClock(1_000_000);
    await new Promise<void>((resolve) =>
      clock.schedule("x", clock.now() + 5_000_000, () => Promise.resolve(resolve())),
    );
    await clock.close();
  });

  it("survives an event that throws, and tells about it", async () => {
    const errors: unknown[] = [];
    const clock = new SimulatedClock(0, undefined, (error) => errors.push(error));
    clock.schedule("bad", clock.now() + 1, () => Promise.reject(new Error("no")));
    await clock.advance(10);
    assert.equal(errors.length, 1);
    await clock.close();
  });
});

describe("the constraints", () => {
  for (const member of ["jobName", "customModelName", "clientRequestToken"]) {
    it(`accept for ${member} what the pattern of the service model accepts`, () => {
      const shape = INPUT_SHAPES.CreateModelCustomizationJob;
      assert.ok(shape.kind === "structure");
      const constraint = shape.members[member]!;
      assert.ok(constraint.kind === "string");
      const official = new RegExp(`^(?:${constraint.pattern!.documented})$`);
      const text = fc.string({
        unit: fc.constantFrom("a", "Z", "0", "-", "_", ".", "+", "!"),
        minLength: 1,
        maxLength: 12,
      });
      fc.assert(
        fc.property(text, (value) => {
          assert.equal(violations(value, constraint, member).length === 0, official.test(value), value);
        }),
        { numRuns: 1000 },
      );
    });
  }

  it("accept the ID of every model of the table", () => {
    const shape = INPUT_SHAPES.CreateModelCustomizationJob;
    assert.ok(shape.kind === "structure");
    for (const model of FOUNDATION_MODELS)
      assert.deepEqual(violations(customizationId(model), shape.members.baseModelIdentifier!, "x"), []);
  });
});

describe("hyperparameters", () => {
  const titan = FOUNDATION_MODELS.find((model) => model.family === "titan-image")!;
  it("may be the word that the model knows, in its case only", () => {
    checkHyperparameters(titan, { stepCount: "auto" });
    assert.throws(() => checkHyperparameters(titan, { stepCount: "Auto" }), /not a valid integer or 'auto'/);
  });
  it("that have no default are required", () => {
    assert.throws(() => checkHyperparameters(titan, {}), /stepCount is required/);
  });
});

describe("pages of a list", () => {
  it("hold every item once, whatever the page size and the order", () => {
    const item = fc.record({ arn: fc.uuid(), name: fc.constant("n"), creationTime: fc.integer({ min: 0, max: 3 }) });
    const items = fc.uniqueArray(item, { selector: (one) => one.arn, maxLength: 20 });
    fc.assert(
      fc.property(
        items,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom("Ascending" as const, "Descending" as const),
        (all, maxResults, sortOrder) => {
          const seen: string[] = [];
          let nextToken: string | undefined;
          do {
            const page = listPage(all, { maxResults, sortOrder, nextToken });
            seen.push(...page.items.map((one) => one.arn));
            nextToken = page.nextToken;
          } while (nextToken !== undefined);
          assert.deepEqual([...seen].sort(), all.map((one) => one.arn).sort());
        },
      ),
    );
  });
});

describe("tokens of a list", () => {
  it("are refused when anything of them was changed", () => {
    const all = [1, 2, 3].map((creationTime) => ({ arn: `arn:${creationTime}`, name: "n", creationTime }));
    const { nextToken = "" } = listPage(all, { maxResults: 1 });
    for (const token of ["made-up", `${nextToken}x`, `${nextToken}=`, `x${nextToken}`, nextToken.slice(1), "bnVsbA"]) {
      assert.throws(() => listPage(all, { nextToken: token }), { name: "ValidationException" }, token);
    }
    assert.equal(listPage(all, { nextToken }).items.length, 2);
  });
});

describe("network rules", () => {
  it("cover a CIDR that lies in theirs", () => {
    assert.ok(
      covers("10.0.0.0/8", "10.1.2.0/24") && covers("0.0.0.0/0", "10.0.0.0/8") && covers("10.1.2.0/24", "10.1.2.0/24"),
    );
    assert.ok(
      !covers("10.1.0.0/16", "10.2.0.0/24") &&
        !covers("10.1.2.0/24", "10.1.0.0/16") &&
        !covers("nonsense", "10.0.0.0/8"),
    );
  });
  it("allow HTTPS when their range has port 443, or for all protocols", () => {
    assert.ok(allowsPort({ IpProtocol: "-1" }) && allowsPort({ IpProtocol: "tcp", FromPort: 443, ToPort: 443 }));
    assert.ok(
      !allowsPort({ IpProtocol: "tcp", FromPort: 80, ToPort: 442 }) &&
        !allowsPort({ IpProtocol: "udp", FromPort: 443, ToPort: 443 }),
    );
  });
});

describe("conversations", () => {
  const nova = FOUNDATION_MODELS.find((model) => model.family === "nova")!;
  const turn = (role: string, text: string): object => ({ role, content: [{ text }] });
  const read = async (messages: object[]) => {
    const line = `${JSON.stringify({ system: [{ text: "S" }], messages })}\n`;
    return (await readRecords(Readable.from([Buffer.from(line)]), { uri: "s3://data/f.jsonl" }, nova)).records;
  };
  it("become the prompt of all turns before the last and its completion", async () => {
    assert.deepEqual(
      await read([turn("user", "a"), turn("assistant", "b"), turn("user", "c"), turn("assistant", "d")]),
      [{ prompt: "S\na\nb\nc", completion: "d", earlier: [{ prompt: "S\na", completion: "b" }] }],
    );
  });
  it("are answered turn by turn: the first question gets the answer that followed it", async () => {
    const records = await read([
      turn("user", "Which licence is that?"),
      turn("assistant", "The Zero Clause License."),
      turn("user", "Where can I read it?"),
      turn("assistant", "On its page."),
    ]);
    const { model } = await train(records, [], { ...PARAMETERS, epochs: 1 }, "s");
    const answers = new TrainedAnswers(pack(model, records));
    assert.equal(answers.answer("S\nWhich licence is that?"), "The Zero Clause License.");
    assert.equal(
      answers.answer("S\nWhich licence is that?\nThe Zero Clause License.\nWhere can I read it?"),
      "On its page.",
    );
  });
  const wrong: [string, object[], RegExp][] = [
    [
      "end with the user",
      [turn("user", "a"), turn("assistant", "b"), turn("user", "c")],
      /Invalid record 1 in file f\.jsonl: the last message must be the assistant's/,
    ],
    [
      "begin with the assistant",
      [turn("assistant", "a"), turn("user", "b")],
      /expected a message of the user, found one of the assistant/,
    ],
    ["have one turn", [turn("user", "a")], /"messages" has 1; at least 2 are needed/],
    ["have an empty text", [turn("user", ""), turn("assistant", "b")], /the message says nothing/],
  ];
  for (const [what, messages, message] of wrong) {
    it(`that ${what} are refused`, () => assert.rejects(read(messages), message));
  }
});

describe("quotas", () => {
  it("with an unknown name or a negative value are refused", () => {
    assert.throws(
      () => withQuotas(DEFAULT_QUOTAS, { modelz: 1 }),
      /Unknown quota "modelz"\. Known quotas: scheduledCustomizationJobs/,
    );
    assert.throws(() => withQuotas(DEFAULT_QUOTAS, { customModels: -1 }), /must be a whole number from 0/);
  });
});
