/** The clients' layer over the real pools and the real driver against a sandbox, for one test file. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createClients } from '../../../daemon/clients/clients.ts';
import type {
  AttachedClient,
  Attachment,
  Clients,
  Profiles,
  StatementEffects,
} from '../../../daemon/clients/contract.ts';
import { type Clock, systemClock } from '../../../daemon/clock.ts';
import type { ClientLimits, Profile } from '../../../daemon/config/profile.ts';
import type { Pools } from '../../../daemon/pool/contract.ts';
import { DriverError, type DriverResult, type DriverSession, type RawRow } from '../../../daemon/pool/driver.ts';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { openPools, type ProfileChoice, profileFor } from '../../support/pools.ts';
import { type Sandbox, type SandboxSettings, startSandbox } from '../../support/sandbox.ts';

export const log = pino({ level: process.env.SNOWPOOL_LOG_LEVEL ?? 'silent' });

const guard = await createGuard();

/** What the guard reads from a statement's text, as it does in the daemon. */
export function effectsOf(sql: string): StatementEffects {
  return guard.judge(sql, { mode: 'read-write', allow: [], deny: [], functions: 'all' }).effects;
}

export interface Ran {
  readonly rows: readonly RawRow[];
  readonly result: DriverResult;
  readonly sessionId: string;
  readonly notices: readonly string[];
}

export interface RunOptions {
  /** What the statement may leave behind; unless given, as the guard reads them. */
  readonly effects?: StatementEffects;
  readonly override?: { readonly database?: string; readonly schema?: string };
  readonly needsLastSession?: boolean;
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
  readonly onPlace?: (place: number) => void;
  readonly onRunning?: () => void;
}

/** Runs a statement as `query/` does: lend, execute, read, settle. Rejects with SnowpoolError or DriverError. */
export async function run(attachment: Attachment, sql: string, options: RunOptions = {}): Promise<Ran> {
  const requestId = randomUUID();
  const loan = await attachment.lend({
    requestId,
    effects: options.effects ?? effectsOf(sql),
    ...(options.override ? { override: options.override } : {}),
    ...(options.needsLastSession ? { needsLastSession: true } : {}),
    signal: options.signal ?? new AbortController().signal,
    deadline: performance.now() + (options.deadlineMs ?? 30_000),
    onPlace: options.onPlace ?? (() => {}),
  });
  const { session } = loan;
  let result: DriverResult;
  try {
    const statement = session.execute({ sql, requestId, parameters: {} });
    options.onRunning?.();
    result = await statement.result;
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    await loan.settle({ state: 'failed', error });
    throw error;
  }
  attachment.queryIds.add(result.queryId);
  const rows = await rowsOf(result);
  await loan.settle({ state: 'succeeded', result });
  return { rows, result, sessionId: session.sessionId, notices: loan.notices };
}

/** Runs a statement on a session that is in no pool. Rejects with DriverError. */
export async function runOn(session: DriverSession, sql: string): Promise<readonly RawRow[]> {
  return rowsOf(await session.execute({ sql, requestId: randomUUID(), parameters: {} }).result);
}

async function rowsOf(result: DriverResult): Promise<readonly RawRow[]> {
  const rows: RawRow[] = [];
  const all = { start: 0, end: result.totalRows };
  for await (const batch of result.rows(all, AbortSignal.timeout(30_000))) rows.push(...batch);
  return rows;
}

/** The one cell of a one-cell answer. */
export async function cell(attachment: Attachment, sql: string, options: RunOptions = {}): Promise<string | null> {
  return (await run(attachment, sql, options)).rows[0]?.[0] ?? null;
}

export interface Stage {
  readonly sandbox: Sandbox;
  readonly pools: Pools;
  readonly clients: Clients;
  /** A profile with at most three sessions unless chosen otherwise. */
  profile(choice?: ProfileChoice, limits?: Partial<ClientLimits>): Profile;
  /** Attaches a client; `saved` holds what its front-end was handed, by connection. `more`: its further connections. */
  attach(name: string, profile?: Profile, contexts?: ReadonlyMap<string, Uint8Array>, more?: Profiles): Attached;
  /** A session that is in no pool. */
  openSession(profile: Profile): Promise<DriverSession>;
  close(): Promise<void>;
}

export interface Attached {
  readonly client: AttachedClient;
  readonly attachment: Attachment;
  readonly saved: Map<string, Uint8Array>;
  readonly noticed: string[];
}

/** A sandbox and one daemon's layers over it. */
export async function startStage(
  options: { readonly sandbox?: SandboxSettings; readonly clock?: Clock } = {},
): Promise<Stage> {
  const sandbox = await startSandbox(options.sandbox);
  const clock = options.clock ?? systemClock;
  const layer = startLayer(sandbox, clock);
  return {
    sandbox,
    ...layer,
    async close() {
      await layer.close();
      await sandbox.stop();
    },
  };
}

/** One daemon's pools and clients over a sandbox that is there already. */
export function startLayer(sandbox: Sandbox, clock: Clock = systemClock): Omit<Stage, 'sandbox'> {
  const world = openPools({ clock });
  const { pools } = world;
  const clients = createClients({ pools, clock, random: Math.random, newId: randomUUID, log });
  const profile = (choice: ProfileChoice = {}, limits: Partial<ClientLimits> = {}): Profile => {
    const pool = { minSize: 1, maxSize: 3, growAfterMs: 50, ...choice.pool };
    const made = profileFor(sandbox, { ...choice, pool });
    return { ...made, limits: { ...made.limits, ...limits } };
  };
  let pid = 100;
  return {
    pools,
    clients,
    profile,
    attach(name, wanted = profile(), contexts = new Map(), more = new Map()) {
      const saved = new Map<string, Uint8Array>(contexts);
      const noticed: string[] = [];
      const client = clients.attach(
        { id: randomUUID(), name, version: '1', pid: pid++ },
        new Map([['default', wanted], ...more]),
        contexts,
        {
          saveContext: (connection, context) => saved.set(connection, context),
          prompt: { openUrl() {} },
          notice: (_, text) => noticed.push(text),
        },
      );
      return { client, attachment: client.attachment(), saved, noticed };
    },
    openSession: (of) => world.driver.open(of, { prompt: undefined, signal: new AbortController().signal }),
    async close() {
      await clients.drain(clock.monotonic());
      await world.close();
    },
  };
}
