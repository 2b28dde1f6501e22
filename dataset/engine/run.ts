import { availableParallelism } from "node:os";
import { type Block, BLOCK_BYTES, type BlockResult, BufferStore } from "./block";
import { BlockChecker, type CheckSetup, type Known } from "./block-check";
import { BlockCutter } from "./block-cutter";
import type { FileCheck } from "./file-check";
import type { DatasetSource } from "../source";
import { isScanning } from "../scan/policy";
import { WorkerPool } from "./pool";

/** Bytes of a file that are checked before a second thread is started: starting one costs as much as checking these. */
const ALONE_BYTES = 8 * BLOCK_BYTES;

/**
 * Milliseconds of work that must be left for a second thread to be started, where that is known: starting one and warming it up
 * costs some 150 ms of processor time.
 */
const WORTH_STARTING = 250;

/** Bytes from which on a file that is scanned is shared from its first block on: the scanners' expressions are then compiled in all threads at once. */
const SHARED_AT_ONCE = 32 * 1024 * 1024;

/** Threads at most, the calling one included: each holds some 50 MB. */
const MAX_THREADS = 4;

/** How a file is run through. */
export interface RunOptions {
  /** Threads to use, the calling one included. Default: one per processor, at most 4. */
  readonly threads?: number;
  /** Bytes after which a block is cut. Default 1 MiB. */
  readonly blockBytes?: number;
  /** Bytes checked before other threads are started. Default 8 MiB, and none of a file of 32 MiB or more that is scanned. */
  readonly aloneBytes?: number;
  /** All bytes of the file, where that is known: other threads are started only when enough is left for them. */
  readonly totalBytes?: number;
  /** Called after every block, in file order, and after every chunk that completes none: a line that never ends makes no block. */
  readonly onProgress?: () => void;
}

/** A block with the buffer that goes back to the store, and its result once there is one. */
interface Flight {
  readonly block: Block;
  result?: BlockResult;
}

/**
 * Runs the bytes of one file through checkers, in this thread and in others, and merges the results in file order.
 * This thread reads, and checks whatever no other thread has room for; small files never leave it.
 */
export async function runBlocks(
  source: Pick<DatasetSource, "chunks">,
  setup: CheckSetup,
  file: FileCheck,
  options: RunOptions = {},
): Promise<void> {
  const run = new Run(setup, file, options);
  try {
    for await (const chunk of source.chunks(() => run.room())) await run.push(chunk);
    await run.end();
  } finally {
    await run.close();
  }
}

class Run {
  private readonly store = new BufferStore();
  private readonly cutter: BlockCutter;
  private readonly checker: BlockChecker;
  private readonly others: number;
  private readonly flights: Flight[] = [];
  private pool: WorkerPool | undefined;
  private readonly blockBytes: number;
  /** Least milliseconds of processor time per byte of a block that was checked here: the others had the compiler at work beside them. */
  private pace = Number.POSITIVE_INFINITY;

  constructor(
    private readonly setup: CheckSetup,
    private readonly file: FileCheck,
    private readonly options: RunOptions,
  ) {
    this.blockBytes = options.blockBytes ?? BLOCK_BYTES;
    this.cutter = new BlockCutter(this.store, setup.maxLineBytes, this.blockBytes);
    this.checker = new BlockChecker(setup);
    this.others = (options.threads ?? Math.min(MAX_THREADS, availableParallelism())) - 1;
  }

  room(): Uint8Array | undefined {
    return this.cutter.room();
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.file.update(chunk);
    let isHeld = true;
    for (const block of this.cutter.push(chunk)) {
      await this.check(block);
      isHeld = false;
    }
    if (isHeld) this.options.onProgress?.();
  }

  async end(): Promise<void> {
    for (const block of this.cutter.end()) await this.check(block);
    while (this.flights.length > 0) await this.settle();
    this.file.mergeAll(this.checker.takeAll());
    for (const parts of (await this.pool?.end()) ?? []) this.file.mergeAll(parts);
  }

  async close(): Promise<void> {
    await this.pool?.close();
  }

  private async check(block: Block): Promise<void> {
    if (!this.pool && this.others > 0 && this.paysToShare(block)) {
      this.pool = new WorkerPool(this.checker.shared, this.others);
    }
    const flight: Flight = { block };
    this.flights.push(flight);
    const known = this.file.known();
    // A very long line takes many times its bytes while it is checked: one at a time, here, keeps memory flat.
    const isUsual = block.bytes.length <= this.blockBytes;
    if (!isUsual || !this.pool?.offer(block, known)) flight.result = this.checkHere(block, known);
    this.collect();
    while (this.flights.length > 3 * (this.others + 1)) await this.settle();
  }

  private checkHere(block: Block, known: Known): BlockResult {
    // Processor time, since other programs make the time on the wall longer, and no other thread of this one is at work yet.
    const before = this.pool ? undefined : process.cpuUsage();
    const result = this.checker.check(block, known);
    if (before && block.offset >= ALONE_BYTES / 2) {
      const { user, system } = process.cpuUsage(before);
      this.pace = Math.min(this.pace, (user + system) / 1000 / block.bytes.length);
    }
    return result;
  }

  /** Whether so much is left that other threads earn what starting them costs. */
  private paysToShare({ offset }: Block): boolean {
    const { totalBytes } = this.options;
    const isLong = totalBytes !== undefined && totalBytes >= SHARED_AT_ONCE;
    const aloneBytes = this.options.aloneBytes ?? (isLong && isScanning(this.setup.policy) ? 0 : ALONE_BYTES);
    if (offset < aloneBytes) return false;
    return totalBytes === undefined || (totalBytes - offset) * this.pace > WORTH_STARTING;
  }

  /** Waits for results, and merges what can be merged. */
  private async settle(): Promise<void> {
    if (this.flights[0]?.result === undefined) await this.pool?.news();
    this.collect();
  }

  private collect(): void {
    for (const result of this.pool?.take() ?? []) {
      const flight = this.flights.find(({ block }) => block.index === result.index);
      if (flight) flight.result = result;
    }
    for (let first = this.flights[0]; first?.result; first = this.flights[0]) {
      this.flights.shift();
      this.merge(first.block, first.result);
    }
  }

  private merge(block: Block, result: BlockResult): void {
    const { file } = this;
    const final = file.mustRepeat(result) ? this.checker.check(block, { ...file.known(), again: true }) : result;
    file.merge(final, block.firstLine);
    file.mergeAnalyses(result.analyses);
    this.store.give(Buffer.from(block.bytes.buffer));
    this.options.onProgress?.();
  }
}
