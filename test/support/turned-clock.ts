import type { Clock } from '../../daemon/clock.ts';

interface Timer {
  dueMs: number;
  readonly everyMs: number | undefined;
  readonly callback: () => void;
}

/**
 * A clock that the test turns. Timers fire while it is turned, in their order; what they start in the background gets the
 * time to finish only where `settle` waits for it.
 */
export class TurnedClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.now()) {
    this.#wallMs = startMs;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = this.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = () => {
        stop();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  every(ms: number, callback: () => void): () => void {
    return this.#add({ dueMs: this.#monotonicMs + ms, everyMs: ms, callback });
  }

  after(ms: number, callback: () => void): () => void {
    if (ms <= 0) {
      let isStopped = false;
      queueMicrotask(() => isStopped || callback());
      return () => {
        isStopped = true;
      };
    }
    return this.#add({ dueMs: this.#monotonicMs + ms, everyMs: undefined, callback });
  }

  /** Lets time pass on both clocks; after each timer, `settle` may wait for what it started. */
  async turn(ms: number, settle: () => Promise<void> = async () => {}): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    for (let timer = this.#next(endMs); timer; timer = this.#next(endMs)) {
      this.#pass(Math.max(0, timer.dueMs - this.#monotonicMs));
      if (timer.everyMs === undefined) this.#timers.delete(timer);
      else timer.dueMs += timer.everyMs;
      timer.callback();
      await settle();
    }
    this.#pass(endMs - this.#monotonicMs);
    await settle();
  }

  /** The wall clock alone jumps, as after a sleep or when somebody sets it. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.size;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #next(endMs: number): Timer | undefined {
    return [...this.#timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }

  #pass(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }
}
