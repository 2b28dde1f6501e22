import { readFileSync } from "node:fs";
import { join } from "node:path";
import licences from "spdx-license-list/full";
import type { RuleId } from "../../../../dataset";
import { further } from "./further";
import { harmless, poison } from "./poison";
import { Random } from "./random";
import { type Plant, sensitive } from "./sensitive";
import { unusual } from "./unusual";

/** One text of the corpus, and the rules that must find something in it; none for a clean text. */
export interface Labelled {
  readonly text: string;
  readonly planted?: RuleId;
}

/** Every kind that is planted. */
export const kinds = { ...sensitive, ...poison } as Readonly<Partial<Record<RuleId, Plant>>>;

/** Texts per kind, clean texts with hard cases, and clean texts as they are. */
const PER_KIND = 60;
const HARD = 600;

/** Sentences of real texts: licences, and the records of the example data sets. */
function realSentences(): string[] {
  const records = ["legal-clauses", "nova-licences"].flatMap((name) =>
    readFileSync(join(__dirname, "../../../../examples", name, "data/train.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  );
  const strings: string[] = Object.values(licences).map(({ licenseText }) => licenseText);
  for (const open: unknown[] = records; open.length > 0;) {
    const value = open.pop();
    if (typeof value === "string") strings.push(value);
    else if (typeof value === "object" && value !== null) open.push(...(Object.values(value) as unknown[]));
  }
  // Licences name their authors' addresses; what is left of them would be planted by nobody and counted as wrong.
  const hasAddress = /@| at \w+ dot |phone|fax|\+\d/i;
  const sentences = strings.flatMap((text) => text.split(/(?<=[.;:])\s+/));
  return sentences.filter((one) => one.length > 60 && one.length < 600 && !hasAddress.test(one));
}

let carriers: string[] | undefined;

/** The corpus of a seed: other seeds give other numbers, names, places and carriers. */
export function corpus(seed: number): Labelled[] {
  const random = new Random(seed);
  const real = (carriers ??= realSentences());
  const carrier = (middle: string): string =>
    `${random.pick(real)} ${middle}${random.pick([" ", "\n", "\n\n"])}${random.pick(real)}`;
  const planted = Object.entries(kinds).flatMap(([kind, usual]) => {
    const rule = kind as RuleId;
    const plants = [usual, unusual[rule] ?? usual, further[rule] ?? usual];
    return Array.from({ length: PER_KIND }, (_, index): Labelled => {
      const plant = plants[index % plants.length] ?? usual;
      return { text: carrier(plant(random)), planted: rule };
    });
  });
  const hard = Array.from({ length: HARD }, (): Labelled => ({ text: carrier(harmless(random)) }));
  return [...planted, ...hard];
}
