/** How a pool grows, shrinks, is kept healthy and ends (DESIGN §5), on a clock that the test turns. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PoolSettings } from '../../../daemon/config/profile.ts';
import type { SessionPool } from '../../../daemon/pool/contract.ts';
import { ask, asking, openPools, type PoolWorld, profileFor, run } from '../../support/pools.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

let sandbox: Sandbox;
let worlds: PoolWorld[] = [];
let nextUser = 0;
const hour = 3_600_000;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());
afterEach(async () => {
  await sandbox.control.clearFaults();
  await Promise.all(worlds.map((world) => world.close()));
  worlds = [];
});

interface Made {
  readonly pool: SessionPool;
  readonly world: PoolWorld;
  readonly clock: TurnedClock;
  readonly user: string;
}

async function make(settings: Partial<PoolSettings> = {}, random = () => 0.5): Promise<Made> {
  nextUser += 1;
  const user = `UPKEEP${nextUser}`;
  const clock = new TurnedClock();
  const world = openPools({ clock, random });
  worlds.push(world);
  const pool = world.pools.attach(profileFor(sandbox, { user, pool: settings }));
  const { minSize } = pool.status();
  await expect.poll(() => pool.status().idle, { timeout: 10_000 }).toBe(minSize);
  return { pool, world, clock, user };
}

const sessionsOf = async (user: string) =>
  (await sandbox.control.sessions()).filter((session) => session.user === user);

/** Lets one interval pass on the daemon's clock, and the health check that is due then come to its end. */
async function checkInterval({ pool, clock }: Made, ms = 5 * 60_000): Promise<void> {
  const before = pool.status().lastHealthCheckMs;
  await clock.turn(ms);
  while (pool.status().lastHealthCheckMs === before) await new Promise((resolve) => setImmediate(resolve));
}

async function checkIntervals(made: Made, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await checkInterval(made);
}

test('logins above the minimum begin only for calls that have waited 250 ms', async () => {
  const { pool, clock } = await make({ minSize: 2, maxSize: 4 });
  const held = await Promise.all([pool.acquire(asking()), pool.acquire(asking())]);
  const third = pool.acquire(asking());
  await clock.turn(249);
  expect(pool.status()).toMatchObject({ size: 2, opening: 0 });
  await clock.turn(1);
  held.push(await third);
  expect(pool.status()).toMatchObject({ size: 3, leased: 3 });
  for (const session of held) pool.release(session);
});

test('a pool never grows above its maximum, and says who holds the sessions', async () => {
  const { pool, clock } = await make({ minSize: 1, maxSize: 2 });
  const pinned = await pool.acquire(asking({ holder: 'Claude Code (pid 1)' }));
  pool.pin(pinned, true);
  const next = pool.acquire(asking({ holder: 'fetch' }));
  await clock.turn(250);
  const leased = await next;
  pool.hold(leased, 'Cursor (pid 2)');
  const waiting = [pool.acquire(asking()), pool.acquire(asking())].map((call) => call.catch((error: unknown) => error));
  await clock.turn(30_000);
  const [first, second] = await Promise.all(waiting);
  expect(first).toMatchObject({
    code: 'pool_exhausted',
    message: expect.stringContaining('2 of at most 2 are open, and this call was number 1 in line'),
    details: { holders: ['Claude Code (pid 1) (pinned)', 'Cursor (pid 2)'], place: 1, poolSize: 2 },
  });
  expect(second).toMatchObject({ code: 'pool_exhausted' });
  expect(pool.status()).toMatchObject({ size: 2, pinned: 1, leased: 1 });
  pool.release(pinned);
  pool.release(leased);
});

test('a call that reaches its own deadline is told that', async () => {
  const { pool, clock } = await make({ minSize: 1, maxSize: 1 });
  const held = await pool.acquire(asking());
  const late = pool.acquire(asking({ deadline: clock.monotonic() + 1_000 })).catch((error: unknown) => error);
  await clock.turn(1_000);
  expect(await late).toMatchObject({ code: 'deadline_exceeded' });
  pool.release(held);
});

test('a call that waits while the machine sleeps keeps the time that it had, and is served', async () => {
  const { pool, clock } = await make({ minSize: 1, maxSize: 1 });
  const held = await pool.acquire(asking());
  const waiting = pool.acquire(asking({ deadline: clock.monotonic() + 20_000 }));
  await clock.turn(5_000);
  clock.jump(5 * hour);
  pool.release(held);
  // Proven by a heartbeat, as the clock has jumped.
  pool.release(await waiting);
});

test('a waiting call that is cancelled leaves no trace', async () => {
  const { pool, clock } = await make({ minSize: 1, maxSize: 1 });
  const held = await pool.acquire(asking());
  const timers = clock.timers;
  const leaving = new AbortController();
  const call = pool.acquire(asking({ signal: leaving.signal }));
  leaving.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  expect(clock.timers).toBe(timers);
  pool.release(held);
  expect(pool.status()).toMatchObject({ idle: 1, leased: 0 });
});

test('waiting calls are served in their order', async () => {
  const { pool } = await make({ minSize: 1, maxSize: 1 });
  const held = await pool.acquire(asking());
  const order: number[] = [];
  const calls = [1, 2, 3].map(async (place) => {
    const session = await pool.acquire(asking());
    order.push(place);
    pool.release(session);
  });
  pool.release(held);
  await Promise.all(calls);
  expect(order).toEqual([1, 2, 3]);
});

test('a clock that was set back keeps no session longer: surplus idles out, the old are replaced, a pool without clients empties', async () => {
  const made = await make({ minSize: 1, maxSize: 3, maxInactiveMs: 30 * 60_000, refreshMs: 8 * 3_600_000 });
  const { pool, world, clock } = made;
  const calls = Array.from({ length: 3 }, () => pool.acquire(asking()));
  await clock.turn(250);
  for (const session of await Promise.all(calls)) pool.release(session);
  expect(pool.status().size).toBe(3);
  clock.jump(-30 * 86_400_000);
  await checkIntervals(made, 8);
  expect(pool.status()).toMatchObject({ size: 1, evictions: { idle: 2, age: 0 } });
  await checkIntervals(made, 8 * 12);
  expect(pool.status().evictions.age).toBe(1);
  world.pools.detach(pool);
  clock.jump(-30 * 86_400_000);
  await checkIntervals(made, 8);
  expect(pool.status().size).toBe(0);
});

test('surplus sessions idle out down to the minimum, the longest idle first', async () => {
  const made = await make({ minSize: 2, maxSize: 5, maxInactiveMs: 30 * 60_000 });
  const { pool, clock } = made;
  const calls = Array.from({ length: 5 }, () => pool.acquire(asking()));
  await clock.turn(250);
  for (const session of await Promise.all(calls)) pool.release(session);
  expect(pool.status().size).toBe(5);
  const newest = await pool.acquire(asking());
  pool.release(newest);
  await checkIntervals(made, 7);
  expect(pool.status()).toMatchObject({ size: 2, evictions: { idle: 3, heartbeat: 0 } });
  expect(pool.status().sessions.map(({ id }) => id)).toContain(newest.id);
});

test('a simulated day of idleness keeps the sessions alive, runs no SQL and starts no warehouse', async () => {
  const made = await make({ minSize: 2, refreshMs: 48 * hour });
  const before = await sandbox.control.stats();
  for (let check = 0; check < 24 * 12; check += 1) {
    await sandbox.control.turnClock(5 * 60_000);
    await checkInterval(made);
  }
  const { pool, user } = made;
  const after = await sandbox.control.stats();
  expect(after.warehouseStarts).toBe(before.warehouseStarts);
  expect(after.requests.query).toBe(before.requests.query);
  expect(pool.status()).toMatchObject({ size: 2, logins: { succeeded: 2, failed: 0 }, evictions: { heartbeat: 0 } });
  expect(await sessionsOf(user)).toHaveLength(2);
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
});

test('a session that reaches its age is closed at the account and replaced; a lent one when it comes back', async () => {
  const made = await make({ minSize: 2, refreshMs: hour });
  const { pool, user } = made;
  const held = await pool.acquire(asking());
  await checkIntervals(made, 13);
  await expect.poll(() => pool.status()).toMatchObject({ size: 2, evictions: { age: 1 } });
  pool.release(held);
  await expect.poll(() => pool.status()).toMatchObject({ size: 2, idle: 2, evictions: { age: 2 } });
  await expect.poll(async () => (await sessionsOf(user)).length).toBe(2);
});

test('the lifetimes of sessions lie within a tenth around the setting', async () => {
  let draw = 0;
  const made = await make({ minSize: 2, refreshMs: 10 * hour }, () => (draw++ % 2 === 0 ? 0 : 0.999));
  const { pool } = made;
  await checkInterval(made, 9 * hour - 10 * 60_000);
  expect(pool.status().evictions.age).toBe(0);
  await checkInterval(made, 20 * 60_000);
  expect(pool.status().evictions.age).toBe(1);
  await checkInterval(made, 2 * hour);
  expect(pool.status().evictions.age).toBe(2);
});

test('the health monitor replaces sessions that died, and one failure has the rest checked at once', async () => {
  const made = await make({ minSize: 3 });
  const { pool, user } = made;
  await sandbox.control.killSessions({ user });
  await checkInterval(made);
  await expect.poll(() => pool.status()).toMatchObject({ size: 3, state: 'healthy', evictions: { heartbeat: 3 } });
  const session = await pool.acquire(asking());
  await sandbox.control.killSessions({ user });
  pool.suspect(session);
  pool.release(session);
  await expect.poll(() => pool.status()).toMatchObject({ size: 3, evictions: { heartbeat: 5, broken: 1 } });
});

test('checks never overlap, and a session that just answered is lent while one is on its way', async () => {
  const { pool, clock, user } = await make({ minSize: 3 });
  await clock.turn(31_000);
  await sandbox.control.fault({ action: { kind: 'hang' }, endpoints: ['heartbeat'], user });
  const before = (await sandbox.control.stats()).requests.heartbeat ?? 0;
  const [known] = pool.status().sessions;
  await clock.turn(5 * 60_000);
  await clock.turn(20 * 60_000);
  await sandbox.control.fault({ action: { kind: 'hang' }, endpoints: ['heartbeat'], user, count: 1 });
  expect(pool.status().lastHealthCheckMs).toBeUndefined();
  expect(((await sandbox.control.stats()).requests.heartbeat ?? 0) - before).toBeLessThanOrEqual(3);
  await sandbox.control.clearFaults();
  const session = await pool.acquire(asking({ score: ({ id }) => (id === known?.id ? 1 : 0) }));
  pool.release(session);
});

test('an account that does not answer a check costs no session at the first time', async () => {
  const made = await make({ minSize: 2 });
  const { pool, user } = made;
  await sandbox.control.fault({ action: { kind: 'cut', when: 'unhandled' }, endpoints: ['heartbeat'], user });
  await checkInterval(made);
  expect(pool.status()).toMatchObject({
    state: 'degraded',
    size: 2,
    reason: expect.stringContaining('did not answer'),
  });
  await sandbox.control.clearFaults();
  await checkInterval(made);
  expect(pool.status()).toMatchObject({ size: 2, state: 'healthy', logins: { succeeded: 2 } });
});

test('a lease held beyond its deadline is taken back: its statement is cancelled, the session closed, the holder named', async () => {
  const { pool, clock, user } = await make({ minSize: 1, maxSize: 1 });
  const session = await pool.acquire(asking({ holder: 'Cursor (pid 7)', deadline: clock.monotonic() + 60_000 }));
  const statement = run(session.driver, 'SELECT SYSTEM$WAIT(3600)');
  await sandbox.control.until(({ statements }) => statements.running === 1);
  await clock.turn(76_000);
  await expect(statement.result).rejects.toMatchObject({ fault: 'aborted' });
  await sandbox.control.until(({ statements }) => statements.running === 0);
  expect(pool.status()).toMatchObject({ evictions: { leak: 1 }, notes: [expect.stringContaining('Cursor (pid 7)')] });
  // What the holder does with it now changes nothing.
  pool.release(session);
  expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  expect(await sessionsOf(user)).toHaveLength(1);
});

test('a statement that runs while the clock jumps is not taken for one held too long', async () => {
  const { pool, clock } = await make({ minSize: 1, maxSize: 1 });
  const session = await pool.acquire(asking({ deadline: clock.monotonic() + 600_000 }));
  const statement = run(session.driver, 'SELECT SYSTEM$WAIT(3600)');
  await sandbox.control.until(({ statements }) => statements.running === 1);
  clock.jump(5 * 3_600_000);
  await clock.turn(120_000);
  await sandbox.control.turnClock(3_600_000);
  await statement.result;
  pool.release(session);
  expect(pool.status().evictions).toMatchObject({ leak: 0 });
});

test('a pinned session is not a leak', async () => {
  const { pool, clock } = await make({ minSize: 1 });
  const session = await pool.acquire(asking({ deadline: clock.monotonic() + 1_000 }));
  pool.pin(session, true);
  await clock.turn(10 * 60_000);
  expect(pool.status()).toMatchObject({ pinned: 1, evictions: { leak: 0 } });
  pool.pin(session, false);
  pool.release(session);
  expect(pool.status()).toMatchObject({ pinned: 0, idle: 1 });
});

test('a pool without clients shrinks to zero after the inactivity time, and signs in again for the next', async () => {
  const { pool, world, clock, user } = await make({ minSize: 2, maxInactiveMs: 10 * 60_000 });
  world.pools.detach(pool);
  await clock.turn(9 * 60_000);
  expect(pool.status().size).toBe(2);
  await clock.turn(10 * 60_000);
  await expect.poll(async () => (await sessionsOf(user)).length).toBe(0);
  await clock.turn(60_000);
  expect(world.pools.status()).toEqual([]);
  const again = world.pools.attach(profileFor(sandbox, { user }));
  expect(await ask(again, 'SELECT 1')).toEqual(['1']);
});

test('the client that brings a profile first sets the sizes; one that asks otherwise is told so in the status', async () => {
  const { pool, world, user } = await make({ minSize: 1, maxSize: 3 });
  const same = world.pools.attach(profileFor(sandbox, { user, pool: { minSize: 4, maxSize: 8 } }));
  expect(same).toBe(pool);
  expect(pool.status()).toMatchObject({ minSize: 1, maxSize: 3, notes: [expect.stringContaining('4 to 8')] });
  world.pools.resize(profileFor(sandbox, { user, pool: { minSize: 2, maxSize: 8 } }));
  await expect.poll(() => pool.status()).toMatchObject({ minSize: 2, maxSize: 8, size: 2, notes: [] });
  expect(pool.profile.pool.maxSize).toBe(8);
  world.pools.resize(profileFor(sandbox, { user, pool: { minSize: 1, maxSize: 1 } }));
  await expect.poll(() => pool.status()).toMatchObject({ size: 1, evictions: { profile: 1 } });
});

test('draining refuses new calls, waits for the running one, and closes every session at the account', async () => {
  const { pool, world, clock, user } = await make({ minSize: 3, maxSize: 3 });
  const held = await pool.acquire(asking());
  const drained = world.pools.drain(clock.monotonic() + 30_000);
  await expect(pool.acquire(asking())).rejects.toMatchObject({ code: 'draining' });
  expect(pool.status()).toMatchObject({ state: 'draining' });
  await expect.poll(async () => (await sessionsOf(user)).length).toBe(1);
  pool.release(held);
  await drained;
  expect(await sessionsOf(user)).toHaveLength(0);
  expect(pool.status().evictions.drain).toBe(3);
  expect(clock.timers).toBe(0);
});

test('a session whose token has expired is closed at the account, also where its renewal fails at first', async () => {
  const { world, clock, user } = await make({ minSize: 1, maxSize: 1 });
  await sandbox.control.expireTokens({ user, tokens: ['session'] });
  await sandbox.control.fault({ action: { kind: 'status', status: 503 }, endpoints: ['renew'], count: 3 });
  await world.pools.drain(clock.monotonic() + 30_000);
  expect(await sessionsOf(user)).toEqual([]);
});

test('at the drain’s deadline running statements are cancelled and their sessions closed', async () => {
  const { pool, world, clock, user } = await make({ minSize: 1 });
  const held = await pool.acquire(asking());
  const statement = run(held.driver, 'SELECT SYSTEM$WAIT(3600)');
  await sandbox.control.until(({ statements }) => statements.running === 1);
  const drained = world.pools.drain(clock.monotonic() + 30_000);
  await clock.turn(30_000);
  await expect(statement.result).rejects.toMatchObject({ fault: 'aborted' });
  await drained;
  expect(await sessionsOf(user)).toHaveLength(0);
});

test('another daemon takes sessions over without a login, the pinned one for its client', async () => {
  const { pool, world, clock, user } = await make({ minSize: 3 });
  const pinned = await pool.acquire(asking({ holder: 'Claude Code (pid 1)' }));
  pool.pin(pinned, true);
  const { sessionId } = pinned.driver;
  const tried = async () => (await sandbox.control.stats()).logins.byUser[user]?.tried;
  const before = await tried();
  const parcel: unknown = JSON.parse(JSON.stringify(await world.pools.handOver()));
  await world.close();
  expect(await sessionsOf(user)).toHaveLength(3);

  const next = openPools({ clock });
  worlds.push(next);
  const adopted = next.pools.adopt(parcel);
  const taken = next.pools.attach(profileFor(sandbox, { user, pool: { minSize: 3 } }));
  const [claimed, answer] = await Promise.all([
    taken.claim(sessionId, 'Claude Code (pid 9)'),
    ask(taken, 'SELECT 1'),
    adopted,
  ]);
  expect(answer).toEqual(['1']);
  expect(claimed?.driver.sessionId).toBe(sessionId);
  expect(taken.status()).toMatchObject({ size: 3, pinned: 1 });
  expect(taken.status().sessions.find(({ state }) => state === 'pinned')?.holder).toBe('Claude Code (pid 9)');
  expect(await taken.claim(sessionId, 'somebody')).toBeUndefined();
  expect(await tried()).toBe(before);
});

test('a pinned session that nobody claims after a hand-over is closed', async () => {
  const { pool, world, clock, user } = await make({ minSize: 1 });
  const pinned = await pool.acquire(asking());
  pool.pin(pinned, true);
  const parcel = await world.pools.handOver();
  await world.close();
  const next = openPools({ clock });
  worlds.push(next);
  await next.pools.adopt(parcel);
  expect(await sessionsOf(user)).toHaveLength(1);
  await clock.turn(60_000);
  await expect.poll(async () => (await sessionsOf(user)).length).toBe(0);
});

test('a session that cannot be taken over, and one that nobody takes over, is closed at the account', async () => {
  const clock = new TurnedClock();
  const profile = { ...profileFor(sandbox, { user: 'LEFT_OVER', pool: { minSize: 2 } }), isSandbox: true };
  const openWorld = (sandboxAddress: () => Promise<{ host: string; port: number }>) => {
    const world = openPools({ clock, sandboxAddress });
    worlds.push(world);
    return world;
  };
  const hand = async () => {
    const world = openWorld(async () => sandbox);
    const pool = world.pools.attach(profile);
    await expect.poll(() => pool.status().idle).toBe(2);
    const parcel: unknown = JSON.parse(JSON.stringify(await world.pools.handOver()));
    await world.close();
    expect(await sessionsOf('LEFT_OVER')).toHaveLength(2);
    return parcel;
  };
  let isThere = false;
  const late = openWorld(async () => {
    if (!isThere) throw new Error('not yet');
    return sandbox;
  });
  await late.pools.adopt(await hand());
  expect(late.pools.status()).toMatchObject([{ size: 0 }]);
  isThere = true;
  await clock.turn(1_000);
  await expect.poll(async () => (await sessionsOf('LEFT_OVER')).length).toBe(0);
  await openWorld(async () => sandbox).pools.discard(await hand(), clock.monotonic() + 5_000);
  expect(await sessionsOf('LEFT_OVER')).toHaveLength(0);
});

test('states are told in words with what to do', async () => {
  const clock = new TurnedClock();
  const world = openPools({ clock });
  worlds.push(world);
  const idle = world.pools.attach(profileFor(sandbox, { user: 'WORDS1', pool: { minSize: 0 } }));
  expect(idle.status()).toMatchObject({ state: 'healthy', reason: 'No session is open; the next call signs in.' });
  const starting = world.pools.attach(profileFor(sandbox, { user: 'WORDS2' }));
  expect(starting.status()).toMatchObject({ state: 'starting', reason: 'Signing in.' });
  await expect.poll(() => starting.status()).toMatchObject({ state: 'healthy', reason: '2 sessions are open.' });
});

test('sessions outlive a network that is down during a check', async () => {
  const own = await startSandbox();
  const clock = new TurnedClock();
  const world = openPools({ clock });
  worlds.push(world);
  const pool = world.pools.attach(profileFor(own, { user: 'OFFLINE' }));
  await expect.poll(() => pool.status().idle).toBe(2);
  await own.stop();
  const made = { pool, world, clock, user: 'OFFLINE' };
  await checkInterval(made);
  expect(pool.status()).toMatchObject({ size: 2, state: 'degraded', evictions: { heartbeat: 0 } });
  await checkInterval(made);
  await expect.poll(() => pool.status()).toMatchObject({ size: 0, state: 'unavailable', evictions: { heartbeat: 2 } });
});
