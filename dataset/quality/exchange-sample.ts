import type { TextField } from "../texts";
import { detached } from "./completions";

/** A record of the sample that backdoors are looked for in. */
export interface SampledRecord {
  /** The number that decides whether it stays in the sample. */
  readonly key: number;
  readonly line: number;
  /** Place of what the system says in the part's list. */
  readonly system: number;
  /** What the user says, turn by turn; of long turns beginning and end. */
  readonly asked: readonly string[];
  /** What the assistant says, turn by turn; of long turns beginning and end. */
  readonly said: readonly string[];
}

/** What a worker hands over. */
export interface ExchangesPart {
  readonly limit: number;
  readonly systems: readonly string[];
  readonly records: readonly SampledRecord[];
}

/** Characters that are kept, of prompts and of completions together: 5,000 records of usual length and more of short ones. */
const CAPACITY = 4_000_000;
/** Characters of one record's prompts, and of its completions, that are kept. */
const ASKED = 1_600;
const SAID = 1_000;
/** Different system prompts that are kept once; a further one is kept with its record. */
const MAX_SYSTEMS = 256;

/**
 * Texts of distinct records, as many as there is room for: those with the smallest keys, so it does not matter in which
 * order records come, or in how many parts.
 */
export class ExchangeSample {
  /** By key: a record that stands in the parts of two workers is kept once. */
  private records = new Map<number, SampledRecord>();
  private systems: string[] = [""];
  private places = new Map<string, number>([["", 0]]);
  private characters = 0;
  private limit = 2 ** 32;

  add(key: number, line: number, texts: readonly TextField[]): void {
    if (key >= this.limit) return;
    const said = turns(texts, (role) => role === "assistant", SAID);
    if (said.length === 0) return;
    const asked = turns(texts, (role) => role === "user" || role === "text", ASKED);
    const [system = ""] = turns(texts, (role) => role === "system", ASKED);
    this.insert({ key, line, asked, said }, system);
  }

  take(): ExchangesPart {
    const { limit, systems, records } = this;
    return { limit, systems, records: [...records.values()] };
  }

  absorb({ limit, systems, records }: ExchangesPart): void {
    if (limit < this.limit) this.lower(limit);
    for (const { system, ...record } of records) {
      if (record.key < this.limit) this.insert(record, systems[system]!);
    }
  }

  private insert(record: Omit<SampledRecord, "system">, system: string): void {
    const known = this.records.get(record.key);
    if (known) {
      if (record.line < known.line) this.records.set(record.key, { ...known, line: record.line });
      return;
    }
    const place = this.places.get(system) ?? this.newPlace(system);
    const asked = place === undefined ? [system, ...record.asked] : record.asked;
    const kept = { ...record, asked, system: place ?? 0 };
    this.records.set(record.key, kept);
    this.characters += size(kept);
    while (this.characters > CAPACITY && this.limit > 1) this.lower(this.limit / 2);
  }

  private newPlace(system: string): number | undefined {
    if (this.systems.length >= MAX_SYSTEMS) return undefined;
    this.places.set(system, this.systems.length);
    return this.systems.push(system) - 1;
  }

  private lower(limit: number): void {
    this.limit = limit;
    for (const [key, record] of this.records) {
      if (key < limit) continue;
      this.characters -= size(record);
      this.records.delete(key);
    }
  }
}

function size({ asked, said }: SampledRecord): number {
  return [...asked, ...said].reduce((sum, { length }) => sum + length, 0);
}

/** The turns of a role, each with an equal part of the room: what is longer loses its middle. */
function turns(texts: readonly TextField[], wanted: (role: TextField["role"]) => boolean, room: number): string[] {
  const all = texts.filter(({ role, text }) => wanted(role) && text !== "");
  const half = Math.max(60, Math.floor(room / all.length / 2));
  return all.map(({ text }) =>
    detached(text.length <= 2 * half ? text : `${text.slice(0, half)}${CUT}${text.slice(-half)}`),
  );
}

/** Stands where the middle of a text was left out; it is no word. */
export const CUT = " … ";
