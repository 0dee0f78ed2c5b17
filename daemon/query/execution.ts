/**
 * One statement's life: a loan, the statement on it, what its result is needed for, and the loan given back. It goes on
 * when its caller has stopped waiting, and it ends at the account when somebody cancels it. Retries follow DESIGN §7.
 */

import type { Attachment, Loan, LoanOutcome, StatementEffects } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { DriverError, type DriverResult, type DriverSession, type DriverStatement } from '../pool/driver.ts';
import type { Progress } from './contract.ts';
import { queryTag, statementParameters } from './query-tag.ts';
import { statementError } from './statement-error.ts';

/** What is to be run, decided before anything is asked of the account. */
export interface ExecutionPlan {
  /** As it will be sent. */
  readonly sql: string;
  readonly kind: string;
  readonly isRead: boolean;
  readonly effects: StatementEffects;
  readonly requestId: string;
  readonly tool: string;
  /** True for a statement of the daemon's own making: it is not what the client's LAST_QUERY_ID() means. */
  readonly isInternal: boolean;
  readonly override?: { readonly database?: string; readonly schema?: string };
  readonly needsLastSession: boolean;
  /** True: BEGIN before and COMMIT after, on the same session. */
  readonly isOwnTransaction: boolean;
  /** Epoch ms. */
  readonly deadline: number;
}

export interface ExecutionOptions {
  readonly attachment: Attachment;
  readonly plan: ExecutionPlan;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Logger;
  readonly version: string;
  /** Finds out what became of a write whose answer was lost; resolves with the error that says so. */
  readonly lookUp: (attachment: Attachment, lost: LostStatement) => Promise<SnowpoolError>;
}

export interface LostStatement {
  readonly queryId: string | undefined;
  /** As in the QUERY_TAG. */
  readonly requestId: string;
  readonly kind: string;
  /** Epoch ms when it was sent. */
  readonly sentAt: number;
  readonly error: DriverError;
}

/** How long after its cancellation a statement may take to end before its session is given up. */
const endConfirmationMs = 15_000;
/** An abort that overtakes its statement finds nothing to abort, so it is repeated. */
const abortEveryMs = 1_000;
/** The account ends a statement at its time limit; this much later the daemon does so itself. */
const deadlineGraceMs = 5_000;
const tickMs = 2_000;

export class Execution<T> {
  /** What `consume` made of the result. Rejects with SnowpoolError, at once when cancelled. */
  readonly outcome: Promise<T>;
  /** Resolves once the loan is settled; never rejects. */
  readonly ended: Promise<void>;
  readonly notices: string[] = [];
  readonly #options: ExecutionOptions;
  readonly #consume: (result: DriverResult, signal: AbortSignal) => Promise<T>;
  readonly #stop = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly #startedAt: number;
  #current: { readonly session: DriverSession; readonly statement: DriverStatement } | undefined;
  #queryId: string | undefined;
  #sentAt = 0;
  #cancellation: { readonly error: SnowpoolError; readonly done: Promise<void> } | undefined;
  #isFinished = false;
  #didSucceed = false;
  #rejectOutcome: (error: SnowpoolError) => void = () => undefined;

  /** Starts at once. `consume` runs while the session is still lent; it must heed its signal. */
  constructor(options: ExecutionOptions, consume: (result: DriverResult, signal: AbortSignal) => Promise<T>) {
    this.#options = options;
    this.#consume = consume;
    const { clock, plan } = options;
    this.#startedAt = clock.monotonic();
    const stopTicks = clock.every(tickMs, () => this.#tick());
    const stopTimer = clock.after(Math.max(0, plan.deadline + deadlineGraceMs - clock.now()), () => {
      void this.cancel(overdue(plan));
    });
    const work = this.#work().finally(() => {
      this.#isFinished = true;
      stopTicks();
      stopTimer();
      this.#listeners.clear();
    });
    this.outcome = new Promise<T>((resolve, reject) => {
      this.#rejectOutcome = reject;
      work.then(resolve, reject);
    });
    this.ended = work.then(
      () => undefined,
      () => undefined,
    );
    // Its caller may have left; what became of it is kept for whoever asks later.
    this.outcome.catch(() => undefined);
  }

  get requestId(): string {
    return this.#options.plan.requestId;
  }

  get kind(): string {
    return this.#options.plan.kind;
  }

  /** Undefined while the account has not told it. */
  get queryId(): string | undefined {
    return this.#queryId ?? this.#current?.statement.queryId;
  }

  get elapsedMs(): number {
    return Math.round(this.#options.clock.monotonic() - this.#startedAt);
  }

  /** `queued` until a session is lent; `finished` once its loan is settled. */
  get state(): 'queued' | 'running' | 'finished' {
    if (this.#isFinished) return 'finished';
    return this.#sentAt > 0 ? 'running' : 'queued';
  }

  /** Calls back whenever it gets on; returns how to stop that. */
  onProgress(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For the consumer of the result. */
  report(progress: Progress): void {
    for (const listener of this.#listeners) listener(progress);
  }

  /**
   * Ends it at the account. Its callers are released at once with `error`; resolves when the account has confirmed the
   * end, or has not in time. `already_finished` where there was nothing left to end.
   */
  async cancel(error: SnowpoolError): Promise<'cancelled' | 'already_finished'> {
    if (this.#isFinished) return 'already_finished';
    if (!this.#cancellation) {
      this.#cancellation = { error, done: this.#endAtAccount() };
      this.#rejectOutcome(error);
      this.#stop.abort(error);
    }
    await this.#cancellation.done;
    return this.#didSucceed ? 'already_finished' : 'cancelled';
  }

  #whyEnded(): SnowpoolError {
    return this.#cancellation?.error ?? overdue(this.#options.plan);
  }

  #tick(): void {
    if (this.state !== 'running') return;
    const queryId = this.queryId;
    this.report({ stage: 'running', elapsedMs: this.elapsedMs, ...(queryId === undefined ? {} : { queryId }) });
  }

  async #work(): Promise<T> {
    const { plan, newId } = this.#options;
    const first = await this.#attempt(plan.requestId, false);
    if (first !== again) return first.value;
    const second = await this.#attempt(newId(), true);
    if (second !== again) return second.value;
    throw new SnowpoolError('internal', 'The statement was to be run a third time.');
  }

  async #attempt(requestId: string, isLast: boolean): Promise<{ readonly value: T } | typeof again> {
    const { attachment, plan } = this.#options;
    const loan = await attachment.lend({
      requestId,
      effects: plan.effects,
      ...(plan.override === undefined ? {} : { override: plan.override }),
      needsLastSession: plan.needsLastSession,
      signal: this.#stop.signal,
      deadline: plan.deadline,
      onPlace: (place) => this.report(place > 0 ? { stage: 'queued', place } : { stage: 'signing_in' }),
    });
    if (this.#cancellation) {
      await this.#settle(loan, { state: 'abandoned', isEndConfirmed: true });
      throw this.#cancellation.error;
    }
    let result: DriverResult;
    try {
      result = plan.isOwnTransaction
        ? await this.#inTransaction(loan, requestId)
        : await this.#send(loan, plan.sql, requestId);
    } catch (error) {
      if (error instanceof GivenUp) {
        await this.#settle(loan, { state: 'abandoned', isEndConfirmed: false });
        throw this.#whyEnded();
      }
      return this.#afterFailure(loan, asDriverError(error), isLast);
    }
    this.#didSucceed = true;
    if (!plan.isInternal) attachment.queryIds.add(result.queryId);
    return { value: await this.#afterSuccess(loan, result) };
  }

  async #afterSuccess(loan: Loan, result: DriverResult): Promise<T> {
    try {
      return await this.#consume(result, this.#stop.signal);
    } finally {
      const told = await this.#settle(loan, { state: 'succeeded', result });
      // With the session went the transaction in which it succeeded.
      if (told?.code === 'session_lost') this.#rejectOutcome(told);
      // Anything else goes beside the result: told that it failed, the client would run it again.
      else if (told) this.notices.push([told.message, told.next].filter(Boolean).join(' '));
      this.notices.push(...loan.notices);
    }
  }

  async #afterFailure(loan: Loan, error: DriverError, isLast: boolean): Promise<typeof again> {
    const { attachment, plan, lookUp } = this.#options;
    const { queryId } = error.details;
    if (queryId !== undefined) {
      this.#queryId = queryId;
      if (!plan.isInternal) attachment.queryIds.add(queryId);
    }
    if (this.#cancellation) {
      const isEndConfirmed = error.fault === 'aborted' || error.fault === 'statement';
      await this.#settle(loan, { state: 'abandoned', isEndConfirmed });
      throw this.#cancellation.error;
    }
    const { isPinned } = loan;
    const told = await this.#settle(loan, { state: 'failed', error });
    if (error.fault === 'session_gone' || error.fault === 'connection_lost') {
      if (error.fault === 'connection_lost' && !plan.isRead) {
        throw await lookUp(attachment, {
          queryId: this.queryId,
          requestId: plan.requestId,
          kind: plan.kind,
          sentAt: this.#sentAt,
          error,
        });
      }
      if (told) throw told;
      if (isPinned) throw pinLost(error);
      if (!isLast) return again;
    }
    if (told) throw told;
    throw statementError(error, plan.sql);
  }

  /** Sends one text and waits for its end, or until the end is given up after a cancellation. */
  async #send(
    loan: Loan,
    sql: string,
    requestId: string,
    step?: 'begin' | 'commit' | 'rollback',
  ): Promise<DriverResult> {
    const { attachment, plan, clock, version } = this.#options;
    const tag = queryTag(
      { client: attachment.client, tool: plan.tool, requestId: plan.requestId, ...(step ? { step } : {}) },
      version,
    );
    const parameters = statementParameters(tag, plan.deadline - clock.now());
    this.#sentAt = clock.now();
    const statement = loan.session.execute({ sql, requestId, parameters });
    this.#current = { session: loan.session, statement };
    try {
      const result = await orGivenUp(statement.result, this.#giveUp.signal);
      if (step === undefined) this.#queryId = result.queryId;
      return result;
    } finally {
      if (step === undefined) this.#queryId ??= statement.queryId;
      this.#current = undefined;
    }
  }

  async #inTransaction(loan: Loan, requestId: string): Promise<DriverResult> {
    const { plan, newId } = this.#options;
    await this.#send(loan, 'BEGIN', newId(), 'begin');
    try {
      if (this.#cancellation) throw new DriverError('aborted', 'cancelled before the statement was sent');
      const result = await this.#send(loan, plan.sql, requestId);
      if (this.#cancellation) throw new DriverError('aborted', 'cancelled before its transaction was committed');
      await this.#send(loan, 'COMMIT', newId(), 'commit');
      return result;
    } catch (error) {
      if (!(error instanceof DriverError) || (error.fault !== 'statement' && error.fault !== 'aborted')) throw error;
      await this.#send(loan, 'ROLLBACK', newId(), 'rollback').catch((cause: unknown) => {
        // A session with a transaction left open must not be lent again: reported as broken, it is closed.
        throw new DriverError(
          'session_gone',
          `${error.message} (and its transaction could not be rolled back)`,
          error.details,
          { cause },
        );
      });
      throw error;
    }
  }

  /** Settles, and returns what the client must be told, where there is something. */
  async #settle(loan: Loan, outcome: LoanOutcome): Promise<SnowpoolError | undefined> {
    try {
      await loan.settle(outcome);
      return undefined;
    } catch (error) {
      if (error instanceof SnowpoolError) return error;
      this.#options.log.error({ err: error, requestId: this.requestId }, 'settling a loan failed');
      return new SnowpoolError('internal', 'The session could not be given back in order.', '', {}, { cause: error });
    }
  }

  async #endAtAccount(): Promise<void> {
    const { clock } = this.#options;
    const endsBy = clock.monotonic() + endConfirmationMs;
    for (;;) {
      const current = this.#current;
      if (!current) return;
      const { session, statement } = current;
      const target =
        statement.queryId === undefined ? { requestId: statement.requestId } : { queryId: statement.queryId };
      // Whether the abort was heard shows in the statement's own end; where it fails, it is sent again.
      session.abort(target).catch(() => false);
      const pause = new AbortController();
      const isOver = await Promise.race([
        statement.result.then(
          () => true,
          () => true,
        ),
        clock.sleep(abortEveryMs, pause.signal).then(
          () => false,
          () => false,
        ),
      ]);
      pause.abort();
      if (isOver) return;
      if (clock.monotonic() >= endsBy) {
        this.#giveUp.abort();
        return;
      }
    }
  }
}

const again = Symbol('run once more on another session');

/** The account never confirmed the end of a cancelled statement. */
class GivenUp extends Error {}

function orGivenUp<R>(result: Promise<R>, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new GivenUp());
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function asDriverError(error: unknown): DriverError {
  if (error instanceof DriverError) return error;
  throw error;
}

function overdue(plan: ExecutionPlan): SnowpoolError {
  return new SnowpoolError(
    'deadline_exceeded',
    'The statement was ended at its time limit.',
    'Make the statement smaller, or raise the statement timeout of the profile.',
    { requestId: plan.requestId },
  );
}

function pinLost(error: DriverError): SnowpoolError {
  return new SnowpoolError(
    'session_lost',
    `The session that held this client's open transaction or temporary objects is gone: ${error.message.trim()}`,
    'Begin the transaction, or create the temporary objects, again.',
    {},
    { cause: error },
  );
}
