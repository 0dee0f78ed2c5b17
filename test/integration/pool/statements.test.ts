/** Statements and results through the driver's one interface (DESIGN §5 last rule, §7): exact, bounded, and never fatal. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DriverError, type DriverResult, type DriverSession, type RawRow } from '../../../daemon/pool/driver.ts';
import { createSnowflakeDriver } from '../../../daemon/pool/snowflake-driver.ts';
import { log, profileFor, run } from '../../support/pools.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

const never = new AbortController().signal;
const everything = { start: 0, end: Number.MAX_SAFE_INTEGER };

let sandbox: Sandbox;
const driver = createSnowflakeDriver({ sandboxAddress: () => Promise.reject(new Error('none')), log });
let session: DriverSession;
let large: DriverResult;

beforeAll(async () => {
  sandbox = await startSandbox({ answerWithinMs: 200 });
  session = await open();
  large = await run(session, "SELECT SEQ8(), 'x' || REPEAT('y', 60) FROM TABLE(GENERATOR(ROWCOUNT => 60000))").result;
});
afterAll(async () => {
  await driver.close();
  await sandbox.stop();
});
afterEach(() => sandbox.control.clearFaults());

function open(): Promise<DriverSession> {
  const profile = profileFor(sandbox, {
    database: 'SANDBOX',
    schema: 'PUBLIC',
    sessionParameters: { TIMEZONE: 'Europe/Paris' },
  });
  return driver.open(profile, { prompt: undefined, signal: never });
}

async function rowsOf(result: DriverResult, range = everything): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for await (const batch of result.rows(range, never)) rows.push(...batch);
  return rows;
}

const query = async (sql: string) => rowsOf(await run(session, sql).result);

test('numbers, times, binary and VARIANT arrive exactly as the account sent them', async () => {
  const [row] = await query(`
    SELECT 12345678901234567890123456789012345678::NUMBER(38,0), 0.1::NUMBER(38,20), 1.5::FLOAT, TRUE,
      '2024-02-29'::DATE, '12:34:56.123456789'::TIME(9), '1969-12-31 23:59:59.5'::TIMESTAMP_NTZ(9),
      PARSE_JSON('{"a": [1, null, "x"]}'), 'NULL', NULL::VARCHAR, TO_BINARY('00FF', 'HEX')`);
  expect(row).toEqual([
    '12345678901234567890123456789012345678',
    '0.10000000000000000000',
    '1.5',
    expect.stringMatching(/^(1|true)$/),
    '19782',
    '45296.123456789',
    '-0.500000000',
    expect.stringMatching(/^\{\s*"a":\s*\[\s*1,\s*null,\s*"x"\s*\]\s*\}$/),
    'NULL',
    null,
    '00FF',
  ]);
});

test('a VARIANT that is code is text', async () => {
  const [row] = await query(`SELECT 'process.exit(1)'::VARIANT`);
  expect(row?.[0]).toContain('process.exit(1)');
});

test.each(['get_ddl_of_nothing', 'PUT away'])(
  '%s goes to the account as a statement, not the way of files',
  async (sql) => {
    await expect(run(session, sql).result).rejects.toMatchObject({ fault: 'statement' });
    expect((await sandbox.control.statements({ last: 1 }))[0]?.sql).toBe(sql);
  },
);

test('an error tells line and column, code, SQLSTATE and query id', async () => {
  await expect(run(session, 'SELECT 1,\n  FROM FROM').result).rejects.toMatchObject({
    fault: 'statement',
    details: {
      code: '001003',
      sqlState: '42000',
      queryId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      line: 2,
      column: expect.any(Number),
    },
  });
});

test('current objects and parameters come with each answer', async () => {
  const result = await run(session, 'SELECT 1').result;
  expect(result.current).toMatchObject({ database: 'SANDBOX', schema: 'PUBLIC' });
  expect(result.parameters.get('TIMEZONE')).toBe('Europe/Paris');
  expect(session.current).toMatchObject({ role: 'ACCOUNTADMIN', database: 'SANDBOX' });
});

test('values bound to a statement keep their types', async () => {
  const { result } = session.execute({
    sql: 'SELECT ?, ? + 1, ?',
    requestId: randomUUID(),
    parameters: {},
    binds: ['get', 41, null],
  });
  expect(await rowsOf(await result)).toEqual([['get', '42', null]]);
});

test('a statement sent again under its request id runs once', async () => {
  const request = { sql: 'SELECT UUID_STRING()', requestId: randomUUID(), parameters: {} };
  const first = await rowsOf(await session.execute(request).result);
  expect(await rowsOf(await session.execute(request).result)).toEqual(first);
  expect(await sandbox.control.statements({ requestId: request.requestId })).toHaveLength(1);
});

test('several statements go in one request, and a failing one is told', async () => {
  const before = (await sandbox.control.stats()).requests.query ?? 0;
  const { current } = await session.executeMany(['USE SCHEMA INFORMATION_SCHEMA', 'SELECT 1'], {});
  expect(current.schema).toBe('INFORMATION_SCHEMA');
  expect(((await sandbox.control.stats()).requests.query ?? 0) - before).toBe(1);
  await expect(session.executeMany(['USE SCHEMA PUBLIC', 'SELECT * FROM NOSUCH'], {})).rejects.toMatchObject({
    fault: 'statement',
  });
});

test('a long statement is awaited, known by its query id meanwhile, and its result is there for another session', async () => {
  const statement = run(session, 'SELECT SYSTEM$WAIT(1)');
  await expect.poll(() => statement.queryId).toMatch(/^[0-9a-f-]{36}$/);
  const queryId = statement.queryId ?? '';
  expect(await session.statusOf(queryId)).toEqual({ state: 'running' });
  const other = await open();
  const [mine, theirs] = await Promise.all([statement.result, other.resultOf(queryId, never)]);
  expect(await rowsOf(mine)).toEqual(await rowsOf(theirs));
  expect(await other.statusOf(queryId)).toEqual({ state: 'success' });
  await other.close();
});

test('an abort ends the statement at the account, by request id or query id', async () => {
  const byRequest = run(session, 'SELECT SYSTEM$WAIT(60)');
  await sandbox.control.until(({ statements }) => statements.running === 1);
  expect(await session.abort({ requestId: byRequest.requestId })).toBe(true);
  await expect(byRequest.result).rejects.toMatchObject({ fault: 'aborted' });
  const byQuery = run(session, 'SELECT SYSTEM$WAIT(60)');
  await expect.poll(() => byQuery.queryId).toBeDefined();
  expect(await session.abort({ queryId: byQuery.queryId ?? '' })).toBe(true);
  await expect(byQuery.result).rejects.toMatchObject({ fault: 'aborted' });
  expect((await sandbox.control.stats()).statements.running).toBe(0);
});

test('an abort of a statement that is not running is not confirmed', async () => {
  expect(await session.abort({ requestId: randomUUID() })).toBe(false);
});

test('a session that is closed ends what runs on it at the account', async () => {
  const own = await open();
  const statement = run(own, 'SELECT SYSTEM$WAIT(60)');
  await sandbox.control.until(({ statements }) => statements.running === 1);
  await own.close();
  await expect(statement.result).rejects.toMatchObject({ fault: 'aborted' });
  await sandbox.control.until(({ statements }) => statements.running === 0);
});

test('a statement whose answer never comes is let go with its session, its outcome open', async () => {
  const own = await open();
  const { sessionId } = own;
  await sandbox.control.fault({ action: { kind: 'hang', handled: true }, endpoints: ['query'], sessionId });
  const statement = run(own, 'SELECT 1');
  await sandbox.control.until(({ faults, statements }) => (faults.hang ?? 0) > 0 && statements.running === 0);
  expect(await own.abort({ requestId: statement.requestId })).toBe(false);
  await own.close();
  await expect(statement.result).rejects.toMatchObject({ fault: 'connection_lost' });
});

test('a session killed while its statement runs leaves the outcome open', async () => {
  const own = await open();
  const { sessionId } = own;
  await sandbox.control.fault({ action: { kind: 'kill-session' }, endpoints: ['result'], sessionId });
  await expect(run(own, 'SELECT SYSTEM$WAIT(60)').result).rejects.toMatchObject({ fault: 'connection_lost' });
  await own.close();
});

test('any range of a large result is read exactly, chunk by chunk', async () => {
  expect(large.totalRows).toBe(60_000);
  const all = await rowsOf(large);
  expect(all).toHaveLength(60_000);
  expect(new Set(all.map(([id]) => id)).size).toBe(60_000);
  for (const [start, end] of [
    [0, 10],
    [999, 1_001],
    [25_000, 25_003],
    [59_999, 60_005],
    [60_000, 60_001],
  ] as const) {
    expect(await rowsOf(large, { start, end })).toEqual(all.slice(start, end));
  }
});

test('a page downloads only the chunks that it touches', async () => {
  const chunks = async () => (await sandbox.control.stats()).requests.chunk ?? 0;
  const before = await chunks();
  await rowsOf(large, { start: 30_000, end: 30_001 });
  expect((await chunks()) - before).toBe(1);
});

test('a slow reader is waited for: no more than the next chunk is fetched ahead', async () => {
  const chunks = async () => (await sandbox.control.stats()).requests.chunk ?? 0;
  const before = await chunks();
  const rows = large.rows(everything, never)[Symbol.asyncIterator]();
  for (let batch = 0; batch < 3; batch += 1) await rows.next();
  expect((await chunks()) - before).toBeLessThanOrEqual(2);
  await rows.return?.();
});

test('rows of a chunk are there before the whole of it is, and a reader that leaves ends its download', async () => {
  await sandbox.control.fault({ action: { kind: 'slow', bytesPerSecond: 200_000 }, endpoints: ['chunk'] });
  const leaving = new AbortController();
  const rows = large.rows({ start: 59_000, end: 60_000 }, leaving.signal)[Symbol.asyncIterator]();
  leaving.abort(new Error('left'));
  await expect(rows.next()).rejects.toThrow('left');
  const patient = large.rows({ start: 30_000, end: 60_000 }, never)[Symbol.asyncIterator]();
  const first = await patient.next();
  expect(first.value?.length).toBeLessThan(30_000);
  await patient.return?.();
});

test.each([
  ['a chunk that fails in passing', { kind: 'status', status: 503 }],
  ['a chunk that is cut', { kind: 'cut', when: 'during' }],
  ['a chunk whose address has expired', { kind: 'status', status: 403 }],
] as const)('%s is fetched again', async (_, action) => {
  await sandbox.control.fault({ action, endpoints: ['chunk'], count: 1 });
  expect(await rowsOf(large)).toHaveLength(60_000);
});

test.each([
  ['truncated', 'query'],
  ['html', 'query'],
  ['empty', 'query'],
  ['no-data', 'query'],
  ['truncated', 'result'],
  ['no-data', 'result'],
  ['empty', 'heartbeat'],
  ['html', 'close'],
] as const)(
  'an answer that is %s to a %s request ends in an error of ours or an answer, never outside',
  async (body, endpoint) => {
    const own = await open();
    const { sessionId } = own;
    await sandbox.control.fault({ action: { kind: 'malformed', body }, endpoints: [endpoint], sessionId, count: 2 });
    const fault = (error: unknown) => {
      expect(error).toBeInstanceOf(DriverError);
      return 'failed';
    };
    await own.heartbeat().catch(fault);
    await run(own, 'SELECT 1').result.then(rowsOf).catch(fault);
    await run(own, 'SELECT SYSTEM$WAIT(0.4)').result.then(rowsOf).catch(fault);
    await own.close();
    await sandbox.control.clearFaults();
  },
);

test('rows inserted, updated and deleted are counted', async () => {
  await query('CREATE OR REPLACE TEMPORARY TABLE counted (n INT)');
  const affected = async (sql: string) => (await run(session, sql).result).rowsAffected;
  expect(await affected('INSERT INTO counted VALUES (1), (2), (3)')).toBe(3);
  expect(await affected('UPDATE counted SET n = n + 1 WHERE n > 1')).toBe(2);
  expect(await affected('DELETE FROM counted')).toBe(3);
  expect(await affected('SELECT 1')).toBeUndefined();
});
