import type { ResultColumn, WireRow } from '../../engine.ts';
import { SqlError } from '../../engine.ts';
import type { Relation } from '../contract.ts';
import { displayNames, unsupported } from '../errors.ts';
import type { Names } from '../find.ts';
import { wireCell } from '../results.ts';
import { stagedRelation } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';
import { findRoutines } from '../user-functions.ts';
import { absentColumns } from './absent.ts';
import { HISTORY_COLUMNS, historyRow } from './history.ts';

const DEFAULT_LIMIT = 100;
const GREATEST_LIMIT = 10_000;

/** Arguments come as texts, named ones as `NAME=>text`. */
type Arguments = ReadonlyMap<string, string>;

/** TABLE(INFORMATION_SCHEMA.f(...)): the history of queries, in all its forms. Others are unknown or refused by name. */
export async function tableFunction(
  statement: Statement,
  names: Names,
  parts: readonly string[],
  args: readonly (string | null)[],
): Promise<Relation> {
  const name = parts.at(-1) ?? '';
  const schema = parts.length > 1 ? parts.at(-2) : names.schema;
  if (schema !== 'INFORMATION_SCHEMA') {
    if (findRoutines(names, parts, Array(args.length).fill(undefined), 'PROCEDURE').length > 0)
      throw unsupported('procedures in TABLE()');
    throw new SqlError(
      '002141',
      '42601',
      `SQL compilation error:\nUnknown user-defined table function ${displayNames(parts)}.`,
    );
  }
  const absent = absentColumns(name);
  if (absent) return emptyRelation(statement, absent, { database: '', schema, name });
  if (!name.startsWith('QUERY_HISTORY')) throw unsupported(`the table function INFORMATION_SCHEMA.${name}`);
  const given = named(name, args);
  const { session, account } = statement;
  const limit = Number(given.get('RESULT_LIMIT') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > GREATEST_LIMIT) {
    throw new SqlError(
      '001015',
      '22023',
      `SQL compilation error:\ninvalid value [${limit}] for parameter 'RESULT_LIMIT'`,
    );
  }
  const sessionId = given.get('SESSION_ID') ?? session.start.sessionId;
  const from = moment(given.get('END_TIME_RANGE_START'));
  const to = moment(given.get('END_TIME_RANGE_END'));
  const matching = account.host.queryHistory().filter((record) => {
    if (name === 'QUERY_HISTORY_BY_SESSION' && record.sessionId !== sessionId) return false;
    if (name === 'QUERY_HISTORY_BY_USER' && record.user !== (given.get('USER_NAME') ?? session.start.user))
      return false;
    if (
      name === 'QUERY_HISTORY_BY_WAREHOUSE' &&
      record.warehouse !== (given.get('WAREHOUSE_NAME') ?? session.warehouse)
    )
      return false;
    const isVisible = record.user === session.start.user || session.access.mayInAccount('MONITOR USAGE');
    const end = record.endMs ?? statement.startMs;
    return isVisible && (from === null || end >= from) && (to === null || end <= to);
  });
  const newest = [...matching]
    .reverse()
    .sort((a, b) => b.startMs - a.startMs)
    .slice(0, limit);
  await statement.occupyWarehouse();
  async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
    yield newest.map((record) => {
      const cells = historyRow(record, statement.account.catalog.warehouses);
      return HISTORY_COLUMNS.map((column, index) => wireCell(cells[index] ?? null, column));
    });
  }
  return stagedRelation(statement, HISTORY_COLUMNS, batches(), { database: '', schema, name });
}

async function emptyRelation(
  statement: Statement,
  columns: readonly ResultColumn[],
  from: { readonly database: string; readonly schema: string; readonly name: string },
): Promise<Relation> {
  await statement.occupyWarehouse();
  async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {}
  return stagedRelation(statement, columns, batches(), from);
}

/** The order of unnamed arguments. Source: documentation page "QUERY_HISTORY , QUERY_HISTORY_BY_*". */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  QUERY_HISTORY: ['END_TIME_RANGE_START', 'END_TIME_RANGE_END', 'RESULT_LIMIT'],
  QUERY_HISTORY_BY_SESSION: ['SESSION_ID', 'END_TIME_RANGE_START', 'END_TIME_RANGE_END', 'RESULT_LIMIT'],
  QUERY_HISTORY_BY_USER: ['USER_NAME', 'END_TIME_RANGE_START', 'END_TIME_RANGE_END', 'RESULT_LIMIT'],
  QUERY_HISTORY_BY_WAREHOUSE: ['WAREHOUSE_NAME', 'END_TIME_RANGE_START', 'END_TIME_RANGE_END', 'RESULT_LIMIT'],
};

function named(name: string, args: readonly (string | null)[]): Arguments {
  const order = ORDER[name];
  if (!order) throw unsupported(`the table function INFORMATION_SCHEMA.${name}`);
  const given = new Map<string, string>();
  args.forEach((arg, index) => {
    if (arg === null) return;
    const match = /^([A-Z_]+)=>([\s\S]*)$/.exec(arg);
    const key = match?.[1] ?? order[index];
    if (key !== undefined) given.set(key, match?.[2] ?? arg);
  });
  return given;
}

/** Epoch milliseconds of a timestamp's text or of its wire form (seconds, with an offset behind it for TIMESTAMP_TZ). */
function moment(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = /^(-?\d+(?:\.\d+)?)(?: \d+)?$/.exec(text)?.[1];
  const ms = seconds === undefined ? Date.parse(text) : Number(seconds) * 1000;
  if (Number.isNaN(ms)) throw new SqlError('100035', '22007', `Timestamp '${text}' is not recognized`);
  return ms;
}
