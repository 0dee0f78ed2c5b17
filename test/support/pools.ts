/** The daemon's pools over the real driver, in the test's own process, against a real sandbox. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Clock, systemClock } from '../../daemon/clock.ts';
import type { Credentials, PoolSettings, Profile } from '../../daemon/config/profile.ts';
import type { AcquireRequest, Pools, SessionPool } from '../../daemon/pool/contract.ts';
import type { Driver, DriverSession, DriverStatement, SignInPrompt } from '../../daemon/pool/driver.ts';
import { createPools } from '../../daemon/pool/pools.ts';
import { createSnowflakeDriver } from '../../daemon/pool/snowflake-driver.ts';
import type { Sandbox } from './sandbox.ts';

export const log = pino({ level: process.env.POOL_TEST_LOG ?? 'silent' });

export interface ProfileChoice {
  readonly user?: string;
  readonly password?: string;
  readonly credentials?: Credentials;
  readonly role?: string;
  readonly database?: string;
  readonly schema?: string;
  readonly warehouse?: string;
  readonly account?: string;
  readonly pool?: Partial<PoolSettings>;
  readonly sessionParameters?: Profile['sessionParameters'];
}

/** A profile that reaches the sandbox. Different choices have different fingerprints, but for the pool's sizes. */
export function profileFor(sandbox: Pick<Sandbox, 'host' | 'port'>, choice: ProfileChoice = {}): Profile {
  const { pool, ...identifying } = choice;
  const credentials = choice.credentials ?? { kind: 'password', password: choice.password ?? 'secret' };
  return {
    fingerprint: createHash('sha256').update(JSON.stringify(identifying)).digest('hex').slice(0, 16),
    name: 'default',
    isSandbox: false,
    account: choice.account ?? 'myorg-acc',
    user: choice.user ?? 'TESTER',
    credentials,
    host: sandbox.host,
    port: sandbox.port,
    protocol: 'http',
    role: choice.role,
    warehouse: choice.warehouse,
    database: choice.database,
    schema: choice.schema,
    sessionParameters: choice.sessionParameters ?? {},
    proxy: undefined,
    policy: { mode: 'read-only', allow: [], deny: [], functions: 'all' },
    pool: {
      minSize: 2,
      maxSize: 10,
      maxInactiveMs: 30 * 60_000,
      healthCheckMs: 5 * 60_000,
      connectionTimeoutMs: 30_000,
      retryAttempts: 3,
      refreshMs: 8 * 3_600_000,
      growAfterMs: 250,
      ...pool,
    },
    limits: {
      maxWaiting: 100,
      maxRunning: undefined,
      pinIdleMs: 600_000,
      statementTimeoutSeconds: 600,
      waitMs: 45_000,
    },
  };
}

export interface PoolWorld {
  readonly pools: Pools;
  readonly driver: Driver;
  readonly stateDir: string;
  /** Logins and heartbeats that the account has not answered yet. */
  inFlight(): number;
  /** Closes every session at the account. */
  close(): Promise<void>;
}

/** Pools as one daemon has them. Hand in `stateDir` to follow a daemon that ended. */
export function openPools(
  options: {
    readonly clock?: Clock;
    readonly random?: () => number;
    readonly stateDir?: string;
    readonly log?: typeof log;
    /** Where the embedded account listens, for a profile of it. */
    readonly sandboxAddress?: () => Promise<{ readonly host: string; readonly port: number }>;
  } = {},
): PoolWorld {
  const ownLog = options.log ?? log;
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'snowpool-state-'));
  const clock = options.clock ?? systemClock;
  let inFlight = 0;
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    inFlight += 1;
    try {
      return await work();
    } finally {
      inFlight -= 1;
    }
  };
  const sandboxAddress = options.sandboxAddress ?? (() => Promise.reject(new Error('none')));
  const real = createSnowflakeDriver({ sandboxAddress, log: ownLog, clock });
  const driver = countRequests(real, counted);
  const pools = createPools({ driver, clock, random: options.random ?? Math.random, stateDir, log: ownLog });
  return {
    pools,
    driver,
    stateDir,
    inFlight: () => inFlight,
    close: async () => {
      await pools.drain(clock.monotonic());
      if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

type Counted = <T>(work: () => Promise<T>) => Promise<T>;

/** The driver itself, with its logins and heartbeats counted. */
function countRequests(driver: Driver, counted: Counted): Driver {
  const countHeartbeats = (session: DriverSession): DriverSession =>
    new Proxy(session, {
      get(target, key) {
        if (key === 'heartbeat') return (signal?: AbortSignal) => counted(() => target.heartbeat(signal));
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return {
    open: (profile, options) => counted(async () => countHeartbeats(await driver.open(profile, options))),
    adopt: (profile, tokens) => counted(async () => countHeartbeats(await driver.adopt(profile, tokens))),
    needsPersonEachTime: (profile) => driver.needsPersonEachTime(profile),
    isSilent: (profile) => driver.isSilent(profile),
    exportSignInTokens: () => driver.exportSignInTokens(),
    importSignInTokens: (tokens) => driver.importSignInTokens(tokens),
    close: () => driver.close(),
  };
}

/** A request for a session as a call makes it; no preference unless chosen. */
export function asking(choice: Partial<AcquireRequest> = {}): AcquireRequest {
  return {
    holder: 'test',
    score: () => 0,
    signal: new AbortController().signal,
    deadline: Number.MAX_SAFE_INTEGER,
    ...choice,
  };
}

export function run(session: Pick<DriverSession, 'execute'>, sql: string): DriverStatement {
  return session.execute({ sql, requestId: crypto.randomUUID(), parameters: {} });
}

/** Runs one statement as a call does: on a session of the pool, given back afterwards. Resolves with its first row. */
export async function ask(pool: SessionPool, sql: string): Promise<readonly (string | null)[] | undefined> {
  const session = await pool.acquire(asking());
  try {
    const result = await run(session.driver, sql).result;
    for await (const [row] of result.rows({ start: 0, end: 1 }, new AbortController().signal)) return row;
    return undefined;
  } finally {
    pool.release(session);
  }
}

/** A front-end with a browser: opens each page and signs in there as `user`. */
export function browser(user: string, password: string): SignInPrompt & { readonly opened: string[] } {
  const opened: string[] = [];
  return {
    opened,
    openUrl: (url) => {
      opened.push(url);
      void signInAt(url, user, password);
    },
  };
}

async function signInAt(url: string, user: string, password: string): Promise<void> {
  const page = new URL(url);
  await fetch(page);
  const form = new URLSearchParams(page.search);
  form.set('login_name', user);
  form.set('password', password);
  await fetch(new URL(page.pathname, page), { method: 'POST', body: form });
}
