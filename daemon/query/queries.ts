/**
 * The query layer: may this text run, on which session, and what becomes of its result (DESIGN §7). `tools/` and `api/`
 * may import it; it knows no gRPC and no MCP, and imports the clients' layer, the pool's driver types, errors, clock, log.
 */
import type { Attachment } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { DriverError, type DriverResult } from '../pool/driver.ts';
import type { Page, Queries, RunOutcome, RunRequest } from './contract.ts';
import { Execution, type ExecutionPlan, type LostStatement } from './execution.ts';
import { Flights } from './flights.ts';
import type { Guard } from './guard/judge.ts';
import { KnownStatements } from './known-statements.ts';
import { createOutcomeLookup } from './outcome-lookup.ts';
import { readPage } from './page-reader.ts';
import { planStatement } from './planning.ts';
import { streamRows } from './row-stream.ts';
import { StoredResults } from './stored-results.ts';
import { waitFor } from './waiting.ts';

export interface QueriesOptions {
  readonly guard: Guard;
  readonly clock: Clock;
  /** A new UUID. */
  readonly newId: () => string;
  readonly log: Logger;
  /** The daemon's, for the QUERY_TAG. */
  readonly version: string;
}

/** A page, or nothing where its caller had stopped waiting when the result came. */
type PageOrNone = Page | undefined;

export function createQueries(options: QueriesOptions): Queries {
  return new QueryRunner(options);
}

class QueryRunner implements Queries {
  readonly #options: QueriesOptions;
  readonly #lookUp: ReturnType<typeof createOutcomeLookup>;
  readonly #known = new KnownStatements<PageOrNone>();
  readonly #flights = new Flights<PageOrNone>();
  readonly #stored: StoredResults;

  constructor(options: QueriesOptions) {
    this.#options = options;
    this.#lookUp = createOutcomeLookup(options);
    this.#stored = new StoredResults(options);
  }

  async run(attachment: Attachment, request: RunRequest): Promise<RunOutcome> {
    request.signal.throwIfAborted();
    const planned = this.#plan(attachment, request);
    if (planned.state === 'confirm') return planned;
    const { plan, notices } = planned;
    if (request.isResent) {
      if (this.#known.of(attachment).hasStarted(request.requestId)) {
        return this.page(attachment, request.requestId, 0, request.page, request);
      }
      if (!plan.isRead) throw await this.#lookUp(attachment, this.#resent(attachment, plan));
    }
    if (request.transaction !== 'leave-open')
      return this.#runPlanned(attachment, request, plan, planned.isShareable, notices);
    await this.#transactionStep('BEGIN', attachment, request, plan.deadline);
    try {
      return await this.#runPlanned(attachment, request, plan, false, notices);
    } catch (error) {
      // A transaction that was to stay open for more work must not stay open around a failure that nobody sees again.
      if (!isSessionLost(error)) {
        const rest = { tool: request.tool, signal: new AbortController().signal };
        await this.#transactionStep('ROLLBACK', attachment, rest, plan.deadline).catch(() => undefined);
      }
      throw error;
    }
  }

  async page(
    attachment: Attachment,
    handle: string,
    offset: number,
    bounds: Parameters<Queries['page']>[3],
    options: Parameters<Queries['page']>[4],
  ): Promise<RunOutcome> {
    const statements = this.#known.of(attachment);
    const known = statements.find(handle);
    const waitMs = options.waitMs || attachment.profile.limits.waitMs;
    if (known?.state === 'live') {
      const { execution } = known;
      const stopListening = execution.onProgress(options.onProgress);
      const waited = await waitFor(execution.ended, waitMs, options.signal, this.#options.clock).finally(stopListening);
      if (waited.state === 'left') throw left();
      if (waited.state === 'timed_out') return running(execution);
      return this.page(attachment, execution.queryId ?? execution.requestId, offset, bounds, options);
    }
    const finished = known?.finished;
    if (finished?.error) throw finished.error;
    const queryId = finished?.queryId ?? handle.toLowerCase();
    const read = await this.#stored.read(attachment, {
      queryId,
      offset,
      bounds,
      isKnownToHaveEnded: finished !== undefined,
      waitMs,
      signal: options.signal,
      onProgress: options.onProgress,
    });
    if (read.state === 'running') {
      return { state: 'running', kind: 'statement', handle: queryId, queryId, elapsedMs: read.waitedMs, notices: [] };
    }
    const page = { ...read.page, rowsAffected: finished?.rowsAffected ?? read.page.rowsAffected };
    return { state: 'done', kind: finished?.kind ?? 'statement', page, notices: finished?.notices ?? [] };
  }

  async cancel(attachment: Attachment, handle: string): ReturnType<Queries['cancel']> {
    const known = this.#known.of(attachment).find(handle);
    if (known?.state === 'live') {
      const { execution } = known;
      const state = await execution.cancel(
        cancelled('The statement was cancelled by cancel_query.', execution.requestId),
      );
      return { state, queryId: execution.queryId };
    }
    if (known?.state === 'finished') return { state: 'already_finished', queryId: known.finished.queryId };
    const queryId = handle.toLowerCase();
    return { state: await this.#stored.cancel(attachment, queryId), queryId };
  }

  async stream(attachment: Attachment, request: Parameters<Queries['stream']>[1]): ReturnType<Queries['stream']> {
    request.signal.throwIfAborted();
    const planned = this.#plan(attachment, request);
    if (planned.state === 'confirm') {
      throw new SnowpoolError(
        'statement_refused',
        `The policy of this connection asks a person before a ${planned.kind} statement, and there is nobody to ask here.`,
        'Set SNOWPOOL_POLICY=read-write for this command, or run it through a client that can ask.',
        { kind: planned.kind },
      );
    }
    return streamRows(
      (consume) => this.#start(attachment, planned.plan, planned.notices, consume),
      request,
      attachment,
    );
  }

  #plan(attachment: Attachment, request: Omit<RunRequest, 'page' | 'waitMs'>): ReturnType<typeof planStatement> {
    const statements = this.#known.of(attachment);
    return planStatement(attachment, request, {
      ...this.#options,
      isOwnQueryId: (queryId) => statements.isOwn(queryId),
    });
  }

  /** A write that an earlier call may have sent already. */
  #resent(attachment: Attachment, plan: ExecutionPlan): LostStatement {
    const { requestId, kind } = plan;
    const sentAt = this.#options.clock.now() - attachment.profile.limits.statementTimeoutSeconds * 1000;
    return {
      requestId,
      kind,
      sentAt,
      queryId: undefined,
      error: new DriverError('connection_lost', 'the link to the daemon broke'),
    };
  }

  async #runPlanned(
    attachment: Attachment,
    request: RunRequest,
    plan: ExecutionPlan,
    isShareable: boolean,
    notices: readonly string[],
  ): Promise<RunOutcome> {
    const { clock } = this.#options;
    let isAwaited = true;
    const start = (): Execution<PageOrNone> => {
      const execution: Execution<PageOrNone> = this.#start(attachment, plan, notices, async (result, signal) =>
        isAwaited || isShareable ? this.#firstPage(attachment, execution, result, request, signal) : undefined,
      );
      return execution;
    };
    const seat = isShareable
      ? this.#flights.board(attachment.profile.fingerprint, flightKey(attachment, plan, request), start)
      : { execution: start(), hasJoined: false, leave: () => true };
    const { execution } = seat;
    if (seat.hasJoined) this.#known.of(attachment).started(execution);
    const stopListening = execution.onProgress(request.onProgress);
    try {
      const waitMs = request.waitMs || attachment.profile.limits.waitMs;
      const waited = await waitFor(execution.outcome, waitMs, request.signal, clock);
      if (waited.state === 'settled') {
        const page = waited.value;
        if (!page) throw new SnowpoolError('internal', 'The result came without its first page.');
        this.#known.of(attachment).grant(page.queryId);
        if (seat.hasJoined && !plan.isInternal) attachment.queryIds.add(page.queryId);
        return { state: 'done', kind: plan.kind, page, notices: execution.notices };
      }
      if (waited.state === 'timed_out') return running(execution);
      const error = left();
      if (seat.leave()) void execution.cancel(error);
      throw error;
    } catch (error) {
      // The flight ended with the client that had started it: this one starts its own.
      if (seat.hasJoined && isCancelled(error) && !request.signal.aborted) {
        return this.#runPlanned(attachment, request, plan, false, notices);
      }
      throw error;
    } finally {
      isAwaited = false;
      stopListening();
    }
  }

  #start<T extends PageOrNone>(
    attachment: Attachment,
    plan: ExecutionPlan,
    notices: readonly string[],
    consume: (result: DriverResult, signal: AbortSignal) => Promise<T>,
  ): Execution<PageOrNone> {
    const statements = this.#known.of(attachment);
    let rowsAffected: number | undefined;
    const execution = new Execution<PageOrNone>(
      { ...this.#options, attachment, plan, lookUp: this.#lookUp },
      async (result, signal) => {
        rowsAffected = result.rowsAffected;
        return consume(result, signal);
      },
    );
    execution.notices.push(...notices);
    statements.started(execution);
    const remember = (error: SnowpoolError | undefined) => {
      if (!plan.isRead) this.#flights.wrote(attachment.profile.fingerprint);
      statements.ended(execution, {
        kind: plan.kind,
        queryId: execution.queryId,
        rowsAffected,
        notices: execution.notices,
        error,
      });
    };
    const whyFailed = execution.outcome.then(
      () => undefined,
      (error: unknown) => asSnowpoolError(error),
    );
    void execution.ended.then(() => whyFailed).then(remember);
    return execution;
  }

  async #firstPage(
    attachment: Attachment,
    execution: Execution<PageOrNone>,
    result: DriverResult,
    request: RunRequest,
    signal: AbortSignal,
  ): Promise<Page> {
    try {
      return await readPage(result, 0, request.page, signal, (rows) => execution.report({ stage: 'fetching', rows }));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // The statement has succeeded: its rows are read again, on another session, never the statement run again.
      this.#options.log.warn(
        { err: error, queryId: result.queryId },
        'reading the first page failed; reading it from the stored result',
      );
      const read = await this.#stored.read(attachment, {
        queryId: result.queryId,
        offset: 0,
        bounds: request.page,
        isKnownToHaveEnded: true,
        waitMs: attachment.profile.limits.waitMs,
        signal,
        onProgress: (progress) => execution.report(progress),
      });
      if (read.state === 'running') throw asSnowpoolError(error);
      return { ...read.page, rowsAffected: result.rowsAffected };
    }
  }

  /** Opens the transaction that stays open for the client, or takes it back. */
  async #transactionStep(
    sql: 'BEGIN' | 'ROLLBACK',
    attachment: Attachment,
    request: Pick<RunRequest, 'tool' | 'signal'>,
    deadline: number,
  ): Promise<void> {
    const { newId } = this.#options;
    const execution = this.#start(
      attachment,
      transactionStep(sql, request.tool, newId(), deadline),
      [],
      async () => undefined,
    );
    const stop = () => void execution.cancel(left());
    request.signal.addEventListener('abort', stop, { once: true });
    await execution.outcome.finally(() => request.signal.removeEventListener('abort', stop));
    await execution.ended;
  }
}

function transactionStep(sql: 'BEGIN' | 'ROLLBACK', tool: string, requestId: string, deadline: number): ExecutionPlan {
  return {
    sql,
    kind: sql,
    isRead: true,
    effects: {
      context: false,
      transaction: sql === 'BEGIN' ? 'begin' : 'rollback',
      temporary: false,
      unknown: false,
      write: false,
      variables: [],
      secondaryRoles: undefined,
      sessionParameters: [],
    },
    requestId,
    tool,
    isInternal: true,
    needsLastSession: false,
    isOwnTransaction: false,
    deadline,
  };
}

function running(execution: Execution<PageOrNone>): RunOutcome {
  const { queryId, requestId, kind, elapsedMs, notices } = execution;
  return { state: 'running', kind, handle: queryId ?? requestId, queryId, elapsedMs, notices };
}

function flightKey(attachment: Attachment, plan: ExecutionPlan, request: RunRequest): string {
  const { database, schema } = plan.override ?? {};
  return JSON.stringify([
    attachment.flightKey(),
    database,
    schema,
    request.page.maxRows,
    request.page.maxBytes,
    plan.sql,
  ]);
}

function cancelled(message: string, requestId?: string): SnowpoolError {
  return new SnowpoolError('cancelled', message, '', requestId === undefined ? {} : { requestId });
}

function left(): SnowpoolError {
  return cancelled('The call was cancelled; its statement is being ended at Snowflake.');
}

function isSessionLost(error: unknown): boolean {
  return error instanceof SnowpoolError && error.code === 'session_lost';
}

function isCancelled(error: unknown): boolean {
  return error instanceof SnowpoolError && error.code === 'cancelled';
}

function asSnowpoolError(error: unknown): SnowpoolError {
  if (error instanceof SnowpoolError) return error;
  return new SnowpoolError(
    'internal',
    error instanceof Error ? error.message : String(error),
    '',
    {},
    { cause: error },
  );
}
