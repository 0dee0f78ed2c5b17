import {
  DriverError,
  type DriverResult,
  type DriverSession,
  type DriverStatement,
  type StatementRequest,
} from './driver.ts';

/** What the pool wants to know of its sessions' use. */
export interface SessionWatch {
  /** The account has just answered on it. */
  worked(): void;
  /** The account could not be reached. */
  doubtful(): void;
  /** It is of no use any more: the account no longer knows it, or the connection broke under a statement. */
  gone(how: 'ended' | 'broke'): void;
}

/** A session that tells the pool how its statements went, so that a broken one is not lent again, whoever forgets to say so. */
export class WatchedSession implements DriverSession {
  /** Statements sent on it so far. */
  statements = 0;
  /** True once anything was run on it, statements of the daemon's own included. */
  isUsed = false;
  #running = 0;

  constructor(
    private readonly inner: DriverSession,
    private readonly watch: SessionWatch,
  ) {}

  get sessionId() {
    return this.inner.sessionId;
  }

  get current() {
    return this.inner.current;
  }

  /** True while a statement waits for its answer. */
  get isBusy(): boolean {
    return this.#running > 0;
  }

  execute(request: StatementRequest): DriverStatement {
    this.statements += 1;
    const statement = this.inner.execute(request);
    this.#count(statement.result);
    return statement;
  }

  executeMany(...args: Parameters<DriverSession['executeMany']>): ReturnType<DriverSession['executeMany']> {
    const done = this.inner.executeMany(...args);
    this.#count(done);
    return done;
  }

  resultOf(queryId: string, signal: AbortSignal): Promise<DriverResult> {
    const done = this.inner.resultOf(queryId, signal);
    void this.#observe(done);
    return done;
  }

  statusOf(queryId: string): ReturnType<DriverSession['statusOf']> {
    const done = this.inner.statusOf(queryId);
    void this.#observe(done);
    return done;
  }

  abort(target: Parameters<DriverSession['abort']>[0]): Promise<boolean> {
    return this.inner.abort(target);
  }

  heartbeat(signal?: AbortSignal): Promise<void> {
    return this.inner.heartbeat(signal);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  exportTokens() {
    return this.inner.exportTokens();
  }

  detach(): void {
    this.inner.detach();
  }

  #count(done: Promise<unknown>): void {
    this.isUsed = true;
    this.#running += 1;
    void this.#observe(done).finally(() => {
      this.#running -= 1;
    });
  }

  /** Never rejects. */
  async #observe(done: Promise<unknown>): Promise<void> {
    try {
      await done;
      this.watch.worked();
    } catch (error) {
      if (!(error instanceof DriverError)) return;
      if (error.details.isUnreachable) this.watch.doubtful();
      else if (error.fault === 'session_gone') this.watch.gone('ended');
      else if (error.fault === 'connection_lost') this.watch.gone('broke');
      else if (error.fault === 'statement') this.watch.worked();
    }
  }
}
