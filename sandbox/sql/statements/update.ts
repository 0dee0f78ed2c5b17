import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, Table } from '../../catalog/model.ts';
import type { Storage } from '../../catalog/storage.ts';
import { type EngineResult, SqlError } from '../../engine.ts';
import { columnOf } from '../columns.ts';
import { ComposedText } from '../composed-text.ts';
import type { Translated } from '../contract.ts';
import { targetTable } from '../dml-target.ts';
import { placeOf } from '../lexer.ts';
import { readNames } from '../names.ts';
import { quoteDuck } from '../quote.ts';
import { ROW_ID, targetRelation } from '../relations.ts';
import { KIND, numberColumn, plainResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import type { Statement } from '../statement.ts';
import { notNull } from '../store-expressions.ts';
import { rewriteRows } from '../table-writer.ts';
import { translate } from '../translate.ts';
import { typedRows } from '../typed-rows.ts';
import { assign, duckType, settingsOf } from '../types/index.ts';
import { defaultText } from './insert.ts';

/** The name under which the changed table stands in the queries that find its rows. */
export const TARGET = '$TARGET';

export interface Assignment {
  readonly column: Column;
  readonly value: { readonly start: number; readonly end: number } | null;
}

/** UPDATE t [alias] SET column = value [, ...] [FROM ...] [WHERE ...]. */
export async function update(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('UPDATE');
  const table = targetTable(statement, readNames(reader, session), 'UPDATE', 'UPDATE');
  const alias = readAlias(statement, table, 'SET');
  reader.expect('SET');
  const assignments = readAssignments(statement, table, alias, 'FROM', 'WHERE');
  const from = reader.accept('FROM') ? reader.expression('WHERE') : null;
  const where = reader.accept('WHERE') ? reader.expression() : null;
  reader.expectEnd();
  const text = new ComposedText(reader.text).add(`SELECT ${quoteDuck(alias)}."${ROW_ID}"`);
  for (const { column, value } of assignments) {
    text.add(', (');
    if (value) text.take(value);
    else text.add(defaultText(column));
    text.add(')');
  }
  text.add(` FROM "${TARGET}" AS ${quoteDuck(alias)}`);
  if (from) text.add(', ').take(from);
  if (where) text.add(' WHERE ').take(where);
  if (statement.request.describeOnly) {
    const { numberOfBinds } = await translateFor(statement, table, table.storage.name, text);
    return updated(0, 0, numberOfBinds);
  }
  await statement.occupyWarehouse();
  const counts = await rewriteRows(
    statement,
    table,
    (storage) => translateFor(statement, table, storage.name, text),
    async (connection, storage, translated) => {
      const settings = settingsOf(scopeOf(statement));
      const sets = assignments.map(({ column }, index) => {
        const type = translated.columns[index + 1];
        const value = type ? assign(`u."c${index + 1}"`, type, column.type, column.name, settings) : 'NULL';
        return `"${column.duckName}" = ${notNull(column, value)}`;
      });
      const change = async (rows: string): Promise<number> => {
        const to = `UPDATE "${storage.name}" SET ${sets.join(', ')}`;
        return (await connection.run(`${to} FROM ${rows} AS u WHERE "${storage.name}".rowid = u."c0"`)).rowsChanged;
      };
      // Without FROM no row is found twice.
      if (!from) return { changed: await change(`(${typedRows(translated)})`), multi: 0 };
      const found = stagedName(statement);
      await connection.run(`CREATE TEMP TABLE "${found}" AS ${typedRows(translated)}`);
      const multi = await foundTwice(connection, found);
      if (multi > 0 && statement.parameter('ERROR_ON_NONDETERMINISTIC_UPDATE') === true) {
        const twice = `SELECT "c0" FROM "${found}" GROUP BY "c0" HAVING count(*) > 1 LIMIT 1`;
        throw await duplicateRow(connection, storage, table, twice);
      }
      const once = `(SELECT * FROM "${found}" QUALIFY row_number() OVER (PARTITION BY "c0") = 1)`;
      const changed = await change(multi > 0 ? once : `"${found}"`);
      await connection.run(`DROP TABLE "${found}"`);
      return { changed, multi };
    },
    isChangedInPlace(table) ? { kind: 'keeps places', added: () => 0 } : undefined,
  );
  return updated(counts.changed, counts.multi, 0);
}

/** How many rows of the target were found more than once. */
async function foundTwice(connection: DuckDBConnection, found: string): Promise<number> {
  const groups = `SELECT 1 FROM "${found}" GROUP BY "c0" HAVING count(*) > 1`;
  const reader = await connection.runAndReadAll(`SELECT count(*) FROM (${groups})`);
  return Number(reader.getRowsJson()[0]?.[0]);
}

/** False where DuckDB may write changed rows anew behind the others, as it does with lists, arrays and maps. */
export function isChangedInPlace({ columns }: Table): boolean {
  return columns.every(({ type }) => /^(\w+|DECIMAL\(\d+,\d+\))$/.test(duckType(type)));
}

function updated(changed: number, multi: number, numberOfBinds: number): EngineResult {
  const columns = [numberColumn('number of rows updated', 19), numberColumn('number of multi-joined rows updated', 19)];
  return { ...plainResult(KIND.update, columns, [[changed, multi]]), numberOfBinds, dml: { updated: changed } };
}

/** The error of an UPDATE or MERGE that has several values for one row, which it shows: `ids` is a query of its row id. */
export async function duplicateRow(
  connection: DuckDBConnection,
  storage: Storage,
  table: Table,
  ids: string,
): Promise<SqlError> {
  const columns = table.columns.map(({ duckName }) => `CAST("${duckName}" AS VARCHAR)`).join(', ');
  const reader = await connection.runAndReadAll(`SELECT ${columns} FROM "${storage.name}" WHERE rowid IN (${ids})`);
  const values = (reader.getRowsJson()[0] ?? []).map((value, index) => {
    const isBare = ['fixed', 'real', 'boolean'].includes(table.columns[index]?.type.type ?? '');
    return value === null ? 'NULL' : isBare ? String(value) : `"${String(value)}"`;
  });
  return new SqlError(
    '100090',
    '42P18',
    `Duplicate row detected during DML action\nRow Values: [${values.join(', ')}]`,
  );
}

/** A name for rows that a statement keeps while it runs. */
export function stagedName(statement: Statement): string {
  return statement.account.catalog.duckName('x');
}

/** Translates a query in which TARGET stands for the physical table. */
export function translateFor(
  statement: Statement,
  table: Table,
  physicalName: string,
  composed: ComposedText,
): Promise<Translated> {
  const scope = scopeOf(statement, { own: new Map([[TARGET, targetRelation(table, physicalName)]]) });
  const binds = statement.request.describeOnly ? {} : { binds: statement.request.binds };
  return composed.locating((text) => translate(text, scope, binds));
}

/** `[AS] alias` behind the target; the table's own name where there is none. */
export function readAlias({ reader }: Statement, table: Table, ...following: string[]): string {
  if (reader.accept('AS')) return reader.identifier();
  if (!reader.isIdentifier() || following.some((word) => reader.at(word))) return table.name;
  return reader.identifier();
}

/** `column = value [, ...]`; the column may be qualified. A value of null stands for DEFAULT. */
export function readAssignments(statement: Statement, table: Table, alias: string, ...stops: string[]): Assignment[] {
  const { reader, session } = statement;
  const assignments: Assignment[] = [];
  do {
    const at = placeOf(reader.peek());
    const parts = readNames(reader, session, 4);
    const qualifier = parts.at(-2);
    if (qualifier !== undefined && qualifier !== alias && qualifier !== table.name) {
      throw new SqlError(
        '000904',
        '42000',
        `SQL compilation error: error line ${at.line} at position ${at.pos}\ninvalid identifier '${parts.join('.')}'`,
        at,
      );
    }
    const column = columnOf(table, parts.at(-1) ?? '', at);
    if (assignments.some((other) => other.column === column)) {
      throw new SqlError('002025', '42S21', `SQL compilation error:\nduplicate column name '${column.name}'`, at);
    }
    reader.expect('=');
    if (reader.accept('DEFAULT')) {
      assignments.push({ column, value: null });
      continue;
    }
    const value = reader.expression(',', ...stops);
    if (value.start === value.end) throw reader.unexpected();
    assignments.push({ column, value });
  } while (reader.accept(','));
  return assignments;
}
