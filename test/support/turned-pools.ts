/** One sandbox for all tests of a file, and pools that live by a clock which the test turns. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { PoolSettings } from '../../daemon/config/profile.ts';
import type { SessionPool } from '../../daemon/pool/contract.ts';
import { openPools, type PoolWorld, profileFor } from './pools.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import type { SandboxSession } from './sandbox-control.ts';
import { TurnedClock } from './turned-clock.ts';

/** A pool with its least number of sessions open, and what it lives by. */
export interface TurnedPool {
  readonly pool: SessionPool;
  readonly world: PoolWorld;
  readonly clock: TurnedClock;
  readonly user: string;
}

export interface TurnedPools {
  readonly sandbox: Sandbox;
  /** Pools as one daemon has them; closed after the test. */
  open(options?: Parameters<typeof openPools>[0]): PoolWorld;
  /** A pool of a user of its own on a clock of its own. */
  make(settings?: Partial<PoolSettings>, random?: () => number): Promise<TurnedPool>;
  /** The user's open sessions at the account. */
  sessionsOf(user: string): Promise<readonly SandboxSession[]>;
}

/** Starts before all tests of a file, ends after them; pools and faults of a test are gone after it. `prefix` begins the users' names. */
export function turnedPools(prefix: string): TurnedPools {
  let sandbox: Sandbox;
  let worlds: PoolWorld[] = [];
  let nextUser = 0;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());
  afterEach(async () => {
    await sandbox.control.clearFaults();
    await Promise.all(worlds.map((world) => world.close()));
    worlds = [];
  });
  const open: TurnedPools['open'] = (options) => {
    const world = openPools(options);
    worlds.push(world);
    return world;
  };
  return {
    get sandbox() {
      return sandbox;
    },
    open,
    async make(settings = {}, random = () => 0.5) {
      nextUser += 1;
      const user = `${prefix}${nextUser}`;
      const clock = new TurnedClock();
      const world = open({ clock, random });
      const pool = world.pools.attach(profileFor(sandbox, { user, pool: settings }));
      const { minSize } = pool.status();
      await expect.poll(() => pool.status().idle, { timeout: 10_000 }).toBe(minSize);
      return { pool, world, clock, user };
    },
    sessionsOf: async (user) => (await sandbox.control.sessions()).filter((session) => session.user === user),
  };
}
