import type { Clock } from '../../clock.ts';
import type { SignInToken } from '../driver.ts';

/** Snowflake keeps ID and MFA tokens for four hours (docs: "Using MFA token caching", "Using SSO with client applications"). */
const lifeMs = 4 * 3_600_000;

/**
 * The driver's credential manager, kept in memory: ID and MFA tokens, by which further sessions sign in without asking the
 * person again. The driver calls `read`, `write` and `remove` by keys that it makes from host, user and kind.
 */
export class SignInTokens {
  readonly #tokens = new Map<string, SignInToken>();

  constructor(private readonly clock: Clock) {}

  async read(key: string): Promise<string | null> {
    return this.#tokens.get(key)?.token ?? null;
  }

  async write(key: string, token: string): Promise<void> {
    this.#tokens.set(key, { key, token, receivedMs: this.clock.now() });
  }

  async remove(key: string): Promise<void> {
    this.#tokens.delete(key);
  }

  /** True where a token is held that should still be good. */
  isFresh(key: string): boolean {
    const held = this.#tokens.get(key);
    return held !== undefined && this.clock.now() - held.receivedMs < lifeMs;
  }

  forget(key: string): void {
    this.#tokens.delete(key);
  }

  all(): readonly SignInToken[] {
    return [...this.#tokens.values()];
  }

  put(tokens: readonly SignInToken[]): void {
    for (const token of tokens) this.#tokens.set(token.key, token);
  }
}
