/** How statements run: at once or polled, alone or several in a request, and what is known of them later. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, destroy, execute, failedExecute } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import { OwnStatements } from './own-statements.ts';

const HOUR = 3_600_000;
let sandbox: Sandbox;
const own = new OwnStatements(() => sandbox);

beforeAll(async () => {
  sandbox = await startSandbox({ answerWithinMs: 30 });
});

afterAll(async () => {
  expect(await sandbox.stop()).toBe(0);
});

test('a statement that outlasts the answer time is polled by the driver until it ends', async () => {
  const connection = await connect(sandbox.connectionOptions({ username: own.newUser() }));
  const before = (await sandbox.control.stats()).requests.result ?? 0;
  const { rows } = await execute(connection, "SELECT SYSTEM$WAIT(200, 'MILLISECONDS') AS W");
  expect(rows).toHaveLength(1);
  expect((await sandbox.control.stats()).requests.result ?? 0).toBeGreaterThan(before);
  await destroy(connection);
});

test('a statement that runs long does not hold up others of the same session', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  const slow = failedExecute(connection, 'SELECT SYSTEM$WAIT(600)');
  await own.running(user);
  expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
  const [running] = await own.of(user);
  const other = await connect(sandbox.connectionOptions({ username: user }));
  expect(running?.state).toBe('RUNNING');
  await execute(other, `SELECT SYSTEM$CANCEL_QUERY('${running?.queryId}')`);
  expect(await slow).toMatchObject({ code: '000604', sqlState: '57014' });
  await destroy(other);
  await destroy(connection);
});

test('turning the clock wakes a statement that waits', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  const waiting = execute(connection, 'SELECT SYSTEM$WAIT(600) AS W');
  await own.running(user);
  await sandbox.control.turnClock(600_000);
  expect((await waiting).rows).toEqual([{ W: 'waited 600 seconds' }]);
  await destroy(connection);
});

test('asyncExec answers at once with the query id; status and result are there by that id', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  const { queryId } = await execute(connection, { sqlText: 'SELECT SYSTEM$WAIT(600) AS W', asyncExec: true });
  expect(await connection.getQueryStatus(queryId)).toBe('RUNNING');
  await sandbox.control.turnClock(601_000);
  await expect.poll(() => connection.getQueryStatus(queryId), { interval: 10 }).toBe('SUCCESS');
  const statement = await connection.getResultsFromQueryId({ queryId });
  const rows: unknown[] = [];
  for await (const row of statement.streamRows()) rows.push(row);
  expect(rows).toEqual([{ W: 'waited 600 seconds' }]);
  await destroy(connection);
});

test('the status of a failed statement says so, that of an unknown one is empty', async () => {
  const connection = await connect(sandbox.connectionOptions({ username: own.newUser() }));
  const { queryId } = await execute(connection, { sqlText: 'SELECT * FROM NOT_THERE.X.Y', asyncExec: true });
  await expect.poll(() => connection.getQueryStatus(queryId), { interval: 10 }).toBe('FAILED_WITH_ERROR');
  expect(await connection.getQueryStatus(randomUUID())).toBe('NO_QUERY_DATA');
  await destroy(connection);
});

test('a request id that comes twice runs once, also while the first still runs', async () => {
  const user = own.newUser();
  const session = await RawSession.open(sandbox.url, user);
  const requestId = randomUUID();
  const body = { sqlText: "SELECT SYSTEM$WAIT(150, 'MILLISECONDS') AS W", parameters: { QUERY_TAG: 'once' } };
  const [first, second] = await Promise.all([session.query(body, requestId), session.query(body, requestId)]);
  expect(second.data?.queryId).toBe(first.data?.queryId);
  const queryId = String(first.data?.queryId);
  await expect.poll(async () => (await session.get(`/queries/${queryId}/result`)).code, { interval: 10 }).toBe(null);
  const third = await session.query({ sqlText: 'SELECT 2' }, requestId);
  expect(third).toMatchObject({ success: true, data: { queryId, rowset: [[expect.any(String)]] } });
  expect(await own.of(user)).toMatchObject([{ queryId, requestId, queryTag: 'once', state: 'SUCCESS' }]);
});

test('a multi-statement request runs its statements in turn; each has its own result', async () => {
  const connection = await connect(sandbox.connectionOptions({ username: own.newUser() }));
  const results: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    connection.execute({
      sqlText: "SET v = 'a;b'; SELECT $v AS V; SELECT 3 AS N",
      parameters: { MULTI_STATEMENT_COUNT: 3 },
      complete: (error, statement, rows) => {
        if (error) return reject(error);
        results.push(rows);
        if ('hasNext' in statement && statement.hasNext()) statement.NextResult();
        else resolve();
      },
    });
  });
  expect(results.slice(1)).toEqual([[{ V: 'a;b' }], [{ N: 3 }]]);
  await destroy(connection);
});

test('a wrong number of statements is refused and nothing runs', async () => {
  const connection = await connect(sandbox.connectionOptions({ username: own.newUser() }));
  expect(await failedExecute(connection, 'SELECT 1; SELECT 2')).toMatchObject({
    code: '000008',
    sqlState: '0A000',
    message: 'Actual statement count 2 did not match the desired statement count 1.',
  });
  expect((await execute(connection, "SELECT ';' AS S;")).rows).toEqual([{ S: ';' }]);
  await destroy(connection);
});

test('a statement that fails ends a multi-statement request with its own error', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  const error = await failedExecute(connection, {
    sqlText: 'SET a = 1; SELECT nonsense(; SET b = 2',
    parameters: { MULTI_STATEMENT_COUNT: 0 },
  });
  expect(error).toMatchObject({ code: '001003', sqlState: '42000' });
  expect((await own.of(user)).map((one) => one.sql)).not.toContain('SET b = 2');
  await destroy(connection);
});

test('a result is there by query id for the same user on another session, and for nobody else', async () => {
  const user = own.newUser();
  const first = await connect(sandbox.connectionOptions({ username: user }));
  const { queryId } = await execute(first, "SELECT 'kept' AS K");
  await destroy(first);
  const again = await RawSession.open(sandbox.url, user);
  expect((await again.get(`/queries/${queryId}/result`)).data).toMatchObject({ rowset: [['kept']] });
  const stranger = await RawSession.open(sandbox.url, own.newUser());
  expect(await stranger.get(`/queries/${queryId}/result`)).toMatchObject({ success: false, code: '000709' });
  expect((await stranger.get(`/monitoring/queries/${queryId}`)).data).toEqual({ queries: [] });
});

test('a result is kept for 24 hours of the clock', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  const { queryId } = await execute(connection, "SELECT 'kept' AS K");
  await destroy(connection);
  await sandbox.control.turnClock(24 * HOUR - 60_000);
  const later = await RawSession.open(sandbox.url, user);
  expect(await later.get(`/queries/${queryId}/result`)).toMatchObject({ success: true, code: null });
  await sandbox.control.turnClock(61_000);
  expect(await later.get(`/queries/${queryId}/result`)).toMatchObject({ success: false });
});

test('describeOnly answers with columns and no rows, and is not the last query', async () => {
  const session = await RawSession.open(sandbox.url, own.newUser());
  const { data } = await session.query({ sqlText: 'SELECT 2 AS X' });
  const answer = await session.query({ sqlText: 'SELECT 1 AS X', describeOnly: true });
  expect(answer.data).toMatchObject({ rowset: [], total: 0, rowtype: [{ name: 'X', type: 'fixed' }] });
  const last = await session.query({ sqlText: 'SELECT LAST_QUERY_ID()' });
  expect(last.data).toMatchObject({ rowset: [[data?.queryId]] });
});

test('a statement may hold a literal of many megabytes; the history keeps the first of them', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  const literal = 'x'.repeat(9 * 1024 * 1024);
  expect((await execute(connection, `SELECT LENGTH('${literal}') AS N; `)).rows).toEqual([{ N: literal.length }]);
  const kept = `SELECT LENGTH(QUERY_TEXT) AS N, LEFT(QUERY_TEXT, 12) AS BEGINS
    FROM TABLE(SNOWFLAKE.INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION()) WHERE QUERY_TEXT LIKE 'SELECT LENGTH(''x%'`;
  expect((await execute(connection, kept)).rows).toEqual([{ N: 1024 * 1024, BEGINS: 'SELECT LENGT' }]);
  await destroy(connection);
});

test('a statement above 32 MB or a million tokens is refused, and the session goes on', async () => {
  const connection = await connect(sandbox.connectionOptions({ username: own.newUser() }));
  const long = await failedExecute(connection, `SELECT '${'x'.repeat(32 * 1024 * 1024)}'`);
  expect(long.message).toMatch(/too long: 33554\d+ bytes, at most 33554432/);
  const wordy = await failedExecute(connection, `SELECT 1 IN (${'1,'.repeat(600_000)}2)`);
  expect(wordy.message).toContain('too long: it has more than 1048576 words, numbers and signs');
  expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
  await destroy(connection);
});

test('the status endpoint names the code in its data when the session is gone, as Python reads it', async () => {
  const session = await RawSession.open(sandbox.url, own.newUser());
  const { data } = await session.query({ sqlText: 'SELECT 1', asyncExec: true });
  await session.post('/session?delete=true', {});
  const answer = await session.get(`/monitoring/queries/${String(data?.queryId)}`);
  expect(answer).toMatchObject({ status: 200, success: false, code: '390111', data: { errorCode: '390111' } });
});

test('the status endpoint lists a user’s own statements, the newest first, by the filters of Snowflake’s CLI', async () => {
  const user = own.newUser();
  const [session, other] = await Promise.all([RawSession.open(sandbox.url, user), RawSession.open(sandbox.url, user)]);
  await session.query({ sqlText: 'SELECT 1' });
  await session.query({ sqlText: 'SELECT nothing' });
  await other.query({ sqlText: 'SELECT 3' });
  const listed = async (filters: string) => {
    const { data } = await session.get(`/monitoring/queries?_dc=1.5&includeDDL=false${filters}`);
    const queries = (data?.queries ?? []) as readonly { readonly sqlText: string; readonly state: string }[];
    return queries.map(({ sqlText, state }) => `${sqlText}: ${state}`);
  };
  const here = `&session_id=${String(session.login.data?.sessionId)}`;
  expect(await listed(`&max=25${here}`)).toEqual(['SELECT nothing: FAILED', 'SELECT 1: SUCCEEDED']);
  expect(await listed('&max=1')).toEqual(['SELECT 3: SUCCEEDED']);
  expect(await listed('&subset=FAILED')).toEqual(['SELECT nothing: FAILED']);
  expect(await listed('&user=somebody')).toEqual([]);
  expect(await listed('&min_duration=3600000')).toEqual([]);
  expect(await session.get('/monitoring/queries?stmt_type=SELECT')).toMatchObject({
    success: false,
    message: 'The sandbox does not support the filter stmt_type of queries.',
  });
});

test('a driver that is too old for several statements in one request is refused them', async () => {
  const old = { CLIENT_APP_ID: 'PythonConnector', CLIENT_APP_VERSION: '2.8.1' };
  const session = await RawSession.open(sandbox.url, own.newUser(), old);
  const several = { sqlText: 'SELECT 1; SELECT 2', parameters: { MULTI_STATEMENT_COUNT: 0 } };
  expect(await session.query(several)).toMatchObject({ success: false, code: '000006', data: { sqlState: '0A000' } });
  const newer = await RawSession.open(sandbox.url, own.newUser(), { ...old, CLIENT_APP_VERSION: '2.9.0' });
  expect(await newer.query(several)).toMatchObject({ success: true });
});

test('the status of a statement says whether its warehouse is starting or full', async () => {
  const user = own.newUser();
  const slowStart = await startSandbox({ warehouseResumeMs: HOUR / 6 });
  try {
    const connection = await connect(slowStart.connectionOptions({ username: user }));
    await execute(connection, 'CREATE WAREHOUSE NARROW INITIALLY_SUSPENDED = TRUE MAX_CONCURRENCY_LEVEL = 1');
    await execute(connection, 'USE WAREHOUSE NARROW');
    await execute(connection, 'CREATE TEMPORARY TABLE SANDBOX.PUBLIC.T (A NUMBER)');
    const start = async () =>
      (await execute(connection, { sqlText: 'SELECT SYSTEM$WAIT(1200), A FROM SANDBOX.PUBLIC.T', asyncExec: true }))
        .queryId;
    const status = (queryId: string) => expect.poll(() => connection.getQueryStatus(queryId), { interval: 10 });
    const first = await start();
    await status(first).toBe('RESUMING_WAREHOUSE');
    await slowStart.control.turnClock(HOUR / 6);
    await status(first).toBe('RUNNING');
    const second = await start();
    await status(second).toBe('QUEUED');
    expect((await slowStart.control.statements({ state: 'QUEUED' })).map(({ queryId }) => queryId)).toEqual([second]);
    await slowStart.control.turnClock(HOUR / 3);
    await status(first).toBe('SUCCESS');
    await status(second).toBe('RUNNING');
    await destroy(connection);
  } finally {
    await slowStart.stop();
  }
});

test("unlisted parameters that drivers' own suites set are taken and shown nowhere; unknown ones are refused", async () => {
  const connection = await connect(sandbox.connectionOptions({ username: own.newUser() }));
  await execute(connection, "ALTER SESSION SET FEATURE_INCREASED_MAX_LOB_SIZE_IN_MEMORY = 'ENABLED'");
  await execute(connection, 'ALTER SESSION SET ENABLE_OBJECT_TYPED_BINDS = TRUE');
  await execute(connection, 'ALTER SESSION SET CLIENT_TIMESTAMP_TYPE_MAPPING = TIMESTAMP_TZ');
  expect((await execute(connection, "SHOW PARAMETERS LIKE '%TYPED_BINDS'")).rows).toEqual([]);
  await execute(connection, 'ALTER SESSION UNSET ENABLE_OBJECT_TYPED_BINDS');
  expect(await failedExecute(connection, 'ALTER SESSION SET NO_SUCH_PARAMETER = 1')).toMatchObject({ code: '001006' });
  await destroy(connection);
});

test('the history of a session begins with the very query that reads it', async () => {
  const connection = await connect(sandbox.connectionOptions({ username: own.newUser(), database: 'SANDBOX' }));
  const sqlText = 'SELECT QUERY_TEXT, QUERY_TAG FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION())';
  await execute(connection, 'SELECT 1');
  const { rows } = await execute(connection, { sqlText, parameters: { QUERY_TAG: 'mine' } });
  expect(rows).toEqual([
    { QUERY_TEXT: sqlText, QUERY_TAG: 'mine' },
    { QUERY_TEXT: 'SELECT 1', QUERY_TAG: '' },
  ]);
  await destroy(connection);
});
