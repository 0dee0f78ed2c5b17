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

test('bound JSON has the structured type that its schema tells, and takes the column’s where it has none', async () => {
  const session = await RawSession.open(sandbox.url, 'JSON');
  const run = (sqlText: string, bindings = {}) => session.query({ sqlText, bindings });
  await run('USE SCHEMA SANDBOX.PUBLIC');
  await run('CREATE TABLE SHAPED (O OBJECT(n INT, d DATE), M MAP(VARCHAR, INT), L ARRAY(INT), LOOSE OBJECT)');
  const part = (type: string, rest = {}) => ({ type, nullable: true, length: 0, scale: 0, precision: 0, ...rest });
  const object = {
    ...{ type: 'OBJECT', fmt: 'json', value: '{"n": 1, "d": "2024-05-24"}' },
    schema: part('object', { fields: [part('FIXED', { name: 'n', precision: 38 }), part('DATE', { name: 'd' })] }),
  };
  const map = {
    ...{ type: 'OBJECT', fmt: 'json', value: '{"b": 2, "a": 1}' },
    schema: part('MAP', { fields: [part('TEXT'), part('FIXED', { precision: 38 })] }),
  };
  const bindings = {
    1: object,
    2: map,
    3: { type: 'ARRAY', fmt: 'json', value: '[1, 2, 3]' },
    4: { type: 'OBJECT', value: "{'s': 'single quotes'}" },
  };
  expect(await run('INSERT INTO SHAPED SELECT (?), ?, ?, ?', bindings)).toMatchObject({ success: true });
  expect(await run('INSERT INTO SHAPED VALUES (?, ?, ?, ?)', bindings)).toMatchObject({ success: true });
  const { data } = await run('SELECT COUNT(*), MAX(L[2]), MAX(LOOSE:s::VARCHAR) FROM SHAPED WHERE O = ? AND M = ?', {
    1: object,
    2: map,
  });
  expect(data?.rowset).toEqual([['2', '3', 'single quotes']]);
  const misshapen = { ...object, value: '[1]' };
  expect(await run('SELECT ?', { 1: misshapen })).toMatchObject({ success: false });
  expect((await run('SELECT ?', { 1: { ...object, schema: { type: 'shoe' } } })).message).toContain("no type 'shoe'");
});

test('values are bound by name, too', async () => {
  const session = await RawSession.open(sandbox.url, 'NAMED');
  const bindings = { param: { type: 'TEXT', value: 'x' }, other: { type: 'FIXED', value: '2' } };
  const { data } = await session.query({ sqlText: 'SELECT :param, :OTHER + 1, :param', bindings });
  expect(data?.rowset).toEqual([['x', '3', 'x']]);
  const missing = await session.query({ sqlText: 'SELECT :nobody', bindings });
  expect(missing).toMatchObject({ success: false, code: '002049' });
});

test('no format of input is told to a login while it is AUTO', async () => {
  const parametersOf = async (data: object) => {
    const { login } = await RawSession.open(sandbox.url, 'FORMATS', data);
    const told = login.data?.parameters as readonly { readonly name: string; readonly value: unknown }[];
    return new Map(told.map(({ name, value }) => [name, value]));
  };
  const plain = await parametersOf({});
  expect(plain.get('DATE_OUTPUT_FORMAT')).toBe('YYYY-MM-DD');
  expect([...plain.keys()]).not.toContain('DATE_INPUT_FORMAT');
  const asking = await parametersOf({ SESSION_PARAMETERS: { DATE_INPUT_FORMAT: 'DD.MM.YYYY' } });
  expect(asking.get('DATE_INPUT_FORMAT')).toBe('DD.MM.YYYY');
});
