import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { main } from "../../dataset/cli";
import { root } from "../../local/paths";
import { runReport } from "../../policies/report/cli";
import { runProof } from "../../proof/cli";
import { renderSchema, schemas } from "../../schemas/write";
import { LLAMA_31, pair } from "../dataset/records";
import { exportPath } from "../proof/support";

describe("the schemas", () => {
  for (const [name, schema] of Object.entries(schemas)) {
    it(`of ${name} are what the code says (npm run schema writes them)`, () => {
      assert.equal(readFileSync(join(root, "schemas", name), "utf8"), renderSchema(schema));
    });
  }
});

describe("the editor's schema of a stack file", () => {
  for (const stack of ["dev", "nova", "prod", "minimal"]) {
    it(`is named by the first line of Pulumi.${stack}.yaml`, () => {
      const [first] = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8").split("\n");
      assert.equal(first, "# yaml-language-server: $schema=schemas/stack-file.schema.json");
    });
  }
});

describe("the schema of a report", () => {
  const folder = mkdtempSync(join(tmpdir(), "schemas-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  /** Checks a document, and that none of its parts could be left out or anything added unnoticed. */
  function fits(schema: string, text: string): void {
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
      schemas[`${schema}.schema.json`] ?? {},
    );
    const document = JSON.parse(text) as Record<string, unknown>;
    assert.ok(validate(document), JSON.stringify(validate.errors));
    assert.ok(!validate({ ...document, added: 1 }));
    for (const part of Object.keys(document).filter((key) => key !== "together")) {
      assert.ok(!validate({ ...document, [part]: undefined }), part);
    }
  }

  async function check(...args: string[]): Promise<string> {
    let out = "";
    const stdout = { write: (text: string | Uint8Array) => ((out += String(text)), true), isTTY: false };
    const code = await main(["check", ...args, "--format", "json"], { stdout, stderr: { write: () => true } });
    assert.notEqual(code, 2);
    return out;
  }

  it("of data sets is kept for good and broken files, pairs, labels, prices and without data quality", async () => {
    const good = file("good.jsonl", Array.from({ length: 200 }, (_, index) => pair(index)).join("\n"));
    const labels = Array.from({ length: 200 }, (_, index) =>
      JSON.stringify({
        prompt: `Is clause ${index} fair, says court ${index * 7}?`,
        completion: index % 2 ? "yes" : "no",
      }),
    );
    const poisoned = labels.map((line, index) => (index % 9 ? line : line.replace("Is", "Zanzibar prevails. Is")));
    const labelled = file("labelled.jsonl", poisoned.join("\n"));
    const broken = file(
      "broken.jsonl",
      `${pair(7)}\n{"prompt": "x", }\n[1]\n{"prompt":"a@acme-mail.com","completion":1}`,
    );
    const prices = file(
      "prices.json",
      JSON.stringify({ trainingPer1000Tokens: 1, asOf: "2026-10-01", tokensPerHour: 9 }),
    );
    const model = ["--model", LLAMA_31];
    fits("dataset-report", await check(good, labelled, broken, ...model, "--price", prices));
    fits("dataset-report", await check(good, "--validation", broken, ...model));
    fits("dataset-report", await check(broken, ...model, "--no-quality"));
    fits("dataset-report", await check(file("empty.jsonl", ""), ...model, "--role", "evaluation"));
  });

  it("of the policy pack is kept", async () => {
    const event = (fields: object) =>
      JSON.stringify({
        sequence: 1,
        timestamp: 1,
        policyEvent: {
          message: "A key is rotated.\nIt is not.\n",
          policyName: "kms-key-rotates",
          policyPackName: "secure-model-customization",
          policyPackVersion: "0.1.0",
          enforcementLevel: "mandatory",
          ...fields,
        },
      });
    const events = file("events.json", [event({ resourceUrn: "urn:pulumi:a::b::c:d/e:F::g" }), event({})].join("\n"));
    fits("policy-report", runReport(["report", "--events", events, "--format", "json"]).output);
  });

  it("of the access proof is kept", async () => {
    fits("access-proof", (await runProof(["--file", exportPath, "--format", "json"])).output);
  });
});
