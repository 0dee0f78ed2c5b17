import { SnowpoolError } from '../errors.ts';
import type { PoolStatus } from '../pool/contract.ts';

/** The error of a call that waited in vain: place, pool size and who holds the sessions (DESIGN §6). */
export function queueError(options: {
  readonly status: PoolStatus;
  /** 1-based; 0: a session was being prepared. */
  readonly place: number;
  /** True: the call's own deadline passed; false: the pool's time for waiting did. */
  readonly isDeadline: boolean;
}): SnowpoolError {
  const { status, place, isDeadline } = options;
  const holders = holdersOf(status);
  const where = place === 0 ? 'next' : `at place ${place}`;
  // A higher maximum helps where that is what keeps the pool small.
  const cancelling =
    status.capacity < status.maxSize
      ? 'or cancel a running statement.'
      : 'cancel a running statement, or raise SNOWFLAKE_POOL_MAX_SIZE.';
  const state = status.state === 'healthy' ? '' : ` The pool is ${status.state}: ${status.reason}`;
  return new SnowpoolError(
    isDeadline ? 'deadline_exceeded' : 'pool_exhausted',
    `No session was free in time: the call stood ${where} in the queue, the pool has ${status.size} of at most ${status.capacity} sessions, held by ${holders.length === 0 ? 'nobody' : holders.join('; ')}.${state}`,
    status.advice || `Try again, ${cancelling}`,
    { place, size: status.size, maxSize: status.capacity, holders },
  );
}

/** `client 1234 (pinned, 3 s)` for each session that is in use. */
export function holdersOf(status: PoolStatus): readonly string[] {
  return status.sessions
    .filter((session) => session.state === 'leased' || session.state === 'pinned')
    .map((session) => `${session.holder ?? 'unknown'}${session.state === 'pinned' ? ' (pinned)' : ''}`);
}
