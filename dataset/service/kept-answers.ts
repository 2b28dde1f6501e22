import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatasetError } from "../errors";
import type { ServiceEntity } from "./comprehend";
import type { ComprehendSettings } from "./settings";

/** Changes with whatever makes other documents of the same bytes: answers are told by the documents' order alone. */
const LAYOUT = "comprehend-pii-1";

/** Days for which answers are used again: long enough for a review, short enough to get what the service has learned since. */
const DAYS = 7;

/** Answers of the service about one file: those that are kept, or a book into which new ones are written. */
export interface AnswerBook {
  readonly kept?: {
    /** When they were given, as ISO 8601. */
    readonly answeredAt: string;
    /** One for each document, in order. */
    readonly answers: AsyncIterable<readonly ServiceEntity[]>;
  };
  write(entities: readonly ServiceEntity[]): Promise<void>;
  /** All answers are there: from now on they are kept. */
  finish(): Promise<void>;
  /** Ends the work. Without {@link finish} nothing is kept. */
  close(): Promise<void>;
}

/**
 * Opens the book of a file's answers. It holds types, scores and offsets, no text, under a name made from the hash of the bytes. Whoever
 * may write to the folder can make the check miss what the service found.
 *
 * @param folder - made where it is missing, for this user alone
 * @param documents - how many answers there must be
 * @throws DatasetError `bad-option` where the folder cannot be used
 */
export async function openAnswers(
  folder: string,
  { language, region }: ComprehendSettings,
  sha256: string,
  documents: number,
): Promise<AnswerBook> {
  const key = JSON.stringify([LAYOUT, language, region ?? "", sha256, documents]);
  const path = join(folder, `${createHash("sha256").update(key).digest("hex")}.jsonl`);
  try {
    const kept = await readKept(path, documents);
    if (kept) return { kept, write: unused, finish: unused, close: unused };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const partial = `${path}.${randomUUID()}.partial`;
    return new NewAnswers(path, partial, await open(partial, "wx", 0o600));
  } catch (error) {
    throw unusable(folder, error);
  }
}

async function unused(): Promise<void> {
  // Kept answers are only read.
}

class NewAnswers implements AnswerBook {
  private isOpen = true;

  constructor(
    private readonly path: string,
    private readonly partial: string,
    private readonly file: FileHandle,
  ) {}

  async write(entities: readonly ServiceEntity[]): Promise<void> {
    const line = entities.map(({ type, score, begin, end }) => [type, score, begin, end]);
    await this.file.appendFile(`${JSON.stringify(line)}\n`);
  }

  async finish(): Promise<void> {
    await this.file.appendFile(`${JSON.stringify({ answeredAt: new Date().toISOString() })}\n`);
    await this.file.sync();
    await rename(this.partial, this.path);
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.file.close();
    await rm(this.partial, { force: true });
  }
}

/** Undefined where there are no answers, old ones, or not all of them: then the service is asked. */
async function readKept(path: string, documents: number): Promise<AnswerBook["kept"] | undefined> {
  let lines = 0;
  let answeredAt: string | undefined;
  try {
    for await (const value of linesOf(path)) {
      if (lines++ < documents) entitiesOf(value);
      else answeredAt = dateOf(value);
    }
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && "code" in error && error.code === "ENOENT")) {
      return undefined;
    }
    throw error;
  }
  if (lines !== documents + 1 || answeredAt === undefined) return undefined;
  const age = Date.now() - Date.parse(answeredAt);
  return age >= 0 && age < DAYS * 86_400_000 ? { answeredAt, answers: answersIn(path, documents) } : undefined;
}

async function* answersIn(path: string, documents: number): AsyncGenerator<readonly ServiceEntity[]> {
  let left = documents;
  for await (const value of linesOf(path)) {
    if (left-- <= 0) return;
    yield entitiesOf(value);
  }
}

async function* linesOf(path: string): AsyncGenerator<unknown> {
  const stream = createReadStream(path);
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      yield JSON.parse(line) as unknown;
    }
  } finally {
    stream.destroy();
  }
}

function entitiesOf(value: unknown): ServiceEntity[] {
  if (!Array.isArray(value)) throw new SyntaxError("not a list");
  return value.map((one: unknown) => {
    const [type, score, begin, end] = Array.isArray(one) ? (one as unknown[]) : [];
    if (typeof type !== "string" || typeof score !== "number" || typeof begin !== "number" || typeof end !== "number") {
      throw new SyntaxError("not an entity");
    }
    return { type, score, begin, end };
  });
}

function dateOf(value: unknown): string | undefined {
  const date = typeof value === "object" && value !== null && "answeredAt" in value ? value.answeredAt : undefined;
  return typeof date === "string" && !Number.isNaN(Date.parse(date)) ? date : undefined;
}

function unusable(folder: string, error: unknown): DatasetError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DatasetError(
    "bad-option",
    `The folder of answers "${folder}" cannot be used: ${reason}. Nothing was sent.`,
    {
      cause: error,
    },
  );
}
