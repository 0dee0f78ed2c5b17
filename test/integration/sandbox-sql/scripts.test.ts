import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type DriverError, execute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** Takes two milliseconds for each row: for forty, longer than the sandbox stands still for. */
const SLOW = 'for (const end = Date.now() + 2; Date.now() < end; );';

describe('JavaScript beside other work', () => {
  let sandbox: Sandbox;
  let session: Connection;
  const rowsOf = async (sqlText: string) => (await execute(session, sqlText)).rows;
  const codeOf = (sqlText: string) =>
    execute(session, sqlText).then(
      () => null,
      (error: DriverError) => error.code,
    );

  beforeAll(async () => {
    sandbox = await startSandbox();
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    for (const sql of [
      "CREATE FUNCTION endless () RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'for (;;);'",
      "CREATE FUNCTION endless_rows () RETURNS TABLE (a FLOAT) LANGUAGE JAVASCRIPT AS '{ processRow() { for (;;); } }'",
      "CREATE PROCEDURE endless_call () RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'for (;;);'",
      "CREATE PROCEDURE waits () RETURNS FLOAT LANGUAGE JAVASCRIPT AS $$snowflake.execute({sqlText: 'SELECT SYSTEM$WAIT(600)'})$$",
      `CREATE FUNCTION slow (n FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS '${SLOW} return N;'`,
      `CREATE FUNCTION turn (n FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS '${SLOW} globalThis.t = (globalThis.t || 0) + 1; return t;'`,
      `CREATE FUNCTION slow_rows (n FLOAT) RETURNS TABLE (a FLOAT) LANGUAGE JAVASCRIPT AS
        '{ processRow(row, w) { ${SLOW} w.writeRow({A: row.N}); w.writeRow({A: -row.N}); } }'`,
      `CREATE FUNCTION late_failure (n FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS '${SLOW} if (N == 30) throw new Error("row " + N); return N;'`,
      'CREATE TABLE n AS SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 40))',
    ]) {
      await execute(session, sql);
    }
  });
  afterAll(async () => {
    await new Promise((resolve) => session.destroy(resolve));
    expect(await sandbox.stop()).toBe(0);
  });

  test('scripts that never end hold up neither others nor their own end', async () => {
    const other = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    const long = ['SELECT endless()', 'SELECT * FROM TABLE(endless_rows())', 'CALL endless_call()', 'CALL waits()'].map(
      codeOf,
    );
    await sandbox.control.until(({ statements }) => statements.running === long.length);
    expect((await execute(other, 'SELECT COUNT(*) AS c FROM n')).rows).toEqual([{ C: 40 }]);
    expect((await execute(other, 'SELECT slow(7) AS s')).rows).toEqual([{ S: 7 }]);
    await execute(other, 'CREATE TABLE made AS SELECT slow(n) AS a FROM n');
    const [own] = await rowsOf('SELECT CURRENT_SESSION() AS id');
    await execute(session, `SELECT SYSTEM$CANCEL_ALL_QUERIES(${String(own?.ID)})`);
    expect(await Promise.all(long)).toEqual(long.map(() => '000604'));
    await new Promise((resolve) => other.destroy(resolve));
  });

  test('a statement that reaches its timeout ends with its script', async () => {
    await execute(session, 'ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1');
    expect(await codeOf('SELECT endless()')).toBe('000630');
    expect(await codeOf('CALL endless_call()')).toBe('000630');
    await execute(session, 'ALTER SESSION UNSET STATEMENT_TIMEOUT_IN_SECONDS');
    expect(await rowsOf('SELECT slow(1) AS a')).toEqual([{ A: 1 }]);
  });

  test('results that come late are those of each row, wherever they are asked for', async () => {
    expect(await rowsOf('SELECT COUNT(*) AS c, SUM(slow(n)) AS s FROM n WHERE slow(n) >= 10')).toEqual([
      { C: 30, S: 735 },
    ]);
    expect(await rowsOf('SELECT SUM(slow(slow(n) + 1)) AS s FROM n')).toEqual([{ S: 820 }]);
    expect(await rowsOf('SELECT SUM(a) AS s, COUNT(*) AS c, MIN(a) AS m FROM n, TABLE(slow_rows(n))')).toEqual([
      { S: 0, C: 80, M: -39 },
    ]);
    // A script may answer otherwise for equal arguments: each of its answers is used once.
    expect(await rowsOf('SELECT COUNT(DISTINCT turn(1)) AS c FROM n')).toEqual([{ C: 40 }]);
    expect(await codeOf('SELECT SUM(late_failure(n)) FROM n')).toBe('100132');
    expect(await rowsOf('SELECT SUM(late_failure(n)) AS s FROM n WHERE n < 30')).toEqual([{ S: 435 }]);
    expect((await rowsOf('SELECT slow(RANDOM()) IS NOT NULL AS r FROM n')).length).toBe(40);
  });

  test('what changes rows by late results changes them once', async () => {
    await execute(session, 'CREATE TABLE t AS SELECT slow(n) AS a FROM n');
    await execute(session, 'INSERT INTO t SELECT slow(a) + 100 FROM t');
    expect(await rowsOf('SELECT COUNT(*) AS c, SUM(a) AS s FROM t')).toEqual([{ C: 80, S: 5560 }]);
    await execute(session, 'UPDATE t SET a = slow(a) + 1000 WHERE slow(a) >= 100');
    expect(await rowsOf('SELECT COUNT(*) AS c, SUM(a) AS s FROM t')).toEqual([{ C: 80, S: 45560 }]);
    await execute(
      session,
      'MERGE INTO t USING n ON t.a = slow(n.n) WHEN MATCHED AND n.n < 20 THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (n.n)',
    );
    expect(await rowsOf('SELECT COUNT(*) AS c, SUM(a) AS s FROM t')).toEqual([{ C: 60, S: 45370 }]);
    await execute(session, 'BEGIN');
    await execute(session, 'DELETE FROM t WHERE slow(a) < 1000');
    expect(await rowsOf('SELECT COUNT(*) AS c FROM t')).toEqual([{ C: 40 }]);
    await execute(session, 'ROLLBACK');
    expect(await rowsOf('SELECT COUNT(*) AS c FROM t')).toEqual([{ C: 60 }]);
  });

  test('many statements with scripts at once all get their answers', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, async (_, i) => rowsOf(`SELECT slow(${i}) AS a`)));
    expect(answers.map(([row]) => row?.A)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });

  test("a temporary function is its session's alone, and stands before another of its name", async () => {
    const open = () => connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    const [one, other] = [await open(), await open()];
    const answer = async (from: Connection) => (await execute(from, 'SELECT f(1) AS a')).rows;
    const unknown = { code: '002140' };
    await execute(one, "CREATE TEMPORARY FUNCTION f (n FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return N + 1'");
    expect(await answer(one)).toEqual([{ A: 2 }]);
    await expect(answer(other)).rejects.toMatchObject(unknown);
    await execute(other, "CREATE FUNCTION f (n FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return N + 10'");
    expect([await answer(one), await answer(other)]).toEqual([[{ A: 2 }], [{ A: 11 }]]);
    await execute(one, 'DROP FUNCTION f (FLOAT)');
    expect(await answer(one)).toEqual([{ A: 11 }]);
    await execute(one, "CREATE TEMPORARY FUNCTION f (n FLOAT) RETURNS FLOAT AS 'n + 2'");
    await execute(one, "CREATE TEMPORARY PROCEDURE p () RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return 4'");
    expect((await execute(one, 'CALL p()')).rows).toEqual([{ P: 4 }]);
    await expect(execute(other, 'CALL p()')).rejects.toMatchObject({ code: '002141' });
    expect((await execute(other, "SHOW PROCEDURES LIKE 'P'")).rows).toEqual([]);
    await new Promise((resolve) => one.destroy(resolve));
    expect(await answer(other)).toEqual([{ A: 11 }]);
    await new Promise((resolve) => other.destroy(resolve));
  });

  test('the sandbox ends at once though scripts run', async () => {
    const own = await startSandbox();
    const busy = await connect(own.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    await execute(busy, "CREATE PROCEDURE endless () RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'for (;;);'");
    execute(busy, 'CALL endless()').catch(() => undefined);
    await own.control.until(({ statements }) => statements.running === 1);
    expect(await own.stop()).toBe(0);
  });
});
