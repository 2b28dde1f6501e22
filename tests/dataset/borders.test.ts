import assert from "node:assert/strict";
import { checkDataset } from "../../dataset";
import type { CustomizationType } from "../../dataset/limits";
import { bytesSource } from "../../dataset/source";

/** Fewest and most records as the service documents them, written down anew and not taken from the code. */
const borders: readonly (readonly [string, CustomizationType, number, number])[] = [
  ["meta.llama3-1-8b-instruct-v1:0:128k", "FINE_TUNING", 100, 10_000],
  ["meta.llama3-3-70b-instruct-v1:0", "FINE_TUNING", 100, 10_000],
  ["amazon.nova-micro-v1:0:128k", "FINE_TUNING", 8, 20_000],
  ["amazon.nova-2-lite-v1:0:256k", "FINE_TUNING", 200, 20_000],
  ["amazon.nova-lite-v1:0:300k", "DISTILLATION", 100, 15_000],
];

const turn = (role: string, text: string) => ({ role, content: [{ text }] });
const line = (model: string, index: number): string =>
  model.startsWith("meta.llama3-1")
    ? JSON.stringify({ prompt: `Question ${index}?`, completion: "So." })
    : JSON.stringify({
        schemaVersion: "bedrock-conversation-2024",
        messages: [turn("user", `Question ${index}?`), turn("assistant", "So.")],
      });

describe("the number of records", () => {
  for (const [model, customizationType, fewest, most] of borders) {
    it(`may be ${fewest} to ${most} for ${model}, ${customizationType}`, async () => {
      const rulesAt = async (count: number): Promise<string[]> => {
        const lines = Array.from({ length: count }, (_, index) => `${line(model, index)}\n`).join("");
        const source = bytesSource("train.jsonl", [Buffer.from(lines)]);
        const report = await checkDataset(source, { baseModel: model, customizationType, quality: false, threads: 1 });
        return Object.keys(report.totalFindings);
      };
      assert.deepEqual(await rulesAt(fewest - 1), ["too-few-records"]);
      assert.deepEqual(await rulesAt(fewest), []);
      assert.deepEqual(await rulesAt(most), []);
      assert.deepEqual(await rulesAt(most + 1), ["too-many-records"]);
    });
  }
});
