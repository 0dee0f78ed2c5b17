/** What a borrower gets, whatever happened to the session that lay idle (DESIGN §5, "Borrow"). */
import { expect, test } from 'vitest';
import type { PooledSession } from '../../../daemon/pool/contract.ts';
import { ask, asking, profileFor, run } from '../../support/pools.ts';
import { startSandbox } from '../../support/sandbox.ts';
import { turnedPools } from '../../support/turned-pools.ts';

const here = turnedPools('BORROW');

/** A pool of `size` open sessions of a user of its own, and the clock that it lives by. */
const warmPool = (size = 2) => here.make({ minSize: size }, Math.random);

const heartbeats = async () => (await here.sandbox.control.stats()).requests.heartbeat ?? 0;

test('a session that answered a moment ago is lent without a round trip', async () => {
  const { pool } = await warmPool();
  const { control: _, ...before } = (await here.sandbox.control.stats()).requests;
  for (let call = 0; call < 50; call += 1) pool.release(await pool.acquire(asking()));
  const { control: __, ...after } = (await here.sandbox.control.stats()).requests;
  expect(after).toEqual(before);
});

test('a session that was idle longer is proven by one heartbeat first', async () => {
  const { pool, clock } = await warmPool();
  const before = await heartbeats();
  await clock.turn(31_000);
  pool.release(await pool.acquire(asking()));
  expect(await heartbeats()).toBe(before + 1);
  pool.release(await pool.acquire(asking()));
  expect(await heartbeats()).toBe(before + 1);
});

test('a session killed at the account is evicted with its reason, the rest is checked, and the caller gets another', async () => {
  const { pool, clock, user } = await warmPool(2);
  await clock.turn(31_000);
  await here.sandbox.control.killSessions({ user });
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  await expect.poll(() => pool.status()).toMatchObject({ size: 2, evictions: { heartbeat: 2 }, state: 'healthy' });
});

test('a statement on a session that was killed fails as not run, and the session is not lent again', async () => {
  const { pool, user } = await warmPool(1);
  const session = await pool.acquire(asking());
  await here.sandbox.control.killSessions({ user });
  await expect(run(session.driver, 'SELECT 1').result).rejects.toMatchObject({
    fault: 'session_gone',
    message: expect.stringContaining('login required'),
    details: { code: '390111' },
  });
  pool.release(session);
  await expect.poll(() => pool.status()).toMatchObject({ size: 1, evictions: { broken: 1 } });
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
});

test('an account that ends each session before anything runs on it is signed in to ever more slowly, until one works', async () => {
  const { pool, world, clock, user } = await warmPool(1);
  await here.sandbox.control.fault({ action: { kind: 'kill-session' }, endpoints: ['query'], user });
  const lose = async (lent: PooledSession) => {
    await expect(run(lent.driver, 'SELECT 1').result).rejects.toMatchObject({ fault: 'session_gone' });
    pool.release(lent);
  };
  for (let count = 0; count < 6; count += 1) await lose(await pool.acquire(asking()));
  for (const holdMs of [500, 1_000, 2_000, 4_000]) {
    const next = pool.acquire(asking());
    await clock.turn(holdMs - 1);
    expect(pool.status()).toMatchObject({ opening: 0, state: 'unavailable' });
    await clock.turn(1);
    await lose(await next);
  }
  await expect(pool.acquire(asking())).rejects.toMatchObject({
    code: 'account_unreachable',
    message: expect.stringContaining('ended 10 sessions in a row'),
  });
  expect((await here.sandbox.control.stats()).logins.byUser[user]).toEqual({ tried: 10, failed: 0 });
  await here.sandbox.control.clearFaults();
  await world.pools.reconnect();
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(pool.status().state).toBe('healthy');
});

test('sessions whose connections break one after the other are not said to have been ended by the account', async () => {
  const { pool, clock, user } = await warmPool(1);
  await here.sandbox.control.fault({ action: { kind: 'status', status: 404 }, endpoints: ['query'], user });
  for (let count = 0; count < 10; count += 1) {
    const next = pool.acquire(asking());
    await clock.turn(4_000);
    const lent = await next;
    await expect(run(lent.driver, 'SELECT 1').result).rejects.toMatchObject({ fault: 'connection_lost' });
    pool.release(lent);
  }
  await expect(pool.acquire(asking())).rejects.toMatchObject({
    message: expect.stringContaining('the connections of 10 sessions in a row broke'),
    next: expect.stringContaining('Check the network'),
  });
});

test('an account that has forgotten every session fails a statement as not run, and the next borrower gets a new one', async () => {
  const forgetful = await startSandbox();
  const world = here.open();
  const pool = world.pools.attach(profileFor(forgetful, { user: 'FORGOTTEN', pool: { minSize: 1 } }));
  const session = await pool.acquire(asking());
  await forgetful.stop();
  const anew = await startSandbox({ port: forgetful.port });
  try {
    await expect(run(session.driver, 'SELECT 1').result).rejects.toMatchObject({
      fault: 'session_gone',
      details: { code: '390104' },
    });
    pool.release(session);
    expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
    await world.close();
  } finally {
    await anew.stop();
  }
});

test('an expired session token is renewed unseen', async () => {
  const { pool, user } = await warmPool(1);
  await here.sandbox.control.expireTokens({ user, tokens: ['session'] });
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(pool.status()).toMatchObject({ size: 1, logins: { succeeded: 1 } });
});

test('sessions whose master tokens have expired are replaced before a caller sees them', async () => {
  const { pool, clock, user } = await warmPool(2);
  await clock.turn(31_000);
  await here.sandbox.control.expireTokens({ user, tokens: ['session', 'master'] });
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
});

test('a machine that slept five hours proves every session before it lends one', async () => {
  const { pool, clock, user } = await warmPool(2);
  await here.sandbox.control.expireTokens({ user, tokens: ['session', 'master'] });
  clock.jump(5 * 3_600_000);
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(pool.status().evictions.heartbeat).toBeGreaterThan(0);
});

test('a renewal that fails on the network does not loop: the session is given up and the caller gets another', async () => {
  const { pool, clock, user } = await warmPool(1);
  await clock.turn(31_000);
  await here.sandbox.control.expireTokens({ user, tokens: ['session'] });
  await here.sandbox.control.fault({ action: { kind: 'cut', when: 'unhandled' }, endpoints: ['renew'], user });
  const before = (await here.sandbox.control.stats()).requests.renew ?? 0;
  const session = await pool.acquire(asking());
  // Three tries, and one more to close the session with a token that is good.
  expect(((await here.sandbox.control.stats()).requests.renew ?? 0) - before).toBe(4);
  expect(pool.status().evictions.heartbeat).toBe(1);
  pool.release(session);
});

test('a renewal that is answered without tokens is one that failed, not one to wait for', async () => {
  const { pool, user } = await warmPool(1);
  await here.sandbox.control.expireTokens({ user, tokens: ['session'] });
  await here.sandbox.control.fault({ action: { kind: 'malformed', body: 'no-data' }, endpoints: ['renew'], user });
  const session = await pool.acquire(asking());
  await expect(run(session.driver, 'SELECT 1').result).rejects.toMatchObject({ fault: 'session_gone' });
  void pool.evict(session, 'broken');
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
});

test('a renewal that is not answered is tried again before the caller has to go', async () => {
  const { pool, user } = await warmPool(1);
  await here.sandbox.control.expireTokens({ user, tokens: ['session'] });
  await here.sandbox.control.fault({ action: { kind: 'hang' }, endpoints: ['renew'], user, count: 1 });
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(pool.status().logins.succeeded).toBe(1);
});

test('a renewal that is granted and never takes effect ends as well', async () => {
  const { pool, user } = await warmPool(1);
  const session = await pool.acquire(asking());
  await here.sandbox.control.fault({
    action: { kind: 'expire-tokens', tokens: ['session'] },
    endpoints: ['query'],
    user,
  });
  const before = (await here.sandbox.control.stats()).requests.renew ?? 0;
  await expect(run(session.driver, 'SELECT 1').result).rejects.toMatchObject({ fault: 'session_gone' });
  expect(((await here.sandbox.control.stats()).requests.renew ?? 0) - before).toBeLessThanOrEqual(4);
  pool.release(session);
});

test.each([
  ['a connection that is cut', { kind: 'cut', when: 'unhandled' }],
  ['an answer that is lost', { kind: 'cut', when: 'before' }],
  ['half an answer', { kind: 'cut', when: 'during' }],
  ['a 503', { kind: 'status', status: 503 }],
  ['a 503 after the statement ran', { kind: 'status', status: 503, handled: true }],
  ['a proxy’s page', { kind: 'malformed', body: 'html' }],
  ['an answer without data', { kind: 'malformed', body: 'no-data' }],
  ['an empty answer', { kind: 'malformed', body: 'empty' }],
] as const)('%s is repeated under the same request id, and the statement runs once', async (_, action) => {
  const { pool, user } = await warmPool(1);
  await here.sandbox.control.fault({ action, endpoints: ['query'], user, count: 1 });
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  const statements = (await here.sandbox.control.statements()).filter((statement) => statement.user === user);
  expect(statements).toHaveLength(1);
  expect(pool.status().logins.succeeded).toBe(1);
});

test('a heartbeat that is cut once costs nothing', async () => {
  const { pool, clock, user } = await warmPool(1);
  await clock.turn(31_000);
  await here.sandbox.control.fault({
    action: { kind: 'cut', when: 'unhandled' },
    endpoints: ['heartbeat'],
    user,
    count: 1,
  });
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(pool.status().logins.succeeded).toBe(1);
});

test('the session with the highest score is lent, the newest of equals', async () => {
  const { pool } = await warmPool(4);
  const names = ['a', 'b', 'c', 'd'];
  const sessions = await Promise.all(names.map(() => pool.acquire(asking())));
  sessions.forEach((session, index) => {
    session.carries = names[index];
    pool.release(session);
  });
  for (let call = 0; call < 200; call += 1) {
    const wanted = names[call % 4];
    const session = await pool.acquire(asking({ score: ({ carries }) => (carries === wanted ? 1 : 0) }));
    expect(session.carries).toBe(wanted);
    pool.release(session);
  }
  expect((await pool.acquire(asking())).carries).toBe('d');
  expect(pool.status().logins.succeeded).toBe(4);
});

test('a caller that leaves while its session is being proven gets nothing, and the session goes to the next', async () => {
  const { pool, clock, user } = await warmPool(1);
  await clock.turn(31_000);
  await here.sandbox.control.fault({ action: { kind: 'latency', ms: 50 }, endpoints: ['heartbeat'], user });
  const leaving = new AbortController();
  const first = pool.acquire(asking({ signal: leaving.signal }));
  const second = pool.acquire(asking());
  leaving.abort();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  pool.release(await second);
  expect(pool.status()).toMatchObject({ size: 1, idle: 1, logins: { succeeded: 1 } });
});
