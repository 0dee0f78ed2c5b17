/**
 * Folder statements/: the life of a statement: submitted once for each request id, run on the SQL side, aborted, timed
 * out, remembered. May import engine.ts, results/ and sessions/. This file: submits, finds and ends statements.
 */
import { SqlError } from '../engine.ts';
import type { SandboxClock } from '../sessions/clock.ts';
import type { Session } from '../sessions/session.ts';
import type { History } from './history.ts';
import { QueryIds } from './query-id.ts';
import type { Runner } from './run.ts';
import { Statement, type StatementRequest } from './statement.ts';

/** How long the end of a session waits for its aborted statements to let go. */
const LET_GO_MS = 5_000;

const cancelled = () => new SqlError('000604', '57014', 'SQL execution canceled');

/** Submits statements and ends them. Several of one session run at once. */
export class StatementRegistry {
  readonly #ids = new QueryIds();
  readonly #running = new Map<string, { readonly statement: Statement; readonly released: Promise<void> }>();

  constructor(
    private readonly clock: SandboxClock,
    readonly history: History,
    private readonly runner: Runner,
  ) {}

  /** Starts a statement, unless its request id has come before on this session: then it is that one, running or ended. */
  submit(session: Session, request: StatementRequest): Statement {
    const before = request.requestId === null ? undefined : this.history.byRequestId(session.id, request.requestId);
    if (before) return before;
    const nowMs = this.clock.now();
    const statement = new Statement(this.#ids.next(nowMs), session, request, nowMs);
    this.history.add(statement);
    const released = this.runner
      .run(statement, session, (part) => this.submit(session, part))
      .finally(() => {
        this.#running.delete(statement.queryId);
      });
    this.#running.set(statement.queryId, { statement, released });
    return statement;
  }

  /** Ends a running statement with 000604; false where none runs under this id. */
  cancel(queryId: string): boolean {
    return this.#running.get(queryId)?.statement.abort(cancelled()) ?? false;
  }

  cancelByRequestId(sessionId: string, requestId: string): Statement | undefined {
    const statement = this.history.byRequestId(sessionId, requestId);
    return statement?.abort(cancelled()) ? statement : undefined;
  }

  /** Ends all running statements of a session but the one that asks; returns how many. */
  cancelAll(sessionId: string, askedBy: string): number {
    const others = this.runningOf(sessionId).filter(({ queryId }) => queryId !== askedBy);
    return others.filter((statement) => statement.abort(cancelled())).length;
  }

  runningOf(sessionId: string): readonly Statement[] {
    return [...this.#running.values()].map(({ statement }) => statement).filter((one) => one.sessionId === sessionId);
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Aborts what a session still runs and waits until the SQL side has let go of it, at most five seconds. */
  async release(sessionId: string): Promise<void> {
    const own = [...this.#running.values()].filter(({ statement }) => statement.sessionId === sessionId);
    for (const { statement } of own) statement.abort(cancelled());
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LET_GO_MS).unref();
    });
    await Promise.race([Promise.all(own.map(({ released }) => released)), patience]);
    clearTimeout(timer);
  }
}
