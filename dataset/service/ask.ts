import { createHash } from "node:crypto";
import { DatasetError } from "../errors";
import { isObject } from "../formats/format";
import { LineSplitter } from "../lines";
import type { ServiceUse } from "../report";
import type { DatasetSource } from "../source";
import { textsOf } from "../texts";
import { type AskService, type ServiceEntity, withComprehend } from "./comprehend";
import { DocumentPacker, type Piece, type ServiceDocument, unitsOf } from "./documents";
import { type AnswerBook, openAnswers } from "./kept-answers";
import type { ComprehendSettings } from "./settings";

const DEFAULT_CONCURRENCY = 4;

/** A file whose texts a service is asked about. */
export interface AskedFile {
  readonly source: DatasetSource;
  /** Lower-case hexadecimal SHA-256 of its bytes, unzipped. Default: whatever it has when the cost is counted. */
  readonly sha256?: string;
  readonly maxLineBytes: number;
}

/** What a service found in a document. */
export interface Answered {
  readonly document: ServiceDocument;
  readonly entities: readonly ServiceEntity[];
}

/** What came of asking, and what it cost. */
export interface Asked<T> {
  readonly use: ServiceUse;
  readonly result: T;
}

/**
 * Asks Amazon Comprehend about all texts of a file. Goes through the file once to know what it costs, and once to ask; kept answers
 * about the same bytes are taken instead.
 *
 * @param onEstimate - called before anything is sent
 * @param take - gets the answers in the order of the file, and the file's SHA-256
 * @throws DatasetError `bad-option` where it costs more than is allowed, and nothing was sent, or where answers cannot be kept;
 *   `service` where the service cannot be asked; `unreadable` where the file changes meanwhile
 */
export async function askAbout<T>(
  { sha256: expected, ...file }: AskedFile,
  settings: ComprehendSettings,
  onEstimate: ((use: ServiceUse) => void) | undefined,
  take: (answers: AsyncIterable<Answered>, sha256: string) => Promise<T>,
): Promise<Asked<T>> {
  const { documents, units, sha256 } = await count({ ...file, sha256: expected });
  const { pricePerUnit, currency = "USD", asOf, maxCost, answersFolder } = settings;
  const asked = { ...file, sha256 };
  const use = {
    service: "comprehend",
    requests: documents,
    units,
    cost: units * pricePerUnit,
    currency,
    asOf,
  } as const;
  const book = answersFolder === undefined ? undefined : await openAnswers(answersFolder, settings, sha256, documents);
  if (book?.kept) {
    const free: ServiceUse = { ...use, requests: 0, units: 0, cost: 0, answeredAt: book.kept.answeredAt };
    onEstimate?.(free);
    return { use: free, result: await take(recall(asked, book.kept.answers), sha256) };
  }
  if (use.cost > maxCost) {
    await book?.close();
    const costs = `${use.currency} ${use.cost.toFixed(2)} for ${use.units} units at the price of ${use.asOf}`;
    throw new DatasetError(
      "bad-option",
      `Amazon Comprehend would cost ${costs} for ${file.source.name}, more than "maxCost" of ${maxCost}. Nothing was sent. ` +
        "Raise it, or check a sample of the file.",
    );
  }
  try {
    onEstimate?.(use);
    const result = await withComprehend(settings, (ask) => take(inOrder(asked, settings, ask, book), sha256));
    return { use, result };
  } finally {
    await book?.close();
  }
}

async function count(file: AskedFile): Promise<{ documents: number; units: number; sha256: string }> {
  const hash = createHash("sha256");
  let [documents, units] = [0, 0];
  for await (const document of documentsOf(file, (chunk) => hash.update(chunk))) {
    documents++;
    units += unitsOf(document);
  }
  return { documents, units, sha256: hash.digest("hex") };
}

async function* recall(file: AskedFile, answers: AsyncIterable<readonly ServiceEntity[]>): AsyncGenerator<Answered> {
  const known = answers[Symbol.asyncIterator]();
  for await (const document of documentsOf(file)) {
    const answer = await known.next();
    yield { document, entities: answer.done ? [] : answer.value };
  }
}

/** Asks about all documents, some at the same time, and yields the answers in the order of the file. */
async function* inOrder(
  file: AskedFile,
  { concurrency = DEFAULT_CONCURRENCY }: ComprehendSettings,
  ask: AskService,
  book: AnswerBook | undefined,
): AsyncGenerator<Answered> {
  const flights: { document: ServiceDocument; answer: Promise<readonly ServiceEntity[]> }[] = [];
  const land = async (): Promise<Answered> => {
    const { document, answer } = flights.shift()!;
    const entities = await answer;
    await book?.write(entities);
    return { document, entities };
  };
  for await (const document of documentsOf(file)) {
    const answer = ask(document.text);
    // Whoever waits for it gets its error; until then it must not end the process.
    answer.catch(() => undefined);
    flights.push({ document, answer });
    if (flights.length >= concurrency) yield await land();
  }
  while (flights.length > 0) yield await land();
  await book?.finish();
}

async function* documentsOf(
  { source, sha256, maxLineBytes }: AskedFile,
  onChunk?: (chunk: Uint8Array) => void,
): AsyncGenerator<ServiceDocument> {
  const packer = new DocumentPacker();
  const hash = createHash("sha256");
  let pieces: Piece[] = [];
  const splitter = new LineSplitter(({ bytes, number, length }) => {
    // A byte order mark is no JSON, and no finding counts it either.
    const text = bytes.toString("utf8");
    if (length <= maxLineBytes) pieces.push(...piecesOf(number === 1 ? text.replace(/^\uFEFF/, "") : text, number));
  }, maxLineBytes);
  const packed = function* (): Generator<ServiceDocument> {
    for (const piece of pieces) yield* packer.add(piece);
    pieces = [];
  };
  for await (const chunk of source.chunks()) {
    hash.update(chunk);
    onChunk?.(chunk);
    splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    yield* packed();
  }
  splitter.end();
  yield* packed();
  if (sha256 !== undefined && hash.digest("hex") !== sha256) {
    throw new DatasetError("unreadable", `The dataset ${source.name} changed while it was read. Try again.`);
  }
  yield* packer.end();
}

function piecesOf(source: string, line: number): Piece[] {
  let record: unknown;
  try {
    record = JSON.parse(source);
  } catch (error) {
    // The format has reported the line.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  if (!isObject(record)) return [];
  return textsOf(record)
    .filter(({ text }) => text.trim() !== "")
    .map(({ path, text }) => ({ line, source, path, at: 0, text }));
}
