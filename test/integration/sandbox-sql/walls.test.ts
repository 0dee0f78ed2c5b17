import { existsSync } from 'node:fs';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type DriverError, execute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

const OUTSIDE = '/etc/passwd';

/** Texts that would reach files, network, settings or internals, were they passed on to what is behind the sandbox. */
const TEXTS = [
  `SELECT * FROM read_csv('${OUTSIDE}')`,
  `SELECT * FROM TABLE(read_csv('${OUTSIDE}'))`,
  `SELECT * FROM read_text('${OUTSIDE}')`,
  `SELECT * FROM TABLE(read_blob('${OUTSIDE}'))`,
  `SELECT * FROM '${OUTSIDE}'`,
  `SELECT * FROM "${OUTSIDE}"`,
  `SELECT * FROM TABLE(sniff_csv('${OUTSIDE}'))`,
  `SELECT * FROM TABLE(glob('/*'))`,
  `SELECT * FROM TABLE(parquet_metadata('${OUTSIDE}'))`,
  "SELECT getenv('HOME')",
  "SELECT current_setting('memory_limit')",
  "SELECT * FROM TABLE(query('SELECT 1'))",
  "SELECT * FROM TABLE(query_table('t'))",
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM TABLE(duckdb_tables())',
  'SELECT * FROM duckdb_tables',
  'SELECT * FROM sqlite_master',
  'SELECT * FROM pg_catalog.pg_tables',
  'SELECT * FROM system.information_schema.tables',
  'SELECT * FROM memory.main.t1001',
  'SELECT * FROM "t1001"',
  'SELECT * FROM main."t1001"',
  "COPY (SELECT 1) TO '/tmp/snowpool-walls.csv'",
  "COPY INTO '/tmp/snowpool-walls' FROM (SELECT 1)",
  "ATTACH '/tmp/snowpool-walls.db' AS other",
  'DETACH memory',
  'INSTALL httpfs',
  'LOAD httpfs',
  'PRAGMA database_list',
  "SET memory_limit = '100GB'; SELECT 1",
  'SET GLOBAL threads = 1',
  'RESET threads',
  'CHECKPOINT',
  'VACUUM',
  "EXPORT DATABASE '/tmp/snowpool-walls'",
  "IMPORT DATABASE '/tmp'",
  'CREATE SECRET s (TYPE S3)',
  'CREATE MACRO m() AS 1',
  'CALL pragma_version()',
  'PREPARE p AS SELECT 1',
  'FROM t',
  'SUMMARIZE t',
  "SELECT nextval('s1')",
  "SELECT nextval('$IDENTITY.s1')",
  "SELECT error('x')",
  "SELECT sf_raise('000001', '00000', 'x')",
  'SELECT version()',
  'PUT file:///etc/passwd @stage',
];

describe('SQL text reaches nothing outside of the account', () => {
  let sandbox: Sandbox;
  let session: Connection;
  beforeAll(async () => {
    sandbox = await startSandbox();
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    await execute(session, 'CREATE TABLE kept AS SELECT 1 AS a');
  });
  afterAll(async () => {
    await new Promise((resolve) => session.destroy(resolve));
    await sandbox.stop();
  });

  test.each(TEXTS)('%s is refused', async (sqlText) => {
    const error = await execute(session, sqlText).then(
      () => null,
      (cause: DriverError) => cause,
    );
    expect(error, 'succeeded').not.toBeNull();
    // 000003 would mean that the text came as far as DuckDB.
    expect(['000002', '000003', '000008', '000904', '001003', '002003', '002140', '002141', '002049']).toContain(
      error?.code,
    );
    expect(error?.code, error?.message).not.toBe('000003');
    expect(error?.message).not.toMatch(/root:|DuckDB|Binder Error|Catalog Error|Parser Error/);
  });

  test('nothing was written, and the session still works', async () => {
    expect(existsSync('/tmp/snowpool-walls.csv')).toBe(false);
    expect((await execute(session, 'SELECT a FROM kept')).rows).toEqual([{ A: 1 }]);
  });

  test('a statement that wants more memory than there is fails alone', async () => {
    const error = await execute(
      session,
      'CREATE TABLE huge AS SELECT REPEAT(RANDSTR(10, RANDOM()), 200) AS s FROM TABLE(GENERATOR(ROWCOUNT => 5000000))',
    ).then(
      () => null,
      (cause: DriverError) => cause,
    );
    expect(error?.message).toMatch(/out of memory/i);
    expect((await execute(session, 'SELECT a FROM kept')).rows).toEqual([{ A: 1 }]);
  });

  test.each([
    ["SELECT LENGTH(REPEAT('x', 1000000000))", 100078],
    ["SELECT LENGTH(LPAD('x', 1000000000, 'ab'))", 100078],
    ["SELECT LENGTH(REPLACE(REPEAT('x', 1000000), 'x', REPEAT('y', 1000)))", 100078],
    ['SELECT LENGTH(SPACE(100000000))', 100078],
    ['SELECT LENGTH(RANDSTR(1000000000, 1))', 100067],
    ['SELECT ARRAY_SIZE(ARRAY_GENERATE_RANGE(0, 1000000000))', 100078],
    ["SELECT PARSE_JSON(REPEAT('[', 100000))", 100069],
    ["SELECT SUM(LENGTH(REPEAT('x', 16000000) || SEQ4())) FROM TABLE(GENERATOR(ROWCOUNT => 2000))", 300000],
    ["SELECT MAX(LPAD('x', 16000000 - SEQ4())) FROM TABLE(GENERATOR(ROWCOUNT => 2000))", 300000],
    ["SELECT REGEXP_COUNT(REPEAT('a', 5000), '(a|a)*b')", 100351],
  ])('%s ends with an error instead of the sandbox', async (sqlText, code) => {
    const error = await execute(session, sqlText).then(
      () => null,
      (cause: DriverError) => cause,
    );
    expect(Number(error?.code)).toBe(code);
    expect((await execute(session, 'SELECT a FROM kept')).rows).toEqual([{ A: 1 }]);
  });
});
