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
import type { Execution } from './execution.ts';
import { type ExecutionPlan, undoneWith } from './execution-plan.ts';
import { Flights } from './flights.ts';
import type { Guard } from './guard/judge.ts';
import { KnownStatements } from './known-statements.ts';
import { createOutcomeLookup, type LostStatement } from './outcome-lookup.ts';
import { readPage } from './page-reader.ts';
import { planStatement } from './planning.ts';
import { streamRows } from './row-stream.ts';
import { left, StatementStarter } from './statement-starter.ts';
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

/** The query layer over the clients' one. Nothing is opened: there is nothing to close. */
export function createQueries(options: QueriesOptions): Queries {
  return new QueryRunner(options);
}

class QueryRunner implements Queries {
  readonly #options: QueriesOptions;
  readonly #lookUp: ReturnType<typeof createOutcomeLookup>;
  readonly #starter: StatementStarter<PageOrNone>;
  readonly #known = new KnownStatements<PageOrNone>();
  readonly #flights = new Flights<PageOrNone>();
  readonly #stored: StoredResults;

  constructor(options: QueriesOptions) {
    this.#options = options;
    this.#lookUp = createOutcomeLookup(options);
    this.#stored = new StoredResults(options);
    const { clock, newId, log, version } = options;
    this.#starter = new StatementStarter({
      clock,
      newId,
      log,
      version,
      lookUp: this.#lookUp,
      known: this.#known,
      onWrite: (profile) => this.#flights.wrote(profile.fingerprint),
    });
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
      if (!plan.isRepeatable) throw await this.#lookUp(attachment, this.#resent(attachment, plan, request));
    }
    if (request.transaction !== 'leave-open')
      return this.#runPlanned(attachment, request, plan, planned.isShareable, notices);
    const begun = await this.#starter.step('BEGIN', attachment, request, plan.deadline, undefined);
    try {
      return await this.#runPlanned(attachment, request, plan, false, [...begun, ...notices]);
    } catch (error) {
      // A transaction that was to stay open for more work must not stay open around a failure that nobody sees again.
      if (!isSessionLost(error)) {
        const rest = { tool: request.tool, signal: new AbortController().signal };
        await this.#starter.step('ROLLBACK', attachment, rest, plan.deadline, undefined).catch(() => undefined);
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
      const elapsedMs = read.waitedMs;
      return { state: 'running', kind: 'statement', handle: queryId, queryId, elapsedMs, isSent: true, notices: [] };
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
      (consume) => this.#starter.start(attachment, planned.plan, planned.notices, consume),
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
  #resent(attachment: Attachment, plan: ExecutionPlan, request: RunRequest): LostStatement {
    const { requestId, kind, isOwnTransaction } = plan;
    const error = new DriverError('connection_lost', 'the link to the daemon broke');
    // An open transaction ended with the daemon that held its session.
    const isOpen = request.transaction === 'leave-open' || attachment.hasLostTransaction();
    const transaction = isOpen ? undoneWith(kind) : 'none';
    return {
      requestId,
      kind,
      queryId: undefined,
      isOwnTransaction,
      transaction,
      isTemporary: plan.effects.temporary,
      error,
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
      const execution: Execution<PageOrNone> = this.#starter.start(attachment, plan, notices, async (result, signal) =>
        isAwaited || isShareable ? this.#firstPage(execution, result, request, signal) : undefined,
      );
      return execution;
    };
    const seat = isShareable
      ? this.#flights.board(attachment.profile.fingerprint, flightKey(attachment, plan, request), start)
      : { execution: start(), hasJoined: false, leave: () => true };
    const { execution } = seat;
    if (seat.hasJoined) {
      attachment.joined();
      this.#starter.share(attachment, execution);
    }
    const stopListening = execution.onProgress(request.onProgress);
    try {
      const waitMs = request.waitMs || attachment.profile.limits.waitMs;
      const waited = await waitFor(execution.outcome, waitMs, request.signal, clock);
      if (waited.state === 'settled') {
        const page = waited.value ?? (await this.#storedFirstPage(attachment, execution.queryId, request));
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

  /** Nothing where a part of the result cannot be had on this session: then it is read again on another one. */
  async #firstPage(
    execution: Execution<PageOrNone>,
    result: DriverResult,
    request: RunRequest,
    signal: AbortSignal,
  ): Promise<PageOrNone> {
    try {
      return await readPage(result, 0, request.page, signal, (rows) => execution.report({ stage: 'fetching', rows }));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      this.#options.log.warn(
        { err: error, queryId: result.queryId },
        'the first page could not be read on its session',
      );
      return undefined;
    }
  }

  /** The statement has succeeded: its rows are read from the stored result, never the statement run again. */
  async #storedFirstPage(attachment: Attachment, queryId: string | undefined, request: RunRequest): Promise<Page> {
    if (queryId === undefined) throw new SnowpoolError('internal', 'The account gave a result without a query id.');
    const read = await this.#stored.read(attachment, {
      queryId,
      offset: 0,
      bounds: request.page,
      isKnownToHaveEnded: true,
      waitMs: attachment.profile.limits.waitMs,
      signal: request.signal,
      onProgress: request.onProgress,
    });
    if (read.state === 'done') return read.page;
    throw new SnowpoolError('internal', 'A statement that had ended was said to be running.', '', { queryId });
  }
}

function running(execution: Execution<PageOrNone>): RunOutcome {
  const { queryId, requestId, kind, elapsedMs, isSent, notices } = execution;
  return { state: 'running', kind, handle: queryId ?? requestId, queryId, elapsedMs, isSent, notices };
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

function isSessionLost(error: unknown): boolean {
  return error instanceof SnowpoolError && error.code === 'session_lost';
}

function isCancelled(error: unknown): boolean {
  return error instanceof SnowpoolError && error.code === 'cancelled';
}
