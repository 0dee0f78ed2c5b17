/** Sign-ins through the sandbox's own page: what the page signed in is redeemed by the driver's login request. */
import { randomBytes } from 'node:crypto';

interface BrowserLogin {
  readonly user: string;
  readonly proofKey: string;
  readonly expiresMs: number;
}

/** Drivers give the person two minutes (PROTOCOL §2); the token is good a little longer. */
const LOGIN_LIFE_MS = 5 * 60_000;
const MOST_LOGINS = 1_000;

/** Tokens that the page handed to a driver's local listener; each is good once. */
export class BrowserLogins {
  readonly #logins = new Map<string, BrowserLogin>();

  constructor(private readonly now: () => number) {}

  /** The token for a person who has signed in as `user` (upper case) on the page that carried this proof key. */
  complete(user: string, proofKey: string): string {
    const token = randomBytes(48).toString('base64url');
    this.#logins.set(token, { user, proofKey, expiresMs: this.now() + LOGIN_LIFE_MS });
    const [oldest] = this.#logins.keys();
    if (this.#logins.size > MOST_LOGINS && oldest !== undefined) this.#logins.delete(oldest);
    return token;
  }

  /** The user of a token, once, and only with the proof key of its page; undefined otherwise. */
  redeem(token: string, proofKey: string): string | undefined {
    const login = this.#logins.get(token);
    this.#logins.delete(token);
    if (!login || login.proofKey !== proofKey || this.now() >= login.expiresMs) return undefined;
    return login.user;
  }
}
