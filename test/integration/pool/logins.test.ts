/** Logins that nothing is wrong with but their moment (DESIGN §5): the first before the second, tried again, left alone, failed fast. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countedLogins, refusal, within } from '../../support/counted-logins.ts';
import { ask, asking, openPools, type PoolWorld, profileFor } from '../../support/pools.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

const here = countedLogins('LOGIN');
const { user, loginsOf, attach } = here;

test('the first login of a profile ends before a second begins', async () => {
  const name = await user();
  await within(async (world) => {
    await here.sandbox.control.fault({
      action: { kind: 'hang', handled: false },
      endpoints: ['login'],
      user: name,
      count: 1,
    });
    const pool = attach(world, { user: name, password: 'right', pool: { minSize: 4 } });
    const calls = Array.from({ length: 8 }, () => pool.acquire(asking()));
    await here.sandbox.control.until(({ faults }) => (faults.hang ?? 0) > 0);
    expect(pool.status()).toMatchObject({ opening: 1, size: 0, state: 'starting' });
    await here.sandbox.control.clearFaults();
    for (const session of await Promise.all(calls.slice(0, 4))) pool.release(session);
    for (const session of await Promise.all(calls.slice(4))) pool.release(session);
    expect(pool.status()).toMatchObject({ size: 4, logins: { succeeded: 4 } });
  });
});

test('daemons that end amid further logins of a password that works leave the next one free to sign in', async () => {
  const name = await user();
  const stateDir = mkdtempSync(join(tmpdir(), 'snowpool-state-'));
  const worlds: PoolWorld[] = [];
  try {
    for (let round = 1; round <= 4; round += 1) {
      // Their ends are never written down, as where the process is killed.
      const world = openPools({ stateDir });
      worlds.push(world);
      const pool = attach(world, { user: name, password: 'right', pool: { minSize: 4, maxSize: 4 } });
      await here.sandbox.control.fault({
        action: { kind: 'hang' },
        endpoints: ['login'],
        user: name,
        after: 1,
        count: 3,
      });
      expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
      await here.sandbox.control.until(({ faults }) => (faults.hang ?? 0) >= 3 * round);
      const book = readFileSync(join(stateDir, 'login-verdicts.json'), 'utf8');
      expect(book.match(/under_way/g)?.length).toBeGreaterThan(1);
    }
  } finally {
    await here.sandbox.control.clearFaults();
    for (const world of worlds) await world.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
  expect((await loginsOf(name)).failed).toBe(0);
});

test('a login outlives the caller that wanted it', async () => {
  const name = await user();
  await within(async (world) => {
    await here.sandbox.control.fault({ action: { kind: 'latency', ms: 100 }, endpoints: ['login'], user: name });
    const pool = attach(world, { user: name, password: 'right', pool: { minSize: 0 } });
    const leaving = new AbortController();
    const call = pool.acquire(asking({ signal: leaving.signal }));
    leaving.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => pool.status()).toMatchObject({ size: 1, idle: 1 });
    pool.release(await pool.acquire(asking()));
    expect(await loginsOf(name)).toEqual({ tried: 1, failed: 0 });
    await here.sandbox.control.clearFaults();
  });
});

test('a login that fails in passing is tried again, at most as often as the settings say, and never twice at once', async () => {
  const name = await user();
  await within(async (world) => {
    await here.sandbox.control.fault({
      action: { kind: 'cut', when: 'unhandled' },
      endpoints: ['login'],
      user: name,
      count: 2,
    });
    expect(await ask(attach(world, { user: name, password: 'right' }), 'SELECT 1')).toEqual(['1']);
    expect(await loginsOf(name)).toMatchObject({ tried: expect.any(Number), failed: 0 });
  });
});

test('when the account cannot be reached, the gate opens, callers fail fast, and one probe at a time goes through', async () => {
  const clock = new TurnedClock();
  const name = await user();
  await within(
    async (world) => {
      const unreachable = profileFor(
        { host: '127.0.0.1', port: 1 },
        { user: name, pool: { minSize: 0, connectionTimeoutMs: 3_600_000 } },
      );
      const pool = world.pools.attach(unreachable);
      const turning = setInterval(() => void clock.turn(250), 1);
      try {
        const first = await Promise.all(Array.from({ length: 10 }, () => refusal(pool)));
        expect(new Set(first.map(({ code }) => code))).toEqual(new Set(['account_unreachable']));
        expect(pool.status().logins.failed).toBe(3);
        await Promise.all(Array.from({ length: 10 }, () => refusal(pool)));
        expect(pool.status().logins.failed).toBe(5);
      } finally {
        clearInterval(turning);
      }
      const fast = await Promise.all(Array.from({ length: 10 }, () => refusal(pool)));
      expect(fast.every(({ message }) => message.includes('Several sign-ins'))).toBe(true);
      expect(fast.every(({ message }) => message.includes('ECONNREFUSED'))).toBe(true);
      expect(pool.status()).toMatchObject({ state: 'unavailable', logins: { failed: 5 } });
      await clock.turn(60_000);
      await Promise.all(Array.from({ length: 10 }, () => refusal(pool)));
      expect(pool.status().logins.failed).toBe(6);
    },
    { clock },
  );
});
