import { SnowpoolError } from '../errors.ts';
import type { EvictReason } from '../pool/contract.ts';
import { DriverError } from '../pool/driver.ts';
import type { Wanted } from './align.ts';
import type { ClientAttachment } from './attachment.ts';
import type { Carried } from './carried.ts';
import { type Context, withLogin } from './context.ts';
import type { LendRequest, Loan, LoanOutcome, Turn } from './contract.ts';
import { changesContext } from './effects.ts';
import { LentSession } from './lent-session.ts';
import { type Held, heldText, isKept, keptText, lossError } from './loss.ts';
import { type Observation, observe } from './observe.ts';
import { Pin } from './pin.ts';
import type { PoolShare } from './pool-share.ts';
import type { Ticket } from './ticket.ts';

interface LoanOptions {
  readonly client: ClientAttachment;
  /** The pool that the session is of. */
  readonly share: PoolShare;
  readonly ticket: Ticket;
  readonly request: LendRequest;
  readonly wanted: Wanted;
  readonly turn: Turn;
  /** Gives back the place reserved among the pins. */
  readonly giveBackPin: (() => void) | undefined;
  /** The pin on which the statement runs. */
  readonly pin: Pin | undefined;
  readonly notices: string[];
}

/** One lent session, from its statement to what that left behind. */
export class OpenLoan implements Loan {
  readonly session: LentSession;
  readonly isPinned: boolean;
  readonly isInTransaction: boolean;
  readonly notices: string[];
  readonly turn: Turn;
  /** Resolves when the loan is settled, however that went. */
  readonly settled: Promise<void>;
  /** What the session carried when it was lent. */
  private readonly before: Context;
  /** What the client had chosen then. */
  private readonly chosenBefore: Context;
  private readonly share: PoolShare;
  private readonly carried: Carried;
  private isSettled = false;
  private markSettled: () => void = () => {};

  constructor(private readonly options: LoanOptions) {
    const { client, ticket, pin, notices, request } = options;
    this.share = options.share;
    this.session = new LentSession(ticket.session.driver);
    this.isPinned = pin !== undefined && heldText(pin.held) !== '';
    this.isInTransaction = pin?.held.isTransaction === true || client.isAutocommitOff;
    this.notices = notices;
    this.carried = this.share.carriedBy(ticket.session);
    this.before = this.carried.context;
    this.turn = request.turn ?? { ...options.turn, context: client.own.chosen };
    this.chosenBefore = this.turn.isBarrier ? client.own.chosen : this.turn.context;
    this.settled = new Promise((resolve) => {
      this.markSettled = resolve;
    });
  }

  /** Ends what runs, for a client that is gone. Never rejects. */
  abort(): Promise<void> {
    return this.session.abortAll();
  }

  async settle(outcome: LoanOutcome): Promise<void> {
    if (this.isSettled) throw new Error('the loan was settled already');
    this.isSettled = true;
    this.session.end();
    const { client, pin, giveBackPin, request } = this.options;
    try {
      await this.conclude(outcome);
      if (outcome.state === 'succeeded') this.notices.push(...client.losses.tellWith(request.effects));
    } finally {
      client.loans.delete(this);
      // Nobody reads the answer of a statement that was given up.
      if (outcome.state === 'abandoned') client.notices.unshift(...this.notices);
      if (giveBackPin) client.pins.impending = undefined;
      if (pin) {
        pin.loans--;
        if (client.pins.current === pin && pin.loans === 0) client.pins.watchIdle(pin);
      } else if (client.pins.current?.ticket !== this.options.ticket) {
        giveBackPin?.();
      }
      client.own.save();
      if (outcome.state === 'abandoned' || !outcome.holdsTurn) this.turn.leave();
      this.markSettled();
    }
  }

  private async conclude(outcome: LoanOutcome): Promise<void> {
    const { client, pin, ticket, request } = this.options;
    // The pin ended while the statement ran, as the client is gone or its profile changed: its session is closed already.
    if (pin && client.pins.current !== pin) return;
    if (outcome.state === 'abandoned' && !outcome.isEndConfirmed)
      return this.breakOff('its last statement could not be ended', false);
    // Nothing ran, or nothing that what is kept depends on.
    if (request.isAside && outcome.state === 'abandoned') return pin ? undefined : this.releaseAside();
    if (request.isAside && pin && outcome.state === 'failed' && outcome.error.fault !== 'session_gone') return;
    if (outcome.state === 'failed' && outcome.error.fault !== 'statement' && outcome.error.fault !== 'aborted') {
      this.share.pool.suspect(ticket.session);
      const { error, isLookedUp } = outcome;
      return this.breakOff(error.message, isLookedUp !== true, error.fault === 'session_gone');
    }
    let observation: Observation;
    try {
      observation = await observe({
        asker: client.askerOf(ticket),
        carried: this.carried,
        baseline: this.share.baseline,
        effects: request.effects,
        result: outcome.state === 'succeeded' ? outcome.result : undefined,
        wasInTransaction: pin?.held.isTransaction ?? false,
      });
    } catch (error) {
      return this.giveUp(error, outcome);
    }
    this.record(observation, outcome);
    await this.keepOrRelease(observation, outcome);
  }

  /** Without autocommit a question opens a transaction. */
  private releaseAside(): void | Promise<void> {
    const { client, ticket } = this.options;
    return this.session.hasRun && client.isAutocommitOff ? this.releaseRolledBack() : ticket.release();
  }

  /** For a transaction that must not be left to whoever has the session next. */
  private async releaseRolledBack(): Promise<void> {
    const { client, ticket } = this.options;
    this.carried.lastQueryId = undefined;
    try {
      await client.askerOf(ticket).ask('ROLLBACK');
      ticket.release();
    } catch (error) {
      client.options.log.warn({ err: error }, 'a transaction could not be rolled back');
      this.evict('broken');
    }
  }

  private record(observation: Observation, outcome: LoanOutcome): void {
    const { client, ticket, request } = this.options;
    const { carried } = this;
    const { context, isAutocommit, hasAsked } = observation;
    if (context !== carried.context) carried.defaultSchemaOf = undefined;
    carried.context = context;
    carried.isAutocommit = isAutocommit;
    carried.lastQueryId = outcome.state === 'succeeded' && !hasAsked ? outcome.result.queryId : undefined;
    if (request.effects.unknown && request.effects.isOpaque !== false) {
      carried.leftover = { ownerKey: client.key };
      if (client.share === this.share) client.procedureSession = ticket.session.id;
    }
    this.share.noteAutocommit(carried);
    // After a reload to another account the client has begun anew there.
    if (client.share !== this.share) return;
    // Where the session was there already, the names are chosen all the same.
    const hasChosen = this.hasChosenPlace(outcome);
    // What the client chose while a statement ran that chooses nothing holds, whatever that one has seen.
    if (client.own.chosen !== this.chosenBefore && !changesContext(request.effects)) return;
    if (context !== this.before || hasChosen) client.own.choose(this.chosenOf(observation, hasChosen));
  }

  private hasChosenPlace(outcome: LoanOutcome): boolean {
    return outcome.state === 'succeeded' && this.options.request.effects.choosesPlace === true;
  }

  /** What of the session's context the client chose: not what was made current for this statement alone. */
  private chosenOf({ context }: Observation, hasChosen: boolean): Context {
    const { client, wanted } = this.options;
    const own = withLogin(client.own.chosen, this.carried.login);
    const aligned = this.before.current;
    const { current } = context;
    const hasMoved = aligned?.database !== current.database || aligned?.schema !== current.schema;
    // A statement that ran wherever the session was moves nobody; that somebody dropped what was current there is not its doing.
    const isPlaced = wanted.override ? hasMoved : wanted.dependsOnSchema;
    if (isPlaced || hasChosen) return context;
    const { database, schema } = own.current;
    const chosenUnder = { ...context.chosenUnder, schema: own.chosenUnder.schema };
    return { ...context, current: { ...current, database, schema }, chosenUnder };
  }

  private async keepOrRelease(observation: Observation, outcome: LoanOutcome): Promise<void> {
    const { client, pin, ticket, request } = this.options;
    const held: Held = {
      isTransaction: observation.isInTransaction,
      isTemporary: (pin?.held.isTemporary ?? false) || (request.effects.temporary && outcome.state === 'succeeded'),
      isNowhere: this.isNowhere(observation, this.hasChosenPlace(outcome)),
    };
    const isHeld = isKept(held);
    if (pin && isHeld) {
      pin.held = held;
    } else if (pin) {
      client.pins.giveBack(pin);
    } else if (!isHeld) {
      ticket.release();
    } else if (client.isGone || client.share !== this.share) {
      client.losses.add({
        ...held,
        reason: client.isGone ? 'the daemon ended' : 'the settings of its connection changed',
        isAnew: !client.isGone,
      });
      await ticket.evict('pin');
    } else {
      await this.keep(held);
    }
  }

  /** True where the statement, or one before it on this session, dropped what was current. */
  private isNowhere({ context }: Observation, hasChosen: boolean): boolean {
    const { client, wanted, pin } = this.options;
    if (hasChosen) return false;
    if (wanted.override || !wanted.dependsOnSchema || client.own.chosen !== context)
      return pin?.held.isNowhere ?? false;
    const before = this.before.current;
    const { database, schema } = context.current;
    if (database === undefined) return this.carried.login.database !== undefined;
    if (schema !== undefined || database !== before?.database) return false;
    return before.schema !== undefined || pin?.held.isNowhere === true;
  }

  /** Makes the session the client's own; a procedure may have begun a transaction that nobody could foresee. */
  private async keep(held: Held): Promise<void> {
    const { client, ticket } = this.options;
    try {
      const giveBack =
        this.options.giveBackPin ?? this.share.pins.reserve(client.client.id, client.holder, keptText(held));
      client.pins.keep(new Pin(ticket, held, giveBack));
    } catch (error) {
      if (!(error instanceof SnowpoolError)) throw error;
      if (heldText(held) === '') return ticket.release();
      if (held.isTemporary) await ticket.evict('pin');
      else await this.releaseRolledBack();
      const reason = error.message.replace(' This statement was not run.', '');
      throw lossError({ ...held, reason: `it could not be kept: ${reason}` }, true);
    }
  }

  /**
   * The session is of no use any more. Throws the loss of a pin where the statement was not its end anyway.
   * @param wasRefused the account knew the session no more when the statement came, so that this one ended nothing.
   */
  private breakOff(reason: string, isAnswered: boolean, wasRefused = false): void {
    const { client, pin, request } = this.options;
    this.evict('broken');
    if (!pin) return;
    // A COMMIT whose answer was lost has an outcome of its own to be told; what is left is the rest of the pin.
    const { transaction } = request.effects;
    const endsTransaction = !wasRefused && (transaction === 'commit' || transaction === 'rollback');
    if (endsTransaction) pin.held = { ...pin.held, isTransaction: false };
    if (!isKept(pin.held)) {
      client.pins.end(pin);
      return;
    }
    const isReported = isAnswered && !endsTransaction;
    const loss = client.pins.lose(pin, reason, isReported);
    if (isReported && heldText(loss) !== '') throw lossError(loss, true);
  }

  /** The account would not say what the statement left: the session is closed and the client is told. */
  private giveUp(error: unknown, outcome: LoanOutcome): void {
    const { client, pin, ticket, request } = this.options;
    const reason = error instanceof Error ? error.message : String(error);
    client.options.log.warn({ err: error, client: client.client.name }, 'what a statement left could not be read back');
    const hasDied = error instanceof DriverError && error.fault !== 'statement';
    if (hasDied) this.share.pool.suspect(ticket.session);
    this.evict(hasDied ? 'broken' : 'context');
    if (pin) throw lossError(client.pins.lose(pin, `what it holds could not be read back (${reason})`, true), true);
    const unseen = request.effects.unknown ? ', with any transaction or temporary objects that it left' : '';
    const sentence = `What it left in its session could not be read back (${reason}), so that session was closed${unseen}; your context is as it was before.`;
    if (outcome.state !== 'succeeded') {
      // Its own error is the answer; the rest is said along with the next one.
      client.notices.push(`A statement of yours failed. ${sentence}`);
      return;
    }
    throw new SnowpoolError(
      'outcome_unknown',
      `The statement ran. ${sentence}`,
      'Choose again what it was to change.',
      { queryId: outcome.result.queryId },
      { cause: error },
    );
  }

  private evict(reason: EvictReason): void {
    const { client, ticket } = this.options;
    client.closeQuietly(ticket.evict(reason));
  }
}
