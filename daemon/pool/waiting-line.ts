import type { Clock } from '../clock.ts';
import type { SnowpoolError } from '../errors.ts';
import type { AcquireRequest } from './contract.ts';
import type { Entry } from './entry.ts';

/** A call that waits for a session. */
export interface Waiter {
  readonly request: AcquireRequest;
  /** Sign-ins that failed in passing while it waited. */
  failures: number;
}

interface Place extends Waiter {
  readonly sinceMonotonic: number;
  /** It has waited long enough for the pool to grow. */
  isOverdue: boolean;
  readonly give: (entry: Entry) => void;
  readonly refuse: (error: SnowpoolError) => void;
}

/** What the line asks of its pool. */
export interface LineHost {
  /** A call has begun to wait, or has waited long enough for the pool to grow. */
  demandRose(): void;
  growAfterMs(): number;
  /** Why a call that has waited for `waitedMs` gets nothing; `place` is 1-based. */
  timedOut(request: AcquireRequest, waitedMs: number, place: number): SnowpoolError;
  cancelled(request: AcquireRequest): SnowpoolError;
}

/** Calls that wait for a session, the longest waiting first. One that leaves, leaves no trace. */
export class WaitingLine {
  readonly #places: Place[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly host: LineHost,
  ) {}

  get length(): number {
    return this.#places.length;
  }

  /** Who is next. */
  get first(): Waiter | undefined {
    return this.#places[0];
  }

  get waiters(): readonly Waiter[] {
    return this.#places;
  }

  /** Calls that have waited long enough for the pool to grow. */
  get overdue(): number {
    return this.#places.filter(({ isOverdue }) => isOverdue).length;
  }

  /** Resolves with a session lent to this call. `sinceMonotonic`: when it began to wait, by which it takes its place. */
  wait(request: AcquireRequest, sinceMonotonic: number, untilMs: number): Promise<Entry> {
    return new Promise((resolve, reject) => {
      const stops: (() => void)[] = [];
      const leave = () => {
        for (const stop of stops) stop();
        const index = this.#places.indexOf(place);
        if (index !== -1) this.#places.splice(index, 1);
        return index + 1;
      };
      const place: Place = {
        request,
        sinceMonotonic,
        failures: 0,
        isOverdue: this.clock.monotonic() - sinceMonotonic >= this.host.growAfterMs(),
        give: (entry) => {
          leave();
          resolve(entry);
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const behind = this.#places.findIndex((other) => other.sinceMonotonic > sinceMonotonic);
      this.#places.splice(behind === -1 ? this.#places.length : behind, 0, place);
      const waited = () => this.clock.monotonic() - sinceMonotonic;
      stops.push(
        this.clock.after(Math.max(0, untilMs - this.clock.monotonic()), () => {
          reject(this.host.timedOut(request, waited(), leave()));
        }),
      );
      if (!place.isOverdue) {
        stops.push(
          this.clock.after(this.host.growAfterMs() - waited(), () => {
            place.isOverdue = true;
            this.host.demandRose();
          }),
        );
      }
      const abort = () => place.refuse(this.host.cancelled(request));
      request.signal.addEventListener('abort', abort, { once: true });
      stops.push(() => request.signal.removeEventListener('abort', abort));
      this.host.demandRose();
    });
  }

  /** Hands a session to whoever is next. */
  give(entry: Entry): void {
    this.#places[0]?.give(entry);
  }

  /** Turns away those for whom `why` finds a reason. */
  refuse(why: (waiter: Waiter) => SnowpoolError | undefined): void {
    for (const place of [...this.#places]) {
      const error = why(place);
      if (error) place.refuse(error);
    }
  }
}
