/**
 * The sandbox's own clock. Everything that Snowflake counts in time (tokens, lockouts, statement timeouts, stored
 * results, SYSTEM$WAIT) runs on it, so that a test can turn it by hours. Imports nothing.
 */

interface Alarm {
  readonly dueMs: number;
  readonly ring: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** The longest delay that setTimeout takes; beyond it, it fires at once. */
const LONGEST_DELAY_MS = 2_147_000_000;

/** A clock that runs at the pace of real time and can be turned forward; sleepers whose time has then come wake at once. */
export class SandboxClock {
  readonly #startedMs = Date.now();
  readonly #startedTicks = performance.now();
  readonly #alarms = new Set<Alarm>();
  #turnedMs = 0;

  /** Milliseconds since the epoch, whole. Does not follow jumps of the machine's own clock. */
  now(): number {
    return Math.floor(this.#startedMs + (performance.now() - this.#startedTicks) + this.#turnedMs);
  }

  /** Turns the clock forward by `ms` (not negative) and rings every alarm that is due by then. */
  turn(ms: number): void {
    if (!(ms >= 0) || !Number.isFinite(ms)) throw new RangeError(`a clock turns forward only, not by ${ms} ms`);
    this.#turnedMs += ms;
    for (const alarm of [...this.#alarms]) this.#arm(alarm);
  }

  /** Calls `ring` once the clock shows `dueMs`; the function that is returned takes the alarm back. */
  at(dueMs: number, ring: () => void): () => void {
    const alarm: Alarm = { dueMs, ring, timer: undefined };
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => {
      clearTimeout(alarm.timer);
      this.#alarms.delete(alarm);
    };
  }

  /** Resolves after `ms` on this clock, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        cancel();
        reject(signal.reason);
      };
      const cancel = this.at(this.now() + ms, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #arm(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    const leftMs = alarm.dueMs - this.now();
    // Timers hold no process open: the HTTP server does, for as long as it listens.
    alarm.timer = setTimeout(
      () => {
        if (alarm.dueMs > this.now()) {
          this.#arm(alarm);
          return;
        }
        this.#alarms.delete(alarm);
        alarm.ring();
      },
      Math.min(Math.max(leftMs, 0), LONGEST_DELAY_MS),
    ).unref();
  }
}
