import type { Clock } from '../clock.ts';
import type { Turns, Waiter } from './turns.ts';

/** Places are told no more often than this: each statement that ends moves all who wait. */
const everyMs = 100;

/** Tells waiting calls their place, once for many changes of one moment. */
export class PlaceReports {
  private isComing = false;
  /** Monotonic ms. */
  private reportedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly turns: Turns<Waiter>,
    private readonly clock: Clock,
  ) {}

  /** After any change of who waits. */
  soon(): void {
    if (this.isComing) return;
    this.isComing = true;
    const report = () => {
      this.isComing = false;
      this.reportedAt = this.clock.monotonic();
      for (const waiter of this.turns.waiters) this.tell(waiter, this.turns.placeOf(waiter));
    };
    const restMs = this.reportedAt + everyMs - this.clock.monotonic();
    if (restMs <= 0) queueMicrotask(report);
    else this.clock.after(restMs, report);
  }

  /** @param place 1-based; 0: it waits no more. */
  tell(waiter: Waiter, place: number): void {
    if (waiter.place === place && place !== 0) return;
    waiter.place = place;
    waiter.call.onPlace(place);
  }
}
