import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../../support/daemon.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let daemon: DaemonProcess;
const hour = 3_600_000;

beforeAll(async () => {
  sandbox = await startSandbox();
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.dispose();
  await sandbox.stop();
});

describe('a machine that slept for five hours', () => {
  it('wakes to calls that just work, each client in its own context', async () => {
    const environment = sandbox.environment();
    const first = await daemon.attach({ name: 'first', environment });
    const second = await daemon.attach({ name: 'second', environment });
    await first.rows('SET who = 1');
    await second.rows('SET who = 2');
    process.kill(daemon.pid, 'SIGSTOP');
    await sandbox.control.turnClock(5 * hour);
    process.kill(daemon.pid, 'SIGCONT');
    const answers = await Promise.all([first, second, first, second].map((client) => client.rows('SELECT $who')));
    expect(answers).toEqual([[['1']], [['2']], [['1']], [['2']]]);
    first.close();
    second.close();
  });

  it('wakes to a client that is told once that its transaction is gone, and nothing of it was committed', async () => {
    const environment = { ...sandbox.environment(), SNOWPOOL_POLICY: 'read-write' };
    const writer = await daemon.attach({ name: 'writer', environment });
    await writer.rows('CREATE TABLE SANDBOX.PUBLIC.SLEPT (n NUMBER)');
    await writer.rows('BEGIN');
    await writer.rows('INSERT INTO SANDBOX.PUBLIC.SLEPT VALUES (1)');
    process.kill(daemon.pid, 'SIGSTOP');
    await sandbox.control.turnClock(5 * hour);
    process.kill(daemon.pid, 'SIGCONT');
    const insert = { query: 'INSERT INTO SANDBOX.PUBLIC.SLEPT VALUES (2)' };
    const refused = await writer.tool('execute_query', insert);
    expect(refused.isError).toBe(true);
    expect(refused.content[0]?.text).toMatch(/open transaction .*\(session_lost\)/s);
    expect(await writer.rows('SELECT COUNT(*) FROM SANDBOX.PUBLIC.SLEPT')).toEqual([['0']]);
    writer.close();
  });
});

describe('a front-end that is gone', () => {
  it('has its statement ended at the account and its open transaction rolled back', async () => {
    const environment = { ...sandbox.environment(), SNOWFLAKE_USER: 'VANISHING', SNOWPOOL_POLICY: 'read-write' };
    const client = await daemon.attach({ name: 'vanishing', environment });
    await client.rows('BEGIN');
    const endless = client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(600)' }).catch(() => 'gone');
    const ofClient = async () =>
      (await sandbox.control.statements()).filter((statement) => statement.user === 'VANISHING');
    await expect.poll(async () => (await ofClient()).at(-1)?.state).toBe('RUNNING');
    const [pinned] = (await sandbox.control.statements({ last: 1 })).map((statement) => statement.sessionId);
    client.close();
    await endless;
    await expect.poll(async () => (await ofClient()).some((statement) => statement.state === 'RUNNING')).toBe(false);
    await expect
      .poll(async () => (await sandbox.control.sessions()).some(({ sessionId }) => sessionId === pinned))
      .toBe(false);
  });
});
