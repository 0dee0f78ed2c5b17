/** The daemon's one error class (DESIGN §10). Every layer throws it; `api/` maps codes to gRPC statuses, `tools/` to MCP results. */

export const errorCodes = [
  'statement_refused',
  'statement_failed',
  'credentials_rejected',
  'account_unreachable',
  'pool_exhausted',
  'deadline_exceeded',
  'cancelled',
  'outcome_unknown',
  'session_lost',
  'invalid_argument',
  'unknown_profile',
  'draining',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Facts beside the sentence. Only what is known is present; never a secret. */
export interface ErrorDetails {
  /** Snowflake's own code, e.g. `002003`. */
  readonly snowflakeCode?: string;
  readonly sqlState?: string;
  readonly queryId?: string;
  readonly requestId?: string;
  /** 1-based line and column in the statement's text. */
  readonly line?: number;
  readonly column?: number;
  /** Statement kind that the guard refused. */
  readonly kind?: string;
  readonly [name: string]: unknown;
}

export class SnowpoolError extends Error {
  override readonly name = 'SnowpoolError';
  /**
   * @param message one sentence for a person: what was attempted, what came back.
   * @param next what to do about it; empty where there is nothing to do.
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly next: string = '',
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
