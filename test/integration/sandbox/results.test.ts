import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, destroy, execute, failedExecute } from '../../support/driver.ts';
import { type Envelope, RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let connection: Connection;

/** 40,000 rows of some 120 bytes: several chunks. */
const LARGE = `SELECT a.n * 200 + b.n AS N, '${'x'.repeat(100)}' AS T FROM numbers a CROSS JOIN numbers b ORDER BY 1`;

beforeAll(async () => {
  sandbox = await startSandbox();
  connection = await connect(sandbox.connectionOptions());
  await execute(connection, 'CREATE DATABASE d');
  await execute(connection, 'CREATE TABLE numbers (n INT)');
  const binds = Array.from({ length: 200 }, (_, n) => [n]);
  expect(await execute(connection, { sqlText: 'INSERT INTO numbers VALUES (?)', binds })).toMatchObject({
    updatedRows: 200,
  });
});

afterAll(async () => {
  await destroy(connection);
  expect(await sandbox.stop()).toBe(0);
});

test('a large result comes in gzip chunks and arrives whole and in order', async () => {
  const before = (await sandbox.control.stats()).requests.chunk ?? 0;
  const { rows } = await execute(connection, LARGE);
  expect(rows).toHaveLength(40_000);
  expect(rows.every((row, index) => row.N === index)).toBe(true);
  expect((await sandbox.control.stats()).requests.chunk ?? 0).toBeGreaterThan(before + 1);
});

test('a large result streams, and parts of it are fetched alone', async () => {
  const rows: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    connection.execute({
      sqlText: LARGE,
      streamResult: true,
      complete: (error, statement) => {
        if (error) return reject(error);
        statement
          .streamRows({ start: 39_990, end: 39_999 })
          .on('data', (row: { N: number }) => rows.push(row.N))
          .on('error', reject)
          .on('end', resolve);
      },
    });
  });
  expect(rows).toEqual(Array.from({ length: 10 }, (_, index) => 39_990 + index));
});

test('chunks that fail, are cut or trickle are fetched again by the driver', async () => {
  await sandbox.control.fault({ action: { kind: 'status', status: 503 }, endpoints: ['chunk'], count: 1 });
  await sandbox.control.fault({ action: { kind: 'cut', when: 'during' }, endpoints: ['chunk'], after: 1, count: 1 });
  await sandbox.control.fault({
    action: { kind: 'slow', bytesPerSecond: 200_000 },
    endpoints: ['chunk'],
    after: 2,
    count: 1,
  });
  const { rows } = await execute(connection, LARGE);
  expect(rows).toHaveLength(40_000);
  expect((await sandbox.control.stats()).faults).toMatchObject({ status: 1 });
  await sandbox.control.clearFaults();
});

test('a chunk is given for its key alone, and CLIENT_RESULT_CHUNK_SIZE bounds its size', async () => {
  const session = await RawSession.open(sandbox.url, 'TESTER');
  const { data } = await session.query({
    sqlText: LARGE.replaceAll('numbers', 'd.public.numbers'),
    parameters: { CLIENT_RESULT_CHUNK_SIZE: 1 },
  });
  const chunks = data?.chunks as { url: string; rowCount: number; uncompressedSize: number }[];
  const headers = data?.chunkHeaders as Record<string, string>;
  expect(chunks.length).toBeGreaterThan(3);
  expect(Math.max(...chunks.map((chunk) => chunk.uncompressedSize))).toBeLessThan(1.1 * 1024 * 1024);
  const inline = ((data?.rowset ?? []) as unknown[]).length;
  expect(chunks.reduce((sum, chunk) => sum + chunk.rowCount, inline)).toBe(40_000);
  const [first] = chunks;
  if (!first) throw new Error('no chunk');
  expect((await fetch(first.url)).status).toBe(403);
  const answer = await fetch(first.url, { headers });
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  expect(JSON.parse(`[${await answer.text()}]`)).toHaveLength(first.rowCount);
});

test('ROWS_PER_RESULTSET cuts a result, by statement and by session', async () => {
  const cut = await execute(connection, { sqlText: LARGE, parameters: { ROWS_PER_RESULTSET: 7 } });
  expect(cut.rows).toHaveLength(7);
  const other = await connect(sandbox.connectionOptions({ database: 'D' }));
  await execute(other, 'ALTER SESSION SET ROWS_PER_RESULTSET = 3');
  expect((await execute(other, LARGE)).rows).toHaveLength(3);
  await destroy(other);
});

test('a session that ends takes its open transaction and its temporary tables with it', async () => {
  const other = await connect(sandbox.connectionOptions({ database: 'D' }));
  await execute(other, 'CREATE TABLE kept (n INT)');
  await execute(other, 'CREATE TEMPORARY TABLE scratch (n INT)');
  await execute(other, 'BEGIN');
  await execute(other, 'INSERT INTO kept VALUES (1)');
  expect((await execute(other, 'SELECT COUNT(*) AS C FROM kept')).rows).toEqual([{ C: 1 }]);
  await destroy(other);
  expect((await execute(connection, 'SELECT COUNT(*) AS C FROM kept')).rows).toEqual([{ C: 0 }]);
  expect(await failedExecute(connection, 'SELECT * FROM scratch')).toMatchObject({ code: '002003', sqlState: '42S02' });
});

test('the counts of DML reach the driver, with the kind of the statement', async () => {
  await execute(connection, 'CREATE TABLE counted (n INT)');
  expect((await execute(connection, 'INSERT INTO counted VALUES (1), (2), (3)')).updatedRows).toBe(3);
  expect((await execute(connection, 'UPDATE counted SET n = n + 1 WHERE n > 1')).updatedRows).toBe(2);
  expect((await execute(connection, 'DELETE FROM counted')).updatedRows).toBe(3);
  expect((await execute(connection, 'SELECT 1')).updatedRows).toBe(-1);
});

test('binds of a multi-statement request go to its statements in turn', async () => {
  const results: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    connection.execute({
      sqlText: 'SELECT ? AS A; SELECT ? AS B, 3 AS C; SELECT ? AS D',
      binds: [1, 'two', 4],
      parameters: { MULTI_STATEMENT_COUNT: 3 },
      complete: (error, statement, rows) => {
        if (error) return reject(error);
        results.push(...(rows ?? []));
        if ('hasNext' in statement && statement.hasNext()) statement.NextResult();
        else resolve();
      },
    });
  });
  expect(results).toEqual([{ A: 1 }, { B: 'two', C: 3 }, { D: 4 }]);
});

test('each answer carries a newer query context than the one before; the same result carries the same', async () => {
  const session = await RawSession.open(sandbox.url, 'CONTEXT');
  const contextOf = ({ data }: Envelope) =>
    (data as { readonly queryContext: { readonly entries: readonly { readonly timestamp: number }[] } }).queryContext
      .entries;
  const first = await session.query({ sqlText: 'SELECT 1' });
  const second = await session.query({ sqlText: 'SELECT 2' });
  expect(contextOf(first)).toMatchObject([{ id: 0, priority: 0 }]);
  expect(contextOf(second)[0]?.timestamp).toBeGreaterThan(contextOf(first)[0]?.timestamp ?? Number.NaN);
  const again = await session.get(`/queries/${String(first.data?.queryId)}/result`);
  expect(contextOf(again)).toEqual(contextOf(first));
});

test('behind a front with TLS the chunks are fetched through the front', async () => {
  const session = await RawSession.open(sandbox.url, 'FRONT');
  const firstChunk = ({ data }: Envelope) =>
    (data as { readonly chunks: readonly { readonly url: string }[] }).chunks[0];
  const direct = await session.query({ sqlText: LARGE.replaceAll('numbers', 'd.public.numbers') });
  const chunk = firstChunk(direct);
  expect(chunk?.url).toMatch(new RegExp(`^${sandbox.url}/results/`));
  const answer = await fetch(`${sandbox.url}/queries/${String(direct.data?.queryId)}/result`, {
    headers: { ...session.headers(), 'x-forwarded-proto': 'https' },
  });
  const front = (await answer.json()) as Envelope;
  expect(firstChunk(front)?.url).toBe(chunk?.url.replace('http:', 'https:'));
});
