import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clause, clausesOf, withoutNearDuplicates } from "../legal-clauses/clauses";
import { kindOf } from "../legal-clauses/kinds";
import {
  distinctLicences,
  type Licence,
  licences,
  pick,
  type Split,
  splitOf,
  withArticle,
} from "../legal-clauses/licences";

interface Message {
  readonly role: "user" | "assistant";
  readonly content: readonly { readonly text: string }[];
}

/** One training record for Amazon Nova. */
export interface Conversation {
  readonly schemaVersion: "bedrock-conversation-2024";
  readonly system: readonly { readonly text: string }[];
  readonly messages: readonly Message[];
}

const system = [
  {
    text: "You answer questions about software licences from the SPDX licence list. Give names and identifiers exactly as they stand there.",
  },
] as const;

/** A longer quotation belongs into a document, not into a chat. */
const MAX_QUOTATION = 700;

/** Nova's own template uses these words; the job fails on them in user text. No case is spared, to be on the safe side. */
const reserved = /\b(?:user|bot|assistant|system|thought):|<image>|<video>|\[EOS\]/i;

/** Every record with the licence it is about, in the order of the files. */
export function records(): { licence: Licence; record: Conversation }[] {
  const quotable = quotations();
  return licences().flatMap((licence) => {
    const clause = quotable.get(licence.id);
    const talks = [aboutFacts(licence), ...(clause ? aboutClause(clause) : [])];
    return talks
      .filter((turns) => !turns.some((text) => reserved.test(text)))
      .map((turns) => ({ licence, record: conversation(turns) }));
  });
}

/** The first short clause of each licence whose kind is clear. */
function quotations(): Map<string, Clause> {
  const first = new Map<string, Clause>();
  for (const clause of withoutNearDuplicates(distinctLicences().flatMap((licence) => clausesOf(licence)))) {
    if (clause.text.length > MAX_QUOTATION || first.has(clause.licence.id) || !kindOf(clause)) continue;
    first.set(clause.licence.id, clause);
  }
  return first;
}

function aboutFacts(licence: Licence): string[] {
  const { id, osiApproved, url } = licence;
  const name = withArticle(licence);
  const openings = [
    [
      `What is the full name of the licence with the SPDX identifier ${id}?`,
      `${id} is the SPDX identifier of ${name}.`,
    ],
    [`Which SPDX identifier do I write for ${name}?`, `Write ${id}.`],
    [`A source file says "SPDX-License-Identifier: ${id}". Which licence is that?`, `The file is under ${name}.`],
    [`I want to name ${name} in my package metadata. How do I write it?`, `As its SPDX identifier, ${id}.`],
  ] as const;
  const verdict = osiApproved
    ? `Yes. The SPDX licence list marks ${name} as OSI approved.`
    : `The SPDX licence list does not mark ${name} as OSI approved.`;
  const approval = ["Has the Open Source Initiative approved it?", verdict];
  const address = url === undefined ? [] : ["Where can I read its text?", `At ${url}`];
  return [...openings[pick(id, openings.length)]!, ...approval, ...address];
}

function aboutClause(clause: Clause): string[][] {
  const { licence, text } = clause;
  const kind = kindOf(clause);
  if (!kind) return [];
  const question = ["What does this clause do", "What is the purpose of this clause", "Which kind of clause is this"][
    pick(text, 3)
  ]!;
  const source = `It stands in ${withArticle(licence)}, SPDX identifier ${licence.id}.`;
  return [[`${question}: "${text}"`, `It ${kind.label}.`, "Which licence is it from?", source]];
}

function conversation(turns: readonly string[]): Conversation {
  const messages = turns.map((text, index): Message => {
    return { role: index % 2 === 0 ? "user" : "assistant", content: [{ text }] };
  });
  return { schemaVersion: "bedrock-conversation-2024", system, messages };
}

/**
 * Writes `train.jsonl` and `validation.jsonl` into a directory, which is created. The same package version gives the same bytes.
 *
 * @returns number of records per file
 */
export async function build(directory: string): Promise<Record<Split, number>> {
  await mkdir(directory, { recursive: true });
  const all = records();
  const counts = { train: 0, validation: 0 };
  for (const split of ["train", "validation"] as const) {
    const lines = all
      .filter(({ licence }) => splitOf(licence) === split)
      .map(({ record }) => `${JSON.stringify(record)}\n`);
    counts[split] = lines.length;
    await writeFile(join(directory, `${split}.jsonl`), lines.join(""));
  }
  return counts;
}

if (require.main === module) {
  build(join(__dirname, "data")).then(
    ({ train, validation }) => console.log(`${train} training records, ${validation} validation records`),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
