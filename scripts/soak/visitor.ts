import type { Connection } from 'snowflake-sdk';
import { connect, destroy, execute } from '../../test/support/driver.ts';
import type { Sandbox } from '../../test/support/sandbox.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** The driver itself gives up before: it tries seven times. */
const hangsAfterMs = 240_000;
/** The driver's wait for one answer: what an answer that never comes costs. */
const requestTimeoutMs = 5_000;

/** One user of the account: signs in, works a little, signs out, again and again. Faults may fail it, never mislead it. */
export class Visitor {
  private serial = 0;

  constructor(
    private readonly user: string,
    private readonly options: { readonly random: Random; readonly ledger: Ledger; readonly sandbox: Sandbox },
  ) {}

  /** Makes what the others read and write. */
  async prepare(): Promise<void> {
    await this.with(async (connection) => {
      await execute(connection, 'CREATE DATABASE SOAK');
      await execute(
        connection,
        'CREATE TABLE SOAK.PUBLIC.NUMBERS AS SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 20000))',
      );
      await execute(connection, 'CREATE TABLE SOAK.PUBLIC.LEDGER (ID VARCHAR, PART NUMBER)');
    });
  }

  /** Visits until it is over. Wrong answers and hung calls go to the ledger. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await within(hangsAfterMs, this.user, () => this.visit());
        this.options.ledger.answered('visit done');
      } catch (error) {
        if (error instanceof WrongAnswer) this.options.ledger.wrong(`${this.user}: ${error.message}`);
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'other';
        this.options.ledger.answered(error instanceof WrongAnswer ? 'wrong' : `failed with ${code}`);
      }
    }
  }

  /** The ids that the ledger table holds, with the number of their rows. */
  writesFound(): Promise<ReadonlyMap<string, number>> {
    return this.with(async (connection) => {
      const { rows } = await execute(connection, 'SELECT ID, COUNT(*) AS C FROM SOAK.PUBLIC.LEDGER GROUP BY ID');
      return new Map(rows.map(({ ID, C }) => [String(ID), Number(C)]));
    });
  }

  tablesFound(): Promise<number> {
    return this.with(async (connection) => (await execute(connection, 'SHOW TABLES IN DATABASE SOAK')).rows.length);
  }

  private async visit(): Promise<void> {
    const { random } = this.options;
    const acts = [this.computes, this.reads, this.readsLarge, this.keepsVariable, this.usesTemporary, this.cancels];
    const all = [...acts, this.asynchronous, this.writes, this.writesAlone];
    await this.with(async (connection) => {
      for (let act = random.whole(6); act >= 0; act -= 1) await random.pick(all).call(this, connection);
    });
  }

  private async with<T>(act: (connection: Connection) => Promise<T>): Promise<T> {
    const { sandbox } = this.options;
    const connection = await connect({
      ...sandbox.connectionOptions({ username: this.user, database: 'SOAK', schema: 'PUBLIC' }),
      timeout: requestTimeoutMs,
    });
    try {
      return await act(connection);
    } finally {
      // A close that is lost, or a session that is gone: the account ends what is left.
      await destroy(connection).catch(() => undefined);
    }
  }

  private async computes(connection: Connection): Promise<void> {
    const [a, b] = [this.options.random.whole(1e6), this.options.random.whole(1e6)];
    await this.expect(connection, `SELECT ${a} + ${b} AS X`, { X: a + b });
  }

  private async reads(connection: Connection): Promise<void> {
    const below = this.options.random.whole(20_000) + 1;
    const sql = `SELECT COUNT(*) AS C, SUM(N) AS S FROM NUMBERS WHERE N < ${below}`;
    await this.expect(connection, sql, { C: below, S: (below * (below - 1)) / 2 });
  }

  private async readsLarge(connection: Connection): Promise<void> {
    const { rows } = await execute(connection, "SELECT N, REPEAT('x', 60) AS T FROM NUMBERS ORDER BY N");
    const isWhole = rows.length === 20_000 && rows.every((row, index) => row.N === index);
    if (!isWhole) throw new WrongAnswer(`a large result came with ${rows.length} rows or out of order`);
  }

  private async keepsVariable(connection: Connection): Promise<void> {
    const value = this.options.random.whole(1e6);
    await execute(connection, `SET mine = ${value}`);
    await this.expect(connection, 'SELECT $mine AS X', { X: value });
  }

  private async usesTemporary(connection: Connection): Promise<void> {
    await execute(connection, 'CREATE OR REPLACE TEMPORARY TABLE SCRATCH (A NUMBER)');
    await execute(connection, { sqlText: 'INSERT INTO SCRATCH VALUES (?)', binds: [[1], [2], [3]] });
    await this.expect(connection, 'SELECT SUM(A) AS X FROM SCRATCH', { X: 6 });
  }

  private async cancels(connection: Connection): Promise<void> {
    const running = new Promise<void>((resolve) => {
      const statement = connection.execute({ sqlText: 'SELECT SYSTEM$WAIT(60)', complete: () => resolve() });
      setTimeout(() => statement.cancel(() => undefined), this.options.random.whole(200));
    });
    await running;
  }

  private async asynchronous(connection: Connection): Promise<void> {
    const { queryId } = await execute(connection, { sqlText: 'SELECT 7 AS X', asyncExec: true });
    const statement = await connection.getResultsFromQueryId({ queryId, sqlText: '' });
    for await (const row of statement.streamRows()) {
      if (row.X !== 7) throw new WrongAnswer(`an asynchronous result came as ${JSON.stringify(row)}`);
    }
  }

  /** All or nothing, whatever happens in between. */
  private async writes(connection: Connection): Promise<void> {
    const id = this.begin(2);
    try {
      await execute(connection, 'BEGIN');
      for (const part of [1, 2]) await execute(connection, `INSERT INTO LEDGER VALUES ('${id}', ${part})`);
    } catch (error) {
      await execute(connection, 'ROLLBACK').catch(() => undefined);
      throw error;
    }
    const isCommit = this.options.random.next() < 0.7;
    await execute(connection, isCommit ? 'COMMIT' : 'ROLLBACK');
    this.options.ledger.settles(id, isCommit ? 'all' : 'nothing');
  }

  private async writesAlone(connection: Connection): Promise<void> {
    const id = this.begin(1);
    await execute(connection, `INSERT INTO LEDGER VALUES ('${id}', 1)`);
    this.options.ledger.settles(id, 'all');
  }

  private begin(parts: number): string {
    this.serial += 1;
    const id = `${this.user}-${this.serial}`;
    this.options.ledger.begins(id, parts);
    return id;
  }

  private async expect(connection: Connection, sql: string, row: Readonly<Record<string, unknown>>): Promise<void> {
    const { rows } = await execute(connection, sql);
    if (JSON.stringify(rows) !== JSON.stringify([row])) {
      throw new WrongAnswer(`${sql} answered ${JSON.stringify(rows)} instead of ${JSON.stringify([row])}`);
    }
  }
}

class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

async function within<T>(ms: number, who: string, act: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WrongAnswer(`${who} hung for ${ms} ms`)), ms);
  });
  return Promise.race([act(), hung]).finally(() => clearTimeout(timer));
}
