/** How a pool ends (DESIGN §5): drained, or handed over to another daemon. */
import { expect, test } from 'vitest';
import { ask, asking, profileFor, run } from '../../support/pools.ts';
import { TurnedClock } from '../../support/turned-clock.ts';
import { turnedPools } from '../../support/turned-pools.ts';

const here = turnedPools('ENDING');
const { make, sessionsOf } = here;

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
  await here.sandbox.control.expireTokens({ user, tokens: ['session'] });
  await here.sandbox.control.fault({ action: { kind: 'status', status: 503 }, endpoints: ['renew'], count: 3 });
  await world.pools.drain(clock.monotonic() + 30_000);
  expect(await sessionsOf(user)).toEqual([]);
});

test('at the drain’s deadline running statements are cancelled and their sessions closed', async () => {
  const { pool, world, clock, user } = await make({ minSize: 1 });
  const held = await pool.acquire(asking());
  const statement = run(held.driver, 'SELECT SYSTEM$WAIT(3600)');
  await here.sandbox.control.until(({ statements }) => statements.running === 1);
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
  const tried = async () => (await here.sandbox.control.stats()).logins.byUser[user]?.tried;
  const before = await tried();
  const parcel: unknown = JSON.parse(JSON.stringify(await world.pools.handOver()));
  await world.close();
  expect(await sessionsOf(user)).toHaveLength(3);

  const next = here.open({ clock });
  const adopted = next.pools.adopt(parcel);
  const taken = next.pools.attach(profileFor(here.sandbox, { user, pool: { minSize: 3 } }));
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
  const next = here.open({ clock });
  await next.pools.adopt(parcel);
  expect(await sessionsOf(user)).toHaveLength(1);
  await clock.turn(60_000);
  await expect.poll(async () => (await sessionsOf(user)).length).toBe(0);
});

test('a session that cannot be taken over, and one that nobody takes over, is closed at the account', async () => {
  const clock = new TurnedClock();
  const profile = { ...profileFor(here.sandbox, { user: 'LEFT_OVER', pool: { minSize: 2 } }), isSandbox: true };
  const openWorld = (sandboxAddress: () => Promise<{ host: string; port: number }>) => {
    const world = here.open({ clock, sandboxAddress });
    return world;
  };
  const hand = async () => {
    const world = openWorld(async () => here.sandbox);
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
    return here.sandbox;
  });
  await late.pools.adopt(await hand());
  expect(late.pools.status()).toMatchObject([{ size: 0 }]);
  isThere = true;
  await clock.turn(1_000);
  await expect.poll(async () => (await sessionsOf('LEFT_OVER')).length).toBe(0);
  await openWorld(async () => here.sandbox).pools.discard(await hand(), clock.monotonic() + 5_000);
  expect(await sessionsOf('LEFT_OVER')).toHaveLength(0);
});
