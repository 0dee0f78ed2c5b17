import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, destroy, execute, failedExecute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** Who may end the work of another user. Source: docs, SYSTEM$CANCEL_QUERY, SYSTEM$CANCEL_ALL_QUERIES, SYSTEM$ABORT_TRANSACTION. */

let sandbox: Sandbox;
let worker: Connection;
let other: Connection;
let sessionId: string;

const value = async (connection: Connection, sqlText: string) =>
  Object.values((await execute(connection, sqlText)).rows[0] ?? {})[0];

beforeAll(async () => {
  sandbox = await startSandbox();
  worker = await connect(sandbox.connectionOptions({ username: 'WORKER' }));
  other = await connect(sandbox.connectionOptions({ username: 'OTHER' }));
  await execute(other, 'CREATE ROLE OPERATOR');
  await execute(other, 'GRANT ROLE OPERATOR TO USER OTHER');
  await execute(other, 'USE SECONDARY ROLES NONE');
  await execute(other, 'USE ROLE OPERATOR');
  sessionId = String(await value(worker, 'SELECT CURRENT_SESSION()'));
});

afterAll(async () => {
  await destroy(worker);
  await destroy(other);
  await sandbox.stop();
});

/** Starts a statement that ends only when somebody ends it, and returns its query id. */
async function startWork(): Promise<{ readonly queryId: string; readonly ended: Promise<unknown> }> {
  const ended = failedExecute(worker, 'SELECT SYSTEM$WAIT(600)');
  const running = async () =>
    (await sandbox.control.statements()).find((one) => one.user === 'WORKER' && one.state === 'RUNNING');
  await expect.poll(running, { interval: 10 }).toBeDefined();
  return { queryId: (await running())?.queryId ?? '', ended };
}

test("another user's statements are ended only by roles that own the user or may operate the warehouse", async () => {
  const { queryId, ended } = await startWork();
  expect(await failedExecute(other, `CALL SYSTEM$CANCEL_ALL_QUERIES(${sessionId})`)).toMatchObject({ code: '002003' });
  expect(await failedExecute(other, `SELECT SYSTEM$CANCEL_QUERY('${queryId}')`)).toMatchObject({ code: '000709' });
  const warehouse = String(await value(worker, 'SELECT CURRENT_WAREHOUSE()'));
  await execute(worker, `GRANT OPERATE ON WAREHOUSE ${warehouse} TO ROLE OPERATOR`);
  expect(await value(other, `CALL SYSTEM$CANCEL_ALL_QUERIES(${sessionId})`)).toBe('1 cancelled.');
  expect(await ended).toMatchObject({ code: '000604' });
  await execute(worker, `REVOKE OPERATE ON WAREHOUSE ${warehouse} FROM ROLE OPERATOR`);
});

test('an account administrator ends the statements of everybody', async () => {
  const { queryId, ended } = await startWork();
  await execute(other, 'USE ROLE ACCOUNTADMIN');
  expect(await value(other, `SELECT SYSTEM$CANCEL_QUERY('${queryId}')`)).toBe(`query [${queryId}] terminated.`);
  expect(await ended).toMatchObject({ code: '000604' });
  await execute(other, 'USE ROLE OPERATOR');
});

test("another user's transaction is aborted by an account administrator alone", async () => {
  await execute(worker, 'BEGIN');
  const id = String(await value(worker, 'SELECT CURRENT_TRANSACTION()'));
  const abort = `SELECT SYSTEM$ABORT_TRANSACTION(${id})`;
  expect(await failedExecute(other, abort)).toMatchObject({ code: '000707' });
  expect(await value(worker, 'SELECT CURRENT_TRANSACTION()')).toBe(id);
  await execute(other, 'USE ROLE ACCOUNTADMIN');
  expect(await value(other, abort)).toBe(`transaction [${id}] aborted.`);
  await execute(other, 'USE ROLE OPERATOR');
});
