/** What the layers above may know of the pool. The pool knows neither SQL policy nor gRPC nor MCP. */
import type { Profile } from '../config/profile.ts';
import type { DriverSession, SignInPrompt } from './driver.ts';

/** Why a session was closed. No eviction without one (DESIGN §4). */
export type EvictReason = 'idle' | 'age' | 'heartbeat' | 'broken' | 'context' | 'pin' | 'leak' | 'drain' | 'profile';

export type PoolState = 'starting' | 'healthy' | 'degraded' | 'unavailable' | 'credentials_rejected' | 'draining';

/** A pooled session as its borrower sees it. */
export interface PooledSession {
  readonly id: string;
  readonly driver: DriverSession;
  /** Slot for the layer above: what context the session is known to carry. The pool never reads it; undefined: none yet. */
  carries: unknown;
  /** True where the clients of an older daemon used it: what they left there only that daemon can tell. */
  readonly isForeign: boolean;
}

export interface AcquireRequest {
  /** For people: shown as the holder in errors and status. */
  readonly holder: string;
  /** Picks among idle sessions: highest score wins, ties go to the newest. Called synchronously. */
  readonly score: (session: PooledSession) => number;
  readonly signal: AbortSignal;
  /** Ms on Clock.monotonic(): what a wall clock that is set, or a machine that sleeps, does not bring nearer. */
  readonly deadline: number;
  readonly prompt?: SignInPrompt;
  /** Monotonic ms since when the call waits, where it waited in a queue of the layer above before; counts for the pool's growth. */
  readonly waitingSince?: number;
}

export interface SessionStatus {
  readonly id: string;
  readonly sessionId: string;
  readonly state: 'idle' | 'leased' | 'pinned' | 'opening' | 'closing';
  readonly holder: string | undefined;
  readonly ageMs: number;
  readonly idleMs: number;
  readonly statements: number;
}

export interface PoolStatus {
  readonly profile: {
    readonly name: string;
    readonly fingerprint: string;
    readonly account: string;
    readonly user: string;
    readonly role: string | undefined;
    readonly isSandbox: boolean;
  };
  readonly state: PoolState;
  /** One sentence: why. */
  readonly reason: string;
  /** One sentence: what to do; empty where nothing is to be done. */
  readonly advice: string;
  readonly minSize: number;
  readonly maxSize: number;
  /** As SessionPool has it. */
  readonly capacity: number;
  readonly size: number;
  readonly idle: number;
  readonly leased: number;
  readonly pinned: number;
  readonly opening: number;
  readonly sessions: readonly SessionStatus[];
  readonly logins: { readonly succeeded: number; readonly failed: number };
  readonly evictions: Readonly<Record<EvictReason, number>>;
  readonly lastHealthCheckMs: number | undefined;
  readonly notes: readonly string[];
}

/** The sessions of one profile. */
export interface SessionPool {
  readonly profile: Profile;
  /** Sessions that may be open at once: max as set last, or one where each sign-in asks a person. */
  readonly capacity: number;
  /** Lends a proven session. Rejects with SnowpoolError: credentials_rejected, account_unreachable, pool_exhausted, deadline_exceeded, cancelled, draining. */
  acquire(request: AcquireRequest): Promise<PooledSession>;
  /** Gives it back for the next borrower. */
  release(session: PooledSession): void;
  /** Gives it back to be closed at Snowflake for `reason`. Resolves when it is closed. */
  evict(session: PooledSession, reason: EvictReason): Promise<void>;
  /** Names who holds a lease from now on: the layer above fetches sessions first and then decides whose turn it is. */
  hold(session: PooledSession, holder: string): void;
  /** Marks a lease as pinned (counts against max, shown as such) or not. */
  pin(session: PooledSession, isPinned: boolean): void;
  /** Tells the pool that a session just failed on its own, so that the rest is checked early. */
  suspect(session: PooledSession): void;
  /** The pinned session from a daemon that handed over, by Snowflake's session id, as a lease; once. Undefined where there is none (any more). */
  claim(sessionId: string, holder: string): Promise<PooledSession | undefined>;
  status(): PoolStatus;
}

/** All pools by fingerprint. */
export interface Pools {
  /** The profile's pool, made where there is none yet; keeps it while at least one user holds it. */
  attach(profile: Profile): SessionPool;
  detach(pool: SessionPool): void;
  /** Gives an existing pool the sizes and times of this profile, as after a reload. */
  resize(profile: Profile): void;
  status(): readonly PoolStatus[];
  /** Forgets login verdicts and asks again: `snowpool reconnect`. Resolves when each pool knows how its sign-in went. */
  reconnect(): Promise<void>;
  /** Stops lending, closes every session at Snowflake by `deadline` (ms on the monotonic clock). */
  drain(deadline: number): Promise<void>;
  /** Stops lending and gives every session's tokens away (JSON-able, with what a successor needs to own them) without closing them at Snowflake. */
  handOver(): Promise<unknown>;
  /** Closes at Snowflake what `handOver` gave, as nobody took it, by `deadline` (ms on the monotonic clock). Never rejects. */
  discard(parcel: unknown, deadline: number): Promise<void>;
  /** Takes over what `handOver` of an older daemon gave; sessions that no client claims are closed at Snowflake. */
  adopt(parcel: unknown): Promise<void>;
}
