import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { main } from "../../dataset/cli";
import { dataset } from "../../dataset-config";
import { preflight } from "../../preflight";

/** Records of the prompt format, none like another, so that nothing counts as a duplicate or an overlap. */
function records(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({ prompt: `Question ${from + index}`, completion: `Answer ${from + index}` }),
  );
}

describe("preflight of a job's files", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "preflight-"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function file(name: string, lines: readonly string[]): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `${lines.join("\n")}\n`);
    return path;
  }

  const check = (trainingData: string | undefined, validationData: string[] = [], settings: object = {}) =>
    preflight(
      {
        baseModel: "meta.llama3-1-8b-instruct-v1:0:128k",
        type: "FINE_TUNING",
        modelName: "m",
        trainingData,
        validationData,
        hyperParameters: { epochCount: 3 },
        attempt: 1,
        waitLimitMinutes: 60,
      },
      dataset.parse(settings),
    );

  async function refusal(run: Promise<unknown>): Promise<string> {
    const error: unknown = await run.then(
      () => assert.fail("the files were accepted"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof RunError, String(error));
    return error.message;
  }

  it("asks for no training file when the job learns from invocation logs, but checks the others", async () => {
    const { training, validation } = await check(undefined);
    assert.deepEqual([training, validation], [undefined, []]);
    const good = await file("only-validation.jsonl", records(20));
    assert.deepEqual(
      (await check(undefined, [good])).validation.map(({ path }) => path),
      [good],
    );
    const bad = await file("bad-validation.jsonl", ["not JSON"]);
    assert.match(await refusal(check(undefined, [bad])), /not ready/u);
  });

  it("answers paths and hashes of good files, in their order", async () => {
    const lines = [records(200), records(20, 1000), records(20, 2000)];
    const paths = await Promise.all(lines.map((content, index) => file(`good-${index}.jsonl`, content)));
    const hashes = lines.map((content) =>
      createHash("sha256")
        .update(`${content.join("\n")}\n`)
        .digest("hex"),
    );
    const [training = "", ...validation] = paths;
    const all = await check(training, validation);
    assert.deepEqual(all.training, { path: training, sha256: hashes[0] });
    assert.deepEqual(
      all.validation,
      validation.map((path, index) => ({ path, sha256: hashes[index + 1] })),
    );
    const alone = await check(training);
    assert.deepEqual([alone.training, alone.validation], [{ path: training, sha256: hashes[0] }, []]);
  });

  it("refuses a broken training file by line, and says that nothing was paid", async () => {
    const path = await file("broken.jsonl", records(200).with(41, '{"prompt":"x","completion":}'));
    const message = await refusal(check(path));
    assert.match(message, /nothing has been deployed or paid for/u);
    assert.match(message, /broken\.jsonl:42:|line 42|42:\d+/u);
    assert.match(message, /run the same command again/u);
  });

  it("refuses a broken validation file, whichever it is", async () => {
    const training = await file("train.jsonl", records(200));
    const good = await file("valid.jsonl", records(20, 1000));
    const broken = await file("wrong.jsonl", records(20, 2000).with(6, '{"question":"x"}'));
    for (const validation of [[broken], [broken, good], [good, broken]]) {
      const message = await refusal(check(training, validation));
      assert.match(message, /wrong\.jsonl/u);
      assert.match(message, /\b7\b/u);
    }
  });

  it("names the commands that show the same findings", async () => {
    const broken = (name: string, from: number) =>
      file(name, records(200, from).with(41, '{"prompt":"x","completion":}').with(77, '{"question":1}'));
    const files = [await broken("train it.jsonl", 0), await broken("one.jsonl", 1000), await broken("two.jsonl", 2000)];
    const [training = "", ...validation] = files;
    for (const message of [
      await refusal(check(training, validation, { strict: true, maxFindings: 7 })),
      await refusal(check(undefined, validation)),
    ]) {
      const commands = [...message.matchAll(/^ {2}npm run dataset -- (?<args>.*)$/gmu)].map(
        ({ groups }) => groups?.args,
      );
      let shown = "";
      const stdout = { write: (text: string | Uint8Array) => ((shown += String(text)), true), isTTY: false };
      for (const args of commands) {
        const words = [...(args ?? "").matchAll(/'(?<quoted>[^']*)'|\S+/gu)].map(([all, quoted]) => quoted ?? all);
        assert.equal(await main(words, { stdout, stderr: { write: () => true, isTTY: false } }), 1, args);
      }
      const findings = (text: string) =>
        text
          .split("\n")
          .filter((line) => /:\d+:\d+: error /u.test(line))
          .sort();
      assert.ok(findings(message).length >= 4);
      assert.deepEqual(findings(shown), findings(message));
    }
  });

  it("refuses a validation file, whichever it is, that repeats a training record, and files that are too many together", async () => {
    const training = await file("train-3.jsonl", records(200));
    const good = await file("other.jsonl", records(20, 1000));
    const leaking = await file("leaking.jsonl", [...records(20, 2000), ...records(1, 41)]);
    for (const validation of [
      [leaking, good],
      [good, leaking],
    ]) {
      assert.match(
        await refusal(check(training, validation)),
        /leaking\.jsonl:21:1: error record-in-both: .* line 42/u,
      );
    }
    const large = await file("large.jsonl", records(9_970));
    const small = await file("small.jsonl", records(20, 20_000));
    assert.match(await refusal(check(large, [good, small])), /9,970 training and 40 validation records are 10,010/u);
  });

  it("does not show a whole record of the data", async () => {
    const secret = "s".repeat(4000);
    const path = await file("long.jsonl", records(200).with(3, `{"prompt":"${secret}"}`));
    assert.ok(!(await refusal(check(path))).includes(secret));
  });

  it("names a file that is not there", async () => {
    const message = await refusal(check(join(folder, "missing.jsonl")));
    assert.match(message, /^The data set cannot be checked: .*missing\.jsonl/u);
  });

  it("names a validation file that is not there", async () => {
    const training = await file("train-2.jsonl", records(200));
    const message = await refusal(check(training, [join(folder, "absent.jsonl")]));
    assert.match(message, /absent\.jsonl/u);
  });

  const similar = () => [...records(200), ...records(1)];

  it("judges by the policy of the stack, and lets warnings stop the preview where they shall", async () => {
    const training = await file("repeats.jsonl", similar());
    const policy = await file("policy.json", [JSON.stringify({ rules: { "duplicate-record": "deny" } })]);
    const accepted = await check(training);
    assert.equal(accepted.report.files[0]!.findings["duplicate-record"], 1);
    assert.match(accepted.notes.join(), /repeats\.jsonl is ready for Llama 3\.1: .* 1 warning/u);
    assert.match(await refusal(check(training, [], { strict: true })), /201:1: warning duplicate-record/u);
    assert.match(await refusal(check(training, [], { policyFile: policy })), /201:1: error duplicate-record/u);
    const none = join(folder, "none.json");
    assert.match(await refusal(check(training, [], { policyFile: none })), /dataset\.policyFile\) cannot be read/u);
  });

  it("shows at most as many findings as the stack says, and the total", async () => {
    const lines = records(200).map((line, index) => (index < 30 ? line.slice(1) : line));
    const message = await refusal(check(await file("many.jsonl", lines), [], { maxFindings: 4 }));
    assert.equal(message.match(/error invalid-json/gu)?.length, 4);
    assert.match(message, /26 more findings not shown; all together: invalid-json 30/u);
  });

  it("estimates the cost with the epochs of the job, at the prices of the stack", async () => {
    const training = await file("priced.jsonl", records(200));
    const { report, notes } = await check(training, [], { prices: { trainingPer1000Tokens: 1, asOf: "2026-10-01" } });
    assert.equal(report.cost!.epochs, 3);
    assert.equal(report.cost!.training.low, (report.files[0]!.estimatedTokens * 3) / 1000);
    assert.match(notes.join(), /at your prices of 2026-10-01/u);
  });

  it("writes its reports to a folder, also when it refuses the files", async () => {
    const training = await file("refused.jsonl", records(20));
    const reportFolder = join(folder, "reports", "new");
    await refusal(check(training, [await file("small.jsonl", records(5, 500))], { reportFolder }));
    const read = (name: string) => readFile(join(reportFolder, name), "utf8");
    assert.match(await read("dataset.html"), /too-few-records/u);
    const { reports } = JSON.parse(await read("dataset.json")) as { reports: { file: string }[] };
    assert.equal(reports.length, 2);
    const { runs } = JSON.parse(await read("dataset.sarif")) as { runs: { results: { ruleId: string }[] }[] };
    assert.ok(runs[0]!.results.some(({ ruleId }) => ruleId === "too-few-records"));
  });

  it("sends nothing to Amazon Comprehend that would cost more than the stack allows", async () => {
    const training = await file("searched.jsonl", records(200));
    const comprehend = { language: "en", pricePerUnit: 1, maxCost: 10, asOf: "2026-10-01" };
    const message = await refusal(check(training, [], { comprehend }));
    assert.match(message, /Amazon Comprehend would cost USD \d+\.00 .* more than "maxCost" of 10\. Nothing was sent/u);
    assert.throws(() => dataset.parse({ comprehend: { ...comprehend, language: "de" } }), /language/u);
  });

  it("refuses data that stand in S3 already: the environment uploads them under its key", async () => {
    assert.match(await refusal(check("s3://bucket/train.jsonl")), /"s3:\/\/bucket\/train\.jsonl" stands in S3/u);
  });
});
