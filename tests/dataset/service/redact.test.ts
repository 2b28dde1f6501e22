import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataset, redact } from "../../../dataset";
import { main } from "../../../dataset/cli";
import { LLAMA_31 } from "../records";
import { ComprehendServer, entitiesOf, settings } from "./server";

describe("a copy without what Amazon Comprehend finds", () => {
  const server = new ComprehendServer();
  let folder: string;
  const path = (name: string): string => join(folder, name);
  const copyOf = async (data: string | Buffer, options: Parameters<typeof redact>[2] = {}) => {
    await writeFile(path("data.jsonl"), data);
    const given = { comprehend: settings, force: true, ...options };
    const report = await redact(path("data.jsonl"), path("copy.jsonl"), given);
    return { report, text: await readFile(path("copy.jsonl"), "utf8") };
  };

  before(() => server.start());
  beforeEach(async () => {
    server.reset();
    server.answer = (text) =>
      entitiesOf(text, { "Zoë Adler": "NAME", "Elm Street 4": "ADDRESS", "bob@acme\\.io": "EMAIL" });
    folder = await mkdtemp(join(tmpdir(), "redact-"));
  });
  afterEach(() => rm(folder, { recursive: true }));
  after(() => server.stop());

  it("has placeholders in their places, and every other byte as it was", async () => {
    const lines = [
      '{"prompt": "Plain.", "completion":"Fine."}',
      String.raw`{"prompt":"\"日本\"\n😀 Zo\u00eb Adler,\tElm Street 4", "completion":"bob@acme.io is Zoë Adler."}`,
      "",
      "not JSON: bob@acme.io",
      '{"prompt":"Zoë Adler","completion":"4111 1111 1111 1111"}',
    ];
    const { report, text } = await copyOf(`\uFEFF${lines.join("\r\n")}`);
    assert.equal(
      text,
      "\uFEFF" +
        [
          lines[0],
          String.raw`{"prompt":"\"日本\"\n😀 [NAME],\t[ADDRESS]", "completion":"[EMAIL] is [NAME]."}`,
          "",
          "not JSON: [EMAIL]",
          '{"prompt":"[NAME]","completion":"[CARD]"}',
        ].join("\r\n"),
    );
    assert.deepEqual(report.replaced, { "pii-name": 3, "pii-email": 2, "pii-address": 1, "pii-card": 1 });
    assert.equal(report.serviceUse?.requests, 1);
  });

  it("has what the policy allows or suppresses, and nothing of a line whose parts cannot be told", async () => {
    const name = '{"prompt":"Zoë Adler","completion":"Elm Street 4"}\n';
    const reason = "invented";
    const policy = {
      rules: { "pii-address": "allow" },
      suppressions: [{ rule: "pii-name", lines: [2], reason }],
    } as const;
    const broken = Buffer.from('{"prompt":"\xff Zo\u00eb Adler","completion":"Fine."}\n', "latin1");
    server.answer = (text) => entitiesOf(text, { "Zoë Adler": "NAME", "Elm Street 4": "ADDRESS", Fine: "NAME" });
    const { text } = await copyOf(Buffer.concat([Buffer.from(name + name), broken]), { policy });
    assert.equal(text, `${name.replace("Zoë Adler", "[NAME]")}${name}{"redacted":"[LINE]"}\n`);
  });

  it("joins what the service and the local rules find in one place", async () => {
    server.answer = (text) => entitiesOf(text, { "Zoë <bob@acme\\.io>, Elm": "NAME" });
    const { text } = await copyOf('{"prompt":"Ask Zoë <bob@acme.io>, Elm Street","completion":"So."}\n');
    assert.equal(text, '{"prompt":"Ask [NAME] Street","completion":"So."}\n');
  });

  it("is made of long files with few finds and many", async () => {
    const lines = Array.from({ length: 3000 }, (_, index) =>
      JSON.stringify({ prompt: `${"word ".repeat(40)}${index % 700 === 5 ? "Zoë Adler" : index}`, completion: "So." }),
    );
    const { report, text } = await copyOf(`${lines.join("\n")}\n`);
    assert.ok(server.asked.length > 1);
    assert.equal(text, `${lines.join("\n")}\n`.replaceAll("Zoë Adler", "[NAME]"));
    assert.deepEqual(
      report.changes.map(({ line }) => line),
      [6, 706, 1406, 2106, 2806],
    );
  });

  it("is not left where the service fails, or costs more than is allowed", async () => {
    server.answer = (_text, response) => {
      response.writeHead(400, { "Content-Type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ __type: "AccessDeniedException", message: "no" }));
      return undefined;
    };
    const line = '{"prompt":"Zoë Adler","completion":"So."}\n';
    await assert.rejects(copyOf(line), /You need comprehend:DetectPiiEntities/);
    await assert.rejects(copyOf(line, { comprehend: { ...settings, maxCost: 0 } }), /Nothing was sent/);
    assert.deepEqual(await readdir(folder), ["data.jsonl"]);
  });

  it("is written by the command, which tells the cost first", async () => {
    await writeFile(path("data.jsonl"), '{"prompt":"Zoë Adler","completion":"So."}\n');
    await writeFile(path("comprehend.json"), JSON.stringify(settings));
    const said = { stdout: "", stderr: "" };
    const stream = (name: keyof typeof said) => ({
      isTTY: false,
      write: (text: string) => (said[name] += text).length > 0,
    });
    const args = ["redact", path("data.jsonl"), "--out", path("copy.jsonl"), "--comprehend", path("comprehend.json")];
    assert.equal(await main(args, { stdout: stream("stdout"), stderr: stream("stderr") }), 0);
    assert.match(said.stderr, /1 requests to Amazon Comprehend, 3 units/);
    assert.match(
      said.stdout,
      /replaced pii-name 1 in 1 of 1 lines; a check of the copy by the local rules found nothing/,
    );
  });

  describe("and answers that are kept", () => {
    const line = '{"prompt":"Ask Zoë Adler now.","completion":"So."}\n';
    const kept = () => ({ ...settings, answersFolder: path("answers") });
    const check = async (data = line, comprehend = kept()) => {
      await writeFile(path("data.jsonl"), data);
      const options = { baseModel: LLAMA_31, quality: false, comprehend };
      const { totalFindings, serviceUse } = await checkDataset(path("data.jsonl"), options);
      return { names: totalFindings["pii-name"] ?? 0, cost: serviceUse?.cost, at: serviceUse?.answeredAt };
    };

    it("are used again for the same bytes, whoever asks, and neither sent nor paid for", async () => {
      const first = await check();
      assert.deepEqual([first.names, first.at, server.asked.length], [1, undefined, 1]);
      assert.ok(first.cost! > 0);
      const second = await check();
      assert.deepEqual([second.names, second.cost, server.asked.length], [1, 0, 1]);
      assert.ok(second.at);
      const { text, report } = await copyOf(line, { comprehend: kept() });
      assert.equal(text, line.replace("Zoë Adler", "[NAME]"));
      assert.deepEqual([report.serviceUse?.requests, server.asked.length], [0, 1]);
      assert.equal((await check(line, { ...kept(), minScore: 0.999 })).names, 0);
      assert.equal((await check(line, { ...kept(), maxCost: 0 })).names, 1, "nothing costs nothing");
      assert.equal(server.asked.length, 1);
    });

    it("are told from those about other bytes, in another language or Region", async () => {
      await check();
      assert.equal((await check(line.replace("Zoë", "Zoe"))).names, 0);
      await check(line, { ...kept(), language: "es" });
      await check(line, { ...kept(), region: "eu-west-1" });
      assert.equal(server.asked.length, 4);
    });

    it("hold no text, and are for this user alone", async () => {
      await check();
      const [name, ...others] = await readdir(path("answers"));
      assert.deepEqual(others, []);
      const text = await readFile(path(`answers/${name}`), "utf8");
      assert.deepEqual(JSON.parse(text.split("\n")[0]!), [["NAME", 0.99, 4, 13]]);
      assert.doesNotMatch(text, /Zo|Adler|data/);
      assert.deepEqual(
        [(await stat(path(`answers/${name}`))).mode & 0o77, (await stat(path("answers"))).mode & 0o77],
        [0, 0],
      );
    });

    it("are asked for anew where they are old, broken or not all there", async () => {
      await check();
      const [name] = await readdir(path("answers"));
      const file = path(`answers/${name}`);
      const [answer, end] = (await readFile(file, "utf8")).split("\n");
      const old = JSON.stringify({ answeredAt: new Date(Date.now() - 8 * 86_400_000).toISOString() });
      const future = JSON.stringify({ answeredAt: new Date(Date.now() + 86_400_000).toISOString() });
      const wrong = [
        `${answer}\n`,
        `${answer}\n${old}\n`,
        `${answer}\n${future}\n`,
        "",
        `[]\n${answer}\n${end}\n`,
        `[[1]]\n${end}\n`,
        "{",
      ];
      for (const [index, content] of wrong.entries()) {
        await writeFile(file, content);
        assert.equal((await check()).names, 1, content);
        assert.equal(server.asked.length, 2 + index, content);
      }
    });

    it("are not kept where the service fails in between, and nothing is sent where they cannot be", async () => {
      let left = 1;
      const found = server.answer;
      server.answer = (text, response) => {
        if (left-- > 0) return found(text, response);
        response.writeHead(400, { "Content-Type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify({ __type: "AccessDeniedException", message: "no" }));
        return undefined;
      };
      await assert.rejects(check(line.repeat(6000)), /You need comprehend:DetectPiiEntities/);
      assert.deepEqual(await readdir(path("answers")), []);
      server.reset();
      await assert.rejects(
        check(line, { ...kept(), answersFolder: path("data.jsonl") }),
        /The folder of answers ".*" cannot be used: .*\. Nothing was sent/,
      );
      assert.equal(server.asked.length, 0);
    });
  });
});
