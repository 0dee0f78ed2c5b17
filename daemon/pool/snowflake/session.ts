import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CurrentObjects,
  DriverError,
  type DriverResult,
  type DriverSession,
  type SessionTokens,
  type StatementRequest,
} from '../driver.ts';
import type { ChunkSource } from './chunks.ts';
import { closeAtAccount } from './close-session.ts';
import { Exchange } from './exchange.ts';
import { currentObjects, makeResult } from './result.ts';
import type { SdkConnection } from './sdk.ts';
import { fetchResult, runMany, WireStatement } from './statement.ts';

/** The account has no such running statement, as one that has not begun or has just ended. */
const notRunning = '000605';
const abortAttempts = 5;
const abortDelayMs = 100;
/** A statement whose abort the account confirmed answers at once; one that does not has lost its connection. */
const abortedAnswerMs = 5_000;
/** The same where its session is closed anyway. */
const closedAnswerMs = 500;
const heartbeatMs = 10_000;
/** How long the account may take to say that it ends a statement. */
const abortMs = 10_000;

const states: Readonly<Record<string, 'running' | 'success' | 'failed' | 'aborted'>> = {
  RUNNING: 'running',
  QUEUED: 'running',
  RESUMING_WAREHOUSE: 'running',
  QUEUED_REPARING_WAREHOUSE: 'running',
  QUEUED_REPAIRING_WAREHOUSE: 'running',
  BLOCKED: 'running',
  RESTARTED: 'running',
  NO_DATA: 'running',
  ABORTING: 'aborted',
  ABORTED: 'aborted',
  DISCONNECTED: 'failed',
  FAILED_WITH_ERROR: 'failed',
  FAILED_WITH_INCIDENT: 'failed',
  SUCCESS: 'success',
};

/** A session on one connection of snowflake-sdk. */
export class SnowflakeSession implements DriverSession {
  readonly #statements = new Map<string, WireStatement>();
  readonly #source: ChunkSource;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;
  #last: CurrentObjects;

  constructor(
    private readonly connection: SdkConnection,
    readonly sessionId: string,
    readonly current: CurrentObjects,
  ) {
    this.#last = current;
    this.#source = {
      http: connection.wire,
      refresh: (queryId, signal) => fetchResult(connection, queryId, signal),
    };
  }

  execute(request: StatementRequest): WireStatement {
    const statement = new WireStatement(this.connection, this.#source, request);
    this.#statements.set(statement.requestId, statement);
    statement.result.then(
      (result) => {
        this.#last = result.current;
        this.#statements.delete(statement.requestId);
      },
      () => this.#statements.delete(statement.requestId),
    );
    return statement;
  }

  async executeMany(
    statements: readonly string[],
    parameters: Readonly<Record<string, string | number>>,
  ): Promise<{ readonly current: CurrentObjects }> {
    const data = await runMany(this.connection, statements, parameters, this.#closing.signal);
    this.#last = currentObjects(data);
    return { current: this.#last };
  }

  async resultOf(queryId: string, signal: AbortSignal): Promise<DriverResult> {
    return makeResult(await fetchResult(this.connection, queryId, signal), this.#source);
  }

  async statusOf(queryId: string): ReturnType<DriverSession['statusOf']> {
    const { data } = await new Exchange(this.connection, 3).send<{
      readonly queries?: readonly { readonly status?: string; readonly errorMessage?: string | null }[];
    }>({ method: 'GET', url: `/monitoring/queries/${encodeURIComponent(queryId)}` });
    const query = data.queries?.[0];
    const state = states[query?.status ?? ''] ?? 'unknown';
    return query?.errorMessage ? { state, message: query.errorMessage } : { state };
  }

  async abort(target: { readonly requestId: string } | { readonly queryId: string }): Promise<boolean> {
    const statement =
      'requestId' in target
        ? this.#statements.get(target.requestId)
        : [...this.#statements.values()].find(({ queryId }) => queryId === target.queryId);
    const isConfirmed = await this.#requestAbort(target, statement);
    if (isConfirmed && statement) {
      // The answer tells that it ended; where none comes, its wait is ended for it.
      const timer = setTimeout(() => statement.endWait(unanswered()), abortedAnswerMs);
      timer.unref();
      statement.result.then(
        () => clearTimeout(timer),
        () => clearTimeout(timer),
      );
    }
    return isConfirmed;
  }

  async heartbeat(signal?: AbortSignal): Promise<void> {
    const exchange = new Exchange(this.connection, 2);
    const stop = () => exchange.end(new DriverError('connection_lost', 'The heartbeat was not answered in time.'));
    const timer = setTimeout(stop, heartbeatMs);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await exchange.send({ method: 'POST', url: `/session/heartbeat?requestId=${randomUUID()}` });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  exportTokens(): SessionTokens {
    const { tokens } = this.connection.wire;
    if (!tokens) throw new DriverError('session_gone', 'The session has no tokens that could be handed over.');
    return { ...tokens, sessionId: this.sessionId, current: this.#last };
  }

  detach(): void {
    this.#closed ??= Promise.resolve();
    this.#letGo();
  }

  /** Ends what still runs at the account, then the session, then what this process holds of it. */
  async #close(): Promise<void> {
    const running = [...this.#statements.values()].filter(({ isAnswered }) => !isAnswered);
    await Promise.all(running.map((statement) => this.#endStatement(statement)));
    const { wire, config } = this.connection;
    if (wire.tokens) await closeAtAccount(wire, config.accessUrl, wire.tokens);
    this.#letGo();
  }

  async #endStatement(statement: WireStatement): Promise<void> {
    if (!(await this.#requestAbort({ requestId: statement.requestId }, statement, 2))) return;
    await Promise.race([statement.result.catch(() => {}), delay(closedAnswerMs)]);
  }

  /** Calls back once the session is closed or let go. */
  whenGone(callback: () => void): void {
    this.#closing.signal.addEventListener('abort', callback, { once: true });
  }

  #letGo(): void {
    this.#closing.abort();
    for (const statement of this.#statements.values()) statement.endWait(unanswered());
    // The driver's own heartbeats, where the account's parameters ask for them.
    clearInterval(this.connection.keepalive);
    this.connection.config.destroyAgentCache();
  }

  async #requestAbort(
    target: { readonly requestId: string } | { readonly queryId: string },
    statement: WireStatement | undefined,
    attempts = abortAttempts,
  ): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      const exchange = new Exchange(this.connection, 2);
      const timer = setTimeout(() => exchange.end(unanswered()), abortMs);
      try {
        await exchange.send(
          'queryId' in target
            ? { method: 'POST', url: `/queries/${encodeURIComponent(target.queryId)}/abort-request` }
            : { method: 'POST', url: '/queries/v1/abort-request', json: { requestId: target.requestId } },
        );
        return true;
      } catch (error) {
        const isTooEarly = error instanceof DriverError && error.details.code === notRunning;
        if (!isTooEarly || !statement || statement.isAnswered || attempt >= attempts) return false;
        await delay(abortDelayMs);
      } finally {
        clearTimeout(timer);
      }
    }
  }
}

function unanswered(): DriverError {
  return new DriverError('connection_lost', 'The statement was to end, but the account did not answer how it ended.');
}
