import type { Clock } from '../clock.ts';

export type Outcome<Value> =
  | { readonly state: 'done'; readonly value: Value }
  | { readonly state: 'aborted' }
  | { readonly state: 'late' };

/** Waits for a promise that never rejects, but no longer than the signal and `untilMs` (on the monotonic clock) allow. */
export function within<Value>(
  promise: Promise<Value>,
  clock: Clock,
  signal: AbortSignal,
  untilMs: number,
): Promise<Outcome<Value>> {
  return new Promise((resolve) => {
    const finish = (outcome: Outcome<Value>) => {
      stop();
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    const abort = () => finish({ state: 'aborted' });
    const stop = clock.after(Math.max(0, untilMs - clock.monotonic()), () => finish({ state: 'late' }));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    void promise.then((value) => finish({ state: 'done', value }));
  });
}
