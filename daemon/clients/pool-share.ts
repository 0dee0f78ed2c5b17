import type { Clock } from '../clock.ts';
import type { Logger } from '../log/logger.ts';
import type { PooledSession, SessionPool } from '../pool/contract.ts';
import { Admission } from './admission.ts';
import { hasOpenName } from './align.ts';
import { Carried } from './carried.ts';
import type { ClientContext } from './client-context.ts';
import type { Baseline } from './context.ts';
import { type ParcelPool, packBaseline, packSession, unpackBaseline, unpackSession } from './hand-over.ts';
import { type Held, keptText } from './loss.ts';
import { Pin } from './pin.ts';
import { Pins } from './pins.ts';

/** What all clients of one pool share: the queue in front of it, the places for pins, what its logins leave. */
export class PoolShare {
  readonly admission: Admission;
  readonly pins: Pins;
  readonly baseline: Baseline;
  /** True where the account reported that statements do not commit by themselves, though nobody had chosen that. */
  isLoginAutocommitOff = false;
  /** The mark of every session that was seen, by Snowflake's session id. */
  private readonly marks = new Map<string, Carried>();
  /** What each attachment has chosen. */
  readonly choosers = new Set<ClientContext>();
  /** Clients that keep a session for themselves, by their ids. */
  readonly keepers = new Set<string>();
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
    for (const carried of this.marks.values()) this.noteAutocommit(carried);
    const maxSize = () => this.capacity;
    this.admission = new Admission({ pool, maxSize, ...options });
    this.pins = new Pins({ maxSize, attachedClients: () => this.attached.size });
  }

  /** Sessions that may be open at once. */
  get capacity(): number {
    return this.pool.capacity;
  }

  /** False where a session that is closed can come back only by asking a person. */
  get mayReplace(): boolean {
    return this.capacity >= Math.min(2, this.pool.profile.pool.maxSize);
  }

  /**
   * True where a session is the last one with a name left open, and a client other than this one may want it so: then
   * there are others to be taken, or to be opened.
   */
  isLastOpen(carried: Carried, ownKey: string): boolean {
    if (!hasOpenName(carried)) return false;
    const isWanted = [...this.choosers].some(
      ({ key, chosen: { current } }) =>
        key !== ownKey && (current?.database === undefined || current.warehouse === undefined),
    );
    if (!isWanted) return false;
    const marks = this.pool.status().sessions.map(({ sessionId }) => this.marks.get(sessionId));
    const open = marks.filter((mark) => mark === undefined || hasOpenName(mark));
    return open.length <= 1 && marks.length > open.length;
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

  /**
   * The bound on one client's running calls: all but one while somebody else is attached, so that a newcomer finds a session
   * (DESIGN §6). A session that the client keeps is among them, and leaves room for what has to run beside it.
   */
  runningBound(clientId: string, limit: number | undefined): number {
    const { capacity } = this;
    const fair = this.attached.size > 1 ? Math.max(1, capacity - 1) : capacity;
    const least = this.keepers.has(clientId) ? 2 : 1;
    return Math.min(Math.max(limit ?? fair, least), capacity);
  }

  /** Learns from what the account said of a session; before a client's first statement, so that it is known what that leaves. */
  noteAutocommit({ context, isAutocommit }: Carried): void {
    if (isAutocommit !== undefined && !context.parameters.has('AUTOCOMMIT')) this.isLoginAutocommitOff = !isAutocommit;
  }

  /** What a session is known to carry; its login's own where nobody used it yet. */
  carriedBy(session: PooledSession): Carried {
    if (session.carries instanceof Carried) return session.carries;
    const { sessionId, current } = session.driver;
    const known = this.marks.get(sessionId);
    const carried = known ?? new Carried(current);
    // Nobody can say any more what was left there.
    if (!known && session.isForeign) carried.leftover = { ownerKey: '' };
    session.carries = carried;
    if (this.marks.size > 4 * this.pool.profile.pool.maxSize) this.forgetClosed();
    this.marks.set(sessionId, carried);
    return carried;
  }

  /** The pin that a client had in an older daemon; undefined where its session did not come through. */
  async claim(sessionId: string, held: Held, clientId: string, holder: string): Promise<Pin | undefined> {
    const session = await this.pool.claim(sessionId, holder);
    if (!session) return undefined;
    try {
      const giveBack = this.pins.reserve(clientId, holder, keptText(held));
      return new Pin(this.admission.take(session, clientId, holder), held, giveBack);
    } catch (error) {
      this.options.log.warn({ err: error, client: holder }, 'a pin could not be taken over');
      await this.pool.evict(session, 'pin');
      return undefined;
    }
  }

  /** For a newer daemon; of sessions that are closed or gone there already, too. */
  pack(): ParcelPool {
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
