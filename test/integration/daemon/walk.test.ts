import { describe, expect, it } from 'vitest';
import { sandboxAndDaemon } from '../../support/around-all.ts';
import { startDaemon } from '../../support/daemon.ts';
import { startSandbox } from '../../support/sandbox.ts';

const started = sandboxAndDaemon();

describe('one tool call', () => {
  it('goes all the way to the account through the official driver, and its tag says which agent it was', async () => {
    const client = await started.daemon.attach({ name: 'claude-code', environment: started.sandbox.environment() });
    expect(await client.rows("SELECT 'all the way'")).toEqual([['all the way']]);
    const stats = await started.sandbox.control.stats();
    expect(stats.requests.login).toBeGreaterThan(0);
    expect(stats.requests.query).toBeGreaterThan(0);
    const sessions = await started.sandbox.control.sessions();
    expect(sessions.map((session) => session.clientApplication)).toEqual(
      sessions.map(() => expect.stringMatching(/^JavaScript/)),
    );
    const [statement] = await started.sandbox.control.statements({ tag: 'claude-code', last: 1 });
    expect(statement?.sql).toBe("SELECT 'all the way'");
    expect(JSON.parse(statement?.queryTag ?? '{}')).toMatchObject({
      client: expect.stringContaining('claude-code'),
      tool: 'execute_query',
    });
    client.close();
  });

  it('of ten clients that start together signs in min times, not ten times, however long a sign-in takes', async () => {
    await started.sandbox.control.settings({ loginLatencyMs: 700 });
    const environment = { ...started.sandbox.environment(), SNOWFLAKE_USER: 'TOGETHER' };
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, index) => started.daemon.attach({ name: `c${index}`, environment })),
    );
    await Promise.all(clients.map((client) => client.rows('SELECT 1')));
    const { byUser } = (await started.sandbox.control.stats()).logins;
    expect(byUser.TOGETHER?.tried).toBeLessThanOrEqual(2);
    await started.sandbox.control.settings({ loginLatencyMs: 0 });
    for (const client of clients) client.close();
  });

  it('answers tools/list while the account cannot be reached at all', async () => {
    const client = await started.daemon.attach({
      name: 'offline',
      environment: { ...started.sandbox.environment(), SNOWFLAKE_PORT: '1' },
    });
    expect((await client.tools()).map((tool) => tool.name)).toContain('execute_query');
    client.close();
  });

  it('says what to set where no account is configured, and works as soon as one is', async () => {
    const client = await started.daemon.attach({ name: 'newcomer', environment: {} });
    expect(client.problem).toMatch(/No Snowflake account is configured.*--sandbox/);
    expect((await client.tools()).length).toBeGreaterThan(5);
    const result = await client.tool('list_databases');
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toMatch(/SNOWFLAKE_ACCOUNT.*\(unknown_profile\)/s);
    client.close();
  });
});

describe('a daemon that ends', () => {
  it('closes every session at the account', async () => {
    const own = await startSandbox();
    const ending = await startDaemon();
    const client = await ending.attach({ name: 'last', environment: own.environment() });
    await client.rows('SELECT 1');
    expect((await own.control.stats()).sessions.open).toBeGreaterThan(0);
    expect(await ending.stop()).toBe(0);
    const { sessions } = await own.control.stats();
    expect(sessions).toMatchObject({ open: 0, expired: 0, killed: 0 });
    await ending.dispose();
    await own.stop();
  });
});
