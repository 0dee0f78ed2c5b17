import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, destroy, execute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** Two rows of every kind of value that tools write. */
const ROWS = `SELECT * FROM (VALUES
  (1::BIGINT, 'x', 1.5::DOUBLE, 1.25::DECIMAL(5,2), DATE '2024-02-29', TIMESTAMP '2024-01-02 03:04:05.123456',
    TIMESTAMP_NS '1970-01-01 00:00:01.000000001', true, 'ab'::BLOB, [1, 2], {'k': 'v'}),
  (9223372036854775807, NULL, 'inf', NULL, NULL, NULL, NULL, false, NULL, [], NULL))
  AS t(id, "Name", f, d, day, "at", ns, ok, b, list, obj)`;

describe('Parquet files in stages', () => {
  let sandbox: Sandbox;
  let session: Connection;
  let folder: string;
  const rows = async (sqlText: string) => (await execute(session, { sqlText, rowMode: 'array' })).rows;
  beforeAll(async () => {
    sandbox = await startSandbox();
    session = await connect(
      sandbox.connectionOptions({
        database: 'SANDBOX',
        schema: 'PUBLIC',
        fetchAsString: ['Number', 'Date', 'JSON', 'Buffer'],
      }),
    );
    folder = await mkdtemp(join(tmpdir(), 'parquet-test-'));
    const instance = await DuckDBInstance.create(':memory:');
    const duck = await instance.connect();
    await duck.run(`COPY (${ROWS}) TO '${folder}/a.parquet' (FORMAT parquet)`);
    await duck.run(
      `COPY (SELECT 2::INTEGER AS id, 0.5 AS extra) TO '${folder}/b.parquet' (FORMAT parquet, CODEC 'gzip')`,
    );
    const twin = `SELECT {'inner': 1} AS obj, 10 AS number, 11 AS "Xumber", '14:21:32+00'::TIMETZ AS t`;
    await duck.run(`COPY (${twin}) TO '${folder}/twin.parquet' (FORMAT parquet)`);
    duck.closeSync();
    instance.closeSync();
    // DuckDB itself writes no two names that differ in case only.
    const bytes = (await readFile(`${folder}/twin.parquet`)).toString('latin1').replaceAll('Xumber', 'Number');
    await writeFile(`${folder}/twin.parquet`, bytes, 'latin1');
    await rows('CREATE STAGE box FILE_FORMAT = (TYPE = PARQUET)');
    await rows('CREATE FILE FORMAT pq TYPE = PARQUET USE_LOGICAL_TYPE = TRUE');
    await rows(`PUT 'file://${folder}/a.parquet' @box/one AUTO_COMPRESS = FALSE`);
    await rows(`PUT 'file://${folder}/b.parquet' @box/two AUTO_COMPRESS = FALSE`);
  });
  afterAll(async () => {
    await destroy(session);
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  test('each row is an object; what is NULL is not in it, and moments are numbers without logical types', async () => {
    const read = `SELECT $1:id, $1:"Name"::STRING, $1:f::FLOAT, $1:d, $1:day::DATE::STRING, $1:at, $1:ns, $1:ok, $1:b::STRING, $1:list::STRING, $1:obj.k::STRING`;
    expect(await rows(`${read}, $1:d IS NULL FROM @box/one`)).toEqual([
      ...[['1', 'x', '1.5', '1.25', '2024-02-29', '1704164645123456', '1000000001', 'true', 'ab', '[1,2]', 'v', false]],
      ...[['9223372036854775807', null, 'inf', null, null, null, null, 'false', null, '[]', null, true]],
    ]);
    expect(await rows("SELECT $1:at::STRING, $1:ns::STRING FROM @box/one (FILE_FORMAT => 'pq') LIMIT 1")).toEqual([
      ['2024-01-02 03:04:05.123456', '1970-01-01 00:00:01.000000001'],
    ]);
  });

  test('COPY INTO loads them by a query, or whole into one VARIANT', async () => {
    await rows('CREATE TABLE loaded (id NUMBER, name STRING, at TIMESTAMP_NTZ)');
    const [outcome] = await rows(
      `COPY INTO loaded FROM (SELECT $1:id, $1:"Name", $1:at FROM @box/one) FILE_FORMAT = (TYPE = PARQUET COMPRESSION = SNAPPY USE_VECTORIZED_SCANNER = TRUE) ON_ERROR = 'abort_statement'`,
    );
    expect(Object.values(outcome ?? {}).slice(0, 4)).toEqual(['box/one/a.parquet', 'LOADED', '2', '2']);
    // A number in a VARIANT is an instant, of which the session's wall clock counts; with logical types it is the file's time.
    expect(await rows('SELECT id, name, at::STRING FROM loaded ORDER BY id')).toEqual([
      ['1', 'x', '2024-01-01 19:04:05.123'],
      ['9223372036854775807', null, null],
    ]);
    await rows('CREATE TABLE logical (at TIMESTAMP_NTZ)');
    await rows(`COPY INTO logical FROM (SELECT $1:at FROM @box/one) FILE_FORMAT = (FORMAT_NAME = 'pq')`);
    expect(await rows('SELECT at::STRING FROM logical ORDER BY at')).toEqual([['2024-01-02 03:04:05.123'], [null]]);
    await rows('CREATE TABLE whole (v VARIANT)');
    await rows('COPY INTO whole FROM @box/two');
    expect(await rows('SELECT v::STRING FROM whole')).toEqual([['{"extra":0.5,"id":2}']]);
    await expect(rows('COPY INTO loaded FROM @box/two')).rejects.toThrow(
      'PARQUET file format can produce one and only one column',
    );
  });

  test('INFER_SCHEMA tells the columns of all files and how to read them', async () => {
    const found = await rows("SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@box', FILE_FORMAT => 'pq'))");
    const both = 'box/one/a.parquet, box/two/b.parquet';
    expect(found.slice(0, 4)).toEqual([
      ['id', 'NUMBER(38, 0)', true, '$1:id::NUMBER(38, 0)', both, '0'],
      ['Name', 'TEXT', true, '$1:Name::TEXT', 'box/one/a.parquet', '1'],
      ['f', 'REAL', true, '$1:f::REAL', 'box/one/a.parquet', '2'],
      ['d', 'NUMBER(5, 2)', true, '$1:d::NUMBER(5, 2)', 'box/one/a.parquet', '3'],
    ]);
    expect(found.slice(4).map((row) => Object.values(row)[1])).toEqual(
      'DATE TIMESTAMP_NTZ TIMESTAMP_NTZ BOOLEAN BINARY ARRAY OBJECT NUMBER(2, 1)'.split(/ (?!1\))/),
    );
    expect(
      await rows("SELECT column_name, expression FROM TABLE(INFER_SCHEMA('@box/two', 'pq', IGNORE_CASE => TRUE))"),
    ).toEqual([
      ['ID', "GET_IGNORE_CASE ($1, 'id')::NUMBER(38, 0)"],
      ['EXTRA', "GET_IGNORE_CASE ($1, 'extra')::NUMBER(2, 1)"],
    ]);
  });

  test('names may differ in case only, and times that are marked as UTC stay times, as pandas writes both', async () => {
    await rows('CREATE STAGE twins FILE_FORMAT = (TYPE = PARQUET)');
    await rows(`PUT 'file://${folder}/twin.parquet' @twins AUTO_COMPRESS = FALSE`);
    expect(
      await rows("SELECT column_name, type FROM TABLE(INFER_SCHEMA(LOCATION => '@twins', FILE_FORMAT => 'pq'))"),
    ).toEqual([
      ['obj', 'OBJECT'],
      ['number', 'NUMBER(38, 0)'],
      ['Number', 'NUMBER(38, 0)'],
      ['t', 'TIME'],
    ]);
    expect(await rows('SELECT $1:number, $1:"Number", $1:t::TIME::STRING FROM @twins')).toEqual([
      ['10', '11', '14:21:32'],
    ]);
  });

  test('what is no Parquet file, and options of other types, are refused', async () => {
    await writeFile(join(folder, 'c.parquet'), 'not at all');
    await rows('CREATE STAGE bad FILE_FORMAT = (TYPE = PARQUET)');
    await rows(`PUT 'file://${folder}/c.parquet' @bad AUTO_COMPRESS = FALSE`);
    await expect(rows('SELECT $1 FROM @bad')).rejects.toThrow('Error parsing the parquet file');
    await expect(rows('CREATE FILE FORMAT no TYPE = PARQUET SKIP_HEADER = 1')).rejects.toThrow(
      "invalid parameter 'SKIP_HEADER' for file type PARQUET",
    );
    await expect(rows('CREATE FILE FORMAT no TYPE = CSV USE_LOGICAL_TYPE = TRUE')).rejects.toThrow(
      "invalid parameter 'USE_LOGICAL_TYPE' for file type CSV",
    );
    await expect(
      rows("SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@box', FILE_FORMAT => 'nosuch'))"),
    ).rejects.toThrow('does not exist');
    await expect(rows('COPY INTO @box/out FROM (SELECT 1) FILE_FORMAT = (TYPE = PARQUET)')).rejects.toThrow(
      'does not support an unload to Parquet',
    );
  });
});
