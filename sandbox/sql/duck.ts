import { setTimeout as sleep } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api';
import { Expansion } from './functions/expansion.ts';
import { MemoryGuard } from './memory-guard.ts';
import { MemoryWatch, mostMegabytes } from './memory-watch.ts';

/** Connections kept for the next statement. */
const IDLE_KEPT = 8;
const CLOSE_WITHIN_MS = 2000;
/** What calls functions that may not answer in time. */
export interface LateResults {
  /**
   * Where the error says that results are late: waits for them and gives true. `rehearse` runs the same once more without
   * effect, to learn what will be asked. Throws what the functions have thrown.
   */
  settle(error: unknown, rehearse: () => Promise<unknown>): Promise<boolean>;
}

const rehearsing = new WeakSet<DuckDBConnection>();

/** Whether what is done on a connection will be undone: then nothing begins or ends a transaction on it. */
export function isRehearsal(connection: DuckDBConnection): boolean {
  return rehearsing.has(connection);
}

/** Does work and undoes it. */
async function rehearse(
  connection: DuckDBConnection,
  work: (connection: DuckDBConnection) => Promise<unknown>,
): Promise<void> {
  await connection.run('BEGIN');
  rehearsing.add(connection);
  try {
    await work(connection);
  } finally {
    rehearsing.delete(connection);
    await connection.run('ROLLBACK');
  }
}

const SCRIPTED = /\bsf_js(?:_rows)?\(/;
/** At so many times the memory at which statements are interrupted, the process is ended. */
const GUARD_FACTOR = 2;

/**
 * The DuckDB instance behind all sessions. A DuckDB connection runs one statement at a time, a Snowflake session
 * several: each statement borrows a connection and returns it once its rows are read. No DuckDB transaction outlives
 * a statement; Snowflake's transactions are kept by the catalog.
 */
export class Duck {
  private readonly idle: DuckDBConnection[] = [];
  private readonly busy = new Set<DuckDBConnection>();
  private readonly expansion = new Expansion();
  private isClosed = false;
  private whenQuiet: (() => void) | null = null;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly memory: MemoryWatch,
    private readonly guard: MemoryGuard,
    private readonly late: LateResults,
  ) {}

  /** Opens an instance in memory. It can still read files: call `seal` before any statement of a user's runs. */
  static async open(memoryLimitMb: number, late: LateResults = { settle: async () => false }): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryLimitMb}MB`,
      temp_directory: '',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_unsigned_extensions: 'false',
      preserve_insertion_order: 'true',
    });
    const guard = new MemoryGuard(mostMegabytes(memoryLimitMb) * GUARD_FACTOR);
    const watch = new MemoryWatch(memoryLimitMb, undefined, (isAtWork) => guard.watch(isAtWork));
    const duck = new Duck(instance, watch, guard, late);
    await duck.run("SET GLOBAL TimeZone = 'UTC'");
    if (process.platform === 'linux') await duck.run('SET GLOBAL allocator_background_threads = true');
    return duck;
  }

  /** Shuts files, network and settings off, for good. */
  async seal(): Promise<void> {
    await this.run('SET GLOBAL enable_external_access = false');
    await this.run('SET GLOBAL lock_configuration = true');
  }

  /** Borrows a connection; `giveBack` takes it again, and must be told whether its result was read to the end. */
  private async borrow(): Promise<DuckDBConnection> {
    const connection = this.idle.pop() ?? (await this.instance.connect());
    this.busy.add(connection);
    return connection;
  }

  /**
   * Takes a connection back. One whose result was left half-way still holds a transaction and may have threads at work.
   * Closing it at once could wait for a thread that waits for a function of ours on this very thread, for ever; so it
   * first runs something else, off this thread, which ends what is left.
   */
  private async giveBack(connection: DuckDBConnection, isFinished: boolean): Promise<void> {
    try {
      if (!isFinished) await connection.run('SELECT 1');
    } catch {
      // Interrupted once more or out of memory: what was left is ended all the same.
    }
    this.busy.delete(connection);
    if (this.isClosed || this.idle.length >= IDLE_KEPT) connection.closeSync();
    else this.idle.push(connection);
    if (this.busy.size === 0) this.whenQuiet?.();
  }

  /**
   * Runs `work` on a connection of its own; where a script's results are late, again once they are there: work that fails
   * leaves nothing behind. Where the signal aborts, the statement is interrupted and the signal's reason thrown.
   */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await this.attempt(work, signal);
      } catch (error) {
        if (!(await this.late.settle(error, () => this.attempt((connection) => rehearse(connection, work), signal))))
          throw error;
      }
    }
  }

  private async attempt<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const connection = await this.borrow();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    const watched = this.memory.enter(interrupt);
    let isFinished = false;
    try {
      const result = await watched.during(work(connection));
      isFinished = true;
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      throw watched.reason(error);
    } finally {
      this.memory.leave(watched);
      signal?.removeEventListener('abort', interrupt);
      await this.giveBack(connection, isFinished);
    }
  }

  /** What texts that DuckDB does not count may take now. */
  roomBytes(): number {
    return this.memory.roomBytes();
  }

  /** Runs one or several statements and forgets their results. */
  async run(sql: string, signal?: AbortSignal): Promise<void> {
    this.expansion.check(sql);
    await this.use(async (connection) => {
      await connection.run(sql);
    }, signal);
  }

  /** All rows of a statement as plain JSON values (big integers as text). */
  async rows(sql: string, signal?: AbortSignal): Promise<unknown[][]> {
    this.expansion.check(sql);
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
    this.expansion.check(sql);
    const connection = await this.borrow();
    const interrupt = (): void => connection.interrupt();
    signal.addEventListener('abort', interrupt);
    const watched = this.memory.enter(interrupt);
    let isExhausted = false;
    try {
      const result = await watched.during(this.started(connection, sql, signal));
      const batches = read(result)[Symbol.asyncIterator]();
      for (;;) {
        const batch = await watched.during(batches.next());
        if (batch.done) break;
        yield batch.value;
      }
      isExhausted = true;
    } catch (error) {
      signal.throwIfAborted();
      throw watched.reason(error);
    } finally {
      this.memory.leave(watched);
      signal.removeEventListener('abort', interrupt);
      await this.giveBack(connection, isExhausted);
    }
  }

  /** A query's result, of which rows follow as they are read; one that calls scripts is run to its end first, see `use`. */
  private async started(connection: DuckDBConnection, sql: string, signal: AbortSignal): Promise<DuckDBResult> {
    if (!SCRIPTED.test(sql)) return connection.stream(sql);
    for (;;) {
      try {
        return await connection.run(sql);
      } catch (error) {
        if (signal.aborted || !(await this.late.settle(error, () => connection.run(sql)))) throw error;
      }
    }
  }

  /** Interrupts what runs, waits a moment for its end, and lets go of everything. Idempotent. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const connection of this.busy) connection.interrupt();
    if (this.busy.size > 0) {
      const quiet = new Promise<void>((resolve) => {
        this.whenQuiet = resolve;
      });
      await Promise.race([quiet, sleep(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    }
    for (const connection of this.idle.splice(0)) connection.closeSync();
    await this.guard.close();
    // With a thread still at work, closing could wait for it for ever; the process takes it along when it ends.
    if (this.busy.size === 0) this.instance.closeSync();
  }
}
