import type { DriverResult, DriverSession, DriverStatement, SessionTokens, StatementRequest } from '../pool/driver.ts';

/** A lent session that remembers what runs on it, so that the statements of a client that vanished can be ended. */
export class LentSession implements DriverSession {
  private readonly running = new Set<string>();
  private isOver = false;
  /** True once a statement was sent on it. */
  hasRun = false;

  constructor(private readonly inner: DriverSession) {}

  get sessionId(): string {
    return this.inner.sessionId;
  }

  get current() {
    return this.inner.current;
  }

  execute(request: StatementRequest): DriverStatement {
    this.checkIsLent();
    this.hasRun = true;
    const statement = this.inner.execute(request);
    this.running.add(request.requestId);
    const done = () => void this.running.delete(request.requestId);
    statement.result.then(done, done);
    return statement;
  }

  executeMany(statements: readonly string[], parameters: Readonly<Record<string, string | number>>) {
    this.checkIsLent();
    return this.inner.executeMany(statements, parameters);
  }

  resultOf(queryId: string, signal: AbortSignal): Promise<DriverResult> {
    return this.inner.resultOf(queryId, signal);
  }

  statusOf(queryId: string) {
    return this.inner.statusOf(queryId);
  }

  abort(target: Parameters<DriverSession['abort']>[0]): Promise<boolean> {
    return this.inner.abort(target);
  }

  heartbeat(signal?: AbortSignal): Promise<void> {
    return this.inner.heartbeat(signal);
  }

  /** Asks the account to end every statement that runs. Never rejects. */
  async abortAll(): Promise<void> {
    // A statement that cannot be ended now ends with its session: the pool closes that.
    await Promise.allSettled([...this.running].map((requestId) => this.inner.abort({ requestId })));
  }

  /** The loan is over: nothing more may be run on it. */
  end(): void {
    this.isOver = true;
  }

  close(): Promise<void> {
    throw new Error('a lent session is closed by its pool');
  }

  exportTokens(): SessionTokens {
    throw new Error('a lent session is handed over by its pool');
  }

  detach(): void {
    throw new Error('a lent session is handed over by its pool');
  }

  private checkIsLent(): void {
    if (this.isOver) throw new Error('the loan of this session is over');
  }
}
