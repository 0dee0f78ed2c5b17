import { describe, expect, it } from 'vitest';
import { sandboxAndDaemon } from '../../support/around-all.ts';

const started = sandboxAndDaemon();
const hour = 3_600_000;

describe('a machine that slept for five hours', () => {
  it('wakes to calls that just work, each client in its own context', async () => {
    const environment = started.sandbox.environment();
    const first = await started.daemon.attach({ name: 'first', environment });
    const second = await started.daemon.attach({ name: 'second', environment });
    await first.rows('SET who = 1');
    await second.rows('SET who = 2');
    process.kill(started.daemon.pid, 'SIGSTOP');
    await started.sandbox.control.turnClock(5 * hour);
    process.kill(started.daemon.pid, 'SIGCONT');
    const answers = await Promise.all([first, second, first, second].map((client) => client.rows('SELECT $who')));
    expect(answers).toEqual([[['1']], [['2']], [['1']], [['2']]]);
    first.close();
    second.close();
  });

  it('wakes to a client that is told once that its transaction is gone, and nothing of it was committed', async () => {
    const environment = { ...started.sandbox.environment(), SNOWPOOL_POLICY: 'read-write' };
    const writer = await started.daemon.attach({ name: 'writer', environment });
    await writer.rows('CREATE TABLE SANDBOX.PUBLIC.SLEPT (n NUMBER)');
    await writer.rows('BEGIN');
    await writer.rows('INSERT INTO SANDBOX.PUBLIC.SLEPT VALUES (1)');
    process.kill(started.daemon.pid, 'SIGSTOP');
    await started.sandbox.control.turnClock(5 * hour);
    process.kill(started.daemon.pid, 'SIGCONT');
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
    const environment = {
      ...started.sandbox.environment(),
      SNOWFLAKE_USER: 'VANISHING',
      SNOWPOOL_POLICY: 'read-write',
    };
    const client = await started.daemon.attach({ name: 'vanishing', environment });
    await client.rows('BEGIN');
    const endless = client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(600)' }).catch(() => 'gone');
    const ofClient = async () =>
      (await started.sandbox.control.statements()).filter((statement) => statement.user === 'VANISHING');
    await expect.poll(async () => (await ofClient()).at(-1)?.state).toBe('RUNNING');
    const [pinned] = (await started.sandbox.control.statements({ last: 1 })).map((statement) => statement.sessionId);
    client.close();
    await endless;
    await expect.poll(async () => (await ofClient()).some((statement) => statement.state === 'RUNNING')).toBe(false);
    await expect
      .poll(async () => (await started.sandbox.control.sessions()).some(({ sessionId }) => sessionId === pinned))
      .toBe(false);
  });
});
