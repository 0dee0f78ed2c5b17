/** What decides how many sessions are to be opened now. */
export interface Demand {
  /** Open sessions, lent ones included. */
  readonly size: number;
  /** Sign-ins on their way. */
  readonly opening: number;
  /** Sessions to keep while somebody is attached; 0 otherwise. */
  readonly floor: number;
  readonly max: number;
  /** Calls that wait for a session, and those of them that have waited long enough for the pool to grow. */
  readonly waiting: number;
  readonly overdue: number;
  /** No sign-in has worked since the last one failed: one at a time. */
  readonly isFirst: boolean;
}

/**
 * How many sign-ins to begin (DESIGN §5): up to the floor at once, above it only for calls that have waited long, one
 * each; never above max.
 */
export function loginsWanted(demand: Demand): number {
  const { size, opening, floor, max, waiting, overdue, isFirst } = demand;
  const least = waiting > 0 ? Math.max(floor, 1) : floor;
  const wanted = Math.max(least - size - opening, overdue - opening);
  const room = Math.min(max - size, isFirst ? 1 : Number.POSITIVE_INFINITY) - opening;
  return Math.max(0, Math.min(wanted, room));
}
