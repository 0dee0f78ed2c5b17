/** One statement from its request to its end, and for as long as its record is kept. */
import { type Bind, type CurrentObjects, type QueryRecord, SqlError, type StatementPhase } from '../engine.ts';
import type { ParameterValue } from '../results/driver-parameters.ts';
import type { KeptResult } from '../results/result-store.ts';
import type { Session } from '../sessions/session.ts';

export interface StatementRequest {
  /** Null for the parts of a multi-statement request. */
  readonly requestId: string | null;
  readonly sql: string;
  readonly binds: ReadonlyMap<string, Bind>;
  /** Where the binds lie instead, when the driver has uploaded them. */
  readonly bindStage?: string;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly describeOnly: boolean;
  readonly isAsync: boolean;
}

export type StatementState =
  | { readonly kind: 'running' }
  | { readonly kind: 'succeeded'; readonly result: KeptResult; readonly current: CurrentObjects }
  | { readonly kind: 'failed'; readonly error: SqlError };

/** What is kept of the text of a statement that has ended. Source: docs, "Limits on Query Text Size". */
export const KEPT_SQL_LENGTH = 1024 * 1024;

/** Codes that mean that somebody ended it, not that it failed by itself. */
const CANCELLED = '000604';

/** Messages quote values, which may be long; records are kept by the thousand. */
const LONGEST_MESSAGE = 8192;
/** Of the end of a message that is cut, which says what is wrong with the value. */
const KEPT_END = 1024;

/** A statement's identity, state and history record. The registry that made it moves it from state to state. */
export class Statement {
  #abort: AbortController | null = new AbortController();
  readonly #finished: Promise<void>;
  #finish: () => void = () => undefined;
  #state: StatementState = { kind: 'running' };
  #endMs: number | null = null;
  #phase: StatementPhase = 'RUNNING';
  readonly #context: CurrentObjects;
  readonly queryTag: string;
  readonly sessionId: string;
  /** Upper case. */
  readonly user: string;

  /** The session is read here and not held: records outlive sessions. */
  constructor(
    readonly queryId: string,
    session: Session,
    private asked: StatementRequest,
    readonly startMs: number,
  ) {
    this.sessionId = session.id;
    this.user = session.user;
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#context = { ...session.engine.current };
    const tag = asked.parameters.get('QUERY_TAG') ?? session.engine.parameters().get('QUERY_TAG') ?? '';
    this.queryTag = String(tag);
  }

  /** What was asked for; once the statement has ended, without its binds and with the text's first megabyte alone. */
  get request(): StatementRequest {
    return this.asked;
  }

  get state(): StatementState {
    return this.#state;
  }

  /** Resolves when the statement has ended, however. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /** Aborted by `abort`; once the statement has ended, a signal that is aborted. */
  get signal(): AbortSignal {
    return this.#abort?.signal ?? AbortSignal.abort();
  }

  /** Asks a running statement to end with this error; false where it had ended. */
  abort(error: SqlError): boolean {
    this.#abort?.abort(error);
    return this.#state.kind === 'running';
  }

  /** Notes what the statement is waiting for. */
  enter(phase: StatementPhase): void {
    this.#phase = phase;
  }

  succeed(result: KeptResult, current: CurrentObjects, nowMs: number): void {
    this.#end({ kind: 'succeeded', result, current: { ...current } }, nowMs);
  }

  fail(error: SqlError, nowMs: number): void {
    // What caused it may hold the values of a row.
    const { code, sqlState, at, message } = error;
    this.#end({ kind: 'failed', error: new SqlError(code, sqlState, cut(message), at) }, nowMs);
  }

  record(): QueryRecord {
    const state = this.#state;
    const error = state.kind === 'failed' ? state.error : null;
    return {
      queryId: this.queryId,
      sql: this.request.sql,
      sessionId: this.sessionId,
      user: this.user,
      role: this.#context.role,
      warehouse: this.#context.warehouse,
      database: this.#context.database,
      schema: this.#context.schema,
      queryTag: this.queryTag,
      state:
        state.kind === 'running'
          ? this.#phase
          : state.kind === 'succeeded'
            ? 'SUCCESS'
            : state.error.code === CANCELLED
              ? 'ABORTED'
              : 'FAILED_WITH_ERROR',
      statementTypeId: state.kind === 'succeeded' ? state.result.statementTypeId : null,
      errorCode: error?.code ?? null,
      errorMessage: error?.message ?? null,
      startMs: this.startMs,
      endMs: this.#endMs,
      rowsProduced: state.kind === 'succeeded' ? state.result.text.total : null,
    };
  }

  #end(state: StatementState, nowMs: number): void {
    if (this.#state.kind !== 'running') throw new Error(`statement ${this.queryId} ended twice`);
    this.#state = state;
    this.#endMs = nowMs;
    this.#abort = null;
    this.asked = { ...this.asked, sql: this.asked.sql.slice(0, KEPT_SQL_LENGTH), binds: new Map() };
    this.#finish();
  }
}

function cut(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  return `${message.slice(0, LONGEST_MESSAGE - KEPT_END)}...${message.slice(-KEPT_END)}`;
}
