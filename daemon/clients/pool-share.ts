import type { Clock } from '../clock.ts';
import type { Logger } from '../log/logger.ts';
import type { PooledSession, SessionPool } from '../pool/contract.ts';
import { Admission } from './admission.ts';
import { Carried } from './carried.ts';
import type { Baseline } from './context.ts';
import { type ParcelPool, packBaseline, packSession, unpackBaseline, unpackSession } from './hand-over.ts';
import { type Held, heldText } from './loss.ts';
import { Pin } from './pin.ts';
import { Pins } from './pins.ts';

/** A front-end attaches to the new daemon within seconds, or never. */
const guardMs = 60_000;

/** What all clients of one pool share: the queue in front of it, the places for pins, what its logins leave. */
export class PoolShare {
  readonly admission: Admission;
  readonly pins: Pins;
  readonly baseline: Baseline;
  /** The mark of every session that was seen, by Snowflake's session id. */
  private readonly marks = new Map<string, Carried>();
  private readonly guarded = new Map<string, Promise<PooledSession | undefined>>();
  /** How many attachments each client has, by its id. */
  private readonly attached = new Map<string, number>();

  constructor(
    readonly pool: SessionPool,
    private readonly options: { readonly clock: Clock; readonly log: Logger },
    /** What an older daemon knew of this pool. */
    inherited: ParcelPool | undefined,
  ) {
    this.baseline = inherited ? unpackBaseline(inherited) : { secondaryRoles: undefined, parameters: undefined };
    for (const packed of inherited?.sessions ?? []) this.marks.set(packed.sessionId, unpackSession(packed));
    const maxSize = () => pool.profile.pool.maxSize;
    this.admission = new Admission({ pool, maxSize, ...options });
    this.pins = new Pins({ maxSize, attachedClients: () => this.attached.size });
  }

  join(clientId: string): void {
    this.attached.set(clientId, (this.attached.get(clientId) ?? 0) + 1);
    this.admission.move();
  }

  /** @returns true where nobody is left. */
  part(clientId: string): boolean {
    const left = (this.attached.get(clientId) ?? 1) - 1;
    if (left > 0) this.attached.set(clientId, left);
    else this.attached.delete(clientId);
    this.admission.move();
    return this.attached.size === 0;
  }

  /** The bound on one client's running calls: all but one while somebody else is attached, so that a newcomer finds a session (DESIGN §6). */
  runningBound(limit: number | undefined): number {
    const { maxSize } = this.pool.profile.pool;
    const fair = this.attached.size > 1 ? Math.max(1, maxSize - 1) : maxSize;
    return Math.min(limit ?? fair, maxSize);
  }

  /** What a session is known to carry; its login's own where nobody used it yet. */
  carriedBy(session: PooledSession): Carried {
    if (session.carries instanceof Carried) return session.carries;
    const { sessionId, current } = session.driver;
    const carried = this.marks.get(sessionId) ?? new Carried(current);
    session.carries = carried;
    if (this.marks.size > 4 * this.pool.profile.pool.maxSize) this.forgetClosed();
    this.marks.set(sessionId, carried);
    return carried;
  }

  /**
   * Takes sessions that an older daemon kept for clients out of everybody's reach, until these attach again. What nobody
   * claims in time is closed.
   */
  guard(sessionIds: readonly string[]): void {
    const { clock, log } = this.options;
    for (const sessionId of sessionIds) {
      this.guarded.set(sessionId, this.fetch(sessionId));
      clock.after(guardMs, () => {
        const unclaimed = this.guarded.get(sessionId);
        this.guarded.delete(sessionId);
        unclaimed
          ?.then((session) => session && this.pool.evict(session, 'pin'))
          .catch((error: unknown) => log.error({ err: error }, 'a session was not closed'));
      });
    }
  }

  /** The pin that a client had in an older daemon; undefined where its session did not come through. */
  async claim(sessionId: string, held: Held, clientId: string, holder: string): Promise<Pin | undefined> {
    const guarded = this.guarded.get(sessionId);
    this.guarded.delete(sessionId);
    const session = await guarded;
    if (!session) return undefined;
    try {
      const giveBack = this.pins.reserve(clientId, holder, heldText(held));
      return new Pin(this.admission.take(session, clientId, holder), held, giveBack);
    } catch (error) {
      this.options.log.warn({ err: error, client: holder }, 'a pin could not be taken over');
      await this.pool.evict(session, 'pin');
      return undefined;
    }
  }

  /** One session among those that were taken over. Never rejects. */
  private async fetch(sessionId: string): Promise<PooledSession | undefined> {
    const { clock, log } = this.options;
    try {
      const session = await this.pool.acquire({
        holder: 'a client of the daemon before',
        score: ({ driver }) => (driver.sessionId === sessionId ? 1 : 0),
        signal: new AbortController().signal,
        deadline: clock.now() + guardMs,
      });
      if (session.driver.sessionId === sessionId) return session;
      this.pool.release(session);
    } catch (error) {
      log.warn({ err: error }, 'a pinned session of the daemon before is not to be had');
    }
    return undefined;
  }

  /** For a newer daemon. */
  pack(): ParcelPool {
    this.forgetClosed();
    return {
      fingerprint: this.pool.profile.fingerprint,
      ...packBaseline(this.baseline),
      sessions: [...this.marks].map(([sessionId, carried]) => packSession(sessionId, carried)),
    };
  }

  private forgetClosed(): void {
    const open = new Set(this.pool.status().sessions.map(({ sessionId }) => sessionId));
    for (const sessionId of this.marks.keys()) if (!open.has(sessionId)) this.marks.delete(sessionId);
  }
}
