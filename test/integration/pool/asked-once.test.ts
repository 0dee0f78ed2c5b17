/** Sign-ins that need a person ask that person once (DESIGN §5, "A person is asked once"). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Credentials } from '../../../daemon/config/profile.ts';
import { SnowpoolError } from '../../../daemon/errors.ts';
import { ask, asking, browser, openPools, type PoolWorld, profileFor, run } from '../../support/pools.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

let sandbox: Sandbox;
let worlds: PoolWorld[] = [];
let nextUser = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());
afterEach(async () => {
  await sandbox.control.settings({ allowIdToken: true, allowClientMfaCaching: true });
  await Promise.all(worlds.map((world) => world.close()));
  worlds = [];
});

function world(options: Parameters<typeof openPools>[0] = {}): PoolWorld {
  const made = openPools(options);
  worlds.push(made);
  return made;
}

async function user(extra: object = {}): Promise<string> {
  nextUser += 1;
  const name = `PERSON${nextUser}`;
  await sandbox.control.setUser({ name, password: 'right', roles: ['PUBLIC', 'SYSADMIN'], ...extra });
  return name;
}

const page: Credentials = { kind: 'external_browser' };
const push: Credentials = { kind: 'mfa', password: 'right' };
/** A person who answers the next push. */
async function answerPush(verdict: 'approve' | 'deny'): Promise<void> {
  await sandbox.control.until(({ pushes }) => pushes.pending === 1);
  await (verdict === 'approve' ? sandbox.control.approvePush() : sandbox.control.denyPush());
}
const pushesSent = async () => (await sandbox.control.stats()).pushes.sent;

test('ten clients that need ten sessions open one page', async () => {
  const name = await user();
  const { pools } = world();
  const prompt = browser(name, 'right');
  const clients = Array.from({ length: 10 }, () =>
    pools.attach(profileFor(sandbox, { user: name, credentials: page, pool: { growAfterMs: 1 } })),
  );
  const held = await Promise.all(clients.map((pool) => pool.acquire(asking({ prompt }))));
  expect(prompt.opened).toHaveLength(1);
  expect(new Set(held.map(({ driver }) => driver.sessionId)).size).toBe(10);
  for (const session of held) clients[0]?.release(session);
});

test('ten clients that need ten sessions send one push', async () => {
  const name = await user({ mfa: { push: 'wait' } });
  const before = await pushesSent();
  const { pools } = world();
  const clients = Array.from({ length: 10 }, () =>
    pools.attach(profileFor(sandbox, { user: name, credentials: push, pool: { growAfterMs: 1 } })),
  );
  void answerPush('approve');
  const held = await Promise.all(clients.map((pool) => pool.acquire(asking())));
  expect((await pushesSent()) - before).toBe(1);
  expect(new Set(held.map(({ driver }) => driver.sessionId)).size).toBe(10);
  for (const session of held) clients[0]?.release(session);
});

test('another profile of the same person signs in silently', async () => {
  const name = await user();
  const { pools } = world();
  const prompt = browser(name, 'right');
  for (const role of ['PUBLIC', 'SYSADMIN']) {
    const pool = pools.attach(profileFor(sandbox, { user: name, credentials: page, role, pool: { minSize: 1 } }));
    const session = await pool.acquire(asking({ prompt }));
    expect(session.driver.current.role).toBe(role);
    pool.release(session);
  }
  expect(prompt.opened).toHaveLength(1);
});

test('nobody is asked before a call wants a session', async () => {
  const name = await user({ mfa: { push: 'wait' } });
  const clock = new TurnedClock();
  const before = await pushesSent();
  const { pools } = world({ clock });
  const pool = pools.attach(profileFor(sandbox, { user: name, credentials: push }));
  await clock.turn(3_600_000, async () => {});
  await pools.reconnect();
  expect(await pushesSent()).toBe(before);
  expect(pool.status()).toMatchObject({ state: 'starting', size: 0 });
  expect(pool.status().advice).toContain('sign-in page or the push');
});

test('a pool that is closed waits neither for a page that nobody answers nor for a push, and sends nothing more', async () => {
  const reader = await user();
  const holder = await user({ mfa: { push: 'wait' } });
  const { pools } = world({ clock: new TurnedClock() });
  const opened: string[] = [];
  const prompt = { openUrl: (url: string) => void opened.push(url) };
  const waiting = [
    pools.attach(profileFor(sandbox, { user: reader, credentials: page })).acquire(asking({ prompt })),
    pools.attach(profileFor(sandbox, { user: holder, credentials: push })).acquire(asking()),
  ];
  await expect.poll(() => opened).toHaveLength(1);
  await sandbox.control.until(({ pushes }) => pushes.pending === 1);
  const refused = expect(Promise.all(waiting)).rejects.toMatchObject({ code: 'draining' });
  // Nobody turns the clock: what the drain waits for has to end by itself, long before the person's time is up.
  await pools.drain(Number.MAX_SAFE_INTEGER);
  await refused;
  browser(reader, 'right').openUrl(opened[0] ?? '');
  await sandbox.control.until(({ pushes }) => pushes.pending === 0);
  const { logins } = await sandbox.control.stats();
  expect(logins.byUser[reader]?.tried ?? 0).toBe(0);
}, 20_000);

test.each([
  ['ALLOW_ID_TOKEN', page, { allowIdToken: false }, {}],
  ['ALLOW_CLIENT_MFA_CACHING', push, { allowClientMfaCaching: false }, { mfa: { push: 'wait' } }],
] as const)(
  'where the account issues no token (%s off), the pool stays at one session, shared in turn',
  async (parameter, credentials, settings, extra) => {
    await sandbox.control.settings(settings);
    const name = await user(extra);
    const prompt = browser(name, 'right');
    const before = await pushesSent();
    const clock = new TurnedClock();
    const { pools } = world({ clock });
    const pool = pools.attach(
      profileFor(sandbox, { user: name, credentials, pool: { minSize: 4, refreshMs: 60_000 } }),
    );
    const calls = Array.from({ length: 10 }, async () => {
      const session = await pool.acquire(asking({ prompt }));
      const { queryId } = await run(session.driver, 'SELECT 1').result;
      pool.release(session);
      return queryId;
    });
    if (credentials.kind === 'mfa') await answerPush('approve');
    await clock.turn(1_000);
    expect(new Set(await Promise.all(calls)).size).toBe(10);
    expect(prompt.opened.length + (await pushesSent()) - before).toBe(1);
    // Neither age nor health checks nor idleness ask again.
    await clock.turn(2 * 3_600_000);
    const session = await pool.acquire(asking({ prompt }));
    pool.release(session);
    expect(prompt.opened.length + (await pushesSent()) - before).toBe(1);
    expect(pool.status()).toMatchObject({ size: 1, capacity: 1, maxSize: 10 });
    expect(pool.status().notes.join(' ')).toContain(parameter);
  },
);

test('a network that fails for a while does not cost the person another sign-in', async () => {
  await sandbox.control.settings({ allowIdToken: false });
  const name = await user();
  const prompt = browser(name, 'right');
  const clock = new TurnedClock();
  const { pools } = world({ clock });
  const pool = pools.attach(profileFor(sandbox, { user: name, credentials: page }));
  pool.release(await pool.acquire(asking({ prompt })));
  await sandbox.control.fault({ action: { kind: 'cut', when: 'unhandled' }, endpoints: ['heartbeat'], user: name });
  await clock.turn(20 * 60_000);
  await expect(pool.acquire(asking({ prompt }))).rejects.toMatchObject({ code: 'account_unreachable' });
  await sandbox.control.clearFaults();
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(prompt.opened).toHaveLength(1);
});

test('a denied push is final: no further push is sent by itself', async () => {
  const name = await user({ mfa: { push: 'wait' } });
  const before = await pushesSent();
  const { pools } = world();
  const pool = pools.attach(profileFor(sandbox, { user: name, credentials: push }));
  void answerPush('deny');
  for (let call = 0; call < 5; call += 1) {
    await expect(pool.acquire(asking())).rejects.toMatchObject({ code: 'credentials_rejected' });
  }
  expect((await pushesSent()) - before).toBe(1);
});

test('a passcode signs in without a push', async () => {
  const name = await user({ mfa: { push: 'deny', passcodes: ['123456'] } });
  const before = await pushesSent();
  const { pools } = world();
  const credentials: Credentials = { kind: 'mfa', password: 'right', passcode: '123456' };
  const pool = pools.attach(profileFor(sandbox, { user: name, credentials, pool: { minSize: 1 } }));
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(await pushesSent()).toBe(before);
});

test('an ID token past its time asks once more, and only where somebody can be asked', async () => {
  const name = await user();
  const { pools } = world();
  const prompt = browser(name, 'right');
  const pool = pools.attach(
    profileFor(sandbox, { user: name, credentials: page, pool: { minSize: 1, growAfterMs: 1 } }),
  );
  const first = await pool.acquire(asking({ prompt }));
  await sandbox.control.settings({ allowIdToken: false });
  await sandbox.control.settings({ allowIdToken: true });
  await pool.evict(first, 'broken');
  await expect.poll(() => pool.status().logins.failed).toBe(1);
  expect(prompt.opened).toHaveLength(1);
  const refused = await pool.acquire(asking()).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SnowpoolError);
  expect((refused as SnowpoolError).message).toContain('person');
  pool.release(await pool.acquire(asking({ prompt })));
  expect(prompt.opened).toHaveLength(2);
});

test('somebody else’s sign-in at the page is refused, and the page is not opened again by itself', async () => {
  const name = await user();
  const other = await user();
  const prompt = browser(other, 'right');
  const { pools } = world();
  const pool = pools.attach(profileFor(sandbox, { user: name, credentials: page }));
  for (let call = 0; call < 3; call += 1) {
    await expect(pool.acquire(asking({ prompt }))).rejects.toMatchObject({ code: 'credentials_rejected' });
  }
  expect(prompt.opened).toHaveLength(1);
});

test('an account that ends each session at once asks a person twice, and then no more within half a minute', async () => {
  const name = await user({ mfa: { push: 'approve' } });
  await sandbox.control.settings({ allowClientMfaCaching: false });
  await sandbox.control.fault({ action: { kind: 'kill-session' }, endpoints: ['query'], user: name });
  const asked = async () => (await sandbox.control.stats()).logins.byUser[name]?.tried;
  const clock = new TurnedClock();
  const pool = world({ clock }).pools.attach(profileFor(sandbox, { user: name, credentials: push }));
  for (let count = 0; count < 2; count += 1) {
    const session = await pool.acquire(asking());
    await expect(run(session.driver, 'SELECT 1').result).rejects.toMatchObject({ fault: 'session_gone' });
    pool.release(session);
  }
  await expect(pool.acquire(asking())).rejects.toMatchObject({
    code: 'account_unreachable',
    message: expect.stringContaining('ended 2 sessions in a row'),
  });
  await sandbox.control.clearFaults();
  await clock.turn(30_000);
  expect(await asked()).toBe(2);
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(await asked()).toBe(3);
});
