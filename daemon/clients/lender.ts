import { SnowpoolError } from '../errors.ts';
import type { EvictReason } from '../pool/contract.ts';
import { planAlignment, rankOf, type Wanted } from './align.ts';
import type { ClientAttachment } from './attachment.ts';
import type { Carried } from './carried.ts';
import { withLogin } from './context.ts';
import { ContextGone, contextGoneError } from './context-gone.ts';
import type { LendRequest, Loan, StatementEffects, Turn } from './contract.ts';
import { isChoice } from './effects.ts';
import { heldText, lossError } from './loss.ts';
import { OpenLoan } from './open-loan.ts';
import type { Pin } from './pin.ts';
import { type Preparation, prepare } from './prepare.ts';
import { isPlainName } from './quoting.ts';
import { cancelledBy } from './signals.ts';
import type { Ticket } from './ticket.ts';

/** Finds and prepares the session for one statement of a client whose turn among its own calls has come. */
export class Lender {
  constructor(private readonly client: ClientAttachment) {}

  /**
   * @param turn left at once where others may pass; else taken over by the loan.
   * Rejects as Attachment.lend.
   */
  async lend(request: LendRequest, turn: Turn): Promise<Loan> {
    checkNames(request.effects);
    const pin = this.client.pins.current;
    if (!pin) return this.lendFree(request, turn);
    // A session that is kept for its names alone is left as it is where the statement brings its own.
    const isElsewhere = request.override !== undefined && heldText(pin.held) === '';
    if (!isElsewhere) return this.lendPinned(pin, request, turn);
    // There is no other one to be had.
    if (this.client.share.capacity === 1) this.client.pins.giveBack(pin);
    return this.lendFree(request, turn);
  }

  /** For what leaves nothing behind and is no statement of the client's own. Rejects as Attachment.lend. */
  async lendAside(request: LendRequest): Promise<Loan> {
    const { share, pins } = this.client;
    const pin = pins.current;
    // The pool's one session is the client's own now: there will be no other before it is given back.
    return pin && share.capacity === 1 ? this.lendBeside(pin, request) : this.lendFree(request, this.noTurn());
  }

  /** The kept session as it stands, whatever runs on it. */
  private lendBeside(pin: Pin, request: LendRequest): Loan {
    const { share } = this.client;
    pin.cancelIdle();
    pin.loans++;
    request.onPlace(0);
    const wanted = this.wantedBy(request);
    return this.open({ share, ticket: pin.ticket, request, wanted, turn: this.noTurn(), giveBackPin: undefined, pin });
  }

  private async lendPinned(pin: Pin, request: LendRequest, turn: Turn): Promise<Loan> {
    const { client } = this;
    const { share } = client;
    const carried = share.carriedBy(pin.ticket.session);
    let wanted = this.wantedBy(request);
    if (planAlignment(carried, wanted, share.baseline).kind === 'impossible') {
      // Better the names that the session has than to lose what it holds: a "none" cannot be brought back on it.
      wanted = { context: carried.context, override: undefined, dependsOnSchema: true };
    }
    const lose = (reason: EvictReason, isReported: boolean) => {
      client.closeQuietly(pin.ticket.evict(reason));
      return client.pins.lose(pin, reason === 'broken' ? 'it broke' : 'its state is uncertain', isReported);
    };
    const ticket: Ticket = {
      session: pin.ticket.session,
      release: () => {},
      // The answer tells of something else: the loss is the next statement's to report.
      evict: async (reason) => void lose(reason, false),
      swap: async (reason) => {
        throw lossError(lose(reason, true), false);
      },
    };
    pin.cancelIdle();
    pin.loans++;
    try {
      if (request.needsLastSession) this.checkLastStatement(ticket, wanted);
      await prepare(ticket, this.preparation(request, wanted));
      // Whoever left meanwhile, or whose daemon hands over, is to run nothing there any more.
      if (request.signal.aborted) throw cancelledBy(request.signal);
    } catch (error) {
      pin.loans--;
      if (client.pins.current === pin && pin.loans === 0) client.pins.watchIdle(pin);
      if (!(error instanceof ContextGone)) throw error;
      client.own.choose(error.context);
      throw contextGoneError(error);
    }
    request.onPlace(0);
    return this.open({ share, ticket: pin.ticket, request, wanted, turn, giveBackPin: undefined, pin });
  }

  private async lendFree(request: LendRequest, turn: Turn): Promise<Loan> {
    const { client } = this;
    const { share } = client;
    const { effects } = request;
    const wanted = this.wantedBy(request);
    const willPin =
      !request.isAside && (effects.transaction === 'begin' || effects.temporary || this.opensTransaction(effects));
    const why = effects.temporary ? 'temporary objects' : 'an open transaction';
    const giveBackPin = willPin ? share.pins.reserve(client.client.id, client.holder, why) : undefined;
    // Others may pass: what this call needs of the client's state it holds.
    if (!turn.isBarrier) turn.leave();
    try {
      const fetched = await this.fetch(request, wanted);
      if (request.needsLastSession) this.checkLastStatement(fetched, wanted);
      const ticket = await this.prepareInTime(fetched, request, wanted);
      checkIsWanted(ticket, request);
      if (giveBackPin) client.pins.impending = { isTransaction: !effects.temporary, isTemporary: effects.temporary };
      return this.open({ share, ticket, request, wanted, turn, giveBackPin, pin: undefined });
    } catch (error) {
      giveBackPin?.();
      throw error;
    }
  }

  /** True where the statement may open a transaction by itself: without autocommit, all but those that only choose. */
  private opensTransaction(effects: StatementEffects): boolean {
    return this.client.isAutocommitOff && effects.transaction === 'none' && !isChoice(effects);
  }

  private fetch(request: LendRequest, wanted: Wanted): Promise<Ticket> {
    const { client } = this;
    const { share, profile } = client;
    const { clock, link } = client.options;
    return share.admission.enter({
      clientKey: client.client.id,
      holder: client.holder,
      maxRunning: () => share.runningBound(client.client.id, profile.limits.maxRunning),
      score: (session) => this.scoreOf(share.carriedBy(session), request, wanted),
      prompt: link.prompt,
      signal: request.signal,
      deadline: request.deadline,
      giveUpAt: clock.monotonic() + profile.pool.connectionTimeoutMs,
      onPlace: request.onPlace,
    });
  }

  /** The preference among idle sessions: what the statement needs, and then what the client has chosen. */
  private scoreOf(carried: Carried, { needsLastSession, effects }: LendRequest, wanted: Wanted): number {
    const { key, share } = this.client;
    if (needsLastSession && this.hasRunLast(carried)) return 7;
    const whole = planAlignment(carried, { ...wanted, dependsOnSchema: true }, share.baseline);
    // A choice stays on its session: better not on one that another client comes back to.
    const isWhole = wanted.dependsOnSchema || (effects.choosesPlace && whole.kind !== 'impossible');
    const plan = isWhole ? whole : planAlignment(carried, wanted, share.baseline);
    const isTaken = effects.choosesPlace || (plan.kind === 'statements' && plan.isOneWay);
    if (isTaken && share.isLastOpen(carried, key)) return 0;
    return rankOf(carried, plan, wanted, { key, isCarried: whole.kind === 'ready' });
  }

  /** A caller that leaves while its session is being aligned does not wait for that; the session is given back afterwards. */
  private async prepareInTime(ticket: Ticket, request: LendRequest, wanted: Wanted): Promise<Ticket> {
    const { signal } = request;
    checkIsWanted(ticket, request);
    const prepared = prepare(ticket, this.preparation(request, wanted));
    let stop = () => {};
    const left = new Promise<never>((_, reject) => {
      const leave = () => reject(cancelledBy(signal));
      signal.addEventListener('abort', leave, { once: true });
      stop = () => signal.removeEventListener('abort', leave);
    });
    try {
      return await Promise.race([prepared, left]);
    } catch (error) {
      if (error instanceof ContextGone) this.refuseReduced(error, wanted);
      if (signal.aborted) {
        prepared.then(
          (late) => late.release(),
          (late: unknown) => late instanceof ContextGone && late.ticket.release(),
        );
      }
      throw error;
    } finally {
      stop();
    }
  }

  /** The client is told once, whatever the statement: it might run, or choose, where it was not meant to. */
  private refuseReduced(gone: ContextGone, { context }: Wanted): never {
    const { own } = this.client;
    // What the client has chosen since is none of what is gone.
    if (own.chosen === context) own.choose(gone.context);
    gone.ticket.release();
    throw contextGoneError(gone);
  }

  private open(options: Omit<ConstructorParameters<typeof OpenLoan>[0], 'client' | 'notices'>): Loan {
    const { client } = this;
    const { ticket, wanted } = options;
    this.missProcedureSession(ticket);
    const notices = client.notices;
    client.notices = [];
    const { context, login } = client.share.carriedBy(ticket.session);
    const isOwn = !wanted.override && wanted.dependsOnSchema;
    const { chosen } = client.own;
    if (chosen.current === undefined) client.own.settleOn(isOwn ? context : withLogin(chosen, login));
    const loan = new OpenLoan({ ...options, client, notices });
    client.loans.add(loan);
    return loan;
  }

  private missProcedureSession(ticket: Ticket): void {
    const { client } = this;
    const id = client.procedureSession;
    if (id === undefined || ticket.session.id === id) return;
    const { sessions } = client.poolStatus();
    if (sessions.some((session) => session.id === id && session.state !== 'closing')) return;
    client.procedureSession = undefined;
    client.notices.push(
      'The session on which your CALL, EXECUTE IMMEDIATE or block ran was closed: temporary objects that it may have created are gone, the rest of your context was kept.',
    );
  }

  /** For what waits for nobody. */
  private noTurn(): Turn {
    return { isBarrier: false, arrival: 0, context: this.client.own.chosen, leave: () => {} };
  }

  private wantedBy({ override, effects, turn }: LendRequest): Wanted {
    // What is tried again beside later statements of its client stands where it stood before them.
    const context = turn?.isBarrier === false ? turn.context : this.client.own.chosen;
    // What begins a transaction keeps its session for what follows, and that may depend on the names.
    const mayKeep = effects.transaction === 'begin' || effects.temporary || this.opensTransaction(effects);
    return { context, override, dependsOnSchema: effects.dependsOnSchema !== false || mayKeep };
  }

  /** True where the client's last statement is the session's last, too: query ids belong to one client only. */
  private hasRunLast({ lastQueryId }: Carried): boolean {
    return lastQueryId !== undefined && lastQueryId === this.client.queryIds.last(1);
  }

  private checkLastStatement(ticket: Ticket, wanted: Wanted): void {
    const { client } = this;
    const carried = client.share.carriedBy(ticket.session);
    if (this.hasRunLast(carried) && planAlignment(carried, wanted, client.share.baseline).kind === 'ready') return;
    ticket.release();
    throw new SnowpoolError(
      'statement_refused',
      'This statement asks for the last query of its session, and the session that ran yours has served another statement since. It was not run.',
      'Name the query id instead: every result comes with its own.',
    );
  }

  private preparation({ effects }: LendRequest, wanted: Wanted): Preparation {
    const { client } = this;
    const { share } = client;
    return {
      baseline: share.baseline,
      ownerKey: client.key,
      mayReplace: share.mayReplace,
      wanted,
      about: {
        parameters: effects.unknown || effects.sessionParameters.length > 0,
        secondaryRoles: effects.unknown || effects.secondaryRoles !== undefined,
      },
      carriedBy: (ticket) => share.carriedBy(ticket.session),
      askerOf: (ticket) => client.askerOf(ticket),
      suspect: (ticket) => share.pool.suspect(ticket.session),
    };
  }
}

/** Gives the session back where the call was given up, or its connection moved to another account, in the meantime. */
function checkIsWanted(ticket: Ticket, { signal }: LendRequest): void {
  if (!signal.aborted) return;
  ticket.release();
  throw cancelledBy(signal);
}

/** A variable whose name stands in quotes can be neither read back with its type nor set on another session. */
function checkNames({ variables }: StatementEffects): void {
  const odd = variables.find(({ name, op }) => op === 'set' && !isPlainName(name));
  if (odd === undefined) return;
  throw new SnowpoolError(
    'statement_refused',
    `The variable name ${JSON.stringify(odd.name)} can only be written in quotes, and such a variable could not follow you from session to session. This statement was not run.`,
    'Name it with letters, digits and underscores, without quotes.',
  );
}
