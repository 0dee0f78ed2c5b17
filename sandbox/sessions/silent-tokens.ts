/** ID and MFA tokens: given after a sign-in that took a person, good for silent further ones (PROTOCOL §2). */
import { randomBytes } from 'node:crypto';

export type SilentKind = 'id' | 'mfa';
export type SilentVerdict = 'good' | 'expired' | 'unknown';

interface SilentToken {
  readonly kind: SilentKind;
  readonly user: string;
  readonly expiresMs: number;
}

/** Snowflake keeps both for four hours. */
const SILENT_LIFE_MS = 4 * 3_600_000;
const MOST_TOKENS = 10_000;

/** The tokens that were given out; the oldest are forgotten beyond ten thousand. */
export class SilentTokens {
  readonly #tokens = new Map<string, SilentToken>();

  constructor(private readonly now: () => number) {}

  give(kind: SilentKind, user: string): string {
    const token = `${kind}-${randomBytes(48).toString('base64url')}`;
    this.#tokens.set(token, { kind, user, expiresMs: this.now() + SILENT_LIFE_MS });
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MOST_TOKENS && oldest !== undefined) this.#tokens.delete(oldest);
    return token;
  }

  verdict(kind: SilentKind, user: string, token: string): SilentVerdict {
    const known = this.#tokens.get(token);
    if (!known || known.kind !== kind || known.user !== user) return 'unknown';
    return this.now() < known.expiresMs ? 'good' : 'expired';
  }

  /** Forgets every token of a kind, as an account does when its switch is turned off. Returns how many. */
  revoke(kind: SilentKind): number {
    const chosen = [...this.#tokens].filter(([, token]) => token.kind === kind);
    for (const [key] of chosen) this.#tokens.delete(key);
    return chosen.length;
  }
}
