/**
 * Simulated time and the events that happen in it. One real timer points at the next event; nothing polls.
 */

/** What has to be kept so that simulated time goes on after a restart. */
export interface ClockSnapshot {
  /** Simulated milliseconds since the epoch at `realTime`. */
  simulatedTime: number;
  /** Real milliseconds since the epoch. */
  realTime: number;
  /** Simulated seconds per real second; 0 freezes the clock, which then moves by `advance` only. */
  speed: number;
}

interface Event {
  key: string;
  at: number;
  run: () => Promise<void>;
}

/** `setTimeout` overflows above 2^31-1 ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A clock that can be sped up, with the events that are due on it. */
export class SimulatedClock {
  private anchor: ClockSnapshot;
  private events: Event[] = [];
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  /**
   * @param speed simulated seconds per real second
   * @param kept what an earlier clock has left
   * @param onError told about an event that threw; it ends that event only
   */
  constructor(
    speed: number,
    kept?: ClockSnapshot,
    private readonly onError: (error: unknown) => void = (error) => {
      throw error;
    },
  ) {
    const real = Date.now();
    this.anchor = kept ? { ...kept, speed } : { simulatedTime: real, realTime: real, speed };
    // A changed speed counts from now on: the time that has passed is measured with the speed that was in force.
    if (kept) this.anchor = { simulatedTime: timeOf(kept, real), realTime: real, speed };
  }

  /** Simulated milliseconds since the epoch. */
  now(): number {
    return timeOf(this.anchor, Date.now());
  }

  /** What to keep in the state. */
  snapshot(): ClockSnapshot {
    return { ...this.anchor };
  }

  /** Simulated seconds per real second. */
  get speed(): number {
    return this.anchor.speed;
  }

  /** Changes the speed from now on. */
  setSpeed(speed: number): void {
    this.anchor = { simulatedTime: this.now(), realTime: Date.now(), speed };
    this.arm();
  }

  /** Runs `run` at simulated time `at`; an event of the same key is replaced. */
  schedule(key: string, at: number, run: () => Promise<void>): void {
    this.cancel(key);
    this.events.push({ key, at, run });
    this.events.sort((a, b) => a.at - b.at);
    this.arm();
  }

  /** Forgets the event of this key, if it has not begun. */
  cancel(key: string): void {
    this.events = this.events.filter((event) => event.key !== key);
  }

  /** Moves simulated time forward, running every event on the way at its own time, and waits for what they started. */
  async advance(milliseconds: number): Promise<void> {
    const target = this.now() + milliseconds;
    for (;;) {
      await this.settle();
      const next = this.events[0];
      if (!next || next.at > target) break;
      this.moveTo(Math.max(next.at, this.now()));
      this.fireDue();
    }
    this.moveTo(Math.max(target, this.now()));
    this.arm();
  }

  /** Waits until no event is being worked on. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await Promise.all([...this.running]);
  }

  /** Forgets all events. */
  clear(): void {
    this.events = [];
    this.arm();
  }

  /** Stops the timer and waits for what is being worked on. */
  async close(): Promise<void> {
    this.closed = true;
    this.clear();
    await this.settle();
  }

  private moveTo(simulatedTime: number): void {
    this.anchor = { simulatedTime, realTime: Date.now(), speed: this.anchor.speed };
  }

  private fireDue(): void {
    const now = this.now();
    const due = this.events.filter((event) => event.at <= now);
    this.events = this.events.filter((event) => event.at > now);
    for (const event of due) {
      const work = event
        .run()
        .catch(this.onError)
        .finally(() => this.running.delete(work));
      this.running.add(work);
    }
  }

  private arm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const next = this.events[0];
    if (!next || this.closed || this.anchor.speed === 0) return;
    const wait = Math.ceil(Math.max(0, next.at - this.now()) / this.anchor.speed);
    this.timer = setTimeout(
      () => {
        this.fireDue();
        this.arm();
      },
      Math.min(wait, LONGEST_TIMER),
    );
  }
}

function timeOf(anchor: ClockSnapshot, real: number): number {
  return Math.floor(anchor.simulatedTime + (real - anchor.realTime) * anchor.speed);
}
