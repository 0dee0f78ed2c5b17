/**
 * One flight: the same metadata read, asked by several clients of one profile, role and context at the same moment, runs
 * once (DESIGN §7). A read never joins a flight that began before a write of the same profile ended, so that everybody
 * sees what they have just written.
 */
import type { Execution } from './execution.ts';

interface Flight<T> {
  readonly execution: Execution<T>;
  passengers: number;
}

/** A caller's share in a flight. */
export interface Seat<T> {
  readonly execution: Execution<T>;
  /** True where the flight was there before. */
  readonly hasJoined: boolean;
  /** Gives the seat up; true where nobody is left on the flight. */
  leave(): boolean;
}

export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>();
  readonly #writes = new Map<string, number>();

  /** Takes a seat in the flight of that key, or starts it. */
  board(fingerprint: string, key: string, start: () => Execution<T>): Seat<T> {
    const full = `${fingerprint}\n${this.#writes.get(fingerprint) ?? 0}\n${key}`;
    const running = this.#flights.get(full);
    const flight = running ?? { execution: start(), passengers: 0 };
    if (!running) {
      this.#flights.set(full, flight);
      const land = () => {
        if (this.#flights.get(full) === flight) this.#flights.delete(full);
      };
      flight.execution.outcome.then(land, land);
    }
    flight.passengers += 1;
    let isSeated = true;
    return {
      execution: flight.execution,
      hasJoined: running !== undefined,
      leave: () => {
        if (isSeated) flight.passengers -= 1;
        isSeated = false;
        return flight.passengers === 0;
      },
    };
  }

  /** Something of this profile may have changed: later reads board flights of their own. */
  wrote(fingerprint: string): void {
    this.#writes.set(fingerprint, (this.#writes.get(fingerprint) ?? 0) + 1);
  }
}
