import { afterEach, expect, test } from 'vitest';
import { connect, destroy, execute, failedConnect } from '../../support/driver.ts';
import { type Sandbox, type SandboxSettings, startSandbox } from '../../support/sandbox.ts';

const running: Sandbox[] = [];

async function sandboxWith(settings: SandboxSettings = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(settings);
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  for (const sandbox of running.splice(0)) expect(await sandbox.stop()).toBe(0);
});

test('the official driver signs in by password, runs a statement and closes its session', async () => {
  const sandbox = await sandboxWith();
  const connection = await connect(sandbox.connectionOptions());
  const { rows } = await execute(connection, 'SELECT CURRENT_USER() AS U, CURRENT_ROLE() AS R');
  expect(rows).toEqual([{ U: 'TESTER', R: 'ACCOUNTADMIN' }]);
  await destroy(connection);
  const stats = await sandbox.control.stats();
  expect(stats.logins).toEqual({ tried: 1, failed: 0, byUser: { TESTER: { tried: 1, failed: 0 } } });
  expect(stats.sessions).toMatchObject({ opened: 1, closed: 1, open: 0 });
  expect(stats.requests).toMatchObject({ login: 1, query: 1, close: 1 });
});

test('two quotes inside a quoted schema of a login stay two, those of USE are one', async () => {
  const sandbox = await sandboxWith();
  const first = await connect(sandbox.connectionOptions({ database: 'SANDBOX' }));
  await execute(first, 'CREATE SCHEMA "a ""b"');
  await execute(first, 'CREATE SCHEMA "c d"');
  await destroy(first);
  const schemaOf = async (schema: string) => {
    const connection = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema }));
    const { rows } = await execute(connection, 'SELECT CURRENT_SCHEMA() AS S');
    await destroy(connection);
    return rows;
  };
  expect(await schemaOf('"c d"')).toEqual([{ S: 'c d' }]);
  expect(await schemaOf('"a ""b"')).toEqual([{ S: null }]);
});

test('with --user and --password only that pair may sign in, under any account name', async () => {
  const sandbox = await sandboxWith({ user: 'ann', password: 'right' });
  const refused = await failedConnect(sandbox.connectionOptions({ password: 'wrong' }));
  expect(refused).toMatchObject({ code: '390100', message: 'Incorrect username or password was specified.' });
  expect(await failedConnect(sandbox.connectionOptions({ username: 'bob' }))).toMatchObject({ code: '390100' });
  const connection = await connect(sandbox.connectionOptions({ account: 'some-other' }));
  await destroy(connection);
});
