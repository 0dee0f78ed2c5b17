import { type Held, type Loss, lossError } from './loss.ts';

/** Sees to it that a client hears of a lost pin once, and that nothing meant for what is gone runs (DESIGN §6). */
export class Losses {
  private pending: Loss | undefined;
  private last: Loss | undefined;
  /** Calls up to this one were made before the client could hear of the last loss. */
  private refusedUpTo = 0;

  /** To be reported to the client's next statement. */
  add(loss: Loss): void {
    this.pending = loss;
  }

  /** The client hears of it now, through the answer of call number `calls` or an earlier one. */
  report(loss: Loss, calls: number): void {
    this.last = loss;
    this.refusedUpTo = calls;
    this.pending = undefined;
  }

  /**
   * Refuses the first call after a loss, and with it those that were made before the client could know.
   * @param arrival the call's number; @param calls the number of the newest call.
   * Throws SnowpoolError session_lost.
   */
  check(arrival: number, calls: number): void {
    if (this.pending) {
      const loss = this.pending;
      this.report(loss, calls);
      throw lossError(loss, false);
    }
    if (this.last && arrival <= this.refusedUpTo) throw lossError(this.last, false);
  }

  get unreported(): Held | undefined {
    return this.pending;
  }
}
