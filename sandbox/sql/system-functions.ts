import { type QueryRecord, SqlError } from '../engine.ts';
import { objectMissing } from './errors.ts';
import { getDdl } from './get-ddl.ts';
import type { Statement } from './statement.ts';

type Arguments = readonly (string | null)[];
type SystemFunction = (statement: Statement, args: Arguments) => Promise<string> | string;

const WAIT_UNITS: Readonly<Record<string, number>> = {
  MILLISECONDS: 1,
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
};

const FUNCTIONS: Readonly<Record<string, SystemFunction>> = {
  SYSTEM$WAIT: wait,
  SYSTEM$CANCEL_QUERY: cancelQuery,
  SYSTEM$CANCEL_ALL_QUERIES: cancelAllQueries,
  SYSTEM$ABORT_SESSION: abortSession,
  SYSTEM$ABORT_TRANSACTION: abortTransaction,
  GET_DDL: getDdl,
  SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS: () => 'ENABLED',
};

/** The functions that act or wait. */
export const SYSTEM_FUNCTIONS: readonly string[] = Object.keys(FUNCTIONS);

/** Runs a system function that acts or waits, with its arguments as text, and gives what it returns. Undefined: not one of these. */
export async function systemFunction(statement: Statement, name: string, args: Arguments): Promise<string | undefined> {
  const run = FUNCTIONS[name];
  if (!run) return undefined;
  return statement.request.describeOnly ? '' : run(statement, args);
}

function wrongArguments(name: string): SqlError {
  return new SqlError('001015', '22023', `SQL compilation error:\ninvalid argument for function [${name}]`);
}

async function wait(statement: Statement, [amount, unit]: Arguments): Promise<string> {
  const word = (unit ?? 'SECONDS').toUpperCase();
  const factor = WAIT_UNITS[word];
  const number = Number(amount);
  if (factor === undefined || amount === null || amount === undefined || !(number >= 0))
    throw wrongArguments('SYSTEM$WAIT');
  await statement.account.host.sleep(number * factor, statement.signal);
  return `waited ${amount} ${word.toLowerCase()}`;
}

/**
 * Whose running work a session may end: its own user's, that of users whom its roles own, that on warehouses which they
 * own or may operate, and everybody's as ACCOUNTADMIN. Source: docs, SYSTEM$CANCEL_QUERY and SYSTEM$CANCEL_ALL_QUERIES.
 */
function mayEndWorkOf({ account, session }: Statement, user: string): boolean {
  if (user === session.start.user || session.access.roles.has('ACCOUNTADMIN')) return true;
  const owner = account.host
    .users()
    .find(({ name }) => name === user)
    ?.properties.get('OWNER');
  return owner !== undefined && session.access.owns({ owner });
}

function mayEnd(statement: Statement, query: QueryRecord): boolean {
  if (mayEndWorkOf(statement, query.user)) return true;
  const warehouse = query.warehouse === null ? undefined : statement.account.catalog.warehouses.get(query.warehouse);
  return warehouse !== undefined && statement.session.access.may(warehouse, 'OPERATE');
}

function cancelQuery(statement: Statement, [queryId]: Arguments): string {
  const { host } = statement.account;
  const id = queryId ?? '';
  const record = host.queryHistory().find((query) => query.queryId === id);
  if (!record || !mayEnd(statement, record)) throw new SqlError('000709', '02000', `Statement ${id} not found`);
  return host.cancelQuery(id) ? `query [${id}] terminated.` : 'Identified SQL statement is not currently executing.';
}

function cancelAllQueries(statement: Statement, [sessionId]: Arguments): string {
  const { host } = statement.account;
  const id = sessionId ?? '';
  const record = host.sessions().find((other) => other.sessionId === id);
  if (record && mayEndWorkOf(statement, record.user)) {
    return `${host.cancelAllQueries(id, statement.request.queryId)} cancelled.`;
  }
  const within = host.queryHistory().filter((query) => query.sessionId === id && query.endMs === null);
  const reachable = within.filter((query) => mayEnd(statement, query));
  if (!record || reachable.length === 0) throw objectMissing('Session', [id]);
  return `${reachable.filter(({ queryId }) => host.cancelQuery(queryId)).length} cancelled.`;
}

function abortSession({ account, session }: Statement, [sessionId]: Arguments): string {
  const id = sessionId ?? '';
  const record = account.host.sessions().find((other) => other.sessionId === id);
  const isOwn = record?.user === session.start.user || session.access.mayInAccount('MONITOR USAGE');
  if (!record || !isOwn || !account.host.abortSession(id)) throw objectMissing('Session', [id]);
  return `session [${id}] terminated.`;
}

/** Source: docs, SYSTEM$ABORT_TRANSACTION: the user who began it, or an account administrator. */
async function abortTransaction({ account, session }: Statement, [id]: Arguments): Promise<string> {
  const transaction = account.transactions.get(id ?? '');
  const begunBy = account.host.sessions().find(({ sessionId }) => sessionId === transaction?.sessionId)?.user;
  const isAllowed = begunBy === session.start.user || session.access.roles.has('ACCOUNTADMIN');
  if (!transaction || !isAllowed) {
    throw new SqlError('000707', '02000', `Transaction '${id ?? ''}' does not exist or is already over.`);
  }
  await transaction.rollback();
  return `transaction [${id}] aborted.`;
}
