/** How statements end before they are through: cancelled, timed out, or with their session. */
import { randomUUID } from 'node:crypto';
import type { RowStatement } from 'snowflake-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, destroy, execute, failedExecute } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import { OwnStatements } from './own-statements.ts';

let sandbox: Sandbox;
const own = new OwnStatements(() => sandbox);

beforeAll(async () => {
  sandbox = await startSandbox({ answerWithinMs: 30 });
});

afterAll(async () => {
  expect(await sandbox.stop()).toBe(0);
});

test('the driver cancels by query id, and by request id while it knows no query id', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  await sandbox.control.fault({ action: { kind: 'latency', ms: 0 }, user, endpoints: ['query'] });
  for (const polls of [0, 1]) {
    const before = (await sandbox.control.stats()).requests.result ?? 0;
    await sandbox.control.settings({ answerWithinMs: polls === 0 ? 30_000 : 10 });
    let statement: RowStatement | undefined;
    const failed = new Promise<{ code?: unknown }>((resolve, reject) => {
      statement = connection.execute({
        sqlText: 'SELECT SYSTEM$WAIT(600)',
        complete: (error) => (error ? resolve(error) : reject(new Error('it was not cancelled'))),
      });
    });
    await own.running(user);
    if (polls > 0) await sandbox.control.until((stats) => (stats.requests.result ?? 0) > before);
    await new Promise<void>((resolve, reject) => {
      statement?.cancel((error) => (error ? reject(error) : resolve()));
    });
    expect(await failed).toMatchObject({ code: '000604' });
  }
  await sandbox.control.settings({ answerWithinMs: 30 });
  await destroy(connection);
});

test('an abort that finds nothing running says 000605', async () => {
  const session = await RawSession.open(sandbox.url, own.newUser());
  const answer = await session.post('/queries/v1/abort-request', { requestId: randomUUID() });
  expect(answer).toMatchObject({ status: 200, success: false, code: '000605', data: { sqlState: '01000' } });
});

test('STATEMENT_TIMEOUT_IN_SECONDS ends a statement on the clock of the sandbox', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  const failing = failedExecute(connection, {
    sqlText: 'SELECT SYSTEM$WAIT(600)',
    parameters: { STATEMENT_TIMEOUT_IN_SECONDS: 60 },
  });
  await own.running(user);
  await sandbox.control.turnClock(61_000);
  const error = await failing;
  expect(error).toMatchObject({ code: '000630', sqlState: '57014' });
  expect(error.message).toMatch(/timeout of 60 second\(s\)/);
  await destroy(connection);
});

test('SYSTEM$ABORT_SESSION ends a session and all that it runs', async () => {
  const user = own.newUser();
  const victim = await connect(sandbox.connectionOptions({ username: user }));
  const [session] = (await sandbox.control.sessions()).filter((one) => one.user === user);
  const running = failedExecute(victim, 'SELECT SYSTEM$WAIT(600)');
  await own.running(user);
  const admin = await connect(sandbox.connectionOptions({ username: own.newUser() }));
  await execute(admin, `SELECT SYSTEM$ABORT_SESSION(${session?.sessionId})`);
  expect(await running).toBeInstanceOf(Error);
  expect(await failedExecute(victim, 'SELECT 1')).toMatchObject({ code: 407002 });
  await destroy(admin);
});

test('a session that is closed takes its running statements with it', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  await execute(connection, { sqlText: 'SELECT SYSTEM$WAIT(600)', asyncExec: true });
  await destroy(connection);
  expect(await own.of(user)).toMatchObject([{ state: 'ABORTED', errorCode: '000604' }]);
  expect((await sandbox.control.stats()).statements.running).toBe(0);
});

test('a session that ends all of its statements is told how many: the asking one goes on', async () => {
  const user = own.newUser();
  const connection = await connect(sandbox.connectionOptions({ username: user }));
  const slow = failedExecute(connection, 'SELECT SYSTEM$WAIT(600)');
  await own.running(user);
  const [row] = (await execute(connection, 'SELECT CURRENT_SESSION() AS ID')).rows;
  const { rows } = await execute(connection, `SELECT SYSTEM$CANCEL_ALL_QUERIES(${String(row?.ID)}) AS TOLD`);
  expect(rows).toEqual([{ TOLD: '1 cancelled.' }]);
  expect(await slow).toMatchObject({ code: '000604' });
  await destroy(connection);
});

test('a write that is called cancelled has left nothing, whenever the abort came', async () => {
  const session = await RawSession.open(sandbox.url, own.newUser());
  await sandbox.control.settings({ answerWithinMs: 30_000 });
  const query = (sqlText: string, requestId: string = randomUUID()) =>
    session.post(`/queries/v1/query-request?requestId=${requestId}`, { sqlText });
  await query('CREATE OR REPLACE TABLE SANDBOX.PUBLIC.TOUCHED (N NUMBER)');
  for (let ms = 0; ms < 40; ms += 1) {
    await query('TRUNCATE TABLE SANDBOX.PUBLIC.TOUCHED');
    const requestId = randomUUID();
    const written = query(
      'INSERT INTO SANDBOX.PUBLIC.TOUCHED SELECT 1 FROM TABLE(GENERATOR(ROWCOUNT => 400000))',
      requestId,
    );
    await new Promise((resolve) => setTimeout(resolve, ms));
    await session.post('/queries/v1/abort-request', { requestId });
    const { success } = await written;
    const { data } = await query('SELECT COUNT(*) FROM SANDBOX.PUBLIC.TOUCHED');
    expect(data).toMatchObject({ rowset: [[success ? '400000' : '0']] });
  }
  await sandbox.control.settings({ answerWithinMs: 30 });
});
