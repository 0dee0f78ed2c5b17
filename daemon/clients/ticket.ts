import type { Logger } from '../log/logger.ts';
import type { EvictReason, PooledSession, SessionPool } from '../pool/contract.ts';
import type { Call } from './turns.ts';

/** A session and the right to one of the pool's places, until given back in one of two ways. */
export interface Ticket {
  readonly session: PooledSession;
  release(): void;
  /** Resolves when the session is closed at Snowflake; the place is free at once. */
  evict(reason: EvictReason): Promise<void>;
  /** Evicts the session and brings another into the same place. Rejects as the pool's `acquire`, the place being free then. */
  swap(reason: EvictReason): Promise<Ticket>;
}

/** `free` gives the place back. A ticket that was given back throws where it is used again. */
export function openTicket(
  session: PooledSession,
  call: Call,
  place: { readonly pool: SessionPool; readonly log: Logger; free(): void },
): Ticket {
  const { pool, log, free } = place;
  let isOpen = true;
  const close = () => {
    if (!isOpen) throw new Error('the session was given back already');
    isOpen = false;
  };
  return {
    session,
    release: () => {
      close();
      pool.release(session);
      free();
    },
    evict: (reason) => {
      close();
      const closed = pool.evict(session, reason);
      free();
      return closed;
    },
    swap: async (reason) => {
      close();
      pool.evict(session, reason).catch((error: unknown) => log.error({ err: error }, 'a session was not closed'));
      try {
        // The time that went by on the first session was no waiting for one: the pool's own bound begins anew.
        const { holder, score, signal, prompt, deadline } = call;
        return openTicket(await pool.acquire({ holder, score, signal, prompt, deadline }), call, place);
      } catch (error) {
        free();
        throw error;
      }
    },
  };
}
