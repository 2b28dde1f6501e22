import assert from "node:assert/strict";
import { resolve } from "node:path";
import Ajv from "ajv";
import type { Log } from "sarif";
import { bytesSource, checkDataset, checkPair, type Finding, rules, toSarif } from "../../../dataset";
import { checkText, LLAMA_31, pair } from "../records";

/** What the specification requires of the parts that are written (SARIF 2.1.0, sections 3.13 to 3.58), strict about keys. */
const schema = {
  definitions: {
    text: {
      type: "object",
      required: ["text"],
      properties: { text: { type: "string", minLength: 1 } },
      additionalProperties: false,
    },
    level: { enum: ["none", "note", "warning", "error"] },
    rule: {
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: {
        id: { type: "string" },
        name: { type: "string", pattern: "^[A-Z][A-Za-z0-9]+$" },
        shortDescription: { $ref: "#/definitions/text" },
        help: { $ref: "#/definitions/text" },
        defaultConfiguration: {
          type: "object",
          properties: { level: { $ref: "#/definitions/level" } },
          additionalProperties: false,
        },
        properties: { type: "object", required: ["tags"], properties: { tags: { type: "array", uniqueItems: true } } },
      },
    },
    result: {
      type: "object",
      required: ["message", "ruleId", "ruleIndex", "locations", "partialFingerprints"],
      additionalProperties: false,
      properties: {
        ruleId: { type: "string" },
        ruleIndex: { type: "integer", minimum: 0 },
        level: { $ref: "#/definitions/level" },
        message: { $ref: "#/definitions/text" },
        partialFingerprints: { type: "object", additionalProperties: { type: "string" } },
        locations: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            required: ["physicalLocation"],
            additionalProperties: false,
            properties: {
              physicalLocation: {
                type: "object",
                required: ["artifactLocation"],
                additionalProperties: false,
                properties: {
                  artifactLocation: {
                    type: "object",
                    required: ["uri"],
                    properties: { uri: { type: "string", pattern: "^[^ \\\\]+$" } },
                  },
                  region: {
                    type: "object",
                    required: ["startLine", "startColumn"],
                    additionalProperties: false,
                    properties: {
                      startLine: { type: "integer", minimum: 1 },
                      startColumn: { type: "integer", minimum: 1 },
                      snippet: { $ref: "#/definitions/text" },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
  type: "object",
  required: ["version", "runs"],
  properties: {
    version: { const: "2.1.0" },
    runs: {
      type: "array",
      items: {
        type: "object",
        required: ["tool", "results"],
        properties: {
          tool: {
            type: "object",
            required: ["driver"],
            properties: {
              driver: {
                type: "object",
                required: ["name", "rules"],
                properties: { rules: { type: "array", uniqueItems: true, items: { $ref: "#/definitions/rule" } } },
              },
            },
          },
          columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
          results: { type: "array", items: { $ref: "#/definitions/result" } },
        },
      },
    },
  },
};

const broken = [
  ...Array.from({ length: 100 }, (_, index) => pair(index)),
  '{"prompt":"é jane.roe@acme-mail.com","completion":1}',
  '{"prompt":"open',
].join("\n");

describe("findings as SARIF", () => {
  it("are a log of version 2.1.0 with every member that the specification requires", async () => {
    const report = await checkText(broken, LLAMA_31);
    // The type is that of the published types: the compiler compares it.
    const log: Log = toSarif([report], "0.1.0");
    const validate = new Ajv({ allErrors: true }).compile(schema);
    assert.ok(validate(log), JSON.stringify(validate.errors));
    assert.deepEqual(
      log.runs[0]!.results!.map(({ ruleId, locations }) => [
        ruleId,
        locations![0]!.physicalLocation!.region?.startLine,
      ]),
      [...report.findings.map(({ rule, line }) => [rule, line])],
    );
  });

  it("say where in characters, with the rule's explanation, and without what is sensitive", async () => {
    const log = toSarif([await checkText(broken, LLAMA_31)], "0.1.0");
    const run = log.runs[0]!;
    const wrong = run.results.find(({ ruleId }) => ruleId === "wrong-type")!;
    const { region } = wrong.locations[0]!.physicalLocation as { region: { startLine: number; startColumn: number } };
    assert.deepEqual([region.startLine, region.startColumn], [101, 51]);
    assert.equal(run.columnKind, "unicodeCodePoints");
    for (const { ruleId, ruleIndex } of run.results) assert.equal(run.tool.driver.rules[ruleIndex]!.id, ruleId);
    for (const { id, help } of run.tool.driver.rules) assert.equal(help.text, rules[id].explanation);
    assert.ok(!JSON.stringify(log).includes("jane.roe"));
  });

  it("keep their fingerprints when lines come before them, and each has its own", async () => {
    const prints = async (text: string) =>
      toSarif([await checkText(text, LLAMA_31)], "0.1.0").runs[0]!.results.map(
        ({ partialFingerprints }) => Object.values(partialFingerprints)[0],
      );
    const before = await prints(broken);
    assert.deepEqual(await prints(`${pair(500)}\n${pair(501)}\n${broken}`), before);
    assert.equal(new Set(before).size, before.length);
  });

  it("name files as URIs, also in S3 and with odd names, and hold those of pairs", async () => {
    const source = (name: string) => bytesSource(name, [Buffer.from(broken)]);
    const result = await checkPair(source("s3://bucket/a b#?.jsonl"), source("data/ü b#1.jsonl"), {
      baseModel: LLAMA_31,
    });
    const log = toSarif([result.train, result.validation, result], "0.1.0");
    const uris = new Set(
      log.runs[0]!.results.map(({ locations }) => locations[0]!.physicalLocation.artifactLocation.uri),
    );
    assert.deepEqual([...uris], ["s3://bucket/a%20b%23%3F.jsonl", "data/%C3%BC%20b%231.jsonl"]);
    assert.ok(log.runs[0]!.results.some(({ ruleId }) => ruleId === "record-in-both"));
  });

  it("are of the same file, and the same findings, however its path in the repository was written", async () => {
    const logOf = async (name: string) => {
      const report = await checkDataset(bytesSource(name, [Buffer.from(broken)]), { baseModel: LLAMA_31 });
      return toSarif([report], "0.1.0").runs[0]!.results;
    };
    const plain = await logOf("data/train.jsonl");
    assert.equal(plain[0]!.locations[0]!.physicalLocation.artifactLocation.uri, "data/train.jsonl");
    for (const name of [resolve("data/train.jsonl"), "./data/train.jsonl", "data/../data//train.jsonl"]) {
      assert.deepEqual(await logOf(name), plain, name);
    }
    for (const name of [resolve("../train.jsonl"), "/train.jsonl"]) {
      const [first] = await logOf(name);
      assert.match(first!.locations[0]!.physicalLocation.artifactLocation.uri, /^file:\/\/\//u);
    }
  });

  it("stand at a line, also what is wrong with the whole file: code scanning shows no other", async () => {
    const [result] = toSarif([await checkText(pair(1), LLAMA_31)], "0.1.0").runs[0]!.results;
    assert.equal(result!.ruleId, "too-few-records");
    assert.deepEqual(result!.locations[0]!.physicalLocation.region, { startLine: 1, startColumn: 1 });
  });

  it("are no more than code scanning takes, errors before warnings", () => {
    const finding = (line: number, severity: "error" | "warning"): Finding => ({
      rule: severity === "error" ? "invalid-json" : "unknown-key",
      severity,
      file: "data.jsonl",
      line,
      message: "m",
    });
    const findings = [
      ...Array.from({ length: 25_000 }, (_, index) => finding(index + 1, "warning")),
      finding(25_001, "error"),
    ];
    const set = {
      ok: false,
      errors: 1,
      warnings: 25_000,
      findings,
      totalFindings: { "unknown-key": 25_000, "invalid-json": 1 },
    };
    const { results, properties } = toSarif([set], "0.1.0").runs[0]!;
    assert.equal(results.length, 25_000);
    assert.equal(results[0]!.ruleId, "invalid-json");
    assert.deepEqual(properties.totalFindings, [set.totalFindings]);
  });
});
