import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api';

/**
 * The DuckDB instance behind all sessions. A DuckDB connection runs one statement at a time, a Snowflake session
 * several: each statement borrows a connection and returns it once its rows are read. No DuckDB transaction outlives
 * a statement; Snowflake's transactions are kept by the catalog.
 */
export class Duck {
  private readonly idle: DuckDBConnection[] = [];
  private readonly busy = new Set<DuckDBConnection>();
  private closed = false;

  private constructor(private readonly instance: DuckDBInstance) {}

  /** Opens an instance in memory. It can still read files: call `seal` before any statement of a user's runs. */
  static async open(memoryLimitMb: number): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryLimitMb}MB`,
      temp_directory: '',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_unsigned_extensions: 'false',
      preserve_insertion_order: 'true',
    });
    const duck = new Duck(instance);
    await duck.run("SET GLOBAL TimeZone = 'UTC'");
    return duck;
  }

  /** Shuts files, network and settings off, for good. */
  async seal(): Promise<void> {
    await this.run('SET GLOBAL enable_external_access = false');
    await this.run('SET GLOBAL lock_configuration = true');
  }

  /** Borrows a connection until the returned function is called. */
  private async borrow(): Promise<{ connection: DuckDBConnection; release: (reusable: boolean) => void }> {
    const connection = this.idle.pop() ?? (await this.instance.connect());
    this.busy.add(connection);
    let released = false;
    const release = (reusable: boolean): void => {
      if (released) return;
      released = true;
      this.busy.delete(connection);
      if (this.closed || !reusable || this.idle.length >= 8) connection.closeSync();
      else this.idle.push(connection);
    };
    return { connection, release };
  }

  /** Runs `work` on a connection of its own. Where the signal aborts, the statement is interrupted and the signal's reason thrown. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const { connection, release } = await this.borrow();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      return await work(connection);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      release(true);
    }
  }

  /** Runs one or several statements and forgets their results. */
  async run(sql: string, signal?: AbortSignal): Promise<void> {
    await this.use(async (connection) => {
      await connection.run(sql);
    }, signal);
  }

  /** All rows of a statement as plain JSON values (big integers as text). */
  async rows(sql: string, signal?: AbortSignal): Promise<unknown[][]> {
    return this.use(async (connection) => {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowsJson();
    }, signal);
  }

  /** A single number, e.g. of a count. */
  async number(sql: string, signal?: AbortSignal): Promise<number> {
    return Number((await this.rows(sql, signal))[0]?.[0] ?? 0);
  }

  /**
   * Starts a query and reads it lazily. `read` turns the result into batches; the connection goes back once they are
   * read or left.
   */
  async *stream<T>(
    sql: string,
    read: (result: DuckDBResult) => AsyncIterable<T>,
    signal: AbortSignal,
  ): AsyncGenerator<T, void, undefined> {
    signal.throwIfAborted();
    const { connection, release } = await this.borrow();
    const interrupt = (): void => connection.interrupt();
    signal.addEventListener('abort', interrupt);
    // A result that was left half-way holds its connection's transaction open: such a connection is closed.
    let isExhausted = false;
    try {
      yield* read(await connection.stream(sql));
      isExhausted = true;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', interrupt);
      release(isExhausted);
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const connection of this.busy) connection.interrupt();
    for (const connection of this.idle.splice(0)) connection.closeSync();
    this.instance.closeSync();
  }
}
