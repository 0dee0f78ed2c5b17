/** What `tools/` and `api/` ask of the query layer: run a statement for a client, read its result in pages, cancel it. */
import type { Attachment } from '../clients/contract.ts';
import type { DriverColumn, RawRow } from '../pool/driver.ts';

export interface PageBounds {
  readonly maxRows: number;
  /** Bytes of the raw cells together; a page holds at least one row. */
  readonly maxBytes: number;
}

/** Rows of a stored result, exact, from `offset`. */
export interface Page {
  readonly queryId: string;
  readonly columns: readonly DriverColumn[];
  readonly rows: readonly RawRow[];
  /** 0-based index of the first row. */
  readonly offset: number;
  readonly totalRows: number;
  readonly rowsAffected: number | undefined;
  readonly hasMore: boolean;
  /** The session's TIMEZONE parameter when the statement ran, where the account told it: TIMESTAMP_LTZ is shown in it. */
  readonly timezone: string | undefined;
}

export type Progress =
  | { readonly stage: 'queued'; readonly place: number }
  | { readonly stage: 'signing_in' }
  | {
      readonly stage: 'running';
      readonly queryId?: string;
      readonly elapsedMs: number;
      /** What keeps it waiting at the account: `the warehouse WH is resuming`. */
      readonly waitsFor?: string;
    }
  | { readonly stage: 'fetching'; readonly rows: number };

export interface RunRequest {
  readonly sql: string;
  /** For the QUERY_TAG. */
  readonly tool: string;
  readonly requestId: string;
  readonly page: PageBounds;
  readonly override?: { readonly database?: string; readonly schema?: string };
  /** The statement in a transaction of its own: committed, or left open for this client. */
  readonly transaction?: 'commit' | 'leave-open';
  /** True for a statement of a tool's own making, which is not what the client means by LAST_QUERY_ID(). */
  readonly isInternal?: boolean;
  /** True where the same call may have reached a daemon before: a write is then looked up, never run. */
  readonly isResent?: boolean;
  /** Set by the tools layer once the person said yes to this very text (policy `confirm`). */
  readonly isConfirmed?: boolean;
  /** How long to wait for the result before answering `running`; 0: the profile's. */
  readonly waitMs: number;
  /** Ms on the monotonic clock; undefined: from the profile's limits. */
  readonly deadline?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export type RunOutcome =
  | { readonly state: 'done'; readonly kind: string; readonly page: Page; readonly notices: readonly string[] }
  /** Still running at the account: `handle` is the query id, or the request id while the account has not told it; both are accepted afterwards. */
  | {
      readonly state: 'running';
      readonly kind: string;
      readonly handle: string;
      readonly queryId: string | undefined;
      readonly elapsedMs: number;
      /** False while it waits for a session: the account does not know it yet. */
      readonly isSent: boolean;
      readonly notices: readonly string[];
    }
  /** Policy `confirm`: nothing ran; ask the person and run again with `isConfirmed`. */
  | { readonly state: 'confirm'; readonly kind: string };

/** Every method rejects with SnowpoolError; with `cancelled` where the request's signal aborts. */
export interface Queries {
  /**
   * Runs one statement under the client's policy, and answers with its first page, or with `running` after `waitMs`.
   * Rejects with statement_refused, statement_failed, outcome_unknown, and all that `Attachment.lend` rejects with.
   */
  run(attachment: Attachment, request: RunRequest): Promise<RunOutcome>;
  /** Next page of a stored result, or the outcome of one that was still running. Refuses ids the client was not given. */
  page(
    attachment: Attachment,
    handle: string,
    offset: number,
    bounds: PageBounds,
    options: {
      readonly waitMs: number;
      readonly signal: AbortSignal;
      readonly onProgress: (progress: Progress) => void;
    },
  ): Promise<RunOutcome>;
  /** Ends a running statement at the account; resolves with what the account said. */
  cancel(
    attachment: Attachment,
    handle: string,
  ): Promise<{ readonly state: 'cancelled' | 'already_finished'; readonly queryId: string | undefined }>;
  /** All rows as a stream of raw batches (the command line). */
  stream(
    attachment: Attachment,
    request: Omit<RunRequest, 'page' | 'waitMs'>,
  ): Promise<{
    readonly queryId: string;
    readonly columns: readonly DriverColumn[];
    readonly totalRows: number;
    readonly rowsAffected: number | undefined;
    readonly timezone: string | undefined;
    readonly notices: readonly string[];
    readonly batches: AsyncIterable<readonly RawRow[]>;
  }>;
}
