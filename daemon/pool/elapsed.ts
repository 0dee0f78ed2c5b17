import type { Clock } from '../clock.ts';

/**
 * Counts ms since now, or since `sinceMs` (epoch ms), by whichever clock went further: the monotonic one may stand still
 * while the machine sleeps, the wall clock may be set back.
 */
export function stopwatch(clock: Clock, sinceMs = clock.now()): () => number {
  const beginMonotonic = clock.monotonic() - Math.max(0, clock.now() - sinceMs);
  return () => Math.max(clock.now() - sinceMs, clock.monotonic() - beginMonotonic);
}
