import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Log } from "sarif";
import { catalogue } from "../../../policies/catalogue";
import { checkConfiguration } from "../../../policies/report/configuration";
import { runReport } from "../../../policies/report/cli";
import { EventError, readEvents } from "../../../policies/report/events";
import { packName } from "../../../policies/report/finding";
import { toSarif } from "../../../policies/report/sarif";
import { toText } from "../../../policies/report/text";

const key = "urn:pulumi:prod::other::aws:kms/key:Key::partner";

let sequence = 0;

function policyEvent(fields: Record<string, unknown> = {}): string {
  const event = {
    resourceUrn: key,
    message: "A symmetric KMS key is rotated automatically.\nenableKeyRotation is not true.\nSet it to true.\n",
    policyName: "kms-key-rotates",
    policyPackName: packName,
    policyPackVersion: "0.1.0",
    enforcementLevel: "mandatory",
    ...fields,
  };
  return JSON.stringify({ sequence: sequence++, timestamp: 1, policyEvent: event });
}

const stackEvent = policyEvent({
  resourceUrn: undefined,
  policyName: "house-rule",
  policyPackName: "another-pack",
  enforcementLevel: "advisory",
  message: "<{%fg 3%}>House rule.\nNo resource is called test.<{%reset%}>\n",
});

const summaryEvent = JSON.stringify({ sequence: 9, timestamp: 1, summaryEvent: { isPreview: true } });

describe("events of the engine", () => {
  it("give each finding once, without the description and without the marks for colours", () => {
    const report = readEvents([policyEvent(), policyEvent(), stackEvent, summaryEvent].join("\n"));
    assert.deepEqual(
      report.findings.map(({ policy, urn, message }) => ({ policy, urn, message })),
      [
        { policy: "kms-key-rotates", urn: key, message: "enableKeyRotation is not true.\nSet it to true." },
        { policy: "house-rule", urn: undefined, message: "No resource is called test." },
      ],
    );
    assert.deepEqual([report.mandatory, report.advisory, report.errors], [1, 1, []]);
  });

  it("tell what a policy has mended, by the names of the properties and without their values", () => {
    const policyRemediationEvent = {
      resourceUrn: key,
      policyName: "kms-key-rotates",
      policyPackName: "secure-model-customization",
      policyPackVersion: "0.1.0",
      before: { description: "same" },
      after: { description: "same", enableKeyRotation: true },
    };
    const report = readEvents(JSON.stringify({ sequence: 1, timestamp: 1, policyRemediationEvent }));
    assert.deepEqual(
      report.findings.map(({ policy, level, urn, message }) => [policy, level, urn, message]),
      [["kms-key-rotates", "remediate", key, "The policy has changed enableKeyRotation."]],
    );
    assert.equal(report.mandatory, 0);
  });

  it("tell that something secret was mended, which the engine shows alike before and after", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
    const states = { before: { tags: secret }, after: { tags: secret } };
    const policyRemediationEvent = { resourceUrn: key, policyName: "a", policyPackName: packName, ...states };
    const { findings } = readEvents(JSON.stringify({ sequence: 1, timestamp: 1, policyRemediationEvent }));
    assert.equal(findings[0]?.message, "The policy has changed what is in a secret.");
  });

  it("may stand between other lines, of which only the engine's errors are kept", () => {
    const text = ["{ not json", '{"a":1}', policyEvent(), "error: no such plugin", "warning: nothing"].join("\n");
    const report = readEvents(text);
    assert.deepEqual([report.findings.length, report.errors], [1, ["no such plugin"]]);
  });

  it("do not count the engine's exit over findings as an error of the run", () => {
    for (const error of ["one or more mandatory policy violations were found", "preview failed", "update failed"]) {
      assert.deepEqual(readEvents([policyEvent(), `error: ${error}`].join("\n")).errors, []);
    }
    assert.deepEqual(readEvents([stackEvent, "error: preview failed"].join("\n")).errors, ["preview failed"]);
  });

  it("include what a program complained about", () => {
    const diagnostic = { severity: "error", message: "<{%reset%}>it broke<{%reset%}>\n" };
    const text = JSON.stringify({ sequence: 1, timestamp: 1, diagnosticEvent: diagnostic });
    assert.deepEqual(readEvents(text).errors, ["it broke"]);
  });

  it("are demanded: text without one is refused, with the reason where there is one", () => {
    assert.throws(() => readEvents("Previewing update\n"), /No event of the engine.*--event-log/s);
    assert.throws(
      () => readEvents("error: no stack selected\n"),
      new EventError("Nothing was judged: no stack selected."),
    );
  });
});

describe("text report", () => {
  it("tells what stops the update first, with severity and place", () => {
    const text = toText(readEvents([stackEvent, policyEvent()].join("\n")));
    assert.ok(text.startsWith("kms-key-rotates (mandatory, high) on partner (aws:kms/key:Key)\n    enableKeyRotation"));
    assert.match(text, /house-rule \(advisory\) on the stack/);
    assert.ok(text.endsWith("1 mandatory finding, 1 advisory finding.\n"));
  });

  it("says so when there is nothing", () => {
    assert.equal(toText(readEvents(summaryEvent)), "No policy has a finding.\n");
  });
});

describe("SARIF report", () => {
  const report = readEvents([policyEvent(), stackEvent].join("\n"));
  // The assignment is checked by the compiler: the shape is that of the published types.
  const log: Log = toSarif(report, "infra\\index.ts");
  const [run] = log.runs;

  it("has a rule for each policy that has a finding, with what the catalogue says about it", () => {
    const [own, foreign] = run?.tool.driver.rules ?? [];
    const rule = catalogue.find(({ id }) => id === "kms-key-rotates");
    assert.equal(own?.fullDescription?.text, rule?.threat);
    assert.equal(own?.properties?.["security-severity"], "8.0");
    assert.ok(own?.properties?.tags?.includes("NIST 800-53 SC-12"));
    assert.equal(foreign?.id, "another-pack/house-rule");
  });

  it("points each result at its rule, its resource and a file", () => {
    for (const result of run?.results ?? []) {
      assert.equal(run?.tool.driver.rules?.[result.ruleIndex ?? -1]?.id, result.ruleId);
      assert.equal(result.locations?.[0]?.physicalLocation?.artifactLocation?.uri, "infra/index.ts");
    }
    assert.deepEqual(
      run?.results?.map(({ level }) => level),
      ["error", "warning"],
    );
    assert.equal(run?.results?.[0]?.locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName, key);
  });

  it("gives one finding the same fingerprint from run to run, and two findings two", () => {
    const print = (message: string, urn: string) => {
      const again: Log = toSarif(readEvents(policyEvent({ message: `About.\n${message}`, resourceUrn: urn })), "a");
      return again.runs[0]?.results?.[0]?.partialFingerprints?.["policyAndResource/v1"];
    };
    assert.equal(print("3 subnets are open.", key), print("4 subnets are open.", key));
    assert.notEqual(print("3 subnets are open.", key), print("3 subnets are open.", `${key}2`));
  });

  it("has what code scanning demands of every rule and every result, whichever pack it is of", () => {
    const everything = catalogue.map(({ id }) => policyEvent({ policyName: id, message: "About.\nFound." }));
    const [{ tool, results = [] } = { tool: { driver: { name: "" } } }] = (
      toSarif(readEvents([...everything, stackEvent].join("\n")), "./infra/my stack#1/Pulumi.yaml") as Log
    ).runs;
    const rules = tool.driver.rules ?? [];
    assert.equal(rules.length, catalogue.length + 1);
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    for (const rule of rules) {
      for (const text of [rule.shortDescription?.text, rule.fullDescription?.text, rule.help?.text]) {
        assert.ok(text !== undefined && text.length > 0 && text.length <= 1024, rule.id);
      }
      // Code scanning reads at most 20 tags of a rule, and takes a severity of security from one with the tag only.
      const { tags = [], ...others } = rule.properties ?? {};
      assert.ok(tags.length > 0 && tags.length <= 20, `${rule.id} has ${tags.length} tags`);
      const severity = Number(others["security-severity"] ?? 0);
      assert.ok(severity === 0 || (tags.includes("security") && severity > 0 && severity <= 10), rule.id);
    }
    for (const result of results) {
      assert.equal(rules[result.ruleIndex ?? -1]?.id, result.ruleId);
      assert.ok(["error", "warning", "note"].includes(result.level ?? ""));
      assert.ok((result.message.text ?? "").length > 0);
      const [location] = result.locations ?? [];
      assert.equal(location?.physicalLocation?.artifactLocation?.uri, "infra/my%20stack%231/Pulumi.yaml");
      assert.equal(location.physicalLocation.region?.startLine, 1);
      assert.match(result.partialFingerprints?.["primaryLocationLineHash"] ?? "", /^[0-9a-f]{32}:1$/);
    }
    const prints = results.map(({ ruleId, partialFingerprints }) =>
      JSON.stringify([ruleId, partialFingerprints?.["primaryLocationLineHash"]]),
    );
    assert.equal(new Set(prints).size, results.length, "two findings must not become one");
  });

  it("says that a run failed, and why", () => {
    const failed: Log = toSarif(readEvents([policyEvent(), "error: it broke"].join("\n")), "a");
    const [invocation] = failed.runs[0]?.invocations ?? [];
    assert.equal(invocation?.executionSuccessful, false);
    assert.equal(invocation?.toolExecutionNotifications?.[0]?.message.text, "it broke");
  });
});

describe("npm run policy -- report", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "policy-report-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const events = (...lines: string[]): string => {
    const file = path.join(folder, "events.json");
    writeFileSync(file, lines.join("\n"));
    return file;
  };

  it("ends with 1 when something stops the update, with 0 when nothing does", () => {
    assert.equal(runReport(["report", "--events", events(policyEvent())]).code, 1);
    assert.equal(runReport(["report", "--events", events(stackEvent)]).code, 0);
  });

  it("ends with 2 when the run did not come to judge everything", () => {
    const answer = runReport(["report", "--events", events(stackEvent, "error: preview failed")]);
    assert.deepEqual([answer.code, answer.problem], [2, "preview failed"]);
  });

  it("refuses a configuration that names no policy, which the engine would ignore, and accepts the ready sets", () => {
    const config = path.join(folder, "config.json");
    writeFileSync(config, JSON.stringify({ all: "mandatory", "kms-key-rotatez": "mandatory" }));
    const answer = runReport(["report", "--file", "nowhere.json", "--config", config]);
    assert.equal(answer.code, 2);
    assert.match(answer.problem ?? "", /kms-key-rotatez, which is no policy .*did you mean kms-key-rotates\?/u);
    for (const set of ["advisory", "baseline", "strict"]) {
      const file = path.resolve(__dirname, `../../../policies/sets/${set}.json`);
      checkConfiguration(readFileSync(file, "utf8"), file);
    }
  });

  it("writes the report where it is told to, and prints nothing then", () => {
    const output = path.join(folder, "report.sarif");
    const args = ["report", "--events", events(policyEvent()), "--format", "sarif", "--output", output];
    assert.equal(runReport(args).output, "");
    assert.equal((JSON.parse(readFileSync(output, "utf8")) as Log).runs[0]?.results?.length, 1);
  });

  for (const [what, args, expected] of [
    ["another command", ["publish"], /The command is "publish"; allowed is report/],
    ["no source", ["report"], /Name one source/],
    ["two sources", ["report", "--stack", "a", "--preview", "b"], /Name one source/],
    ["an unknown format", ["report", "--stack", "a", "--format", "xml"], /--format is "xml"; allowed are/],
    ["an unknown option", ["report", "--stak", "a"], /Unknown option '--stak'/],
    ["a file that is not there", ["report", "--events", "nowhere.json"], /nowhere\.json cannot be read/],
  ] as const) {
    it(`refuses ${what} with exit code 2`, () => {
      const answer = runReport(args);
      assert.equal(answer.code, 2);
      assert.match(answer.problem ?? "", expected);
    });
  }
});
