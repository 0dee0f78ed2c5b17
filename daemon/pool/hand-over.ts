import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import type { Logger } from '../log/logger.ts';
import type { Driver, SessionTokens, SignInToken } from './driver.ts';
import type { Entry } from './entry.ts';

/** One session on its way to another daemon. Holds secrets; passed over the socket, in memory only. */
export interface HandedSession {
  readonly tokens: SessionTokens;
  /** Epoch ms. */
  readonly openedMs: number;
  /** The client that has it pinned. */
  readonly pinnedBy?: string;
  /** True where nothing was ever run on it. */
  readonly isUnused?: boolean;
}

/** True where no statement runs on the session, so that another daemon can take it over. */
export function isFree({ lease, driver, mark }: Entry): boolean {
  return !mark && (!lease || (lease.isPinned && !driver.isBusy));
}

/** Lets go of a session without closing it at Snowflake. */
export function letGo(entry: Entry): HandedSession {
  const tokens = entry.driver.exportTokens();
  entry.driver.detach();
  return {
    tokens,
    openedMs: entry.openedMs,
    isUnused: !entry.isForeign && !entry.driver.isUsed,
    ...(entry.lease ? { pinnedBy: entry.lease.holder } : {}),
  };
}

/** Between attempts to close what could not be taken over. */
const closeAgainMs = [1_000, 10_000, 60_000];

/**
 * Closes at Snowflake a session that was let go and that nobody has taken over; tried again where the account cannot be had.
 * Never rejects.
 */
export async function closeHanded(
  profile: Profile,
  { tokens }: HandedSession,
  { driver, clock, log }: { readonly driver: Driver; readonly clock: Clock; readonly log: Logger },
): Promise<void> {
  for (const pauseMs of [...closeAgainMs, undefined]) {
    try {
      const session = await driver.adopt(profile, tokens);
      return await session.close();
    } catch (error) {
      if (pauseMs === undefined) log.error({ err: error, session: tokens.sessionId }, 'a session was left to expire');
      else await clock.sleep(pauseMs);
    }
  }
}

/** Everything a successor needs so that no pool signs in again. Survives JSON. */
export interface PoolsParcel {
  readonly version: 1;
  readonly pools: readonly { readonly profile: Profile; readonly sessions: readonly HandedSession[] }[];
  readonly signInTokens: readonly SignInToken[];
}

/** The parcel, where it is one that this daemon can read; it comes from a daemon of the same user, perhaps an older one. */
export function readParcel(value: unknown): PoolsParcel | undefined {
  const { version } = (value ?? {}) as { readonly version?: unknown };
  return version === 1 ? (value as PoolsParcel) : undefined;
}
