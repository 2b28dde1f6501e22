import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { duration } from "../../../local/console";
import { readEventLog } from "../../../local/event-log";
import { resourceLine, sparkline } from "../../../local/summary";

describe("resources of a summary", () => {
  it("are counted by service; settings of the account and what serves a model are no jobs", () => {
    const dynamic = (name: string) => ({ type: `pulumi-nodejs:dynamic/bedrock:${name}`, custom: true });
    const line = resourceLine([
      { type: "aws:s3/bucket:Bucket", custom: true },
      { type: "aws:s3/bucketPolicy:BucketPolicy", custom: true },
      ...["CustomizationJob", "ProvisionedThroughput", "InvocationLogging", "MacieSession"].map(dynamic),
      { type: "secure-model-customization:index:SecureBucket", custom: false },
      { type: "pulumi:providers:aws", custom: true },
    ]);
    assert.equal(line, "6 in service (s3 2, account settings 2, bedrock jobs 1, bedrock serving 1)");
  });
});

describe("sparkline", () => {
  const losses = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });

  it("has a column for each value, at most as many as are wide", () => {
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 80 }), (series, width) => {
        assert.equal([...sparkline(series, width)].length, Math.min(width, series.length));
      }),
    );
  });

  it("falls where the series falls", () => {
    fc.assert(
      fc.property(losses, (series) => {
        const falling = [...sparkline(series.toSorted((a, b) => b - a))].map((bar) => bar.codePointAt(0) ?? 0);
        assert.deepEqual(
          falling,
          falling.toSorted((a, b) => b - a),
        );
      }),
    );
  });

  it("reaches from the lowest to the highest bar", () => {
    assert.equal(sparkline([3, 2, 1]), "█▅▁");
    assert.equal(sparkline([1, 1, 1]), "▁▁▁");
    assert.equal(sparkline([]), "");
  });

  it("shows the mean of the values that share a column", () => {
    assert.equal(sparkline([0, 2, 7, 9, 4, 4], 3), sparkline([1, 8, 4]));
  });
});

describe("duration", () => {
  it("is in seconds below two minutes and in minutes above", () => {
    assert.deepEqual([0, 940, 119_900, 120_000, 3_599_400].map(duration), [
      "0.0 s",
      "0.9 s",
      "119.9 s",
      "2 min 0 s",
      "59 min 59 s",
    ]);
  });

  it("never shows sixty seconds", () => {
    assert.equal(duration(179_999), "3 min 0 s");
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), fc.nat(999), (minutes, milliseconds) => {
        assert.doesNotMatch(duration((minutes * 60 + 59) * 1000 + milliseconds), /60 s/u);
      }),
    );
  });
});

describe("the engine's account of a run", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "events-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function read(events: readonly unknown[]) {
    const path = join(folder, "events.jsonl");
    writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    return readEventLog(path);
  }
  const policy = (enforcementLevel: string, message: string) => ({
    sequence: 1,
    policyEvent: { policyName: "buckets-are-private", enforcementLevel, message },
  });
  const summary = (resourceChanges: Record<string, number>) => ({ summaryEvent: { resourceChanges } });
  const judged = (passed: string[], failed?: string[]) => ({
    policyAnalyzeSummaryEvent: { policyPackName: "a-pack", policyPackVersion: "1.2.3", passed, failed },
  });

  it("counts what changes, and not what stays", () => {
    assert.equal(read([summary({ same: 40, create: 2, update: 3, delete: 1 })]).changes, 6);
    assert.equal(read([summary({ same: 40 })]).changes, 0);
  });

  it("counts findings by level and keeps the first line of each", () => {
    const { policies } = read([
      policy("mandatory", "The bucket is public.\nDetails follow."),
      policy("advisory", "No tags."),
      policy("advisory", "No name."),
      judged(["buckets-are-versioned", "keys-are-rotated"], ["buckets-are-private"]),
      judged(["buckets-are-versioned"]),
      summary({}),
    ]);
    assert.deepEqual(policies, {
      packs: ["a-pack 1.2.3"],
      policies: ["buckets-are-private", "buckets-are-versioned", "keys-are-rotated"],
      passed: 3,
      mandatory: 1,
      advisory: 2,
      messages: [
        "buckets-are-private: The bucket is public.",
        "buckets-are-private: No tags.",
        "buckets-are-private: No name.",
      ],
    });
  });

  it("passes over events that are about something else", () => {
    assert.deepEqual(read([{ preludeEvent: { config: {} } }, { cancelEvent: {} }]), {
      policies: { packs: [], policies: [], passed: 0, mandatory: 0, advisory: 0, messages: [] },
      changes: 0,
    });
  });
});
