import type { Clock } from '../clock.ts';

/** The account ends a statement at its time limit; this much later the daemon does so itself. */
const graceMs = 5_000;

/** Watches the time limit of one statement, while it waits for a session and runs; what follows its end may take its time. */
export class TimeLimit {
  #cancel = () => {};

  /** @param deadline ms on the monotonic clock; @param over called where it has passed. */
  constructor(
    private readonly clock: Clock,
    private readonly deadline: number,
    private readonly over: () => void,
  ) {}

  watch(): void {
    this.stop();
    this.#cancel = this.clock.after(Math.max(0, this.deadline + graceMs - this.clock.monotonic()), this.over);
  }

  stop(): void {
    this.#cancel();
  }
}
