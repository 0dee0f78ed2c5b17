import type { DaemonStatus } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import type { StatusHandlers } from '../../proto/generated/snowpool/v1/Status.ts';
import type { Clients } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import type { PoolState, Pools } from '../pool/contract.ts';
import type { StatementCounts } from '../query/audited.ts';
import { toStatus } from './status-codes.ts';

/** What status reads from; nothing in it is kept twice. */
export interface StatusSources {
  readonly version: string;
  readonly socket: string;
  readonly startedBy: string;
  readonly logFile: string;
  /** Clock.monotonic() at the start. */
  readonly startedAt: number;
  readonly clock: Clock;
  readonly pools: Pools;
  readonly clients: Clients;
  readonly counts: StatementCounts;
  isDraining(): boolean;
}

/** From best to worst. */
const severity: readonly PoolState[] = [
  'healthy',
  'starting',
  'degraded',
  'unavailable',
  'credentials_rejected',
  'draining',
];

/** The daemon's state in the contract's words: for `pool-status` and the `pool_status` tool. */
export function daemonStatus(sources: StatusSources): DaemonStatus {
  const pools = sources.pools.status();
  const worst = pools.reduce<PoolState>(
    (state, pool) => (severity.indexOf(pool.state) > severity.indexOf(state) ? pool.state : state),
    'healthy',
  );
  return {
    version: sources.version,
    pid: process.pid,
    socket: sources.socket,
    uptimeMs: Math.round(sources.clock.monotonic() - sources.startedAt),
    state: sources.isDraining() ? 'draining' : worst,
    startedBy: sources.startedBy,
    statements: { ...sources.counts },
    memoryBytes: process.memoryUsage.rss(),
    logFile: sources.logFile,
    pools: pools.map((pool) => ({
      profile: pool.profile.name,
      fingerprint: pool.profile.fingerprint,
      account: pool.profile.account,
      user: pool.profile.user,
      role: pool.profile.role ?? '',
      sandbox: pool.profile.isSandbox,
      state: pool.state,
      reason: pool.reason,
      advice: pool.advice,
      minSize: pool.minSize,
      maxSize: pool.maxSize,
      capacity: pool.capacity,
      size: pool.size,
      idle: pool.idle,
      leased: pool.leased,
      pinned: pool.pinned,
      opening: pool.opening,
      sessions: pool.sessions.map((session) => ({
        ...session,
        holder: session.holder ?? '',
        ageMs: Math.round(session.ageMs),
        idleMs: Math.round(session.idleMs),
      })),
      loginsSucceeded: pool.logins.succeeded,
      loginsFailed: pool.logins.failed,
      evictions: { ...pool.evictions },
      lastHealthCheckMs: pool.lastHealthCheckMs ?? 0,
      notes: [...pool.notes],
    })),
    clients: sources.clients.status().map((client) => ({
      id: client.identity.id,
      name: client.identity.name,
      version: client.identity.version,
      pid: client.identity.pid,
      attachedMs: Math.round(client.attachedMs),
      connections: client.connections.map((connection) => ({ ...connection })),
    })),
  };
}

/** Serves `Status`. */
export function statusService(sources: StatusSources): StatusHandlers {
  return {
    Get(_call, callback) {
      try {
        callback(null, daemonStatus(sources));
      } catch (error) {
        callback(toStatus(error));
      }
    },
  };
}
