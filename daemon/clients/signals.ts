import { SnowpoolError } from '../errors.ts';

/** A signal that follows others, or is aborted by itself. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Takes it off its sources. */
  unlink(): void;
}

/** One signal that follows two. Unlike AbortSignal.any it leaves nothing behind on a source that lives long. */
export function linkSignals(a: AbortSignal, b: AbortSignal): LinkedSignal {
  const control = new AbortController();
  const onA = () => control.abort(a.reason);
  const onB = () => control.abort(b.reason);
  if (a.aborted) onA();
  else if (b.aborted) onB();
  a.addEventListener('abort', onA, { once: true });
  b.addEventListener('abort', onB, { once: true });
  return {
    signal: control.signal,
    abort: (reason) => control.abort(reason),
    unlink() {
      a.removeEventListener('abort', onA);
      b.removeEventListener('abort', onB);
    },
  };
}

/** Why a call ended that its caller gave up: the signal's own reason where it is one of ours. */
export function cancelledBy({ reason }: AbortSignal): SnowpoolError {
  return reason instanceof SnowpoolError
    ? reason
    : new SnowpoolError('cancelled', 'The call was cancelled before its statement ran.', '', {}, { cause: reason });
}
