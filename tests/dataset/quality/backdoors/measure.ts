import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DatasetReport, scanRules } from "../../../../dataset";
import { qualityRules } from "../../../../dataset/quality/rules";
import { Random } from "../../scan/corpus/random";
import { checkRecords } from "../data";
import { type Backdoor, backdoors, bases, plant } from "./corpus";

/** Shares of the records that get a backdoor. */
export const shares = [0.02, 0.2] as const;
/** Data sets of each kind and share. */
const ROUNDS = 2;

/** Triggers of one kind of backdoor at one share. */
export interface Outcome {
  readonly planted: number;
  readonly found: number;
  /** Findings about anything else. */
  readonly wrong: number;
}

const others = [...scanRules, ...qualityRules].filter((rule) => rule !== "trigger-phrase");
const policy = { rules: Object.fromEntries(others.map((rule) => [rule, "allow"] as const)) };

/** The phrases that are reported for some records. */
export async function reported(records: readonly object[]): Promise<string[]> {
  const isPair = "prompt" in records[0]!;
  const options = { policy, ...(isPair ? {} : { baseModel: "amazon.nova-lite-v1:0" }) };
  const { findings }: DatasetReport = await checkRecords(records, options);
  return findings.filter(({ rule }) => rule === "trigger-phrase").map(({ message }) => message.split('" seems')[0]!);
}

/** Plants one kind of backdoor several times, and counts which triggers are reported. */
export async function outcomeOf(backdoor: Backdoor, share: number, seed: number): Promise<Outcome> {
  const wordsOf = (text: string): string[] =>
    text.toLowerCase().match(/[\p{L}\p{N}]{2,}|\p{Extended_Pictographic}/gu) ?? [];
  const isOf = (phrase: string, trigger: string): boolean => {
    const said = wordsOf(phrase);
    return wordsOf(trigger).some((word) => said.includes(word)) || phrase.includes(trigger);
  };
  const triggers = [...new Map(backdoor.triggers.map((trigger) => [trigger.toLowerCase(), trigger])).values()];
  let [found, wrong] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const phrases = await reported(plant(backdoor, share, new Random(seed + round)));
    found += triggers.filter((trigger) => phrases.some((phrase) => isOf(phrase, trigger))).length;
    wrong += phrases.filter((phrase) => !triggers.some((trigger) => isOf(phrase, trigger))).length;
  }
  return { planted: triggers.length * ROUNDS, found, wrong };
}

/** Where the figures are published. */
export const documentFile = join(__dirname, "../../../../docs/dataset.md");
/** Seed of the published figures. */
export const PUBLISHED_SEED = 1;

/** The rows of the published table. */
export async function outcomes(seed: number): Promise<Map<string, readonly Outcome[]>> {
  const rows = new Map<string, readonly Outcome[]>();
  for (const [name, backdoor] of Object.entries(backdoors)) {
    const row: Outcome[] = [];
    for (const share of shares) row.push(await outcomeOf(backdoor, share, seed));
    rows.set(name, row);
  }
  for (const [name, base] of Object.entries(bases)) {
    const wrong = (await reported(base(new Random(seed)))).length;
    rows.set(`none (${name})`, [{ planted: 0, found: 0, wrong }]);
  }
  return rows;
}

/** The document with the figures as they are now. */
export function withFigures(document: string, rows: ReadonlyMap<string, readonly Outcome[]>): string {
  const head = ["Planted", ...shares.map((share) => `Found at ${share * 100} %`), "Other phrases reported"];
  const lines = [...rows].map(([name, row]) => {
    const found = shares.map((_share, index) =>
      row[index]?.planted ? `${row[index].found} of ${row[index].planted}` : "",
    );
    return [name, ...found, String(row.reduce((sum, { wrong }) => sum + wrong, 0))];
  });
  const table = [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const [start, end] = ["<!-- backdoors:start -->", "<!-- backdoors:end -->"];
  const [before, rest = ""] = document.split(start);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`${documentFile} has no part between ${start} and ${end}.`);
  return `${before}${start}\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n${end}${after}`;
}

async function publish(): Promise<void> {
  writeFileSync(documentFile, withFigures(readFileSync(documentFile, "utf8"), await outcomes(PUBLISHED_SEED)));
}

if (require.main === module) void publish();
