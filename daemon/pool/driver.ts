/**
 * The one interface behind which snowflake-sdk stands (DESIGN §5). Plain data in, plain data out, so that it could live
 * in a worker thread; no driver object, callback or stream of the SDK passes it. Implemented by `snowflake-driver`.
 */
import type { Profile } from '../config/profile.ts';

/** The tokens of an open session: enough to take it over without a login. In memory only. */
export interface SessionTokens {
  readonly sessionToken: string;
  readonly masterToken: string;
  readonly sessionId: string;
  /** Current objects as far as they were known when it was handed over. */
  readonly current?: CurrentObjects;
}

/** The account's word on the session's current objects, after a login or a statement. Names as stored (unquoted form). */
export interface CurrentObjects {
  readonly role: string | undefined;
  readonly warehouse: string | undefined;
  readonly database: string | undefined;
  readonly schema: string | undefined;
}

export interface DriverColumn {
  readonly name: string;
  /** Snowflake's wire type in lower case: fixed, real, text, boolean, date, time, timestamp_ntz, timestamp_ltz, timestamp_tz, variant, object, array, binary, ... */
  readonly type: string;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  readonly length: number | undefined;
  readonly nullable: boolean;
  readonly database: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
}

/** A cell exactly as Snowflake sent it (PROTOCOL §4.1); null is SQL NULL. */
export type RawCell = string | null;
export type RawRow = readonly RawCell[];

export interface DriverResult {
  readonly queryId: string;
  readonly statementTypeId: number | undefined;
  readonly columns: readonly DriverColumn[];
  /** Rows in the whole stored result. */
  readonly totalRows: number;
  /** Rows inserted, updated, deleted together; undefined where the statement was no DML. */
  readonly rowsAffected: number | undefined;
  readonly current: CurrentObjects;
  /** Session parameters that came with the answer, by upper-case name. */
  readonly parameters: ReadonlyMap<string, string | number | boolean>;
  /** Rows `start` (inclusive, 0-based) to `end` (exclusive), in batches; downloads only the chunks that overlap and keeps at most two. */
  rows(range: { readonly start: number; readonly end: number }, signal: AbortSignal): AsyncIterable<readonly RawRow[]>;
}

/** What went wrong, told apart by what the caller may do next. */
export type DriverFault =
  /** Snowflake ran or compiled the statement and answered with an error. */
  | 'statement'
  /** The session is gone (killed, tokens expired for good); the account refused the statement before running it. */
  | 'session_gone'
  /** The connection broke and nobody knows whether the statement ran. */
  | 'connection_lost'
  /** A login was refused for its credentials: final until they change. */
  | 'credentials'
  /** Network, 5xx, timeouts at a login: may be tried again. */
  | 'transient'
  /** Aborted by request or by timeout at the account. */
  | 'aborted';

export class DriverError extends Error {
  override readonly name = 'DriverError';
  constructor(
    readonly fault: DriverFault,
    message: string,
    readonly details: {
      /** Snowflake's code, six digits, or the driver's own number as text. */
      readonly code?: string;
      readonly sqlState?: string;
      readonly queryId?: string;
      /** 1-based line, 1-based column. */
      readonly line?: number;
      readonly column?: number;
      /**
       * What a refused login (`credentials`) holds for: every profile of that account and user; this profile alone (an unknown
       * role, a wrong account name); nothing that reached the account (an unreadable key); or a person has to sign in and
       * none was there to be asked.
       */
      readonly refusal?: 'user' | 'profile' | 'local' | 'person';
      /** Nothing was sent, as the account could not be reached (`session_gone`): the session itself may well be there. */
      readonly isUnreachable?: boolean;
      /** A login that ended without an answer (`transient`) though its request may have arrived, so that it may count as failed. */
      readonly mayHaveArrived?: boolean;
    } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface StatementRequest {
  readonly sql: string;
  /** Idempotency key (UUID): sent again, Snowflake runs it once. */
  readonly requestId: string;
  /** Statement parameters: QUERY_TAG, STATEMENT_TIMEOUT_IN_SECONDS, MULTI_STATEMENT_COUNT. */
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly binds?: readonly (string | number | null)[];
}

/** A statement on its way. */
export interface DriverStatement {
  readonly requestId: string;
  /** Known once the account has answered for the first time (after some 45 s for a long one). */
  readonly queryId: string | undefined;
  /** Rejects with DriverError. */
  readonly result: Promise<DriverResult>;
}

/** One authenticated session. Methods reject with DriverError only. */
export interface DriverSession {
  readonly sessionId: string;
  /** Current objects right after the login. */
  readonly current: CurrentObjects;
  execute(request: StatementRequest): DriverStatement;
  /** Runs several statements in one request (MULTI_STATEMENT_COUNT); resolves when all succeeded. */
  executeMany(
    statements: readonly string[],
    parameters: Readonly<Record<string, string | number>>,
  ): Promise<{ readonly current: CurrentObjects }>;
  /** The stored result of a finished statement, or waits for a running one. */
  resultOf(queryId: string, signal: AbortSignal): Promise<DriverResult>;
  /** What the account says of a statement: `running`, `success`, `failed`, `aborted`, `unknown`. */
  statusOf(
    queryId: string,
  ): Promise<{ readonly state: 'running' | 'success' | 'failed' | 'aborted' | 'unknown'; readonly message?: string }>;
  /** Asks the account to end a statement; resolves true once the account confirmed the request. */
  abort(target: { readonly requestId: string } | { readonly queryId: string }): Promise<boolean>;
  /** One keep-alive request that runs no SQL and starts no warehouse. Rejects where the session is dead. */
  heartbeat(signal?: AbortSignal): Promise<void>;
  /** Closes the session at Snowflake (DELETE). Idempotent; never rejects. */
  close(): Promise<void>;
  /** Lets go without closing at Snowflake, so that another process can take over. */
  exportTokens(): SessionTokens;
  detach(): void;
}

/** A token that signs in silently, under the key that the driver gave it. */
export interface SignInToken {
  readonly key: string;
  readonly token: string;
  /** Epoch ms. */
  readonly receivedMs: number;
}

/** How the driver asks for a person: the URL goes to the front-end that wanted the session. */
export interface SignInPrompt {
  openUrl(url: string): void;
}

export interface Driver {
  /** Signs in, once: no retries of the driver's own. Rejects with DriverError `credentials` or `transient`. */
  open(
    profile: Profile,
    options: { readonly prompt: SignInPrompt | undefined; readonly signal: AbortSignal },
  ): Promise<DriverSession>;
  /** Takes over a session by its tokens, without a login. */
  adopt(profile: Profile, tokens: SessionTokens): Promise<DriverSession>;
  /** True where the profile's sign-in needs a person each time, as the account handed out no token for silent further ones. */
  needsPersonEachTime(profile: Profile): boolean;
  /** True where the next login asks nobody: the credentials are complete, or a token for silent sign-in is held. */
  isSilent(profile: Profile): boolean;
  /** The ID and MFA tokens held, for a daemon that takes over. In memory only. */
  exportSignInTokens(): readonly SignInToken[];
  importSignInTokens(tokens: readonly SignInToken[]): void;
  close(): Promise<void>;
}
