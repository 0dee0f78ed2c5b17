/** One signed-in session as the protocol side knows it; what SQL knows of it is the engine's session inside. */
import type { EngineSession, SessionRecord } from '../engine.ts';

export type SessionEnd = 'closed' | 'expired' | 'killed' | 'stopped';

export interface SessionIdentity {
  /** Digits; fits a JSON number (Go decodes it as int64). */
  readonly id: string;
  /** Upper case. */
  readonly user: string;
  readonly account: string;
  readonly clientApplication: string;
  /** A driver on Snowflake's common core: it knows object stores only. */
  readonly hasDriverCore: boolean;
  readonly startedMs: number;
}

/** A session with its tokens' serials and its time of last use. Lives in a SessionRegistry, which alone ends it. */
export class Session {
  readonly #ending = new AbortController();
  #serial = 0;
  /** Tokens up to and with these serials count as expired, whatever their time says. */
  readonly expiredUpTo = { session: 0, master: 0 };
  lastUsedMs: number;
  /** Requests under way: a session in use does not idle out. */
  inUse = 0;
  /** False until the first request with its token: a client whose login answer was lost never sends one. */
  isClaimed = false;

  constructor(
    readonly identity: SessionIdentity,
    readonly engine: EngineSession,
  ) {
    this.lastUsedMs = identity.startedMs;
  }

  get id(): string {
    return this.identity.id;
  }

  get user(): string {
    return this.identity.user;
  }

  /** Aborted when the session has ended, with the SessionEnd as its reason. */
  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  get lastSerial(): number {
    return this.#serial;
  }

  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  /** Marks the session as over. Idempotent; the registry does the rest. */
  end(reason: SessionEnd): void {
    if (!this.#ending.signal.aborted) this.#ending.abort(reason);
  }

  record(): SessionRecord {
    const { id, user, clientApplication, startedMs } = this.identity;
    return { sessionId: id, user, clientApplication, startedMs };
  }
}
