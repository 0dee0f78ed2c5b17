/** An account that signs everybody in at once and answers no statement: for properties of who gets a session, not of what it says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Clock } from '../../../daemon/clock.ts';
import type { Profile } from '../../../daemon/config/profile.ts';
import type { SessionPool } from '../../../daemon/pool/contract.ts';
import type { Driver, DriverSession } from '../../../daemon/pool/driver.ts';
import { createPools } from '../../../daemon/pool/pools.ts';
import { profileFor } from '../../support/pools.ts';

export const log = pino({ level: 'silent' });

/** A real pool over that account. */
export function openPool(
  clock: Clock,
  sizes: Partial<Profile['pool']>,
): { readonly pool: SessionPool; close(): Promise<void> } {
  const stateDir = mkdtempSync(join(tmpdir(), 'snowpool-admission-'));
  const pools = createPools({ driver: willingDriver(), clock, random: () => 0.5, stateDir, log });
  const pool = pools.attach(profileFor({ host: '127.0.0.1', port: 1 }, { pool: sizes }));
  return {
    pool,
    close: async () => {
      await pools.drain(clock.monotonic());
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

function willingDriver(): Driver {
  let sessions = 0;
  return {
    open: async () => willingSession(String(++sessions)),
    adopt: async (_, { sessionId }) => willingSession(sessionId),
    needsPersonEachTime: () => false,
    isSilent: () => true,
    exportSignInTokens: () => [],
    importSignInTokens() {},
    async close() {},
  };
}

function willingSession(sessionId: string): DriverSession {
  const silent = () => {
    throw new Error('this account answers no statement');
  };
  return {
    sessionId,
    current: { role: 'PUBLIC', warehouse: undefined, database: undefined, schema: undefined },
    execute: silent,
    executeMany: silent,
    resultOf: silent,
    statusOf: silent,
    abort: async () => true,
    async heartbeat() {},
    async close() {},
    exportTokens: silent,
    detach() {},
  };
}

/** Lets everything that is due now happen, sign-ins included. */
export async function settle(pool: SessionPool): Promise<void> {
  let quiet = 0;
  while (quiet < 3) {
    await new Promise((resolve) => setImmediate(resolve));
    quiet = pool.status().opening > 0 ? 0 : quiet + 1;
  }
}
