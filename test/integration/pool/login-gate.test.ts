/** The login gate (DESIGN §5) with the real driver: what the account counts is what matters. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SnowpoolError } from '../../../daemon/errors.ts';
import type { SessionPool } from '../../../daemon/pool/contract.ts';
import { ask, asking, openPools, type PoolWorld, type ProfileChoice, profileFor } from '../../support/pools.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

let sandbox: Sandbox;
let nextUser = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

/** A user of its own for each test, so that what is counted is this test's. */
async function user(): Promise<string> {
  nextUser += 1;
  const name = `GATE${nextUser}`;
  await sandbox.control.setUser({ name, password: 'right', roles: ['PUBLIC', 'SYSADMIN'] });
  return name;
}

async function loginsOf(name: string): Promise<{ readonly tried: number; readonly failed: number }> {
  return (await sandbox.control.stats()).logins.byUser[name] ?? { tried: 0, failed: 0 };
}

async function refusal(pool: SessionPool): Promise<SnowpoolError> {
  const error = await pool.acquire(asking()).catch((reason: unknown) => reason);
  if (!(error instanceof SnowpoolError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

async function within<T>(
  body: (world: PoolWorld) => Promise<T>,
  options: Parameters<typeof openPools>[0] = {},
): Promise<T> {
  const world = openPools(options);
  try {
    return await body(world);
  } finally {
    await world.close();
  }
}

const attach = (world: PoolWorld, choice: ProfileChoice) => world.pools.attach(profileFor(sandbox, choice));

test('ten clients with twenty calls each and a wrong password cost one failed login', async () => {
  const name = await user();
  await within(async (world) => {
    const pool = attach(world, { user: name, password: 'wrong' });
    const messages = new Set<string>();
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let call = 0; call < 20; call += 1) messages.add((await refusal(pool)).message);
      }),
    );
    expect([...messages]).toEqual([
      `Signing in to account myorg-acc as ${name} was refused: Incorrect username or password was specified.`,
    ]);
    expect((await refusal(pool)).next).toContain('snowpool reconnect');
    expect(await loginsOf(name)).toEqual({ tried: 1, failed: 1 });
    expect(pool.status()).toMatchObject({ state: 'credentials_rejected', size: 0 });
  });
});

test('two daemons that share a state folder cost three failed logins together, whatever their passwords', async () => {
  for (let round = 0; round < 4; round += 1) {
    const name = await user();
    await within(async (first) => {
      await within(
        async (second) => {
          const pools = [1, 2, 3].flatMap((n) =>
            [first, second].map((world, which) => attach(world, { user: name, password: `wrong-${n}-${which}` })),
          );
          await Promise.all(pools.map((pool) => refusal(pool)));
          expect((await loginsOf(name)).failed).toBeLessThanOrEqual(3);
        },
        { stateDir: first.stateDir },
      );
    });
  }
});

test('a verdict outlives the daemon, without the password on disk', async () => {
  const name = await user();
  await within(async (first) => {
    await refusal(attach(first, { user: name, password: 'wrong-but-secret' }));
    await first.pools.drain(performance.now());
    const path = join(first.stateDir, 'login-verdicts.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain('wrong-but-secret');
    await within(
      async (second) => {
        expect((await refusal(attach(second, { user: name, password: 'wrong-but-secret' }))).message).toContain(
          'Incorrect username or password',
        );
      },
      { stateDir: first.stateDir },
    );
  });
  expect(await loginsOf(name)).toEqual({ tried: 1, failed: 1 });
});

test('five profiles of one user that differ in role only cost one failed login', async () => {
  const name = await user();
  await within(async (world) => {
    const roles = ['PUBLIC', 'USERADMIN', 'SECURITYADMIN', 'ACCOUNTADMIN', 'SYSADMIN'];
    await Promise.all(roles.map((role) => refusal(attach(world, { user: name, password: 'wrong', role }))));
  });
  expect(await loginsOf(name)).toEqual({ tried: 1, failed: 1 });
});

test('one user of one account, however the two are written, costs one failed login', async () => {
  const name = await user();
  await within(async (world) => {
    const spellings = [
      ['myorg-acc', name],
      ['MYORG-ACC', name.toLowerCase()],
      ['myorg_acc', ` ${name}`],
      ['myorg-acc.eu-west-1', name],
      ['myorg-acc.privatelink', `${name} `],
    ] as const;
    await Promise.all(
      spellings.map(([account, spelled]) => refusal(attach(world, { account, user: spelled, password: 'wrong' }))),
    );
  });
  expect(await loginsOf(name)).toEqual({ tried: 1, failed: 1 });
});

test('five different wrong passwords cost at most three failed logins, and a client with the right one works all the while', async () => {
  const name = await user();
  await within(async (world) => {
    const right = attach(world, { user: name, password: 'right', pool: { minSize: 1, growAfterMs: 1 } });
    await ask(right, 'SELECT 1');
    for (let wrong = 1; wrong <= 5; wrong += 1) {
      await refusal(attach(world, { user: name, password: `wrong${wrong}` }));
      expect(await ask(right, 'SELECT 1')).toEqual(['1']);
    }
    expect((await loginsOf(name)).failed).toBeLessThanOrEqual(3);
    // It still gets new sessions, too.
    const held = await Promise.all([right.acquire(asking()), right.acquire(asking())]);
    expect(held.length).toBe(2);
    for (const session of held) right.release(session);
  });
  expect((await sandbox.control.stats()).lockedUsers).not.toContain(name);
});

test('changed credentials are tried, and a person can have the same ones tried again', async () => {
  const name = await user();
  await within(async (world) => {
    const pool = attach(world, { user: name, password: 'new' });
    await refusal(pool);
    const right = attach(world, { user: name, password: 'right', pool: { minSize: 1 } });
    expect(await ask(right, 'SELECT 1')).toEqual(['1']);
    await sandbox.control.setUser({ name, password: 'new' });
    await refusal(pool);
    expect((await loginsOf(name)).failed).toBe(1);
    await world.pools.reconnect();
    expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
  });
});

test('a reconnect tries once more also where no client is attached, and ends when it is known how that went', async () => {
  const name = await user();
  await within(async (world) => {
    const pool = attach(world, { user: name, password: 'new' });
    await refusal(pool);
    world.pools.detach(pool);
    await world.pools.reconnect();
    expect(await loginsOf(name)).toEqual({ tried: 2, failed: 2 });
    expect(pool.status()).toMatchObject({ state: 'credentials_rejected', logins: { failed: 2 } });
    await sandbox.control.setUser({ name, password: 'new' });
    await world.pools.reconnect();
    expect(pool.status()).toMatchObject({ state: 'healthy', size: 1 });
  });
});

test('a password that is rotated at the account leaves the open sessions alone and costs one failed login', async () => {
  const name = await user();
  const clock = new TurnedClock();
  const body = async (world: PoolWorld) => {
    const pool = attach(world, { user: name, password: 'right', pool: { minSize: 1 } });
    const held = await pool.acquire(asking());
    await clock.turn(61_000);
    await sandbox.control.setUser({ name, password: 'rotated' });
    const waiting = [pool.acquire(asking()), pool.acquire(asking()), pool.acquire(asking())];
    await clock.turn(300);
    await expect.poll(() => pool.status().state).toBe('degraded');
    pool.release(held);
    for (const call of waiting) pool.release(await call);
    expect(pool.status()).toMatchObject({ state: 'degraded', size: 1 });
    expect(pool.status().reason).toContain('Incorrect username or password');
  };
  await within(body, { clock });
  expect((await loginsOf(name)).failed).toBe(1);
});

test('a role that the user has not is that profile’s fault alone', async () => {
  const name = await user();
  await within(async (world) => {
    expect((await refusal(attach(world, { user: name, password: 'right', role: 'NOSUCH' }))).message).toContain(
      'NOSUCH',
    );
    const again = await refusal(attach(world, { user: name, password: 'right', role: 'NOSUCH' }));
    expect(again.next).toContain('SNOWFLAKE_ROLE');
    expect(
      await ask(attach(world, { user: name, password: 'right', role: 'SYSADMIN' }), 'SELECT CURRENT_ROLE()'),
    ).toEqual(['SYSADMIN']);
  });
});

test('the first login of a profile ends before a second begins', async () => {
  const name = await user();
  await within(async (world) => {
    await sandbox.control.fault({
      action: { kind: 'hang', handled: false },
      endpoints: ['login'],
      user: name,
      count: 1,
    });
    const pool = attach(world, { user: name, password: 'right', pool: { minSize: 4 } });
    const calls = Array.from({ length: 8 }, () => pool.acquire(asking()));
    await sandbox.control.until(({ faults }) => (faults.hang ?? 0) > 0);
    expect(pool.status()).toMatchObject({ opening: 1, size: 0, state: 'starting' });
    await sandbox.control.clearFaults();
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
      await sandbox.control.fault({ action: { kind: 'hang' }, endpoints: ['login'], user: name, after: 1, count: 3 });
      expect(await ask(pool, 'SELECT 1')).toEqual(['1']);
      await sandbox.control.until(({ faults }) => (faults.hang ?? 0) >= 3 * round);
      const book = readFileSync(join(stateDir, 'login-verdicts.json'), 'utf8');
      expect(book.match(/under_way/g)?.length).toBeGreaterThan(1);
    }
  } finally {
    await sandbox.control.clearFaults();
    for (const world of worlds) await world.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
  expect((await loginsOf(name)).failed).toBe(0);
});

test('a login outlives the caller that wanted it', async () => {
  const name = await user();
  await within(async (world) => {
    await sandbox.control.fault({ action: { kind: 'latency', ms: 100 }, endpoints: ['login'], user: name });
    const pool = attach(world, { user: name, password: 'right', pool: { minSize: 0 } });
    const leaving = new AbortController();
    const call = pool.acquire(asking({ signal: leaving.signal }));
    leaving.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => pool.status()).toMatchObject({ size: 1, idle: 1 });
    pool.release(await pool.acquire(asking()));
    expect(await loginsOf(name)).toEqual({ tried: 1, failed: 0 });
    await sandbox.control.clearFaults();
  });
});

test('an unreadable private key never reaches the account', async () => {
  const name = await user();
  await within(async (world) => {
    const pool = attach(world, { user: name, credentials: { kind: 'key_pair', privateKeyPem: 'no key' } });
    expect((await refusal(pool)).code).toBe('credentials_rejected');
  });
  expect(await loginsOf(name)).toEqual({ tried: 0, failed: 0 });
});

test('a login that fails in passing is tried again, at most as often as the settings say, and never twice at once', async () => {
  const name = await user();
  await within(async (world) => {
    await sandbox.control.fault({
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
      expect(pool.status()).toMatchObject({ state: 'unavailable', logins: { failed: 5 } });
      await clock.turn(60_000);
      await Promise.all(Array.from({ length: 10 }, () => refusal(pool)));
      expect(pool.status().logins.failed).toBe(6);
    },
    { clock },
  );
});

test('answers that are lost cannot lock a user whose password is wrong', async () => {
  const name = await user();
  const clock = new TurnedClock();
  await sandbox.control.fault({
    action: { kind: 'status', status: 503, handled: true },
    endpoints: ['login'],
    user: name,
  });
  const turning = setInterval(() => void clock.turn(1_000), 1);
  try {
    await within(
      async (world) => {
        for (let call = 0; call < 10; call += 1) await refusal(attach(world, { user: name, password: 'wrong' }));
      },
      { clock },
    );
  } finally {
    clearInterval(turning);
  }
  expect(await loginsOf(name)).toEqual({ tried: 3, failed: 3 });
  await sandbox.control.clearFaults();
});
