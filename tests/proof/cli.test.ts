import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allow, deny, type Statement } from "../../iam";
import { runProof } from "../../proof/cli";
import { diffAccess } from "../../proof/diff";
import { renderDiff, renderProof } from "../../proof/render";
import { prove, type ProofReport } from "../../proof/prove";
import { readExport } from "../../proof/read-export";
import { devModel, exportPath, exportText } from "./support";

describe("the command", () => {
  let folder: string;
  const write = (content: string): string => {
    const path = join(folder, "stack.json");
    writeFileSync(path, content);
    return path;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "proof-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const insecure = exportText.replaceAll(
    '\\"aws:SecureTransport\\":\\"false\\"',
    '\\"aws:SecureTransport\\":\\"true\\"',
  );

  it("ends with 0 when the proof holds", async () => {
    const { code, output } = await runProof(["--file", exportPath]);
    assert.equal(code, 0);
    assert.match(output, /The proof holds/u);
  });

  it("ends with 1 when something unexpected is allowed, and says what", async () => {
    const { code, output } = await runProof(["--file", write(insecure)]);
    assert.equal(code, 1);
    assert.match(output, /UNEXPECTED +Training data is read without TLS: allowed/u);
  });

  for (const [what, content, message] of [
    ["no JSON", "{", /not JSON/u],
    ["no export", "{}", /no deployment\.resources/u],
    ["a stack without job", '{"deployment":{"resources":[]}}', /no customization job/u],
    [
      "an export without the key",
      exportText.replace('"type": "aws:kms/key:Key"', '"type": "aws:kms/alias:Alias"'),
      /holds no aws:kms\/key:Key/u,
    ],
    [
      "a misspelt operator in a Deny",
      exportText.replace('\\"NumericLessThan\\"', '\\"NumericLesThan\\"'),
      /NumericLessThan/u,
    ],
  ] as const) {
    it(`ends with 2 for ${what}`, async () => {
      const { code, output, problem } = await runProof(["--file", write(content)]);
      assert.equal(code, 2);
      assert.equal(output, "");
      assert.match(problem ?? "", message);
    });
  }

  for (const args of [
    [],
    ["--file", "a", "--stack", "b"],
    ["--before", "a"],
    ["--format", "xml", "--file", "stack.json"],
    ["--fil", "x"],
    ["--file", "missing.json"],
  ]) {
    it(`ends with 2 for the arguments "${args.join(" ")}"`, async () => {
      const { code, problem } = await runProof(args);
      assert.equal(code, 2);
      assert.ok(problem);
    });
  }

  it("ends with 0 for a comparison without change, and with 1 when somebody gained something", async () => {
    const path = write(insecure);
    assert.equal((await runProof(["--before", exportPath, "--after", exportPath])).code, 0);
    assert.equal((await runProof(["--before", path, "--after", exportPath])).output.includes("no longer do"), true);
    const { code, output } = await runProof(["--before", exportPath, "--after", path]);
    assert.equal(code, 1);
    assert.match(output, /Can do now, and could not before\n.*Training data is read without TLS/u);
  });

  it("says in text, for every attempt, why and what would change it", async () => {
    const { output } = await runProof(["--file", exportPath]);
    const attempts = output
      .split("\n")
      .filter((line) => /^ {2}(?:ok|OPEN|UNEXPECTED) .*: (?:allowed|denied)$/u.test(line));
    const report = prove(devModel());
    assert.equal(attempts.length, report.mustAllow.length + report.mustDeny.length);
    assert.equal(output.match(/^ {13}Why: /gmu)?.length, attempts.length);
    assert.equal(output.match(/^ {13}Would change it: /gmu)?.length, attempts.length);
  });

  it("names a statement that does nothing, without ending in failure", async () => {
    const path = write(
      exportText.replace(
        '\\"Action\\":[\\"ec2:DescribeNetworkInterfaces\\"',
        '\\"Action\\":[\\"ec2:DescribeNetworkInterface\\",\\"ec2:DescribeNetworkInterfaces\\"',
      ),
    );
    const { output } = await runProof(["--file", path]);
    assert.match(
      output,
      /Statements that do nothing\n {2}CHECK .*Statement\[0\]\.Action\n.*did you mean ec2:DescribeNetworkInterfaces/u,
    );
  });

  describe("under an organization", () => {
    const put = (name: string, content: unknown): string => {
      const path = join(folder, name);
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    };
    const document = (...Statement: Statement[]) => ({ Version: "2012-10-17", Statement });
    const full = document(allow({ Action: "*", Resource: "*" }));
    const named = async (...args: string[]) => {
      const { code, output, problem } = await runProof(["--file", exportPath, "--format", "json", ...args]);
      const { mustAllow, mustDeny } = (
        output === "" ? { mustAllow: [], mustDeny: [] } : JSON.parse(output)
      ) as ProofReport;
      const of = (name: string) => [...mustAllow, ...mustDeny].find((one) => one.name === name);
      return { code, problem, of, mustAllow };
    };
    const stops = "An administrator stops the trail";

    it("sees closed what only a service control policy prevents", async () => {
      assert.equal((await named()).of(stops)?.allowed, true);
      const watch = document(deny({ Sid: "KeepTrail", Action: "cloudtrail:StopLogging", Resource: "*" }));
      const { code, of } = await named("--scp", put("root.json", full), "--scp", put("unit.json", [full, watch]));
      assert.equal(code, 0);
      assert.equal(of(stops)?.allowed, false);
      assert.equal(of(stops)?.decidedBy[0]?.statement, "KeepTrail");
    });

    it("sees a needed call denied by a level that does not allow it, and by a resource control policy", async () => {
      const onlyS3 = document(allow({ Action: "s3:*", Resource: "*" }));
      const narrow = await named("--scp", put("root.json", full), "--scp", put("unit.json", onlyS3));
      assert.equal(narrow.code, 1);
      assert.ok(narrow.mustAllow.some(({ allowed, layer }) => !allowed && layer === "scp"));
      const locked = document(deny({ Sid: "Lock", Principal: "*", Action: "kms:*", Resource: "*" }));
      const bound = await named("--rcp", put("rcp.json", locked));
      assert.equal(bound.code, 1);
      assert.ok(bound.mustAllow.some(({ allowed, decidedBy }) => !allowed && decidedBy[0]?.statement === "Lock"));
    });

    it("ends with 2 for policies that are none", async () => {
      assert.match((await named("--scp", put("scp.json", "{"))).problem ?? "", /scp\.json is not JSON/u);
      const wrong = document(allow({ Principal: "*", Action: "*", Resource: "*" }));
      assert.match((await named("--scp", put("scp.json", wrong))).problem ?? "", /not a valid scp policy/u);
    });
  });

  it("writes JSON that is the report", async () => {
    const { output } = await runProof(["--file", exportPath, "--format", "json"]);
    assert.deepEqual(JSON.parse(output), JSON.parse(JSON.stringify(prove(devModel()))));
  });
});

describe("pages", () => {
  it("escape what they show, and load nothing", async () => {
    const report: ProofReport = { ...prove(devModel()), stack: `<script>alert("x")</script>` };
    const page = renderProof(report, "html");
    assert.ok(!page.includes("<script"));
    assert.ok(page.includes("&lt;script&gt;alert(&quot;x&quot;)"));
    assert.doesNotMatch(page, /\s(?:src|href)=(?!"#)/u);
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/u);
  });

  it("begin with their parts, and how much of each wants to be looked at", () => {
    const report = prove(devModel());
    const page = renderProof(report, "html");
    const parts = [...page.matchAll(/<a href="#([\w-]+)">/gu)].map(([, id]) => id);
    assert.deepEqual(
      [...page.matchAll(/<h2 id="([\w-]+)"/gu)].map(([, id]) => id),
      parts,
    );
    const open = [...page.matchAll(/<i>(\d+) open and known<\/i>/gu)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    assert.equal(open, report.mustDeny.filter((one) => one.asExpected && one.allowed).length);
    const wrong = { ...report.mustDeny[0]!, asExpected: false };
    const worse = renderProof({ ...report, mustDeny: [wrong, ...report.mustDeny.slice(1)] }, "html");
    assert.match(worse, /<b>1 to look at<\/b>/u);
    assert.doesNotMatch(page, /to look at/u);
  });
});

describe("a comparison", () => {
  it("lists a statement's new action for whoever holds it", async () => {
    const before = devModel();
    const after = readExport(
      exportText.replace(
        '\\"s3:GetObject\\",\\"s3:PutObject\\"',
        '\\"s3:GetObject\\",\\"s3:PutObject\\",\\"s3:DeleteObject\\"',
      ),
    );
    const diff = diffAccess(before, after);
    assert.equal(diff.grantsAdded.length, 1);
    assert.match(diff.grantsAdded[0] ?? "", /s3:DeleteObject on arn:aws:s3:::smc-dev-output/u);
    assert.deepEqual([diff.grantsRemoved, diff.deniesAdded, diff.deniesRemoved], [[], [], []]);
  });

  it("says so when nothing changed", async () => {
    assert.match(renderDiff(diffAccess(devModel(), devModel()), "text"), /Nobody can do anything/u);
  });
});
