import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Machine, startMachine } from '../support/machine.ts';
import { connect } from '../support/mcp.ts';
import { type Sandbox, startSandbox } from '../support/sandbox.ts';

let machine: Machine;
let sandbox: Sandbox;

beforeAll(async () => {
  machine = startMachine();
  sandbox = await startSandbox();
});
afterAll(async () => {
  await machine.dispose();
  await sandbox.stop();
});

it('a front-end that is killed has its statement cancelled at the account and its pinned session closed', async () => {
  const env = { ...sandbox.environment(), SNOWPOOL_POLICY: 'read-write' };
  const client = await connect(machine, 'v1', { args: [], env });
  const witness = await connect(machine, 'v1', { args: [], env });
  await client.rows('CREATE TABLE SANDBOX.PUBLIC.KILLED (N NUMBER)');
  await client.rows('BEGIN');
  await client.rows('INSERT INTO SANDBOX.PUBLIC.KILLED VALUES (1)');
  const [pinned] = await client.rows('SELECT CURRENT_SESSION()');
  const running = client.call('execute_query', { query: 'SELECT SYSTEM$WAIT(600)' }).catch(() => undefined);
  await sandbox.control.until(({ statements }) => statements.running === 1);
  process.kill(client.pid, 'SIGKILL');
  await running;
  await sandbox.control.until(({ statements }) => statements.running === 0);
  await expect
    .poll(async () => (await sandbox.control.sessions()).map(({ sessionId }) => sessionId))
    .not.toContain(pinned?.[0]);
  expect(await witness.rows('SELECT COUNT(*) FROM SANDBOX.PUBLIC.KILLED')).toEqual([['0']]);
  await witness.close();
});
