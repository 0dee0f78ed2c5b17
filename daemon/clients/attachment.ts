/** One client on one profile: what it chose, its pinned session, its calls in their order. */
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { PoolStatus } from '../pool/contract.ts';
import { Asker } from './ask.ts';
import { Barriers } from './barriers.ts';
import { ClientContext } from './client-context.ts';
import { describe, digestOf, nothingChosen, timeoutMsIn } from './context.ts';
import { movedError } from './context-gone.ts';
import type { Attachment, ClientIdentity, ClientLink, LendRequest, Loan, QueryIds } from './contract.ts';
import { changesContext } from './effects.ts';
import type { ParcelAttachment } from './hand-over.ts';
import { Lender } from './lender.ts';
import { heldText, nothingHeld } from './loss.ts';
import { Losses } from './losses.ts';
import type { OpenLoan } from './open-loan.ts';
import { PinHolder } from './pin-holder.ts';
import type { PoolShare } from './pool-share.ts';
import { fromPlain, readSaved, toPlain } from './saved-context.ts';
import { type LinkedSignal, linkSignals } from './signals.ts';
import type { Ticket } from './ticket.ts';

export interface AttachmentOptions {
  readonly identity: () => ClientIdentity;
  readonly connection: string;
  readonly profile: Profile;
  readonly share: PoolShare;
  readonly link: ClientLink;
  /** What the front-end kept from before. */
  readonly saved: Uint8Array | undefined;
  /** What an older daemon handed over, by the attachment's key. */
  readonly inherited: Map<string, ParcelAttachment>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Logger;
}

export class ClientAttachment implements Attachment {
  readonly own: ClientContext;
  readonly loans = new Set<OpenLoan>();
  readonly losses: Losses;
  readonly pins: PinHolder;
  profile: Profile;
  share: PoolShare;
  calls = 0;
  /** The pooled session on which a procedure of this client ran and may have left something. */
  procedureSession: string | undefined;
  /** Told along with the answer to the client's next statement. */
  notices: string[] = [];
  private readonly barriers: Barriers;
  private readonly lender: Lender;
  private readonly gone = new AbortController();
  /** Calls that have no session yet. */
  private readonly lends = new Map<LinkedSignal, Promise<Loan>>();
  /** Resolves once a pin that an older daemon handed over is this client's again, or is known to be lost. */
  private claiming: Promise<void> | undefined;

  constructor(readonly options: AttachmentOptions) {
    setMaxListeners(0, this.gone.signal); // Each waiting call listens; Node warns of more than ten.
    const { profile, link, clock, connection } = options;
    this.profile = profile;
    this.share = options.share;
    this.losses = new Losses(clock);
    const saved = options.saved && readSaved(options.saved, profile);
    if (options.saved && !saved)
      link.notice('warning', 'The context kept from before belongs to another account or version; it was not used.');
    const key = saved?.key ?? options.newId();
    const inherited = options.inherited.get(key);
    const known = inherited
      ? {
          context: fromPlain(inherited.context),
          queryIds: inherited.queryIds,
          held: inherited.pin?.held ?? saved?.held ?? nothingHeld,
        }
      : saved;
    this.pins = new PinHolder(this);
    const held = () => this.pins.held;
    this.own = new ClientContext({ connection, profile: () => this.profile, link, clock, held }, key, known);
    this.barriers = new Barriers(clock);
    this.lender = new Lender(this);
    this.share.choosers.add(this.own);
    options.inherited.delete(key);
    if (inherited?.pin) this.claiming = this.pins.claim(inherited.pin);
    else if (saved && heldText(saved.held) !== '')
      this.losses.add({ ...saved.held, reason: 'the connection to the daemon that kept it ended' });
  }

  get key(): string {
    return this.own.key;
  }

  get queryIds(): QueryIds {
    return this.own.queryIds;
  }

  get client(): ClientIdentity {
    return this.options.identity();
  }

  get connection(): string {
    return this.options.connection;
  }

  /** For people: who holds a session. */
  get holder(): string {
    const { name, pid } = this.client;
    return `${name} (pid ${pid})`;
  }

  async lend(request: LendRequest): Promise<Loan> {
    this.gone.signal.throwIfAborted();
    const { maxWaiting } = this.profile.limits;
    if (this.waiting >= maxWaiting) {
      throw new SnowpoolError(
        'pool_exhausted',
        `${maxWaiting} calls of this client wait already, which is the most that may.`,
        'Wait for some of them, or cancel them.',
      );
    }
    const arrival = request.turn?.arrival ?? ++this.calls;
    const linked = linkSignals(request.signal, this.gone.signal);
    const lending = this.lendInTurn({ ...request, signal: linked.signal }, arrival).finally(() => {
      this.lends.delete(linked);
      linked.unlink();
    });
    this.lends.set(linked, lending);
    return lending;
  }

  /** Calls that wait. */
  get waiting(): number {
    return this.lends.size;
  }

  private async lendInTurn(request: LendRequest, arrival: number): Promise<Loan> {
    if (this.claiming) await this.claiming;
    if (request.isAside) return this.lender.lendAside(request);
    const isBarrier = () => this.isBarrier(request);
    const { signal, deadline, onPlace } = request;
    const leave = request.turn?.leave ?? (await this.barriers.enter({ isBarrier, signal, deadline, onPlace }));
    try {
      await this.losses.check(arrival, () => this.calls, signal, request.effects);
      const turn = request.turn ?? { isBarrier: isBarrier(), arrival, context: this.own.chosen, leave };
      return await this.lender.lend(request, turn);
    } catch (error) {
      leave();
      throw error;
    } finally {
      this.own.save();
    }
  }

  describeContext(): ReturnType<Attachment['describeContext']> {
    const { role, warehouse, database, schema } = this.own.chosen.current ?? this.profile;
    return {
      ...(role === undefined ? {} : { role }),
      ...(warehouse === undefined ? {} : { warehouse }),
      ...(database === undefined ? {} : { database }),
      ...(schema === undefined ? {} : { schema }),
      pinned: this.pins.text,
    };
  }

  choiceCount(): number {
    return this.own.choiceCount;
  }

  statementTimeoutMs(): number | undefined {
    return timeoutMsIn(this.own.chosen);
  }

  joined(): void {
    this.calls++;
  }

  hasLostTransaction(): boolean {
    return this.losses.unreported?.isTransaction === true;
  }

  /** For people: the context in one line. */
  get contextText(): string {
    return describe(this.own.chosen);
  }

  flightKey(): string {
    const alone = this.pins.current || this.isAutocommitOff ? this.key : '';
    return createHash('sha256')
      .update([this.profile.fingerprint, digestOf(this.own.chosen), alone].join(' '))
      .digest('hex');
  }

  poolStatus(): PoolStatus {
    return this.share.pool.status();
  }

  get isGone(): boolean {
    return this.gone.signal.aborted;
  }

  /** True where the next statement may open a transaction by itself. */
  get isAutocommitOff(): boolean {
    const chosen = this.own.chosen.parameters.get('AUTOCOMMIT');
    return chosen && chosen.kind !== 'unset' ? chosen.value === 'false' : this.share.isLoginAutocommitOff;
  }

  askerOf(ticket: Ticket): Asker {
    const { clock, newId } = this.options;
    return new Asker(ticket.session.driver, { clock, newId, client: this.client.name });
  }

  /** Stops lending with this error; what is lent runs on. */
  refuse(error: SnowpoolError): void {
    this.gone.abort(error);
  }

  /**
   * Ends the attachment: waiting calls are cancelled, running statements aborted at Snowflake, the pinned session is closed.
   * Idempotent; never rejects.
   */
  async detach(): Promise<void> {
    this.own.close();
    this.share.choosers.delete(this.own);
    this.refuse(new SnowpoolError('cancelled', 'The client is gone.'));
    const aborts = [...this.loans].map((loan) => loan.abort());
    const pin = this.pins.current;
    if (pin) this.pins.end(pin);
    await Promise.allSettled([...aborts, pin?.ticket.evict('pin'), this.claiming]);
  }

  /** Resolves when no call waits for a session and every loan is settled. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.lends.values());
    await Promise.all([...this.loans].map((loan) => loan.settled));
  }

  /** Ends without closing anything: another daemon has the sessions. */
  leaveBehind(): void {
    this.own.close();
    this.pins.leaveBehind();
  }

  /**
   * Profile as it was read again: limits and policy follow at once; another account, user or default begins anew.
   * @returns true where the pool is another one.
   */
  follow(profile: Profile, share: PoolShare): boolean {
    this.profile = profile;
    if (share === this.share) return false;
    for (const lend of this.lends.keys()) lend.abort(movedError(this.connection));
    const pin = this.pins.current;
    if (pin) {
      this.pins.lose(pin, 'the settings of its connection were changed', false, true);
      this.closeQuietly(pin.ticket.evict('profile'));
    }
    this.share.choosers.delete(this.own);
    this.share = share;
    this.share.choosers.add(this.own);
    this.procedureSession = undefined;
    this.own.choose(nothingChosen);
    this.notices.push(
      `The settings of the connection ${this.connection} were changed: it has another account, user or default now, and what you had chosen (role, warehouse, schema, parameters, variables) is gone.`,
    );
    return true;
  }

  /** For a newer daemon. */
  pack(): ParcelAttachment {
    const pin = this.pins.current;
    return {
      key: this.key,
      fingerprint: this.profile.fingerprint,
      context: toPlain(this.own.chosen),
      queryIds: [...this.own.queryIds.newest(Number.POSITIVE_INFINITY)],
      ...(pin ? { pin: { sessionId: pin.ticket.session.driver.sessionId, held: pin.held } } : {}),
    };
  }

  /** A failure to close is the pool's to see to; here it is only said. */
  closeQuietly(closing: Promise<void>): void {
    closing.catch((error: unknown) => this.options.log.error({ err: error }, 'a session was not closed'));
  }

  private isBarrier({ effects, needsLastSession, override }: LendRequest): boolean {
    return (
      needsLastSession === true ||
      // On the one session that it keeps, the names brought for one statement would hold for those beside it as well.
      (override !== undefined && this.pins.current !== undefined) ||
      changesContext(effects) ||
      effects.transaction !== 'none' ||
      effects.temporary ||
      this.pins.current?.held.isTransaction === true ||
      this.isAutocommitOff
    );
  }
}
