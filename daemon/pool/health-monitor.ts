import type { Clock } from '../clock.ts';
import type { Logger } from '../log/logger.ts';

/** Between looks at the clocks. */
const tickMs = 5_000;
/** Wall and monotonic clock apart by more: the machine slept, or somebody set the clock. */
const jumpMs = 10_000;
/** A tick that comes this much too late: the process was stopped. */
const lateMs = 20_000;

/**
 * Calls `check` every interval and early when asked, never twice at once; calls `jumped` when time has jumped, so that
 * nothing that was proven before counts (DESIGN §5). `check` must not reject.
 */
export class HealthMonitor {
  #stopTicks: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #isWantedAgain = false;
  #lastCheckMonotonic: number;
  #seenWall: number;
  #seenMonotonic: number;

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly intervalMs: () => number;
      readonly check: () => Promise<void>;
      readonly jumped: () => void;
      readonly log: Logger;
    },
  ) {
    this.#lastCheckMonotonic = options.clock.monotonic();
    this.#seenWall = options.clock.now();
    this.#seenMonotonic = options.clock.monotonic();
  }

  start(): void {
    this.#stopTicks ??= this.options.clock.every(tickMs, () => this.#tick());
  }

  stop(): void {
    this.#stopTicks?.();
    this.#stopTicks = undefined;
  }

  /** Checks now; once more where a check is on its way. Resolves when that is done. */
  early(): Promise<void> {
    if (this.#running) {
      this.#isWantedAgain = true;
      return this.#running;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    do {
      this.#isWantedAgain = false;
      this.#lastCheckMonotonic = this.options.clock.monotonic();
      await this.options.check();
    } while (this.#isWantedAgain && this.#stopTicks);
  }

  #tick(): void {
    const { clock, log } = this.options;
    const wallMs = clock.now() - this.#seenWall;
    const monotonicMs = clock.monotonic() - this.#seenMonotonic;
    this.#seenWall = clock.now();
    this.#seenMonotonic = clock.monotonic();
    if (Math.abs(wallMs - monotonicMs) > jumpMs || monotonicMs > tickMs + lateMs) {
      log.info({ wallMs, monotonicMs }, 'time jumped; every idle session is proven before it is lent');
      this.options.jumped();
      void this.early();
      return;
    }
    if (clock.monotonic() - this.#lastCheckMonotonic >= this.options.intervalMs()) void this.early();
  }
}
