/** The login gate (DESIGN §5) with the real driver, where credentials are refused: what the account counts is what matters. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countedLogins, refusal, within } from '../../support/counted-logins.ts';
import { ask, asking, type PoolWorld } from '../../support/pools.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

const here = countedLogins('GATE');
const { user, loginsOf, attach } = here;

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
  expect((await here.sandbox.control.stats()).lockedUsers).not.toContain(name);
});

test('changed credentials are tried, and a person can have the same ones tried again', async () => {
  const name = await user();
  await within(async (world) => {
    const pool = attach(world, { user: name, password: 'new' });
    await refusal(pool);
    const right = attach(world, { user: name, password: 'right', pool: { minSize: 1 } });
    expect(await ask(right, 'SELECT 1')).toEqual(['1']);
    await here.sandbox.control.setUser({ name, password: 'new' });
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
    await here.sandbox.control.setUser({ name, password: 'new' });
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
    await here.sandbox.control.setUser({ name, password: 'rotated' });
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

test('an unreadable private key never reaches the account', async () => {
  const name = await user();
  await within(async (world) => {
    const pool = attach(world, { user: name, credentials: { kind: 'key_pair', privateKeyPem: 'no key' } });
    expect((await refusal(pool)).code).toBe('credentials_rejected');
  });
  expect(await loginsOf(name)).toEqual({ tried: 0, failed: 0 });
});

test('answers that are lost cannot lock a user whose password is wrong', async () => {
  const name = await user();
  const clock = new TurnedClock();
  await here.sandbox.control.fault({
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
  await here.sandbox.control.clearFaults();
});
