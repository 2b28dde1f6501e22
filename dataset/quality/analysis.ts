import type { RecordAnalysis, RecordView } from "../analysis";
import { Completions, type CompletionsPart } from "./completions";
import { type ExchangesPart, ExchangeSample } from "./exchange-sample";
import { exchangesOf } from "./exchanges";
import { LanguageSample, type SampledText } from "./languages";
import { Lengths, type LengthsPart } from "./lengths";
import { RecordRows, type RowsPart } from "./rows";
import { BINS, sign } from "./signature";
import { mixed, WordReader } from "./words";

/** Repeated records of which a worker keeps the lines. */
const KEPT_REPEATS = 64;

/** A record that stood in the file before: its line, and its hash in the rows. */
export interface Repeat {
  readonly line: number;
  readonly hash: number;
}

/** All that one worker learned. */
export interface QualityPart {
  readonly records: number;
  readonly rows: RowsPart;
  readonly repeats: readonly Repeat[];
  readonly completions: CompletionsPart;
  readonly exchanges: ExchangesPart;
  readonly prompts: LengthsPart;
  readonly answers: LengthsPart;
  readonly askedIn: readonly SampledText[];
  readonly answeredIn: readonly SampledText[];
}

/** Looks at every record once, and keeps a bounded part of what it sees. */
export class QualityAnalysis implements RecordAnalysis {
  private readonly words = new WordReader();
  private readonly signature = new Uint16Array(BINS);
  private readonly rows = new RecordRows();
  private readonly completions = new Completions();
  private readonly exchanges = new ExchangeSample();
  private readonly prompts = new Lengths();
  private readonly answers = new Lengths();
  private readonly askedIn = new LanguageSample();
  private readonly answeredIn = new LanguageSample();
  private readonly repeats: Repeat[] = [];
  private records = 0;

  record({ texts, record, line }: RecordView): void {
    const { words } = this;
    this.records++;
    words.reset();
    const media = mediaOf(record);
    words.read(media);
    const seed = media === "" ? 0 : mixed(words.exact);
    for (const { role, text } of texts) if (role === "system") words.read(text);
    // What the system says is mostly the same in every record: it decides whether records are equal, not whether alike.
    words.count = 0;
    for (const { role, text } of texts) if (role !== "assistant" && role !== "system") words.read(text);
    const asked = words.count;
    for (const { role, text } of texts) if (role === "assistant") words.read(text);
    if (words.count === 0) return;
    const sampleKey = sign(words.hashes, words.count, asked, this.signature, 0, seed);
    const key = mixed(words.exact);
    const hash = (words.exact >>> 0) * 2 ** 21 + (mixed(words.characters ^ sampleKey) & 0x1fffff);
    const stoodBefore = this.rows.add(hash, sampleKey, line, 1, this.signature, 0);
    if (stoodBefore && this.repeats.length < KEPT_REPEATS) this.repeats.push({ line, hash });
    this.addLengths(texts, line);
    if (!stoodBefore) {
      this.addLanguage(texts, key, line);
      this.exchanges.add(key, line, texts);
    }
    this.addExchanges(texts, { asked, line, repeats: stoodBefore });
  }

  takeAll(): QualityPart {
    return {
      records: this.records,
      rows: this.rows.take(),
      repeats: this.repeats,
      completions: this.completions.take(),
      exchanges: this.exchanges.take(),
      prompts: this.prompts.take(),
      answers: this.answers.take(),
      askedIn: this.askedIn.take(),
      answeredIn: this.answeredIn.take(),
    };
  }

  private addLengths(texts: RecordView["texts"], line: number): void {
    const length = (answer: boolean): number =>
      texts.reduce((sum, { role, text }) => sum + ((role === "assistant") === answer ? text.length : 0), 0);
    const answer = length(true);
    this.prompts.add(length(false), line);
    if (answer > 0) this.answers.add(answer, line);
  }

  private addLanguage(texts: RecordView["texts"], key: number, line: number): void {
    this.askedIn.add(key, line, longest(texts, false));
    this.answeredIn.add(key, line, longest(texts, true));
  }

  private addExchanges(texts: RecordView["texts"], { asked, line, repeats }: ReadRecord): void {
    const { words } = this;
    const exchanges = exchangesOf(texts);
    const [first] = exchanges;
    if (exchanges.length === 1 && first) {
      this.completions.add(sequenceHash(words, asked), line, first, repeats);
      return;
    }
    for (const exchange of exchanges) {
      words.reset();
      words.read(exchange.completion);
      this.completions.add(sequenceHash(words, 0), line, exchange, repeats);
    }
  }
}

/** A record whose words have just been read. */
interface ReadRecord {
  /** Words of its prompt; the others are its completion's. */
  readonly asked: number;
  readonly line: number;
  /** Whether it repeats an earlier record. */
  readonly repeats: boolean;
}

/** Hash of the words in their order: the same for completions that differ in case, spacing or punctuation only. */
function sequenceHash({ hashes, count }: WordReader, from: number): number {
  let hash = count - from;
  for (let i = from; i < count; i++) hash = Math.imul(hash ^ hashes[i]!, 0x01000193) ^ (hash >>> 13);
  return mixed(hash);
}

/** The longest text of the assistant, or of the others. */
function longest(texts: RecordView["texts"], answer: boolean): string {
  return texts.reduce(
    (found, { role, text }) =>
      role !== "system" && (role === "assistant") === answer && text.length > found.length ? text : found,
    "",
  );
}

/** What tells records with the same words apart: the addresses of their pictures and films. */
function mediaOf(record: RecordView["record"]): string {
  if (typeof record["image-ref"] === "string") return record["image-ref"];
  const { messages } = record;
  if (!Array.isArray(messages)) return "";
  const uris: string[] = [];
  for (const message of messages as { content?: unknown }[]) {
    if (!Array.isArray(message?.content)) continue;
    for (const item of message.content as Record<string, { source?: { s3Location?: { uri?: unknown } } } | null>[]) {
      const uri = (item?.image ?? item?.video)?.source?.s3Location?.uri;
      if (typeof uri === "string") uris.push(uri);
    }
  }
  return uris.join("\n");
}
