/**
 * What `query/` asks of the clients' layer: for one statement of one client, a session of that client's pool, in its fair
 * turn, carrying that client's context; and after the statement, what it left behind.
 */
import type { Profile } from '../config/profile.ts';
import type { SnowpoolError } from '../errors.ts';
import type { PoolStatus } from '../pool/contract.ts';
import type { DriverError, DriverResult, DriverSession, SignInPrompt } from '../pool/driver.ts';
import type { Context } from './context.ts';

/** What a statement may leave behind, as the guard reads it from the text. */
export interface StatementEffects {
  readonly context: boolean;
  readonly transaction: 'begin' | 'commit' | 'rollback' | 'none';
  readonly temporary: boolean;
  /** CALL, EXECUTE IMMEDIATE, blocks: anything may have changed; the context is read back afterwards. */
  readonly unknown: boolean;
  readonly write: boolean;
  readonly variables: readonly { readonly name: string; readonly op: 'set' | 'unset' }[];
  readonly secondaryRoles: 'ALL' | 'NONE' | readonly string[] | undefined;
  readonly sessionParameters: readonly string[];
  /**
   * False where the text of a block or EXECUTE IMMEDIATE shows all that runs, so that `temporary` tells all that may be left;
   * undefined: something unseen may run.
   */
  readonly isOpaque?: boolean;
  /** False where the text names every object with its database and schema and asks for no current one; undefined: it may depend on them. */
  readonly dependsOnSchema?: boolean;
  /** True where the statement does nothing but choose a database or schema. */
  readonly choosesPlace?: boolean;
}

export interface ClientIdentity {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly pid: number;
}

export interface LendRequest {
  readonly requestId: string;
  readonly effects: StatementEffects;
  /** Database and schema for this one statement, over the client's context and not recorded in it. Stored names. */
  readonly override?: { readonly database?: string; readonly schema?: string };
  /** True where the statement must run on the session that ran the client's last statement, or be refused. */
  readonly needsLastSession?: boolean;
  /**
   * True for what the daemon asks beside the client's statements (state, stored result or outcome of an earlier one): it
   * waits for none of them, is not the one to be refused after a loss, and leaves a pinned session alone unless the pool
   * has no other. Settled as `abandoned`, its end confirmed, where no statement of it ran.
   */
  readonly isAside?: boolean;
  /** Of the loan on which the same statement was tried before: it stands where it stood. */
  readonly turn?: Turn | undefined;
  readonly signal: AbortSignal;
  /** Ms on the monotonic clock: queue, session, login and run together. */
  readonly deadline: number;
  /** 1-based place in the queue whenever it changes; 0 once a session is being prepared. */
  readonly onPlace: (place: number) => void;
}

/** A statement's place among its client's own calls, and what the client had chosen then. */
export interface Turn {
  readonly isBarrier: boolean;
  /** The call's number. */
  readonly arrival: number;
  readonly context: Context;
  /** Lets the client's next calls in; again: nothing. */
  leave(): void;
}

/** How a statement on a loan ended. `holdsTurn`: it may be run again, so that its client's later calls are not let in yet. */
export type LoanOutcome =
  | { readonly state: 'succeeded'; readonly result: DriverResult; readonly holdsTurn?: boolean }
  | {
      readonly state: 'failed';
      readonly error: DriverError;
      /** True where the answer tells what became of the statement itself: what its session held is then the next one's to report. */
      readonly isLookedUp?: boolean;
      readonly holdsTurn?: boolean;
    }
  /** The caller left while the statement was running: resolves later, when the account confirmed its end, or never did. */
  | { readonly state: 'abandoned'; readonly isEndConfirmed: boolean };

/** A leased, aligned session for exactly one statement. */
export interface Loan {
  readonly session: DriverSession;
  /** True where an open transaction or temporary objects live on this session. */
  readonly isPinned: boolean;
  /** True where what the statement changes lasts only once its client commits: in an open transaction, or without autocommit. */
  readonly isInTransaction: boolean;
  /** To be left, or passed on, where `settle` was told that it is held. */
  readonly turn: Turn;
  /** Sentences to be told along with the statement's answer; complete once `settle` is over. */
  readonly notices: readonly string[];
  /**
   * Must be called once: records context, pins or unpins, releases or evicts. Rejects with SnowpoolError where the client
   * must be told something instead of the statement's own outcome: a context that cannot be certain, a pin that was lost.
   */
  settle(outcome: LoanOutcome): Promise<void>;
}

/** One client on one profile. */
export interface Attachment {
  readonly client: ClientIdentity;
  /** Name of the connection as the client calls it. */
  readonly connection: string;
  readonly profile: Profile;
  /** Rejects with SnowpoolError: pool_exhausted, deadline_exceeded, cancelled, credentials_rejected, account_unreachable, session_lost, draining. */
  lend(request: LendRequest): Promise<Loan>;
  /** The client's own last query ids, newest last; what LAST_QUERY_ID() means for it. */
  readonly queryIds: QueryIds;
  /** Current objects that the client's next statement will see, where known. */
  describeContext(): {
    readonly role?: string;
    readonly warehouse?: string;
    readonly database?: string;
    readonly schema?: string;
    readonly pinned: string;
  };
  /**
   * Grows with each change of the client's context, variables and parameters included: where it is the same as before, a text
   * means what it meant then.
   */
  choiceCount(): number;
  /** The time limit that the client set for its statements itself (ALTER SESSION), ms; undefined where it set none. */
  statementTimeoutMs(): number | undefined;
  /** True where its open transaction ended with the session, and the client has not been told yet. */
  hasLostTransaction(): boolean;
  /** Counts a call that another client's statement answers: it takes no turn, and is a call of this client's all the same. */
  joined(): void;
  /** Hash of what metadata answers depend on: profile, role, secondary roles, context. Equal keys may share one flight. */
  flightKey(): string;
  poolStatus(): PoolStatus;
}

/** Which query ids a client was given: it may page through and cancel only those. */
export interface QueryIds {
  add(queryId: string): void;
  has(queryId: string): boolean;
  /** 1 = the newest, as LAST_QUERY_ID(-1); undefined where there are fewer. */
  last(n: number): string | undefined;
}

/** What a front-end brings along and takes away. */
export interface ClientLink {
  /** Hands the opaque context to the front-end after each change. */
  saveContext(connection: string, context: Uint8Array): void;
  readonly prompt: SignInPrompt;
  notice(level: 'info' | 'warning', text: string): void;
}

/** By connection name, the first is the default; what is wrong with one that cannot be used. `''` stands for one that was not named. */
export type Profiles = ReadonlyMap<string, Profile | SnowpoolError>;

/** A front-end that is attached. */
export interface AttachedClient {
  readonly identity: ClientIdentity;
  /**
   * The attachment by connection name; undefined name: the default. Throws SnowpoolError: unknown_profile with the names
   * there are, or what is wrong with this one.
   */
  attachment(connection?: string): Attachment;
  /** All names, the default first, also of what cannot be used. */
  readonly connections: readonly string[];
  /** What cannot be used, by name. */
  readonly unusable: ReadonlyMap<string, SnowpoolError>;
  identify(name: string, version: string): void;
  /** Ends the client: running statements are cancelled at Snowflake, pins closed. Idempotent. */
  detach(): Promise<void>;
}

export interface ClientStatus {
  readonly identity: ClientIdentity;
  readonly attachedMs: number;
  readonly connections: readonly {
    readonly connection: string;
    readonly fingerprint: string;
    readonly running: number;
    readonly waiting: number;
    readonly pinned: string;
    readonly calls: number;
    readonly context: string;
    /** Empty, or why it cannot be used. */
    readonly problem: string;
  }[];
}

export interface Clients {
  /** `contexts` are what the front-end kept from before, by connection name. */
  attach(
    identity: ClientIdentity,
    profiles: Profiles,
    contexts: ReadonlyMap<string, Uint8Array>,
    link: ClientLink,
  ): AttachedClient;
  find(clientId: string): AttachedClient | undefined;
  status(): readonly ClientStatus[];
  /**
   * Waits for what runs until `deadline` (ms on the monotonic clock), cancels the rest at Snowflake, closes pins. `isThrough` is told each
   * client's id once nothing of it runs any more.
   */
  drain(deadline: number, isThrough?: (clientId: string) => void): Promise<void>;
  /**
   * Gives profiles that were read again to an attached client (`snowpool reload`): policy, limits and pool follow; what
   * cannot be used any more goes on as it was. One sentence for each change; nothing for a client that is to go.
   */
  reprofile(client: AttachedClient, profiles: Profiles): readonly string[];
  /** Attaches the client, unless it is to go, to what could not be used until now; leaves the rest as it is. */
  complete(client: AttachedClient, profiles: Profiles): void;
  /**
   * Waits shortly for what runs, then gives away each client's context and which session is pinned for it (JSON-able).
   * `sessionsGiven` gives the pools' sessions away in between: until then a session may still be on its way back, and what it
   * carries is known only once it is there.
   */
  handOver(sessionsGiven?: () => Promise<void>): Promise<unknown>;
  /** Takes over what `handOver` of an older daemon gave; used when the same front-ends attach again. */
  adopt(parcel: unknown): void;
}
