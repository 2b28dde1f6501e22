/**
 * Keeps the heap of a large operation near what is in use. The SDK runs all policies of a call without a pause in which V8
 * would collect, so that the heap grows to several times that.
 */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes by which the heap may grow between two collections. Less costs time; more is what the process takes from the system. */
const GROWTH = 40_000_000;

type Collect = (options: { type: string; execution: string; flavor: string }) => void;

/** The heap of this process, from the first look on. */
export class BoundedHeap {
  private collect: Collect | undefined;
  private limit: number | undefined;

  /** @param growth Bytes by which the heap may grow between two collections. */
  constructor(private readonly growth: number = GROWTH) {}

  /** Looks at the heap, in some microseconds, and collects when it has grown too far: tens of milliseconds. */
  check(): void {
    const used = getHeapStatistics().used_heap_size;
    if (this.limit !== undefined && used < this.limit) return;
    if (this.limit !== undefined) this.shrink();
    this.limit = getHeapStatistics().used_heap_size + this.growth;
  }

  private shrink(): void {
    this.collect ??= collector();
    // What more V8 could give back (compiled code) would have to be made again at once.
    this.collect({ type: "major", execution: "sync", flavor: "regular" });
  }
}

function collector(): Collect {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as Collect;
}
