import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type DriverError, execute } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

interface Described {
  readonly rowtype: readonly { readonly name: string }[];
  readonly numberOfBinds: number;
  readonly rowset: readonly unknown[];
}

describe('bound values in statements', () => {
  let sandbox: Sandbox;
  let session: Connection;
  beforeAll(async () => {
    sandbox = await startSandbox();
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
  });
  afterAll(async () => {
    await new Promise((resolve) => session.destroy(resolve));
    await sandbox.stop();
  });

  const rows = async (sqlText: string, binds: (string | number | boolean | null)[] = []) =>
    (await execute(session, { sqlText, binds, rowMode: 'array' })).rows;

  test('an array of rows is inserted at once and counted', async () => {
    await execute(
      session,
      'CREATE OR REPLACE TABLE many (a STRING, b NUMBER, c DATE, d TIME, e TIMESTAMP_NTZ, f TIMESTAMP_TZ)',
    );
    const binds = Array.from({ length: 100 }, (_, i) => [
      `s${i}`,
      i,
      '2020-05-11',
      '12:35:41.3333333',
      '2022-04-01 23:59:59',
      '2022-07-08 12:05:30.9999999',
    ]);
    const done = await execute(session, { sqlText: 'INSERT INTO many VALUES (?, ?, ?, ?, ?, ?)', binds });
    expect(done.updatedRows).toBe(100);
    expect(await rows('SELECT COUNT(*), SUM(b), MAX(a), MIN(TO_VARCHAR(e)) FROM many')).toEqual([
      [100, 4950, 's99', '2022-04-01 23:59:59.000'],
    ]);
  });

  test('names of objects are bound by IDENTIFIER in every kind of statement', async () => {
    await rows('CREATE TEMPORARY STAGE IDENTIFIER(?) FILE_FORMAT = (TYPE = CSV)', ['named_stage']);
    await rows('CREATE TEMPORARY FILE FORMAT IDENTIFIER(:1) TYPE = CSV', ['named_format']);
    await rows('CREATE OR REPLACE TABLE IDENTIFIER(?) AS SELECT ?::NUMBER AS a', ['"Named"', 7]);
    await rows('INSERT INTO IDENTIFIER(?) (a) VALUES (?), (? + 1)', ['"Named"', 8, 8]);
    await rows('UPDATE IDENTIFIER(?) SET a = ? WHERE a = ?', ['"Named"', 70, 7]);
    await rows('DELETE FROM IDENTIFIER(?) WHERE a = ?', ['"Named"', 8]);
    await rows('ALTER TABLE IDENTIFIER(?) RENAME TO IDENTIFIER(?)', ['"Named"', 'renamed']);
    expect(await rows('SELECT ?, a FROM IDENTIFIER(?) ORDER BY a', ['x', 'PUBLIC.RENAMED'])).toEqual([
      ['x', 9],
      ['x', 70],
    ]);
    await rows('TRUNCATE TABLE IF EXISTS IDENTIFIER(?)', ['renamed']);
    expect(await rows('SELECT COUNT(*) FROM renamed')).toEqual([[0]]);
    await rows('DROP STAGE IDENTIFIER(?)', ['named_stage']);
    await expect(rows('DROP TABLE IDENTIFIER(?)', [null])).rejects.toThrow("invalid identifier 'null'");
  });

  test('an array may hold NULLs, and a column list and expressions around the place holders', async () => {
    await execute(session, "CREATE OR REPLACE TABLE many (a INT, b VARCHAR DEFAULT 'none')");
    const binds = [
      [1, 'x'],
      [2, null],
    ];
    await execute(session, { sqlText: 'INSERT INTO many (b, a) VALUES (UPPER(:2), :1 * 10)', binds });
    expect(await rows('SELECT a, b FROM many ORDER BY a')).toEqual([
      [10, 'X'],
      [20, null],
    ]);
  });

  test('an UPDATE with an array runs once for each row', async () => {
    await execute(session, 'CREATE OR REPLACE TABLE counted (id INT, v INT)');
    await execute(session, 'INSERT INTO counted VALUES (1, 0), (2, 0), (3, 0)');
    const binds = [
      [10, 1],
      [20, 3],
    ];
    const done = await execute(session, { sqlText: 'UPDATE counted SET v = ? WHERE id = ?', binds });
    expect(done.updatedRows).toBe(2);
    expect(await rows('SELECT v FROM counted ORDER BY id')).toEqual([[10], [0], [20]]);
  });

  test('values are bound wherever an expression stands', async () => {
    await execute(session, 'CREATE OR REPLACE TABLE t (a INT, b VARCHAR)');
    await execute(session, { sqlText: 'INSERT INTO t VALUES (:1, :2)', binds: [1, "it's"] });
    await execute(session, { sqlText: 'INSERT INTO t SELECT ?, ?', binds: [2, 'two'] });
    await execute(session, { sqlText: 'UPDATE t SET b = b || ? WHERE a = ?', binds: ['!', 2] });
    await execute(session, {
      sqlText:
        'MERGE INTO t USING (SELECT ? AS k) s ON t.a = s.k WHEN MATCHED THEN UPDATE SET b = ? WHEN NOT MATCHED THEN INSERT VALUES (s.k, ?)',
      binds: [3, 'changed', 'made'],
    });
    expect(await rows('SELECT a, b FROM t WHERE a > ? ORDER BY a', [0])).toEqual([
      [1, "it's"],
      [2, 'two!'],
      [3, 'made'],
    ]);
    expect((await execute(session, { sqlText: 'DELETE FROM t WHERE a = ?', binds: [1] })).updatedRows).toBe(1);
  });

  test('text in a value is never read as SQL', async () => {
    await execute(session, "CREATE OR REPLACE TABLE safe AS SELECT 'kept' AS a");
    expect(await rows('SELECT a FROM safe WHERE a = ?', ["x'; DROP TABLE safe; --"])).toEqual([]);
    expect(await rows('SELECT a FROM safe')).toEqual([['kept']]);
  });

  test('a place holder without a value is an error', async () => {
    const error = await execute(session, { sqlText: 'SELECT ?', binds: [] }).catch((cause: DriverError) => cause);
    expect(error).toMatchObject({ code: '002049', sqlState: '42601' });
  });

  test('a bound value of a type that the sandbox lacks is refused by name', async () => {
    const raw = await RawSession.open(sandbox.url, 'TESTER');
    const bound = async (sqlText: string, value: unknown) =>
      (await raw.query({ sqlText, bindings: { 1: { type: 'DECFLOAT', value } } })).message;
    const refusal = 'the sandbox does not support the data type DECFLOAT';
    expect(await bound('SELECT ?', '-1234e4000')).toContain(refusal);
    await raw.query({ sqlText: 'CREATE OR REPLACE TABLE sandbox.public.lacking (a STRING)' });
    expect(await bound('INSERT INTO sandbox.public.lacking VALUES (?)', ['1e400', '2'])).toContain(refusal);
  });

  test('describing a statement tells its columns and place holders and changes nothing', async () => {
    await execute(session, 'CREATE OR REPLACE TABLE described (a INT)');
    const raw = await RawSession.open(sandbox.url, 'TESTER');
    const described = async (sqlText: string) => {
      const data = ((await raw.query({ sqlText, describeOnly: true })).data ?? {}) as unknown as Described;
      return [data.rowtype.map(({ name }) => name), data.numberOfBinds, data.rowset.length];
    };
    await raw.query({ sqlText: 'USE SCHEMA sandbox.public' });
    expect(await described('SELECT a, ? AS b FROM described WHERE a > ?')).toEqual([['A', 'B'], 2, 0]);
    expect(await described('INSERT INTO described VALUES (?)')).toEqual([['number of rows inserted'], 1, 0]);
    expect(await described('DELETE FROM described WHERE a = ?')).toEqual([['number of rows deleted'], 1, 0]);
    expect(await described('DROP TABLE described')).toEqual([['status'], 0, 0]);
    await execute(session, 'INSERT INTO described VALUES (1)');
    expect(await rows('SELECT COUNT(*) FROM described')).toEqual([[1]]);
  });
});
