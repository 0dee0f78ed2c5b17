import type { Clock } from '../clock.ts';
import type { Logger } from '../log/logger.ts';
import type { Entry } from './entry.ts';
import type { Notes } from './notes.ts';

/** After its deadline a statement is aborted and its end awaited; only then is a lease overdue. */
const graceMs = 15_000;
/** A lease without a deadline yet, or pinned, is looked at again. */
const longestLookMs = 60_000;

/**
 * Watches a lease and calls `overdue` where it is held beyond its deadline. A pinned one is never overdue: it ends by the idle limit of its
 * client, or with it.
 */
export function watchLease(clock: Clock, entry: Entry, overdue: () => void): void {
  const { lease } = entry;
  if (!lease) return;
  const look = () => {
    if (entry.lease !== lease) return;
    const endsMs = Math.max(lease.sinceMs, lease.deadlineMs()) + graceMs;
    const leftMs = lease.isPinned ? longestLookMs : endsMs - clock.monotonic();
    if (leftMs <= 0) overdue();
    else lease.stopWatch = clock.after(Math.min(leftMs, longestLookMs), look);
  };
  look();
}

/** Says who held a session too long. */
export function tellOfLeak(
  { lease, driver }: Entry,
  { clock, log, notes }: { readonly clock: Clock; readonly log: Logger; readonly notes: Notes },
): void {
  const { holder = '', sinceMs = clock.monotonic() } = lease ?? {};
  const heldMs = clock.monotonic() - sinceMs;
  log.warn({ session: driver.sessionId, holder, heldMs }, 'a session was held beyond its deadline');
  notes.add(`A session was taken back from ${holder}, who held it beyond its deadline.`);
}
