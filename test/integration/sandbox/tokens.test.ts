import snowflake from 'snowflake-sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect, destroy, execute, failedConnect, failedExecute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

const HOUR = 3_600_000;
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ accounts: { users: [{ name: 'TESTER', password: 'secret' }] } });
});

afterEach(async () => {
  await sandbox.stop();
});

test('a session token that expired after an hour is renewed by the driver unseen', async () => {
  const connection = await connect(sandbox.connectionOptions());
  await sandbox.control.turnClock(HOUR + 1000);
  expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
  expect(await sandbox.control.stats()).toMatchObject({
    requests: { login: 1, renew: 1, query: 2 },
    statements: { remembered: 1 },
  });
  await destroy(connection);
});

test('a session without use ends after four hours, and its master token with it', async () => {
  const connection = await connect(sandbox.connectionOptions());
  await sandbox.control.turnClock(4 * HOUR + 1000);
  const stats = await sandbox.control.until(({ sessions }) => sessions.open === 0);
  expect(stats.sessions.expired).toBe(1);
  // What the driver makes of a renewal that is refused with 390114.
  expect(await failedExecute(connection, 'SELECT 1')).toMatchObject({ code: 407002 });
  expect(connection.isUp()).toBe(false);
});

test('heartbeats keep a session alive for days', async () => {
  const connection = await connect(sandbox.connectionOptions());
  for (let hours = 0; hours < 48; hours += 3) {
    await sandbox.control.turnClock(3 * HOUR);
    expect(await connection.isValidAsync()).toBe(true);
  }
  expect((await sandbox.control.stats()).sessions).toMatchObject({ opened: 1, open: 1, expired: 0 });
  await destroy(connection);
});

test('the codes tell a session that is gone from tokens that expired', async () => {
  const connection = await connect(sandbox.connectionOptions());
  const [session] = await sandbox.control.sessions();
  const token = await tokensOf(connection);
  const ask = async (path: string, auth: string, body?: unknown) => {
    const response = await fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Snowflake Token="${auth}"` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { code } = (await response.json()) as { code: string };
    return `${response.status} ${code}`;
  };
  const renew = { oldSessionToken: token.session, requestType: 'RENEW' };
  expect(await ask('/session/heartbeat', token.session)).toBe('200 null');
  expect(await ask('/session/heartbeat', 'nonsense')).toBe('401 390104');
  expect(await ask('/session/heartbeat', token.master)).toBe('401 390104');
  expect(await ask('/session/token-request', '', renew)).toBe('200 390113');
  expect(await ask('/session/token-request', 'nonsense', renew)).toBe('200 390115');
  await sandbox.control.expireTokens();
  expect(await ask('/session/heartbeat', token.session)).toBe('200 390112');
  expect(await ask('/session/token-request', token.master, renew)).toBe('200 null');
  await sandbox.control.expireTokens({ tokens: ['master'] });
  expect(await ask('/session/token-request', token.master, renew)).toBe('200 390114');
  const second = await connect(sandbox.connectionOptions());
  const other = await tokensOf(second);
  expect(await sandbox.control.killSessions()).toBe(2);
  expect(await ask('/session/heartbeat', other.session)).toBe('200 390111');
  expect(await ask('/session/token-request', other.master, renew)).toBe('200 390111');
  expect(session?.user).toBe('TESTER');
});

/** The tokens as the driver would hand them to another process. */
async function tokensOf(connection: Awaited<ReturnType<typeof connect>>): Promise<{ session: string; master: string }> {
  const text = (connection as unknown as { serialize(): string }).serialize();
  const { services } = JSON.parse(text) as {
    services: { sf: { tokenInfo: { sessionToken: string; masterToken: string } } };
  };
  return { session: services.sf.tokenInfo.sessionToken, master: services.sf.tokenInfo.masterToken };
}

test('five wrong passwords in a row lock the user for 15 minutes, for the right password too', async () => {
  for (let tries = 0; tries < 5; tries += 1) {
    expect(await failedConnect(sandbox.connectionOptions({ password: 'wrong' }))).toMatchObject({ code: '390100' });
  }
  expect(await failedConnect(sandbox.connectionOptions())).toMatchObject({ code: '390102' });
  expect((await sandbox.control.stats()).lockedUsers).toEqual(['TESTER']);
  await sandbox.control.turnClock(14 * 60_000);
  expect(await failedConnect(sandbox.connectionOptions())).toMatchObject({ code: '390102' });
  await sandbox.control.turnClock(60_000);
  await destroy(await connect(sandbox.connectionOptions()));
});

test('a success between failures starts the count anew', async () => {
  for (let tries = 0; tries < 4; tries += 1) await failedConnect(sandbox.connectionOptions({ password: 'wrong' }));
  await destroy(await connect(sandbox.connectionOptions()));
  await failedConnect(sandbox.connectionOptions({ password: 'wrong' }));
  await destroy(await connect(sandbox.connectionOptions()));
});

test('a locked user keeps the sessions that were open', async () => {
  const connection = await connect(sandbox.connectionOptions());
  await sandbox.control.lockUser('tester');
  expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
  expect(await failedConnect(sandbox.connectionOptions())).toMatchObject({ code: '390102' });
  await sandbox.control.unlockUser('tester');
  await destroy(await connect(sandbox.connectionOptions()));
  await destroy(connection);
});

test('a token that was never one is refused without an end to the connection', async () => {
  const options = { ...sandbox.connectionOptions(), sessionToken: 'invalid token' };
  const connection = snowflake.createConnection(options);
  expect(await failedExecute(connection, 'SELECT 1')).toMatchObject({
    code: snowflake.ErrorCode.ERR_SF_RESPONSE_INVALID_TOKEN,
  });
  expect(connection.isUp()).toBe(true);
});
