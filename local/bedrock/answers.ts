/**
 * What a model answers. A custom model answers from what it was trained on: the examples nearest to the prompt (TF-IDF cosine),
 * the best of them by the trained language model. A base model has no training here, so its answer is an extract of the prompt.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { type TrainingRecord } from "./dataset-reader";
import { lossOf, wordsOf, type LearnedModel } from "./trainer";

/** Examples that are compared by the language model after the retrieval. */
const CANDIDATES = 3;
/** Weight of the language model's loss against the cosine, small: it decides between near examples only. */
const LOSS_WEIGHT = 0.001;
const LONGEST_KEPT = 4000;

interface Packed {
  records: TrainingRecord[];
  words: string[];
  scale: number;
  weights: string;
}

/** Makes what was learned small enough for the state file: weights as bytes, long prompts cut, all of it compressed. */
export function pack(model: LearnedModel, records: readonly TrainingRecord[]): string {
  let largest = 0;
  for (const weight of model.weights) largest = Math.max(largest, Math.abs(weight));
  const scale = largest / 127 || 1;
  const packed: Packed = {
    // A question that begins a conversation is answered by the turn that followed it in the data, not by the last one.
    records: records
      .flatMap((record) => [...(record.earlier ?? []), record])
      .map(({ prompt, completion }) => ({
        prompt: prompt.slice(0, LONGEST_KEPT),
        completion: completion.slice(0, LONGEST_KEPT),
      })),
    words: model.words,
    scale,
    weights: Buffer.from(Int8Array.from(model.weights, (weight) => Math.round(weight / scale)).buffer).toString(
      "base64",
    ),
  };
  return gzipSync(JSON.stringify(packed)).toString("base64");
}

type Vector = Map<string, number>;

/** A model that answers. */
export class TrainedAnswers {
  private readonly records: TrainingRecord[];
  private readonly model: LearnedModel;
  private readonly rarity: Map<string, number>;
  private readonly vectors: Vector[];

  /** @param packed what {@link pack} has made */
  constructor(packed: string) {
    const content = JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString()) as Packed;
    this.records = content.records;
    const bytes = new Int8Array(Buffer.from(content.weights, "base64"));
    this.model = { words: content.words, weights: Float32Array.from(bytes, (byte) => byte * content.scale) };
    this.rarity = rarityOf(this.records.map((record) => record.prompt));
    this.vectors = this.records.map((record) => this.vector(record.prompt));
  }

  /** The completion that fits the prompt best; always the same for the same prompt. */
  answer(prompt: string): string {
    const asked = this.vector(prompt);
    const near = this.vectors
      .map((vector, index) => ({ index, nearness: cosine(asked, vector) }))
      .sort((a, b) => b.nearness - a.nearness || a.index - b.index)
      .slice(0, CANDIDATES)
      .map(({ index, nearness }) => {
        const completion = this.records[index]!.completion;
        return { completion, score: nearness - LOSS_WEIGHT * lossOf(this.model, { prompt, completion }) };
      });
    return near.reduce((best, candidate) => (candidate.score > best.score ? candidate : best)).completion;
  }

  private vector(text: string): Vector {
    const vector: Vector = new Map();
    for (const word of wordsOf(text)) vector.set(word, (vector.get(word) ?? 0) + (this.rarity.get(word) ?? 0));
    return vector;
  }
}

/** The sentences of a prompt that hold most of its frequent words, in their order. */
export function extract(prompt: string, sentences = 2): string {
  const parts = prompt
    .split(/(?<=[.!?])\s+|\n+/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const counts = new Map<string, number>();
  for (const word of wordsOf(prompt)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return parts
    .map((part, index) => {
      const words = wordsOf(part);
      const weight = words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0);
      return { part, index, score: weight / Math.sqrt(Math.max(1, words.length)) };
    })
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, sentences)
    .sort((a, b) => a.index - b.index)
    .map(({ part }) => part)
    .join(" ");
}

function rarityOf(texts: string[]): Map<string, number> {
  const documents = new Map<string, number>();
  for (const text of texts) {
    for (const word of new Set(wordsOf(text))) documents.set(word, (documents.get(word) ?? 0) + 1);
  }
  return new Map([...documents].map(([word, count]) => [word, Math.log(1 + texts.length / count)]));
}

function cosine(a: Vector, b: Vector): number {
  let dot = 0;
  for (const [word, weight] of a) dot += weight * (b.get(word) ?? 0);
  return dot === 0 ? 0 : dot / (norm(a) * norm(b));
}

function norm(vector: Vector): number {
  let sum = 0;
  for (const weight of vector.values()) sum += weight * weight;
  return Math.sqrt(sum);
}
