import type { PoolSettings, Profile } from '../config/profile.ts';
import type { EvictReason, PoolStatus, SessionStatus } from './contract.ts';
import type { Entry } from './entry.ts';
import { describeState, type PoolFacts } from './pool-state.ts';

/** Evictions by reason, before the first. */
export const noEvictions: Readonly<Record<EvictReason, number>> = {
  idle: 0,
  age: 0,
  heartbeat: 0,
  broken: 0,
  context: 0,
  pin: 0,
  leak: 0,
  drain: 0,
  profile: 0,
};

/** What `pool-status` shows of one pool. */
export function describePool(pool: {
  readonly profile: Profile;
  readonly settings: PoolSettings;
  readonly entries: readonly Entry[];
  readonly capacity: number;
  readonly opening: number;
  readonly logins: PoolStatus['logins'];
  readonly evictions: Readonly<Record<EvictReason, number>>;
  readonly lastHealthCheckMs: number | undefined;
  readonly notes: readonly string[];
  readonly isPersonNeeded: boolean;
  readonly facts: Omit<PoolFacts, 'size' | 'opening' | 'unanswered'>;
}): PoolStatus {
  const { profile, entries, settings } = pool;
  const unanswered = entries.filter((entry) => entry.unanswered > 0).length;
  const sessions = entries.map(describeSession);
  const count = (state: SessionStatus['state']) => sessions.filter((session) => session.state === state).length;
  return {
    profile: {
      name: profile.name,
      fingerprint: profile.fingerprint,
      account: profile.account,
      user: profile.user,
      role: profile.role,
      isSandbox: profile.isSandbox,
    },
    ...describeState({ ...pool.facts, size: entries.length, opening: pool.opening, unanswered }),
    minSize: settings.minSize,
    maxSize: settings.maxSize,
    capacity: pool.capacity,
    size: sessions.length,
    idle: count('idle'),
    leased: count('leased'),
    pinned: count('pinned'),
    opening: pool.opening,
    sessions,
    logins: pool.logins,
    evictions: pool.evictions,
    lastHealthCheckMs: pool.lastHealthCheckMs,
    notes: [...pool.notes, ...(pool.isPersonNeeded ? [personNote(profile)] : [])],
  };
}

function describeSession(entry: Entry): SessionStatus {
  return {
    id: entry.id,
    sessionId: entry.driver.sessionId,
    state: entry.lease ? (entry.lease.isPinned ? 'pinned' : 'leased') : 'idle',
    holder: entry.lease?.holder,
    ageMs: entry.ageMs,
    idleMs: entry.idleMs,
    statements: entry.driver.statements,
  };
}

/** Which account parameter would let further sessions sign in without asking (docs: MFA token caching, ID tokens). */
function personNote({ credentials }: Profile): string {
  const parameter = credentials.kind === 'mfa' ? 'ALLOW_CLIENT_MFA_CACHING' : 'ALLOW_ID_TOKEN';
  return `The account issues no token for silent sign-in, so the pool stays at one session, shared in turn; an administrator lifts that with ALTER ACCOUNT SET ${parameter} = TRUE.`;
}
