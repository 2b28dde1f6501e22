import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { bytesSource, checkDataset, type CheckOptions, DatasetError, type DatasetReport } from "../../../dataset";
import { main } from "../../../dataset/cli";
import { DocumentPacker, MAX_DOCUMENT_BYTES, type ServiceDocument, unitsOf } from "../../../dataset/service/documents";
import { parseComprehend } from "../../../dataset/service/settings";
import { conversation, LLAMA_31, NOVA_LITE } from "../records";
import { ComprehendServer, entitiesOf, settings } from "./server";

const line = (prompt: string, completion = "Fine."): string => JSON.stringify({ prompt, completion });
const sourceOf = (...lines: readonly string[]) => bytesSource("data.jsonl", [Buffer.from(`${lines.join("\n")}\n`)]);

describe("personal data found by Amazon Comprehend", () => {
  const server = new ComprehendServer();

  before(() => server.start());
  beforeEach(() => server.reset());
  after(() => server.stop());

  const check = (
    source: Parameters<typeof checkDataset>[0],
    options: Partial<CheckOptions> = {},
  ): Promise<DatasetReport> =>
    checkDataset(source, { baseModel: LLAMA_31, quality: false, comprehend: settings, ...options });
  const fail = (status: number, type: string) => (_text: string, response: ServerResponse) => {
    response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ __type: type, message: "no" }));
    return undefined;
  };

  it("is reported at its line and column, masked, whatever stands before it", async () => {
    server.answer = (text) => entitiesOf(text, { "Zoë Adler": "NAME", "Elm Street 4": "ADDRESS" });
    const { findings, totalFindings, serviceUse } = await check(
      sourceOf(line("Hello."), line("日本 😀 \n Zoë Adler, Elm Street 4"), line("Who is Zoë Adler?")),
    );
    const found = findings.filter(({ rule }) => rule === "pii-name" || rule === "pii-address");
    assert.deepEqual(
      found.map(({ rule, line: at, column }) => [rule, at, column]),
      [
        ["pii-name", 2, '{"prompt":"日本 😀 \\n '.length],
        ["pii-address", 2, '{"prompt":"日本 😀 \\n Zoë Adler, '.length],
        ["pii-name", 3, '{"prompt":"Who is '.length + 1],
      ],
    );
    assert.deepEqual([totalFindings["pii-name"], totalFindings["pii-address"]], [2, 1]);
    assert.doesNotMatch(JSON.stringify(findings), /Adler|Elm/);
    assert.match(found[0]!.excerpt!.text, /•{9}, •{12}"/);
    assert.deepEqual(
      server.asked.map(({ target, body }) => [target, body.LanguageCode]),
      [["Comprehend_20171127.DetectPiiEntities", "en"]],
    );
    assert.equal(serviceUse?.requests, 1);
  });

  it("is masked in the excerpts of other findings, too, and not where the texts were put together", async () => {
    server.answer = (text) => entitiesOf(text, { "Zoë Adler": "NAME" });
    const { findings } = await check(sourceOf(JSON.stringify({ prompt: "Zoë Adler", completion: "Fine.", note: 1 })));
    const other = findings.find(({ rule }) => rule === "unknown-key")!;
    assert.match(other.excerpt!.text, /"prompt":"•{9}"/);
    const chunk = (text: string) => ({ chunk: { bytes: "" }, delta: { text } });
    const log = {
      ...{ schemaType: "ModelInvocationLog", modelId: "amazon.nova-pro-v1:0", operation: "ConverseStream" },
      input: { inputBodyJson: { messages: [{ role: "user", content: [{ text: "Who is Zoë Adler?" }] }] } },
      output: { outputBodyJson: [chunk("Zoë"), chunk(" Adler")] },
    };
    const source = bytesSource("logs.gz", [Buffer.from(JSON.stringify(log))]);
    const logs = await check(source, { baseModel: "amazon.nova-micro-v1:0", customizationType: "DISTILLATION" });
    assert.ok(logs.totalFindings["pii-name"]! >= 1);
    assert.doesNotMatch(JSON.stringify(logs.findings), /Adler/);
  });

  it("is not reported twice, below the least score, of a type that is ignored, or as the policy says", async () => {
    server.answer = (text) => [
      ...entitiesOf(text, { "bob@acme\\.io": "EMAIL", Monday: "DATE_TIME", Kim: "NAME", Sam: "USERNAME" }),
      ...entitiesOf(text, { Lee: "NAME" }, 0.7),
    ];
    const text = line("On Monday Kim, Lee and Sam wrote to bob@acme.io.");
    const of = async (options: Partial<CheckOptions>): Promise<object> => {
      const { totalFindings } = await check(sourceOf(text), options);
      return Object.fromEntries(Object.entries(totalFindings).filter(([rule]) => rule.startsWith("pii-")));
    };
    assert.deepEqual(await of({}), { "pii-email": 1, "pii-name": 1, "pii-other": 1 });
    assert.deepEqual(await of({ comprehend: { ...settings, minScore: 0.5, ignore: ["USERNAME"] } }), {
      ...{ "pii-email": 1, "pii-name": 2 },
      "pii-other": 1,
    });
    assert.deepEqual(await of({ policy: { rules: { "pii-name": "allow" } } }), { "pii-email": 1, "pii-other": 1 });
    const reason = "known";
    const policy = {
      rules: { "pii-other": "deny" },
      suppressions: [{ rule: "pii-name", lines: [1], reason }],
    } as const;
    assert.deepEqual(await of({ policy }), { "pii-email": 1, "pii-other": 1 });
    assert.equal((await check(sourceOf(...Array.from({ length: 100 }, () => text)), { policy })).ok, false);
  });

  it("is asked for in documents of at most 100 KB, some at the same time, and reported in the order of the file", async () => {
    server.answer = (text) => entitiesOf(text, { "Zoë Adler": "NAME" });
    const lines = Array.from({ length: 40 }, (_, index) => line(`${"à b ".repeat(8000)} Zoë Adler ${index}`));
    const comprehend = { ...settings, maxCost: 10, concurrency: 3 };
    const report = await check(sourceOf(...lines, "{"), { comprehend, maxFindings: 100 });
    const found = report.findings.filter(({ rule }) => rule === "pii-name");
    assert.deepEqual(
      found.map(({ line: at }) => at),
      lines.map((_, index) => index + 1),
    );
    assert.ok(server.most <= 3, `${server.most} at the same time`);
    assert.equal(server.asked.length, report.serviceUse?.requests);
    assert.ok(server.asked.every(({ body }) => Buffer.byteLength(body.Text) <= MAX_DOCUMENT_BYTES));
    const sent = server.asked.reduce((sum, { body }) => sum + Math.max(3, Math.ceil([...body.Text].length / 100)), 0);
    assert.equal(report.serviceUse?.units, sent);
    assert.equal(report.serviceUse?.cost, sent * settings.pricePerUnit);
  });

  it("is asked for only when it costs no more than is allowed, and after the cost was told", async () => {
    server.answer = () => [];
    const told: number[] = [];
    const onServiceUse: CheckOptions["onServiceUse"] = ({ units }) => told.push(units, server.asked.length);
    await check(sourceOf(line("Hello.")), { onServiceUse });
    assert.deepEqual([told, server.asked.length], [[3, 0], 1]);
    const tooMuch = check(sourceOf(line("Hello.")), { comprehend: { ...settings, maxCost: 0.0002 }, onServiceUse });
    await assert.rejects(
      tooMuch,
      /would cost USD 0\.00 for 3 units .* more than "maxCost" of 0\.0002\. Nothing was sent/,
    );
    assert.deepEqual([told.length, server.asked.length], [2, 1]);
    await check(sourceOf(line("Hello.")), { comprehend: undefined });
    assert.equal(server.asked.length, 1, "nothing is sent where nobody chose it");
  });

  it("is asked for again when the service is throttled or fails for a while", async function () {
    this.timeout(60_000);
    for (const fault of [fail(400, "ThrottlingException"), fail(500, "InternalServerException")]) {
      let left = 2;
      server.answer = (text, response) => (left-- > 0 ? fault(text, response) : entitiesOf(text, { Kim: "NAME" }));
      assert.equal((await check(sourceOf(line("Kim")))).totalFindings["pii-name"], 1);
    }
    let left = 1;
    server.answer = (text, response) => {
      if (left-- <= 0) return entitiesOf(text, { Kim: "NAME" });
      response.destroy();
      return undefined;
    };
    assert.equal((await check(sourceOf(line("Kim")))).totalFindings["pii-name"], 1);
  });

  it("cannot be had without the right to it: the check does not run, and says what is needed", async () => {
    const isService = (pattern: RegExp) => (error: unknown) => {
      assert.ok(error instanceof DatasetError);
      assert.equal(error.code, "service");
      assert.match(error.message, pattern);
      return true;
    };
    server.answer = fail(400, "AccessDeniedException");
    await assert.rejects(check(sourceOf(line("Kim"))), isService(/You need comprehend:DetectPiiEntities/));
    server.answer = fail(400, "UnsupportedLanguageException");
    await assert.rejects(check(sourceOf(line("Kim"))), isService(/UnsupportedLanguageException/));
  });

  it("is not asked for in a file that changed meanwhile", async () => {
    server.answer = () => [];
    let reads = 0;
    const source = {
      name: "data.jsonl",
      async *chunks() {
        yield await Promise.resolve(Buffer.from(`${line(`Read ${reads++}`)}\n`));
      },
    };
    await assert.rejects(check(source), /changed while it was read/);
    assert.equal(server.asked.length, 0);
  });

  it("is found by the command, which tells the cost before it sends anything", async () => {
    server.answer = (text) => entitiesOf(text, { Kim: "NAME" });
    const folder = await mkdtemp(join(tmpdir(), "comprehend-"));
    const [data, file] = [join(folder, "data.jsonl"), join(folder, "comprehend.json")];
    const run = async (given: object): Promise<{ code: number; stdout: string; stderr: string }> => {
      await writeFile(file, JSON.stringify(given));
      const said = { stdout: "", stderr: "" };
      const stream = (name: keyof typeof said) => ({
        isTTY: false,
        write: (text: string) => (said[name] += text).length > 0,
      });
      const args = ["check", data, "--model", LLAMA_31, "--comprehend", file, "--format", "json", "--no-quality"];
      return { code: await main(args, { stdout: stream("stdout"), stderr: stream("stderr") }), ...said };
    };
    try {
      await writeFile(data, Array.from({ length: 120 }, (_, index) => `${line(`Kim ${index}`)}\n`).join(""));
      const { code, stdout, stderr } = await run(settings);
      const { reports } = JSON.parse(stdout) as { reports: DatasetReport[] };
      assert.deepEqual(
        [code, reports[0]!.totalFindings, reports[0]!.serviceUse!.requests],
        [0, { "pii-name": 120 }, 1],
      );
      assert.match(
        stderr,
        /data\.jsonl: 1 requests to Amazon Comprehend, \d+ units .*, about USD 0\.00 at your price of/,
      );
      assert.doesNotMatch(stdout, /Kim/);
      const refused = await run({ ...settings, maxCost: 0 });
      assert.deepEqual([refused.code, server.asked.length], [2, 1]);
      assert.match((await run({ ...settings, language: "fr" })).stderr, /comprehend\.json: "language" is "fr"/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is looked for in conversations, by what each says", async () => {
    server.answer = (text) => entitiesOf(text, { Kim: "NAME" });
    const { findings } = await check(sourceOf(JSON.stringify(conversation({ assistant: [{ text: "I am Kim." }] }))), {
      baseModel: NOVA_LITE,
    });
    assert.equal(findings.filter(({ rule }) => rule === "pii-name").length, 1);
  });
});

describe("documents for a service", () => {
  const piece = (text: string) => ({ line: 1, source: "", path: [], at: 0, text });
  const pack = (texts: readonly string[], maxBytes: number): ServiceDocument[] => {
    const packer = new DocumentPacker(maxBytes);
    return [...texts.flatMap((text) => [...packer.add(piece(text))]), ...packer.end()];
  };

  it("hold every character once, at the place they say, and never more bytes than allowed", () => {
    const text = fc.string({ unit: fc.constantFrom("a", " ", "é", "日", "😀", "\n"), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.integer({ min: 8, max: 64 }), (texts, maxBytes) => {
        const documents = pack(texts, maxBytes);
        for (const { text: whole, pieces } of documents) {
          assert.ok(Buffer.byteLength(whole) <= maxBytes);
          for (const { start, text: part } of pieces) assert.equal(whole.slice(start, start + part.length), part);
        }
        const parts = documents.flatMap(({ pieces }) => pieces);
        assert.equal(parts.map(({ text: part }) => part).join(""), texts.join(""));
      }),
    );
  });

  it("are billed by 100 characters, and at least 3 units each", () => {
    const units = (characters: number): number => unitsOf({ text: "😀".repeat(characters), pieces: [] });
    assert.deepEqual([1, 300, 301, 400, 401].map(units), [3, 3, 4, 4, 5]);
  });
});

describe("settings of Amazon Comprehend", () => {
  it("are taken as they are when they are right, and refused with the key, the value and what is allowed", () => {
    assert.deepEqual(parseComprehend(settings, "x"), settings);
    for (const [wrong, message] of [
      [{ language: "de" }, /"language" is "de"; it must be "en" or "es"/],
      [{ maxCost: undefined }, /"maxCost" is missing/],
      [{ pricePerUnit: -1 }, /"pricePerUnit" is -1/],
      [{ asOf: "today" }, /"asOf" is "today"/],
      [{ minScore: 2 }, /"minScore" is 2; it must be a number from 0 to 1/],
      [{ concurrency: 0 }, /"concurrency" is 0/],
      [{ ignore: ["date"] }, /"ignore"/],
      [{ regoin: "x" }, /unknown key "regoin"; known are language/],
    ] as const) {
      assert.throws(() => parseComprehend({ ...settings, ...wrong }, "file"), message);
    }
    assert.throws(() => parseComprehend([], "file"), /file: expected an object/);
  });
});
