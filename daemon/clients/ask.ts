/** Statements that this layer runs on a session for itself: small, bounded in time, whole results, marked as its own. */
import type { Clock } from '../clock.ts';
import type { CurrentObjects, DriverColumn, DriverSession, RawRow } from '../pool/driver.ts';
import { DriverError } from '../pool/driver.ts';

export interface Answer {
  readonly columns: readonly DriverColumn[];
  readonly rows: readonly RawRow[];
  readonly current: CurrentObjects;
}

/** How long the account may take over a statement of ours before the session counts as broken. */
const patienceMs = 30_000;

export class Asker {
  constructor(
    private readonly session: DriverSession,
    private readonly options: { readonly clock: Clock; readonly newId: () => string; readonly client: string },
  ) {}

  /** Runs one statement and reads its whole result. Rejects with DriverError. */
  async ask(sql: string): Promise<Answer> {
    const { session, options } = this;
    const statement = session.execute({ sql, requestId: options.newId(), parameters: this.parameters() });
    const control = new AbortController();
    const read = async (): Promise<Answer> => {
      const result = await statement.result;
      const rows: RawRow[] = [];
      for await (const batch of result.rows({ start: 0, end: result.totalRows }, control.signal)) rows.push(...batch);
      return { columns: result.columns, rows, current: result.current };
    };
    try {
      return await this.inTime(read());
    } catch (error) {
      control.abort();
      throw error;
    }
  }

  /** Runs several statements in one request. Rejects with DriverError; it is then not known how far the account came. */
  runAll(statements: readonly string[]): Promise<{ readonly current: CurrentObjects }> {
    return this.inTime(this.session.executeMany(statements, this.parameters()));
  }

  /** Ours are not to be cut by the client's own ROWS_PER_RESULTSET, nor to be counted as the client's. */
  private parameters(): Readonly<Record<string, string | number>> {
    return {
      QUERY_TAG: JSON.stringify({ app: 'snowpool', client: this.options.client, tool: 'context' }),
      STATEMENT_TIMEOUT_IN_SECONDS: patienceMs / 1000,
      ROWS_PER_RESULTSET: 0,
    };
  }

  private async inTime<T>(answer: Promise<T>): Promise<T> {
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.options.clock.after(patienceMs + 5_000, () =>
        reject(new DriverError('connection_lost', 'the account did not answer in time')),
      );
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      cancel();
    }
  }
}
