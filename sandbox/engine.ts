/**
 * The seam between the sandbox's two halves: the protocol side (http, sessions, statements, results, faults) asks the
 * SQL side (sql, catalog, data) to run one statement at a time; the SQL side asks the protocol side for what only it
 * knows (stored results, running statements, users, the clock). Types only; no code lives here.
 */

/** A part of a structured type: an array's element, a map's key and value (without names), a key of an object and its value. */
export interface TypeField {
  readonly name: string;
  readonly nullable: boolean;
  readonly type: ResultColumn['type'];
  readonly precision: number | null;
  readonly scale: number | null;
  readonly length: number | null;
  readonly fields?: readonly TypeField[];
}

/** One result column as the wire describes it (PROTOCOL: `rowtype`). `type` is in lower case. */
export interface ResultColumn {
  readonly name: string;
  readonly type:
    | 'fixed'
    | 'real'
    | 'decfloat'
    | 'text'
    | 'boolean'
    | 'binary'
    | 'date'
    | 'time'
    | 'timestamp_ntz'
    | 'timestamp_ltz'
    | 'timestamp_tz'
    | 'variant'
    | 'object'
    | 'array'
    | 'map'
    | 'vector'
    | 'geography';
  readonly nullable: boolean;
  readonly precision: number | null;
  readonly scale: number | null;
  /** Characters for text, bytes for binary. */
  readonly length: number | null;
  readonly byteLength: number | null;
  /** Of a structured type; absent for every other. */
  readonly fields?: readonly TypeField[];
  /** How a text compares, as it was written (`en-ci`); absent where by its code points. */
  readonly collation?: string;
  readonly database: string;
  readonly schema: string;
  readonly table: string;
}

/** One cell in its wire encoding (see `sandbox/results/wire` for each type's rule); null is SQL NULL. */
export type WireCell = string | null;
export type WireRow = readonly WireCell[];

/** What the login or the last statement left as the session's current objects. Names are stored folded (upper case unless quoted). */
export interface CurrentObjects {
  readonly role: string;
  readonly secondaryRoles: 'ALL' | 'NONE';
  readonly warehouse: string | null;
  readonly database: string | null;
  readonly schema: string | null;
}

/** A bound value as drivers send it (PROTOCOL §6). An array is an array bind: one value for each execution. */
export interface Bind {
  readonly type: string;
  readonly value: string | null | readonly (string | null)[];
  /** Of an object, array or map: its structured type, where the driver tells it. */
  readonly schema?: TypeField;
}

export interface EngineStatement {
  readonly sql: string;
  readonly queryId: string;
  readonly binds: ReadonlyMap<string, Bind>;
  /** The stage to which the driver has uploaded its array binds instead (PROTOCOL §6): `@SYSTEM$BIND/id`. */
  readonly bindStage?: string;
  /** Statement-level parameters (QUERY_TAG, STATEMENT_TIMEOUT_IN_SECONDS, TIMEZONE ...), over those of the session. */
  readonly parameters: ReadonlyMap<string, string | number | boolean>;
  readonly describeOnly: boolean;
  /** Aborted by abort-request, timeout, session end; its reason is a SqlError (000604 / 000630). */
  readonly signal: AbortSignal;
  /** Hears what the statement waits for, each time that changes: for the state in the monitoring answer and the history. */
  report?(phase: StatementPhase): void;
}

/** What a statement that has not ended is doing. */
export type StatementPhase = 'RESUMING_WAREHOUSE' | 'QUEUED' | 'RUNNING';

export interface EngineResult {
  readonly statementTypeId: number;
  readonly columns: readonly ResultColumn[];
  /** Rows in batches of any size, read once, lazily; throws SqlError where the fault shows only while reading. */
  readonly rows: AsyncIterable<readonly WireRow[]>;
  readonly numberOfBinds: number;
  readonly dml?: { inserted?: number; updated?: number; deleted?: number; duplicates?: number };
  /** Where the statement is a PUT or GET: what the driver needs to move the files itself (PROTOCOL §7). */
  readonly fileTransfer?: Readonly<Record<string, unknown>>;
}

/** The SQL side of one session. Several statements may run on it at once. */
export interface EngineSession {
  /** Current objects; read after each statement for `final*Name`. */
  readonly current: CurrentObjects;
  /** Effective session parameters by upper-case name, defaults included, with JSON types as the wire wants them. */
  parameters(): ReadonlyMap<string, string | number | boolean>;
  /** STATEMENT_TIMEOUT_IN_SECONDS of the current warehouse; 0 where it sets none. */
  warehouseTimeoutSeconds(): number;
  /** Runs one statement. Throws SqlError for everything that Snowflake would report. */
  execute(statement: EngineStatement): Promise<EngineResult>;
  /** Splits a text into its statements by Snowflake's lexical rules, empty ones left out. */
  split(text: string): readonly string[];
  /** Rolls back the open transaction, drops temporary objects. Idempotent. */
  close(): Promise<void>;
}

export interface SessionStart {
  readonly sessionId: string;
  readonly user: string;
  readonly role: string | null;
  readonly warehouse: string | null;
  readonly database: string | null;
  readonly schema: string | null;
  readonly parameters: ReadonlyMap<string, string | number | boolean>;
}

export interface Engine {
  /** Throws SqlError 390189 for a role that the user was not granted. A missing database or warehouse does not fail a login. */
  openSession(start: SessionStart): Promise<EngineSession>;
  /** Makes roles by these names, which hold nothing yet; those that are there stay as they are. */
  defineRoles(names: readonly string[]): void;
  /** How often any warehouse was started since the sandbox began. */
  readonly warehouseStarts: number;
  close(): Promise<void>;
}

/** A finished statement's result, kept for 24 h of the sandbox's clock. */
export interface StoredResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: () => AsyncIterable<readonly WireRow[]>;
}

/** One line of query history. Times are epoch ms on the sandbox's clock. */
export interface QueryRecord {
  readonly queryId: string;
  readonly sql: string;
  readonly sessionId: string;
  readonly user: string;
  readonly role: string;
  readonly warehouse: string | null;
  readonly database: string | null;
  readonly schema: string | null;
  readonly queryTag: string;
  readonly state: StatementPhase | 'SUCCESS' | 'FAILED_WITH_ERROR' | 'ABORTED';
  readonly statementTypeId: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly rowsProduced: number | null;
}

export interface SessionRecord {
  readonly sessionId: string;
  readonly user: string;
  readonly clientApplication: string;
  readonly startedMs: number;
}

/** A user as the sandbox's directory knows it. Names are upper case. */
export interface DirectoryUser {
  readonly name: string;
  readonly defaultRole: string;
  readonly defaultWarehouse: string | null;
  readonly defaultNamespace: string | null;
  readonly defaultSecondaryRoles: 'ALL' | 'NONE';
  readonly roles: readonly string[];
  readonly isDisabled: boolean;
  readonly hasPassword: boolean;
  /** Fingerprints of RSA_PUBLIC_KEY and RSA_PUBLIC_KEY_2. */
  readonly keyFingerprints: readonly (string | null)[];
  readonly hasMfa: boolean;
  readonly createdMs: number;
  /** What CREATE USER and ALTER USER may say beside: LOGIN_NAME, DISPLAY_NAME, EMAIL, COMMENT, TYPE, ... and OWNER. */
  readonly properties: ReadonlyMap<string, string>;
}

/** What CREATE USER and ALTER USER change; null takes a property away. */
export interface UserChanges {
  password?: string | null;
  isDisabled?: boolean;
  mustChangePassword?: boolean;
  defaultRole?: string | null;
  defaultWarehouse?: string | null;
  defaultNamespace?: string | null;
  defaultSecondaryRoles?: 'ALL' | 'NONE';
  /** RSA_PUBLIC_KEY and RSA_PUBLIC_KEY_2, as PEM with or without its BEGIN and END lines. */
  publicKeys?: readonly (string | null | undefined)[];
  properties?: ReadonlyMap<string, string | null>;
  name?: string;
}

/** A failed sign-in as an administrator may see it. */
export interface LoginFailureRecord {
  readonly clientIp: string;
  readonly clientType: string;
  readonly clientVersion: string | null;
  readonly username: string | null;
  /** Such as JWT_TOKEN_INVALID_SIGNATURE. */
  readonly errorCode: string;
  readonly timestampMs: number;
}

/** What the SQL side may ask of the protocol side. */
export interface EngineHost {
  /** Epoch ms; tests turn it forward. */
  now(): number;
  /** Resolves after `ms` of the sandbox's clock, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  users(): readonly DirectoryUser[];
  /** Adds a user without roles beside PUBLIC. Throws SqlError 001008 for a key that is none. */
  createUser(name: string, changes: UserChanges): void;
  /** Changes a user that `users` names. Throws as `createUser`. */
  changeUser(name: string, changes: UserChanges): void;
  dropUser(name: string): void;
  sessions(): readonly SessionRecord[];
  queryHistory(): readonly QueryRecord[];
  /** A finished result of the same user, or undefined (unknown, foreign, expired, failed). */
  storedResult(queryId: string, user: string): StoredResult | undefined;
  /** Ids of the session's statements, oldest first, the running one left out: what LAST_QUERY_ID(n) counts. */
  statementIds(sessionId: string): readonly string[];
  /** True where something was running and now ends with 000604. */
  cancelQuery(queryId: string): boolean;
  /** Ends what a session runs, the statement that asks left out; returns how many. */
  cancelAllQueries(sessionId: string, askedBy: string): number;
  /** The failed sign-in behind the id in a client's message, for SYSTEM$GET_LOGIN_FAILURE_DETAILS. */
  loginFailure?(id: string): LoginFailureRecord | undefined;
  /** Ends a session as SYSTEM$ABORT_SESSION does. */
  abortSession(sessionId: string): boolean;
}

/** An error as Snowflake reports it: six-digit code, SQLSTATE, and the place in the text where it has one (1-based line, 0-based position). */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  constructor(
    readonly code: string,
    readonly sqlState: string,
    message: string,
    readonly at?: { readonly line: number; readonly pos: number },
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
