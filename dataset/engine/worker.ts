import { parentPort, workerData } from "node:worker_threads";
import { BlockChecker, type CheckSetup, type Known } from "./block-check";
import type { Block, BlockResult } from "./block";

/** Asks a worker to check a block; its bytes are shared, not copied. */
export interface BlockMessage {
  readonly block: Omit<Block, "bytes"> & { readonly bytes: Uint8Array };
  readonly known: Known;
}

/** What a worker is told: check a block, check one for practice, or the file has ended. */
export type ToWorker = BlockMessage | { readonly practice: BlockMessage } | "end";

/** What a worker says: it has started, it has had its practice, a block is checked, or what its analyses learned from all its blocks. */
export type FromWorker = "started" | "ready" | { readonly result: BlockResult } | { readonly all: readonly unknown[] };

if (parentPort) {
  const port = parentPort;
  const say = (message: FromWorker): void => port.postMessage(message);
  const checker = new BlockChecker(workerData as CheckSetup);
  port.on("message", (message: ToWorker) => {
    if (message === "end") {
      say({ all: checker.takeAll() });
      port.close();
      return;
    }
    const isPractice = "practice" in message;
    const { block: shared, known } = isPractice ? message.practice : message;
    const { buffer, byteOffset, byteLength } = shared.bytes;
    const block = { ...shared, bytes: Buffer.from(buffer, byteOffset, byteLength) };
    const result = checker.check(block, isPractice ? { ...known, again: true } : known);
    say(isPractice ? "ready" : { result });
  });
  say("started");
}
