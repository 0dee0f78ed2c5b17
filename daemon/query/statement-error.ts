/** Turns what the driver reports into the daemon's one error class, with the place in the text shown to the reader. */
import { type ErrorCode, type ErrorDetails, SnowpoolError } from '../errors.ts';
import type { DriverError, DriverFault } from '../pool/driver.ts';
import { characterWidth, standIn } from './display-text.ts';

/** Snowflake's codes that say which of its own limits ended a statement (PROTOCOL §2, error codes). */
const timedOut = '000630';

const codeByFault: Readonly<Record<DriverFault, ErrorCode>> = {
  statement: 'statement_failed',
  session_gone: 'session_lost',
  connection_lost: 'account_unreachable',
  credentials: 'credentials_rejected',
  transient: 'account_unreachable',
  aborted: 'cancelled',
};

/**
 * The error that a caller sees for a failed statement.
 * @param sql the text as it was sent: line and column of the account refer to it.
 * @returns a SnowpoolError whose `details.pointer` holds the offending line and, under it, a `^` where the account gave a place.
 */
export function statementError(error: DriverError, sql: string): SnowpoolError {
  const { code, sqlState, queryId, line, column } = error.details;
  const isTimeout = error.fault === 'aborted' && code === timedOut;
  const kind: ErrorCode = isTimeout ? 'deadline_exceeded' : codeByFault[error.fault];
  const pointer = line === undefined ? undefined : pointInto(sql, line, column ?? 1);
  const details: ErrorDetails = {
    ...(code === undefined ? {} : { snowflakeCode: code }),
    ...(sqlState === undefined ? {} : { sqlState }),
    ...(queryId === undefined ? {} : { queryId }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(pointer === undefined ? {} : { pointer }),
  };
  return new SnowpoolError(kind, sentence(error, isTimeout), advice(error, isTimeout), details, { cause: error });
}

function sentence(error: DriverError, isTimeout: boolean): string {
  const said = error.message.trim();
  if (isTimeout) return `Snowflake ended the statement at its time limit: ${said}`;
  switch (error.fault) {
    case 'statement':
      return `Snowflake could not run the statement: ${said}`;
    case 'aborted':
      return `The statement was cancelled at Snowflake: ${said}`;
    case 'session_gone':
      return `The session ended before the statement could run: ${said}`;
    case 'connection_lost':
    case 'transient':
      return `The account could not be reached: ${said}`;
    case 'credentials':
      return `Snowflake refused the sign-in: ${said}`;
  }
}

function advice(error: DriverError, isTimeout: boolean): string {
  if (isTimeout)
    return 'Make the statement smaller, use a larger warehouse, or raise the statement timeout of the profile.';
  switch (error.fault) {
    case 'statement':
      return 'Correct the statement and run it again.';
    case 'credentials':
      return 'Correct the credentials, then run `snowpool reconnect`.';
    case 'aborted':
      return '';
    default:
      return 'Try again in a moment; `pool-status` shows the state of the pool.';
  }
}

const shownBefore = 60;
const shownAfter = 40;

/**
 * The line of a text with a caret under one of its columns.
 * @param line 1-based; @param column 1-based, counted in characters as the account counts them.
 * @returns two lines, a long line cut around the column; undefined where the text has no such line.
 */
export function pointInto(sql: string, line: number, column: number): string | undefined {
  const text = sql.split(/\r\n|\n|\r/)[line - 1];
  if (text === undefined) return undefined;
  const characters = Array.from(text, standIn);
  const at = Math.max(0, Math.min(column - 1, characters.length));
  const from = Math.max(0, at - shownBefore);
  const to = Math.min(characters.length, at + shownAfter);
  const head = from > 0 ? '…' : '';
  const shown = `${head}${characters.slice(from, to).join('')}${to < characters.length ? '…' : ''}`;
  const lead = characters.slice(from, at).map(blankOf);
  return `${shown}\n${head ? ' ' : ''}${lead.join('')}^`;
}

const wideBlank = '\u3000';

/** As wide as the character above it: tabs are repeated, so that the caret stands right however wide a tab is shown. */
function blankOf(character: string): string {
  if (character === '\t') return '\t';
  const width = characterWidth(character);
  return width === 2 ? wideBlank : ' '.repeat(width);
}

/** What was to be said beside the answer may be why there is none. */
export function withNotices(
  { code, message, next, details, cause }: SnowpoolError,
  notices: readonly string[],
): SnowpoolError {
  return new SnowpoolError(code, message, [next, ...notices].filter(Boolean).join(' '), details, { cause });
}
