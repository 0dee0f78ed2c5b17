/**
 * One statement's life: a loan, the statement on it, what its result is needed for, and the loan given back. It goes on
 * when its caller has stopped waiting, and it ends at the account when somebody cancels it. Retries follow DESIGN §7.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Attachment, Loan, LoanOutcome, Turn } from '../clients/contract.ts';
import { isChoice } from '../clients/effects.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { DriverError, type DriverResult } from '../pool/driver.ts';
import type { Progress } from './contract.ts';
import { diedUnder } from './died-under.ts';
import { notEnded, overdue, unsettled } from './execution-errors.ts';
import { undoneWith } from './execution-plan.ts';
import { verdictOn } from './failure-verdict.ts';
import { GivenUp, LoanedStatement, type SendOptions } from './loaned-statement.ts';
import type { LostStatement } from './outcome-lookup.ts';
import { ProgressReport } from './progress-report.ts';
import { SecondTries } from './second-tries.ts';
import { TimeLimit } from './time-limit.ts';

export interface ExecutionOptions extends SendOptions {
  readonly log: Logger;
  /** Finds out what became of a write whose answer was lost; resolves with the error that says so. */
  readonly lookUp: (attachment: Attachment, lost: LostStatement) => Promise<SnowpoolError>;
}

/** What a result is needed for. Runs while the session is still lent; must heed its signal. */
export type Consumer<T> = (result: DriverResult, signal: AbortSignal) => Promise<T>;

const again = Symbol('send it to another session');

export class Execution<T> {
  /** What the consumer made of the result. Rejects with SnowpoolError, at once when cancelled. */
  readonly outcome: Promise<T>;
  /** Resolves once the loan is settled; never rejects. */
  readonly ended: Promise<void>;
  /** What the client should know beside the result. */
  readonly notices: string[] = [];
  readonly #options: ExecutionOptions;
  readonly #consume: Consumer<T>;
  readonly #stop = new AbortController();
  readonly #progress: ProgressReport;
  readonly #startedAt: number;
  readonly #limit: TimeLimit;
  #statement: LoanedStatement | undefined;
  /** The same while its end is awaited. */
  #awaited: LoanedStatement | undefined;
  /** True once it was to be ended at its time limit. */
  #isOverdue = false;
  readonly #formerIds: string[] = [];
  #cancellation: { readonly error: SnowpoolError; readonly done: Promise<void> } | undefined;
  #isFinished = false;
  #didSucceed = false;
  readonly #tries = new SecondTries();
  /** Of the session on which it is to be tried again. */
  #turn: Turn | undefined;
  #rejectOutcome: (error: SnowpoolError) => void = () => undefined;

  /** Starts at once. */
  constructor(options: ExecutionOptions, consume: Consumer<T>) {
    this.#options = options;
    this.#consume = consume;
    this.#startedAt = options.clock.monotonic();
    this.#progress = new ProgressReport(options.clock, {
      running: () => this.#running(),
      askWhatFor: () => this.#askWhatFor(),
    });
    this.#limit = new TimeLimit(options.clock, options.plan.deadline, () => void this.#overrun());
    const work = this.#work().finally(() => {
      this.#isFinished = true;
      this.#progress.close();
      this.#limit.stop();
    });
    this.outcome = new Promise<T>((resolve, reject) => {
      this.#rejectOutcome = reject;
      work.then(resolve, reject);
    });
    // Its caller may have left; what became of it is kept for whoever asks later.
    this.outcome.catch(() => undefined);
    const done = () => undefined;
    this.ended = work.then(done, done);
  }

  get requestId(): string {
    return this.#options.plan.requestId;
  }

  get kind(): string {
    return this.#options.plan.kind;
  }

  /** Undefined while the account has not told it. */
  get queryId(): string | undefined {
    return this.#statement?.queryId;
  }

  /** The query ids under which it ran, also those of sessions that died under it. */
  get queryIds(): readonly string[] {
    return [...this.#formerIds, ...(this.queryId === undefined ? [] : [this.queryId])];
  }

  /** False while it waits for a session. */
  get isSent(): boolean {
    return this.#statement !== undefined;
  }

  get elapsedMs(): number {
    return Math.round(this.#options.clock.monotonic() - this.#startedAt);
  }

  /** Calls back whenever it gets on; returns how to stop that. */
  onProgress(listener: (progress: Progress) => void): () => void {
    return this.#progress.onProgress(listener);
  }

  /** For the consumer of the result. */
  report(progress: Progress): void {
    this.#progress.tell(progress);
  }

  /**
   * Ends it at the account. Its callers are released at once with `error`; resolves when the account has confirmed the
   * end, or has not in time. `already_finished` where there was nothing left to end.
   */
  async cancel(error: SnowpoolError): Promise<'cancelled' | 'already_finished'> {
    if (this.#isFinished) return 'already_finished';
    if (!this.#cancellation) {
      this.#cancellation = { error, done: this.#statement?.end() ?? Promise.resolve() };
      this.#rejectOutcome(error);
      this.#stop.abort(error);
    }
    await this.#cancellation.done;
    return this.#didSucceed ? 'already_finished' : 'cancelled';
  }

  /** Of a write that is sent its client is told what became of it: where this process was stopped, the answer may lie unread. */
  #overrun(): Promise<unknown> {
    const { plan } = this.#options;
    if (plan.isRepeatable || !this.#awaited) return this.cancel(overdue(plan));
    this.#isOverdue = true;
    return this.#awaited.end();
  }

  #running(): { readonly queryId: string | undefined; readonly elapsedMs: number } | undefined {
    const isRunning = !this.#isFinished && !this.#didSucceed && this.#statement !== undefined;
    return isRunning ? { queryId: this.queryId, elapsedMs: this.elapsedMs } : undefined;
  }

  #askWhatFor(): Promise<string | undefined> | undefined {
    const { warehouse } = this.#options.attachment.describeContext();
    return warehouse === undefined ? undefined : this.#statement?.waitsFor(warehouse);
  }

  async #work(): Promise<T> {
    const { plan, newId } = this.#options;
    for (let requestId = plan.requestId; ; requestId = newId()) {
      this.#didSucceed = false;
      this.#limit.watch();
      const ended = await this.#attempt(requestId);
      if (ended !== again) return ended.value;
    }
  }

  async #attempt(requestId: string): Promise<{ readonly value: T } | typeof again> {
    const loan = await this.#lend(requestId);
    let ended: { readonly value: T } | typeof again | undefined;
    try {
      ended = await this.#onLoan(loan, requestId);
      return ended;
    } finally {
      if (ended === again) this.#turn = loan.turn;
      else loan.turn.leave();
    }
  }

  async #onLoan(loan: Loan, requestId: string): Promise<{ readonly value: T } | typeof again> {
    if (this.#cancellation) {
      await this.#settle(loan, { state: 'abandoned', isEndConfirmed: true });
      throw this.#whyEnded();
    }
    if (this.queryId !== undefined) this.#formerIds.push(this.queryId);
    const statement = new LoanedStatement(loan, this.#options);
    this.#statement = statement;
    this.#awaited = statement;
    let result: DriverResult;
    try {
      result = await statement.run(requestId);
    } catch (error) {
      if (error instanceof DriverError) return this.#afterFailure(loan, error);
      if (error instanceof GivenUp && !this.#cancellation) return this.#afterFailure(loan, notEnded());
      await this.#settle(loan, { state: 'abandoned', isEndConfirmed: error instanceof SnowpoolError });
      throw error instanceof GivenUp ? this.#whyEnded() : error;
    } finally {
      this.#awaited = undefined;
      // The time limit is the statement's; whoever reads its rows may be slow.
      this.#limit.stop();
    }
    this.#didSucceed = true;
    this.#remember(result.queryId);
    return this.#afterSuccess(loan, result);
  }

  #lend(requestId: string): Promise<Loan> {
    const { attachment, plan } = this.#options;
    return attachment.lend({
      requestId,
      effects: plan.effects,
      ...(plan.override === undefined ? {} : { override: plan.override }),
      needsLastSession: plan.needsLastSession,
      turn: this.#turn,
      signal: this.#stop.signal,
      deadline: plan.deadline,
      onPlace: (place) => this.report(place > 0 ? { stage: 'queued', place } : { stage: 'signing_in' }),
    });
  }

  async #afterSuccess(loan: Loan, result: DriverResult): Promise<{ readonly value: T } | typeof again> {
    const { isPinned } = loan;
    const { effects } = this.#options.plan;
    const consumed = await this.#consume(result, this.#stop.signal).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (this.#cancellation && effects.transaction === 'begin' && !loan.isInTransaction) {
      // Its client was told that it was cancelled, and would write into a transaction that it does not know of.
      const isEndConfirmed = (await this.#statement?.rollBack()) === true;
      await this.#settle(loan, { state: 'abandoned', isEndConfirmed });
      throw this.#whyEnded();
    }
    const told = await this.#settle(loan, { state: 'succeeded', result, holdsTurn: isChoice(effects) });
    if (!told) loan.turn.leave();
    // Whoever waited for this session sends now; this answer is rendered while the account is at work on that.
    await nextTurn();
    // The session died before it could say what was chosen: chosen again on another one, nothing is lost.
    const mayChooseAgain = !isPinned && !this.#cancellation && isChoice(effects);
    if (told && mayChooseAgain && this.#tries.mayRunAgain()) return again;
    // With the session went the transaction in which it succeeded.
    if (told?.code === 'session_lost') this.#rejectOutcome(told);
    // Anything else goes beside the result: told that it failed, the client would run it again.
    else if (told) this.notices.push([told.message, told.next].filter(Boolean).join(' '));
    this.notices.push(...loan.notices);
    if ('error' in consumed) throw consumed.error;
    return consumed;
  }

  async #afterFailure(loan: Loan, error: DriverError): Promise<typeof again> {
    const { plan } = this.#options;
    if (error.details.queryId !== undefined) this.#remember(error.details.queryId);
    if (this.#cancellation) {
      const isEndConfirmed = error.fault === 'aborted' || error.fault === 'statement';
      await this.#settle(loan, { state: 'abandoned', isEndConfirmed });
      throw this.#whyEnded();
    }
    const { isPinned } = loan;
    const transaction = plan.isOwnTransaction || !loan.isInTransaction ? 'none' : undoneWith(plan.kind);
    const gone = error.fault === 'aborted' ? await diedUnder(loan.session, error) : undefined;
    const isLookedUp = error.fault === 'connection_lost' && !plan.isRepeatable;
    const told = await this.#settle(loan, {
      state: 'failed',
      error: gone ?? error,
      isLookedUp,
      holdsTurn: !isLookedUp,
    });
    this.notices.push(...loan.notices);
    // What the account aborted is undone, but only what changes nothing is worth another try.
    const died = plan.isRepeatable ? gone : undefined;
    const failure = {
      ...{ error: died ?? error, told, isPinned, transaction, didRun: died !== undefined },
      ...{ isOverdue: this.#isOverdue, queryId: this.queryId, notices: this.notices },
    };
    const verdict = await verdictOn(failure, this.#options, this.#tries);
    if (verdict) throw verdict;
    return again;
  }

  /** Settles, and returns what the client must be told, where there is something. */
  async #settle(loan: Loan, outcome: LoanOutcome): Promise<SnowpoolError | undefined> {
    try {
      await loan.settle(outcome);
      return undefined;
    } catch (error) {
      if (error instanceof SnowpoolError) return error;
      this.#options.log.error({ err: error, requestId: this.requestId }, 'settling a loan failed');
      return unsettled(error);
    }
  }

  /** It is the client's own from now on: LAST_QUERY_ID() means it, and its result may be read. */
  #remember(queryId: string): void {
    const { attachment, plan } = this.#options;
    if (!plan.isInternal) attachment.queryIds.add(queryId);
  }

  #whyEnded(): SnowpoolError {
    return this.#cancellation?.error ?? overdue(this.#options.plan);
  }
}
