import type { Profile } from '../config/profile.ts';
import type { SessionTokens, SignInToken } from './driver.ts';
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
