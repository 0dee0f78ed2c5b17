/** Waiting for something that may take longer than its caller wants to wait. */
import type { Clock } from '../clock.ts';

export type Waited<T> =
  | { readonly state: 'settled'; readonly value: T }
  | { readonly state: 'timed_out' }
  | { readonly state: 'left'; readonly reason: unknown };

/**
 * Waits for a promise, at most `ms` and no longer than the signal allows. The promise itself goes on.
 * Rejects only with the promise's own rejection.
 */
export function waitFor<T>(promise: Promise<T>, ms: number, signal: AbortSignal, clock: Clock): Promise<Waited<T>> {
  return new Promise((resolve, reject) => {
    const leave = () => finish(() => resolve({ state: 'left', reason: signal.reason }));
    const stopTimer = clock.after(ms, () => finish(() => resolve({ state: 'timed_out' })));
    function finish(answer: () => void): void {
      stopTimer();
      signal.removeEventListener('abort', leave);
      answer();
    }
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(
      (value) => finish(() => resolve({ state: 'settled', value })),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}
