/**
 * Whatever callers do and whatever happens at the account: never more sessions than the maximum, no session lent twice, none
 * left behind at the account, no call left waiting (DESIGN §5). Real driver, real sandbox, a clock that the property turns.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PooledSession, SessionPool } from '../../../daemon/pool/contract.ts';
import { asking, openPools, type PoolWorld, profileFor, run } from '../../support/pools.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import type { FaultAction } from '../../support/sandbox-control.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

let sandbox: Sandbox;
let nextUser = 0;
const runs = Number(process.env.POOL_PROPERTY_RUNS ?? 12);
const maxSize = 3;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const faults: readonly FaultAction[] = [
  { kind: 'cut', when: 'unhandled' },
  { kind: 'cut', when: 'before' },
  { kind: 'status', status: 503, handled: false },
  { kind: 'kill-session' },
  { kind: 'expire-tokens', tokens: ['session'] },
  { kind: 'expire-tokens', tokens: ['session', 'master'] },
];

type Step =
  | { readonly kind: 'call'; readonly ends: 'release' | 'evict' | 'suspect' | 'pin' | 'leave' | 'hold' }
  | { readonly kind: 'end' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'sleep' }
  | { readonly kind: 'kill' }
  | {
      readonly kind: 'fault';
      readonly action: FaultAction;
      readonly endpoint: 'query' | 'heartbeat' | 'renew' | 'close';
      readonly count: number;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      ends: fc.constantFrom('release', 'release', 'release', 'evict', 'suspect', 'pin', 'leave', 'hold'),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'end' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(10, 300, 31_000, 6 * 60_000, 40 * 60_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'sleep' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      action: fc.constantFrom(...faults),
      endpoint: fc.constantFrom('query', 'heartbeat', 'renew', 'close'),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

class Crowd {
  readonly user: string;
  readonly clock = new TurnedClock();
  readonly world: PoolWorld;
  readonly pool: SessionPool;
  /** Leases that callers keep for now. */
  readonly held: PooledSession[] = [];
  readonly lent = new Set<PooledSession>();
  readonly calls: Promise<void>[] = [];
  served = 0;

  constructor() {
    nextUser += 1;
    this.user = `CROWD${nextUser}`;
    this.world = openPools({ clock: this.clock });
    // Files take real time, in which the clock runs ahead: nobody may lose patience over that.
    const pool = { minSize: 1, maxSize, connectionTimeoutMs: 24 * 3_600_000 };
    this.pool = this.world.pools.attach(profileFor(sandbox, { user: this.user, pool }));
  }

  async take(step: Step): Promise<void> {
    const { control } = sandbox;
    const { user } = this;
    switch (step.kind) {
      case 'call':
        this.calls.push(this.#call(step.ends));
        break;
      case 'end':
        this.#giveBack(this.held.shift());
        break;
      case 'wait':
        await this.#pass(step.ms);
        break;
      case 'sleep':
        this.clock.jump(5 * 3_600_000);
        await control.expireTokens({ user, tokens: ['session', 'master'] });
        break;
      case 'kill':
        await control.killSessions({ user });
        break;
      case 'fault':
        await control.fault({ action: step.action, endpoints: [step.endpoint], user, count: step.count });
        break;
    }
    expect(this.pool.status().size).toBeLessThanOrEqual(maxSize);
  }

  async #call(ends: Extract<Step, { kind: 'call' }>['ends']): Promise<void> {
    const leaving = new AbortController();
    if (ends === 'leave') setTimeout(() => leaving.abort(), 5);
    let session: PooledSession;
    try {
      session = await this.pool.acquire(asking({ signal: leaving.signal }));
    } catch {
      return; // Left, or found no session in time: both are answers.
    }
    expect(this.lent.has(session)).toBe(false);
    this.lent.add(session);
    this.served += 1;
    await run(session.driver, 'SELECT 1').result.catch(() => {});
    if (ends === 'pin') this.pool.pin(session, true);
    if (ends === 'hold' || ends === 'pin') return void this.held.push(session);
    if (ends === 'suspect') this.pool.suspect(session);
    this.#giveBack(session, ends === 'evict');
  }

  #giveBack(session: PooledSession | undefined, isEvicted = false): void {
    if (!session) return;
    this.lent.delete(session);
    if (isEvicted) void this.pool.evict(session, 'context');
    else this.pool.release(session);
  }

  /** Time stands still while the account, which lives in real time, is being asked. */
  async #pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; ) {
      if (this.world.inFlight() === 0) {
        const stepMs = Math.min(leftMs, 5_000);
        await this.clock.turn(stepMs);
        leftMs -= stepMs;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Everybody gives back what they hold; every call must then come to an end. */
  async finish(): Promise<void> {
    await sandbox.control.clearFaults();
    let isOver = false;
    const over = Promise.all(this.calls).then(() => {
      isOver = true;
    });
    while (!isOver) {
      for (let session = this.held.shift(); session; session = this.held.shift()) this.#giveBack(session);
      await this.#pass(100);
    }
    await over;
    for (let session = this.held.shift(); session; session = this.held.shift()) this.#giveBack(session);
  }

  /** Runs a read as `query/` does: again on another session where one turns out to be gone. */
  async ask(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.pool.acquire(asking());
      try {
        await run(session.driver, 'SELECT 1').result;
        return;
      } catch (error) {
        // After the first, every other one is proven before it is lent.
        if (attempt > 1) throw error;
      } finally {
        this.pool.release(session);
      }
    }
  }

  async sessionsAtAccount(): Promise<readonly string[]> {
    const sessions = await sandbox.control.sessions();
    return sessions.filter(({ user }) => user === this.user).map(({ sessionId }) => sessionId);
  }
}

test('the bound holds, nobody waits for ever, and no session is lent twice or left behind', async () => {
  let served = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const crowd = new Crowd();
      try {
        for (const one of steps) await crowd.take(one);
        await crowd.finish();
        // The account answers again: so does the pool.
        await crowd.ask();
        await expect
          .poll(async () => {
            const open = await crowd.sessionsAtAccount();
            const known = crowd.pool.status().sessions.map(({ sessionId }) => sessionId);
            return open.filter((id) => !known.includes(id));
          })
          .toEqual([]);
        served += crowd.served;
      } finally {
        await sandbox.control.clearFaults();
        await crowd.world.close();
      }
      expect(await crowd.sessionsAtAccount()).toEqual([]);
      expect(crowd.clock.timers).toBe(0);
    }),
    { numRuns: runs },
  );
  expect(served).toBeGreaterThan(runs);
});
