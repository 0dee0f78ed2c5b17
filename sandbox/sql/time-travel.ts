import type { Moment } from '../catalog/commits.ts';
import type { Table } from '../catalog/model.ts';
import type { RowsThen } from '../catalog/table-history.ts';
import { SqlError } from '../engine.ts';
import { ComposedText } from './composed-text.ts';
import type { TravelPoint } from './contract.ts';
import { bytesToKeep, copyOfRows } from './earlier-rows.ts';
import { unsupported } from './errors.ts';
import { columnQuery } from './relations.ts';
import { readAll } from './run-query.ts';
import { scopeOf } from './scope.ts';
import type { Statement } from './statement.ts';
import { translate } from './translate.ts';

const DAY_MS = 86_400_000;

/** A point in the past as the account's commits know it. */
export interface Past {
  /** Whether a commit happened by then. */
  readonly passed: (moment: Moment) => boolean;
  readonly ms: number;
  /** Whether a time was named, not a statement. */
  readonly isTime: boolean;
}

/**
 * Where AT or BEFORE points to. Source: docs, "AT | BEFORE". Throws SqlError 000709 where no such statement is known,
 * 000002 for a time that is still to come.
 */
export function pastOf(statement: Statement, { word, by, value }: TravelPoint): Past {
  const { commits, now } = statement.account.catalog;
  if (by === 'STATEMENT') {
    const ended = commits.ofStatement(value);
    if (!ended) throw new SqlError('000709', '02000', `Statement ${value} not found`);
    const { order } = word === 'AT' ? ended.after : ended.before;
    return { passed: (moment) => moment.order <= order, ms: ended.after.ms, isTime: false };
  }
  const ms = by === 'OFFSET' ? statement.startMs + Number(value) * 1000 : Number(value);
  if (Number.isNaN(ms))
    throw new SqlError('001015', '22023', `SQL compilation error:\ninvalid value for ${by} in ${word}`);
  if (ms > now()) throw unsupported('time travel to a time that is still to come');
  return { passed: (moment) => (word === 'AT' ? moment.ms <= ms : moment.ms < ms), ms, isTime: true };
}

/** The rows that a table had; throws SqlError 000707 where they are not known. */
function findRows({ account }: Statement, table: Table, past: Past): RowsThen {
  const { catalog } = account;
  const nowMs = catalog.now();
  table.history.purge(nowMs, table.retentionDays);
  const wasThere = !past.isTime || past.ms > table.createdMs;
  const isKept = wasThere && past.ms >= nowMs - table.retentionDays * DAY_MS;
  const found = isKept ? table.history.at(past.passed, table.storage) : null;
  if (found) return found;
  throw notKnown('table', table.name);
}

/** The error of a time at which an object was not there, or which is too long ago. */
export function notKnown(kind: 'table' | 'schema' | 'database', name: string): SqlError {
  return new SqlError(
    '000707',
    '02000',
    `Time travel data is not available for ${kind} ${name}. The requested time is either beyond the allowed time travel period or before the object creation time.`,
  );
}

/** Throws what a clone of a table at a time would throw: SqlError 000707, 000002 where its columns were others then. */
export function checkClone(statement: Statement, table: Table, past: Past): void {
  findRows(statement, table, past);
  if (past.ms < table.columnsMs && table.columnsMs > table.createdMs)
    throw unsupported(`CLONE of ${table.name} at a time before its columns were changed`);
}

/** DuckDB's FROM item with a table's rows as they were, under the columns of today. Throws SqlError 000707. */
export async function rowsInPast(statement: Statement, table: Table, past: Past): Promise<string> {
  const { catalog } = statement.account;
  let found = findRows(statement, table, past);
  // Rows that are not put aside when they change could change before they are read: they are read from a copy.
  if (found.storage === table.storage && (await bytesToKeep(catalog, table)) === null) {
    const own = table.storage;
    const copy = await copyOfRows(catalog, table);
    found = findRows(statement, table, past);
    if (found.storage === own) {
      if (!copy) throw notKnown('table', table.name);
      found = { storage: copy.storage, rows: found.rows };
      statement.hold(copy.storage);
    }
    copy?.storage.drop();
  }
  statement.hold(found.storage);
  return columnQuery(table, `"${found.storage.name}" WHERE rowid < ${found.rows}`);
}

/** Reads `{AT | BEFORE} (TIMESTAMP | OFFSET | STATEMENT => value)` behind the name of what is cloned, where it stands. */
export async function readPast(statement: Statement): Promise<Past | null> {
  const { reader } = statement;
  const word = reader.acceptOne('AT', 'BEFORE');
  if (!word) return null;
  reader.expect('(');
  const by = reader.acceptOne('TIMESTAMP', 'OFFSET', 'STATEMENT');
  if (!by) {
    if (reader.at('STREAM')) throw unsupported('time travel to a stream', reader.place);
    throw reader.unexpected();
  }
  reader.expect('=>');
  const range = reader.expression(')');
  reader.expect(')');
  const point = { word: word as TravelPoint['word'], by: by as TravelPoint['by'] };
  let [given] = await valuesOf(statement, new ComposedText(reader.text).add('SELECT (').take(range).add(')'));
  // A text and a time without a zone are in UTC.
  if (by === 'TIMESTAMP' && !given?.type.startsWith('timestamp')) {
    const text = new ComposedText(reader.text).add('SELECT CAST((').take(range).add(') AS TIMESTAMP_NTZ)');
    [given] = await valuesOf(statement, text);
  }
  if (!given || given.value === null) throw unsupported(`time travel to a ${by} that is NULL`, reader.place);
  // In wire form: seconds since 1970, with an offset behind those that have one.
  const [seconds = ''] = given.value.split(' ');
  const value = by === 'TIMESTAMP' ? String(Math.floor(Number(seconds) * 1000)) : given.value;
  return pastOf(statement, { ...point, value });
}

/** The values of a query of one row in wire form, with the types of its columns. */
async function valuesOf(
  statement: Statement,
  query: ComposedText,
): Promise<readonly { readonly value: string | null; readonly type: string }[]> {
  const { binds } = statement.request;
  const translated = await query.locating((text) => translate(text, scopeOf(statement), { binds }));
  const [values = []] = await readAll(statement, translated);
  return translated.columns.map(({ type }, index) => ({ type, value: values[index] ?? null }));
}
