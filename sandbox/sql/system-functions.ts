import { SqlError } from '../engine.ts';
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
  SYSTEM$WHITELIST: () => '[]',
  SYSTEM$ALLOWLIST: () => '[]',
  SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS: () => 'ENABLED',
  SYSTEM$LAST_CHANGE_COMMIT_TIME: ({ startMs }) => String(startMs * 1_000_000),
};

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

function cancelQuery({ account, session }: Statement, [queryId]: Arguments): string {
  const id = queryId ?? '';
  const record = account.host.queryHistory().find((query) => query.queryId === id);
  const isOwn = record?.user === session.start.user || session.access.mayInAccount('MONITOR USAGE');
  if (!record || !isOwn) throw new SqlError('000709', '02000', `Statement ${id} not found`);
  return account.host.cancelQuery(id)
    ? `query [${id}] terminated.`
    : 'Identified SQL statement is not currently executing.';
}

function cancelAllQueries({ account, request }: Statement, [sessionId]: Arguments): string {
  const count = account.host.cancelAllQueries(sessionId ?? '', request.queryId);
  return `${count} cancelled.`;
}

function abortSession({ account, session }: Statement, [sessionId]: Arguments): string {
  const id = sessionId ?? '';
  const record = account.host.sessions().find((other) => other.sessionId === id);
  const isOwn = record?.user === session.start.user || session.access.mayInAccount('MONITOR USAGE');
  if (!record || !isOwn || !account.host.abortSession(id)) throw objectMissing('Session', [id]);
  return `session [${id}] terminated.`;
}

async function abortTransaction({ account }: Statement, [id]: Arguments): Promise<string> {
  const transaction = account.transactions.get(id ?? '');
  if (!transaction) {
    throw new SqlError('000707', '02000', `Transaction '${id ?? ''}' does not exist or is already over.`);
  }
  await transaction.rollback();
  return `transaction [${id}] aborted.`;
}
