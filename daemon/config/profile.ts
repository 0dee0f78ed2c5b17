/** How to reach one account as one user. Resolved from a front-end's environment and files; holds secrets, lives in memory only. */

export type Credentials =
  | { readonly kind: 'password'; readonly password: string }
  | {
      readonly kind: 'mfa';
      readonly password: string;
      readonly passcode?: string;
      readonly isPasscodeInPassword?: boolean;
    }
  | { readonly kind: 'key_pair'; readonly privateKeyPem: string; readonly passphrase?: string }
  | { readonly kind: 'oauth'; readonly token: string }
  | { readonly kind: 'access_token'; readonly token: string }
  | { readonly kind: 'external_browser' };

/** Pool sizes and times (DESIGN §5), already validated. */
export interface PoolSettings {
  readonly minSize: number;
  readonly maxSize: number;
  readonly maxInactiveMs: number;
  readonly healthCheckMs: number;
  /** How long a caller waits for a session. */
  readonly connectionTimeoutMs: number;
  readonly retryAttempts: number;
  /** Maximum lifetime of a session before ±10 % jitter. */
  readonly refreshMs: number;
  /** A call waits this long before the pool grows above min for it. */
  readonly growAfterMs: number;
}

export type PolicyMode = 'read-only' | 'confirm' | 'read-write';

/**
 * What the guard lets through (DESIGN §7). Entries of `allow` and `deny` are kinds of statements in Snowflake's words, in
 * any case, of which the first words are enough (`CREATE` stands for `CREATE TABLE`), or `database:NAME`. Deny beats allow
 * and every mode. Where `allow` has both sorts of entries, a write needs one of each.
 */
export interface Policy {
  readonly mode: PolicyMode;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly functions: 'all' | 'no-ai' | 'builtin';
}

/** Limits of one client on one profile (DESIGN §6). */
export interface ClientLimits {
  readonly maxWaiting: number;
  /** Running calls; undefined: max − 1 while another client is attached. */
  readonly maxRunning: number | undefined;
  readonly pinIdleMs: number;
  readonly statementTimeoutSeconds: number;
  /** How long a tool call waits for its result before it answers with the query id. */
  readonly waitMs: number;
}

export interface Profile {
  /** Keyed hash over everything below but sizes and limits; pools are shared by it. No secret can be read from it. */
  readonly fingerprint: string;
  /** The named connection, or `default`. For people. */
  readonly name: string;
  /** True: the embedded sandbox; host, port and protocol are found when a session is opened. */
  readonly isSandbox: boolean;
  readonly account: string;
  readonly user: string;
  readonly credentials: Credentials;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly protocol: 'https' | 'http';
  readonly role: string | undefined;
  readonly warehouse: string | undefined;
  readonly database: string | undefined;
  readonly schema: string | undefined;
  /** Applied to each session right after its login. */
  readonly sessionParameters: Readonly<Record<string, string | number | boolean>>;
  /** From HTTPS_PROXY and friends of the front-end's environment. */
  readonly proxy:
    | {
        readonly host: string;
        readonly port: number;
        readonly user?: string;
        readonly password?: string;
        readonly noProxy?: string;
      }
    | undefined;
  readonly policy: Policy;
  readonly pool: PoolSettings;
  readonly limits: ClientLimits;
}
