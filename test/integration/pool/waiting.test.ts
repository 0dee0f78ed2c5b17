/** Calls that wait for a session, and when a pool grows for them (DESIGN §5), on a clock that the test turns. */
import { expect, test } from 'vitest';
import { asking, profileFor } from '../../support/pools.ts';
import { TurnedClock } from '../../support/turned-clock.ts';
import { turnedPools } from '../../support/turned-pools.ts';

const here = turnedPools('WAITING');
const { make } = here;
const hour = 3_600_000;

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

test('the client that brings a profile first sets the sizes; one that asks otherwise is told so in the status', async () => {
  const { pool, world, user } = await make({ minSize: 1, maxSize: 3 });
  const same = world.pools.attach(profileFor(here.sandbox, { user, pool: { minSize: 4, maxSize: 8 } }));
  expect(same).toBe(pool);
  expect(pool.status()).toMatchObject({ minSize: 1, maxSize: 3, notes: [expect.stringContaining('4 to 8')] });
  world.pools.resize(profileFor(here.sandbox, { user, pool: { minSize: 2, maxSize: 8 } }));
  await expect.poll(() => pool.status()).toMatchObject({ minSize: 2, maxSize: 8, size: 2, notes: [] });
  expect(pool.profile.pool.maxSize).toBe(8);
  world.pools.resize(profileFor(here.sandbox, { user, pool: { minSize: 1, maxSize: 1 } }));
  await expect.poll(() => pool.status()).toMatchObject({ size: 1, evictions: { profile: 1 } });
});

test('states are told in words with what to do', async () => {
  const clock = new TurnedClock();
  const world = here.open({ clock });
  const idle = world.pools.attach(profileFor(here.sandbox, { user: 'WORDS1', pool: { minSize: 0 } }));
  expect(idle.status()).toMatchObject({ state: 'healthy', reason: 'No session is open; the next call signs in.' });
  const starting = world.pools.attach(profileFor(here.sandbox, { user: 'WORDS2' }));
  expect(starting.status()).toMatchObject({ state: 'starting', reason: 'Signing in.' });
  await expect.poll(() => starting.status()).toMatchObject({ state: 'healthy', reason: '2 sessions are open.' });
});
