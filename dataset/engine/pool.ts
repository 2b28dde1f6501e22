import { Worker } from "node:worker_threads";
import type { Block, BlockResult } from "./block";
import type { CheckSetup, Known } from "./block-check";
import type { FromWorker, ToWorker } from "./worker";
import { type WorkerCode, workerCode } from "./worker-code";

/** Blocks that a worker holds at most: one that it checks and one that waits, so that it is never idle. */
const QUEUE = 2;

/** Memory for short-lived objects of a worker, in MB: V8's default of 48 would triple what a worker holds. */
const YOUNG_GENERATION = 16;

interface Member {
  readonly worker: Worker;
  state: "starting" | "started" | "practising" | "ready";
  queued: number;
}

/** Threads that check blocks of one file beside the calling thread. */
export class WorkerPool {
  private readonly members: Member[] = [];
  private readonly results: BlockResult[] = [];
  private readonly all: (readonly unknown[])[] = [];
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(setup: CheckSetup, size: number) {
    const code = workerCode();
    for (let i = 0; i < size; i++) this.members.push(this.start(setup, code));
  }

  /**
   * Hands a block to a worker that has room. False when none has. A worker's first block takes it as long as twenty later ones, since
   * V8 compiles as it goes: it gets a copy of one that somebody else checks, so that nobody waits for it.
   */
  offer(block: Block, known: Known): boolean {
    for (const member of this.members.filter(({ state }) => state === "started")) practise(member, { block, known });
    const [member] = this.members.filter(({ state, queued }) => state === "ready" && queued < QUEUE).sort(byQueue);
    if (!member) return false;
    member.queued++;
    member.worker.postMessage({ block, known } satisfies ToWorker);
    return true;
  }

  /**
   * Results that have arrived, in no certain order.
   *
   * @throws whatever a worker failed with: never the data's fault, so it ends the check
   */
  take(): BlockResult[] {
    if (this.failure) throw this.failure;
    return this.results.splice(0);
  }

  /** Waits until something has arrived since the last {@link take}. */
  async news(): Promise<void> {
    if (this.results.length > 0 || this.failure) return;
    await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /** Ends the workers that have begun, and returns what their analyses learned. All results must have been taken. */
  async end(): Promise<readonly (readonly unknown[])[]> {
    const begun = this.members.filter(({ state }) => state === "ready");
    for (const { worker } of begun) worker.postMessage("end" satisfies ToWorker);
    while (this.all.length < begun.length) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return this.all;
  }

  /** Stops every worker, whatever it is doing. */
  async close(): Promise<void> {
    await Promise.all(this.members.map(({ worker }) => worker.terminate()));
  }

  private start(setup: CheckSetup, code: WorkerCode): Member {
    const worker = new Worker(code.source, {
      ...{ eval: code.eval, workerData: setup, execArgv: [] },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    const member: Member = { worker, state: "starting", queued: 0 };
    worker.on("message", (message: FromWorker) => {
      if (message === "started" || message === "ready") member.state = message;
      else if ("all" in message) this.all.push(message.all);
      else {
        member.queued--;
        this.results.push(message.result);
      }
      this.rouse();
    });
    worker.on("error", (error: unknown) => {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
      this.rouse();
    });
    return member;
  }

  private rouse(): void {
    this.wake?.();
    this.wake = undefined;
  }
}

function practise(member: Member, { block, known }: { readonly block: Block; readonly known: Known }): void {
  member.state = "practising";
  const bytes = new Uint8Array(new SharedArrayBuffer(block.bytes.length));
  bytes.set(block.bytes);
  member.worker.postMessage({ practice: { block: { ...block, bytes }, known } } satisfies ToWorker);
}

function byQueue(a: Member, b: Member): number {
  return a.queued - b.queued;
}
