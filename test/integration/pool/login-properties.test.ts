/**
 * No sequence of calls, faults, restarts and waiting leads to more logins than the rules allow (DESIGN §5): the real driver
 * against the sandbox, which counts, on a clock that the property turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionPool } from '../../../daemon/pool/contract.ts';
import { asking, openPools, type PoolWorld, profileFor } from '../../support/pools.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import type { FaultAction } from '../../support/sandbox-control.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

let sandbox: Sandbox;
let nextUser = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const minute = 60_000;
const runs = Number(process.env.POOL_PROPERTY_RUNS ?? 12);
const faults: readonly FaultAction[] = [
  { kind: 'status', status: 503, handled: false },
  { kind: 'status', status: 503, handled: true },
  { kind: 'status', status: 429, handled: false },
  { kind: 'cut', when: 'unhandled' },
  { kind: 'cut', when: 'before' },
  { kind: 'cut', when: 'during' },
  { kind: 'malformed', body: 'html' },
  { kind: 'malformed', body: 'empty' },
  { kind: 'error', code: '000610', message: 'Too many requests.', sqlState: '53300' },
];

type Step =
  | { readonly kind: 'calls'; readonly passwords: readonly string[]; readonly role: string; readonly count: number }
  | { readonly kind: 'fault'; readonly action: FaultAction; readonly count: number }
  | { readonly kind: 'healed' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'kill' };

const password = (right: boolean) =>
  fc.constantFrom(...(right ? ['right'] : []), 'wrong1', 'wrong2', 'wrong3', 'wrong4', 'wrong5', 'wrong6');

const step = (right: boolean): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('calls' as const),
        passwords: fc.uniqueArray(password(right), { minLength: 1, maxLength: 5 }),
        role: fc.constantFrom('PUBLIC', 'SYSADMIN'),
        count: fc.integer({ min: 1, max: 8 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('fault' as const),
        action: fc.constantFrom(...faults),
        count: fc.integer({ min: 1, max: 6 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'healed' as const }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        ms: fc.constantFrom(1_000, minute, 7 * minute, 16 * minute),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
  );

/** One user, her daemon, and what the account has counted since. */
class Story {
  readonly user: string;
  readonly clock = new TurnedClock();
  readonly stateDir = mkdtempSync(join(tmpdir(), 'snowpool-state-'));
  /** When the account counted a failed login, on the daemon's clock. */
  readonly failedAtMs: number[] = [];
  answered = 0;
  lastError = '';
  #world: PoolWorld;

  constructor() {
    nextUser += 1;
    this.user = `STORY${nextUser}`;
    this.#world = this.#open();
  }

  #open(): PoolWorld {
    return openPools({ clock: this.clock, stateDir: this.stateDir });
  }

  async take(step: Step): Promise<void> {
    const { control } = sandbox;
    switch (step.kind) {
      case 'calls':
        await this.#call(step);
        break;
      case 'fault':
        await control.fault({ action: step.action, endpoints: ['login'], user: this.user, count: step.count });
        break;
      case 'healed':
        await control.clearFaults();
        break;
      case 'wait':
        await this.clock.turn(step.ms);
        break;
      case 'restart':
        // As after a SIGKILL: the sessions stay behind.
        await this.#world.pools.handOver();
        this.#world = this.#open();
        break;
      case 'reconnect':
        await this.#world.pools.reconnect();
        break;
      case 'kill':
        await control.killSessions({ user: this.user });
        break;
    }
    await this.#count();
  }

  async #call({ passwords, role, count }: Extract<Step, { kind: 'calls' }>): Promise<void> {
    // Hashes and files take real time, too, in which the clock runs ahead: nobody may lose patience over that.
    const settings = { minSize: 1, connectionTimeoutMs: 60 * minute };
    const { pools } = this.#world;
    const own = passwords.map((password) =>
      pools.attach(profileFor(sandbox, { user: this.user, password, role, pool: settings })),
    );
    const call = async (pool: SessionPool) => {
      try {
        pool.release(await pool.acquire(asking()));
        this.answered += 1;
      } catch (error) {
        this.lastError = String(error);
      }
    };
    let isOver = false;
    const calls = Promise.all(own.flatMap((pool) => Array.from({ length: count }, () => call(pool)))).then(() => {
      isOver = true;
    });
    let wasAsking = false;
    while (!isOver) {
      // Time stands still while the account, which lives in real time, is being asked.
      const isAsking = this.#world.inFlight() > 0;
      if (wasAsking && !isAsking) await this.#count();
      else if (!isAsking) await this.clock.turn(250);
      wasAsking = isAsking;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await calls;
    for (const pool of own) pools.detach(pool);
  }

  async #count(): Promise<void> {
    const { failed } = (await sandbox.control.stats()).logins.byUser[this.user] ?? { failed: 0 };
    while (this.failedAtMs.length < failed) this.failedAtMs.push(this.clock.now());
  }

  /** The most failed logins within any 15 minutes. */
  get mostWithinWindow(): number {
    return Math.max(
      0,
      ...this.failedAtMs.map((start) => this.failedAtMs.filter((at) => at >= start && at - start < 15 * minute).length),
    );
  }

  async end(): Promise<void> {
    await sandbox.control.clearFaults();
    await this.#world.close();
    await sandbox.control.killSessions({ user: this.user });
    rmSync(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function tell(steps: readonly Step[], check: (story: Story) => Promise<void>): Promise<void> {
  const story = new Story();
  await sandbox.control.setUser({ name: story.user, password: 'right', roles: ['PUBLIC', 'SYSADMIN'] });
  try {
    for (const one of steps) await story.take(one);
    await check(story);
  } finally {
    await story.end();
  }
}

test('with nothing but wrong passwords, whatever goes wrong besides, at most three logins fail in 15 minutes and the user is never locked', async () => {
  const steps = fc.array(step(false), { minLength: 5, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, (told) =>
      tell(told, async (story) => {
        expect(story.mostWithinWindow).toBeLessThanOrEqual(3);
        expect((await sandbox.control.stats()).lockedUsers).not.toContain(story.user);
      }),
    ),
    { numRuns: runs },
  );
});

test('with the right password among them the same holds, and its clients are served at the latest when a person asks again', async () => {
  const steps = fc.array(step(true), { minLength: 5, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, (told) =>
      tell([{ kind: 'calls', passwords: ['right'], role: 'PUBLIC', count: 1 }, ...told], async (story) => {
        expect(story.mostWithinWindow).toBeLessThanOrEqual(3);
        expect((await sandbox.control.stats()).lockedUsers).not.toContain(story.user);
        const before = story.answered;
        await story.take({ kind: 'healed' });
        await story.take({ kind: 'wait', ms: 16 * minute });
        await story.take({ kind: 'reconnect' });
        await story.take({ kind: 'calls', passwords: ['right'], role: 'PUBLIC', count: 1 });
        expect(story.answered, story.lastError).toBe(before + 1);
      }),
    ),
    { numRuns: runs },
  );
});
