/** Time as the daemon sees it; a test hands in one that it turns by hand. */
export interface Clock {
  /** Wall clock, epoch ms. Jumps when the machine slept or the clock was set; for what is told or written down. */
  now(): number;
  /** Monotonic ms; does not jump with the wall clock. Deadlines are on it. */
  monotonic(): number;
  /** Resolves after `ms`, by neither clock earlier, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back every `ms` until the returned function is called; never keeps the process alive. */
  every(ms: number, callback: () => void): () => void;
  /** Calls back once after `ms`, by neither clock earlier, unless the returned function is called first; never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(done, whole(ms));
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      function done() {
        signal?.removeEventListener('abort', abort);
        resolve();
      }
    }),
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  after(ms, callback) {
    const timer = setTimeout(callback, whole(ms));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Node's timers count from the whole millisecond before, and drop fractions: they fire up to 2 ms too early; above 24 days, at once. */
function whole(ms: number): number {
  return ms > 0 ? Math.min(Math.ceil(ms) + 1, 2 ** 31 - 1) : 0;
}
