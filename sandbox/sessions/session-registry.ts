/**
 * Folder sessions/: who may sign in and how, sessions, their tokens, and the clock all of it runs on.
 * May import sandbox/engine.ts only; http/ and statements/ stand on it. This file: the sessions that are open.
 */
import type { SandboxClock } from './clock.ts';
import { sessionRefusals } from './refusal.ts';
import type { Session, SessionEnd } from './session.ts';
import { type TokenClaims, type TokenKind, TokenMint } from './tokens.ts';

/** Lives of tokens in ms on the sandbox's clock. Snowflake's: 1 h and 4 h (PROTOCOL §3). */
export interface TokenLives {
  readonly sessionMs: number;
  readonly masterMs: number;
}

export interface IssuedTokens {
  readonly sessionToken: string;
  readonly masterToken: string;
  readonly sessionSeconds: number;
  readonly masterSeconds: number;
}

export interface SessionCounts {
  opened: number;
  closed: number;
  expired: number;
  killed: number;
  renewals: number;
}

/**
 * Holds the open sessions and decides on every token.
 * A session token dies at its own time. A session dies after `masterMs` without any request; its master token with it
 * (Snowflake: four hours of inactivity). Heartbeats count as use.
 */
export class SessionRegistry {
  readonly #sessions = new Map<string, Session>();
  readonly #idleAlarms = new Map<string, () => void>();
  readonly #mint = new TokenMint();
  /** Sessions that ended as a request made their tokens expire: these go on being told so. */
  readonly #expired = new Set<string>();
  readonly counts: SessionCounts = { opened: 0, closed: 0, expired: 0, killed: 0, renewals: 0 };
  #lastId: number;

  constructor(
    private readonly clock: SandboxClock,
    private lives: TokenLives,
    /** Told once for each session that ended, after it left the registry; resolves when all that hung on it is gone. */
    private readonly onEnd: (session: Session, reason: SessionEnd) => Promise<void>,
  ) {
    // Ids differ from one sandbox to the next, so that a session of an earlier one is never taken for one of this.
    this.#lastId = 1_000_000_000 + (Math.floor(clock.now() / 1000) % 1_000_000_000);
  }

  /** Sets the lives of tokens to come, and of sessions at once. */
  setLives(lives: Partial<TokenLives>): void {
    this.lives = { ...this.lives, ...lives };
    for (const session of this.#sessions.values()) this.#watchIdle(session);
  }

  nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  add(session: Session): IssuedTokens {
    this.#sessions.set(session.id, session);
    this.counts.opened += 1;
    this.#watchIdle(session);
    return this.#issue(session);
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /** The session that a token of either kind was made for, expired or not; undefined where it is gone or the token false. */
  ofToken(token: string): Session | undefined {
    const claims = this.#mint.read(token);
    return claims && this.#sessions.get(claims.sessionId);
  }

  /** The session of a session token. Throws 390104, 390112, 390111 (in this order, as Snowflake tells them apart). */
  bySessionToken(token: string): Session {
    const claims = this.#mint.read(token);
    if (claims?.kind !== 'session') throw sessionRefusals.invalidToken();
    const session = this.#sessions.get(claims.sessionId);
    if (this.#isExpired(claims, session)) throw sessionRefusals.sessionTokenExpired();
    if (!session) throw sessionRefusals.gone();
    return session;
  }

  /** New tokens for a master token. Throws 390113, 390115, 390114, 390111. The old session token keeps its own time. */
  renew(masterToken: string): { readonly session: Session; readonly tokens: IssuedTokens } {
    if (masterToken === '') throw sessionRefusals.masterTokenNotFound();
    const claims = this.#mint.read(masterToken);
    if (claims?.kind !== 'master') throw sessionRefusals.masterTokenInvalid();
    const session = this.#sessions.get(claims.sessionId);
    // The life of a session slides with its use, that of its master token with it.
    const isOver = this.#expired.has(claims.sessionId) || this.clock.now() >= claims.expiresMs;
    if (session ? claims.serial <= session.expiredUpTo.master : isOver) {
      throw sessionRefusals.masterTokenExpired();
    }
    if (!session) throw sessionRefusals.gone();
    this.counts.renewals += 1;
    return { session, tokens: this.#issue(session) };
  }

  /** Notes that a request of this session is under way until the returned function is called. */
  use(session: Session): () => void {
    session.inUse += 1;
    session.isClaimed = true;
    session.lastUsedMs = this.clock.now();
    return () => {
      session.inUse -= 1;
      session.lastUsedMs = this.clock.now();
      this.#endIfExpired(session);
    };
  }

  /** Ends a session; false where it had ended before. */
  async end(id: string, reason: SessionEnd): Promise<boolean> {
    const session = this.#sessions.get(id);
    if (!session) return false;
    this.#sessions.delete(id);
    this.#idleAlarms.get(id)?.();
    this.#idleAlarms.delete(id);
    if (reason === 'expired') this.counts.expired += 1;
    else if (reason === 'killed') this.counts.killed += 1;
    else this.counts.closed += 1;
    session.end(reason);
    await this.onEnd(session, reason);
    return true;
  }

  /** Makes every token issued so far count as expired; of one session, or of all. Returns how many sessions it touched. */
  expireTokens(kinds: readonly TokenKind[], sessions: readonly Session[]): number {
    for (const session of sessions) {
      for (const kind of kinds) session.expiredUpTo[kind] = session.lastSerial;
      this.#endIfExpired(session);
    }
    return sessions.length;
  }

  /** A session whose every token has expired cannot be reached again: it is over, as one that was idle too long. */
  #endIfExpired(session: Session): void {
    const { expiredUpTo, lastSerial } = session;
    if (session.inUse > 0 || expiredUpTo.master < lastSerial || expiredUpTo.session < lastSerial) return;
    this.#expired.add(session.id);
    void this.end(session.id, 'expired');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((id) => this.end(id, 'stopped')));
  }

  #isExpired(claims: TokenClaims, session: Session | undefined): boolean {
    return (
      this.clock.now() >= claims.expiresMs ||
      (session === undefined ? this.#expired.has(claims.sessionId) : claims.serial <= session.expiredUpTo.session)
    );
  }

  #issue(session: Session): IssuedTokens {
    const nowMs = this.clock.now();
    const serial = session.nextSerial();
    const make = (kind: TokenKind, lifeMs: number) =>
      this.#mint.mint({ kind, sessionId: session.id, serial, expiresMs: nowMs + lifeMs });
    return {
      sessionToken: make('session', this.lives.sessionMs),
      masterToken: make('master', this.lives.masterMs),
      sessionSeconds: Math.floor(this.lives.sessionMs / 1000),
      masterSeconds: Math.floor(this.lives.masterMs / 1000),
    };
  }

  #watchIdle(session: Session): void {
    this.#idleAlarms.get(session.id)?.();
    const dueMs = (session.inUse > 0 ? this.clock.now() : session.lastUsedMs) + this.lives.masterMs;
    const cancel = this.clock.at(dueMs, () => {
      if (!this.#sessions.has(session.id)) return;
      const isIdle = session.inUse === 0 && this.clock.now() >= session.lastUsedMs + this.lives.masterMs;
      if (isIdle) void this.end(session.id, 'expired');
      else this.#watchIdle(session);
    });
    this.#idleAlarms.set(session.id, cancel);
  }
}
