/** One sandbox for all tests of a file, users of their own for each, and what the account counted of their logins. */
import { afterAll, beforeAll } from 'vitest';
import { SnowpoolError } from '../../daemon/errors.ts';
import type { SessionPool } from '../../daemon/pool/contract.ts';
import { asking, openPools, type PoolWorld, type ProfileChoice, profileFor } from './pools.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

export interface CountedLogins {
  readonly sandbox: Sandbox;
  /** A user of its own for each test, so that what is counted is this test's; the password is `right`. */
  user(): Promise<string>;
  loginsOf(name: string): Promise<{ readonly tried: number; readonly failed: number }>;
  attach(world: PoolWorld, choice: ProfileChoice): SessionPool;
}

/** Starts before all tests of a file, ends after them. `prefix` begins the users' names. */
export function countedLogins(prefix: string): CountedLogins {
  let sandbox: Sandbox;
  let nextUser = 0;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());
  return {
    get sandbox() {
      return sandbox;
    },
    async user() {
      nextUser += 1;
      const name = `${prefix}${nextUser}`;
      await sandbox.control.setUser({ name, password: 'right', roles: ['PUBLIC', 'SYSADMIN'] });
      return name;
    },
    loginsOf: async (name) => (await sandbox.control.stats()).logins.byUser[name] ?? { tried: 0, failed: 0 },
    attach: (world, choice) => world.pools.attach(profileFor(sandbox, choice)),
  };
}

/** What a caller hears who gets no session. */
export async function refusal(pool: SessionPool): Promise<SnowpoolError> {
  const error = await pool.acquire(asking()).catch((reason: unknown) => reason);
  if (!(error instanceof SnowpoolError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

/** Pools as one daemon has them, for the time of `body`. */
export async function within<T>(
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
