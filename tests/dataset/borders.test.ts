import assert from "node:assert/strict";
import {
  bytesSource,
  checkDataset,
  type DatasetReport,
  limitsFor,
  modelLimits,
  policyRules,
  type RuleId,
  rules,
  scanRules,
} from "../../dataset";
import { type Border, type BorderTable, type Data, type Setting } from "./borders/table";
import { chatTables } from "./borders/chat";
import { conversationTables } from "./borders/conversation";
import { distillationTables } from "./borders/distillation";
import { evaluationTables } from "./borders/evaluation";
import { imageTables } from "./borders/images";
import { textTables } from "./borders/text-formats";

const tables: readonly BorderTable[] = [
  ...[...textTables, ...conversationTables, ...chatTables],
  ...[...distillationTables, ...imageTables, ...evaluationTables],
];

const policy = { rules: Object.fromEntries(scanRules.map((rule) => [rule, "allow" as const])) };

/** Rules that only two files together can break. */
const ofPairs: readonly RuleId[] = ["record-in-both", "overlap-not-checked"];

/** The file: what is given, and as many good records after it as the family needs at least. */
function bytesOf(data: Data, good: object, fewest: number): Buffer {
  if (Buffer.isBuffer(data)) return data;
  const given = Array.isArray(data) ? (data as readonly (object | string)[]) : [data as object | string];
  const lines = given.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  const written = lines
    .join("\n")
    .split("\n")
    .filter((line) => line.trim() !== "").length;
  const more = Array.from({ length: Math.max(0, fewest - written) }, () => JSON.stringify(good));
  return Buffer.from([...lines, ...more].map((line) => `${line}\n`).join(""));
}

async function check(data: Data, { setting, good }: BorderTable, border: Border, more: Partial<Setting> = {}) {
  const { model, type, role = "train", file = "data.jsonl" } = { ...setting, ...border.setting, ...more };
  const limits = role === "evaluation" ? undefined : limitsFor(model, type);
  const fewest = border.alone || role === "validation" ? 0 : (limits?.records.min ?? 1);
  const bytes = bytesOf(data, good, fewest);
  const options = { baseModel: model, customizationType: type, role, policy, quality: false, threads: 1 };
  const report = await checkDataset(bytesSource(file, [bytes]), options);
  return { report, bytes, retired: limits?.retired !== undefined };
}

/** Rules that a report names, without the one that every file for such a model breaks. */
function brokenIn(report: DatasetReport, retired: boolean, expected?: RuleId): RuleId[] {
  const found = Object.keys(report.totalFindings) as RuleId[];
  return found.filter((rule) => !retired || rule !== "model-retired" || rule === expected).sort();
}

/** Line and column, in characters, that a border's `at` means. */
function placeOf(bytes: Buffer, { at, line = 1 }: Border): readonly [number?, number?] {
  if (at === undefined) return [undefined, undefined];
  const text = bytes.toString("utf8").split("\n")[line - 1] ?? "";
  const [before, after] = at.split("^") as [string, string];
  const found = text.indexOf(before + after);
  assert.ok(found >= 0, `${at} does not stand in ${text}`);
  // Columns are counted without a byte order mark.
  return [line, [...text.slice(0, found + before.length).replace("\ufeff", "")].length + 1];
}

describe("the borders of", () => {
  for (const table of tables) {
    describe(table.title, () => {
      it("a good record: nothing is found", async () => {
        const { report, retired } = await check(table.good, table, { rule: "bom", inside: [], outside: [] });
        assert.deepEqual(brokenIn(report, retired), []);
      });

      table.borders.forEach((border, index) => {
        it(`${border.rule} (${index + 1})`, async function () {
          this.timeout(60_000);
          const { rule, tolerated = [], others = [] } = border;
          const inside = await check(border.inside, table, border);
          assert.deepEqual(brokenIn(inside.report, inside.retired), [...tolerated].sort(), "inside");
          const outside = await check(border.outside, table, border, border.outsideSetting);
          const broken = brokenIn(outside.report, outside.retired, rule);
          assert.deepEqual(broken, [rule, ...others].sort(), "outside");
          const first = outside.report.findings.find((finding) => finding.rule === rule);
          assert.deepEqual([first?.line, first?.column], placeOf(outside.bytes, border));
        });
      });
    });
  }

  it("every rule about formats and limits are in the tables", () => {
    const others = new Set<string>([...policyRules, ...ofPairs]);
    const shown = new Set(tables.flatMap(({ borders }) => borders.map(({ rule }) => rule)));
    const wanted = (Object.keys(rules) as RuleId[]).filter((rule) => !others.has(rule));
    assert.deepEqual(
      wanted.filter((rule) => !shown.has(rule)),
      [],
    );
  });

  it("every family are in the tables", () => {
    const families = new Set(
      tables.flatMap(({ setting, borders }) =>
        [setting, ...borders.map((border) => ({ ...setting, ...border.setting, ...border.outsideSetting }))]
          .filter(({ role }) => role !== "evaluation")
          .map(({ model, type }) => limitsFor(model, type).family),
      ),
    );
    assert.deepEqual(
      modelLimits.map(({ family }) => family).filter((family) => !families.has(family)),
      [],
    );
  });
});
