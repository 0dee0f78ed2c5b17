import { SnowpoolError } from '../errors.ts';

interface Reservation {
  readonly clientKey: string;
  readonly holder: string;
  readonly why: string;
}

/** How many sessions of one pool are pinned or about to be: together below its size (DESIGN §6). */
export class Pins {
  private readonly reservations = new Set<Reservation>();

  constructor(private readonly options: { readonly maxSize: () => number; readonly attachedClients: () => number }) {}

  /**
   * Takes one of the places for pins.
   * @returns a function that gives it back; calling it again does nothing.
   * Throws SnowpoolError pool_exhausted with the holders where there is none, or where the client has one already.
   */
  reserve(clientKey: string, holder: string, why: string): () => void {
    const others = [...this.reservations];
    if (others.some((other) => other.clientKey === clientKey)) {
      throw new SnowpoolError(
        'pool_exhausted',
        `A client can pin one session of a pool, and this one holds ${why} on another connection to it already.`,
        'End the transaction there first.',
      );
    }
    const maxSize = this.options.maxSize();
    // A pool of one session can be pinned by the only client there is: nobody else is kept waiting.
    const places = maxSize === 1 && this.options.attachedClients() <= 1 ? 1 : maxSize - 1;
    if (others.length >= places) {
      const holders = others.map((other) => `${other.holder} (${other.why})`);
      throw new SnowpoolError(
        'pool_exhausted',
        holders.length === 0
          ? `The pool has one session, which all clients share in turn, so that none may keep it for ${why}.`
          : `All ${places} sessions that may be kept for one client are taken, by ${holders.join('; ')}. This statement was not run.`,
        holders.length === 0
          ? 'Raise SNOWFLAKE_POOL_MAX_SIZE; where it is higher already, `pool-status` says what keeps the pool at one session.'
          : 'Wait until one of them commits, rolls back or ends, or raise SNOWFLAKE_POOL_MAX_SIZE.',
        { holders, maxSize },
      );
    }
    const reservation = { clientKey, holder, why };
    this.reservations.add(reservation);
    return () => void this.reservations.delete(reservation);
  }

  get count(): number {
    return this.reservations.size;
  }
}
