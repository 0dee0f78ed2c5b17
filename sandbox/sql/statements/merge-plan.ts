import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, Table } from '../../catalog/model.ts';
import type { Storage } from '../../catalog/storage.ts';
import type { Translated } from '../contract.ts';
import { scopeOf } from '../scope.ts';
import type { Statement } from '../statement.ts';
import { notNull, storeExpressions } from '../store-expressions.ts';
import { typedRows } from '../typed-rows.ts';
import { assign, settingsOf } from '../types/index.ts';
import { physical } from './insert.ts';
import { type Assignment, duplicateRow, stagedName } from './update.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Clause {
  readonly action: 'update' | 'delete' | 'insert';
  readonly condition: Range | null;
  /** Columns and what they get; a value of null stands for DEFAULT. */
  readonly assignments: readonly (Assignment | FromNamesake)[];
}

/** ALL BY NAME: a column gets what the source's column of its name has. */
export interface FromNamesake {
  readonly column: Column;
  readonly value: 'namesake';
}

/** `changes` gives row id, number of the clause in `matched`, then each clause's values; `additions` the same without row id. */
export interface MergePlan {
  readonly matched: readonly Clause[];
  readonly changes: Translated;
  readonly unmatched: readonly Clause[];
  readonly additions: Translated | null;
  readonly numberOfBinds: number;
}

export type MergeCounts = Record<Clause['action'], number>;

/** Does what a MERGE has planned, within the DuckDB transaction of `connection`. */
export async function applyMerge(
  statement: Statement,
  connection: DuckDBConnection,
  storage: Storage,
  table: Table,
  plan: MergePlan,
): Promise<MergeCounts> {
  const counts: MergeCounts = { insert: 0, update: 0, delete: 0 };
  const changes = stagedName(statement);
  const additions = stagedName(statement);
  await connection.run(`CREATE TEMP TABLE "${changes}" AS ${typedRows(plan.changes)}`);
  if (plan.additions) await connection.run(`CREATE TEMP TABLE "${additions}" AS ${typedRows(plan.additions)}`);
  await refuseDuplicates(statement, connection, storage, table, plan.matched, changes);
  const settings = settingsOf(scopeOf(statement));
  for (const [index, clause] of plan.matched.entries()) {
    const taken = `FROM "${changes}" WHERE "c1" = ${index + 1}`;
    if (clause.action === 'delete') {
      const sql = `DELETE FROM "${storage.name}" WHERE rowid IN (SELECT "c0" ${taken})`;
      counts.delete += (await connection.run(sql)).rowsChanged;
      continue;
    }
    const first = 2 + widthBefore(plan.matched, index);
    const sets = clause.assignments.map(({ column }, offset) => {
      const type = plan.changes.columns[first + offset];
      const value = type ? assign(`u."c${first + offset}"`, type, column.type, column.name, settings) : 'NULL';
      return `"${column.duckName}" = ${notNull(column, value)}`;
    });
    const picked = `(SELECT * ${taken} QUALIFY row_number() OVER (PARTITION BY "c0") = 1)`;
    const sql = `UPDATE "${storage.name}" SET ${sets.join(', ')} FROM ${picked} AS u WHERE "${storage.name}".rowid = u."c0"`;
    counts.update += (await connection.run(sql)).rowsChanged;
  }
  const columns = physical(table).map((name) => `"${name}"`);
  for (const [index, clause] of plan.unmatched.entries()) {
    const select = await insertSelect(statement, table, plan, index, clause, additions);
    counts.insert += (
      await connection.run(`INSERT INTO "${storage.name}" (${columns.join(', ')}) ${select}`)
    ).rowsChanged;
  }
  for (const name of [changes, additions]) await connection.run(`DROP TABLE IF EXISTS "${name}"`);
  return counts;
}

/** How many columns of values stand before those of a clause. */
function widthBefore(clauses: readonly Clause[], index: number): number {
  return clauses.slice(0, index).reduce((sum, { assignments }) => sum + assignments.length, 0);
}

function insertSelect(
  statement: Statement,
  table: Table,
  plan: MergePlan,
  index: number,
  clause: Clause,
  additions: string,
): Promise<string> {
  const first = 1 + widthBefore(plan.unmatched, index);
  const names = clause.assignments.map((_, offset) => `"c${first + offset}"`);
  const rows: Translated = {
    sql: `SELECT ${names.join(', ')} FROM "${additions}" WHERE "c0" = ${index + 1}`,
    columns: plan.additions?.columns.slice(first, first + names.length) ?? [],
    numberOfBinds: 0,
  };
  return storeExpressions(
    statement,
    table,
    clause.assignments.map(({ column }) => column),
    rows,
  );
}

/** Several source rows for one target row: an error where one of them updates it. Source: documentation page "MERGE", non-deterministic results. */
async function refuseDuplicates(
  statement: Statement,
  connection: DuckDBConnection,
  storage: Storage,
  table: Table,
  matched: readonly Clause[],
  changes: string,
): Promise<void> {
  if (statement.parameter('ERROR_ON_NONDETERMINISTIC_MERGE') !== true) return;
  const updates = matched.flatMap(({ action }, index) => (action === 'update' ? [index + 1] : []));
  if (updates.length === 0) return;
  const twice = `SELECT "c0" FROM "${changes}" WHERE "c1" > 0 GROUP BY "c0" HAVING count(*) > 1 AND count(*) FILTER ("c1" IN (${updates.join(', ')})) > 0 LIMIT 1`;
  const [row] = (await connection.runAndReadAll(twice)).getRowsJson();
  if (row) throw await duplicateRow(connection, storage, table, twice);
}
