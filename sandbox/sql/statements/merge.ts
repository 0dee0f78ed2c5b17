import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, Table } from '../../catalog/model.ts';
import type { Storage } from '../../catalog/storage.ts';
import type { EngineResult } from '../../engine.ts';
import { ComposedText } from '../composed-text.ts';
import type { Translated } from '../contract.ts';
import { targetTable } from '../dml-target.ts';
import { readNames } from '../names.ts';
import { quoteDuck } from '../quote.ts';
import { ROW_ID } from '../relations.ts';
import { KIND, numberColumn, plainResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import type { Statement } from '../statement.ts';
import { notNull, storeExpressions } from '../store-expressions.ts';
import { rewriteRows } from '../table-writer.ts';
import { typedRows } from '../typed-rows.ts';
import { assign, settingsOf } from '../types/index.ts';
import { columnList, defaultText, physical, wrongWidth } from './insert.ts';
import {
  type Assignment,
  duplicateRow,
  readAlias,
  readAssignments,
  stagedName,
  TARGET,
  translateFor,
} from './update.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Clause {
  readonly action: 'update' | 'delete' | 'insert';
  readonly condition: Range | null;
  /** Columns and what they get; null stands for DEFAULT. */
  readonly assignments: readonly Assignment[];
}

/** MERGE INTO t USING source ON condition WHEN [NOT] MATCHED [AND ...] THEN UPDATE | DELETE | INSERT ... */
export async function merge(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('MERGE', 'INTO');
  const table = targetTable(statement, readNames(reader, session), 'MERGE', 'UPDATE', 'INSERT', 'DELETE');
  const alias = readAlias(statement, table, 'USING');
  reader.expect('USING');
  const source = reader.expression('ON');
  reader.expect('ON');
  const on = reader.expression('WHEN');
  const clauses: Clause[] = [];
  while (reader.accept('WHEN')) clauses.push(readClause(statement, table, alias));
  if (clauses.length === 0) throw reader.unexpected();
  reader.expectEnd();
  const rowId = `${quoteDuck(alias)}."${ROW_ID}"`;
  const text = new ComposedText(reader.text).add(`SELECT ${rowId}, `);
  chooseClause(text, clauses, rowId);
  clauses.forEach((clause, index) => {
    for (const { column, value } of clause.assignments) {
      text.add(', CASE WHEN (');
      chooseClause(text, clauses, rowId);
      text.add(`) = ${index + 1} THEN (`);
      if (value) text.take(value);
      else text.add(defaultText(column));
      text.add(') END');
    }
  });
  text
    .add(' FROM ')
    .take(source)
    .add(` LEFT JOIN "${TARGET}" AS ${quoteDuck(alias)} ON (`)
    .take(on)
    .add(')');
  if (statement.request.describeOnly) {
    const { numberOfBinds } = await translateFor(statement, table, table.storage.name, text);
    return merged(clauses, { insert: 0, update: 0, delete: 0 }, numberOfBinds);
  }
  await statement.occupyWarehouse();
  const counts = await rewriteRows(
    statement,
    table,
    async (storage) => {
      const translated = await translateFor(statement, table, storage.name, text);
      const found = stagedName(statement);
      return { translated, found, inserts: await insertSelects(statement, table, clauses, translated, found) };
    },
    (connection, storage, plan) => apply(statement, connection, storage, table, clauses, plan),
  );
  return merged(clauses, counts, 0);
}

function readClause(statement: Statement, table: Table, alias: string): Clause {
  const { reader } = statement;
  const isMatched = !reader.accept('NOT');
  reader.expect('MATCHED');
  const condition = reader.accept('AND') ? reader.expression('THEN') : null;
  reader.expect('THEN');
  if (isMatched && reader.accept('DELETE')) return { action: 'delete', condition, assignments: [] };
  if (isMatched) {
    reader.expect('UPDATE', 'SET');
    return { action: 'update', condition, assignments: readAssignments(statement, table, alias, 'WHEN') };
  }
  reader.expect('INSERT');
  const columns = columnList(statement, table);
  reader.expect('VALUES', '(');
  const values: (Range | null)[] = [];
  do values.push(reader.accept('DEFAULT') ? null : reader.expression(','));
  while (reader.accept(','));
  reader.expect(')');
  if (values.length !== columns.length) throw wrongWidth(columns.length, values.length);
  return {
    action: 'insert',
    condition,
    assignments: columns.map((column, index) => ({ column, value: values[index] ?? null })),
  };
}

/** The number of the first clause that takes the row, 0 for none. */
function chooseClause(text: ComposedText, clauses: readonly Clause[], rowId: string): void {
  text.add('CASE');
  clauses.forEach(({ action, condition }, index) => {
    text.add(` WHEN ${rowId} IS ${action === 'insert' ? 'NULL' : 'NOT NULL'}`);
    if (condition) text.add(' AND (').take(condition).add(')');
    text.add(` THEN ${index + 1}`);
  });
  text.add(' ELSE 0 END');
}

/** Where in the staged rows (`c0` row id, `c1` clause) a clause's values begin. */
function firstValue(clauses: readonly Clause[], clause: Clause): number {
  const before = clauses.slice(0, clauses.indexOf(clause));
  return 2 + before.reduce((sum, { assignments }) => sum + assignments.length, 0);
}

async function insertSelects(
  statement: Statement,
  table: Table,
  clauses: readonly Clause[],
  translated: Translated,
  found: string,
): Promise<ReadonlyMap<Clause, string>> {
  const selects = new Map<Clause, string>();
  for (const clause of clauses) {
    if (clause.action !== 'insert') continue;
    const first = firstValue(clauses, clause);
    const names = clause.assignments.map((_, index) => `"c${first + index}"`);
    const rows: Translated = {
      sql: `SELECT ${names.join(', ')} FROM "${found}" WHERE "c1" = ${clauses.indexOf(clause) + 1}`,
      columns: translated.columns.slice(first, first + names.length),
      numberOfBinds: 0,
    };
    const columns: Column[] = clause.assignments.map(({ column }) => column);
    selects.set(clause, await storeExpressions(statement, table, columns, rows));
  }
  return selects;
}

interface Plan {
  readonly translated: Translated;
  readonly found: string;
  readonly inserts: ReadonlyMap<Clause, string>;
}

type Counts = Record<Clause['action'], number>;

async function apply(
  statement: Statement,
  connection: DuckDBConnection,
  storage: Storage,
  table: Table,
  clauses: readonly Clause[],
  { translated, found, inserts }: Plan,
): Promise<Counts> {
  await connection.run(`CREATE TEMP TABLE "${found}" AS ${typedRows(translated)}`);
  await refuseDuplicates(statement, connection, storage, clauses, found);
  const counts: Counts = { insert: 0, update: 0, delete: 0 };
  const settings = settingsOf(scopeOf(statement));
  for (const clause of clauses) {
    const number = clauses.indexOf(clause) + 1;
    const picked = `(SELECT * FROM "${found}" WHERE "c1" = ${number} QUALIFY row_number() OVER (PARTITION BY "c0") = 1)`;
    if (clause.action === 'update') {
      const first = firstValue(clauses, clause);
      const sets = clause.assignments.map(({ column }, index) => {
        const type = translated.columns[first + index];
        const value = type ? assign(`u."c${first + index}"`, type, column.type, column.name, settings) : 'NULL';
        return `"${column.duckName}" = ${notNull(column, value)}`;
      });
      const sql = `UPDATE "${storage.name}" SET ${sets.join(', ')} FROM ${picked} AS u WHERE "${storage.name}".rowid = u."c0"`;
      counts.update += (await connection.run(sql)).rowsChanged;
    }
  }
  const deleted = clauses.flatMap(({ action }, index) => (action === 'delete' ? [index + 1] : []));
  if (deleted.length > 0) {
    const rows = `SELECT "c0" FROM "${found}" WHERE "c1" IN (${deleted.join(', ')})`;
    counts.delete += (await connection.run(`DELETE FROM "${storage.name}" WHERE rowid IN (${rows})`)).rowsChanged;
  }
  const columns = physical(table).map((name) => `"${name}"`);
  for (const select of inserts.values()) {
    const sql = `INSERT INTO "${storage.name}" (${columns.join(', ')}) ${select}`;
    counts.insert += (await connection.run(sql)).rowsChanged;
  }
  await connection.run(`DROP TABLE "${found}"`);
  return counts;
}

/** Several source rows for one target row: an error where one of them updates it. Source: documentation page "MERGE", non-deterministic results. */
async function refuseDuplicates(
  statement: Statement,
  connection: DuckDBConnection,
  storage: Storage,
  clauses: readonly Clause[],
  found: string,
): Promise<void> {
  if (statement.parameter('ERROR_ON_NONDETERMINISTIC_MERGE') !== true) return;
  const updates = clauses.flatMap(({ action }, index) => (action === 'update' ? [index + 1] : []));
  if (updates.length === 0) return;
  const twice = `SELECT "c0" FROM "${found}" WHERE "c0" IS NOT NULL AND "c1" > 0 GROUP BY "c0" HAVING count(*) > 1 AND count(*) FILTER ("c1" IN (${updates.join(', ')})) > 0 LIMIT 1`;
  const reader = await connection.runAndReadAll(`SELECT * FROM "${storage.name}" WHERE rowid IN (${twice})`);
  const [row] = reader.getRowsJson();
  if (row)
    throw duplicateRow(
      row.map((value) => (typeof value === 'string' ? `"${value}"` : String(value ?? 'NULL'))).join(', '),
    );
}

function merged(clauses: readonly Clause[], counts: Counts, numberOfBinds: number): EngineResult {
  const actions = (['insert', 'update', 'delete'] as const).filter((action) =>
    clauses.some((clause) => clause.action === action),
  );
  const words = { insert: 'inserted', update: 'updated', delete: 'deleted' };
  const columns = actions.map((action) => numberColumn(`number of rows ${words[action]}`, 19));
  return {
    ...plainResult(KIND.merge, columns, [actions.map((action) => counts[action])]),
    numberOfBinds,
    dml: Object.fromEntries(actions.map((action) => [words[action], counts[action]])),
  };
}
