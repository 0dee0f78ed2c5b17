import type { Clock } from '../clock.ts';
import type { Entry } from './entry.ts';

/** After its deadline a statement is aborted and its end awaited; only then is a lease overdue. */
const graceMs = 15_000;
/** A lease without a deadline yet, or pinned, is looked at again. */
const longestLookMs = 60_000;

/**
 * Watches a lease and calls `overdue` where it is held beyond its deadline. A pinned one is not: it ends by the idle limit of
 * its client, or with it.
 */
export function watchLease(clock: Clock, entry: Entry, overdue: () => void): void {
  const { lease } = entry;
  if (!lease) return;
  const look = () => {
    if (entry.lease !== lease) return;
    const leftMs = lease.isPinned ? longestLookMs : lease.deadlineMs() + graceMs - clock.now();
    if (leftMs <= 0) overdue();
    else lease.stopWatch = clock.after(Math.min(leftMs, longestLookMs), look);
  };
  look();
}
