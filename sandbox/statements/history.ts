/** The statements that are remembered, by query id, by request id and by session: bounded in number and in bytes of SQL. */
import { KEPT_SQL_LENGTH, type Statement } from './statement.ts';

const MOST_STATEMENTS = 10_000;
const MOST_SQL_LENGTH = 64 * 1024 * 1024;

const keptLength = (statement: Statement) => Math.min(statement.request.sql.length, KEPT_SQL_LENGTH);

/** Oldest first. The oldest ended statements are forgotten beyond the bounds; running ones never. */
export class History {
  readonly #byQueryId = new Map<string, Statement>();
  readonly #byRequestId = new Map<string, Statement>();
  readonly #bySession = new Map<string, Set<Statement>>();
  #sqlLength = 0;

  add(statement: Statement): void {
    this.#byQueryId.set(statement.queryId, statement);
    const { requestId } = statement.request;
    if (requestId !== null) this.#byRequestId.set(this.#key(statement.sessionId, requestId), statement);
    const own = this.#bySession.get(statement.sessionId);
    if (own) own.add(statement);
    else this.#bySession.set(statement.sessionId, new Set([statement]));
    this.#sqlLength += keptLength(statement);
    this.#trim();
  }

  byQueryId(queryId: string): Statement | undefined {
    return this.#byQueryId.get(queryId);
  }

  /** The statement that a session sent under this request id. */
  byRequestId(sessionId: string, requestId: string): Statement | undefined {
    return this.#byRequestId.get(this.#key(sessionId, requestId));
  }

  ofSession(sessionId: string): readonly Statement[] {
    return [...(this.#bySession.get(sessionId) ?? [])];
  }

  all(): readonly Statement[] {
    return [...this.#byQueryId.values()];
  }

  #key(sessionId: string, requestId: string): string {
    return `${sessionId} ${requestId}`;
  }

  #trim(): void {
    if (this.#byQueryId.size <= MOST_STATEMENTS && this.#sqlLength <= MOST_SQL_LENGTH) return;
    for (const statement of this.#byQueryId.values()) {
      if (this.#byQueryId.size <= MOST_STATEMENTS && this.#sqlLength <= MOST_SQL_LENGTH) return;
      if (statement.state.kind !== 'running') this.#forget(statement);
    }
  }

  #forget(statement: Statement): void {
    const { sessionId, request, queryId } = statement;
    this.#byQueryId.delete(queryId);
    if (request.requestId !== null) this.#byRequestId.delete(this.#key(sessionId, request.requestId));
    const own = this.#bySession.get(sessionId);
    own?.delete(statement);
    if (own?.size === 0) this.#bySession.delete(sessionId);
    this.#sqlLength -= keptLength(statement);
  }
}
