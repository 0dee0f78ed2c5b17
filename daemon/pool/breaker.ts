import type { Clock } from '../clock.ts';

const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** Failures in a row after which callers are turned away at once. */
const opensAfter = 5;

/**
 * Paces logins that fail in passing (network, 5xx; DESIGN §5, "Login gate"): each waits longer than the one before, with
 * jitter; after several in a row the gate is open, which means that callers fail fast and one probe at a time goes through.
 */
export class Breaker {
  #failures = 0;
  #nextMs = 0;
  #lastFailure = '';

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  get isOpen(): boolean {
    return this.#failures >= opensAfter;
  }

  /** Until the next attempt may be made, ms. */
  get waitMs(): number {
    return Math.max(0, this.#nextMs - this.clock.monotonic());
  }

  /** What the last login failed with; empty where none did, or where it was not told. */
  get lastFailure(): string {
    return this.#lastFailure;
  }

  failed(reason = ''): void {
    this.#failures += 1;
    this.#lastFailure = reason;
    const fullMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#failures - 1));
    this.#nextMs = this.clock.monotonic() + fullMs * (0.5 + this.random() / 2);
  }

  reset(): void {
    this.#failures = 0;
    this.#nextMs = 0;
    this.#lastFailure = '';
  }
}
