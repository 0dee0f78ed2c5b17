/** How a pool is kept healthy, shrinks and renews itself (DESIGN §5), on a clock that the test turns. */
import { expect, test } from 'vitest';
import { ask, asking, profileFor, run } from '../../support/pools.ts';
import { startSandbox } from '../../support/sandbox.ts';
import { TurnedClock } from '../../support/turned-clock.ts';
import { type TurnedPool, turnedPools } from '../../support/turned-pools.ts';

const here = turnedPools('UPKEEP');
const { make, sessionsOf } = here;
const hour = 3_600_000;

/** Lets one interval pass on the daemon's clock, and the health check that is due then come to its end. */
async function checkInterval({ pool, clock }: TurnedPool, ms = 5 * 60_000): Promise<void> {
  const before = pool.status().lastHealthCheckMs;
  await clock.turn(ms);
  while (pool.status().lastHealthCheckMs === before) await new Promise((resolve) => setImmediate(resolve));
}

async function checkIntervals(made: TurnedPool, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await checkInterval(made);
}

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
  const before = await here.sandbox.control.stats();
  for (let check = 0; check < 24 * 12; check += 1) {
    await here.sandbox.control.turnClock(5 * 60_000);
    await checkInterval(made);
  }
  const { pool, user } = made;
  const after = await here.sandbox.control.stats();
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
  await here.sandbox.control.killSessions({ user });
  await checkInterval(made);
  await expect.poll(() => pool.status()).toMatchObject({ size: 3, state: 'healthy', evictions: { heartbeat: 3 } });
  const session = await pool.acquire(asking());
  await here.sandbox.control.killSessions({ user });
  pool.suspect(session);
  pool.release(session);
  await expect.poll(() => pool.status()).toMatchObject({ size: 3, evictions: { heartbeat: 5, broken: 1 } });
});

test('checks never overlap, and a session that just answered is lent while one is on its way', async () => {
  const { pool, clock, user } = await make({ minSize: 3 });
  await clock.turn(31_000);
  await here.sandbox.control.fault({ action: { kind: 'hang' }, endpoints: ['heartbeat'], user });
  const before = (await here.sandbox.control.stats()).requests.heartbeat ?? 0;
  const [known] = pool.status().sessions;
  await clock.turn(5 * 60_000);
  await clock.turn(20 * 60_000);
  await here.sandbox.control.fault({ action: { kind: 'hang' }, endpoints: ['heartbeat'], user, count: 1 });
  expect(pool.status().lastHealthCheckMs).toBeUndefined();
  expect(((await here.sandbox.control.stats()).requests.heartbeat ?? 0) - before).toBeLessThanOrEqual(3);
  await here.sandbox.control.clearFaults();
  const session = await pool.acquire(asking({ score: ({ id }) => (id === known?.id ? 1 : 0) }));
  pool.release(session);
});

test('an account that does not answer a check costs no session at the first time', async () => {
  const made = await make({ minSize: 2 });
  const { pool, user } = made;
  await here.sandbox.control.fault({ action: { kind: 'cut', when: 'unhandled' }, endpoints: ['heartbeat'], user });
  await checkInterval(made);
  expect(pool.status()).toMatchObject({
    state: 'degraded',
    size: 2,
    reason: expect.stringContaining('did not answer'),
  });
  await here.sandbox.control.clearFaults();
  await checkInterval(made);
  expect(pool.status()).toMatchObject({ size: 2, state: 'healthy', logins: { succeeded: 2 } });
});

test('a lease held beyond its deadline is taken back: its statement is cancelled, the session closed, the holder named', async () => {
  const { pool, clock, user } = await make({ minSize: 1, maxSize: 1 });
  const session = await pool.acquire(asking({ holder: 'Cursor (pid 7)', deadline: clock.monotonic() + 60_000 }));
  const statement = run(session.driver, 'SELECT SYSTEM$WAIT(3600)');
  await here.sandbox.control.until(({ statements }) => statements.running === 1);
  await clock.turn(76_000);
  await expect(statement.result).rejects.toMatchObject({ fault: 'aborted' });
  await here.sandbox.control.until(({ statements }) => statements.running === 0);
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
  await here.sandbox.control.until(({ statements }) => statements.running === 1);
  clock.jump(5 * 3_600_000);
  await clock.turn(120_000);
  await here.sandbox.control.turnClock(3_600_000);
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
  const again = world.pools.attach(profileFor(here.sandbox, { user }));
  expect(await ask(again, 'SELECT 1')).toEqual(['1']);
});

test('sessions outlive a network that is down during a check', async () => {
  const own = await startSandbox();
  const clock = new TurnedClock();
  const world = here.open({ clock });
  const pool = world.pools.attach(profileFor(own, { user: 'OFFLINE' }));
  await expect.poll(() => pool.status().idle).toBe(2);
  await own.stop();
  const made = { pool, world, clock, user: 'OFFLINE' };
  await checkInterval(made);
  expect(pool.status()).toMatchObject({ size: 2, state: 'degraded', evictions: { heartbeat: 0 } });
  await checkInterval(made);
  await expect.poll(() => pool.status()).toMatchObject({ size: 0, state: 'unavailable', evictions: { heartbeat: 2 } });
});
