/** What became of a write whose answer was lost. It is never sent again (DESIGN §7); the account's own records are asked. */
import type { Attachment, Loan } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { DriverError, DriverResult, RawRow } from '../pool/driver.ts';
import { noEffects } from './guard/effects.ts';
import { queryTag, statementParameters } from './query-tag.ts';

/** A write of which only the sending is known. */
export interface LostStatement {
  readonly queryId: string | undefined;
  /** As in the QUERY_TAG. */
  readonly requestId: string;
  readonly kind: string;
  /** In a transaction of its own, which its own success does not commit. */
  readonly isOwnTransaction: boolean;
  /** What was undone of it, as a transaction of the client's ended with the session. */
  readonly transaction: 'all' | 'part' | 'none';
  /** It was to create temporary objects. */
  readonly isTemporary: boolean;
  readonly error: DriverError;
}

export type Found =
  | {
      readonly state: 'succeeded' | 'failed' | 'running' | 'aborted';
      readonly queryId: string;
      readonly message?: string;
    }
  /** It may have run, and nothing of it was kept. */
  | { readonly state: 'rolled_back'; readonly queryId: string | undefined }
  /** What it may have created was temporary and ended with its session. */
  | { readonly state: 'gone'; readonly queryId: string | undefined }
  | { readonly state: 'not_found' }
  | { readonly state: 'not_known'; readonly message: string };

/** How long the look-up itself may take. */
const lookUpMs = 20_000;

/**
 * Asks the account, by query id where it is known, else by the request id in the QUERY_TAG.
 * @returns a function that resolves with the SnowpoolError `outcome_unknown` which says what was found; never rejects.
 */
export function createOutcomeLookup(options: {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly version: string;
}) {
  const { clock, newId, version } = options;

  async function ask(attachment: Attachment, lost: LostStatement): Promise<Found> {
    const requestId = newId();
    const deadline = clock.monotonic() + lookUpMs;
    const loan = await attachment.lend({
      requestId,
      effects: noEffects,
      isAside: true,
      signal: AbortSignal.timeout(lookUpMs),
      deadline,
      onPlace: () => undefined,
    });
    // Its own success says nothing of the COMMIT after it.
    if (lost.queryId !== undefined && !lost.isOwnTransaction) {
      const queryId = lost.queryId;
      const said = await loan.session.statusOf(queryId).catch(() => undefined);
      await giveBack(loan);
      if (said && said.state !== 'unknown') {
        const state = said.state === 'success' ? 'succeeded' : said.state;
        return { state, queryId, ...(said.message ? { message: said.message } : {}) };
      }
      return { state: 'not_known', message: 'the account has no state for that query id' };
    }
    try {
      return await askHistory(attachment, loan, lost, requestId);
    } finally {
      await giveBack(loan);
    }
  }

  async function askHistory(
    attachment: Attachment,
    loan: Loan,
    lost: LostStatement,
    requestId: string,
  ): Promise<Found> {
    const tag = queryTag({ client: attachment.client, tool: 'outcome_lookup', requestId }, version);
    const execute = (sql: string) =>
      loan.session.execute({ sql, requestId: newId(), parameters: statementParameters(tag, lookUpMs) }).result;
    const database = attachment.describeContext().database ?? (await firstDatabase(await execute('SHOW DATABASES')));
    if (database === undefined) return { state: 'not_known', message: 'no database whose history could be read' };
    const rows = await allRows(await execute(historySql(lost, database)));
    return lost.isOwnTransaction ? foundOfTransaction(rows) : (foundOf(rows.find(({ step }) => !step)) ?? notFound);
  }

  return async (attachment: Attachment, lost: LostStatement): Promise<SnowpoolError> => {
    const found = undoneBy(lost) ?? (await ask(attachment, lost).catch(notKnown));
    const queryId = ('queryId' in found ? found.queryId : undefined) ?? lost.queryId;
    if (queryId !== undefined) attachment.queryIds.add(queryId);
    return new SnowpoolError(
      'outcome_unknown',
      `The connection broke while a write (${lost.kind}) was running, and it was not sent again. ${describe(found, lost)}`,
      advise(found, lost),
      { requestId: lost.requestId, kind: lost.kind, found: found.state, ...(queryId === undefined ? {} : { queryId }) },
      { cause: lost.error },
    );
  };
}

/** The session did nothing that could have changed it. */
async function giveBack(loan: Loan): Promise<void> {
  await loan.settle({ state: 'abandoned', isEndConfirmed: true });
}

/** What ran for the request, newest first, but for the BEGIN of a transaction of its own, which tells nothing. */
function historySql(lost: LostStatement, database: string): string {
  const schema = `"${database.replaceAll('"', '""')}".INFORMATION_SCHEMA`;
  // Request ids are UUIDs of the daemon's own or checked as such at the door; quoting them costs nothing.
  const request = lost.requestId.replaceAll("'", "''").replaceAll('\\', '\\\\');
  return [
    'SELECT QUERY_ID, EXECUTION_STATUS, ERROR_MESSAGE, QUERY_TAG',
    `FROM TABLE(${schema}.QUERY_HISTORY_BY_USER(RESULT_LIMIT => 1000))`,
    `WHERE CONTAINS(QUERY_TAG, '"request":"${request}"') AND NOT CONTAINS(QUERY_TAG, '"step":"begin"')`,
    'ORDER BY START_TIME DESC LIMIT 10',
  ].join('\n');
}

async function firstRow(result: DriverResult): Promise<RawRow | undefined> {
  for await (const [row] of result.rows({ start: 0, end: 1 }, AbortSignal.timeout(lookUpMs))) {
    if (row) return row;
  }
  return undefined;
}

async function firstDatabase(databases: DriverResult): Promise<string | undefined> {
  const name = databases.columns.findIndex((column) => column.name.toLowerCase() === 'name');
  return (await firstRow(databases))?.[name] ?? undefined;
}

interface HistoryRow {
  readonly queryId: string;
  readonly status: string;
  readonly message: string;
  /** Which statement of a transaction of its own; empty: the caller's. */
  readonly step: string;
}

async function allRows(history: DriverResult): Promise<HistoryRow[]> {
  const rows: HistoryRow[] = [];
  for await (const batch of history.rows({ start: 0, end: history.totalRows }, AbortSignal.timeout(lookUpMs))) {
    for (const [queryId, status, message, tag] of batch) {
      const step = /"step":"(\w+)"/.exec(tag ?? '')?.[1] ?? '';
      if (queryId) rows.push({ queryId, status: status ?? '', message: message ?? '', step });
    }
  }
  return rows;
}

/** What is certain without the account's records: it ended with the session. */
function undoneBy({ isTemporary, transaction, queryId }: LostStatement): Found | undefined {
  if (isTemporary) return { state: 'gone', queryId };
  return transaction === 'all' ? { state: 'rolled_back', queryId } : undefined;
}

function notKnown(error: unknown): Found {
  return { state: 'not_known', message: error instanceof Error ? error.message : String(error) };
}

const notFound: Found = { state: 'not_found' };

function foundOf(row: HistoryRow | undefined): Extract<Found, { message?: string; queryId: string }> | undefined {
  const state = row && stateOf(row.status);
  return state && { state, queryId: row.queryId, ...(row.message ? { message: row.message } : {}) };
}

/** Kept is what was committed; what has no COMMIT was rolled back when its session was closed. */
function foundOfTransaction(rows: readonly HistoryRow[]): Found {
  const own = foundOf(rows.find(({ step }) => step === ''));
  const commit = foundOf(rows.find(({ step }) => step === 'commit'));
  if (!own) return notFound;
  if (commit && commit.state !== 'failed') return { ...commit, queryId: own.queryId };
  return own.state === 'succeeded' ? { state: 'rolled_back', queryId: own.queryId } : own;
}

/** EXECUTION_STATUS as QUERY_HISTORY spells it. */
function stateOf(status: string): 'succeeded' | 'failed' | 'running' | undefined {
  const word = status.toUpperCase();
  if (word === 'SUCCESS') return 'succeeded';
  if (word.startsWith('FAIL')) return 'failed';
  if (word === 'RUNNING' || word === 'QUEUED' || word.includes('WAREHOUSE') || word === 'BLOCKED') return 'running';
  return undefined;
}

function describe(found: Found, { transaction }: LostStatement): string {
  const undone =
    transaction === 'part'
      ? ' The transaction in which it ran ended with its session: of what it changed only that was kept which it committed itself.'
      : '';
  switch (found.state) {
    case 'succeeded':
      return `The account's records say that it succeeded (query id ${found.queryId}).${undone}`;
    case 'failed':
      return `The account's records say that it failed (query id ${found.queryId})${found.message ? `: ${found.message}` : '.'}`;
    case 'aborted':
      return `The account's records say that it was aborted (query id ${found.queryId}).`;
    case 'running':
      return `The account's records say that it is still running (query id ${found.queryId}).`;
    case 'rolled_back':
      return 'Its transaction was not committed and ended with its session, so that nothing of it was kept.';
    case 'gone':
      return 'What it created was temporary and ended with its session.';
    case 'not_found':
      return "The account's query history does not show it, so it most likely never arrived.";
    case 'not_known':
      return `The account's records could not be read (${found.message}).`;
  }
}

function advise(found: Found, { transaction }: LostStatement): string {
  const look = 'Look at the data it was to change before you run it again.';
  switch (found.state) {
    case 'succeeded':
      return transaction === 'none' ? 'Do not run it again.' : look;
    case 'failed':
    case 'aborted':
      return 'Correct it where needed and run it again.';
    case 'rolled_back':
      return transaction === 'all' ? 'Begin the transaction again from its first statement.' : 'Run it again.';
    case 'gone':
      return 'Run it again.';
    case 'running':
      return 'Ask for its end with get_query_result, or end it with cancel_query.';
    default:
      return look;
  }
}
