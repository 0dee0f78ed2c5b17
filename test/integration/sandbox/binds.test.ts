import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, destroy, execute, failedExecute } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let connection: Connection;

beforeAll(async () => {
  sandbox = await startSandbox();
  connection = await connect({ ...sandbox.connectionOptions(), database: 'SANDBOX', schema: 'PUBLIC' });
});

afterAll(async () => {
  await destroy(connection);
  expect(await sandbox.stop()).toBe(0);
});

test('an array bind of 150,000 rows arrives whole', async () => {
  await execute(connection, 'CREATE TABLE MANY (N NUMBER)');
  const rows = 150_000;
  const inserted = await execute(connection, {
    sqlText: 'INSERT INTO MANY VALUES (?)',
    binds: Array.from({ length: rows }, (_, n) => [n]),
  });
  expect(inserted.updatedRows).toBe(rows);
  const { rows: counted } = await execute(connection, 'SELECT COUNT(*) AS C, SUM(N) AS S FROM MANY');
  expect(counted).toEqual([{ C: rows, S: (rows * (rows - 1)) / 2 }]);
});

test('an array of nothing but NULL fits a column of any type, whatever type its driver calls it', async () => {
  const session = await RawSession.open(sandbox.url, 'NULLS');
  const run = (sqlText: string, bindings = {}) => session.query({ sqlText, bindings });
  await run('USE SCHEMA SANDBOX.PUBLIC');
  await run('CREATE TABLE ANYTHING (N NUMBER, B BINARY, T TIME, V VARCHAR)');
  const nulls = { type: 'FIXED', value: [null, null] };
  const answer = await run('INSERT INTO ANYTHING VALUES (?, ?, :3, ?)', {
    1: { type: 'FIXED', value: ['1', '2'] },
    2: nulls,
    3: nulls,
    4: nulls,
  });
  expect(answer).toMatchObject({ success: true, data: { rowset: [['2']] } });
  const { data } = await run('SELECT * FROM ANYTHING ORDER BY N');
  expect(data?.rowset).toEqual([
    ['1', null, null, null],
    ['2', null, null, null],
  ]);
});

test.each(['   ', '-- nothing', '/* nothing */ -- at all', ';'])('%j is an empty statement', async (sqlText) => {
  expect(await failedExecute(connection, sqlText)).toMatchObject({
    code: '000900',
    sqlState: '42601',
    message: 'SQL compilation error:\nEmpty SQL statement.',
  });
});

test('a bound TIMESTAMP_TZ without an offset is in UTC', async () => {
  const session = await RawSession.open(sandbox.url, 'MOMENTS');
  const { data } = await session.query({
    sqlText: 'SELECT ?',
    bindings: { 1: { type: 'TIMESTAMP_TZ', value: '-26135632108766000' } },
  });
  expect(data?.rowset).toEqual([['-26135632.108766000 1440']]);
});

test.each([
  ['FIXED', 'NUMBER', 'abc', '100038'],
  ['REAL', 'FLOAT', 'abc', '100038'],
  ['BINARY', 'BINARY', '0x', '100115'],
  ['DATE', 'DATE', 'abc', '100040'],
  ['TIME', 'TIME', 'abc', '100108'],
  ['TIMESTAMP_NTZ', 'TIMESTAMP_NTZ', 'abc', '100035'],
  ['TIMESTAMP_TZ', 'TIMESTAMP_TZ', '-5 x', '100035'],
])('a bound %s that is none fails as the text would, alone and in an array', async (type, column, value, code) => {
  const session = await RawSession.open(sandbox.url, 'NONE');
  await session.query({ sqlText: 'USE SCHEMA SANDBOX.PUBLIC' });
  await session.query({ sqlText: `CREATE OR REPLACE TABLE NONE (A ${column})` });
  const insert = (bound: unknown) =>
    session.query({ sqlText: 'INSERT INTO NONE VALUES (?)', bindings: { 1: { type, value: bound } } });
  expect(await insert(value)).toMatchObject({ success: false, code });
  expect(await insert([null, value])).toMatchObject({ success: false, code });
});

test('texts in an array of another type are read as the texts of one bind are', async () => {
  const session = await RawSession.open(sandbox.url, 'TEXTS');
  await session.query({ sqlText: 'USE SCHEMA SANDBOX.PUBLIC' });
  await session.query({ sqlText: 'CREATE OR REPLACE TABLE MOMENTS (D DATE, T TIME, N TIMESTAMP_NTZ)' });
  const inserted = await session.query({
    sqlText: 'INSERT INTO MOMENTS VALUES (?, ?, ?)',
    bindings: {
      1: { type: 'DATE', value: ['2024-02-29', null] },
      2: { type: 'TIME', value: ['12:34:56.5', null] },
      3: { type: 'TIMESTAMP_NTZ', value: ['2024-02-29 01:02:03', null] },
    },
  });
  expect(inserted).toMatchObject({ success: true });
  const { data } = await session.query({ sqlText: 'SELECT D::VARCHAR, T::VARCHAR, N::VARCHAR FROM MOMENTS LIMIT 1' });
  expect(data?.rowset).toEqual([['2024-02-29', '12:34:56', '2024-02-29 01:02:03.000']]);
});
